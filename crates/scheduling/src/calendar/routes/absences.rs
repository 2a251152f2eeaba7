//! HTTP handlers of absences.

use actix_web::{delete, get, post};

use super::{check_own, lock, resolve_clinician};
use crate::calendar::callers::CareTeam;
use crate::calendar::dto::{AbsenceCreated, AbsenceView, ClinicianPageQuery, CreateAbsence};
use crate::calendar::queries::absences as queries;
use crate::calendar::queries::absences::AbsenceRecord;
use crate::calendar::{concealed, rules, slots};
use people::Role;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::{Platform, audit};

/// Create an absence
///
/// Every free slot that overlaps it is withdrawn, held ones included. Live appointments in it are kept and listed: staff must
/// move or cancel them.
#[utoipa::path(
    operation_id = "createAbsence", tag = "Calendar", request_body = CreateAbsence,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!(["absence.created", "appointment.listed"])),
        ("x-problems" = json!(["invalid_body", "directory_entry_required", "not_found"]))),
    responses((status = 201, description = "Added.", body = AbsenceCreated))
)]
#[post("/v1/absences")]
pub async fn create_absence(
    caller: CareTeam,
    attempt: Attempt,
    form: Json<CreateAbsence>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let clinician = resolve_clinician(&caller, form.clinician_id, Reason::InvalidBody, "/clinician_id")?;
            lock(tx, &caller, clinician)?;
            rules::check_absence(form.starts_at.get(), form.ends_at.get(), tx.now.get())?;
            let CreateAbsence { starts_at, ends_at, note, .. } = form.form.clone();
            let id = Id::new(tx.now);
            let absence = AbsenceRecord { id, clinician, starts_at, ends_at, note, reserved_for: None };
            queries::insert(tx, &absence)?;
            let orphaned_appointments = slots::update_slots(tx, clinician, Some(caller.actor()))?;
            audit::record(tx, caller.actor(), "absence.created", ("absence", Some(id)))?;
            let orphaned_appointments = slots::show_orphaned(tx, &caller, orphaned_appointments)?;
            let created = AbsenceCreated { id, absence: AbsenceView::from(absence), orphaned_appointments };
            Response::created(format!("/v1/absences/{id}"), &created)
        })
        .await
}

/// List absences
///
/// Times that the service has reserved, such as those of group sessions, are listed with `reserved`.
#[utoipa::path(
    operation_id = "listAbsences", tag = "Calendar", params(ClinicianPageQuery),
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "Absences, in the order in which they begin.", body = Page<AbsenceView>))
)]
#[get("/v1/absences")]
pub async fn list_absences(
    caller: CareTeam,
    query: Query<ClinicianPageQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let ClinicianPageQuery { clinician_id } = query.0;
    let clinician = resolve_clinician(&caller, clinician_id, Reason::InvalidParameter, "clinician_id")?;
    platform
        .read(move |tx| {
            let mut rows = queries::list(tx, clinician, paging.after, paging.rows())?;
            if caller.role == Role::Clinician {
                let limit = usize::try_from(paging.rows()).unwrap_or(usize::MAX);
                rows.extend(concealed::absences(tx, clinician, paging.after, limit)?);
                rows.sort_by_key(|absence| (absence.starts_at, absence.id));
                rows.truncate(limit);
            }
            let page = paging.page(rows, |absence| (absence.starts_at, absence.id))?;
            Response::ok(&page.map(AbsenceView::from))
        })
        .await
}

/// Delete an absence
///
/// Slots are offered again for its time; appointments on them are no longer orphaned. Time that the service
/// has reserved is not released here; that of a group session is released by moving or cancelling the session.
#[utoipa::path(
    operation_id = "deleteAbsence", tag = "Calendar",
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("absence.removed")),
        ("x-problems" = json!(["time_reserved"]))),
    params(("id" = Id, Path, description = "The absence.")),
    responses((status = 204, description = "Removed."))
)]
#[delete("/v1/absences/{id}")]
pub async fn delete_absence(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let Some(absence) = queries::find(tx, id)? else {
                let is_shown = caller.role == Role::Clinician && concealed::is_shown(tx, caller.id, id)?;
                return Err(if is_shown { Reason::TimeReserved.into() } else { Error::not_found() });
            };
            let clinician = absence.clinician;
            check_own(&caller, clinician)?;
            if absence.reserved_for.is_some() {
                return Err(Reason::TimeReserved.into());
            }
            lock(tx, &caller, clinician)?;
            if !queries::delete(tx, id)? {
                return Err(Error::not_found());
            }
            slots::update_slots(tx, clinician, Some(caller.actor()))?;
            audit::record(tx, caller.actor(), "absence.removed", ("absence", Some(id)))?;
            Ok(Response::no_content())
        })
        .await
}
