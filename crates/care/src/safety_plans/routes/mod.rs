//! HTTP handlers of safety plans: what practitioners and clinicians do alike.

pub mod clinicians;
pub mod own;

use std::ops::RangeInclusive;

use super::dto::SafetyPlanHistoryEntry;
use super::model::{SafetyPlan, SafetyPlanSteps};
use super::{queries, rules, views};
use people::relationships::Permit;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{IfMatch, Paging, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use reference::signposts;

/// Records the read, and returns the present plan; none if there is no plan. That there is none is recorded too, as what the caller has
/// learned.
fn read_current(tx: &mut Tx, permit: &Permit) -> Result<Option<Response>> {
    permit.record(tx, "safety_plan.read", ("practitioner", Some(permit.practitioner())))?;
    let plan = queries::current(tx, permit.practitioner())?;
    plan.map(|plan| plan_answer(tx, plan)).transpose()
}

/// The answer where there is no plan.
fn no_plan() -> Error {
    Reason::NoSafetyPlan.into()
}

/// The numbers that a version can have.
const VERSIONS: RangeInclusive<i32> = 1..=1_000_000;

/// Records the read, and returns one version; none if there is no such version. A number that no version can have reads nothing.
fn read_version(tx: &mut Tx, permit: &Permit, version: i32) -> Result<Option<Response>> {
    if !VERSIONS.contains(&version) {
        return Err(Error::not_found());
    }
    permit.record(tx, "safety_plan.read", ("practitioner", Some(permit.practitioner())))?;
    let plan = queries::find(tx, permit.practitioner(), version)?;
    plan.map(|plan| plan_answer(tx, plan)).transpose()
}

/// The answer where there is no such version.
fn no_version() -> Error {
    Reason::NoSafetyPlanVersion.into()
}

/// Records the read, and returns the versions of this page. One that is damaged is named, and the others are shown.
fn list_versions(tx: &mut Tx, permit: &Permit, paging: &Paging<(i32, Id)>) -> Result<Response> {
    permit.record(tx, "safety_plan.read", ("practitioner", Some(permit.practitioner())))?;
    let rows = queries::versions(tx, permit.practitioner(), paging.after.map(|(version, _)| version), paging.rows())?;
    let page = paging.readable(rows)?;
    Response::ok(&page.map(SafetyPlanHistoryEntry::from))
}

/// Saves a new version and returns it. The caller has locked the practitioner's row, so that of two versions one is first.
fn save(tx: &mut Tx, permit: &Permit, by: Id, seen: Option<&IfMatch>, steps: &SafetyPlanSteps) -> Result<Response> {
    let practitioner = permit.practitioner();
    let before = queries::current_number(tx, practitioner)?;
    check_seen(before, seen)?;
    rules::check_steps(steps)?;
    check_signposts(tx, &steps.signpost_ids)?;
    let version = before.unwrap_or(0) + 1;
    queries::insert(tx, practitioner, version, steps, by)?;
    permit.record(tx, "safety_plan.changed", ("practitioner", Some(practitioner)))?;
    let plan = queries::find(tx, practitioner, version)?.ok_or_else(Error::not_found)?;
    plan_answer(tx, plan)
}

fn plan_answer(tx: &mut Tx, plan: SafetyPlan) -> Result<Response> {
    let number = plan.version.version;
    Ok(Response::ok(&views::view(tx, plan)?)?.with_version(number))
}

/// Checks that the caller has seen the present version. The first one is written without `If-Match`: a plan that does not exist has no
/// version that could have been read, and does not match `*` either (RFC 9110, section 13.1.1).
fn check_seen(present: Option<i32>, seen: Option<&IfMatch>) -> Result<()> {
    match (present, seen) {
        (None, None) => Ok(()),
        (Some(version), Some(seen)) => seen.check(version),
        (None, Some(_)) => {
            let detail = "There is no safety plan yet. Write the first one without If-Match.";
            Err(Refusal::new(Reason::VersionMismatch, detail).field("If-Match", "stale", "There is no version yet.").into())
        }
        (Some(_), None) => {
            let detail = "There is a safety plan already. Read it and send its ETag.";
            Err(Error::field(Reason::VersionRequired, "If-Match", "required", detail))
        }
    }
}

fn check_signposts(tx: &mut Tx, ids: &[String]) -> Result<()> {
    let Some(index) = signposts::first_not_for_crisis(tx, ids, tx.now.london_day())? else { return Ok(()) };
    let detail =
        "This signpost does not exist, is not in use or is not for a crisis. Choose another one, or write a name and a number.";
    Err(Error::field(Reason::InvalidBody, format!("/signpost_ids/{index}"), "unknown", detail))
}
