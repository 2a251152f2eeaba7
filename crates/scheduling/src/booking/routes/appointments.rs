//! Booking an appointment, and reading what is booked.

use actix_web::{get, post};

use super::{known_appointment, known_slot, locked_stage, may_act_for, move_on, sane, view};
use crate::booking::dto::{AppointmentQuery, AppointmentView, BookAppointment};
use crate::booking::model::{AppointmentEvent, By};
use crate::booking::offering::funded;
use crate::booking::queries::appointments::{Filter, NewAppointment};
use crate::booking::queries::{appointments as records, history, slots as slot_records};
use crate::booking::{meeting, notices, policies, rules};
use crate::calendar::messages as calendar;
use crate::calendar::messages::Change;
use crate::clinicians::callers::Member;
use access::funding::cover;
use access::registration::pointing;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::Result;
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::private::said;

/// Book an appointment
///
/// Of many who ask for one slot at once exactly one gets it. Coordinators book for any practitioner, clinicians their own
/// slots for practitioners whom they treat; staff need not keep minimum notice and booking window. The practitioner gets a
/// message in neutral words.
#[utoipa::path(
    operation_id = "bookAppointment", tag = "scheduling", request_body = BookAppointment,
    extensions(("x-roles" = json!(Member::ROLES)), ("x-problems" = json!(["not_found",
        "slot_in_the_past", "hold_expired", "slot_taken", "not_eligible", "intake_required", "assessment_required",
        "assessment_booked", "too_late_to_book", "too_far_ahead", "appointment_overlaps", "too_many_appointments",
        "funding_required", "funding_expired", "funding_exhausted", "phone_required"]))),
    responses((status = 201, description = "Booked.", body = AppointmentView))
)]
#[post("/v1/appointments")]
pub async fn book_appointment(
    caller: Member,
    attempt: Attempt,
    form: Json<BookAppointment>,
    platform: Platform,
) -> Result<Answer> {
    let practitioner = caller.beneficiary(form.practitioner_id)?;
    platform
        .write_once(attempt, move |tx| {
            let today = tx.now.london_day();
            let id = pointing::or_elsewhere(tx, practitioner, today, |tx| book(tx, &caller, practitioner, &form))?;
            let (view, version) = view(tx, caller.role, id)?;
            Ok(Answer::created(format!("/v1/appointments/{id}"), &view)?.version(version))
        })
        .await
}

fn book(tx: &mut Tx, caller: &Caller, practitioner: Id, form: &BookAppointment) -> Result<Id> {
    let stage = locked_stage(tx, practitioner)?;
    may_act_for(tx, caller, practitioner)?;
    slot_records::lock(tx, &[form.slot_id])?;
    let found = known_slot(tx, caller, practitioner, form.slot_id)?;
    let slot = &found.facts;
    let live = records::live(tx, practitioner, slot, None)?;
    let allow = if form.confirm_hold == Some(true) { rules::confirm_hold } else { rules::book };
    allow(slot, stage, By::of(caller.role), &live, practitioner, tx.now.get(), &policies())?;
    let phone = meeting::number(tx, practitioner, slot.mode, form.phone.as_ref(), None)?;
    slot_records::take(tx, slot.id, practitioner)?;
    let arrangements = said(form.arrangements.as_ref());
    let new = NewAppointment {
        id: Id::new(tx.now),
        practitioner,
        slot,
        place: found.place.as_deref(),
        arrangements: arrangements.as_deref(),
        phone: phone.as_deref(),
        booked_by: caller.id,
    };
    records::insert(tx, &new)?;
    cover::claim(tx, practitioner, new.id, funded(slot.kind), slot.starts_at.into())?;
    move_on(tx, practitioner, stage, rules::stage_after_booking(slot.kind, stage))?;
    history::note(tx, new.id, caller.id, AppointmentEvent::Booked, None)?;
    audit::record(tx, caller.actor(), "appointment.booked", ("appointment", Some(new.id)))?;
    notices::booked(tx, practitioner, new.id, slot.starts_at)?;
    calendar::tell(tx, slot.clinician, Some(caller.id), Change::appointment(new.id, None, Some(slot.starts_at)))?;
    Ok(new.id)
}

/// List appointments
///
/// Practitioners see their own, clinicians their own, coordinators all but those of practitioners who keep them away.
#[utoipa::path(
    operation_id = "listAppointments", tag = "scheduling", params(AppointmentQuery),
    extensions(("x-roles" = json!(Member::ROLES))),
    responses((status = 200, description = "Appointments, earliest first.", body = Page<AppointmentView>))
)]
#[get("/v1/appointments")]
pub async fn list_appointments(
    caller: Member,
    query: Query<AppointmentQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Answer> {
    let query = query.0;
    let wanted = Filter {
        practitioner: query.practitioner_id,
        clinician: query.clinician_id,
        status: query.status,
        from: query.from.map(sane),
        to: query.to.map(sane),
        after: paging.after,
        ..Filter::default()
    };
    platform
        .read(move |tx| {
            let mut filter = wanted.clone();
            match caller.role {
                Role::Practitioner => filter.owner = Some(caller.id),
                Role::Clinician => {
                    filter.host = Some(caller.id);
                    let seen = records::practitioners_of(tx, caller.id)?;
                    filter.hidden = conflicts::excluded_from(tx, caller.id, &seen)?;
                }
                _ => filter.hidden = conflicts::kept_from(tx, caller.id)?,
            }
            let rows = records::list(tx, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            let page = page.try_map_readable(
                |open| open.facts.id,
                |open| {
                    let meeting = meeting::shown_to(caller.role, meeting::of(tx, &open)?);
                    Ok(AppointmentView::new(open, meeting, None))
                },
            )?;
            Answer::ok(&page)
        })
        .await
}

/// Read an appointment
#[utoipa::path(
    operation_id = "getAppointment", tag = "scheduling",
    extensions(("x-roles" = json!(Member::ROLES))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "The appointment with its history.", body = AppointmentView))
)]
#[get("/v1/appointments/{id}")]
pub async fn get_appointment(caller: Member, id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform
        .read(move |tx| {
            known_appointment(tx, &caller, id.0)?;
            let (view, version) = view(tx, caller.role, id.0)?;
            Ok(Answer::ok(&view)?.version(version))
        })
        .await
}
