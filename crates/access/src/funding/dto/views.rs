//! Requests as they are shown. What a commissioner may not see is not there for them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::funding::model::{
    AppealGround, FundedSession, FundingDecisionGround, FundingEvent, FundingParty, FundingReason, FundingState,
};
use crate::funding::queries::Request;
use crate::funding::queries::events::Happening;
use crate::funding::queries::uses::{Uncovered, Use};
use crate::funding::rules;
use people::practitioners::queries::Registered;
use platform::ids::{Id, UtcTime};
use reference::signposts::dto::SignpostView;
use reference::workforce::model::Profession;

/// As whom somebody reads a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The person it is about.
    Practitioner,
    /// The service's coordinator.
    Coordinator,
    /// The commissioner of the area.
    Commissioner,
}

impl Reader {
    /// What part they have in it.
    pub const fn party(self) -> FundingParty {
        match self {
            Self::Practitioner => FundingParty::Practitioner,
            Self::Coordinator => FundingParty::Coordinator,
            Self::Commissioner => FundingParty::Commissioner,
        }
    }
}

/// A request with the person it is about.
#[derive(Debug, Clone)]
pub struct Shown {
    pub request: Request,
    pub person: Registered,
}

/// A request in a list.
#[derive(Serialize, ToSchema)]
pub struct FundingRequestSummary {
    /// Names it.
    pub id: Id,
    /// Where it stands.
    pub state: FundingState,
    /// About whom it is. Null for commissioners.
    pub practitioner_id: Option<Id>,
    /// The code that stands for their name. Null for commissioners.
    #[schema(max_length = 20)]
    pub reference: Option<String>,
    /// What they want to be called; their reference where they want nothing else.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// What they work as.
    pub profession: Profession,
    /// The integrated care board that is asked.
    #[schema(max_length = 10)]
    pub icb_code: Option<String>,
    /// Why this care and no other.
    pub reason: Option<FundingReason>,
    /// How many sessions are asked for.
    pub sessions_requested: Option<i32>,
    /// When it was handed in.
    pub submitted_at: Option<UtcTime>,
    /// When the panel meets.
    pub panel_on: Option<NaiveDate>,
    /// When it was last decided.
    pub decided_at: Option<UtcTime>,
    /// When the next answer is due.
    pub due_on: Option<NaiveDate>,
    /// When it was begun.
    pub created_at: UtcTime,
}

impl FundingRequestSummary {
    /// The request as this reader sees it on this day.
    pub fn new(shown: Shown, reader: Reader, today: NaiveDate) -> Self {
        let Shown { request, person } = shown;
        let inside = reader != Reader::Commissioner;
        let state = rules::standing(request.state, request.terms.valid_until, today);
        Self {
            id: request.id,
            state,
            practitioner_id: inside.then_some(request.practitioner),
            reference: inside.then_some(person.reference),
            pseudonym: person.pseudonym,
            profession: person.told.profession,
            icb_code: request.icb_code,
            reason: request.told.reason,
            sessions_requested: request.told.sessions,
            submitted_at: request.submitted_at,
            panel_on: request.panel_on,
            decided_at: request.decided_at,
            due_on: request.due_on.filter(|_| state == request.state),
            created_at: request.created_at,
        }
    }
}

/// A request with its limits and its history.
#[derive(Serialize, ToSchema)]
pub struct FundingRequestView {
    /// Names it.
    pub id: Id,
    /// Where it stands.
    pub state: FundingState,
    /// What the caller may do with it now.
    #[schema(max_items = 20)]
    pub allowed_actions: Vec<FundingEvent>,
    /// About whom it is. Null for commissioners.
    pub practitioner_id: Option<Id>,
    /// The code that stands for their name. Null for commissioners.
    #[schema(max_length = 20)]
    pub reference: Option<String>,
    /// What they want to be called; their reference where they want nothing else.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// What they work as.
    pub profession: Profession,
    /// The integrated care board that is asked.
    #[schema(max_length = 10)]
    pub icb_code: Option<String>,
    /// Why this care and no other.
    pub reason: Option<FundingReason>,
    /// How many sessions are asked for.
    pub sessions_requested: Option<i32>,
    /// What the person wants to say. For commissioners only where it is shared.
    #[schema(max_length = 4000)]
    pub statement: Option<String>,
    /// Whether the commissioner may read the statement.
    pub share_statement: bool,
    /// When the person agreed that it be sent.
    pub consented_at: Option<UtcTime>,
    /// When it was handed in.
    pub submitted_at: Option<UtcTime>,
    /// Since when the commissioner knows of it.
    pub sent_at: Option<UtcTime>,
    /// When the panel meets.
    pub panel_on: Option<NaiveDate>,
    /// When it was last decided.
    pub decided_at: Option<UtcTime>,
    /// When the next answer is due, or the person's own time ends.
    pub due_on: Option<NaiveDate>,
    /// How many sessions the approval pays for; null without such a limit.
    pub sessions_limit: Option<i32>,
    /// How many are booked. Null for commissioners.
    pub sessions_used: Option<i32>,
    /// How much money the approval gives, in pence; null without such a limit.
    pub amount_limit_pence: Option<i32>,
    /// How much of it is used, in pence. Null for commissioners.
    pub amount_used_pence: Option<i32>,
    /// The last day on which anything may be booked; null without such a limit.
    pub valid_until: Option<NaiveDate>,
    /// What happened, oldest first.
    #[schema(max_items = 100)]
    pub history: Vec<FundingHistoryEntry>,
    /// Help elsewhere, the most urgent first. Empty for commissioners.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// Appointments to come that are booked on it. For coordinators; empty for others.
    #[schema(max_items = 100)]
    pub appointments: Vec<FundedAppointment>,
    /// When it was begun.
    pub created_at: UtcTime,
}

impl FundingRequestView {
    /// The request as this reader sees it on this day.
    pub fn new(
        shown: Shown,
        reader: Reader,
        history: Vec<Happening>,
        signposts: Vec<SignpostView>,
        appointments: Vec<Use>,
        today: NaiveDate,
    ) -> Self {
        let inside = reader != Reader::Commissioner;
        let request = shown.request.clone();
        let FundingRequestSummary {
            id,
            state,
            practitioner_id,
            reference,
            pseudonym,
            profession,
            icb_code,
            reason,
            sessions_requested: sessions_asked,
            submitted_at,
            panel_on,
            decided_at,
            due_on,
            created_at,
        } = FundingRequestSummary::new(shown, reader, today);
        Self {
            id,
            state,
            allowed_actions: rules::possible(state, reader.party()),
            practitioner_id,
            reference,
            pseudonym,
            profession,
            icb_code,
            reason,
            sessions_requested: sessions_asked,
            statement: request.told.statement.filter(|_| inside || request.told.share_statement),
            share_statement: request.told.share_statement,
            consented_at: request.consented_at,
            submitted_at,
            sent_at: request.sent_at,
            panel_on,
            decided_at,
            due_on,
            sessions_limit: request.terms.sessions,
            sessions_used: inside.then_some(request.sessions_used),
            amount_limit_pence: request.terms.amount_pence,
            amount_used_pence: inside.then_some(request.amount_used),
            valid_until: request.terms.valid_until,
            history: history.into_iter().map(|happening| FundingHistoryEntry::new(happening, reader)).collect(),
            signposts,
            appointments: appointments.into_iter().map(FundedAppointment::from).collect(),
            created_at,
        }
    }
}

/// Something that happened to a request.
#[derive(Serialize, ToSchema)]
pub struct FundingHistoryEntry {
    /// When.
    pub at: UtcTime,
    /// What.
    pub event: FundingEvent,
    /// Where the request stood from then on.
    pub state: FundingState,
    /// Who did it: `practitioner`, `coordinator`, `commissioner` or `system`.
    #[schema(max_length = 20)]
    pub by_role: String,
    /// What was said. For commissioners only what they said themselves and what is shared.
    #[schema(max_length = 4000)]
    pub text: Option<String>,
    /// The grounds of a decision.
    pub ground: Option<FundingDecisionGround>,
    /// The grounds of an appeal.
    pub appeal_ground: Option<AppealGround>,
    /// The sessions of a limited approval.
    pub sessions: Option<i32>,
    /// The money of a limited approval, in pence.
    pub amount_pence: Option<i32>,
    /// The last day of a limited approval.
    pub valid_until: Option<NaiveDate>,
}

impl FundingHistoryEntry {
    fn new(happening: Happening, reader: Reader) -> Self {
        let Happening { at, role, event, state, said } = happening;
        let readable = reader != Reader::Commissioner || said.shared || role == FundingParty::Commissioner.as_str();
        let terms = said.terms.unwrap_or_default();
        Self {
            at,
            event,
            state,
            by_role: role,
            text: said.text.filter(|_| readable),
            ground: said.ground,
            appeal_ground: said.appeal,
            sessions: terms.sessions,
            amount_pence: terms.amount_pence,
            valid_until: terms.valid_until,
        }
    }
}

/// An appointment that an approval pays for.
#[derive(Debug, Serialize, ToSchema)]
pub struct FundedAppointment {
    /// Names the use of the approval.
    pub id: Id,
    /// The appointment.
    pub appointment_id: Id,
    /// What it is for.
    pub session: FundedSession,
    /// What it costs, in pence.
    pub pence: i32,
    /// When it begins.
    pub starts_at: UtcTime,
    /// When it was booked.
    pub booked_at: UtcTime,
    /// When a coordinator let it stand although the approval had ended.
    pub confirmed_at: Option<UtcTime>,
}

impl From<Use> for FundedAppointment {
    fn from(used: Use) -> Self {
        let Use { id, appointment_id, session, pence, starts_at, booked_at, kept_at, .. } = used;
        Self { id, appointment_id, session, pence, starts_at, booked_at, confirmed_at: kept_at }
    }
}

/// An appointment to come that nothing pays for any more.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnfundedAppointment {
    /// Names the question.
    pub id: Id,
    /// The appointment.
    pub appointment_id: Id,
    /// The request whose approval has ended.
    pub funding_request_id: Id,
    /// How it has ended.
    pub request_state: FundingState,
    /// Whose appointment it is.
    pub practitioner_id: Id,
    /// What it is for.
    pub session: FundedSession,
    /// When it begins.
    pub starts_at: UtcTime,
    /// When a coordinator let it stand.
    pub confirmed_at: Option<UtcTime>,
}

impl UnfundedAppointment {
    /// The appointment on this day.
    pub fn new(uncovered: &Uncovered, today: NaiveDate) -> Self {
        Self {
            id: uncovered.used.id,
            appointment_id: uncovered.used.appointment_id,
            funding_request_id: uncovered.used.request_id,
            request_state: rules::standing(uncovered.state, uncovered.valid_until, today),
            practitioner_id: uncovered.practitioner,
            session: uncovered.used.session,
            starts_at: uncovered.used.starts_at,
            confirmed_at: uncovered.used.kept_at,
        }
    }
}
