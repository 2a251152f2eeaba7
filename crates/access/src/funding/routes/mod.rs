//! HTTP handlers of funding, and what they share: who may know of which request, and how a request changes state.

pub(super) mod applying;
pub(super) mod areas;
pub(super) mod deciding;
pub(super) mod reading;
pub(super) mod screening;
pub(super) mod unfunded;

use super::catalogue::figures;
use super::dto::{FundingRequestView, Reader, RequestWithPractitioner};
use super::model::{EventDetails, FundingEvent, FundingState};
use super::queries::{self, FundingRequest, areas as area_records, events, sessions};
use super::{notifications, responders, rules};
use crate::registration::signposting;
use people::practitioners::model::Pathway;
use people::practitioners::queries as practitioners;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::Answer;
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
    Ok(boards_covered_by(workforce::boards(), &areas, tx.now.london_day()))
}

/// Whether the caller may know of a request: the practitioner it is about, every coordinator, and commissioners of the area once
/// it was sent. Everyone else gets 404, and so do staff blocked by the practitioner.
fn check_may_know(tx: &mut Tx, caller: &Caller, request: &FundingRequest) -> Result<()> {
    let known = match reader(caller) {
        Reader::Practitioner => request.practitioner == caller.id,
        Reader::Coordinator => true,
        Reader::Commissioner => {
            let asked = request.icb_code.as_ref().filter(|_| request.sent_at.is_some());
            match asked {
                Some(code) => own_boards(tx, caller.id)?.contains(code),
                None => false,
            }
        }
    };
    if !known {
        return Err(Error::not_found());
    }
    conflicts::check_may_know(tx, request.practitioner, caller.id)
}

/// A request to be changed, with its state today and the pathway of its practitioner. The row of the practitioner is locked
/// first, then that of the request; bookings lock in the same order, so that there is no deadlock.
fn locked(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(FundingRequest, Pathway)> {
    let owner = queries::practitioner_of(tx, id)?.ok_or_else(Error::not_found)?;
    let pathway = practitioners::lock_pathway(tx, owner)?.ok_or_else(Error::not_found)?;
    let mut request = queries::locked(tx, id)?.ok_or_else(Error::not_found)?;
    check_may_know(tx, caller, &request)?;
    request.state = rules::state_on(request.state, request.terms.valid_until, tx.now.london_day());
    Ok((request, pathway))
}

/// Applies one event to a request: checks that it is allowed, lets `edit` check and write what comes with it, and stores the
/// state, the day of the next answer, the history and the audit entry.
fn advance(
    tx: &mut Tx,
    caller: &Caller,
    request: &mut FundingRequest,
    event: FundingEvent,
    edit: impl FnOnce(&mut FundingRequest) -> Result<EventDetails>,
) -> Result<()> {
    let (figures, today) = (figures(), tx.now.london_day());
    let next = rules::step(request.state, event, reader(caller).party())?;
    let details = edit(request)?;
    request.state = next;
    let submitted = request.submitted_at.map(UtcTime::london_day);
    let (panel, until, limits) = (request.panel_on, request.terms.valid_until, figures.limits(today)?);
    request.due_on = rules::due_on(next, today, submitted, panel, until, limits, bank_holidays());
    queries::update(tx, request)?;
    request.version += 1;
    events::append(tx, request.id, (event, next), &details, caller.actor())?;
    audit::record(tx, caller.actor(), audit_action(event), ("funding_request", Some(request.id)))
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
fn view(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Answer> {
    let (reader, today) = (reader(caller), tx.now.london_day());
    let request = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let registered = practitioners::find(tx, request.practitioner)?.ok_or_else(Error::not_found)?;
    let state = rules::state_on(request.state, request.terms.valid_until, today);
    let history = events::for_request(tx, id)?;
    let appointments = if reader == Reader::Coordinator { sessions::upcoming(tx, id)? } else { Vec::new() };
    let signposts = match reader {
        Reader::Commissioner => Vec::new(),
        _ => signposts::for_seeker(
            tx,
            rules::signpost_needs(state),
            &signposting::seeker_from_particulars(&registered.details, today)?,
            today,
        )?,
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
    Ok(Answer::ok(&shown)?.with_version(version))
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
