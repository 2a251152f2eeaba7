//! Who leads somebody's care: at first whoever accepted them (5.6: case management by the assessing clinician).

use actix_web::{get, put};

use super::may_read;
use crate::records::dto::lead::{ChangeLeadClinician, LeadClinicianView};
use crate::records::queries;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::relationships::episodes;
use people::{CareTeam, Role};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, IfMatch, Json, Path};
use platform::ids::{Id, UtcTime};
use platform::refusal::Code;
use platform::seal::Sealer;
use scheduling::calendar::messages as calendar;
use scheduling::calendar::messages::{Change, Changed};
use scheduling::clinicians::queries as clinicians;

/// Read who leads somebody's care
///
/// By clinicians who treat them and by coordinators. Nobody leads before care begins and after it ends.
#[utoipa::path(
    operation_id = "getLeadClinician", tag = "care", extensions(("x-roles" = json!(["clinician", "coordinator"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "Who leads.", body = LeadClinicianView,
        headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[get("/v1/practitioners/{id}/lead-clinician")]
pub async fn get_lead_clinician(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    platform
        .db
        .write(move |conn| {
            may_know(conn, &caller, id, now)?;
            audit::record(conn, caller.actor(), "lead_clinician.read", ("practitioner", Some(id)), now)?;
            answer(conn, &sealer, id)
        })
        .await
}

/// Give somebody's care another lead
///
/// By a coordinator, or by whoever leads now. The new lead treats from then on, before there is any appointment. A clinician
/// who must not meet the practitioner cannot be found.
#[utoipa::path(
    operation_id = "changeLeadClinician", tag = "care", request_body = ChangeLeadClinician,
    extensions(("x-roles" = json!(["clinician", "coordinator"])), ("x-problems" = json!(["not_in_care", "not_the_lead"]))),
    params(("id" = Id, Path, description = "The practitioner."),
        ("If-Match" = String, Header, description = "The ETag of the lead as it was read.")),
    responses((status = 200, description = "Who leads now.", body = LeadClinicianView,
        headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[put("/v1/practitioners/{id}/lead-clinician")]
pub async fn change_lead_clinician(
    caller: CareTeam,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ChangeLeadClinician>,
    platform: Platform,
) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    platform
        .db
        .write(move |conn| {
            registration::lock_pathway(conn, id)?.ok_or_else(Error::not_found)?;
            may_know(conn, &caller, id, now)?;
            let episode = episodes::under_way(conn, id)?.ok_or(Code::NotInCare)?;
            seen.check(episode.version)?;
            if caller.role == Role::Clinician && queries::lead_clinician(conn, id)? != Some(caller.id) {
                return Err(Code::NotTheLead.into());
            }
            let next = form.clinician_id;
            let works_here = clinicians::find(conn, &sealer, next)?.is_some_and(|entry| entry.active);
            if !works_here || conflicts::are_in_conflict(conn, id, next)? {
                return Err(Error::not_found());
            }
            if next != episode.lead_clinician_id {
                episodes::set_lead(conn, episode.id, next, caller.id, now)?;
                audit::record(conn, caller.actor(), "lead_clinician.changed", ("practitioner", Some(id)), now)?;
                calendar::tell(conn, next, Some(caller.id), Change::of(Changed::Caseload, id), now)?;
            }
            answer(conn, &sealer, id)
        })
        .await
}

/// Clinicians who may read the record know of a practitioner, and coordinators know of everybody whom they may meet.
fn may_know(conn: &mut Conn, caller: &CareTeam, practitioner: Id, now: UtcTime) -> Result<()> {
    match caller.role {
        Role::Clinician => may_read(conn, caller, practitioner, now),
        _ => {
            registration::pathway(conn, practitioner)?.ok_or_else(Error::not_found)?;
            conflicts::check_may_know(conn, practitioner, caller.id)
        }
    }
}

fn answer(conn: &mut Conn, sealer: &Sealer, practitioner: Id) -> Result<Answer> {
    let version = episodes::under_way(conn, practitioner)?.map_or(0, |episode| episode.version);
    Ok(Answer::ok(&shown(conn, sealer, practitioner)?)?.version(version))
}

/// Who leads, with name and time.
pub(super) fn shown(conn: &mut Conn, sealer: &Sealer, practitioner: Id) -> Result<LeadClinicianView> {
    let (Some(lead), Some(episode)) = (queries::lead_clinician(conn, practitioner)?, episodes::under_way(conn, practitioner)?)
    else {
        return Ok(LeadClinicianView::NOBODY);
    };
    let entry = clinicians::find(conn, sealer, lead)?;
    Ok(LeadClinicianView {
        clinician_id: Some(lead),
        clinician_name: entry.map(|entry| entry.profile.name.into_revealed()),
        leads_since: episodes::leads_since(conn, episode.id)?,
    })
}
