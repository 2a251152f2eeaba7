//! HTTP handlers of the colleagues that a practitioner has blocked.

use actix_web::web::Data;
use actix_web::{delete, get, post};

use crate::Practitioner;
use crate::accounts::model::Role;
use crate::accounts::queries as accounts;
use crate::practitioners::dto::{AffectedArrangement, BlockColleague, BlockedColleague};
use crate::practitioners::queries;
use crate::practitioners::queries::{ColleagueDetails, ColleagueKeys, NewBlockedColleague};
use crate::practitioners::rules;
use crate::relationships::conflict_handlers::ConflictHandlers;
use crate::relationships::conflicts;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use platform::names;
use platform::private::trimmed;
use platform::refusal::{Reason, Refusal};

/// List my blocked colleagues
#[utoipa::path(
    operation_id = "listMyBlockedColleagues", tag = "Account", extensions(("x-roles" = json!(Practitioner::ROLES))),
    responses((status = 200, description = "The colleagues, oldest entry first.", body = Page<BlockedColleague>))
)]
#[get("/v1/me/blocked-colleagues")]
pub async fn list_my_blocked_colleagues(
    caller: Practitioner,
    paging: Paging,
    platform: Platform,
    handlers: Data<ConflictHandlers>,
) -> Result<Response> {
    platform
        .read(move |tx| {
            let rows = queries::list_blocked(tx, caller.id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let matched = conflicts::matched_entries(tx, caller.id, handlers.listed_in_directory)?;
            Response::ok(&page.map(|entry| BlockedColleague::new(entry, &matched)))
        })
        .await
}

/// Block a colleague
///
/// From now on neither of you sees the other in any list, search, booking or record. For a colleague in the directory,
/// `clinician_id` is the best choice, and for staff of other roles `account_id`. A colleague who is blocked by name or number stays blocked when it changes, and `matched`
/// shows whether the entry currently matches a clinician you could otherwise find. You can block up to 50 colleagues. The answer
/// lists your arrangements with people you must not meet, each with what happens next. Nothing is cancelled by this: each
/// arrangement becomes a task of a coordinator, and you are informed when it is settled. The colleague no longer sees it from now on.
#[utoipa::path(
    operation_id = "blockColleague", tag = "Account", request_body = BlockColleague,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("colleague.blocked")),
        ("x-problems" = json!(["invalid_body", "already_exists",
        "limit_reached", "not_found"]))),
    responses((status = 201, description = "Blocked.", body = BlockedColleague))
)]
#[post("/v1/me/blocked-colleagues")]
pub async fn block_colleague(
    caller: Practitioner,
    attempt: Attempt,
    form: Json<BlockColleague>,
    platform: Platform,
    handlers: Data<ConflictHandlers>,
) -> Result<Response> {
    let new = parse_colleague(&form, "")?;
    platform
        .write_once(attempt, move |tx| {
            queries::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
            check_clinician(tx, &new, "")?;
            let existing = queries::blocked_keys(tx, caller.id)?;
            if ColleagueKeys::of(tx.sealer, &new).all_covered_by(&existing) {
                return Err(Reason::AlreadyBlocked.into());
            }
            if existing.len() >= rules::MAX_BLOCKED {
                return Err(Reason::TooManyBlocked.into());
            }
            let entry = queries::block(tx, caller.id, &new)?;
            audit::record(tx, caller.actor(), "colleague.blocked", ("practitioner", Some(caller.id)))?;
            let location = format!("/v1/me/blocked-colleagues/{}", entry.id);
            let matched = conflicts::matched_entries(tx, caller.id, handlers.listed_in_directory)?;
            let affected = (handlers.for_practitioner)(tx, caller.id)?;
            let affected = Some(affected.into_iter().map(AffectedArrangement::from).collect());
            Response::created(
                location,
                &BlockedColleague { affected_arrangements: affected, ..BlockedColleague::new(entry, &matched) },
            )
        })
        .await
}

/// Unblock a colleague
///
/// From now on they see again what is still arranged with them; nothing comes back that was moved, cancelled or given to another
/// person meanwhile. Tasks of coordinators that are no longer needed are closed.
#[utoipa::path(
    operation_id = "unblockColleague", tag = "Account",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("colleague.unblocked"))),
    params(("id" = Id, Path, description = "The id of the entry.")),
    responses((status = 204, description = "Unblocked."))
)]
#[delete("/v1/me/blocked-colleagues/{id}")]
pub async fn unblock_colleague(
    caller: Practitioner,
    id: Path<Id>,
    platform: Platform,
    handlers: Data<ConflictHandlers>,
) -> Result<Response> {
    platform
        .write(move |tx| {
            queries::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
            if !queries::unblock(tx, caller.id, id.0)? {
                return Err(Error::not_found());
            }
            audit::record(tx, caller.actor(), "colleague.unblocked", ("practitioner", Some(caller.id)))?;
            (handlers.for_practitioner)(tx, caller.id)?;
            Ok(Response::no_content())
        })
        .await
}

/// The colleague that a form identifies; `at` is the pointer of the colleague in the body.
pub fn parse_colleague(form: &BlockColleague, at: &str) -> Result<NewBlockedColleague> {
    let name = form.name.as_ref().map(trimmed).filter(|name| !name.is_empty());
    if name.as_deref().is_some_and(|name| !names::is_comparable(name)) {
        let detail = "Enter the colleague's first and last name: no one can be found by what was entered.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/name"), "invalid", detail).into());
    }
    let number = form.registration_number.as_ref().map(trimmed);
    let account = rules::chosen_account(at, form.clinician_id, form.account_id)?;
    if account.is_none() && number.is_none() && name.as_deref().is_some_and(|name| !names::is_full(name)) {
        let detail = "Enter the colleague's full name, or a registration number too, or choose the colleague among the staff.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/name"), "incomplete", detail).into());
    }
    let other_identifier = account.is_some() || name.is_some();
    let registration_number = rules::check_colleague(at, other_identifier, form.registration_body, number.as_deref())?;
    let registration_body = form.registration_body.filter(|_| registration_number.is_some());
    let relationship = form.relationship;
    Ok(NewBlockedColleague {
        clinician: account,
        details: ColleagueDetails {
            registration_body,
            registration_number,
            name,
            relationship,
            any_role: form.clinician_id.is_none() && account.is_some(),
        },
    })
}

/// Checks that a colleague who is identified by id is a clinician of the service, or a member of staff where they were chosen among
/// all staff.
pub fn check_clinician(tx: &mut Tx, new: &NewBlockedColleague, at: &str) -> Result<()> {
    let Some(id) = new.clinician else { return Ok(()) };
    match accounts::find(tx, id)?.map(|found| found.account.role) {
        Some(Role::Clinician) => Ok(()),
        Some(role) if new.details.any_role && role != Role::Practitioner => Ok(()),
        _ if new.details.any_role => {
            let detail = "There is no such member of staff. Choose one from the search for staff.";
            Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/account_id"), "unknown", detail).into())
        }
        _ => Err(Refusal::new(Reason::InvalidBody, "There is no such clinician. Choose one from the directory.")
            .field(format!("{at}/clinician_id"), "unknown", "There is no such clinician. Choose one from the directory.")
            .into()),
    }
}
