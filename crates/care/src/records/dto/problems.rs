//! Forms about the problem list.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::given;
use crate::records::model::{ProblemState, ProblemWords};
use crate::records::queries::problems::{Problem, Was};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said, trimmed};

/// A problem to be added to the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProblem {
    /// What it is called. It does not change later: a mistake is entered in error, and added anew.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Private<String>,
    /// Its SNOMED CT code.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 6, max_length = 18, pattern = "^[0-9]+$", example = "35489007")]
    pub snomed_code: Option<Private<String>>,
    /// The first day of it, as far as is known.
    #[serde(default)]
    pub since: Option<NaiveDate>,
    /// What else is to be said. Only clinicians see it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Option<Private<String>>,
    /// Whether the practitioner sees it on their list.
    pub shared: bool,
}

impl CreateProblem {
    /// What is said of it.
    pub fn words(&self) -> ProblemWords {
        ProblemWords {
            name: trimmed(&self.name),
            snomed_code: said(self.snomed_code.as_ref()),
            since: self.since,
            note: said(self.note.as_ref()),
        }
    }
}

/// What shall change about a problem. A member that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateProblem {
    /// Where it stands.
    #[serde(default)]
    #[schema(value_type = ProblemState, required = false)]
    pub state: Option<ProblemState>,
    /// What else is to be said.
    #[serde(default, deserialize_with = "given")]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Option<Option<Private<String>>>,
    /// Whether the practitioner sees it on their list.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    pub shared: Option<bool>,
}

impl UpdateProblem {
    /// The words with what changes of them.
    pub fn changed(&self, before: &ProblemWords) -> ProblemWords {
        let note = match &self.note {
            Some(note) => said(note.as_ref()),
            None => before.note.clone(),
        };
        ProblemWords { note, ..before.clone() }
    }
}

/// A problem, as those who treat see it.
#[derive(Serialize, ToSchema)]
pub struct ProblemView {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner_id: Id,
    /// Where it stands.
    pub state: ProblemState,
    /// What it is called.
    #[schema(max_length = 200)]
    pub name: String,
    /// Its SNOMED CT code.
    #[schema(max_length = 18)]
    pub snomed_code: Option<String>,
    /// The first day of it, as far as is known.
    pub since: Option<NaiveDate>,
    /// What else is said.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Whether the practitioner sees it.
    pub shared: bool,
    /// Who put it on the list.
    pub recorded_by: Id,
    /// When.
    pub recorded_at: UtcTime,
    /// Who changed it last.
    pub changed_by: Id,
    /// When.
    pub changed_at: UtcTime,
}

impl From<Problem> for ProblemView {
    fn from(problem: Problem) -> Self {
        let ProblemWords { name, snomed_code, since, note } = problem.words;
        Self {
            id: problem.id,
            practitioner_id: problem.practitioner,
            state: problem.state,
            name,
            snomed_code,
            since,
            note,
            shared: problem.shared,
            recorded_by: problem.recorded_by,
            recorded_at: problem.recorded_at,
            changed_by: problem.changed_by,
            changed_at: problem.changed_at,
        }
    }
}

/// What a problem was until it was changed.
#[derive(Serialize, ToSchema)]
pub struct ProblemVersion {
    /// Where it stood.
    pub state: ProblemState,
    /// What else was said.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Whether the practitioner saw it.
    pub shared: bool,
    /// Who made it so.
    pub changed_by: Id,
    /// When.
    pub changed_at: UtcTime,
}

impl From<Was> for ProblemVersion {
    fn from(was: Was) -> Self {
        let Was { state, shared, words, changed_by, changed_at, .. } = was;
        Self { state, note: words.note, shared, changed_by, changed_at }
    }
}
