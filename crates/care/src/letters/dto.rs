//! Request bodies and filters of letters.

pub mod views;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::model::medicines::{LetterPrescriber, StatedMedicine};
use super::model::record::AuthorStatements;
use super::model::{LetterDelivery, LetterKind, LetterRecipientKind, LetterSection, LetterState};
use crate::records::dto::address::AddressLine;
use platform::ids::Id;
use platform::private::{Private, trimmed, trimmed_non_empty};

/// A new letter. What is left out is filled from the record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLetter {
    /// The kind of the letter, which decides what it may contain.
    pub kind: LetterKind,
    /// Who it goes to.
    pub recipient: LetterRecipientForm,
    /// The sections; those of the kind when left out.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 16)]
    pub sections: Option<Vec<LetterSectionForm>>,
    /// What the recipient is asked to do, for the section `requested_actions` without a text; an empty list states that nothing is asked. A
    /// medicine that the GP continues is added.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub requested_actions: Option<Vec<RequestedAction>>,
    /// What the record lacks about the medicines of the section `medications` without a text.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub medicines: Vec<LetterMedicineForm>,
}

/// The new recipient and sections of a letter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceLetter {
    /// Who it goes to.
    pub recipient: LetterRecipientForm,
    /// All sections that the letter has from now on.
    #[schema(min_items = 1, max_items = 16)]
    pub sections: Vec<LetterSectionForm>,
    /// As in a new letter.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub requested_actions: Option<Vec<RequestedAction>>,
    /// As in a new letter.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub medicines: Vec<LetterMedicineForm>,
}

impl CreateLetter {
    /// What is stated beside the sections.
    pub fn stated(&self) -> AuthorStatements {
        stated(self.requested_actions.as_deref(), &self.medicines)
    }
}

impl ReplaceLetter {
    /// What is stated beside the sections.
    pub fn stated(&self) -> AuthorStatements {
        stated(self.requested_actions.as_deref(), &self.medicines)
    }
}

fn stated(actions: Option<&[RequestedAction]>, medicines: &[LetterMedicineForm]) -> AuthorStatements {
    let medicine = |form: &LetterMedicineForm| StatedMedicine {
        prescription: form.prescription_id,
        item: form.item,
        indication: trimmed_non_empty(form.indication.as_ref()),
        next_prescriber: form.next_prescriber,
    };
    AuthorStatements {
        actions: actions.map(|actions| actions.iter().map(|action| trimmed(&action.0)).collect()),
        medicines: medicines.iter().map(medicine).collect(),
    }
}

/// Something that the recipient is asked to do.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct RequestedAction(pub Private<String>);

// Written out: the derive takes no extension for a type that wraps another.
impl PartialSchema for RequestedAction {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Something that the recipient is asked to do."))
            .min_length(Some(1))
            .max_length(Some(500))
            .extensions(Some(Extensions::builder().add("x-printed", true).build()))
            .into()
    }
}

impl ToSchema for RequestedAction {}

/// What the author states about a medicine. What is in the record is left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterMedicineForm {
    /// The prescription.
    pub prescription_id: Id,
    /// The item of the prescription, counted from 1.
    #[schema(minimum = 1, maximum = 20)]
    pub item: u8,
    /// What it is for, where the prescription has no indication.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub indication: Option<Private<String>>,
    /// Who prescribes it from now on, where no discharge has decided it.
    #[serde(default)]
    pub next_prescriber: Option<LetterPrescriber>,
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
    /// The text. When left out, the section is filled from the record; those that are not `editable` always are.
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
    /// For a letter with `clinical_words`: that its recipient may read them.
    #[serde(default)]
    pub confirms_clinical_words: bool,
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
pub struct RecordLetterSending {
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
