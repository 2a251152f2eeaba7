//! HTTP handler: sign a prescription.

use actix_web::post;

use super::{all_findings, lock_own, prescription_view};
use crate::prescriptions::dto::views::{PrescriptionView, Reader};
use crate::prescriptions::facts;
use crate::prescriptions::facts::Author;
use crate::prescriptions::in_force;
use crate::prescriptions::model::{Justification, Signature};
use crate::prescriptions::queries;
use crate::prescriptions::queries::Prescription;
use crate::prescriptions::rules;
use crate::prescriptions::rules::{controlled, lifecycle, prescriber};
use crate::records::queries::prescribing_details;
use people::Clinician;
use people::practitioners::queries as registration;
use platform::Platform;
use platform::Tx;
use platform::config::Organisation;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Path, Response};
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::Reason;

/// Sign a prescription
///
/// Only the author can sign, and only the version that they read (`If-Match`). All rules are checked again; `errors` names every
/// rule that prevents signing by its own code. Exceptions need a reason in the draft. A signed prescription cannot be changed.
#[utoipa::path(
    operation_id = "signPrescription", tag = "Prescriptions",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!(["prescription.signed", "prescription.exception_made"])),
        ("x-problems" = json!(["state_conflict", "not_a_prescriber",
        "registration_number_required", "prescribing_right_required", "not_eligible", "assessment_required", "too_early",
        "prescription_not_signable", "organisation_required", "invalid_body"]))),
    params(("id" = Id, Path, description = "The prescription."), IfMatch),
    responses((status = 200, description = "The prescription is signed.", body = PrescriptionView,
        headers(("ETag" = String, description = "The version."))))
)]
#[post("/v1/prescriptions/{id}/sign")]
pub async fn sign_prescription(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let organisation = platform.policy.organisation.clone();
    platform
        .write_once(attempt, move |tx| {
            let (catalogue, today) = (in_force::catalogue(tx)?, tx.now.london_day());
            let (permit, draft) = lock_own(tx, &caller, id)?;
            lifecycle::check_draft(draft.state)?;
            seen.check(draft.version)?;
            prescriber::may_prescribe_for(&facts::relationship(tx, &caller, draft.practitioner)?.1)?;
            let author = facts::author(tx, caller.id, &catalogue, today)?;
            let findings = all_findings(tx, &draft, &author, &catalogue, today)?;
            let exceptions = rules::apply_justifications(&findings, &draft.content.justifications, draft.content.items.len())?;
            let organisation = organisation.as_ref().ok_or(Reason::OrganisationRequired)?;
            let validity = controlled::validity(&draft.content, &catalogue.limits, today)
                .ok_or_else(|| Error::internal("a date is outside the supported range"))?;
            let assessment = queries::latest_assessment(tx, draft.practitioner)?.ok_or(Reason::AssessmentRequired)?;
            let last_day = |item| controlled::last_day(item, &draft.content, &catalogue.limits, today);
            let last_days = draft.content.items.iter().filter_map(last_day).collect();
            let signature = Signature { last_days, ..signature(tx, &draft, author, organisation, exceptions)? };
            queries::sign(tx, id, assessment, &signature, &validity)?;
            permit.record(tx, "prescription.signed", ("prescription", Some(id)))?;
            if !signature.exceptions.is_empty() {
                permit.record(tx, "prescription.exception_made", ("prescription", Some(id)))?;
            }
            let signed = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            let version = signed.version;
            Ok(Response::ok(&prescription_view(tx, &caller, signed, Reader::Clinician)?)?.with_version(version))
        })
        .await
}

/// The names and numbers of all parties as they are today.
fn signature(
    tx: &mut Tx,
    draft: &Prescription,
    author: Author<'_>,
    organisation: &Organisation,
    exceptions: Vec<Justification>,
) -> Result<Signature> {
    let patient = registration::find(tx, draft.practitioner)?.ok_or_else(Error::not_found)?;
    print::check_printable_names(author.profile.name.reveal(), &patient.details.legal_name)?;
    let (registration_body, registration_number) = author.registration;
    let recorded = prescribing_details::current(tx, draft.practitioner)?.details;
    Ok(Signature {
        patient_address: draft.content.address.clone().or(recorded.address),
        patient_born_on: recorded.date_of_birth,
        patient_name: patient.details.legal_name,
        prescriber_name: author.profile.name.into_revealed(),
        prescriber_kind: author.kind.kind,
        registration_body,
        registration_number,
        private_cd_code: author.register.private_cd_code.map(Private::into_revealed),
        practice_name: organisation.name.clone(),
        practice_address: organisation.address.clone(),
        exceptions,
        last_days: Vec::new(),
    })
}
