//! HTTP handlers with which administrators read and change reference data. Every change locks all of them: it is checked against the
//! others.

use actix_web::{get, post};

use super::dto::{CreateReferenceChange, ReferenceChangeQuery, ReferenceChangeView, ReferenceDataQuery, ReferenceEntryView};
use super::rules::{self, ApprovalFacts};
use super::{changes, datasets};
use people::accounts::queries as accounts;
use people::relationships::same_person::same_person;
use people::staff_changes::rules::next_step;
use people::{Administrator, Role};
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use platform::{Platform, Tx, audit};
use reference::reference_data;
use reference::reference_data::model::{ReferenceChangeState, ReferenceDataset};
use reference::reference_data::overlay::DatedChange;
use reference::reference_data::queries::{self, ChangeRecord, NewChange};

/// List the reference data of a day
///
/// The entries of a dataset that are in force on a day: those that the program ships, with the changes of administrators.
#[utoipa::path(
    operation_id = "listReferenceData", tag = "Reference data", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("dataset" = ReferenceDataset, Path, description = "The dataset."), ReferenceDataQuery),
    responses((status = 200, description = "The entries, in the order of their keys.", body = Page<ReferenceEntryView>))
)]
#[get("/v1/reference-data/{dataset}")]
pub async fn list_reference_data(
    _caller: Administrator,
    dataset: Path<String>,
    query: Query<ReferenceDataQuery>,
    paging: Paging<String>,
    platform: Platform,
) -> Result<Response> {
    let (dataset, ReferenceDataQuery { on }) = (named(&dataset)?, query.0);
    platform
        .read(move |tx| {
            let on = on.unwrap_or_else(|| tx.now.london_day());
            let changes = reference_data::changes(tx)?;
            let mut rows = datasets::in_force_on(&changes, dataset, on)?;
            rows.retain(|entry| paging.after.as_ref().is_none_or(|after| entry.key > *after));
            rows.truncate(usize::try_from(paging.rows()).unwrap_or(usize::MAX));
            Response::ok(&paging.page(rows, |entry| entry.key.clone())?)
        })
        .await
}

/// List changes of reference data
///
/// Every change of a dataset: those that are or were in force, those to come, those that wait for a second administrator, and those that
/// were withdrawn.
#[utoipa::path(
    operation_id = "listReferenceChanges", tag = "Reference data", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("dataset" = ReferenceDataset, Path, description = "The dataset."), ReferenceChangeQuery),
    responses((status = 200, description = "The changes, the newest first.", body = Page<ReferenceChangeView>))
)]
#[get("/v1/reference-data/{dataset}/changes")]
pub async fn list_reference_changes(
    _caller: Administrator,
    dataset: Path<String>,
    query: Query<ReferenceChangeQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let (dataset, ReferenceChangeQuery { key }) = (named(&dataset)?, query.0);
    let key = key.map(|key| datasets::normal_key(dataset, &key));
    platform
        .read(move |tx| {
            let rows = queries::list(tx, dataset, key.as_deref(), paging.after, paging.rows())?;
            let page = paging.page(rows, |change| change.id)?;
            let administrators = accounts::active_with_role(tx, Role::Administrator)?.len();
            Response::ok(&page.try_map(|change| view(tx, change, administrators))?)
        })
        .await
}

/// Create a change of reference data
///
/// Adds, replaces or removes an entry from a day on, today or later; what was decided before stays as it is. The entry is checked like
/// those that the program ships. The change is in force only once another administrator has approved it, whatever the dataset is. A new bank
/// holiday then withdraws the free slots of clinics that are not held on it; appointments on it are kept and listed as orphaned.
#[utoipa::path(
    operation_id = "createReferenceChange", tag = "Reference data", request_body = CreateReferenceChange,
    extensions(("x-roles" = json!(Administrator::ROLES)),
        ("x-audit" = json!("reference_data.proposed")), ("x-problems" = json!(["line_unanswered"]))),
    params(("dataset" = ReferenceDataset, Path, description = "The dataset.")),
    responses((status = 201, description = "Proposed.", body = ReferenceChangeView))
)]
#[post("/v1/reference-data/{dataset}/changes")]
pub async fn create_reference_change(
    caller: Administrator,
    dataset: Path<String>,
    attempt: Attempt,
    form: Json<CreateReferenceChange>,
    platform: Platform,
) -> Result<Response> {
    let dataset = named(&dataset)?;
    platform
        .write_once(attempt, move |tx| {
            let today = tx.now.london_day();
            rules::check_first_day(form.valid_from, today)?;
            let key = datasets::normal_key(dataset, &form.key);
            let entry = form.entry.as_ref().map(|entry| datasets::document(dataset, &key, entry)).transpose()?;
            queries::lock(tx)?;
            let dated = DatedChange { id: Id::NO_RECORD, dataset, key, valid_from: form.valid_from, number: i32::MAX, entry };
            changes::check(tx, &dated)?;
            let new = NewChange {
                dataset,
                key: &dated.key,
                valid_from: dated.valid_from,
                entry: dated.entry.as_ref(),
                reason: form.reason.trim(),
                changed_by: caller.id,
            };
            let id = queries::insert(tx, &new)?;
            audit::record(tx, caller.actor(), "reference_data.proposed", ("reference_data_change", Some(id)))?;
            Ok(answer(tx, id)?.with_location(format!("/v1/reference-data-changes/{id}")))
        })
        .await
}

/// Get a change of reference data
///
/// With its state, and what must happen next while it waits for a second administrator.
#[utoipa::path(
    operation_id = "getReferenceChange", tag = "Reference data", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The change.")),
    responses((status = 200, description = "The change.", body = ReferenceChangeView))
)]
#[get("/v1/reference-data-changes/{id}")]
pub async fn get_reference_change(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform.read(move |tx| answer(tx, id)).await
}

/// Approve a change of reference data
///
/// For another administrator than the one who made it. It is then in force from its first day on, or from today if that day is past.
#[utoipa::path(
    operation_id = "approveReferenceChange", tag = "Reference data",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("reference_data.approved")),
        ("x-problems" = json!(["state_conflict", "second_person_required"]))),
    params(("id" = Id, Path, description = "The change.")),
    responses((status = 200, description = "Approved.", body = ReferenceChangeView))
)]
#[post("/v1/reference-data-changes/{id}/approve")]
pub async fn approve_reference_change(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            queries::lock(tx)?;
            let change = find(tx, id)?;
            let facts = ApprovalFacts {
                state: rules::state_at(change.state, change.recorded_at, tx.now),
                changed_by: change.changed_by,
                caller: caller.id,
                may_be_proposer: same_person(tx, caller.id, change.changed_by)?,
                administrators: accounts::active_with_role(tx, Role::Administrator)?.len(),
            };
            rules::check_approve(&facts)?;
            if queries::is_overtaken(tx, &change)? {
                return Err(Reason::ProposalOvertaken.into());
            }
            let valid_from = rules::first_day(change.valid_from, tx.now.london_day());
            let dated = DatedChange { valid_from, ..change.clone().dated() };
            // What it was checked against may have changed since.
            changes::check(tx, &dated).map_err(|error| match error.reason() {
                Reason::InvalidBody | Reason::LineUnanswered => {
                    let detail = "What this change is based on has changed in the meantime. Withdraw it, and make it again.";
                    Refusal::new(Reason::ChangeOutdated, detail).into()
                }
                _ => error,
            })?;
            approve(tx, &change, caller.id)?;
            audit::record(tx, caller.actor(), "reference_data.approved", ("reference_data_change", Some(id)))?;
            answer(tx, id)
        })
        .await
}

/// Withdraw a change of reference data
///
/// While it waits. One that another administrator has approved is replaced by another change, also before its first day: what two have
/// decided is not undone by one.
#[utoipa::path(
    operation_id = "withdrawReferenceChange", tag = "Reference data",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("reference_data.withdrawn")),
        ("x-problems" = json!(["state_conflict", "second_person_required"]))),
    params(("id" = Id, Path, description = "The change.")),
    responses((status = 200, description = "Withdrawn.", body = ReferenceChangeView))
)]
#[post("/v1/reference-data-changes/{id}/withdraw")]
pub async fn withdraw_reference_change(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            queries::lock(tx)?;
            let change = find(tx, id)?;
            let state = rules::state_at(change.state, change.recorded_at, tx.now);
            rules::check_withdraw(state, change.valid_from, tx.now.london_day())?;
            queries::withdraw(tx, id, caller.id)?;
            audit::record(tx, caller.actor(), "reference_data.withdrawn", ("reference_data_change", Some(id)))?;
            answer(tx, id)
        })
        .await
}

/// The dataset of this name.
fn named(dataset: &Path<String>) -> Result<ReferenceDataset> {
    ReferenceDataset::parse(&dataset.0).ok_or_else(Error::not_found)
}

fn find(tx: &mut Tx, id: Id) -> Result<ChangeRecord> {
    queries::find(tx, id)?.ok_or_else(Error::not_found)
}

/// Puts a change in force from its first day on, and carries it out if that has come.
fn approve(tx: &mut Tx, change: &ChangeRecord, by: Id) -> Result<()> {
    let today = tx.now.london_day();
    let valid_from = rules::first_day(change.valid_from, today);
    queries::approve(tx, change.id, by, valid_from)?;
    if valid_from <= today { changes::begin(tx, change, by) } else { Ok(()) }
}

fn answer(tx: &mut Tx, id: Id) -> Result<Response> {
    let change = find(tx, id)?;
    let administrators = accounts::active_with_role(tx, Role::Administrator)?.len();
    Response::ok(&view(tx, change, administrators)?)
}

fn view(tx: &Tx, change: ChangeRecord, administrators: usize) -> Result<ReferenceChangeView> {
    let state = rules::state_at(change.state, change.recorded_at, tx.now);
    let entry = change.entry.map(|entry| datasets::shown(change.dataset, &change.key, entry.0)).transpose()?;
    Ok(ReferenceChangeView {
        id: change.id,
        dataset: change.dataset,
        valid_from: change.valid_from,
        entry,
        reason: change.reason,
        state: state.into(),
        next_step: (state == ReferenceChangeState::Waiting).then(|| next_step(administrators).to_owned()),
        proposed_by: change.changed_by,
        proposed_at: change.recorded_at,
        approved_by: change.confirmed_by,
        approved_at: change.confirmed_at,
        withdrawn_by: change.withdrawn_by,
        withdrawn_at: change.withdrawn_at,
        key: change.key,
    })
}
