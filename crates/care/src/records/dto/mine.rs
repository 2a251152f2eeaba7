//! The record as the practitioner themselves sees it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::allergies::AllergiesView;
use super::gp::GpSharingView;
use super::lead::LeadClinicianView;
use super::plan::CarePlanView;
use crate::records::model::{NoteKind, ProblemState};
use crate::records::queries::notes::{Addendum, Note};
use crate::records::queries::problems::Problem;
use people::practitioners::model::Pathway;
use people::relationships::episodes::Ended;
use platform::ids::{Id, UtcTime};

/// My record: what is shared with me.
#[derive(Serialize, ToSchema)]
pub struct MyRecordView {
    /// Where I stand.
    pub pathway: Pathway,
    /// Who leads my care.
    pub lead_clinician: LeadClinicianView,
    /// Whether my general practitioner may be told.
    pub gp_sharing: GpSharingView,
    /// What is known about my allergies.
    pub allergies: AllergiesView,
    /// My problems, as far as they are shared.
    #[schema(max_items = 200)]
    pub problems: Vec<MyProblem>,
    /// My care plan.
    pub care_plan: CarePlanView,
    /// How my care ended, the last time that it did.
    pub discharge: Option<MyDischarge>,
}

/// A problem on my list.
#[derive(Serialize, ToSchema)]
pub struct MyProblem {
    /// What it is called.
    #[schema(max_length = 200)]
    pub name: String,
    /// Where it stands.
    pub state: ProblemState,
    /// The first day of it, as far as is known.
    pub since: Option<NaiveDate>,
}

impl From<Problem> for MyProblem {
    fn from(problem: Problem) -> Self {
        Self { name: problem.words.name, state: problem.state, since: problem.words.since }
    }
}

/// How my care ended.
#[derive(Serialize, ToSchema)]
pub struct MyDischarge {
    /// When.
    pub ended_at: UtcTime,
    /// What I was told, if anything.
    #[schema(max_length = 8000)]
    pub summary: Option<String>,
}

impl From<Ended> for MyDischarge {
    fn from(ended: Ended) -> Self {
        Self { ended_at: ended.ended_at, summary: ended.summary.and_then(|words| words.shared) }
    }
}

/// What I may read of a note.
#[derive(Serialize, ToSchema)]
pub struct MyNote {
    /// Names it.
    pub id: Id,
    /// About which appointment it is.
    pub appointment_id: Id,
    /// Who wrote it.
    pub author_id: Id,
    /// What it is about.
    pub kind: NoteKind,
    /// What it says, as far as it is shared.
    #[schema(max_length = 8000)]
    pub text: Option<String>,
    /// When it was signed.
    pub signed_at: Option<UtcTime>,
    /// What was added since, as far as it is shared.
    #[schema(max_items = 100)]
    pub addenda: Vec<MyAddendum>,
}

/// What I may read of what was added.
#[derive(Serialize, ToSchema)]
pub struct MyAddendum {
    /// Who added it.
    pub author_id: Id,
    /// What it says.
    #[schema(max_length = 8000)]
    pub text: String,
    /// When.
    pub added_at: UtcTime,
}

impl MyNote {
    /// The shared parts of a signed note and of what was added.
    pub fn new(note: Note, addenda: Vec<Addendum>) -> Self {
        let shared = |addendum: Addendum| {
            let Addendum { author, words, added_at, .. } = addendum;
            words.shared.map(|text| MyAddendum { author_id: author, text, added_at })
        };
        Self {
            id: note.id,
            appointment_id: note.appointment,
            author_id: note.author,
            kind: note.kind,
            text: note.words.shared,
            signed_at: note.signed_at,
            addenda: addenda.into_iter().filter_map(shared).collect(),
        }
    }
}
