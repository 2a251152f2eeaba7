//! HTTP handlers of certificates of destruction. They name the id and the reference of a record that is gone with everything by which people
//! are kept apart, so they are shown to every privacy officer.

use actix_web::get;

use crate::PrivacyOfficer;
use crate::practitioners::rules::parse_reference;
use crate::relationships::Basis;
use crate::retention::dto::{DestructionCertificateQuery, DestructionCertificateView};
use crate::retention::queries::certificates;
use platform::Platform;
use platform::audit::{self, About};
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;

/// List certificates of destruction
///
/// What was destroyed, when, who decided and who approved it, with the number of rows of each table.
#[utoipa::path(
    operation_id = "listDestructionCertificates", tag = "Retention", params(DestructionCertificateQuery),
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("destruction_certificate.listed"))),
    responses((status = 200, description = "The certificates, the newest first.", body = Page<DestructionCertificateView>))
)]
#[get("/v1/destruction-certificates")]
pub async fn list_destruction_certificates(
    caller: PrivacyOfficer,
    query: Query<DestructionCertificateQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let wrong = || Error::field(Reason::InvalidParameter, "reference", "invalid", "This reference is not valid. Check it.");
    let reference = query.0.reference.as_deref().map(|text| parse_reference(text).ok_or_else(wrong)).transpose()?;
    platform
        .write(move |tx| {
            let rows = certificates::list(tx, reference.as_deref(), paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            audit::record(tx, caller.actor(), "destruction_certificate.listed", ("destruction_certificate", None))?;
            Response::ok(&page.map(DestructionCertificateView::from))
        })
        .await
}

/// Get a certificate of destruction
#[utoipa::path(
    operation_id = "getDestructionCertificate", tag = "Retention",
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("destruction_certificate.read"))),
    params(("id" = Id, Path, description = "The certificate.")),
    responses((status = 200, description = "The certificate.", body = DestructionCertificateView))
)]
#[get("/v1/destruction-certificates/{id}")]
pub async fn get_destruction_certificate(caller: PrivacyOfficer, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let certificate = certificates::find(tx, id)?.ok_or_else(Error::not_found)?;
            let about = About { practitioner: certificate.practitioner, basis: Basis::Retention.as_str() };
            let subject = ("destruction_certificate", Some(id));
            audit::record_about(tx, caller.actor(), "destruction_certificate.read", subject, about)?;
            Response::ok(&DestructionCertificateView::from(certificate))
        })
        .await
}
