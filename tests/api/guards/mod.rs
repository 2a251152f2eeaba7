//! What holds for every operation and every file. The guards read the published document and the source itself, so they find by
//! themselves what is new; the table in `CONTRIBUTING.md` says what some of them have to be given before they can try it.

pub mod journey;
pub mod operation;

mod architecture;
mod attempts;
mod authorisation;
mod bad_input;
mod circles;
mod clinical_reads;
mod contract;
mod damaged_lists;
mod days;
mod generators;
mod headers;
mod kept_away;
mod migration_files;
mod migrations;
mod printed;
mod privacy;
mod query_plans;
mod shapes;
mod table_reads;
mod texts;

pub use migrations::lines;
pub use query_plans::give_connections_a_listener;
