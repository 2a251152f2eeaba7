//! HTTP handlers: the medicines catalogue and the prescribing terms.

use actix_web::get;

use crate::prescriptions::catalogue::catalogue;
use crate::prescriptions::dto::medicines::{CatalogueMedicine, MedicineQuery, PrescribingTerms};
use crate::prescriptions::in_force;
use crate::prescriptions::rules::medicines::search;
use people::Clinician;
use platform::Platform;
use platform::error::Result;
use platform::http::{Page, Paging, Query, Response};

/// List medicines in the catalogue
///
/// A small catalogue of medicines that are common in mental health care. A prescription can also describe a medicine that is not
/// in it.
#[utoipa::path(
    operation_id = "listMedicines", tag = "Prescriptions", params(MedicineQuery),
    extensions(("x-roles" = json!(Clinician::ROLES))),
    responses((status = 200, description = "The medicines, in alphabetical order.", body = Page<CatalogueMedicine>))
)]
#[get("/v1/medicines")]
pub async fn list_medicines(
    _: Clinician,
    query: Query<MedicineQuery>,
    paging: Paging<String>,
    platform: Platform,
) -> Result<Response> {
    let MedicineQuery { search: words } = query.0;
    let catalogue = platform.read(in_force::catalogue).await?;
    let mut found = search(&catalogue, words.as_deref().unwrap_or_default(), platform.clock.now().london_day());
    found.retain(|medicine| paging.after.as_ref().is_none_or(|after| medicine.id > *after));
    let page = paging.page(found, |medicine| medicine.id.clone())?;
    Response::ok(&page.map(|medicine| CatalogueMedicine::new(&catalogue, medicine)))
}

/// Get the units, routes and forms used in prescriptions
#[utoipa::path(
    operation_id = "getPrescribingTerms", tag = "Prescriptions", extensions(("x-roles" = json!(Clinician::ROLES))),
    responses((status = 200, description = "Units, routes and forms.", body = PrescribingTerms))
)]
#[get("/v1/prescribing-terms")]
pub async fn get_prescribing_terms(_: Clinician) -> Result<Response> {
    Response::ok(&PrescribingTerms::from(catalogue()))
}
