//! The one table of reasons for which a request is not granted, and the value that carries such a reason.
//!
//! Rules return a [`Refusal`]; the HTTP handlers turn it into an answer. Nothing here knows HTTP beyond the status number
//! of a code, so that a pure rule can name its reason.

mod codes;
mod reasons;

use std::borrow::Cow;

pub use codes::Code;
pub use reasons::{HELP_MEANWHILE, Reason};

/// Why a rule refuses: its reason, a sentence for people, and the members it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The reason, which has the stable code.
    pub reason: Reason,
    /// A sentence for people. Never holds anything a person typed.
    pub detail: Cow<'static, str>,
    /// The members or parameters that the refusal is about.
    pub fields: Vec<FieldError>,
}

/// One member of a request that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body (`/answers/3`), or the name of a parameter or header.
    pub pointer: String,
    /// What is wrong, in one stable word (`required`, `too_long`, `out_of_range`, …).
    pub code: &'static str,
    /// A sentence for people. Never holds the value that was sent.
    pub detail: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with its own sentence.
    pub fn new(reason: Reason, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { reason, detail: detail.into(), fields: Vec::new() }
    }

    /// Names a member that the refusal is about.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push(FieldError { pointer: pointer.into(), code, detail: detail.into() });
        self
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::new(reason, reason.sentence())
    }
}
