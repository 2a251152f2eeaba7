//! HTTP handlers for booking and reading appointments.

use actix_web::{get, post};

use super::{clamp_to_supported_range, created_answer, ok_answer};
use crate::booking::dto::{AppointmentQuery, AppointmentView, BookAppointment};
use crate::booking::queries::appointments as records;
use crate::booking::queries::appointments::Filter;
use crate::booking::{facts, meeting, rules, store};
use crate::clinicians::callers::Member;
use access::registration::signposting;
use people::Role;
use people::relationships::conflicts;
use platform::Platform;
use platform::error::Result;
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::{Id, UtcTime};

/// Book an appointment
///
/// When several ask for the same slot at once, exactly one gets it. Practitioners book for themselves, coordinators for any
/// practitioner, and clinicians their own slots for practitioners they have a care relationship with; minimum notice and booking
/// window do not apply to staff. The practitioner gets a neutrally worded message.
#[utoipa::path(
    operation_id = "bookAppointment", tag = "Appointments", request_body = BookAppointment,
    extensions(("x-roles" = json!(Member::ROLES)), ("x-problems" = json!(["not_found", "slot_not_bookable",
        "hold_expired", "slot_taken", "not_eligible", "intake_required", "assessment_required", "assessment_booked",
        "appointment_overlaps", "limit_reached", "funding_required", "funding_expired", "funding_exhausted",
        "phone_required"]))),
    responses((status = 201, description = "Booked.", body = AppointmentView))
)]
#[post("/v1/appointments")]
pub async fn book_appointment(
    caller: Member,
    attempt: Attempt,
    form: Json<BookAppointment>,
    platform: Platform,
) -> Result<Answer> {
    let practitioner = caller.target_practitioner(form.practitioner_id)?;
    platform
        .write_once(attempt, move |tx| {
            let booked = signposting::with_signposts(tx, practitioner, tx.now.london_day(), |tx| {
                let facts = facts::to_book(tx, &caller, practitioner, &form)?;
                let phone = rules::book(&facts, tx.now.get())?;
                store::book(tx, &caller, &facts, phone)
            })?;
            created_answer(tx, caller.role, booked)
        })
        .await
}

/// List appointments
///
/// Practitioners and clinicians see their own appointments; coordinators see all except those of practitioners they are in
/// conflict with.
#[utoipa::path(
    operation_id = "listAppointments", tag = "Appointments", params(AppointmentQuery),
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
    let filter = Filter {
        practitioner: query.practitioner_id,
        clinician: query.clinician_id,
        status: query.status,
        from: query.from.map(clamp_to_supported_range),
        to: query.to.map(clamp_to_supported_range),
        after: paging.after,
        ..Filter::default()
    };
    platform
        .read(move |tx| {
            let mut filter = filter.clone();
            match caller.role {
                Role::Practitioner => filter.only_practitioner = Some(caller.id),
                Role::Clinician => {
                    filter.only_clinician = Some(caller.id);
                    let seen = records::practitioners_of(tx, caller.id)?;
                    filter.hidden_practitioners = conflicts::practitioners_excluded_from(tx, caller.id, &seen)?;
                }
                _ => filter.hidden_practitioners = conflicts::blocked_or_same_person(tx, caller.id)?,
            }
            let rows = records::list(tx, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            let page = page.try_map_readable(
                |open| open.facts.id,
                |open| {
                    let meeting = meeting::visible_to(caller.role, meeting::of(tx, &open)?);
                    Ok(AppointmentView::new(open, meeting, None))
                },
            )?;
            Answer::ok(&page)
        })
        .await
}

/// Get an appointment
#[utoipa::path(
    operation_id = "getAppointment", tag = "Appointments",
    extensions(("x-roles" = json!(Member::ROLES))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "The appointment with its history.", body = AppointmentView))
)]
#[get("/v1/appointments/{id}")]
pub async fn get_appointment(caller: Member, id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform
        .read(move |tx| {
            facts::visible_appointment(tx, &caller, id.0)?;
            ok_answer(tx, caller.role, id.0)
        })
        .await
}
