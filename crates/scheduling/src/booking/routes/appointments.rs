//! HTTP handlers for booking and reading appointments.

use actix_web::{get, post};

use super::{clamp_to_supported_range, created_answer, named_in_the_trail, ok_answer};
use crate::booking::dto::{AppointmentQuery, AppointmentView, BookAppointment};
use crate::booking::queries::appointments as records;
use crate::booking::queries::appointments::{AppointmentRecord, Filter};
use crate::booking::{facts, meeting, rebooking, rules, store};
use crate::clinicians::callers::PractitionerOrCareTeam;
use access::registration::signposting;
use people::Role;
use people::relationships::{self, Permit, Purpose, conflicts};
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};

/// Book an appointment
///
/// When several ask for the same slot at once, exactly one gets it. Practitioners book for themselves, coordinators for those with
/// something open, and clinicians their own slots for practitioners they have a care relationship with; minimum notice and booking
/// window do not apply to staff. A slot that is gone, and one that is not for this practitioner, look the same to staff (`slot_taken`);
/// their refused attempts are recorded. The practitioner gets a neutrally worded message.
#[utoipa::path(
    operation_id = "bookAppointment", tag = "Appointments", request_body = BookAppointment,
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("appointment.booked")),
        ("x-problems" = json!(["not_found", "slot_not_bookable",
        "hold_expired", "slot_taken", "not_eligible", "intake_required", "assessment_required", "assessment_booked",
        "appointment_overlaps", "limit_reached", "funding_required", "funding_expired", "funding_exhausted",
        "phone_required"]))),
    responses((status = 201, description = "Booked.", body = AppointmentView))
)]
#[post("/v1/appointments")]
pub async fn book_appointment(
    caller: PractitionerOrCareTeam,
    attempt: Attempt,
    form: Json<BookAppointment>,
    platform: Platform,
) -> Result<Response> {
    let practitioner = caller.target_practitioner(form.practitioner_id)?;
    platform
        .write_once(attempt, move |tx| {
            let booked = signposting::with_signposts(tx, practitioner, tx.now.london_day(), |tx| {
                let (permit, facts) = facts::to_book(tx, &caller, practitioner, &form)?;
                let phone = rules::check_booking(&facts, tx.now.get())?;
                store::book(tx, (&caller, &permit), &facts, phone)
            })?;
            created_answer(tx, &caller, booked)
        })
        .await
        .map_err(|error| named_in_the_trail(error, practitioner))
}

/// List appointments
///
/// Practitioners and clinicians see their own appointments; coordinators those of practitioners that they may know of. Staff see an
/// appointment until 30 days after its date also without another reason, except where they must not meet.
#[utoipa::path(
    operation_id = "listAppointments", tag = "Appointments", params(AppointmentQuery),
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("appointment.listed"))),
    responses((status = 200, description = "Appointments, earliest first.", body = Page<AppointmentView>))
)]
#[get("/v1/appointments")]
pub async fn list_appointments(
    caller: PractitionerOrCareTeam,
    query: Query<AppointmentQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let query = query.0;
    let filter = Filter {
        practitioner: query.practitioner_id,
        clinician: query.clinician_id,
        status: query.state,
        from: query.from.map(clamp_to_supported_range),
        to: query.until.map(clamp_to_supported_range),
        after: paging.after,
        ..Filter::default()
    };
    platform
        .write(move |tx| {
            let mut filter = filter.clone();
            match caller.role {
                Role::Practitioner => filter.only_practitioner = Some(caller.id),
                Role::Clinician => {
                    filter.only_clinician = Some(caller.id);
                    let seen = records::practitioners_of(tx, caller.id)?;
                    filter.hidden_practitioners = conflicts::practitioners_excluded_from(tx, caller.id, &seen)?;
                }
                _ => filter.hidden_practitioners = conflicts::everyone_excluded_from(tx, caller.id)?,
            }
            if caller.is_staff() {
                let permitted = relationships::permitted_practitioners(tx, &caller, Purpose::Know)?;
                filter.recent_or_known = Some((facts::recent_since(tx), permitted));
            }
            let rows = records::list(tx, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            let shown = facts::permit_each(tx, &caller, page.items)?;
            let recorded: Vec<_> = shown.iter().map(|(permit, appointment)| (appointment.facts.id, *permit)).collect();
            Permit::record_listed(tx, "appointment.listed", "appointment", &recorded)?;
            let items = shown.into_iter().map(|(_, appointment)| appointment).collect();
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            let needing = rebooking::needed(tx, &page.items)?;
            let page = page.try_map_readable(
                |appointment: &AppointmentRecord| appointment.facts.id,
                |appointment| {
                    let meeting = meeting::visible_to(caller.role, meeting::of(tx, &appointment)?);
                    let needs_rebooking = needing.contains(&appointment.facts.id);
                    Ok(AppointmentView::new(appointment, needs_rebooking, meeting, None))
                },
            )?;
            Response::ok(&page)
        })
        .await
}

/// Get an appointment
#[utoipa::path(
    operation_id = "getAppointment", tag = "Appointments",
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("appointment.read"))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "The appointment with its history.", body = AppointmentView))
)]
#[get("/v1/appointments/{id}")]
pub async fn get_appointment(caller: PractitionerOrCareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform
        .write(move |tx| {
            let (permit, _) = facts::visible_appointment(tx, &caller, id.0)?;
            permit.record_unless_own(tx, "appointment.read", ("appointment", Some(id.0)))?;
            ok_answer(tx, &caller, id.0)
        })
        .await
}
