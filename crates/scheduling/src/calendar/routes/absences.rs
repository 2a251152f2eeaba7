//! HTTP handlers of absences.

use actix_web::{delete, get, post};

use super::{check_own, lock, resolve_clinician};
use crate::calendar::callers::CareTeam;
use crate::calendar::dto::{AbsenceCreated, AbsenceView, ClinicianPageQuery, CreateAbsence};
use crate::calendar::queries::absences as queries;
use crate::calendar::queries::absences::AbsenceRecord;
use crate::calendar::{rules, slots};
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::{Platform, audit};

/// Add an absence
///
/// Every free slot that overlaps it is withdrawn, held ones included. Live appointments in it are kept and listed: staff must
/// move or cancel them.
#[utoipa::path(
    operation_id = "createAbsence", tag = "Calendar", request_body = CreateAbsence,
    extensions(("x-roles" = json!(CareTeam::ROLES)),
        ("x-problems" = json!(["invalid_body", "clinician_incomplete", "not_found"]))),
    responses((status = 201, description = "Added.", body = AbsenceCreated))
)]
#[post("/v1/absences")]
pub async fn create_absence(caller: CareTeam, attempt: Attempt, form: Json<CreateAbsence>, platform: Platform) -> Result<Answer> {
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
            let created = AbsenceCreated { id, absence: AbsenceView::from(absence), orphaned_appointments };
            Answer::created(format!("/v1/absences/{id}"), &created)
        })
        .await
}

/// List absences
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
) -> Result<Answer> {
    let ClinicianPageQuery { clinician_id } = query.0;
    let clinician = resolve_clinician(&caller, clinician_id, Reason::InvalidParameter, "clinician_id")?;
    platform
        .read(move |tx| {
            let rows = queries::list(tx, clinician, paging.after, paging.rows())?;
            let page = paging.page(rows, |absence| (absence.starts_at, absence.id))?;
            Answer::ok(&page.map(AbsenceView::from))
        })
        .await
}

/// Delete an absence
///
/// Slots are offered again for its time; appointments on them are no longer orphaned. Time that is reserved for a group session
/// is released by moving or cancelling that session.
#[utoipa::path(
    operation_id = "deleteAbsence", tag = "Calendar",
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-problems" = json!(["time_reserved"]))),
    params(("id" = Id, Path, description = "The absence.")),
    responses((status = 204, description = "Removed."))
)]
#[delete("/v1/absences/{id}")]
pub async fn delete_absence(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let absence = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
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
            Ok(Answer::no_content())
        })
        .await
}
