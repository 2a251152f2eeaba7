//! Funding requests as they are returned. What a commissioner may not see is left out for them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::funding::model::{
    AppealGround, AppointmentKind, FundingDecisionGround, FundingEvent, FundingParty, FundingReason, FundingState,
};
use crate::funding::queries::FundingRequest;
use crate::funding::queries::events::HistoryEntry;
use crate::funding::queries::sessions::{FundedSessionRecord, UnfundedSession};
use crate::funding::rules;
use people::practitioners::queries::RegisteredPractitioner;
use platform::ids::{Id, UtcTime};
use reference::signposts::dto::SignpostView;
use reference::workforce::model::Profession;

/// The part in which the caller reads a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The practitioner it is about.
    Practitioner,
    /// A coordinator.
    Coordinator,
    /// A commissioner of the area.
    Commissioner,
}

impl Reader {
    /// The party of the reader.
    pub const fn party(self) -> FundingParty {
        match self {
            Self::Practitioner => FundingParty::Practitioner,
            Self::Coordinator => FundingParty::Coordinator,
            Self::Commissioner => FundingParty::Commissioner,
        }
    }
}

/// A request with its practitioner.
#[derive(Debug, Clone)]
pub struct RequestWithPractitioner {
    pub request: FundingRequest,
    pub practitioner: RegisteredPractitioner,
}

/// A funding request in a list.
#[derive(Serialize, ToSchema)]
pub struct FundingRequestSummary {
    /// Identifies the request.
    pub id: Id,
    /// The state of the request.
    pub state: FundingState,
    /// The practitioner. Null for commissioners.
    pub practitioner_id: Option<Id>,
    /// The practitioner's reference. Null for commissioners.
    #[schema(max_length = 20)]
    pub reference: Option<String>,
    /// The practitioner's pseudonym, or their reference where they chose none.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// The practitioner's profession.
    pub profession: Profession,
    /// The integrated care board that is asked.
    #[schema(max_length = 10)]
    pub icb_code: Option<String>,
    /// Why this care and no other.
    pub reason: Option<FundingReason>,
    /// How many sessions are requested.
    pub sessions_requested: Option<i32>,
    /// When it was submitted.
    pub submitted_at: Option<UtcTime>,
    /// The day the panel meets.
    pub panel_on: Option<NaiveDate>,
    /// When it was last decided.
    pub decided_at: Option<UtcTime>,
    /// When the next answer is due, or the practitioner's own time limit ends.
    pub due_on: Option<NaiveDate>,
    /// When it was created.
    pub created_at: UtcTime,
}

impl FundingRequestSummary {
    /// The request as this reader may see it today.
    pub fn new(shown: RequestWithPractitioner, reader: Reader, today: NaiveDate) -> Self {
        let RequestWithPractitioner { request, practitioner: person } = shown;
        let inside = reader != Reader::Commissioner;
        let state = rules::state_on(request.state, request.terms.valid_until, today);
        Self {
            id: request.id,
            state,
            practitioner_id: inside.then_some(request.practitioner),
            reference: inside.then_some(person.reference),
            pseudonym: person.pseudonym,
            profession: person.details.profession,
            icb_code: request.icb_code,
            reason: request.application.reason,
            sessions_requested: request.application.sessions,
            submitted_at: request.submitted_at,
            panel_on: request.panel_on,
            decided_at: request.decided_at,
            due_on: request.due_on.filter(|_| state == request.state),
            created_at: request.created_at,
        }
    }
}

/// A funding request with its limits and history.
#[derive(Serialize, ToSchema)]
pub struct FundingRequestView {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: FundingRequestSummary,
    /// What the caller may do with it now.
    #[schema(max_items = 20)]
    pub allowed_actions: Vec<FundingEvent>,
    /// The practitioner's statement. For commissioners only where it is shared.
    #[schema(max_length = 4000)]
    pub statement: Option<String>,
    /// Whether the commissioner may read the statement.
    pub share_statement: bool,
    /// When the practitioner consented to sending it.
    pub consented_at: Option<UtcTime>,
    /// When it was first sent to the commissioner.
    pub sent_at: Option<UtcTime>,
    /// How many sessions the approval pays for; null without such a limit.
    pub sessions_limit: Option<i32>,
    /// How many sessions are booked. Null for commissioners.
    pub sessions_used: Option<i32>,
    /// The amount of the approval, in pence; null without such a limit.
    pub amount_limit_pence: Option<i32>,
    /// How much of the amount is used, in pence. Null for commissioners.
    pub amount_used_pence: Option<i32>,
    /// The last day for bookings; null without such a limit.
    pub valid_until: Option<NaiveDate>,
    /// The history, oldest first.
    #[schema(max_items = 100)]
    pub history: Vec<FundingHistoryEntry>,
    /// Sources of help elsewhere, most urgent first. Empty for commissioners.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// Upcoming appointments booked on it. For coordinators; empty for others.
    #[schema(max_items = 100)]
    pub appointments: Vec<FundedAppointment>,
}

impl FundingRequestView {
    /// The request as this reader may see it today.
    pub fn new(
        shown: RequestWithPractitioner,
        reader: Reader,
        history: Vec<HistoryEntry>,
        signposts: Vec<SignpostView>,
        appointments: Vec<FundedSessionRecord>,
        today: NaiveDate,
    ) -> Self {
        let inside = reader != Reader::Commissioner;
        let request = shown.request.clone();
        let summary = FundingRequestSummary::new(shown, reader, today);
        Self {
            allowed_actions: rules::allowed_actions(summary.state, reader.party()),
            summary,
            statement: request.application.statement.filter(|_| inside || request.application.share_statement),
            share_statement: request.application.share_statement,
            consented_at: request.consented_at,
            sent_at: request.sent_at,
            sessions_limit: request.terms.sessions,
            sessions_used: inside.then_some(request.sessions_used),
            amount_limit_pence: request.terms.amount_pence,
            amount_used_pence: inside.then_some(request.amount_used),
            valid_until: request.terms.valid_until,
            history: history.into_iter().map(|entry| FundingHistoryEntry::new(entry, reader)).collect(),
            signposts,
            appointments: appointments.into_iter().map(FundedAppointment::from).collect(),
        }
    }
}

/// An entry in the history of a funding request.
#[derive(Serialize, ToSchema)]
pub struct FundingHistoryEntry {
    /// When it happened.
    pub at: UtcTime,
    /// What happened.
    pub event: FundingEvent,
    /// The state of the request from then on.
    pub state: FundingState,
    /// The role that did it: `practitioner`, `coordinator`, `commissioner` or `system`.
    #[schema(max_length = 20)]
    pub by_role: String,
    /// The text. For commissioners only what they wrote themselves and what is shared.
    #[schema(max_length = 4000)]
    pub text: Option<String>,
    /// The grounds of a decision.
    pub ground: Option<FundingDecisionGround>,
    /// The grounds of an appeal.
    pub appeal_ground: Option<AppealGround>,
    /// The number of sessions of a limited approval.
    pub sessions: Option<i32>,
    /// The amount of a limited approval, in pence.
    pub amount_pence: Option<i32>,
    /// The last day for bookings under a limited approval.
    pub valid_until: Option<NaiveDate>,
}

impl FundingHistoryEntry {
    fn new(entry: HistoryEntry, reader: Reader) -> Self {
        let HistoryEntry { at, role, event, state, details } = entry;
        let readable = reader != Reader::Commissioner || details.shared || role == FundingParty::Commissioner.as_str();
        let terms = details.terms.unwrap_or_default();
        Self {
            at,
            event,
            state,
            by_role: role,
            text: details.text.filter(|_| readable),
            ground: details.ground,
            appeal_ground: details.appeal,
            sessions: terms.sessions,
            amount_pence: terms.amount_pence,
            valid_until: terms.valid_until,
        }
    }
}

/// An appointment that an approval pays for.
#[derive(Debug, Serialize, ToSchema)]
pub struct FundedAppointment {
    /// Identifies the use of the approval.
    pub id: Id,
    /// The appointment.
    pub appointment_id: Id,
    /// The kind of session.
    pub session: AppointmentKind,
    /// The price, in pence.
    pub pence: i32,
    /// When the appointment starts.
    pub starts_at: UtcTime,
    /// When it was booked.
    pub booked_at: UtcTime,
    /// When a coordinator confirmed the appointment although the approval had ended.
    pub confirmed_at: Option<UtcTime>,
}

impl From<FundedSessionRecord> for FundedAppointment {
    fn from(used: FundedSessionRecord) -> Self {
        let FundedSessionRecord { id, appointment_id, session, pence, starts_at, booked_at, confirmed_at, .. } = used;
        Self { id, appointment_id, session, pence, starts_at, booked_at, confirmed_at }
    }
}

/// An upcoming appointment whose funding has ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnfundedAppointment {
    /// Identifies the entry.
    pub id: Id,
    /// The appointment.
    pub appointment_id: Id,
    /// The request whose approval has ended.
    pub funding_request_id: Id,
    /// The state of that request.
    pub request_state: FundingState,
    /// The practitioner.
    pub practitioner_id: Id,
    /// The kind of session.
    pub session: AppointmentKind,
    /// When the appointment starts.
    pub starts_at: UtcTime,
    /// When a coordinator confirmed the appointment.
    pub confirmed_at: Option<UtcTime>,
}

impl UnfundedAppointment {
    /// The appointment as it is today.
    pub fn new(unfunded: &UnfundedSession, today: NaiveDate) -> Self {
        Self {
            id: unfunded.record.id,
            appointment_id: unfunded.record.appointment_id,
            funding_request_id: unfunded.record.request_id,
            request_state: rules::state_on(unfunded.state, unfunded.valid_until, today),
            practitioner_id: unfunded.practitioner,
            session: unfunded.record.session,
            starts_at: unfunded.record.starts_at,
            confirmed_at: unfunded.record.confirmed_at,
        }
    }
}
