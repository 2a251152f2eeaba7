//! Database queries about care plans: the current version and all earlier ones.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::records::model::CarePlanContent;
use crate::schema::{care_plan_versions, care_plans};
use people::practitioners::queries::references;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place};

// The name of the column when values were first sealed: it is part of them, so it stays.
const CONTENT: &str = "care_plan_versions.words";

/// A version of a care plan.
#[derive(Debug, Clone)]
pub struct CarePlan {
    pub version: i32,
    /// The date by which it is to be reviewed.
    pub review_on: NaiveDate,
    pub content: CarePlanContent,
    /// The clinician who wrote it.
    pub written_by: Id,
    pub written_at: UtcTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = care_plan_versions)]
struct Row {
    id: Id,
    version: i32,
    review_on: NaiveDate,
    content: Vec<u8>,
    written_by: Id,
    written_at: UtcTime,
}

/// A practitioner's current plan.
pub fn current(tx: &mut Tx, practitioner: Id) -> Result<Option<CarePlan>> {
    history(tx, practitioner, None, 1)?.pop().map(|(_, plan)| plan).transpose()
}

/// The number of the current version, 0 if there is none. It is known although the version is damaged, so that it can be replaced.
pub fn current_version(tx: &mut Tx, practitioner: Id) -> Result<i32> {
    Ok(history(tx, practitioner, None, 1)?.pop().map_or(0, |((version, _), _)| version))
}

/// All versions of a practitioner's plan, newest first.
pub fn history(tx: &mut Tx, practitioner: Id, before: Option<i32>, limit: i64) -> Result<Opened<(i32, Id), CarePlan>> {
    let mut query = care_plan_versions::table
        .filter(care_plan_versions::practitioner_id.eq(practitioner))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(care_plan_versions::version.lt(before));
    }
    let rows: Vec<Row> = query.order(care_plan_versions::version.desc()).limit(limit).load(tx.conn)?;
    let open = |row: Row| {
        let content = tx.sealer.open_json(Place(CONTENT, row.id), &row.content);
        let plan = content.map(|content| CarePlan {
            version: row.version,
            review_on: row.review_on,
            content,
            written_by: row.written_by,
            written_at: row.written_at,
        });
        ((row.version, row.id), plan)
    };
    Ok(rows.into_iter().map(open).collect())
}

/// A new version of a plan.
#[derive(Debug, Clone)]
pub struct NewCarePlan {
    /// The date by which it is to be reviewed.
    pub review_on: NaiveDate,
    pub content: CarePlanContent,
}

/// Saves the version that follows version `after`; earlier versions stay.
pub fn insert_version(tx: &mut Tx, practitioner: Id, after: i32, new: &NewCarePlan, by: Id) -> Result<()> {
    let (id, version) = (Id::new(tx.now), after + 1);
    if after == 0 {
        diesel::insert_into(care_plans::table)
            .values((
                care_plans::practitioner_id.eq(practitioner),
                care_plans::version.eq(version),
                care_plans::review_on.eq(new.review_on),
            ))
            .execute(tx.conn)?;
    } else {
        diesel::update(care_plans::table.find(practitioner))
            .set((care_plans::version.eq(version), care_plans::review_on.eq(new.review_on)))
            .execute(tx.conn)?;
    }
    diesel::insert_into(care_plan_versions::table)
        .values((
            care_plan_versions::id.eq(id),
            care_plan_versions::practitioner_id.eq(practitioner),
            care_plan_versions::version.eq(version),
            care_plan_versions::review_on.eq(new.review_on),
            care_plan_versions::content.eq(tx.sealer.seal_json(Place(CONTENT, id), &new.content)?),
            care_plan_versions::written_by.eq(by),
            care_plan_versions::written_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A plan that is due for review.
#[derive(Debug, Clone)]
pub struct DueCarePlan {
    pub practitioner: Id,
    /// The practitioner's reference, used instead of a name.
    pub reference: String,
    pub review_on: NaiveDate,
}

/// The plans of these practitioners whose review date is before a day, the longest overdue first.
pub fn due(tx: &mut Tx, among: Vec<Id>, day: NaiveDate, after: Option<(NaiveDate, Id)>, limit: i64) -> Result<Vec<DueCarePlan>> {
    let mut query = care_plans::table
        .filter(care_plans::practitioner_id.eq_any(among))
        .filter(care_plans::review_on.lt(day))
        .select((care_plans::practitioner_id, care_plans::review_on))
        .into_boxed();
    if let Some((day, id)) = after {
        let later = care_plans::review_on.gt(day);
        query = query.filter(later.or(care_plans::review_on.eq(day).and(care_plans::practitioner_id.gt(id))));
    }
    let rows: Vec<(Id, NaiveDate)> =
        query.order((care_plans::review_on, care_plans::practitioner_id)).limit(limit).load(tx.conn)?;
    let mut references = references(tx, &rows.iter().map(|(practitioner, _)| *practitioner).collect::<Vec<_>>())?;
    let due = |(practitioner, review_on)| {
        references.remove(&practitioner).map(|reference| DueCarePlan { practitioner, reference, review_on })
    };
    Ok(rows.into_iter().filter_map(due).collect())
}
