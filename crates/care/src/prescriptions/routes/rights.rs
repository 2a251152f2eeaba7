//! The register of prescribing rights.

use actix_web::{get, put};

use crate::prescriptions::catalogue::catalogue;
use crate::prescriptions::dto::rights::{PrescribingRightView, PrescribingRights, ReplacePrescribingRights};
use crate::prescriptions::facts::of_prescriber;
use crate::prescriptions::model::PrescribingRight;
use crate::prescriptions::queries::rights as queries;
use crate::prescriptions::rules::prescriber;
use people::{Administrator, Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Path};
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::Reason;
use scheduling::clinicians::callers::DirectoryEditor;
use scheduling::clinicians::queries::lock_clinician;

/// Get a clinician's prescribing rights
///
/// Clinicians read their own, coordinators and administrators everybody's.
#[utoipa::path(
    operation_id = "getPrescribingRights", tag = "Prescriptions", extensions(("x-roles" = json!(DirectoryEditor::ROLES))),
    params(("id" = Id, Path, description = "The clinician.")),
    responses((status = 200, description = "The rights, and as what the clinician prescribes today.", body = PrescribingRights))
)]
#[get("/v1/clinicians/{id}/prescribing-rights")]
pub async fn get_prescribing_rights(caller: DirectoryEditor, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .read(move |tx| {
            if caller.role == Role::Clinician && caller.id != id {
                return Err(Error::not_found());
            }
            show(tx, &caller, id)
        })
        .await
}

/// Replace a clinician's prescribing rights
///
/// Annotations of the register and licences, each with its days, all of them at once. A first entry needs no `If-Match`.
#[utoipa::path(
    operation_id = "replacePrescribingRights", tag = "Prescriptions", request_body = ReplacePrescribingRights,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["registration_missing"]))),
    params(("id" = Id, Path, description = "The clinician."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the rights as they were read, if there are any.", nullable = false)),
    responses((status = 200, description = "The rights as they are now.", body = PrescribingRights))
)]
#[put("/v1/clinicians/{id}/prescribing-rights")]
pub async fn put_prescribing_rights(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<ReplacePrescribingRights>,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    let seen = attempt.seen();
    platform
        .write(move |tx| {
            lock_clinician(tx, id)?.ok_or_else(Error::not_found)?;
            let (_, facts, register) = of_prescriber(tx, id)?;
            match (register.version, &seen) {
                (0, None) => {}
                (version, Some(seen)) => seen.check(version)?,
                (_, None) => {
                    let detail = "There are rights already: send their ETag as you read it.";
                    return Err(Error::field(Reason::VersionRequired, "If-Match", "required", detail));
                }
            }
            let rights = rights(&form)?;
            let (body, number) = facts.registration.ok_or(Reason::RegistrationMissing)?;
            for (place, right) in rights.iter().enumerate() {
                if !prescriber::right_fits(right.kind, body, &number, &catalogue().prescribers) {
                    let detail = "Nobody on this clinician's register, with this number, holds such a right.";
                    return Err(Error::field(Reason::InvalidBody, format!("/rights/{place}/kind"), "not_allowed", detail));
                }
            }
            let code = form.private_cd_code.as_ref().map(|code| code.reveal().as_str());
            queries::save(tx, id, &queries::Entered { rights: &rights, code, by: caller.id }, register.version)?;
            audit::record(tx, caller.actor(), "prescribing_rights.changed", ("clinician", Some(id)))?;
            show(tx, &caller, id)
        })
        .await
}

fn rights(form: &ReplacePrescribingRights) -> Result<Vec<PrescribingRight>> {
    let mut rights: Vec<PrescribingRight> = Vec::new();
    for (place, told) in form.rights.iter().enumerate() {
        let right = PrescribingRight { kind: told.kind, valid_from: told.valid_from, valid_until: told.valid_until };
        if right.valid_until.is_some_and(|last| last < right.valid_from) {
            let detail = "The right ends before it begins.";
            return Err(Error::field(Reason::InvalidBody, format!("/rights/{place}/valid_until"), "out_of_range", detail));
        }
        if rights.iter().any(|other| other.kind == right.kind && other.valid_from == right.valid_from) {
            let detail = "This right begins twice on one day.";
            return Err(Error::field(Reason::InvalidBody, format!("/rights/{place}"), "repeated", detail));
        }
        rights.push(right);
    }
    Ok(rights)
}

fn show(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Answer> {
    let (today, prescribers) = (tx.now.london_day(), &catalogue().prescribers);
    let (_, facts, register) = match of_prescriber(tx, id) {
        Err(error) if error.reason() == Reason::RegistrationMissing => return Err(Error::not_found()),
        found => found?,
    };
    let (kind, refusal) = match prescriber::kind_of(&facts, prescribers, today) {
        Ok(kind) => (Some(kind.kind), None),
        Err(refusal) => (None, Some(refusal.reason.code().as_str().to_owned())),
    };
    let version = register.version;
    let view = PrescribingRights {
        clinician_id: id,
        prescribes_as: kind,
        refusal_code: refusal,
        rights: register.rights.iter().map(|right| PrescribingRightView::new(right, today)).collect(),
        private_cd_code: register
            .private_cd_code
            .filter(|_| caller.role == Role::Administrator || caller.id == id)
            .map(Private::into_revealed),
    };
    Ok(Answer::ok(&view)?.version(version))
}
