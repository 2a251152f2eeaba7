//! HTTP handlers of the audit trail, for privacy officers. Each read is itself recorded.

use std::collections::BTreeSet;

use actix_web::get;
use chrono::DateTime;

use crate::audit_trail::actors::People;
use crate::audit_trail::dto::{AuditEvent, AuditEventQuery, AuditExportQuery, COLUMNS};
use crate::audit_trail::flags;
use crate::audit_trail::labels::OVERSIGHT;
use crate::relationships::conflicts::{everyone_excluded_from, practitioners_excluded_from};
use crate::{Caller, PrivacyOfficer, Role};
use platform::audit::{self, About, AuditFilter, AuditRecord, RefusedAttempt};
use platform::error::{Error, Result};
use platform::http::{CsvFile, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::{Platform, Tx};

/// How many events one file may have: it is made in memory.
const MOST_EXPORTED: i64 = 10_000;

/// List events of the audit trail
///
/// Who read or changed which record, and who was refused. Staff are named; practitioners are shown by id and reference only.
/// Events of practitioners who must not meet you (who have blocked you, work for your employer or may be yourself) are left out. A list
/// without a filter for a practitioner, an account, a record or flags is itself flagged, for another privacy officer.
#[utoipa::path(
    operation_id = "listAuditEvents", tag = "Audit", params(AuditEventQuery),
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("audit_event.listed"))),
    responses((status = 200, description = "Events, newest first.", body = Page<AuditEvent>))
)]
#[get("/v1/audit-events")]
pub async fn list_audit_events(
    caller: PrivacyOfficer,
    query: Query<AuditEventQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let query = query.0;
    platform
        .write(move |tx| {
            let filter = filter(tx, &caller, &query)?;
            let rows = audit::list(tx, &filter, paging.after, paging.rows())?;
            let mut page = paging.page(rows, |event| (event.at, event.id))?;
            leave_out_excluded(tx, &caller, &mut page.items)?;
            record_reading(tx, &caller, "audit_event.listed", &filter, None)?;
            if !query.is_about_one() && query.flagged != Some(true) && !page.items.is_empty() {
                flags::flag_listed(tx, caller.id, page.items.len())?;
            }
            let people = People::of(tx, &page.items)?;
            Response::ok(&page.try_map_readable(|event| event.id, |event| AuditEvent::new(event, &people))?)
        })
        .await
}

/// Export events of the audit trail
///
/// The same events as a table for a spreadsheet (CSV), newest first: of one practitioner, account or record, or of at most 31 days. At
/// most 10,000: choose a shorter time for more. Each export is flagged, for another privacy officer.
#[utoipa::path(
    operation_id = "exportAuditEvents", tag = "Audit", params(AuditExportQuery),
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("audit_event.exported"))),
    responses((status = 200, description = "The table.", body = CsvFile, content_type = "text/csv"))
)]
#[get("/v1/audit-events/export")]
pub async fn export_audit_events(caller: PrivacyOfficer, query: Query<AuditExportQuery>, platform: Platform) -> Result<CsvFile> {
    let query = query.0;
    let rows = platform
        .write(move |tx| {
            let wanted = query.clone().events(tx.now)?;
            let filter = filter(tx, &caller, &wanted)?;
            let mut events = audit::list(tx, &filter, None, MOST_EXPORTED + 1)?;
            if i64::try_from(events.len()).unwrap_or(i64::MAX) > MOST_EXPORTED {
                let detail = "More than 10,000 events match. Choose a shorter time.";
                return Err(Error::field(Reason::InvalidWindow, "from", "too_long", detail));
            }
            leave_out_excluded(tx, &caller, &mut events)?;
            let flag = flags::flag_export(tx, caller.id, events.len(), query.reason)?;
            record_reading(tx, &caller, "audit_event.exported", &filter, Some(flag))?;
            let people = People::of(tx, &events)?;
            events.into_iter().map(|event| Ok(AuditEvent::new(event, &people)?.cells())).collect::<Result<Vec<_>>>()
        })
        .await?;
    Ok(CsvFile::new(COLUMNS, rows))
}

/// Get an event of the audit trail
#[utoipa::path(
    operation_id = "getAuditEvent", tag = "Audit",
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("audit_event.read"))),
    params(("id" = Id, Path, description = "The id of the event.")),
    responses((status = 200, description = "The event.", body = AuditEvent))
)]
#[get("/v1/audit-events/{id}")]
pub async fn get_audit_event(caller: PrivacyOfficer, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let event = permitted(tx, &caller, id)?;
            let subject = ("audit_event", Some(id));
            match event.practitioner_id {
                Some(practitioner) => audit::record_about(
                    tx,
                    caller.actor(),
                    "audit_event.read",
                    subject,
                    About { practitioner, basis: OVERSIGHT },
                )?,
                None => audit::record(tx, caller.actor(), "audit_event.read", subject)?,
            }
            let people = People::of(tx, std::slice::from_ref(&event))?;
            Response::ok(&AuditEvent::new(event, &people)?)
        })
        .await
}

/// The event, unless it is of a practitioner who must not meet the caller. An id that does not exist takes the statements of a hidden one.
fn permitted(tx: &mut Tx, caller: &Caller, id: Id) -> Result<AuditRecord> {
    let hidden = everyone_excluded_from(tx, caller.id)?;
    let event = audit::find(tx, id, &AuditFilter::default())?;
    let people: Vec<Id> = event.iter().flat_map(practitioners_of).collect();
    let asked: Vec<Id> = people.iter().copied().chain([Id::NO_RECORD]).collect();
    let excluded = practitioners_excluded_from(tx, caller.id, &asked)?;
    let event = event.ok_or_else(Error::not_found)?;
    let mut named = [event.practitioner_id, event.subject_id, event.actor_id].into_iter().flatten();
    let kept_away =
        people.iter().copied().find(|person| excluded.contains(person)).or_else(|| named.find(|id| hidden.contains(id)));
    match kept_away {
        Some(practitioner) => Err(Error::not_found().about(practitioner)),
        None => Ok(event),
    }
}

/// The practitioners that an event names: the one it is about, one who acted, and one whose id was tried.
fn practitioners_of(event: &AuditRecord) -> Vec<Id> {
    let actor = event.actor_id.filter(|_| event.actor_role == Role::Practitioner.as_str());
    let subject = event.subject_id.filter(|_| event.subject_kind == "practitioner");
    [event.practitioner_id, actor, subject].into_iter().flatten().collect()
}

/// Leaves out what the filter cannot: events of practitioners with a value that cannot be opened, where it is not known who is blocked.
fn leave_out_excluded(tx: &mut Tx, caller: &Caller, events: &mut Vec<AuditRecord>) -> Result<()> {
    let people: BTreeSet<Id> = events.iter().flat_map(practitioners_of).collect();
    let excluded = practitioners_excluded_from(tx, caller.id, &people.into_iter().collect::<Vec<_>>())?;
    events.retain(|event| practitioners_of(event).iter().all(|practitioner| !excluded.contains(practitioner)));
    Ok(())
}

fn filter(tx: &mut Tx, caller: &Caller, query: &AuditEventQuery) -> Result<AuditFilter> {
    let (from, until) = (query.from.map(clamp_to_supported_range), query.until.map(clamp_to_supported_range));
    let within = match query.flagged {
        Some(true) => Some(flags::windows(tx, query.actor_id, from, until)?),
        _ => None,
    };
    Ok(AuditFilter {
        practitioner: query.practitioner_id,
        actor: query.actor_id,
        action: query.action.clone(),
        subject: query.subject_id,
        from,
        until,
        refused: query.refused,
        within,
        hidden: everyone_excluded_from(tx, caller.id)?,
        ..AuditFilter::default()
    })
}

/// Records a read of many events: about the practitioner, where the filter names one. Where the caller must not know of them nothing was
/// shown, and the row is a refusal. The subject of an export is its flag, which has the number of rows.
fn record_reading(tx: &mut Tx, caller: &Caller, action: &'static str, filter: &AuditFilter, flag: Option<Id>) -> Result<()> {
    let subject = if flag.is_some() { ("audit_flag", flag) } else { ("audit_event", None) };
    let hidden =
        [filter.practitioner, filter.subject, filter.actor].into_iter().flatten().find(|named| filter.hidden.contains(named));
    match (hidden, filter.practitioner) {
        (Some(practitioner), _) => {
            let subject = (subject.0.to_owned(), subject.1);
            let attempt = RefusedAttempt { action: action.to_owned(), subject, practitioner: Some(practitioner) };
            audit::record_refused(tx, caller.actor(), &attempt)
        }
        (None, Some(practitioner)) => {
            audit::record_about(tx, caller.actor(), action, subject, About { practitioner, basis: OVERSIGHT })
        }
        (None, None) => audit::record(tx, caller.actor(), action, subject),
    }
}

/// Clamps to the years 2000 to 2200: no event is outside them, and not every database can store every year.
fn clamp_to_supported_range(time: UtcTime) -> UtcTime {
    let bound = |seconds| DateTime::from_timestamp(seconds, 0).map(UtcTime::from).unwrap_or(time);
    time.clamp(bound(946_684_800), bound(7_258_118_400))
}
