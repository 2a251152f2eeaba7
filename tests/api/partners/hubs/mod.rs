//! Hubs, what leads to one, and referrals.

mod administering;
mod consent;
mod course;
mod directory;
mod finding;
mod races;
mod roles;
mod runners;
mod treating;
