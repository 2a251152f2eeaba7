//! Staff groups most at risk are written to: defined, looked at by a second person, sent at a pace.

mod answers;
mod closing;
mod course;
mod recipients;
mod roles;
mod sending;
mod teams;
mod thousands;
