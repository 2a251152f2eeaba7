//! HTTP handlers: issue and cancel a prescription.

use actix_web::post;

use super::{lock_for_treating_clinician, lock_to_cancel, prescription_view};
use crate::prescriptions::dto::CancelPrescription;
use crate::prescriptions::dto::views::{PrescriptionView, Reader};
use crate::prescriptions::facts;
use crate::prescriptions::in_force;
use crate::prescriptions::model::PrescriptionState;
use crate::prescriptions::queries;
use crate::prescriptions::queries::{Cancellation, issues};
use crate::prescriptions::rules::{lifecycle, medicines};
use people::Clinician;
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::{Private, trimmed_non_empty};
use platform::refusal::Reason;

/// Issue a prescription
///
/// Records one issue: a single one, or the next of a repeat prescription, some days before the intervals since the start and since
/// each earlier issue are over at the earliest (`early_issue_days` of the prescribing limits). Refused when all issues are made, the
/// prescription has expired, its review is overdue, or a medicine was withdrawn, given a stricter schedule or kept for specialists since,
/// or is above a maximum dose of today; and while a risk alert is open, when it is a repeat or a larger quantity whose author recorded no
/// reason for that. For clinicians who treat the practitioner and may prescribe.
#[utoipa::path(
    operation_id = "issuePrescription", tag = "Prescriptions",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("prescription.issued")),
        ("x-problems" = json!(["state_conflict", "prescription_expired",
        "too_early", "review_due", "not_a_prescriber", "registration_number_required", "prescribing_right_required",
        "not_eligible"]))),
    params(("id" = Id, Path, description = "The prescription.")),
    responses((status = 201, description = "The prescription is issued.", body = PrescriptionView))
)]
#[post("/v1/prescriptions/{id}/issue")]
pub async fn issue_prescription(caller: Clinician, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (catalogue, today) = (in_force::catalogue(tx)?, tx.now.london_day());
            let (permit, prescription) = lock_for_treating_clinician(tx, &caller, id)?;
            // Only its author may know of a draft here.
            if prescription.state == PrescriptionState::Draft && prescription.clinician != caller.id {
                return Err(Error::not_found());
            }
            facts::author(tx, caller.id, &catalogue, today)?;
            facts::check_in_care(tx, prescription.practitioner)?;
            let facts = prescription.issue_facts();
            let facts = facts.ok_or(if prescription.cancellation.is_some() {
                Reason::PrescriptionCancelled
            } else {
                Reason::PrescriptionNotSigned
            })?;
            let earlier: Vec<_> = issues::for_prescription(tx, id)?.iter().map(|issue| issue.issued_at.london_day()).collect();
            let number = lifecycle::check_issue(&facts, &earlier, &catalogue.limits, today)?;
            medicines::check_issuable(&prescription.content.items, &catalogue, today)?;
            facts::check_doses(tx, &prescription, &catalogue, today)?;
            facts::check_supply_at_risk(tx, &prescription, &catalogue)?;
            issues::insert(tx, id, number, caller.id)?;
            permit.record(tx, "prescription.issued", ("prescription", Some(id)))?;
            let prescription = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            let view = prescription_view(tx, &caller, prescription, Reader::Clinician)?;
            Response::created(format!("/v1/prescriptions/{id}"), &view)
        })
        .await
}

/// Cancel a prescription
///
/// A draft can be cancelled by its author, a signed prescription by any clinician who treats the practitioner. If nothing was
/// issued, the prescription is void. If issues are left, they are stopped. If none is left, contact the pharmacy. After the end
/// of care, cancelling is possible for as long as the caller may read the prescription. It cannot be undone.
#[utoipa::path(
    operation_id = "cancelPrescription", tag = "Prescriptions", request_body = CancelPrescription,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("prescription.cancelled")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The prescription.")),
    responses((status = 200, description = "Cancelled; `cancellation.effect` says what that means.", body = PrescriptionView))
)]
#[post("/v1/prescriptions/{id}/cancel")]
pub async fn cancel_prescription(
    caller: Clinician,
    id: Path<Id>,
    form: Json<CancelPrescription>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, present) = lock_to_cancel(tx, &caller, id)?;
            if present.signed_at.is_none() && present.clinician != caller.id {
                return Err(Error::not_found());
            }
            let note = trimmed_non_empty(form.note.as_ref());
            lifecycle::check_cancel(present.state, present.issues_made, present.issues_allowed, form.reason, note.is_some())?;
            let cancellation = Cancellation { at: tx.now, by: caller.id, reason: form.reason, note: note.map(Private::new) };
            queries::cancel(tx, id, &cancellation)?;
            permit.record(tx, "prescription.cancelled", ("prescription", Some(id)))?;
            let present = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            Response::ok(&prescription_view(tx, &caller, present, Reader::Clinician)?)
        })
        .await
}
