//! The lead clinician of a practitioner's care: at first the clinician who accepted them (`docs/clinical-rules.md#care`).

use actix_web::{get, put};

use crate::records::dto::lead::{LeadClinicianView, ReplaceLeadClinician};
use crate::records::queries;
use people::Role;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::relationships::episodes;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, IfMatch, Json, Path};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;
use scheduling::calendar::callers::CareTeam;
use scheduling::calendar::messages as calendar;
use scheduling::calendar::messages::{Change, ChangeKind};
use scheduling::clinicians::queries as clinicians;

/// Get the lead clinician
///
/// For clinicians who treat the practitioner and for coordinators. There is no lead before care begins and after it ends.
#[utoipa::path(
    operation_id = "getLeadClinician", tag = "Practitioners", extensions(("x-roles" = json!(CareTeam::ROLES))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The lead clinician.", body = LeadClinicianView))
)]
#[get("/v1/practitioners/{id}/lead-clinician")]
pub async fn get_lead_clinician(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            check_may_know(tx, &caller, id)?;
            audit::record(tx, caller.actor(), "lead_clinician.read", ("practitioner", Some(id)))?;
            lead_response(tx, id)
        })
        .await
}

/// Change the lead clinician
///
/// By a coordinator or the current lead. The new lead has access from then on, even without an appointment. A clinician who has a
/// conflict with the practitioner is not found.
#[utoipa::path(
    operation_id = "replaceLeadClinician", tag = "Practitioners", request_body = ReplaceLeadClinician,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-problems" = json!(["not_in_care", "not_the_lead"]))),
    params(("id" = Id, Path, description = "The practitioner."), IfMatch),
    responses((status = 200, description = "The new lead clinician.", body = LeadClinicianView))
)]
#[put("/v1/practitioners/{id}/lead-clinician")]
pub async fn replace_lead_clinician(
    caller: CareTeam,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceLeadClinician>,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            registration::lock_pathway(tx, id)?.ok_or_else(Error::not_found)?;
            check_may_know(tx, &caller, id)?;
            let episode = episodes::current(tx, id)?.ok_or(Reason::NotInCare)?;
            seen.check(episode.version)?;
            if caller.role == Role::Clinician && queries::lead_clinician(tx, id)? != Some(caller.id) {
                return Err(Reason::NotTheLead.into());
            }
            let next = form.clinician_id;
            let works_here = clinicians::find(tx, next)?.is_some_and(|entry| entry.active);
            if !works_here || conflicts::are_in_conflict(tx, id, next)? {
                return Err(Error::not_found());
            }
            if next != episode.lead_clinician_id {
                episodes::set_lead(tx, episode.id, next, caller.id)?;
                audit::record(tx, caller.actor(), "lead_clinician.changed", ("practitioner", Some(id)))?;
                calendar::notify(tx, next, Some(caller.id), Change::of(ChangeKind::Caseload, id))?;
            }
            lead_response(tx, id)
        })
        .await
}

/// Checks that the caller may know of this practitioner's care. For anyone else, and for an unknown practitioner, the answer is
/// 404.
fn check_may_know(tx: &mut Tx, caller: &CareTeam, practitioner: Id) -> Result<()> {
    registration::pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    care_relationship::check_may_know(tx, caller, practitioner)
}

fn lead_response(tx: &mut Tx, practitioner: Id) -> Result<Answer> {
    let version = episodes::current(tx, practitioner)?.map_or(0, |episode| episode.version);
    Ok(Answer::ok(&lead_view(tx, practitioner)?)?.with_version(version))
}

/// The lead clinician, with name and start.
pub(super) fn lead_view(tx: &mut Tx, practitioner: Id) -> Result<LeadClinicianView> {
    let (Some(lead), Some(episode)) = (queries::lead_clinician(tx, practitioner)?, episodes::current(tx, practitioner)?) else {
        return Ok(LeadClinicianView::NONE);
    };
    let entry = clinicians::find(tx, lead)?;
    Ok(LeadClinicianView {
        clinician_id: Some(lead),
        clinician_name: entry.map(|entry| entry.profile.name.into_revealed()),
        leads_since: episodes::lead_since(tx, episode.id)?,
    })
}
