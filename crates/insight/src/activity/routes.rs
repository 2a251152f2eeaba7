//! HTTP handlers of activity figures.

use actix_web::get;

use super::catalogue::public_figures;
use super::dto::{ActivityFigures, ActivityQuery, FigureSource, FundingScenario, FundingScenarios, ScenarioQuery};
use super::model::{AppointmentOutcome, Breakdown, WaitBand};
use super::rules;
use crate::disclosure::callers::FigureReader;
use crate::disclosure::dto::{FigurePeriod, FigureRate, FigureTable};
use crate::disclosure::model::{Dataset, Published};
use crate::disclosure::queries;
use crate::disclosure::rules::{months, percent};
use people::Role;
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Query, Response};
use platform::refusal::{Reason, Refusal};
use reference::service_limits::waits::{self, WaitStandard, WaitStandards};

/// Get activity figures
///
/// Appointments and waiting times for each month, with one breakdown at a time. Each month is counted once, two weeks after its
/// end. No figure is about fewer than five people, counts are rounded to five, and hidden counts cannot be calculated from those
/// that are shown. Commissioners see totals only.
#[utoipa::path(
    operation_id = "getActivityFigures", tag = "Statistics", params(ActivityQuery),
    extensions(("x-roles" = json!(FigureReader::ROLES)), ("x-problems" = json!(["invalid_parameter"]))),
    responses((status = 200, description = "The months that have been counted.", body = ActivityFigures))
)]
#[get("/v1/statistics/activity")]
pub async fn get_activity_figures(caller: FigureReader, query: Query<ActivityQuery>, platform: Platform) -> Result<Response> {
    let (now, ActivityQuery { breakdown: by, from, until }) = (platform.clock.now(), query.0);
    if caller.role == Role::Commissioner && by.is_some() {
        let detail = "Commissioners see totals only. Leave the breakdown out.";
        return Err(Refusal::new(Reason::WrongRole, detail).field("breakdown", "not_allowed", detail).into());
    }
    let requested = months(from.as_deref(), until.as_deref(), now.london_day())?;
    platform
        .read(move |tx| {
            let mut periods = Vec::new();
            for snapshot in queries::snapshots(tx, dataset(by), requested.from, requested.until)? {
                // A later standard does not apply to what is over.
                let standards = waits::on(tx, snapshot.period.last())?;
                periods.push(FigurePeriod::new(snapshot, |table| table_for(table, by, &standards)));
            }
            Response::ok(&ActivityFigures { breakdown: by, periods })
        })
        .await
}

const fn dataset(by: Option<Breakdown>) -> Dataset {
    match by {
        None | Some(Breakdown::Kind | Breakdown::Mode | Breakdown::Attendance) => Dataset::Appointments,
        Some(Breakdown::WaitToAssessment) => Dataset::AssessmentWaits,
        Some(Breakdown::WaitToTreatment) => Dataset::TreatmentWaits,
    }
}

/// The table of the requested breakdown. Without one it is the total of any breakdown, because all of them have the same total.
fn table_for(table: Published, by: Option<Breakdown>, standards: &WaitStandards) -> Option<FigureTable> {
    let Some(by) = by else {
        return (table.breakdown == Breakdown::Kind.as_str()).then(|| FigureTable::total(&table));
    };
    let rates = match by {
        Breakdown::Kind | Breakdown::Mode => Vec::new(),
        Breakdown::Attendance => attendance_rates(&table),
        Breakdown::WaitToAssessment | Breakdown::WaitToTreatment => wait_rates(&table, standards),
    };
    (table.breakdown == by.as_str()).then(|| FigureTable::new(table, rates))
}

/// The share of appointments that were not attended, among those that were not cancelled, and of cancelled ones, among all.
fn attendance_rates(table: &Published) -> Vec<FigureRate> {
    let values = |all: &[AppointmentOutcome]| all.iter().map(|one| one.as_str()).collect::<Vec<_>>();
    let seen = [AppointmentOutcome::AttendedOnTime, AppointmentOutcome::AttendedLateSeen];
    let missed = [AppointmentOutcome::ArrivedLateNotSeen, AppointmentOutcome::DidNotAttend];
    let expected = values(&[seen, missed].concat());
    let all = values(AppointmentOutcome::ALL);
    [
        ("did_not_attend", percent(table, &values(&missed), &expected)),
        ("cancelled_by_patient", percent(table, &values(&[AppointmentOutcome::CancelledByPatient]), &all)),
        ("cancelled_by_provider", percent(table, &values(&[AppointmentOutcome::CancelledByProvider]), &all)),
    ]
    .into_iter()
    .map(|(rate, percent)| FigureRate::new(rate, percent, None))
    .collect()
}

fn wait_rates(table: &Published, standards: &WaitStandards) -> Vec<FigureRate> {
    let values: Vec<&str> = WaitBand::ALL.iter().map(|wait| wait.as_str()).collect();
    let rate = |(index, standard): (usize, &WaitStandard)| {
        let within = percent(table, &values[..=index], &values);
        FigureRate::new(&format!("within_{}_days", standard.days), within, u8::try_from(standard.percent).ok())
    };
    standards.waits.iter().enumerate().map(rate).collect()
}

/// Get funding scenarios
///
/// The cost per head, and the cost of another headcount: at the same rate, and as publicly estimated. Money is in whole pence.
/// The figures are not about any person.
#[utoipa::path(
    operation_id = "getFundingScenarios", tag = "Statistics", params(ScenarioQuery),
    extensions(("x-roles" = json!(FigureReader::ROLES))),
    responses((status = 200, description = "The calculated costs.", body = FundingScenarios))
)]
#[get("/v1/statistics/funding-scenarios")]
pub async fn get_funding_scenarios(_caller: FigureReader, query: Query<ScenarioQuery>, platform: Platform) -> Result<Response> {
    let (today, ScenarioQuery { budget_pence, headcount, target_headcount }) = (platform.clock.now().london_day(), query.0);
    let figures = public_figures();
    let current = rules::budget_on(&figures.budgets, today).ok_or_else(|| Error::internal("there is no budget for today"))?;
    let uses_current = budget_pence.is_none() || headcount.is_none();
    let budget_pence = budget_pence.unwrap_or(current.budget_pounds.saturating_mul(100));
    let heads = headcount.unwrap_or(current.headcount);
    let estimates: Vec<_> = figures.estimates.iter().filter(|estimate| estimate.from <= today).collect();
    let found = rules::scenarios(budget_pence, heads, target_headcount.unwrap_or(1_000_000), &estimates)?;
    let sources = uses_current.then_some(&current.source).into_iter().chain(estimates.iter().map(|estimate| &estimate.source));
    Response::ok(&FundingScenarios {
        budget_pence,
        headcount: heads,
        per_head_pence: rules::per_head_pence(budget_pence, heads).unwrap_or_default(),
        scenarios: found.into_iter().map(FundingScenario::from).collect(),
        sources: sources.cloned().map(FigureSource).collect(),
    })
}
