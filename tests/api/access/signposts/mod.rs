//! The directory of help elsewhere.

mod carried;
mod filling;
mod keeping;
mod searching;
