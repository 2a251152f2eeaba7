//! Request and response bodies of the problem list.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::double_option;
use crate::records::model::{ProblemContent, ProblemState};
use crate::records::queries::problems::{Problem, StoredProblemVersion};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed, trimmed_non_empty};

/// A new problem.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProblem {
    /// Name of the problem. It cannot be changed later: set a wrong problem to `entered_in_error` and add a new one.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Private<String>,
    /// Its SNOMED CT code.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 6, max_length = 18, pattern = "^[0-9]+$", example = "35489007")]
    pub snomed_code: Option<Private<String>>,
    /// Date of onset, if known.
    #[serde(default)]
    pub began_on: Option<NaiveDate>,
    /// Further details. Only clinicians see them.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Option<Private<String>>,
    /// Whether the practitioner sees the problem.
    pub shared: bool,
}

impl CreateProblem {
    pub fn content(&self) -> ProblemContent {
        ProblemContent {
            name: trimmed(&self.name),
            snomed_code: trimmed_non_empty(self.snomed_code.as_ref()),
            since: self.began_on,
            note: trimmed_non_empty(self.note.as_ref()),
        }
    }
}

/// Changes to a problem. Members that are left out stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateProblem {
    /// The state of the problem.
    #[serde(default)]
    #[schema(value_type = ProblemState, required = false)]
    pub state: Option<ProblemState>,
    /// Further details. Only clinicians see them.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Option<Option<Private<String>>>,
    /// Whether the practitioner sees the problem.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    pub shared: Option<bool>,
}

impl UpdateProblem {
    /// The content with these changes.
    pub fn updated_content(&self, before: &ProblemContent) -> ProblemContent {
        let note = match &self.note {
            Some(note) => trimmed_non_empty(note.as_ref()),
            None => before.note.clone(),
        };
        ProblemContent { note, ..before.clone() }
    }
}

/// A problem as clinicians see it.
#[derive(Serialize, ToSchema)]
pub struct ProblemView {
    /// Identifies the problem.
    pub id: Id,
    /// The practitioner it belongs to.
    pub practitioner_id: Id,
    /// The state of the problem.
    pub state: ProblemState,
    /// The name of the problem.
    #[schema(max_length = 200)]
    pub name: String,
    /// Its SNOMED CT code.
    #[schema(max_length = 18)]
    pub snomed_code: Option<String>,
    /// Date of onset, if known.
    pub began_on: Option<NaiveDate>,
    /// Further details.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Whether the practitioner sees the problem.
    pub shared: bool,
    /// The clinician who added it.
    pub recorded_by: Id,
    /// When the problem was recorded.
    pub recorded_at: UtcTime,
    /// The clinician who changed it last.
    pub updated_by: Id,
    /// When the problem last changed.
    pub updated_at: UtcTime,
}

impl From<Problem> for ProblemView {
    fn from(problem: Problem) -> Self {
        let ProblemContent { name, snomed_code, since, note } = problem.content;
        Self {
            id: problem.id,
            practitioner_id: problem.practitioner,
            state: problem.state,
            name,
            snomed_code,
            began_on: since,
            note,
            shared: problem.shared,
            recorded_by: problem.recorded_by,
            recorded_at: problem.recorded_at,
            updated_by: problem.changed_by,
            updated_at: problem.changed_at,
        }
    }
}

/// A previous version of a problem.
#[derive(Serialize, ToSchema)]
pub struct ProblemHistoryEntry {
    /// The state of the problem in this version.
    pub state: ProblemState,
    /// Further details.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Whether the practitioner could see the problem.
    pub shared: bool,
    /// The clinician who recorded this version.
    pub by: Id,
    /// When this version was recorded.
    pub at: UtcTime,
}

impl From<StoredProblemVersion> for ProblemHistoryEntry {
    fn from(version: StoredProblemVersion) -> Self {
        let StoredProblemVersion { state, shared, content, changed_by, changed_at, .. } = version;
        Self { state, note: content.note, shared, by: changed_by, at: changed_at }
    }
}
