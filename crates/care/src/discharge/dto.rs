//! Request body of the outcome of an assessment, which may end care.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::assessment::dto::SignpostId;
use crate::assessment::model::AssessmentOutcome;
use crate::records::dto::open_items::OpenItemsForm;
use crate::records::model::{OpenItemAnswers, OpenItemStatements};
use platform::ids::Id;
use platform::private::Private;

/// The outcome of an assessment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAssessmentOutcome {
    /// The assessment appointment.
    pub appointment_id: Id,
    /// The decision of the clinician.
    pub outcome: AssessmentOutcome,
    /// What was agreed. Required when the practitioner is accepted; they can read it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub plan: Option<Private<String>>,
    /// The findings. Only clinicians see them.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub summary: Option<Private<String>>,
    /// The ids of the signposts for the practitioner. If the outcome is `signposted` and none is given, all suitable signposts
    /// are used.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub signpost_ids: Vec<SignpostId>,
    /// For an outcome that ends care: what happens to what is open, as in a discharge. Needed for each kind that has something open.
    #[serde(default)]
    pub open_items: Option<OpenItemsForm>,
}

impl RecordAssessmentOutcome {
    /// What happens to what is open.
    pub fn answers(&self) -> OpenItemAnswers {
        self.open_items.as_ref().map(OpenItemAnswers::from).unwrap_or_default()
    }

    /// What is stated beside these answers.
    pub fn statements(&self) -> OpenItemStatements {
        self.open_items.as_ref().map(OpenItemsForm::statements).unwrap_or_default()
    }
}
