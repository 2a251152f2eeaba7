//! HTTP handlers of a practitioner's own record. They can read it after care has ended, too.

use actix_web::get;

use super::lead;
use crate::records::dto::own_record::{MyNote, MyRecordView};
use crate::records::dto::plan::CarePlanView;
use crate::records::queries::{allergies, notes, plans, prescribing_details, problems};
use crate::safety_plans::views as safety_plans;
use people::Practitioner;
use people::practitioners::queries as registration;
use people::practitioners::queries::gp;
use people::relationships::{self, Purpose, episodes};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Answer, Page, Paging};

/// Get my record
///
/// What is shared with me: lead clinician, care plan, safety plan, allergies, prescribing details, problems, consent and discharge. Shared
/// notes have their own list.
#[utoipa::path(
    operation_id = "getMyRecord", tag = "Clinical record",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("record.read")),
        ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "My record.", body = MyRecordView))
)]
#[get("/v1/me/record")]
pub async fn get_my_record(caller: Practitioner, platform: Platform) -> Result<Answer> {
    let id = caller.id;
    platform
        .write(move |tx| {
            let pathway = registration::pathway(tx, id)?.ok_or_else(Error::not_found)?;
            let known = relationships::known(tx, &caller, id, Purpose::ReadRecord)?;
            known.record(tx, "record.read", ("practitioner", Some(id)))?;
            Answer::ok(&MyRecordView {
                pathway,
                lead_clinician: lead::lead_view(tx, id)?,
                gp_sharing: gp::latest(tx, id)?.into(),
                allergies: allergies::current_allergies(tx, id)?.into(),
                prescribing_details: prescribing_details::current(tx, id)?.into(),
                problems: problems::list_shared(tx, id)?.into_iter().map(Into::into).collect(),
                care_plan: plans::current(tx, id)?.map_or_else(CarePlanView::none, CarePlanView::from),
                safety_plan: safety_plans::current(tx, id)?,
                discharge: episodes::last_discharge(tx, id)?.map(Into::into),
            })
        })
        .await
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
pub async fn list_my_notes(caller: Practitioner, paging: Paging, platform: Platform) -> Result<Answer> {
    let id = caller.id;
    platform
        .write(move |tx| {
            let rows = notes::list_shared(tx, id, paging.after, paging.rows())?;
            let mut page = paging.readable(rows)?;
            let known = relationships::known(tx, &caller, id, Purpose::ReadRecord)?;
            known.record(tx, "notes.listed", ("practitioner", Some(id)))?;
            let (found, others) = notes::with_addenda(tx, page.items)?;
            page.unreadable.extend(others);
            let items = found.into_iter().map(|(note, addenda)| MyNote::new(note, addenda)).collect();
            Answer::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}
