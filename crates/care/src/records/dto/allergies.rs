//! Forms about allergies.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::records::model::{Allergies, Allergy, AllergyCertainty, AllergySeverity, AllergyStatus};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said, trimmed};

/// Everything that is known about allergies, in place of what was known before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceAllergies {
    /// Whether anybody has asked, and what came of it.
    pub status: AllergyStatus,
    /// The allergies. Some exactly when the status is `known`.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub allergies: Vec<AllergyForm>,
}

/// One allergy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllergyForm {
    /// To what.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub substance: Private<String>,
    /// Its SNOMED CT code.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 6, max_length = 18, pattern = "^[0-9]+$", example = "91936005")]
    pub snomed_code: Option<Private<String>>,
    /// What happened.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub reaction: Option<Private<String>>,
    /// How bad that was at its worst.
    pub severity: AllergySeverity,
    /// How sure it is.
    pub certainty: AllergyCertainty,
}

impl AllergyForm {
    /// The allergy that is told of.
    pub fn told(&self) -> Allergy {
        Allergy {
            substance: trimmed(&self.substance),
            snomed_code: said(self.snomed_code.as_ref()),
            reaction: said(self.reaction.as_ref()),
            severity: self.severity,
            certainty: self.certainty,
        }
    }
}

/// One allergy that is known.
#[derive(Serialize, ToSchema)]
pub struct AllergyView {
    /// To what.
    #[schema(max_length = 200)]
    pub substance: String,
    /// Its SNOMED CT code.
    #[schema(max_length = 18)]
    pub snomed_code: Option<String>,
    /// What happened.
    #[schema(max_length = 500)]
    pub reaction: Option<String>,
    /// How bad that was at its worst.
    pub severity: AllergySeverity,
    /// How sure it is.
    pub certainty: AllergyCertainty,
}

impl From<Allergy> for AllergyView {
    fn from(allergy: Allergy) -> Self {
        let Allergy { substance, snomed_code, reaction, severity, certainty } = allergy;
        Self { substance, snomed_code, reaction, severity, certainty }
    }
}

/// What is known about allergies.
#[derive(Serialize, ToSchema)]
pub struct AllergiesView {
    /// Whether anybody has asked, and what came of it.
    pub status: AllergyStatus,
    /// The allergies; none unless the status is `known`.
    #[schema(max_items = 50)]
    pub allergies: Vec<AllergyView>,
    /// Who said so; null while nobody has asked.
    pub recorded_by: Option<Id>,
    /// When.
    pub recorded_at: Option<UtcTime>,
}

impl From<Allergies> for AllergiesView {
    fn from(known: Allergies) -> Self {
        Self {
            status: known.status,
            allergies: known.entries.into_iter().map(AllergyView::from).collect(),
            recorded_by: known.said_by,
            recorded_at: known.said_at,
        }
    }
}
