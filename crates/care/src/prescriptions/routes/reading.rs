//! Reading prescriptions: practitioners their own signed ones, clinicians those of whom they treat.

use actix_web::get;

use super::view;
use crate::prescriptions::dto::PrescriptionQuery;
use crate::prescriptions::dto::views::{PrescriptionPage, PrescriptionSummary, PrescriptionView, Reader};
use crate::prescriptions::queries;
use crate::prescriptions::queries::{Filter, Prescription};
use people::{Caller, CareParty, Role};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Page, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::refusal::Code;
use platform::seal::Sealer;
use scheduling::booking::treating;
use scheduling::booking::treating::ReadsAs;

/// As whom the caller reads what is this practitioner's.
fn reader(conn: &mut Conn, caller: &Caller, practitioner: Id, now: UtcTime) -> Result<Reader> {
    Ok(match treating::reads_as(conn, caller, practitioner, now)? {
        ReadsAs::Practitioner => Reader::Practitioner,
        ReadsAs::Clinician => Reader::Clinician,
    })
}

/// The prescription of that id as far as the caller may know of it. A draft is its author's, and colleagues' who treat; the
/// practitioner sees what was signed.
pub(super) fn readable(
    conn: &mut Conn,
    sealer: &Sealer,
    caller: &Caller,
    id: Id,
    now: UtcTime,
) -> Result<(Prescription, Reader)> {
    let prescription = queries::find(conn, sealer, id)?.ok_or_else(Error::not_found)?;
    let reader = reader(conn, caller, prescription.practitioner, now)?;
    if reader == Reader::Practitioner && prescription.signed_at.is_none() {
        return Err(Error::not_found());
    }
    Ok((prescription, reader))
}

/// List prescriptions
///
/// Practitioners see their own that were signed. Clinicians name somebody whom they treat, and see drafts too. Every reading is
/// recorded.
#[utoipa::path(
    operation_id = "listPrescriptions", tag = "care",
    extensions(("x-roles" = json!(["practitioner", "clinician"])), ("x-problems" = json!(["not_found"]))), params(PrescriptionQuery),
    responses((status = 200, description = "The prescriptions, the newest first.", body = PrescriptionPage))
)]
#[get("/v1/prescriptions")]
pub async fn list_prescriptions(caller: CareParty, query: Query<PrescriptionQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "prescriptions";
    let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
    let PrescriptionQuery { practitioner_id, state, limit, cursor } = query.0;
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    let practitioner = match (caller.role, practitioner_id) {
        (Role::Practitioner, None) => caller.id,
        (_, Some(id)) => id,
        (_, None) => {
            return Err(Error::field(Code::InvalidParameter, "practitioner_id", "required", "Say whose prescriptions."));
        }
    };
    platform
        .db
        .write(move |conn| {
            let reader = reader(conn, &caller, practitioner, now)?;
            let filter = Filter { practitioner, state, signed_only: reader == Reader::Practitioner, before };
            let rows = queries::list(conn, &sealer, filter, limit.plus_one())?;
            audit::record(conn, caller.actor(), "prescriptions.listed", ("practitioner", Some(practitioner)), now)?;
            let (page, unreadable) = Page::cut_readable(rows, limit, &sealer, LIST)?;
            let today = now.london_day();
            let items = page.items.into_iter().map(|prescription| PrescriptionSummary::new(prescription, today)).collect();
            Answer::ok(&PrescriptionPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Read a prescription
///
/// Every reading is recorded. Practitioners see no reasons for exceptions and no notes.
#[utoipa::path(
    operation_id = "getPrescription", tag = "care", extensions(("x-roles" = json!(["practitioner", "clinician"]))),
    params(("id" = Id, Path, description = "The prescription.")),
    responses((status = 200, description = "The prescription.", body = PrescriptionView,
        headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[get("/v1/prescriptions/{id}")]
pub async fn get_prescription(caller: CareParty, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    platform
        .db
        .write(move |conn| {
            let (prescription, reader) = readable(conn, &sealer, &caller, id, now)?;
            audit::record(conn, caller.actor(), "prescription.read", ("prescription", Some(id)), now)?;
            let version = prescription.version;
            Ok(Answer::ok(&view(conn, &sealer, &caller, prescription, reader, now)?)?.version(version))
        })
        .await
}
