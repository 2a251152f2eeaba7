//! Request bodies and filters of letters.

pub mod views;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{LetterDelivery, LetterKind, LetterRecipientKind, LetterSection, LetterState};
use crate::records::dto::address::AddressLine;
use platform::private::{Private, trimmed_non_empty};

/// A new letter. What is left out has the words of the record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLetter {
    /// The kind of the letter, which decides what it may hold.
    pub kind: LetterKind,
    /// Who it goes to.
    pub recipient: LetterRecipientForm,
    /// The sections; those of the kind when left out.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 15)]
    pub sections: Option<Vec<LetterSectionForm>>,
}

/// The new recipient and sections of a letter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceLetter {
    /// Who it goes to.
    pub recipient: LetterRecipientForm,
    /// All sections that the letter holds from now on.
    #[schema(min_items = 1, max_items = 15)]
    pub sections: Vec<LetterSectionForm>,
}

/// Who a letter goes to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterRecipientForm {
    /// Whether it is the GP of the record, whose name and practice are those of the record.
    pub kind: LetterRecipientKind,
    /// Name of the person. Not for the GP of the record.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub name: Option<Private<String>>,
    /// Name of the organisation. Not for the GP of the record.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub organisation: Option<Private<String>>,
    /// The lines of the postal address.
    #[serde(default)]
    #[schema(max_items = 6)]
    pub address_lines: Vec<AddressLine>,
}

/// A section of a letter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterSectionForm {
    /// Which section it is.
    pub section: LetterSection,
    /// The text. When left out, the section gets the words of the record; those that are not `editable` always have them.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true)), ("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 8000)]
    pub text: Option<Private<String>>,
}

impl LetterSectionForm {
    /// The text without surrounding white space, if there is one.
    pub fn written(&self) -> Option<String> {
        trimmed_non_empty(self.text.as_ref())
    }
}

/// The agreement to a letter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeLetter {
    /// The `fingerprint` of the letter that you have read: you agree to exactly this text.
    #[schema(min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$")]
    pub fingerprint: String,
}

/// Why a letter is declined, withdrawn or cancelled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterReasonForm {
    /// The reason, for the clinicians and the practitioner.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub reason: Option<Private<String>>,
}

/// How a letter was sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendLetter {
    /// How it was sent.
    pub delivery: LetterDelivery,
    /// The day on which it was sent.
    pub sent_on: NaiveDate,
}

/// Filters of the lists of letters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LetterQuery {
    /// Only letters in this state.
    #[param(nullable = false)]
    pub state: Option<LetterState>,
}
