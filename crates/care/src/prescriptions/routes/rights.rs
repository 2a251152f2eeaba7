//! HTTP handlers: read and replace prescribing rights.

use actix_web::{get, put};

use crate::prescriptions::dto::rights::{PrescribingRightView, PrescribingRights, ReplacePrescribingRights};
use crate::prescriptions::facts::prescriber_facts;
use crate::prescriptions::in_force;
use crate::prescriptions::model::PrescribingRight;
use crate::prescriptions::rights_changes::{self, NewRights};
use crate::prescriptions::rules::prescriber;
use people::accounts::identity::ChangedBy;
use people::accounts::queries::lock_account;
use people::staff_changes;
use people::staff_changes::model::StaffChangeKind;
use people::{Administrator, Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::Reason;
use scheduling::clinicians::callers::DirectoryEditor;
use scheduling::clinicians::queries::lock_clinician;

/// Get a clinician's prescribing rights
///
/// Clinicians can read their own; coordinators and administrators can read those of every clinician.
#[utoipa::path(
    operation_id = "getPrescribingRights", tag = "Prescriptions", extensions(("x-roles" = json!(DirectoryEditor::ROLES))),
    params(("id" = Id, Path, description = "The clinician.")),
    responses((status = 200, description = "The rights, and the kind of prescriber today.", body = PrescribingRights))
)]
#[get("/v1/clinicians/{id}/prescribing-rights")]
pub async fn get_prescribing_rights(caller: DirectoryEditor, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .read(move |tx| {
            if caller.role == Role::Clinician && caller.id != id {
                return Err(Error::not_found());
            }
            rights_answer(tx, &caller, id)
        })
        .await
}

/// Replace a clinician's prescribing rights
///
/// Annotations in a professional register and licences, each with the days on which it is in force. Replaces all rights. Rights
/// are ended and shortened at once. Where one is added or lasts longer, or the private code is new, everything stays as it is
/// until another administrator has approved `pending_change`. The first entry needs no `If-Match`.
#[utoipa::path(
    operation_id = "replacePrescribingRights", tag = "Prescriptions", request_body = ReplacePrescribingRights,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("prescribing_rights.changed")), ("x-problems" = json!(["registration_number_required", "state_conflict", "own_account"]))),
    params(("id" = Id, Path, description = "The clinician."),
        ("If-Match" = Option<String>, Header, nullable = false,
            description = "The ETag of the rights as the caller read them, if there are any.")),
    responses((status = 200, description = "The rights as they are now.", body = PrescribingRights))
)]
#[put("/v1/clinicians/{id}/prescribing-rights")]
pub async fn replace_prescribing_rights(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<ReplacePrescribingRights>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let seen = attempt.if_match();
    platform
        .write(move |tx| {
            lock_account(tx, id)?;
            lock_clinician(tx, id)?.ok_or_else(Error::not_found)?;
            let (_, facts, register) = prescriber_facts(tx, id)?;
            match (register.version, &seen) {
                (0, None) => {}
                (version, Some(seen)) => seen.check(version)?,
                (_, None) => {
                    let detail =
                        "This clinician already has prescribing rights. Read them again and send their ETag in If-Match.";
                    return Err(Error::field(Reason::VersionRequired, "If-Match", "required", detail));
                }
            }
            let rights = parse_rights(&form)?;
            rights_changes::check_registration(tx, &facts, &rights)?;
            let code = form.private_cd_code.as_ref().map(|code| code.reveal().clone());
            let new = NewRights { rights, code, version: register.version };
            let present_code = register.private_cd_code.as_ref().map(|code| code.reveal().as_str());
            let reason = form.reason.reveal();
            if prescriber::gives_more((&register.rights, present_code), (&new.rights, new.code.as_deref())) {
                rights_changes::propose(tx, &caller, id, &new, reason)?;
            } else {
                staff_changes::withdraw_pending(tx, &caller, id, Some((StaffChangeKind::PrescribingRights, id)))?;
                rights_changes::store(tx, &caller, id, &new, ChangedBy::one(caller.id, reason))?;
            }
            rights_answer(tx, &caller, id)
        })
        .await
}

fn parse_rights(form: &ReplacePrescribingRights) -> Result<Vec<PrescribingRight>> {
    let mut rights: Vec<PrescribingRight> = Vec::new();
    for (index, entry) in form.rights.iter().enumerate() {
        let right = PrescribingRight { kind: entry.kind, valid_from: entry.valid_from, valid_until: entry.valid_until };
        if right.valid_until.is_some_and(|last| last < right.valid_from) {
            let detail = "The right ends before it starts. Choose a later last day.";
            return Err(Error::field(Reason::InvalidBody, format!("/rights/{index}/valid_until"), "out_of_range", detail));
        }
        if rights.iter().any(|other| other.kind == right.kind && other.valid_from == right.valid_from) {
            let detail = "This right is listed twice with the same first day. Remove one of them.";
            return Err(Error::field(Reason::InvalidBody, format!("/rights/{index}"), "repeated", detail));
        }
        rights.push(right);
    }
    Ok(rights)
}

fn rights_answer(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Response> {
    let (today, catalogue) = (tx.now.london_day(), in_force::catalogue(tx)?);
    let (_, facts, register) = match prescriber_facts(tx, id) {
        Err(error) if error.reason() == Reason::RegistrationNumberRequired => return Err(Error::not_found()),
        found => found?,
    };
    let (kind, refusal) = match prescriber::kind_of(&facts, &catalogue.prescribers, today) {
        Ok(kind) => (Some(kind.kind), None),
        Err(refusal) => (None, Some(refusal.reason.code())),
    };
    let version = register.version;
    let pending_change = match caller.role {
        Role::Administrator => staff_changes::pending(tx, StaffChangeKind::PrescribingRights, id)?,
        _ => None,
    };
    let view = PrescribingRights {
        clinician_id: id,
        prescribes_as: kind,
        refusal_code: refusal,
        rights: register.rights.iter().map(|right| PrescribingRightView::new(right, today)).collect(),
        private_cd_code: register
            .private_cd_code
            .filter(|_| caller.role == Role::Administrator || caller.id == id)
            .map(Private::into_revealed),
        pending_change,
    };
    Ok(Response::ok(&view)?.with_version(version))
}
