//! Response bodies of follow-ups.

mod forms;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

pub use self::forms::{
    CancelFollowUp, CreateFollowUp, FollowUpQuery, LinkFollowUpAppointment, MyFollowUpQuery, RecordFollowUpContactAttempt,
    ReplaceFollowUp,
};
use super::model::{FollowUpCancelReason, FollowUpContactAttemptOutcome, FollowUpPurpose, FollowUpState};
use super::queries::FollowUp;
use super::queries::contacts::Contact;
use super::rules;
use people::{Caller, Role};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use scheduling::booking::dto::SlotView;
use scheduling::booking::model::AppointmentState;
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};

/// Who reads a follow-up; it decides what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The practitioner, who sees what is shared with them and how to book.
    Practitioner,
    /// A clinician who treats the practitioner, who sees everything.
    Clinician,
    /// A coordinator, who sees no clinical text.
    Coordinator,
}

impl Reader {
    /// As what this caller reads.
    pub const fn of(caller: &Caller) -> Self {
        match caller.role {
            Role::Practitioner => Self::Practitioner,
            Role::Clinician => Self::Clinician,
            _ => Self::Coordinator,
        }
    }
}

/// A follow-up, agreed at the end of an appointment.
#[derive(Serialize, ToSchema)]
pub struct FollowUpView {
    /// Identifies the follow-up.
    pub id: Id,
    /// Calculated at the time of the request.
    pub state: FollowUpState,
    /// The practitioner it belongs to.
    pub practitioner_id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 40)]
    pub reference: String,
    /// The name that the practitioner chose. Null for the practitioner.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// The clinician they will see.
    pub clinician_id: Id,
    /// The clinician's name.
    #[schema(max_length = 100)]
    pub clinician_name: String,
    /// The clinician who agreed it with them.
    pub agreed_by: Id,
    /// The appointment at which it was agreed.
    pub agreed_appointment_id: Id,
    /// When the follow-up was agreed.
    pub agreed_at: UtcTime,
    /// The purpose of the follow-up.
    pub purpose: FollowUpPurpose,
    /// The first day of its window, in Europe/London.
    pub due_from: NaiveDate,
    /// The last day of its window.
    pub due_until: NaiveDate,
    /// The kind of appointment to book.
    pub kind: AppointmentKind,
    /// The mode of appointment to book; null if any mode will do.
    pub mode: Option<AppointmentMode>,
    /// Code of the questionnaire to answer again; null if there is none.
    #[schema(max_length = 50)]
    pub questionnaire: Option<String>,
    /// When it was last answered since the follow-up was agreed; null until then.
    pub questionnaire_answered_at: Option<UtcTime>,
    /// Note on what was agreed. For clinicians, and for the practitioner if it is shared; null in lists for staff.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
    /// Whether the practitioner can read the note.
    pub note_shared: bool,
    /// The appointment that fulfils it; null while there is none.
    pub appointment: Option<FollowUpAppointment>,
    /// When the practitioner was reminded that it is due.
    pub reminded_at: Option<UtcTime>,
    /// How many overdue reminders were sent.
    #[schema(minimum = 0)]
    pub chase_count: i32,
    /// When the last overdue reminder was sent.
    pub last_chased_at: Option<UtcTime>,
    /// Whether staff should call the practitioner: it is overdue and messages did not help. False for the practitioner.
    pub needs_call: bool,
    /// Calls about it, oldest first. Null for the practitioner and in lists.
    #[schema(max_items = 100)]
    pub contact_attempts: Option<Vec<FollowUpContactAttempt>>,
    /// When the follow-up was closed; null while it is open.
    pub closed_at: Option<UtcTime>,
    /// Why it was cancelled.
    pub cancel_reason: Option<FollowUpCancelReason>,
    /// Note on why it was cancelled. Null for the practitioner and in lists.
    #[schema(max_length = 1000)]
    pub cancel_note: Option<String>,
    /// How to book it. Only for the practitioner and while nothing is booked; null otherwise.
    pub suggestion: Option<BookingSuggestion>,
}

/// The appointment that fulfils a follow-up.
#[derive(Debug, Serialize, ToSchema)]
pub struct FollowUpAppointment {
    /// The booked appointment.
    pub appointment_id: Id,
    /// When the appointment starts.
    pub starts_at: UtcTime,
    /// The state of the appointment.
    pub state: AppointmentState,
    /// Whether it was linked by hand; otherwise it was found by its clinician, kind and time.
    pub linked: bool,
}

/// How to book a follow-up.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingSuggestion {
    /// Link that opens it in the companion app. It contains the follow-up's id and nothing else.
    #[schema(max_length = 500)]
    pub link: String,
    /// Start of the period in which slots are suggested.
    pub from: UtcTime,
    /// End of that period, exclusive.
    pub until: UtcTime,
    /// Slot searches to call, as paths of this API. Together they cover the period.
    #[schema(max_items = 100)]
    pub searches: Vec<SearchAddress>,
    /// A few slots that can be booked now, earliest first. Fewer or none if no more are available.
    #[schema(max_items = 20)]
    pub slots: Vec<SlotView>,
}

/// Path and query of a slot search.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 500)]
pub struct SearchAddress(pub String);

/// A call about a follow-up.
#[derive(Serialize, ToSchema)]
pub struct FollowUpContactAttempt {
    /// Identifies the contact.
    pub id: Id,
    /// When the call was made.
    pub at: UtcTime,
    /// The member of staff who called.
    pub by: Id,
    /// Result of the call.
    pub outcome: FollowUpContactAttemptOutcome,
    /// Note on the call.
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

impl From<Contact> for FollowUpContactAttempt {
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

/// Facts about a follow-up from other tables.
#[derive(Default)]
pub struct FollowUpContext {
    /// The name that the practitioner chose.
    pub pseudonym: Option<Private<String>>,
    /// When the questionnaire was last answered.
    pub answered_at: Option<UtcTime>,
    /// Calls about it.
    pub contacts: Option<Vec<Contact>>,
    /// How to book it.
    pub suggestion: Option<BookingSuggestion>,
}

impl FollowUpView {
    /// What this reader may see now.
    pub fn new(one: FollowUp, context: FollowUpContext, reader: Reader, now: UtcTime) -> Self {
        let (row, staff) = (one.row, reader != Reader::Practitioner);
        let state = rules::state(&one.facts, now.london_day());
        let sees_note = reader == Reader::Clinician || (reader == Reader::Practitioner && row.note_shared);
        let linked = row.appointment_id;
        Self {
            id: row.id,
            state,
            practitioner_id: row.practitioner_id,
            reference: one.reference,
            pseudonym: context.pseudonym.filter(|_| staff).map(Private::into_revealed),
            clinician_id: row.clinician_id,
            clinician_name: one.clinician_name.into_revealed(),
            agreed_by: row.agreed_by,
            agreed_appointment_id: row.agreed_appointment_id,
            agreed_at: row.agreed_at,
            purpose: one.purpose,
            due_from: row.due_from,
            due_until: row.due_by,
            kind: row.kind,
            mode: row.mode,
            questionnaire: one.questionnaire,
            questionnaire_answered_at: context.answered_at.filter(|answered| *answered > row.agreed_at),
            note: one.note.filter(|_| sees_note).map(Private::into_revealed),
            note_shared: row.note_shared,
            appointment: one.facts.appointment.map(|appointment| FollowUpAppointment {
                appointment_id: appointment.id,
                starts_at: appointment.starts_at.into(),
                state: appointment.status,
                linked: linked == Some(appointment.id),
            }),
            reminded_at: row.reminded_at,
            chase_count: row.chase_count,
            last_chased_at: row.last_chased_at,
            needs_call: staff && rules::needs_call(state, row.call_due_at.map(UtcTime::get), now.get()),
            contact_attempts: context
                .contacts
                .filter(|_| staff)
                .map(|all| all.into_iter().map(FollowUpContactAttempt::from).collect()),
            closed_at: row.closed_at,
            cancel_reason: row.cancel_reason,
            cancel_note: one.cancel_note.filter(|_| staff).map(Private::into_revealed),
            suggestion: context.suggestion,
        }
    }

    /// The same for a list for staff: without notes.
    pub fn in_list(one: FollowUp, context: FollowUpContext, reader: Reader, now: UtcTime) -> Self {
        Self { note: None, cancel_note: None, contact_attempts: None, ..Self::new(one, context, reader, now) }
    }
}
