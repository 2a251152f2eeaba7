//! Rules for every operation and every file. The guards read the published document and the source, so they cover new operations
//! and files by themselves; the table in `CONTRIBUTING.md` lists what some of them need before they can check a new one.

pub mod journey;
pub mod operation;

pub mod access;
mod architecture;
mod attempts;
mod audit;
mod authorisation;
mod bad_input;
mod clear_columns;
mod contract;
mod damaged_lists;
mod days;
mod examples;
mod filters;
mod generators;
mod grammar;
mod hazards;
mod headers;
mod migration_files;
mod migrations;
mod module_cycles;
mod printed;
mod privacy;
mod protected;
mod query_plans;
mod retention;
mod sealed_names;
mod shapes;
mod table_reads;
mod texts;
mod words;

pub use migrations::query_lines;
pub use query_plans::install_query_listener;
