//! HTTP handlers of flags: unusual use of records and possible duplicates, which privacy officers review. Reading a flag has no row about a
//! practitioner, who would learn from it in their access log that a registration number is known here.

use actix_web::{get, post};

use crate::audit_trail::actors::staff_names;
use crate::audit_trail::dto::{AuditFlagQuery, AuditFlagView, ReviewAuditFlag};
use crate::audit_trail::flags::duplicates::{self, DuplicatesSeen};
use crate::audit_trail::flags::model::AuditFlag;
use crate::audit_trail::flags::{queries, rules};
use crate::practitioners::queries as practitioners;
use crate::relationships::same_person::same_person;
use crate::{Caller, PrivacyOfficer};
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use platform::{Platform, Tx};

/// List flags of unusual use
///
/// A member of staff who, on one day, used the records of many practitioners, used records at night, used those of people they
/// must not meet, or was refused often. A privacy officer who listed the audit trail without a filter or exported a part of it. And a
/// practitioner who states a registration number that another one has or had: one person may have two records. Those of practitioners who
/// must not meet you are left out.
#[utoipa::path(
    operation_id = "listAuditFlags", tag = "Audit", params(AuditFlagQuery),
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("audit_flag.listed"))),
    responses((status = 200, description = "Flags, newest first.", body = Page<AuditFlagView>))
)]
#[get("/v1/audit-flags")]
pub async fn list_audit_flags(
    caller: PrivacyOfficer,
    query: Query<AuditFlagQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let AuditFlagQuery { reviewed, actor_id } = query.0;
    let filter = queries::Filter { reviewed, actor: actor_id, hidden: Vec::new(), before: paging.after };
    platform
        .write(move |tx| {
            let hidden = duplicates::hidden_from(tx, caller.id)?;
            let rows = queries::list(tx, &queries::Filter { hidden, ..filter.clone() }, paging.rows())?;
            let page = paging.readable(rows)?;
            audit::record(tx, caller.actor(), "audit_flag.listed", ("audit_flag", None))?;
            let items = views(tx, &caller, page.items)?;
            Response::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Get a flag of unusual use
#[utoipa::path(
    operation_id = "getAuditFlag", tag = "Audit",
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("audit_flag.read"))),
    params(("id" = Id, Path, description = "The id of the flag.")),
    responses((status = 200, description = "The flag.", body = AuditFlagView))
)]
#[get("/v1/audit-flags/{id}")]
pub async fn get_audit_flag(caller: PrivacyOfficer, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let flag = permitted(tx, &caller, id)?;
            audit::record(tx, caller.actor(), "audit_flag.read", ("audit_flag", Some(id)))?;
            view(tx, &caller, flag)
        })
        .await
}

/// Review a flag of unusual use
///
/// Once, by a privacy officer other than the one who is flagged, also under another account. The review of a possible duplicate says
/// whether both records are of one person; nothing is merged by it.
#[utoipa::path(
    operation_id = "reviewAuditFlag", tag = "Audit", request_body = ReviewAuditFlag,
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("audit_flag.reviewed")),
        ("x-problems" = json!(["state_conflict", "own_account", "invalid_body"]))),
    params(("id" = Id, Path, description = "The id of the flag.")),
    responses((status = 200, description = "Reviewed.", body = AuditFlagView))
)]
#[post("/v1/audit-flags/{id}/review")]
pub async fn review_audit_flag(
    caller: PrivacyOfficer,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<ReviewAuditFlag>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let flag = permitted(tx, &caller, id)?;
            if same_person(tx, caller.id, flag.actor)? {
                return Err(Reason::OwnAuditFlag.into());
            }
            rules::check_outcome(flag.kind, form.outcome)?;
            queries::review(tx, id, caller.id, form.outcome, form.note.reveal())?;
            audit::record(tx, caller.actor(), "audit_flag.reviewed", ("audit_flag", Some(id)))?;
            let flag = permitted(tx, &caller, id)?;
            view(tx, &caller, flag)
        })
        .await
}

/// The flag, unless it is about a practitioner who must not meet the caller. An id that does not exist takes the statements of a hidden one.
fn permitted(tx: &mut Tx, caller: &Caller, id: Id) -> Result<AuditFlag> {
    let flag = queries::find(tx, id)?;
    let practitioner = flag.as_ref().and_then(AuditFlag::practitioner).unwrap_or(Id::NO_RECORD);
    let seen = DuplicatesSeen::read(tx, caller.id, &[practitioner])?;
    let flag = flag.ok_or_else(Error::not_found)?;
    if seen.of(&flag).is_none() { Err(Error::not_found().about(practitioner)) } else { Ok(flag) }
}

fn view(tx: &mut Tx, caller: &Caller, flag: AuditFlag) -> Result<Response> {
    let view = views(tx, caller, vec![flag])?.pop().ok_or_else(Error::not_found)?;
    Response::ok(&view)
}

/// The flags as the caller sees them, without those about a practitioner who must not meet them.
fn views(tx: &mut Tx, caller: &Caller, flags: Vec<AuditFlag>) -> Result<Vec<AuditFlagView>> {
    let stated: Vec<Id> = flags.iter().filter_map(AuditFlag::practitioner).collect();
    let seen = DuplicatesSeen::read(tx, caller.id, &stated)?;
    let staff: Vec<Id> = flags.iter().filter(|flag| flag.practitioner().is_none()).map(|flag| flag.actor).collect();
    let names = staff_names(tx, &staff)?;
    let references = practitioners::references(tx, &seen.everyone(&flags))?;
    let view = |flag: AuditFlag| seen.of(&flag).map(|about| AuditFlagView::new(flag, &about, &names, &references));
    Ok(flags.into_iter().filter_map(view).collect())
}
