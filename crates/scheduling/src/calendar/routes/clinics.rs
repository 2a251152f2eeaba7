//! HTTP handlers of clinics.

use actix_web::{get, post, put};

use super::{check_own, lock, resolve_clinician};
use crate::calendar::callers::CareTeam;
use crate::calendar::dto::{ClinicChange, ClinicForm, ClinicView, ClinicianPageQuery, PreviewQuery};
use crate::calendar::model::{Clinic, ClinicRecord};
use crate::calendar::queries::clinics as queries;
use crate::calendar::{concealed, rules, slots};
use people::Caller;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::{Platform, audit};

/// Create a clinic
///
/// Its slots are created twelve weeks ahead at once, and further each day.
#[utoipa::path(
    operation_id = "createClinic", tag = "Calendar", request_body = ClinicForm,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("clinic.created")),
        ("x-problems" = json!(["invalid_body", "clinic_overlaps", "directory_entry_required", "not_found"]))),
    responses((status = 201, description = "The clinic.", body = ClinicView))
)]
#[post("/v1/clinics")]
pub async fn create_clinic(caller: CareTeam, attempt: Attempt, form: Json<ClinicForm>, platform: Platform) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let clinician = resolve_clinician(&caller, form.clinician_id, Reason::InvalidBody, "/clinician_id")?;
            lock(tx, &caller, clinician)?;
            let new = clinic_from_form(Id::new(tx.now), clinician, &form, 1, tx.now)?;
            check_no_overlap(&new, &queries::active(tx, clinician)?)?;
            queries::insert(tx, &new)?;
            slots::update_slots(tx, clinician, Some(caller.actor()))?;
            audit::record(tx, caller.actor(), "clinic.created", ("clinic", Some(new.id)))?;
            let (location, version) = (format!("/v1/clinics/{}", new.id), new.version);
            Ok(Response::created(location, &ClinicView::from(new))?.with_version(version))
        })
        .await
}

/// List clinics
#[utoipa::path(
    operation_id = "listClinics", tag = "Calendar", params(ClinicianPageQuery),
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "Clinics, oldest first.", body = Page<ClinicView>))
)]
#[get("/v1/clinics")]
pub async fn list_clinics(
    caller: CareTeam,
    query: Query<ClinicianPageQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let ClinicianPageQuery { clinician_id } = query.0;
    let clinician = resolve_clinician(&caller, clinician_id, Reason::InvalidParameter, "clinician_id")?;
    platform
        .read(move |tx| {
            let rows = queries::list(tx, clinician, paging.after, paging.rows())?;
            let page = paging.page(rows, |clinic| clinic.id)?;
            Response::ok(&page.map(ClinicView::from))
        })
        .await
}

/// Get a clinic
#[utoipa::path(
    operation_id = "getClinic", tag = "Calendar", extensions(("x-roles" = json!(CareTeam::ROLES))),
    params(("id" = Id, Path, description = "The clinic.")),
    responses((status = 200, description = "The clinic.", body = ClinicView))
)]
#[get("/v1/clinics/{id}")]
pub async fn get_clinic(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .read(move |tx| {
            let record = find(tx, &caller, id)?;
            let version = record.version;
            Ok(Response::ok(&ClinicView::from(record))?.with_version(version))
        })
        .await
}

/// Replace a clinic
///
/// Upcoming free slots are withdrawn and created again. Live appointments that no longer match a slot are kept and listed: staff
/// must move or cancel them.
#[utoipa::path(
    operation_id = "replaceClinic", tag = "Calendar", request_body = ClinicForm,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!(["clinic.changed", "appointment.listed"])),
        ("x-problems" = json!(["invalid_body", "clinic_overlaps", "state_conflict"]))),
    params(("id" = Id, Path, description = "The clinic."), PreviewQuery, IfMatch),
    responses((status = 200, description = "The clinic as it is now, or would be.", body = ClinicChange))
)]
#[put("/v1/clinics/{id}")]
pub async fn replace_clinic(
    caller: CareTeam,
    id: Path<Id>,
    query: Query<PreviewQuery>,
    seen: IfMatch,
    form: Json<ClinicForm>,
    platform: Platform,
) -> Result<Response> {
    let (id, preview) = (id.0, query.0.preview);
    platform
        .write(move |tx| {
            let present = find_and_lock(tx, &caller, id)?;
            seen.check(present.version)?;
            if present.ended_at.is_some() {
                return Err(Reason::ClinicEnded.into());
            }
            let clinician = present.clinic.clinician;
            if form.clinician_id.is_some_and(|named| named != clinician) {
                let detail = "A clinic cannot be passed to another clinician. End it and create a new one instead.";
                return Err(Error::field(Reason::InvalidBody, "/clinician_id", "not_allowed", detail));
            }
            let mut new = clinic_from_form(id, clinician, &form, present.version + 1, tx.now)?;
            new.slots_until = new.slots_until.max(present.slots_until);
            let mut others = queries::active(tx, clinician)?;
            others.retain(|other| other.id != id);
            check_no_overlap(&new, &others)?;
            if preview {
                let version = present.version;
                let clinics: Vec<ClinicRecord> = others.into_iter().chain([new.clone()]).collect();
                return preview_change(tx, &caller, &clinics, new, version);
            }
            queries::replace(tx, &new)?;
            let orphaned_appointments = slots::update_slots(tx, clinician, Some(caller.actor()))?;
            audit::record(tx, caller.actor(), "clinic.changed", ("clinic", Some(id)))?;
            answer(tx, &caller, new, orphaned_appointments)
        })
        .await
}

/// End a clinic
///
/// Its free slots are withdrawn; its live appointments are kept and listed. Ending a clinic again changes nothing.
#[utoipa::path(
    operation_id = "endClinic", tag = "Calendar",
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!(["clinic.ended", "appointment.listed"]))),
    params(("id" = Id, Path, description = "The clinic."), PreviewQuery),
    responses((status = 200, description = "The clinic as it is now, or would be.", body = ClinicChange))
)]
#[post("/v1/clinics/{id}/end")]
pub async fn end_clinic(
    caller: CareTeam,
    id: Path<Id>,
    query: Query<PreviewQuery>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (id, preview) = (id.0, query.0.preview);
    platform
        .write_once(attempt, move |tx| {
            let mut record = find_and_lock(tx, &caller, id)?;
            let (clinician, version) = (record.clinic.clinician, record.version);
            let mut others = queries::active(tx, clinician)?;
            others.retain(|other| other.id != id);
            let ended_already = record.ended_at.is_some();
            record.ended_at = record.ended_at.or(Some(tx.now));
            if preview {
                return preview_change(tx, &caller, &others, record, version);
            }
            if ended_already {
                return answer(tx, &caller, record, Vec::new());
            }
            queries::end(tx, id)?;
            record.version += 1;
            let orphaned_appointments = slots::update_slots(tx, clinician, Some(caller.actor()))?;
            audit::record(tx, caller.actor(), "clinic.ended", ("clinic", Some(id)))?;
            answer(tx, &caller, record, orphaned_appointments)
        })
        .await
}

fn find(tx: &mut Tx, caller: &Caller, id: Id) -> Result<ClinicRecord> {
    let record = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    check_own(caller, record.clinic.clinician)?;
    Ok(record)
}

/// The clinic, read after its clinician was locked.
fn find_and_lock(tx: &mut Tx, caller: &Caller, id: Id) -> Result<ClinicRecord> {
    let clinician = find(tx, caller, id)?.clinic.clinician;
    lock(tx, caller, clinician)?;
    find(tx, caller, id)
}

/// The clinic that the form describes, if its terms are valid.
fn clinic_from_form(id: Id, clinician: Id, form: &ClinicForm, version: i32, now: UtcTime) -> Result<ClinicRecord> {
    let today = rules::local_date(now.get());
    let terms = form.terms(today);
    let place: Option<String> = form.place.clone().map(String::from);
    rules::check_clinic(&terms)?;
    rules::check_place(terms.mode, place.as_deref())?;
    let clinic = Clinic { clinician, terms };
    Ok(ClinicRecord { id, clinic, place, slots_until: rules::horizon(today), ended_at: None, version })
}

fn check_no_overlap(new: &ClinicRecord, others: &[ClinicRecord]) -> Result<()> {
    let others: Vec<Clinic> = others.iter().map(|other| other.clinic).collect();
    Ok(rules::check_no_overlap(&new.clinic, &others)?)
}

/// The effect that these clinics of the clinician would have, without changing anything.
fn preview_change(
    tx: &mut Tx,
    caller: &Caller,
    clinics: &[ClinicRecord],
    clinic: ClinicRecord,
    version: i32,
) -> Result<Response> {
    let clinician = clinic.clinic.clinician;
    let changes = slots::plan_changes(tx, clinician, clinics)?;
    let orphans = slots::orphans(tx, clinician, &changes)?;
    let orphans = orphans.into_iter().map(|appointment| appointment.id).collect();
    let known = concealed::known_to(tx, caller.id, orphans)?;
    let orphaned_appointments = slots::show_orphaned(tx, caller, known)?;
    Ok(Response::ok(&ClinicChange { clinic: clinic.into(), preview: true, orphaned_appointments })?.with_version(version))
}

fn answer(tx: &mut Tx, caller: &Caller, record: ClinicRecord, orphaned_appointments: Vec<Id>) -> Result<Response> {
    let version = record.version;
    let orphaned_appointments = slots::show_orphaned(tx, caller, orphaned_appointments)?;
    Ok(Response::ok(&ClinicChange { clinic: record.into(), preview: false, orphaned_appointments })?.with_version(version))
}
