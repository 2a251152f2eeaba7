//! Outreach to staff groups most at risk: campaigns are defined, reviewed by a second person, and sent at a limited rate.

mod answers;
mod closing;
mod lifecycle;
mod recipients;
mod roles;
mod scale;
mod sending;
mod teams;
