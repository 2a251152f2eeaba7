//! Test helpers: an application for each test, actors who use it, and a client that checks every response against the document.
#![allow(dead_code, reason = "the helpers may include one that no test uses yet")]

pub mod access;
pub mod actors;
pub mod app;
pub mod audit_checks;
pub mod care;
pub mod clinical_record;
pub mod clinicians;
pub mod cluster;
pub mod contacts;
pub mod contract;
pub mod damage;
pub mod engines;
pub mod feedback;
pub mod figures;
pub mod fit_notes;
pub mod follow_ups;
pub mod funding;
pub mod groups;
pub mod hubs;
pub mod mail_server;
pub mod messages;
pub mod outreach;
pub mod ports;
pub mod practitioners;
pub mod prescriptions;
pub mod printed;
pub mod program;
pub mod races;
pub mod ranks;
pub mod records;
pub mod repeat_checks;
pub mod reply;
pub mod reviews;
pub mod seeded;
pub mod self_checks;
pub mod signposts;
pub mod sources;
pub mod standby;
pub mod statements;

pub use app::{Kind, TestApp};
pub(crate) use engines::{both_engines, postgres_only, sqlite_only};
pub use macro_rules_attribute::apply;
