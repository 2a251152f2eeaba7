//! HTTP handlers of flags: unusual use of records, which privacy officers review.

use actix_web::{get, post};

use crate::PrivacyOfficer;
use crate::audit_trail::actors::staff_names;
use crate::audit_trail::dto::{AuditFlagQuery, AuditFlagView, ReviewAuditFlag};
use crate::audit_trail::flags::model::AuditFlag;
use crate::audit_trail::flags::queries;
use crate::relationships::same_person::same_person;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::Id;
use platform::refusal::Reason;
use platform::{Platform, Tx};

/// List flags of unusual use
///
/// A member of staff who, on one day, used the records of many practitioners, used records at night, used those of people they
/// must not meet, or was refused often. And a privacy officer who listed the audit trail without a filter or exported a part of it.
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
) -> Result<Answer> {
    let AuditFlagQuery { reviewed, actor_id } = query.0;
    platform
        .write(move |tx| {
            let rows = queries::list(tx, reviewed, actor_id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            audit::record(tx, caller.actor(), "audit_flag.listed", ("audit_flag", None))?;
            let actors: Vec<Id> = page.items.iter().map(|flag| flag.actor).collect();
            let names = staff_names(tx, &actors)?;
            Answer::ok(&page.map(|flag| AuditFlagView::new(flag, &names)))
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
pub async fn get_audit_flag(caller: PrivacyOfficer, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let flag = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            audit::record(tx, caller.actor(), "audit_flag.read", ("audit_flag", Some(id)))?;
            view(tx, flag)
        })
        .await
}

/// Review a flag of unusual use
///
/// Once, by a privacy officer other than the one who is flagged, also under another account.
#[utoipa::path(
    operation_id = "reviewAuditFlag", tag = "Audit", request_body = ReviewAuditFlag,
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("audit_flag.reviewed")),
        ("x-problems" = json!(["state_conflict", "own_account"]))),
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
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let flag = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            if same_person(tx, caller.id, flag.actor)? {
                return Err(Reason::OwnAuditFlag.into());
            }
            queries::review(tx, id, caller.id, form.outcome, form.note.reveal())?;
            audit::record(tx, caller.actor(), "audit_flag.reviewed", ("audit_flag", Some(id)))?;
            let flag = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            view(tx, flag)
        })
        .await
}

fn view(tx: &mut Tx, flag: AuditFlag) -> Result<Answer> {
    let names = staff_names(tx, &[flag.actor])?;
    Answer::ok(&AuditFlagView::new(flag, &names))
}
