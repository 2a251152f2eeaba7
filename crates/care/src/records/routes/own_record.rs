//! HTTP handlers of a practitioner's own record. They can read it after care has ended, too.

use actix_web::get;

use super::lead;
use crate::records::dto::lead::LeadClinicianView;
use crate::records::dto::own_record::{MyNote, MyRecordView};
use crate::records::dto::plan::CarePlanView;
use crate::records::model::MyRecordPart;
use crate::records::queries::{allergies, notes, plans, prescribing_details, problems};
use crate::safety_plans::views as safety_plans;
use people::Practitioner;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::practitioners::queries::gp;
use people::relationships::{self, Purpose, episodes};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Response};
use platform::ids::Id;
use platform::seal::readable_or_none;

/// Get my record
///
/// What is shared with me: lead clinician, care plan, safety plan, allergies, prescribing details, problems, consent and discharge. Shared
/// notes have their own list. A part that is damaged is left out and named in `unreadable`.
#[utoipa::path(
    operation_id = "getMyRecord", tag = "Clinical record",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("record.read")),
        ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "My record.", body = MyRecordView))
)]
#[get("/v1/me/record")]
pub async fn get_my_record(caller: Practitioner, platform: Platform) -> Result<Response> {
    let id = caller.id;
    platform
        .write(move |tx| {
            let pathway = registration::pathway(tx, id)?.ok_or_else(Error::not_found)?;
            let permit = relationships::permit(tx, &caller, id, Purpose::ReadRecord)?;
            permit.record(tx, "record.read", ("practitioner", Some(id)))?;
            Response::ok(&my_record(tx, id, pathway)?)
        })
        .await
}

/// What is shared with a practitioner, each part apart: one that cannot be decrypted is named and logged, and hides no other. An earlier
/// version is never shown in its place.
fn my_record(tx: &mut Tx, id: Id, pathway: Pathway) -> Result<MyRecordView> {
    let lead = readable_or_none(lead::lead_view(tx, id))?;
    let gp_sharing = readable_or_none(gp::latest(tx, id))?;
    let allergies = readable_or_none(allergies::current_allergies(tx, id))?;
    let prescribing_details = readable_or_none(prescribing_details::current(tx, id))?;
    let (problems, damaged_problems) = problems::list_shared(tx, id)?;
    let care_plan = readable_or_none(plans::current(tx, id))?;
    let safety_plan = readable_or_none(safety_plans::current(tx, id))?;
    let discharge = readable_or_none(episodes::last_discharge(tx, id))?;
    let parts = [
        (MyRecordPart::LeadClinician, lead.is_some()),
        (MyRecordPart::GpSharing, gp_sharing.is_some()),
        (MyRecordPart::Allergies, allergies.is_some()),
        (MyRecordPart::PrescribingDetails, prescribing_details.is_some()),
        (MyRecordPart::Problems, damaged_problems.is_empty()),
        (MyRecordPart::CarePlan, care_plan.is_some()),
        (MyRecordPart::SafetyPlan, safety_plan.is_some()),
        (MyRecordPart::Discharge, discharge.is_some()),
    ];
    Ok(MyRecordView {
        pathway,
        lead_clinician: lead.unwrap_or(LeadClinicianView::NONE),
        gp_sharing: gp_sharing.map(Into::into),
        allergies: allergies.map(Into::into),
        prescribing_details: prescribing_details.map(Into::into),
        problems: problems.into_iter().map(Into::into).collect(),
        care_plan: care_plan.map(|plan| plan.map_or_else(CarePlanView::none, CarePlanView::from)),
        safety_plan: safety_plan.flatten(),
        discharge: discharge.flatten().map(Into::into),
        unreadable: parts.into_iter().filter_map(|(part, readable)| (!readable).then_some(part)).collect(),
    })
}

/// List the notes shared with me
///
/// The shared parts of signed notes and of their addenda.
#[utoipa::path(
    operation_id = "listMyNotes", tag = "Clinical record",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("notes.listed"))),
    responses((status = 200, description = "The notes, the newest first.", body = Page<MyNote>))
)]
#[get("/v1/me/notes")]
pub async fn list_my_notes(caller: Practitioner, paging: Paging, platform: Platform) -> Result<Response> {
    let id = caller.id;
    platform
        .write(move |tx| {
            let rows = notes::list_shared(tx, id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let permit = relationships::permit(tx, &caller, id, Purpose::ReadRecord)?;
            permit.record(tx, "notes.listed", ("practitioner", Some(id)))?;
            let found = notes::with_addenda(tx, page.items)?;
            let items = found.into_iter().map(|(note, addenda)| MyNote::new(note, addenda)).collect();
            Response::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}
