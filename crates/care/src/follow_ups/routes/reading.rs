//! HTTP handlers for reading follow-ups.

use actix_web::get;
use chrono::NaiveDate;

use super::{contexts, reader, reading, view, with_reason};
use crate::follow_ups::dto::{FollowUpContext, FollowUpQuery, FollowUpView, MyFollowUpQuery, Reader};
use crate::follow_ups::queries;
use crate::follow_ups::queries::{Filter, FollowUp};
use people::practitioners::queries as registration;
use people::relationships::{self, Protected, Purpose};
use people::{Practitioner, Role};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, Query, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;
use scheduling::calendar::callers::CareTeam;
use scheduling::clinicians::callers::PractitionerOrCareTeam;

/// List a practitioner's follow-ups
///
/// For clinicians who treat the practitioner, and for coordinators. The list contains no notes. Every read is recorded.
#[utoipa::path(
    operation_id = "listPractitionerFollowUps", tag = "Follow-ups",
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("follow_ups.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The follow-ups, the newest first.", body = Page<FollowUpView>))
)]
#[get("/v1/practitioners/{id}/follow-ups")]
pub async fn list_practitioner_follow_ups(
    caller: CareTeam,
    id: Path<Id>,
    paging: Paging<(NaiveDate, Id)>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, reader) = reader(tx, &caller, id)?;
            registration::pathway(tx, id)?.ok_or_else(Error::not_found)?;
            let filter = Filter { practitioner: Some(id), newest_first: true, after: paging.after, ..Filter::default() };
            permit.record(tx, "follow_ups.read", ("practitioner", Some(id)))?;
            list_page(tx, &filter, &paging, reader)
        })
        .await
}

/// List my follow-ups
///
/// Each follow-up that is not booked says how to book it: a link to the companion app, the slot searches to call, and a few
/// slots of that clinician that can be booked now.
#[utoipa::path(
    operation_id = "listMyFollowUps", tag = "Follow-ups", extensions(("x-roles" = json!(Practitioner::ROLES))), params(MyFollowUpQuery),
    responses((status = 200, description = "The follow-ups, the earliest due first.", body = Page<FollowUpView>))
)]
#[get("/v1/me/follow-ups")]
pub async fn list_my_follow_ups(
    caller: Practitioner,
    query: Query<MyFollowUpQuery>,
    paging: Paging<(NaiveDate, Id)>,
    platform: Platform,
) -> Result<Response> {
    let MyFollowUpQuery { state } = query.0;
    let filter = Filter { practitioner: Some(caller.id), state, open: state.is_none(), after: paging.after, ..Filter::default() };
    platform.read(move |tx| list_page(tx, &filter, &paging, Reader::Practitioner)).await
}

/// List follow-ups
///
/// Coordinators see those of practitioners they may know of: all open ones, except where they must not meet; clinicians see those of
/// practitioners they treat. The list contains no notes. What the caller sees is recorded.
#[utoipa::path(
    operation_id = "listFollowUps", tag = "Follow-ups", params(FollowUpQuery),
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("follow_up.listed"))),
    responses((status = 200, description = "The follow-ups, the earliest due first.", body = Page<FollowUpView>))
)]
#[get("/v1/follow-ups")]
pub async fn list_follow_ups(
    caller: CareTeam,
    query: Query<FollowUpQuery>,
    paging: Paging<(NaiveDate, Id)>,
    platform: Platform,
) -> Result<Response> {
    let query = query.0;
    let base_filter = Filter {
        among: None,
        permitted: None,
        practitioner: query.practitioner_id,
        clinician: query.clinician_id,
        state: query.state,
        open: query.state.is_none(),
        overdue: query.overdue == Some(true),
        due_before: query.due_before.map(clamp_to_supported_years),
        needs_call: query.needs_call == Some(true),
        newest_first: false,
        after: paging.after,
    };
    platform
        .write(move |tx| {
            let mut filter = base_filter.clone();
            let since = tx.now - tx.policy.read_after_care;
            let reader = match caller.role {
                Role::Clinician => {
                    filter.among = Some(care_relationship::practitioners_treated_by(tx, caller.id, reading(&caller))?);
                    Reader::Clinician
                }
                _ => {
                    let permitted = relationships::permitted_practitioners(tx, &caller, Purpose::Know)?;
                    filter.permitted = Some(permitted.or_since("follow_ups.closed_at", since));
                    Reader::Coordinator
                }
            };
            let page = paging.readable(queries::list(tx, &filter, paging.rows())?)?;
            let protect = |one: FollowUp| with_reason(&caller, since, Protected::new(one.row.practitioner_id, one));
            let rows = page.items.into_iter().map(protect).collect();
            let action = ("follow_up.listed", "follow_up");
            let items = Protected::show_each(tx, &caller, rows, reading(&caller), action, |one: &FollowUp| one.row.id)?;
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            page_answer(tx, page, reader)
        })
        .await
}

/// Clamps a date to the years 2000 to 2200: the database engines do not store every year.
fn clamp_to_supported_years(day: NaiveDate) -> NaiveDate {
    let bound = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(day);
    day.clamp(bound(2000), bound(2200))
}

fn list_page(tx: &mut Tx, filter: &Filter, paging: &Paging<(NaiveDate, Id)>, reader: Reader) -> Result<Response> {
    let rows = queries::list(tx, filter, paging.rows())?;
    page_answer(tx, paging.readable(rows)?, reader)
}

fn page_answer(tx: &mut Tx, page: Page<FollowUp>, reader: Reader) -> Result<Response> {
    let mut contexts = contexts(tx, &page.items, reader)?;
    let view = |one: FollowUp| {
        let context: FollowUpContext = contexts.remove(&one.row.id).unwrap_or_default();
        match reader {
            Reader::Practitioner => FollowUpView::new(one, context, reader, tx.now),
            Reader::Clinician | Reader::Coordinator => FollowUpView::in_list(one, context, reader, tx.now),
        }
    };
    Response::ok(&page.map(view))
}

/// Get a follow-up
///
/// Practitioners see what is shared with them and how to book; clinicians who treat them see everything; coordinators see no
/// clinical text. Every read is recorded.
#[utoipa::path(
    operation_id = "getFollowUp", tag = "Follow-ups",
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("follow_up.read"))),
    params(("id" = Id, Path, description = "The follow-up.")),
    responses((status = 200, description = "The follow-up.", body = FollowUpView))
)]
#[get("/v1/follow-ups/{id}")]
pub async fn get_follow_up(caller: PractitionerOrCareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, view, version) = view(tx, &caller, id)?;
            permit.record(tx, "follow_up.read", ("follow_up", Some(id)))?;
            Ok(Response::ok(&view)?.with_version(version))
        })
        .await
}
