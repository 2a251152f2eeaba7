//! The lead clinician of a practitioner's care: at first the clinician who accepted them (`docs/clinical-rules.md#care`).

use actix_web::web::Data;
use actix_web::{get, put};

use crate::records::dto::lead::{LeadClinicianView, ReplaceLeadClinician};
use crate::records::queries;
use people::Role;
use people::relationships::conflicts;
use people::relationships::{Purpose, episodes};
use platform::Platform;
use platform::Tx;
use platform::audit::{self, RefusedAttempt};
use platform::error::{Error, Result};
use platform::http::{IfMatch, Json, Path, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use platform::throttle::Throttle;
use scheduling::booking::care_relationship;
use scheduling::calendar::callers::CareTeam;
use scheduling::calendar::messages as calendar;
use scheduling::calendar::messages::{Change, ChangeKind};
use scheduling::clinicians::queries as clinicians;

/// Stated of a clinician who is not known here, has left, or must not meet the practitioner.
const UNAVAILABLE: &str = "This clinician cannot take this practitioner. Choose another one.";

/// Get the lead clinician
///
/// For clinicians who treat the practitioner and for coordinators. There is no lead before care begins and after it ends.
#[utoipa::path(
    operation_id = "getLeadClinician", tag = "Practitioners",
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("lead_clinician.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The lead clinician.", body = LeadClinicianView))
)]
#[get("/v1/practitioners/{id}/lead-clinician")]
pub async fn get_lead_clinician(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_know(tx, &caller, id)?;
            permit.record(tx, "lead_clinician.read", ("practitioner", Some(id)))?;
            lead_response(tx, id)
        })
        .await
}

/// Replace the lead clinician
///
/// By the current lead, or by a coordinator who may act for the practitioner. The new lead has access from then on, even without
/// an appointment. A clinician who cannot take this practitioner is refused with one answer, whatever the reason; refused
/// attempts are recorded, and the number of attempts is limited.
#[utoipa::path(
    operation_id = "replaceLeadClinician", tag = "Practitioners", request_body = ReplaceLeadClinician,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("lead_clinician.changed")), ("x-problems" = json!(["not_in_care", "not_the_lead", "invalid_body"]))),
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
    throttle: Data<Throttle>,
) -> Result<Response> {
    throttle.conflict_trial(caller.id)?;
    let (id, actor, later) = (id.0, caller.actor(), platform.clone());
    let changed = platform
        .write(move |tx| {
            let (permit, _) = care_relationship::lock_and_permit(tx, &caller, id, Purpose::Act)?;
            let episode = episodes::current(tx, id)?.ok_or(Reason::NotInCare)?;
            seen.check(episode.version)?;
            if caller.role == Role::Clinician && queries::lead_clinician(tx, id)? != Some(caller.id) {
                return Err(Reason::NotTheLead.into());
            }
            let next = form.clinician_id;
            let works_here = clinicians::find(tx, next)?.is_some_and(|entry| entry.active);
            if !works_here || conflicts::are_in_conflict(tx, id, next)? {
                return Err(Error::field(Reason::InvalidBody, "/clinician_id", "not_available", UNAVAILABLE));
            }
            if next != episode.lead_clinician_id {
                episodes::set_lead(tx, episode.id, next, caller.id)?;
                permit.record(tx, "lead_clinician.changed", ("practitioner", Some(id)))?;
                calendar::notify(tx, next, Some(caller.id), Change::of(ChangeKind::Caseload, id))?;
            }
            lead_response(tx, id)
        })
        .await;
    if changed.as_ref().is_err_and(|error| error.reason() == Reason::InvalidBody) {
        // Trying out who a practitioner must not meet shows in the audit trail.
        let attempt = RefusedAttempt::new("lead_clinician.refused", ("practitioner", id), Some(id));
        later.write(move |tx| audit::record_refused(tx, actor, &attempt)).await?;
    }
    changed
}

fn lead_response(tx: &mut Tx, practitioner: Id) -> Result<Response> {
    let version = episodes::current(tx, practitioner)?.map_or(0, |episode| episode.version);
    Ok(Response::ok(&lead_view(tx, practitioner)?)?.with_version(version))
}

/// The lead clinician, with name and start.
///
/// # Errors
/// When the name cannot be read, or the database fails.
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
