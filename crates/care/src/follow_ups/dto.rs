//! Forms about follow-ups: what is shown of them.

mod asked;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

pub use self::asked::{
    CancelFollowUp, CreateFollowUp, CreateFollowUpContact, FollowUpQuery, LinkFollowUpAppointment, MyFollowUpQuery,
    ReplaceFollowUp,
};
use super::model::{FollowUpCancelReason, FollowUpContactOutcome, FollowUpPurpose, FollowUpState};
use super::queries::FollowUp;
use super::queries::contacts::Contact;
use super::rules;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use scheduling::booking::dto::SlotView;
use scheduling::booking::model::AppointmentStatus;
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};

/// Who looks at a follow-up: what is shown depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The practitioner, who sees what is shared and how to book.
    Practitioner,
    /// A clinician who treats, who sees all of it.
    Clinician,
    /// A coordinator, who sees no clinical words.
    Coordinator,
}

/// What was agreed at the end of an appointment.
#[derive(Serialize, ToSchema)]
pub struct FollowUpView {
    /// Names it.
    pub id: Id,
    /// Where it stands, worked out at this moment.
    pub state: FollowUpState,
    /// Whose it is.
    pub practitioner_id: Id,
    /// The code that stands for their name.
    #[schema(max_length = 40)]
    pub practitioner_reference: String,
    /// What they want to be called. Null for the practitioner.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// Who is to see them.
    pub clinician_id: Id,
    /// The clinician's name.
    #[schema(max_length = 100)]
    pub clinician_name: String,
    /// Who agreed it with them.
    pub agreed_by: Id,
    /// At the end of which appointment.
    pub agreed_appointment_id: Id,
    /// When.
    pub agreed_at: UtcTime,
    /// What it is for.
    pub purpose: FollowUpPurpose,
    /// The first day on which it is to be, in Europe/London.
    pub due_from: NaiveDate,
    /// The last day.
    pub due_by: NaiveDate,
    /// What kind of appointment it is to be.
    pub kind: AppointmentKind,
    /// How they are to meet; null when that does not matter.
    pub mode: Option<AppointmentMode>,
    /// The code of the questionnaire to answer again; null when there is none.
    #[schema(max_length = 50)]
    pub questionnaire: Option<String>,
    /// When it was answered again, the last time; null until then.
    pub questionnaire_answered_at: Option<UtcTime>,
    /// What was agreed in words. For clinicians, and for the practitioner where it is shared; null in lists of staff.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
    /// Whether the practitioner sees the note.
    pub note_shared: bool,
    /// The appointment that it came to; null while there is none.
    pub appointment: Option<FollowUpAppointment>,
    /// When the practitioner was reminded.
    pub reminded_at: Option<UtcTime>,
    /// How often they were chased.
    #[schema(minimum = 0)]
    pub chase_count: i32,
    /// When, the last time.
    pub last_chased_at: Option<UtcTime>,
    /// Whether a person is to ring: it is overdue and letters did not help. False for the practitioner.
    pub needs_call: bool,
    /// What was done about it, oldest first. Null for the practitioner and in lists.
    #[schema(max_items = 100)]
    pub contacts: Option<Vec<FollowUpContact>>,
    /// When it was closed.
    pub closed_at: Option<UtcTime>,
    /// Why it was called off.
    pub cancel_reason: Option<FollowUpCancelReason>,
    /// What was said when it was called off. Null for the practitioner and in lists.
    #[schema(max_length = 1000)]
    pub cancel_note: Option<String>,
    /// For the practitioner, while nothing is booked: how to book it. Null otherwise.
    pub suggestion: Option<BookingSuggestion>,
}

/// The appointment that a follow-up came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct FollowUpAppointment {
    /// Which.
    pub appointment_id: Id,
    /// When it begins.
    pub starts_at: UtcTime,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// Whether somebody said that it is the one; otherwise it was found by its clinician, kind and time.
    pub linked: bool,
}

/// How to book what was agreed.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingSuggestion {
    /// Opens it in the companion app. Holds the follow-up's id and nothing else.
    #[schema(max_length = 500)]
    pub link: String,
    /// From when on slots are suggested.
    pub from: UtcTime,
    /// Up to when, this instant left out.
    pub to: UtcTime,
    /// The exact searches for slots, as addresses of this service: one after the other they cover the time.
    #[schema(max_items = 100)]
    pub searches: Vec<SearchAddress>,
    /// A few slots that can be booked at this moment, earliest first; fewer, or none, when there are no more.
    #[schema(max_items = 20)]
    pub slots: Vec<SlotView>,
}

/// The address of a search, with its query.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 500)]
pub struct SearchAddress(pub String);

/// What somebody did about a follow-up.
#[derive(Serialize, ToSchema)]
pub struct FollowUpContact {
    /// Names it.
    pub id: Id,
    /// When.
    pub at: UtcTime,
    /// Who.
    pub by: Id,
    /// What came of it.
    pub outcome: FollowUpContactOutcome,
    /// In words.
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

impl From<Contact> for FollowUpContact {
    fn from(contact: Contact) -> Self {
        Self {
            id: contact.id,
            at: contact.at,
            by: contact.by,
            outcome: contact.outcome,
            note: contact.note.map(Private::into_revealed),
        }
    }
}

/// What is known of a follow-up beside its row.
#[derive(Default)]
pub struct Beside {
    /// What the practitioner wants to be called.
    pub pseudonym: Option<Private<String>>,
    /// When the questionnaire was answered again.
    pub answered_at: Option<UtcTime>,
    /// What people did about it.
    pub contacts: Option<Vec<Contact>>,
    /// How to book it.
    pub suggestion: Option<BookingSuggestion>,
}

impl FollowUpView {
    /// What this reader may see of it at this moment.
    pub fn new(one: FollowUp, beside: Beside, reader: Reader, now: UtcTime) -> Self {
        let (row, staff) = (one.row, reader != Reader::Practitioner);
        let state = rules::state(&one.standing, now.london_day());
        let sees_note = reader == Reader::Clinician || (reader == Reader::Practitioner && row.note_shared);
        let linked = row.appointment_id;
        Self {
            id: row.id,
            state,
            practitioner_id: row.practitioner_id,
            practitioner_reference: one.reference,
            pseudonym: beside.pseudonym.filter(|_| staff).map(Private::into_revealed),
            clinician_id: row.clinician_id,
            clinician_name: one.clinician_name.into_revealed(),
            agreed_by: row.agreed_by,
            agreed_appointment_id: row.agreed_in,
            agreed_at: row.agreed_at,
            purpose: row.purpose,
            due_from: row.due_from,
            due_by: row.due_by,
            kind: row.kind,
            mode: row.mode,
            questionnaire: row.questionnaire,
            questionnaire_answered_at: beside.answered_at.filter(|answered| *answered > row.agreed_at),
            note: one.note.filter(|_| sees_note).map(Private::into_revealed),
            note_shared: row.note_shared,
            appointment: one.standing.appointment.map(|appointment| FollowUpAppointment {
                appointment_id: appointment.id,
                starts_at: appointment.starts_at.into(),
                status: appointment.status,
                linked: linked == Some(appointment.id),
            }),
            reminded_at: row.reminded_at,
            chase_count: row.chased,
            last_chased_at: row.last_chased_at,
            needs_call: staff && rules::needs_call(state, row.call_due_at.map(UtcTime::get), now.get()),
            contacts: beside.contacts.filter(|_| staff).map(|all| all.into_iter().map(FollowUpContact::from).collect()),
            closed_at: row.closed_at,
            cancel_reason: row.cancel_reason,
            cancel_note: one.cancel_note.filter(|_| staff).map(Private::into_revealed),
            suggestion: beside.suggestion,
        }
    }

    /// The same as a list of staff shows it: without words.
    pub fn in_list(one: FollowUp, beside: Beside, reader: Reader, now: UtcTime) -> Self {
        Self { note: None, cancel_note: None, contacts: None, ..Self::new(one, beside, reader, now) }
    }
}
