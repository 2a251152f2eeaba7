//! What HTTP handlers use: reading requests, writing responses, and the contract between the two.

mod accept;
pub mod answer;
pub mod attempt;
pub mod connections;
pub mod contract;
pub mod etag;
mod fields;
pub mod file;
pub mod file_limit;
pub mod health;
pub mod idempotency;
pub mod json;
pub mod middleware;
pub mod minimum_duration;
pub mod normalise;
pub mod operations;
pub mod page;
mod page_policy;
mod parse;
pub mod path;
pub mod problem;
pub mod query;
mod raw_errors;
mod route;
mod slices;
pub mod static_file;
pub mod versioned;

pub use crate::http::etag::{IfMatch, etag};
pub use answer::Answer;
pub use attempt::Attempt;
pub use file::PdfFile;
pub use idempotency::{EarlierResult, IdempotencyKey};
pub use json::Json;
pub use page::{Page, PageQuery, Paging};
pub use path::Path;
pub use query::Query;
