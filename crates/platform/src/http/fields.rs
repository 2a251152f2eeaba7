//! What is wrong with a member or a parameter, said by its name.

use std::borrow::Cow;

use crate::refusal::FieldError;

/// What is wrong at a place.
pub(super) fn field(pointer: String, code: &'static str, detail: impl Into<Cow<'static, str>>) -> FieldError {
    FieldError { pointer, code, detail: detail.into() }
}

/// A member's name that the caller made up, cut to what one of ours could be.
pub(super) fn repeated(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(40).collect()
}
