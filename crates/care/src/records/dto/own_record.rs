//! Response bodies of a practitioner's own record.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::allergies::AllergiesView;
use super::gp::GpSharingView;
use super::lead::LeadClinicianView;
use super::plan::CarePlanView;
use super::prescribing_details::PrescribingDetailsView;
use crate::records::model::{MyRecordPart, NoteKind, ProblemState};
use crate::records::queries::notes::{Addenda, Addendum, Note};
use crate::records::queries::problems::Problem;
use crate::safety_plans::dto::SafetyPlanView;
use people::practitioners::model::Pathway;
use people::relationships::episodes::DischargeRecord;
use platform::ids::{Id, UtcTime};

/// My record, as far as it is shared with me.
#[derive(Serialize, ToSchema)]
pub struct MyRecordView {
    /// Where you are on the pathway.
    pub pathway: Pathway,
    /// My lead clinician.
    pub lead_clinician: LeadClinicianView,
    /// My consent to share with my GP; null if it cannot be read.
    pub gp_sharing: Option<GpSharingView>,
    /// My allergies; null if they cannot be read, which does not mean that there are none.
    pub allergies: Option<AllergiesView>,
    /// What is recorded about me for prescriptions; null if it cannot be read.
    pub prescribing_details: Option<PrescribingDetailsView>,
    /// The problems that are shared with me, without those that cannot be read.
    #[schema(max_items = 200)]
    pub problems: Vec<MyProblem>,
    /// My care plan; null if it cannot be read.
    pub care_plan: Option<CarePlanView>,
    /// My safety plan; null if there is none, or if it cannot be read.
    pub safety_plan: Option<SafetyPlanView>,
    /// My latest discharge; null if I was never discharged, or if it cannot be read.
    pub discharge: Option<MyDischarge>,
    /// The parts that cannot be read because they are damaged: what is missing above may exist. Report them to the service. Usually empty.
    #[schema(max_items = 8)]
    pub unreadable: Vec<MyRecordPart>,
}

/// A problem that is shared with me.
#[derive(Serialize, ToSchema)]
pub struct MyProblem {
    /// The name of the problem.
    #[schema(max_length = 200)]
    pub name: String,
    /// The state of the problem.
    pub state: ProblemState,
    /// Date of onset, if known.
    pub began_on: Option<NaiveDate>,
}

impl From<Problem> for MyProblem {
    fn from(problem: Problem) -> Self {
        Self { name: problem.content.name, state: problem.state, began_on: problem.content.since }
    }
}

/// My discharge.
#[derive(Serialize, ToSchema)]
pub struct MyDischarge {
    /// When care ended.
    pub ended_at: UtcTime,
    /// The part of the summary that is shared with me, if any.
    #[schema(max_length = 8000)]
    pub summary: Option<String>,
}

impl From<DischargeRecord> for MyDischarge {
    fn from(ended: DischargeRecord) -> Self {
        Self { ended_at: ended.ended_at, summary: ended.summary.and_then(|summary| summary.shared) }
    }
}

/// The shared part of a note.
#[derive(Serialize, ToSchema)]
pub struct MyNote {
    /// Identifies the note.
    pub id: Id,
    /// The appointment it is about.
    pub appointment_id: Id,
    /// The clinician who wrote it.
    pub author_id: Id,
    /// The kind of the note.
    pub kind: NoteKind,
    /// The shared text; null if only an addendum is shared.
    #[schema(max_length = 8000)]
    pub text: Option<String>,
    /// When the note was signed.
    pub signed_at: Option<UtcTime>,
    /// The shared parts of addenda.
    #[schema(max_items = 100)]
    pub addenda: Vec<MyAddendum>,
    /// Ids of the addenda that are shared with me and cannot be read because they are damaged. Report them to the service. Usually empty.
    #[schema(max_items = 100)]
    pub unreadable: Vec<Id>,
}

/// The shared part of an addendum.
#[derive(Serialize, ToSchema)]
pub struct MyAddendum {
    /// The clinician who added it.
    pub author_id: Id,
    /// The shared text.
    #[schema(max_length = 8000)]
    pub text: String,
    /// When the addendum was written.
    pub added_at: UtcTime,
}

impl MyNote {
    /// The shared parts of a signed note and of its addenda.
    pub fn new(note: Note, addenda: Addenda) -> Self {
        let shared = |addendum: Addendum| {
            let Addendum { author, content, added_at, .. } = addendum;
            content.shared.map(|text| MyAddendum { author_id: author, text, added_at })
        };
        Self {
            id: note.id,
            appointment_id: note.appointment,
            author_id: note.author,
            kind: note.kind,
            text: note.content.shared,
            signed_at: note.signed_at,
            addenda: addenda.items.into_iter().filter_map(shared).collect(),
            unreadable: addenda.unreadable.into_iter().filter(|addendum| addendum.shared).map(|addendum| addendum.id).collect(),
        }
    }
}
