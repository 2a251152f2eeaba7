//! The crate `partners`: hubs and outreach.

mod hubs;
mod outreach;
