//! Errors of members and parameters.

use std::borrow::Cow;

use crate::refusal::FieldError;

/// The error at a pointer.
pub(super) fn field_error(pointer: String, code: &'static str, detail: impl Into<Cow<'static, str>>) -> FieldError {
    FieldError { pointer, code, detail: detail.into() }
}

/// A member's name from the request, reduced to characters and a length that names of the service have.
pub(super) fn safe_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(40).collect()
}
