//! Database queries about safety plans: the present version and all earlier ones.

use diesel::prelude::*;

use super::model::{SafetyPlan, SafetyPlanAuthor, SafetyPlanSteps, SafetyPlanVersion};
use crate::schema::safety_plan_versions;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const PLAN: &str = "safety_plan_versions.sealed_plan";

#[derive(Queryable, Selectable)]
#[diesel(table_name = safety_plan_versions)]
struct Row {
    id: Id,
    practitioner_id: Id,
    version: i32,
    sealed_plan: Vec<u8>,
    written_by: Id,
    written_at: UtcTime,
}

impl Row {
    fn open(self, sealer: &Sealer) -> Result<SafetyPlan> {
        let steps = sealer.open_json(Place(PLAN, self.id), &self.sealed_plan)?;
        let made_by = SafetyPlanAuthor::of(self.practitioner_id, self.written_by);
        let Self { version, written_by, written_at, .. } = self;
        Ok(SafetyPlan { version: SafetyPlanVersion { version, made_by, written_by, written_at }, steps })
    }
}

/// A practitioner's present plan.
pub fn current(tx: &mut Tx, practitioner: Id) -> Result<Option<SafetyPlan>> {
    let newest: Option<Row> = safety_plan_versions::table
        .filter(safety_plan_versions::practitioner_id.eq(practitioner))
        .order(safety_plan_versions::version.desc())
        .select(Row::as_select())
        .first(tx.conn)
        .optional()?;
    newest.map(|row| row.open(tx.sealer)).transpose()
}

/// One version of a practitioner's plan.
pub fn find(tx: &mut Tx, practitioner: Id, version: i32) -> Result<Option<SafetyPlan>> {
    let found: Option<Row> = safety_plan_versions::table
        .filter(safety_plan_versions::practitioner_id.eq(practitioner))
        .filter(safety_plan_versions::version.eq(version))
        .select(Row::as_select())
        .get_result(tx.conn)
        .optional()?;
    found.map(|row| row.open(tx.sealer)).transpose()
}

/// The number of a practitioner's present version; none without a plan. The plan itself is not opened, so that a damaged one can be
/// replaced.
pub fn current_number(tx: &mut Tx, practitioner: Id) -> Result<Option<i32>> {
    Ok(safety_plan_versions::table
        .filter(safety_plan_versions::practitioner_id.eq(practitioner))
        .select(diesel::dsl::max(safety_plan_versions::version))
        .get_result(tx.conn)?)
}

/// The versions of a practitioner's plan before this one, newest first, without their content. Each is opened, so that a list shows which
/// can be read; a damaged one hides no other.
pub fn versions(tx: &mut Tx, practitioner: Id, before: Option<i32>, limit: i64) -> Result<Opened<(i32, Id), SafetyPlanVersion>> {
    let mut query = safety_plan_versions::table
        .filter(safety_plan_versions::practitioner_id.eq(practitioner))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(safety_plan_versions::version.lt(before));
    }
    let rows: Vec<Row> = query.order(safety_plan_versions::version.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| ((row.version, row.id), row.open(tx.sealer).map(|plan| plan.version))).collect())
}

/// Saves a version; earlier versions stay.
pub fn insert(tx: &mut Tx, practitioner: Id, version: i32, steps: &SafetyPlanSteps, by: Id) -> Result<()> {
    let id = Id::new(tx.now);
    diesel::insert_into(safety_plan_versions::table)
        .values((
            safety_plan_versions::id.eq(id),
            safety_plan_versions::practitioner_id.eq(practitioner),
            safety_plan_versions::version.eq(version),
            safety_plan_versions::sealed_plan.eq(tx.sealer.seal_json(Place(PLAN, id), steps)?),
            safety_plan_versions::written_by.eq(by),
            safety_plan_versions::written_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
