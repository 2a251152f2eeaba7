//! HTTP handler: record the screening that is needed before a place.

use actix_web::post;

use super::{check_may_act_for, visible_group};
use crate::groups::dto::{RecordGroupScreening, ScreeningView};
use crate::groups::places;
use crate::groups::queries::groups;
use crate::groups::queries::screenings;
use crate::groups::queries::screenings::Screening;
use people::Clinician;
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed_non_empty;
use platform::refusal::Reason;

/// Record a screening for a group
///
/// For clinicians who treat the practitioner, and facilitators of the group that the practitioner asked to join. A screening
/// that finds the group suitable is valid for twelve weeks. If a place is free and the practitioner is on the waiting list, it
/// may be offered to them at once.
#[utoipa::path(
    operation_id = "recordGroupScreening", tag = "Group therapy", request_body = RecordGroupScreening,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("group.screened")),
        ("x-problems" = json!(["group_not_open", "wrong_audience"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 201, description = "The screening is recorded.", body = ScreeningView))
)]
#[post("/v1/groups/{id}/screenings")]
pub async fn record_group_screening(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<RecordGroupScreening>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            groups::lock(tx, id)?;
            let (group, _) = visible_group(tx, &caller, id)?;
            let permit = check_may_act_for(tx, &caller, &group, form.practitioner_id)?;
            if !group.state.is_open() {
                return Err(Error::from(Reason::GroupNotOpen));
            }
            if group.programme.audience != crate::groups::model::GroupAudience::Practitioners {
                return Err(Reason::WrongAudience.into());
            }
            let screening = Screening {
                id: Id::new(tx.now),
                group: id,
                practitioner: form.practitioner_id,
                clinician: caller.id,
                verdict: form.verdict,
                notes: trimmed_non_empty(form.note.as_ref()),
                recorded_at: tx.now,
            };
            screenings::insert(tx, &screening)?;
            screenings::clear_new_screening(tx, id, form.practitioner_id)?;
            permit.record(tx, "group.screened", ("practitioner", Some(form.practitioner_id)))?;
            places::refresh_offers(tx, id)?;
            Response::created(format!("/v1/groups/{id}/enrolments"), &ScreeningView::new(screening, true))
        })
        .await
}
