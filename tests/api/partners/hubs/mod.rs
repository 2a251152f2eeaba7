//! Hubs, finding a hub, and referrals.

mod administration;
mod clinician_referrals;
mod consent;
mod coordinators;
mod directory;
mod lifecycle;
mod races;
mod retention;
mod roles;
mod search;
