//! HTTP handlers for searching, holding and releasing slots.

use actix_web::web::Data;
use actix_web::{delete, get, put};
use chrono::TimeDelta;

use super::clamp_to_supported_range;
use crate::booking::availability::BookingOptions;
use crate::booking::dto::{NoSlotsReason, SlotHold, SlotPage, SlotQuery, SlotView};
use crate::booking::model::ActorKind;
use crate::booking::queries::slots as slot_records;
use crate::booking::queries::slots::Search;
use crate::booking::{availability, care_relationship, facts, rules};
use crate::clinicians::callers::PractitionerOrCareTeam;
use access::funding::funded_sessions;
use access::registration::signposting;
use people::relationships::Permit;
use people::{Caller, Practitioner, Role};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::throttle::Throttle;

/// List free slots
///
/// Lists slots that the practitioner can book: in the future, free or held by them, of clinicians they are not in conflict with,
/// of a kind they can book, and not overlapping their appointments; for practitioners also within minimum notice and booking
/// window. Telephone slots are listed only when there is a number to call. When booking would refuse every slot, the answer gives
/// the reason and signposts to other help. Staff name the practitioner in `practitioner_id`; a clinician who does so gets their
/// own slots only. Each search of staff for a practitioner is recorded, and their number is limited.
#[utoipa::path(
    operation_id = "listSlots", tag = "Appointments", params(SlotQuery),
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("slots.searched")), ("x-problems" = json!(["invalid_parameter", "not_found"]))),
    responses((status = 200, description = "Free slots, earliest first.", body = SlotPage))
)]
#[get("/v1/slots")]
pub async fn list_slots(
    caller: PractitionerOrCareTeam,
    query: Query<SlotQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
    throttle: Data<Throttle>,
) -> Result<Response> {
    let (now, query) = (platform.clock.now(), query.0);
    // A slot that starts at this very instant has started.
    let window =
        (clamp_to_supported_range(query.from).max(now + TimeDelta::microseconds(1)), clamp_to_supported_range(query.until));
    rules::check_search_window(query.from.get(), query.until.get())?;
    let practitioner = searched_practitioner(&caller, query.practitioner_id)?;
    let moving = query.moving_appointment_id;
    let criteria = criteria(query, paging.after);
    let is_recorded = caller.is_staff() && practitioner.is_some();
    if is_recorded {
        throttle.conflict_trial(caller.id)?;
    }
    let work = move |tx: &mut Tx| {
        let options = match practitioner {
            Some(practitioner) => {
                let permit = care_relationship::check_may_act_for(tx, &caller, practitioner)?;
                record_search(tx, &permit, criteria.clinician)?;
                Some(availability::booking_options(tx, practitioner, moving)?)
            }
            None => None,
        };
        let search = restrict_search(tx, &caller, practitioner, options.as_ref(), criteria.clone())?;
        let rows = slot_records::search(tx, &search, window, paging.rows())?;
        let page = paging.page(rows, |offer| (offer.starts_at, offer.id))?;
        let items: Vec<SlotView> = page.items.into_iter().map(SlotView::from).collect();
        let refusal = options.filter(|_| items.is_empty()).and_then(|options| options.refusal_for(criteria.kind, criteria.mode));
        let reason = match practitioner.zip(refusal) {
            Some((practitioner, refusal)) => {
                let signposts = signposting::for_refusal(tx, practitioner, refusal.reason, tx.now.london_day())?;
                Some(NoSlotsReason::new(&refusal, signposts))
            }
            None => None,
        };
        Response::ok(&SlotPage { reason, items, next_cursor: page.next_cursor })
    };
    // What practitioners search for themselves is not recorded, so it does not wait for a transaction.
    if is_recorded { platform.write(work).await } else { platform.read(work).await }
}

/// Records that staff searched for a practitioner, each time: clinicians who have slots and are not found may be those that the
/// practitioner has blocked, so searching again and again, or for one clinician after the other, shows in the audit trail.
fn record_search(tx: &mut Tx, permit: &Permit, clinician: Option<Id>) -> Result<()> {
    let practitioner = ("practitioner", Some(permit.practitioner()));
    let subject = clinician.map_or(practitioner, |clinician| ("clinician", Some(clinician)));
    permit.record_unless_own(tx, "slots.searched", subject)
}

fn searched_practitioner(caller: &Caller, named: Option<Id>) -> Result<Option<Id>> {
    match (ActorKind::of(caller.role), named) {
        (ActorKind::Practitioner, None) => Ok(Some(caller.id)),
        (ActorKind::Practitioner, Some(_)) => {
            let detail = "Leave this out: practitioners can only search for themselves.";
            Err(Error::field(Reason::InvalidParameter, "practitioner_id", "not_allowed", detail))
        }
        (ActorKind::Staff, named) => Ok(named),
    }
}

fn criteria(query: SlotQuery, after: Option<(UtcTime, Id)>) -> Search {
    Search {
        kind: query.kind,
        mode: query.mode,
        clinician: query.clinician_id,
        discipline: query.discipline,
        specialism: query.specialism,
        language: query.language.map(String::from),
        gender: query.gender,
        region: query.region,
        after,
        ..Search::default()
    }
}

/// Restricts a search to what the caller may see and book. Minimum notice and booking window do not apply to staff.
fn restrict_search(
    tx: &mut Tx,
    caller: &Caller,
    practitioner: Option<Id>,
    options: Option<&BookingOptions>,
    criteria: Search,
) -> Result<Search> {
    let mut search = match practitioner.zip(options) {
        Some((practitioner, options)) => availability::restrict_search(tx, practitioner, options, criteria)?,
        None => criteria,
    };
    match caller.role {
        Role::Practitioner => search.bookable = Some(availability::bookable_times(tx.now)),
        Role::Clinician => {
            search.include_unlisted = Some(caller.id);
            search.only_clinician = practitioner.map(|_| caller.id);
        }
        _ => {}
    }
    Ok(search)
}

/// Hold a slot
///
/// Holds the slot for five minutes; holding it again extends the hold. A practitioner holds one slot at a time: holding another
/// releases the first. Only a slot that they could book can be held.
#[utoipa::path(
    operation_id = "holdSlot", tag = "Appointments",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("slot.held")),
        ("x-problems" = json!(["slot_not_bookable", "slot_taken",
        "not_eligible", "intake_required", "assessment_required", "assessment_booked", "appointment_overlaps",
        "limit_reached", "funding_required", "funding_expired", "funding_exhausted"]))),
    params(("id" = Id, Path, description = "The slot.")),
    responses((status = 200, description = "Held.", body = SlotHold))
)]
#[put("/v1/slots/{id}/hold")]
pub async fn hold_slot(caller: Practitioner, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, facts) = facts::to_hold(tx, &caller, id)?;
            let until = signposting::with_signposts(tx, caller.id, tx.now.london_day(), |tx| {
                let until = rules::check_holding(&facts, tx.now.get())?;
                funded_sessions::check_funded(tx, caller.id, facts.slot.kind)?;
                Ok(until)
            })?;
            slot_records::release_other_holds(tx, caller.id, id)?;
            slot_records::hold(tx, id, caller.id, until.into())?;
            permit.record(tx, "slot.held", ("slot", Some(id)))?;
            Response::ok(&SlotHold { slot_id: id, held_until: until.into() })
        })
        .await
}

/// Release a held slot
///
/// Does nothing when the caller does not hold the slot.
#[utoipa::path(
    operation_id = "releaseSlot", tag = "Appointments",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("slot.released"))),
    params(("id" = Id, Path, description = "The slot.")),
    responses((status = 204, description = "The slot is not held."))
)]
#[delete("/v1/slots/{id}/hold")]
pub async fn release_slot(caller: Practitioner, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            if slot_records::release_hold(tx, caller.id, id)? {
                let permit = care_relationship::check_may_act_for(tx, &caller, caller.id)?;
                permit.record(tx, "slot.released", ("slot", Some(id)))?;
            } else {
                facts::visible_slot(tx, &caller, caller.id, id)?;
            }
            Ok(Response::no_content())
        })
        .await
}
