//! HTTP handlers of funding, and what they share: who may know of which request, and how a request changes state.

pub(super) mod applying;
pub mod areas;
pub(super) mod deciding;
pub(super) mod reading;
pub(super) mod screening;
pub(super) mod unfunded;

use super::dto::{FundingRequestView, Reader, RequestWithPractitioner};
use super::model::{EventDetails, FundingEvent, FundingState};
use super::queries::{self, FundingRequest, areas as area_records, events, sessions};
use super::{in_force, notifications, responders, rules};
use crate::registration::signposting;
use people::practitioners::model::Pathway;
use people::practitioners::queries as practitioners;
use people::relationships::{Basis, Permit, PermitExt, Protected, Purpose};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Response;
use platform::ids::{Id, UtcTime};
use reference::signposts;
use reference::workforce::rules::boards_covered_by;
use reference::workforce::{self, bank_holidays};

/// The part in which the caller reads a request.
fn reader(caller: &Caller) -> Reader {
    match caller.role {
        Role::Practitioner => Reader::Practitioner,
        Role::Commissioner => Reader::Commissioner,
        _ => Reader::Coordinator,
    }
}

/// The boards whose requests a commissioner decides today.
fn own_boards(tx: &mut Tx, commissioner: Id) -> Result<Vec<String>> {
    let areas = area_records::for_commissioner(tx, commissioner)?;
    Ok(boards_covered_by(&workforce::boards(tx)?, &areas, tx.now.london_day()))
}

/// A record of a funding request, or of its practitioner. For commissioners of the area it is the reason for which they may know of
/// them.
fn with_reason<T>(caller: &Caller, record: Protected<T>) -> Protected<T> {
    record.while_open(|_| reader(caller) == Reader::Commissioner, Basis::Commissioned)
}

/// The same for a request, which is itself a reason for coordinators until some time after its last change.
fn with_own_reason(tx: &Tx, caller: &Caller, request: Protected<FundingRequest>) -> Protected<FundingRequest> {
    let since = tx.now - tx.policy.read_after_care;
    let is_recent = |request: &FundingRequest| reader(caller) == Reader::Coordinator && request.counts_from() > since;
    with_reason(caller, request.while_open(is_recent, Basis::Funding))
}

/// A request that the caller may know of for this purpose: the practitioner it is about, coordinators while something is open or until
/// some time after its last change, and commissioners of the area once it was sent, until 30 days after it ended
/// (`CONFIDE_READ_AFTER_CARE_DAYS`). Everyone else gets 404, and so do staff in conflict with the practitioner.
fn permit(
    tx: &mut Tx,
    caller: &Caller,
    request: Option<Protected<FundingRequest>>,
    purpose: Purpose,
) -> Result<(Permit, FundingRequest)> {
    // Read before the request is known, so that the time of a 404 does not tell whether there is one.
    let boards = match reader(caller) {
        Reader::Commissioner => Some(own_boards(tx, caller.id)?),
        Reader::Practitioner | Reader::Coordinator => None,
    };
    let request = request.map(|request| with_own_reason(tx, caller, request));
    let (permit, request) = request.permit(tx, caller, purpose)?;
    if let Some(boards) = boards {
        let asked = request.icb_code.as_ref().filter(|_| request.sent_at.is_some());
        let code = asked.ok_or_else(Error::not_found)?;
        let since = tx.now - tx.policy.read_after_care;
        let has_ended = rules::ended_before(request.state, request.updated_at, request.terms.valid_until, since);
        if has_ended || !boards.contains(code) {
            return Err(Error::not_found());
        }
    }
    Ok((permit, request))
}

/// A request to be changed, with its state today and the pathway of its practitioner. The row of the practitioner is locked
/// first, then that of the request; bookings lock in the same order, so that there is no deadlock.
fn locked(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, FundingRequest, Pathway)> {
    let owner = queries::practitioner_of(tx, id)?.unwrap_or(Id::NO_RECORD);
    let pathway = practitioners::lock_practitioner(tx, owner)?;
    let request = queries::locked(tx, id)?;
    let (permit, mut request) = permit(tx, caller, request, Purpose::Act)?;
    let pathway = pathway.ok_or_else(Error::not_found)?;
    request.state = rules::state_on(request.state, request.terms.valid_until, tx.now.london_day());
    Ok((permit, request, pathway))
}

/// Applies one event to a request: checks that it is allowed, lets `edit` check and write what comes with it, and stores the
/// state, the day of the next answer, the history and the audit entry.
fn advance(
    tx: &mut Tx,
    (caller, permit): (&Caller, &Permit),
    request: &mut FundingRequest,
    event: FundingEvent,
    edit: impl FnOnce(&mut Tx, &mut FundingRequest) -> Result<EventDetails>,
) -> Result<()> {
    let today = tx.now.london_day();
    let next = rules::step(request.state, event, reader(caller).party())?;
    let details = edit(tx, request)?;
    request.state = next;
    let submitted = request.submitted_at.map(UtcTime::london_day);
    let (panel, until, limits) = (request.panel_on, request.terms.valid_until, in_force::limits(tx)?);
    request.due_on = rules::due_on(next, today, submitted, panel, until, &limits, &bank_holidays(tx)?);
    queries::update(tx, request)?;
    request.version += 1;
    events::append(tx, request.id, (event, next), &details, caller.actor())?;
    permit.record(tx, audit_action(event), ("funding_request", Some(request.id)))
}

/// The action in the audit trail.
const fn audit_action(event: FundingEvent) -> &'static str {
    match event {
        FundingEvent::Created => "funding_request.created",
        FundingEvent::Updated => "funding_request.updated",
        FundingEvent::Submitted => "funding_request.submitted",
        FundingEvent::ScreeningStarted => "funding_request.screening_started",
        FundingEvent::InformationRequested => "funding_request.information_requested",
        FundingEvent::InformationProvided => "funding_request.information_provided",
        FundingEvent::SentToPanel => "funding_request.sent_to_panel",
        FundingEvent::Approved => "funding_request.approved",
        FundingEvent::ApprovedLimited => "funding_request.approved_limited",
        FundingEvent::Declined => "funding_request.declined",
        FundingEvent::ReconsiderationRequested => "funding_request.reconsideration_requested",
        FundingEvent::Appealed => "funding_request.appealed",
        FundingEvent::Withdrawn => "funding_request.withdrawn",
        FundingEvent::Expired => "funding_request.expired",
        FundingEvent::AppointmentConfirmed => "funding_request.appointment_confirmed",
    }
}

/// Moves a practitioner along the pathway, if the step changes.
fn update_pathway(tx: &mut Tx, practitioner: Id, from: Pathway, to: Pathway) -> Result<()> {
    if from == to { Ok(()) } else { practitioners::set_pathway(tx, practitioner, to) }
}

/// The request as the caller may see it.
fn view(tx: &mut Tx, caller: &Caller, permit: &Permit, id: Id) -> Result<Response> {
    let (reader, today) = (reader(caller), tx.now.london_day());
    let request = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    let registered = practitioners::find(tx, request.practitioner)?.ok_or_else(Error::not_found)?;
    let state = rules::state_on(request.state, request.terms.valid_until, today);
    let seeker = signposting::seeker_from_particulars(tx, &registered.details, today)?;
    let history = events::for_request(tx, id)?;
    let appointments = if reader == Reader::Coordinator { sessions::upcoming(tx, id)? } else { Vec::new() };
    let signposts = match reader {
        Reader::Commissioner => Vec::new(),
        _ => signposts::for_seeker(tx, rules::signpost_needs(state), &seeker, today)?,
    };
    let version = request.version;
    let shown = FundingRequestView::new(
        RequestWithPractitioner { request, practitioner: registered },
        reader,
        history,
        signposts,
        appointments,
        today,
    );
    Ok(Response::ok(&shown)?.with_version(version))
}

/// Notifies the practitioner of an update, unless they made it themselves.
fn notify_practitioner(tx: &mut Tx, caller: &Caller, request: &FundingRequest) -> Result<()> {
    if caller.id == request.practitioner { Ok(()) } else { notifications::notify_updated(tx, request) }
}

/// Notifies the commissioners who decide a request that it waits for them.
fn notify_deciders(tx: &mut Tx, request: &FundingRequest) -> Result<()> {
    let deciders = responders::deciders(tx, request)?;
    notifications::notify_answer_due(tx, &deciders, request.id)
}

/// Notifies the coordinators that a request waits for them.
fn notify_coordinators(tx: &mut Tx, request: &FundingRequest) -> Result<()> {
    let coordinators = responders::coordinators(tx, request)?;
    notifications::notify_answer_due(tx, &coordinators, request.id)
}

/// True while another approval of the practitioner is in force.
fn has_other_approval(tx: &mut Tx, request: &FundingRequest) -> Result<bool> {
    let today = tx.now.london_day();
    let approvals = queries::approvals(tx, request.practitioner)?;
    let pays = |state: FundingState, until| rules::state_on(state, until, today).is_approval();
    Ok(approvals.iter().any(|(id, approval)| *id != request.id && pays(approval.state, approval.terms.valid_until)))
}
