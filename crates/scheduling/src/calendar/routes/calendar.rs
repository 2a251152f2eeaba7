//! HTTP handlers of the calendar and of appointments that have lost their slot.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::get;

use super::resolve_clinician;
use crate::calendar::callers::CareTeam;
use crate::calendar::dto::{Calendar, CalendarEntry, CalendarQuery, ClinicianPageQuery, OrphanReason, OrphanedAppointment};
use crate::calendar::model::SlotState;
use crate::calendar::queries::{absences, appointments, slots};
use crate::calendar::{concealed, rules};
use people::accounts::queries as accounts;
use people::relationships::{Basis, Permit, Protected, Purpose};
use people::{Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::db::load_full_page;
use platform::error::Result;
use platform::http::{Page, Paging, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// Get a clinician's calendar
///
/// Slots, appointments and absences that overlap the window. A clinician does not see an appointment with a practitioner they are
/// in conflict with: its time appears as an absence. To others it appears as an unavailable slot.
#[utoipa::path(
    operation_id = "getCalendar", tag = "Calendar", params(CalendarQuery),
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("appointment.listed")), ("x-problems" = json!(["invalid_parameter", "not_found"]))),
    responses((status = 200, description = "The entries, in the order in which they begin.", body = Calendar))
)]
#[get("/v1/calendar")]
pub async fn get_calendar(caller: CareTeam, query: Query<CalendarQuery>, platform: Platform) -> Result<Response> {
    let (now, CalendarQuery { clinician_id, from, until: to }) = (platform.clock.now(), query.0);
    let clinician = resolve_clinician(&caller, clinician_id, Reason::InvalidParameter, "clinician_id")?;
    rules::check_calendar_window(from.get(), to.get(), now.get())?;
    platform
        .write(move |tx| {
            let mut booked = appointments::within(tx, clinician, from, to)?;
            let hidden = appointments::hidden_from(tx, caller.id, &booked)?;
            let concealed: Vec<appointments::CalendarAppointment> = booked
                .extract_if(.., |(appointment, _)| hidden.contains(&appointment.practitioner_id))
                .map(|(appointment, _)| appointment)
                .collect();
            let all: Vec<Id> = booked.iter().map(|(appointment, _)| appointment.slot_id).collect();
            let booked = known_and_recorded(tx, &caller, booked)?;
            let mut closed: BTreeSet<Id> = concealed.iter().map(|appointment| appointment.slot_id).collect();
            let mut shown: BTreeSet<Id> = booked.iter().map(|(appointment, _)| appointment.slot_id).collect();
            let mut absences = absences::within(tx, clinician, from, to)?;
            if caller.role == Role::Clinician {
                absences.extend(concealed.iter().map(|appointment| concealed::absence(tx.sealer, appointment)));
                shown.append(&mut closed);
            }
            // Of appointments long ago, with a practitioner that the caller must not know of any more, the slot remains.
            closed.extend(all.iter().filter(|slot| !shown.contains(slot)));
            let mut slots = slots::within(tx, clinician, from, to)?;
            slots.retain(|slot| slot.state == SlotState::Free || !shown.contains(&slot.id));
            let mut items: Vec<CalendarEntry> = slots
                .into_iter()
                .map(|slot| {
                    let is_closed = closed.contains(&slot.id);
                    CalendarEntry::slot(slot, is_closed, tx.now)
                })
                .collect();
            let mut names = names(tx, &booked)?;
            items.extend(booked.into_iter().map(|(appointment, reference)| {
                let name = names.remove(&appointment.id);
                CalendarEntry::appointment(appointment, reference, name)
            }));
            items.extend(absences.into_iter().map(CalendarEntry::absence));
            items.sort_by_key(|entry| (entry.starts_at, entry.id));
            Response::ok(&Calendar { items })
        })
        .await
}

/// List appointments that have lost their slot
///
/// An absence or a changed clinic took the slot away, or practitioner and clinician are now in conflict. The appointment is still
/// live and must be moved or cancelled. Clinicians see their own appointments without a slot, coordinators those of all
/// clinicians; neither sees those of practitioners they are in conflict with.
#[utoipa::path(
    operation_id = "listOrphanedAppointments", tag = "Appointments", params(ClinicianPageQuery),
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("appointment.listed")), ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "Upcoming appointments, the soonest first.", body = Page<OrphanedAppointment>))
)]
#[get("/v1/orphaned-appointments")]
pub async fn list_orphaned_appointments(
    caller: CareTeam,
    query: Query<ClinicianPageQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let ClinicianPageQuery { clinician_id } = query.0;
    let clinician = match (caller.role, clinician_id) {
        (Role::Coordinator, None) => None,
        (_, named) => Some(resolve_clinician(&caller, named, Reason::InvalidParameter, "clinician_id")?),
    };
    platform
        .write(move |tx| {
            let in_conflict = match caller.role {
                Role::Clinician => Vec::new(),
                _ => appointments::in_conflict(tx, clinician)?,
            };
            let most = paging.rows();
            let place = |(shown, _): &(appointments::CalendarAppointment, String)| (shown.starts_at, shown.id);
            let read = |tx: &mut Tx, after| appointments::orphaned(tx, clinician, &in_conflict, after, most);
            let rows = load_full_page(tx, most, paging.after, place, read, |tx, rows| {
                let hidden = appointments::hidden_from(tx, caller.id, rows)?;
                rows.retain(|(appointment, _)| !hidden.contains(&appointment.practitioner_id));
                Ok(())
            })?;
            let mut page = paging.page(rows, place)?;
            page.items = known_and_recorded(tx, &caller, page.items)?;
            let mut names = names(tx, &page.items)?;
            let show = |(shown, reference): (appointments::CalendarAppointment, String)| {
                let name = names.remove(&shown.id);
                let reason = if in_conflict.contains(&shown.id) { OrphanReason::MustNotMeet } else { OrphanReason::SlotLost };
                OrphanedAppointment::new(shown, reference, name, reason)
            };
            Response::ok(&page.map(show))
        })
        .await
}

/// Those of these appointments whose practitioners the caller may know of; that they were shown is recorded. Until some time after
/// its date an appointment is itself a reason.
fn known_and_recorded(
    tx: &mut Tx,
    caller: &Caller,
    booked: Vec<(appointments::CalendarAppointment, String)>,
) -> Result<Vec<(appointments::CalendarAppointment, String)>> {
    let since = tx.now - tx.policy.read_after_care;
    let protected = |row: (appointments::CalendarAppointment, String)| {
        Protected::new(row.0.practitioner_id, row).while_open(|(appointment, _)| appointment.starts_at > since, Basis::Booking)
    };
    let rows = booked.into_iter().map(protected).collect();
    let permit: Vec<_> = Protected::permit_each(tx, caller, rows, Purpose::Know)?.into_iter().flatten().collect();
    let shown: Vec<(Id, Permit)> = permit.iter().map(|(permit, (appointment, _))| (appointment.id, *permit)).collect();
    Permit::record_listed(tx, "appointment.listed", "appointment", &shown)?;
    Ok(permit.into_iter().map(|(_, row)| row).collect())
}

/// What the practitioners want to be called, by appointment.
fn names(tx: &mut Tx, booked: &[(appointments::CalendarAppointment, String)]) -> Result<BTreeMap<Id, String>> {
    let ids: Vec<Id> = booked.iter().map(|(appointment, _)| appointment.practitioner_id).collect();
    let (names, _) = accounts::readable_names(tx, &ids)?;
    let name_of =
        |shown: &appointments::CalendarAppointment| Some((shown.id, names.get(&shown.practitioner_id)?.reveal().clone()));
    Ok(booked.iter().filter_map(|(shown, _)| name_of(shown)).collect())
}
