//! Request and response bodies of allergies.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::records::model::{Allergies, Allergy, AllergyCertainty, AllergySeverity, AllergyStatus};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed, trimmed_non_empty};

/// All known allergies, replacing what was recorded before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceAllergies {
    /// Whether the practitioner has been asked, and whether allergies are known.
    pub status: AllergyStatus,
    /// The allergies. Required if the status is `known`, and not allowed otherwise.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub allergies: Vec<AllergyForm>,
}

/// One allergy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllergyForm {
    /// What the practitioner is allergic to.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub substance: Private<String>,
    /// Its SNOMED CT code.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 6, max_length = 18, pattern = "^[0-9]+$", example = "91936005")]
    pub snomed_code: Option<Private<String>>,
    /// Description of the reaction.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub reaction: Option<Private<String>>,
    /// Severity of the worst known reaction.
    pub severity: AllergySeverity,
    /// How certain the allergy is.
    pub certainty: AllergyCertainty,
}

impl AllergyForm {
    pub fn to_allergy(&self) -> Allergy {
        Allergy {
            substance: trimmed(&self.substance),
            snomed_code: trimmed_non_empty(self.snomed_code.as_ref()),
            reaction: trimmed_non_empty(self.reaction.as_ref()),
            severity: self.severity,
            certainty: self.certainty,
        }
    }
}

/// A known allergy.
#[derive(Serialize, ToSchema)]
pub struct AllergyView {
    /// What the practitioner is allergic to.
    #[schema(max_length = 200)]
    pub substance: String,
    /// Its SNOMED CT code.
    #[schema(max_length = 18)]
    pub snomed_code: Option<String>,
    /// Description of the reaction.
    #[schema(max_length = 500)]
    pub reaction: Option<String>,
    /// Severity of the worst known reaction.
    pub severity: AllergySeverity,
    /// How certain the allergy is.
    pub certainty: AllergyCertainty,
}

impl From<Allergy> for AllergyView {
    fn from(allergy: Allergy) -> Self {
        let Allergy { substance, snomed_code, reaction, severity, certainty } = allergy;
        Self { substance, snomed_code, reaction, severity, certainty }
    }
}

/// A practitioner's allergies.
#[derive(Serialize, ToSchema)]
pub struct AllergiesView {
    /// Whether the practitioner has been asked, and whether allergies are known.
    pub status: AllergyStatus,
    /// The allergies; empty unless the status is `known`.
    #[schema(max_items = 50)]
    pub allergies: Vec<AllergyView>,
    /// The clinician who recorded them; null if the practitioner has not been asked.
    pub recorded_by: Option<Id>,
    /// When the allergies were recorded.
    pub recorded_at: Option<UtcTime>,
}

impl From<Allergies> for AllergiesView {
    fn from(known: Allergies) -> Self {
        Self {
            status: known.status,
            allergies: known.entries.into_iter().map(AllergyView::from).collect(),
            recorded_by: known.recorded_by,
            recorded_at: known.recorded_at,
        }
    }
}
