//! The directory of help elsewhere.

mod carried;
mod keeping;
mod searching;
