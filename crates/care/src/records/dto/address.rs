//! Postal addresses in requests and responses.

use serde::{Deserialize, Serialize};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::records::model::PostalAddress;
use platform::error::{Error, Result};
use platform::private::{Private, trimmed};
use platform::refusal::Reason;
use platform::text::printable::unprintable;

/// A postal address in the United Kingdom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostalAddressForm {
    /// The lines of the address.
    #[schema(min_items = 1, max_items = 5)]
    pub lines: Vec<AddressLine>,
    /// The postcode.
    #[schema(value_type = String, min_length = 5, max_length = 8, pattern = "^[A-Za-z0-9 ]{5,8}$", example = "YO1 7HH")]
    pub postcode: Private<String>,
}

impl PostalAddressForm {
    /// The address; `at` is its pointer in the body.
    ///
    /// # Errors
    /// [`Reason::InvalidBody`] at a line with a character that cannot be printed.
    pub fn to_address(&self, at: &str) -> Result<PostalAddress> {
        let lines = self.lines.iter().enumerate();
        let lines = lines.map(|(number, line)| printable(trimmed(&line.0), || format!("{at}/lines/{number}")));
        Ok(PostalAddress { lines: lines.collect::<Result<_>>()?, postcode: trimmed(&self.postcode).to_uppercase() })
    }
}

/// Checks that every character of a text that will be printed can be printed.
///
/// # Errors
/// [`Reason::InvalidBody`] at the pointer.
pub fn printable(text: String, pointer: impl FnOnce() -> String) -> Result<String> {
    match unprintable(&text) {
        None => Ok(text),
        Some(_) => {
            let detail = "This text contains a character that cannot be printed. Remove it and try again.";
            Err(Error::field(Reason::InvalidBody, pointer(), "unprintable", detail))
        }
    }
}

/// One line of an address.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct AddressLine(pub Private<String>);

// Written out: the derive takes no extension for a type that wraps another.
impl PartialSchema for AddressLine {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("One line of an address."))
            .min_length(Some(1))
            .max_length(Some(100))
            .extensions(Some(Extensions::builder().add("x-printed", true).build()))
            .into()
    }
}

impl ToSchema for AddressLine {}

/// A postal address.
#[derive(Serialize, ToSchema)]
pub struct PostalAddressView {
    /// The lines of the address.
    #[schema(max_items = 10)]
    pub lines: Vec<PostalLine>,
    /// The postcode.
    #[schema(max_length = 8)]
    pub postcode: String,
}

impl From<PostalAddress> for PostalAddressView {
    fn from(address: PostalAddress) -> Self {
        Self { lines: address.lines.into_iter().map(PostalLine).collect(), postcode: address.postcode }
    }
}

/// One line of a postal address.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 100)]
pub struct PostalLine(pub String);
