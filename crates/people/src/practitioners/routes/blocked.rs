//! Colleagues who must never see the practitioner.

use actix_web::web::Data;
use actix_web::{delete, get, post};

use crate::Practitioner;
use crate::accounts::model::Role;
use crate::accounts::queries as accounts;
use crate::practitioners::dto::{AffectedArrangement, BlockColleague, BlockedColleague};
use crate::practitioners::queries;
use crate::practitioners::queries::{Known, Marks, NewBlocked};
use crate::practitioners::rules;
use crate::relationships::apart::Apart;
use crate::relationships::conflicts;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Page, Paging, Path};
use platform::ids::Id;
use platform::names;
use platform::private::trimmed;
use platform::refusal::{Reason, Refusal};

/// List my blocked colleagues
#[utoipa::path(
    operation_id = "listBlockedColleagues", tag = "Account", extensions(("x-roles" = json!(Practitioner::ROLES))),
    responses((status = 200, description = "The colleagues, oldest entry first.", body = Page<BlockedColleague>))
)]
#[get("/v1/me/blocked-colleagues")]
pub async fn list_blocked_colleagues(
    caller: Practitioner,
    paging: Paging,
    platform: Platform,
    apart: Data<Apart>,
) -> Result<Answer> {
    platform
        .read(move |tx| {
            let rows = queries::blocked(tx, caller.id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let matched = conflicts::matched(tx, caller.id, apart.listed)?;
            Answer::ok(&page.map(|blocked| BlockedColleague::new(blocked, &matched)))
        })
        .await
}

/// Block a colleague
///
/// From now on neither sees the other: not in any list, search, booking or record. A colleague in the directory is best chosen by
/// `clinician_id`. A colleague who is blocked by name or number stays blocked when either changes, and `matched` says whether the entry
/// matches a clinician that you could otherwise find today. At most 50 colleagues. The answer lists what you have with people you
/// must not meet; coordinators are asked to arrange it with another person.
#[utoipa::path(
    operation_id = "blockColleague", tag = "Account", request_body = BlockColleague,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-problems" = json!(["invalid_body", "already_exists",
        "limit_reached", "not_found"]))),
    responses((status = 201, description = "Blocked.", body = BlockedColleague))
)]
#[post("/v1/me/blocked-colleagues")]
pub async fn block_colleague(
    caller: Practitioner,
    attempt: Attempt,
    form: Json<BlockColleague>,
    platform: Platform,
    apart: Data<Apart>,
) -> Result<Answer> {
    let new = meant(&form, "")?;
    platform
        .write_once(attempt, move |tx| {
            queries::lock_pathway(tx, caller.id)?.ok_or_else(Error::not_found)?;
            check_clinician(tx, &new, "")?;
            let present = queries::blocked_marks(tx, caller.id)?;
            if Marks::of(tx.sealer, &new).all_among(&present) {
                return Err(Reason::AlreadyBlocked.into());
            }
            if present.len() >= rules::MOST_BLOCKED {
                return Err(Reason::TooManyBlocked.into());
            }
            let blocked = queries::block(tx, caller.id, &new)?;
            audit::record(tx, caller.actor(), "colleague.blocked", ("practitioner", Some(caller.id)))?;
            let location = format!("/v1/me/blocked-colleagues/{}", blocked.id);
            let matched = conflicts::matched(tx, caller.id, apart.listed)?;
            let affected = (apart.of_practitioner)(tx, caller.id)?;
            let affected = Some(affected.into_iter().map(AffectedArrangement::from).collect());
            Answer::created(
                location,
                &BlockedColleague { affected_arrangements: affected, ..BlockedColleague::new(blocked, &matched) },
            )
        })
        .await
}

/// Unblock a colleague
#[utoipa::path(
    operation_id = "deleteBlockedColleague", tag = "Account", extensions(("x-roles" = json!(Practitioner::ROLES))),
    params(("id" = Id, Path, description = "The entry.")),
    responses((status = 204, description = "Taken off the list."))
)]
#[delete("/v1/me/blocked-colleagues/{id}")]
pub async fn unblock_colleague(caller: Practitioner, id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform
        .write(move |tx| {
            if !queries::unblock(tx, caller.id, id.0)? {
                return Err(Error::not_found());
            }
            audit::record(tx, caller.actor(), "colleague.unblocked", ("practitioner", Some(caller.id)))?;
            Ok(Answer::done())
        })
        .await
}

/// Who is meant; `at` is the pointer of the colleague in the body.
pub fn meant(form: &BlockColleague, at: &str) -> Result<NewBlocked> {
    let name = form.name.as_ref().map(trimmed).filter(|name| !name.is_empty());
    if name.as_deref().is_some_and(|name| !names::is_comparable(name)) {
        let detail = "Give the colleague's first and last name: nobody can be found by this.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/name"), "invalid", detail).into());
    }
    let number = form.registration_number.as_ref().map(trimmed);
    let other_way = form.clinician_id.is_some() || name.is_some();
    let registration_number = rules::check_colleague(at, other_way, form.registration_body, number.as_deref())?;
    let registration_body = form.registration_body.filter(|_| registration_number.is_some());
    let relationship = form.relationship;
    Ok(NewBlocked { clinician: form.clinician_id, known: Known { registration_body, registration_number, name, relationship } })
}

/// A colleague who is meant by id must be a clinician here.
pub fn check_clinician(tx: &mut Tx, new: &NewBlocked, at: &str) -> Result<()> {
    let Some(id) = new.clinician else { return Ok(()) };
    match accounts::open(tx, id)? {
        Some(open) if open.account.role == Role::Clinician => Ok(()),
        _ => Err(Refusal::new(Reason::InvalidBody, "There is no such clinician.")
            .field(format!("{at}/clinician_id"), "unknown", "There is no such clinician.")
            .into()),
    }
}
