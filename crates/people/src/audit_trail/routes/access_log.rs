//! The access log of a practitioner: who used their record, and why.

use std::collections::BTreeSet;

use actix_web::get;
use actix_web::web::Data;

use crate::accounts::queries::Names;
use crate::audit_trail::actors::staff_names;
use crate::audit_trail::dto::{AccessLogEntry, AccessLogQuery};
use crate::audit_trail::labels::{KNOWN, OVERSIGHT, REGISTERED};
use crate::granted_access;
use crate::relationships::conflict_handlers::ConflictHandlers;
use crate::relationships::{Basis, episodes};
use crate::{Practitioner, Role};
use platform::audit::{self, AuditFilter, AuditRecord, Withheld};
use platform::config::AccessLogNames;
use platform::error::Result;
use platform::http::{Page, Paging, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::{Platform, Tx};

/// What shows nothing of a record: how break-glass access was dealt with. And what would tell the practitioner of another member of a
/// group who they meet because both agreed.
const LEFT_OUT: &[&str] = &[
    "break_glass.listed",
    "break_glass.read",
    "break_glass.reviewed",
    "break_glass.ended",
    "break_glass.disclosed",
    "group.agreement_relied_on",
];

/// The same without the practitioner's registration, which earlier versions recorded without its actor.
const LEFT_OUT_WITH_OWN: &[&str] = &[
    "break_glass.listed",
    "break_glass.read",
    "break_glass.reviewed",
    "break_glass.ended",
    "break_glass.disclosed",
    "group.agreement_relied_on",
    REGISTERED,
];

/// List who used my record
///
/// Who read or changed your record, when and why. Clinicians who treat or treated you are named; of everyone else you see the
/// role. Attempts that were refused are left out: privacy officers see those. So is what coordinators do about a place in a group where
/// two people must not meet, because it would tell of other members.
#[utoipa::path(
    operation_id = "listMyAccessLog", tag = "Audit", params(AccessLogQuery),
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("access_log.read"))),
    responses((status = 200, description = "Entries, newest first.", body = Page<AccessLogEntry>))
)]
#[get("/v1/me/access-log")]
pub async fn list_my_access_log(
    caller: Practitioner,
    query: Query<AccessLogQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
    conflicts: Data<ConflictHandlers>,
) -> Result<Response> {
    let include_own = query.0.include_own;
    platform
        .write(move |tx| {
            let mut filter = AuditFilter {
                refused: Some(false),
                not_by: (!include_own).then_some(caller.id),
                left_out: if include_own { LEFT_OUT } else { LEFT_OUT_WITH_OWN },
                ..without_untold(tx, caller.id)?
            };
            filter.not_about.extend((conflicts.tasks_about_places)(tx, caller.id)?);
            let rows = audit::list(tx, &filter, paging.after, paging.rows())?;
            let page = paging.page(rows, |event| (event.at, event.id))?;
            audit::record(tx, caller.actor(), "access_log.read", ("practitioner", Some(caller.id)))?;
            let names = names_to_show(tx, caller.id, &page.items)?;
            Response::ok(&page.try_map_readable(|event| event.id, |event| AccessLogEntry::new(event, caller.id, &names))?)
        })
        .await
}

/// The events about a practitioner, without break-glass access of which they have not been informed: the access itself, what was done by
/// it, and that privacy officers have looked into anything since.
fn without_untold(tx: &mut Tx, practitioner: Id) -> Result<AuditFilter> {
    let not_informed = granted_access::not_informed(tx, practitioner)?;
    let inquiry = |from| [OVERSIGHT, Basis::Review.as_str()].map(|basis| Withheld { basis, actor: None, from, until: None });
    let inquiries = not_informed.since.map(inquiry).into_iter().flatten();
    Ok(AuditFilter {
        practitioner: Some(practitioner),
        not_about: not_informed.access,
        withheld: not_informed.uses.into_iter().chain(inquiries).collect(),
        ..AuditFilter::default()
    })
}

/// The names of the clinicians in these events that the practitioner knows, because they treat or treated them. Other staff work
/// for them without meeting them, and are shown by role.
fn names_to_show(tx: &mut Tx, practitioner: Id, events: &[AuditRecord]) -> Result<Names> {
    if tx.policy.access_log_names == AccessLogNames::None {
        return Ok(Names::new());
    }
    let leads = episodes::all_leads(tx, practitioner)?;
    let is_known = |event: &&AuditRecord| {
        event.actor_role == Role::Clinician.as_str()
            && (event.basis.as_deref().is_some_and(|basis| KNOWN.contains(&basis))
                || event.actor_id.is_some_and(|actor| leads.contains(&actor)))
    };
    let known: BTreeSet<Id> = events.iter().filter(is_known).filter_map(|event| event.actor_id).collect();
    staff_names(tx, &known.into_iter().collect::<Vec<_>>())
}
