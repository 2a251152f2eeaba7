//! Front desk of the caseload.

use actix_web::get;

use super::dto::{PractitionerDetailQuery, PractitionerPage, PractitionerQuery, PractitionerSummary, PractitionerView};
use crate::access::registration::queries::{self, Filter};
use crate::access::registration::rules::parse_reference;
use crate::identity::{CareTeam, Role};
use crate::platform::Platform;
use crate::platform::audit;
use crate::platform::error::{Error, Result};
use crate::platform::http::{Answer, Page, Path, Query};
use crate::platform::ids::Id;
use crate::platform::refusal::Code;
use crate::scheduling::booking::treating;

/// List practitioners
///
/// Coordinators see all; clinicians those whom they treat. There are no names in lists.
#[utoipa::path(
    operation_id = "listPractitioners", tag = "care", extensions(("x-roles" = json!(["clinician", "coordinator"]))), params(PractitionerQuery),
    responses((status = 200, description = "The practitioners, the newest first.", body = PractitionerPage))
)]
#[get("/v1/practitioners")]
pub async fn list_practitioners(caller: CareTeam, query: Query<PractitionerQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "practitioners";
    let (sealer, PractitionerQuery { reference, pathway, limit, cursor }) = (platform.sealer.clone(), query.0);
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    let wrong = || Error::field(Code::InvalidParameter, "reference", "invalid", "This is not a reference.");
    let reference = reference.map(|text| parse_reference(&text).ok_or_else(wrong)).transpose()?;
    platform
        .db
        .read(move |conn| {
            let among = match caller.role {
                Role::Clinician => Some(treating::treated_by(conn, caller.id)?),
                _ => None,
            };
            let filter = Filter { reference: reference.clone(), pathway, among, before };
            let rows = queries::list(conn, &sealer, filter, limit.plus_one())?;
            let page = Page::cut(rows, limit, &sealer, LIST, |person| person.id)?;
            let items = page.items.into_iter().map(PractitionerSummary::from).collect();
            Answer::ok(&PractitionerPage { items, next_cursor: page.next_cursor })
        })
        .await
}

/// Read a practitioner
///
/// Every reading is recorded. Clinicians may ask for the emergency contact, which is recorded by itself.
#[utoipa::path(
    operation_id = "getPractitioner", tag = "care", extensions(("x-roles" = json!(["clinician", "coordinator"]))),
    params(("id" = Id, Path, description = "The practitioner."), PractitionerDetailQuery),
    responses((status = 200, description = "The practitioner.", body = PractitionerView))
)]
#[get("/v1/practitioners/{id}")]
pub async fn get_practitioner(
    caller: CareTeam,
    id: Path<Id>,
    query: Query<PractitionerDetailQuery>,
    platform: Platform,
) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    let with_contact = caller.role == Role::Clinician && query.0.emergency_contact == Some(true);
    platform
        .db
        .write(move |conn| {
            if caller.role == Role::Clinician && !treating::treats(conn, caller.id, id)? {
                return Err(Error::not_found());
            }
            let person = queries::open(conn, &sealer, id)?.ok_or_else(Error::not_found)?;
            audit::record(conn, caller.actor(), "practitioner.read", ("practitioner", Some(id)), now)?;
            if with_contact {
                audit::record(conn, caller.actor(), "practitioner.emergency_contact_read", ("practitioner", Some(id)), now)?;
            }
            Answer::ok(&PractitionerView::new(person, with_contact))
        })
        .await
}
