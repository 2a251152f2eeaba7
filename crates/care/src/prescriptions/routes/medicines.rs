//! The catalogue.

use actix_web::get;

use crate::prescriptions::catalogue::catalogue;
use crate::prescriptions::dto::medicines::{CatalogueMedicine, MedicinePage, MedicineQuery, PrescribingTerms};
use crate::prescriptions::rules::medicines::search;
use people::Clinician;
use platform::Platform;
use platform::error::Result;
use platform::http::{Answer, Page, Query};

/// Find a medicine
///
/// A small catalogue of what is common in this field. Medicines that are not in it may be described in a prescription.
#[utoipa::path(
    operation_id = "listMedicines", tag = "care", extensions(("x-roles" = json!(Clinician::ROLES))), params(MedicineQuery),
    responses((status = 200, description = "The medicines, in alphabetical order.", body = MedicinePage))
)]
#[get("/v1/medicines")]
pub async fn list_medicines(_: Clinician, query: Query<MedicineQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "medicines";
    let (sealer, MedicineQuery { q, limit, cursor }) = (platform.sealer.clone(), query.0);
    let after = cursor.map(|cursor| cursor.open::<String>(&sealer, LIST)).transpose()?;
    let catalogue = catalogue()?;
    let mut found = search(catalogue, q.as_deref().unwrap_or_default(), platform.clock.now().london_day());
    found.retain(|medicine| after.as_ref().is_none_or(|after| medicine.id > *after));
    let page = Page::cut(found, limit, &sealer, LIST, |medicine| medicine.id.clone())?;
    let items = page.items.into_iter().map(|medicine| CatalogueMedicine::new(catalogue, medicine)).collect();
    Answer::ok(&MedicinePage { items, next_cursor: page.next_cursor })
}

/// Read the units and routes that prescriptions are written with
#[utoipa::path(
    operation_id = "getPrescribingTerms", tag = "care", extensions(("x-roles" = json!(Clinician::ROLES))),
    responses((status = 200, description = "Units and routes.", body = PrescribingTerms))
)]
#[get("/v1/prescribing-terms")]
pub async fn get_prescribing_terms(_: Clinician) -> Result<Answer> {
    Answer::ok(&PrescribingTerms::from(catalogue()?))
}
