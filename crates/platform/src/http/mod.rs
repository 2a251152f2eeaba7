//! What HTTP handlers use: reading requests, writing responses, and the contract between the two.

mod accept;
mod address;
pub mod answer;
pub mod attempt;
mod bare;
pub mod connections;
pub mod contract;
mod document;
pub mod etag;
pub mod even;
mod fields;
pub mod file;
pub mod file_limit;
pub mod fixed;
pub mod health;
pub mod idempotency;
pub mod json;
pub mod middleware;
pub mod normal;
pub mod operations;
pub mod page;
pub mod path;
pub mod problem;
pub mod query;
mod slices;
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
