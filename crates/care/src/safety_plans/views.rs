//! What readers see of a safety plan, alone and beside crisis help.

use super::dto::{MyCrisisHelp, SafetyPlanView};
use super::model::SafetyPlan;
use super::queries;
use access::registration::signposting;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::seal::readable_or_none;
use reference::signposts;
use reference::signposts::model::SignpostNeed;

/// A version of a plan with those of its services that are in use today.
///
/// # Errors
/// When the directory of signposts cannot be read.
pub fn view(tx: &mut Tx, plan: SafetyPlan) -> Result<SafetyPlanView> {
    let in_use = signposts::in_force_by_ids(tx, &plan.steps.signpost_ids, tx.now.london_day())?;
    Ok(SafetyPlanView::new(plan, in_use))
}

/// A practitioner's present plan, if there is one.
///
/// # Errors
/// When it cannot be read.
pub fn current(tx: &mut Tx, practitioner: Id) -> Result<Option<SafetyPlanView>> {
    let plan = queries::current(tx, practitioner)?;
    plan.map(|plan| view(tx, plan)).transpose()
}

/// Where a practitioner gets help now: the services for a crisis in their area, and their plan. A plan that is damaged is left out,
/// because it must not hide the services.
///
/// # Errors
/// 404 when there is no such practitioner, or when the database cannot be read.
pub fn crisis_help(tx: &mut Tx, practitioner: Id) -> Result<MyCrisisHelp> {
    let crisis_help = signposting::for_practitioner(tx, practitioner, &[SignpostNeed::Crisis], tx.now.london_day())?;
    let safety_plan = readable_or_none(current(tx, practitioner))?.flatten();
    Ok(MyCrisisHelp { crisis_help, safety_plan })
}
