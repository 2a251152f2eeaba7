//! HTTP handler that shows how to reach a practitioner.

use actix_web::get;

use super::dto::{ContactDetailsQuery, ContactDetailsView};
use super::facts;
use super::model::ContactReason;
use platform::Platform;
use platform::error::Result;
use platform::http::{Path, Query, Response};
use platform::ids::Id;
use scheduling::calendar::callers::CareTeam;

/// Get a practitioner's contact details
///
/// How to reach the practitioner, for staff who must reach them now: those who may answer an open risk alert (coordinators, clinicians
/// who treat, clinicians on duty, and during break-glass), the clinician of an appointment by telephone from half an hour before it until
/// two hours after it, and coordinators and the clinician of an open follow-up. The emergency contact is shown only for a risk alert,
/// and recorded separately. Each number says whether the practitioner has confirmed it. A part that is damaged is named in `unreadable`,
/// and the others are shown. Every read is recorded with its reason, which the practitioner sees.
#[utoipa::path(
    operation_id = "getContactDetails", tag = "Practitioners",
    extensions(("x-roles" = json!(CareTeam::ROLES)),
        ("x-audit" = json!(["contact_details.read", "practitioner.emergency_contact_read"])),
        ("x-problems" = json!(["no_reason_to_contact"]))),
    params(("id" = Id, Path, description = "The practitioner."), ContactDetailsQuery),
    responses((status = 200, description = "How to reach the practitioner.", body = ContactDetailsView))
)]
#[get("/v1/practitioners/{id}/contact-details")]
pub async fn get_contact_details(
    caller: CareTeam,
    id: Path<Id>,
    query: Query<ContactDetailsQuery>,
    platform: Platform,
) -> Result<Response> {
    let (id, reason) = (id.0, query.0.reason);
    platform
        .write(move |tx| {
            let (permit, grounds) = facts::check_reason(tx, &caller, id, reason)?;
            let found = facts::reachable(tx, id, &grounds)?;
            permit.record(tx, "contact_details.read", grounds.subject())?;
            if reason == ContactReason::RiskAlert && found.person.details.is_some() {
                permit.record(tx, "practitioner.emergency_contact_read", ("practitioner", Some(id)))?;
            }
            Response::ok(&ContactDetailsView::new(found, reason))
        })
        .await
}
