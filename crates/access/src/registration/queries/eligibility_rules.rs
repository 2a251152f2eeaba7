//! SQL about the eligibility rules, which administrators change.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::intake;
use crate::registration::model::{Conditions, EligibilityRuleDecision, EligibilityRules, Rule};
use crate::schema::eligibility_rules;
use people::practitioners::model::EligibilityReason;
use platform::Tx;
use platform::db::{Json, as_json};
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::on;
use platform::refusal::Reason;
use reference::signposts::model::SignpostNeed;

#[derive(Queryable, Selectable)]
#[diesel(table_name = eligibility_rules)]
struct Row {
    id: Id,
    code: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    priority: i32,
    conditions: Json<Conditions>,
    decision: EligibilityRuleDecision,
    reason_code: String,
    reason: String,
    signposts: Json<Vec<SignpostNeed>>,
    source: String,
    version: i32,
}

/// An eligibility rule as it is stored.
#[derive(Debug, Clone)]
pub struct RuleRecord {
    pub id: Id,
    pub rule: Rule,
    pub version: i32,
}

fn rule_record(row: Row) -> Result<RuleRecord> {
    let rule = Rule {
        id: row.code,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        order: u16::try_from(row.priority).map_err(|_| Error::internal("an eligibility rule with an invalid priority"))?,
        when: row.conditions.0,
        decision: row.decision,
        reason: EligibilityReason { code: row.reason_code, text: row.reason },
        signposts: row.signposts.0,
        source: row.source,
    };
    Ok(RuleRecord { id: row.id, rule, version: row.version })
}

/// The eligibility rules and intake periods in use: a few rows, read in full.
pub fn load_rules(tx: &mut Tx) -> Result<EligibilityRules> {
    let rules = all(tx)?.into_iter().map(|record| record.rule).collect();
    Ok(EligibilityRules { rules, intake: intake::all_periods(tx)? })
}

/// Every rule, including past and future ones, by priority.
pub fn all(tx: &mut Tx) -> Result<Vec<RuleRecord>> {
    list(tx, None, i64::MAX)
}

/// The rules by priority, after the given one.
pub fn list(tx: &mut Tx, after: Option<(i32, Id)>, limit: i64) -> Result<Vec<RuleRecord>> {
    let mut query = eligibility_rules::table.select(Row::as_select()).into_boxed();
    if let Some((priority, id)) = after {
        let later = eligibility_rules::priority.gt(priority);
        query = query.filter(later.or(eligibility_rules::priority.eq(priority).and(eligibility_rules::id.gt(id))));
    }
    let rows: Vec<Row> = query.order((eligibility_rules::priority, eligibility_rules::id)).limit(limit).load(tx.conn)?;
    rows.into_iter().map(rule_record).collect()
}

/// The oldest rule. Every change of rules locks it.
pub fn oldest_id(tx: &mut Tx) -> Result<Option<Id>> {
    Ok(eligibility_rules::table.order(eligibility_rules::id).select(eligibility_rules::id).first(tx.conn).optional()?)
}

/// The rule with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<RuleRecord>> {
    let row = eligibility_rules::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(rule_record).transpose()
}

/// Adds a rule.
///
/// # Errors
/// 409 when its code is taken, or when another rule has its priority on one of its days.
pub fn insert(tx: &mut Tx, rule: &Rule) -> Result<Id> {
    let taken = |error: Error| {
        if error.violates("eligibility_rules_no_overlap") { Reason::EligibilityPlaceTaken.into() } else { error }
    };
    let added = write(tx, rule).map_err(taken)?;
    let id = eligibility_rules::table.filter(eligibility_rules::code.eq(&rule.id)).select(eligibility_rules::id);
    match (added, id.get_result(tx.conn).optional()?) {
        (true, Some(id)) => Ok(id),
        (_, Some(_)) => Err(Reason::EligibilityRuleExists.into()),
        // PostgreSQL skips a row that its exclusion constraint refuses.
        (_, None) => Err(Reason::EligibilityPlaceTaken.into()),
    }
}

/// Adds a built-in rule, unless there is one with its code; true when it was added.
pub fn insert_built_in(tx: &mut Tx, rule: &Rule) -> Result<bool> {
    write(tx, rule)
}

fn write(tx: &mut Tx, rule: &Rule) -> Result<bool> {
    let row = (
        eligibility_rules::id.eq(Id::new(tx.now)),
        eligibility_rules::code.eq(&rule.id),
        eligibility_rules::valid_from.eq(rule.valid_from),
        eligibility_rules::valid_to.eq(rule.valid_to),
        eligibility_rules::priority.eq(i32::from(rule.order)),
        eligibility_rules::conditions.eq(as_json(&rule.when)?),
        eligibility_rules::decision.eq(rule.decision),
        eligibility_rules::reason_code.eq(&rule.reason.code),
        eligibility_rules::reason.eq(&rule.reason.text),
        eligibility_rules::signposts.eq(as_json(&rule.signposts)?),
        eligibility_rules::source.eq(&rule.source),
        eligibility_rules::version.eq(1),
        eligibility_rules::created_at.eq(tx.now),
        eligibility_rules::updated_at.eq(tx.now),
    );
    let added =
        on!(tx.conn, |inner| diesel::insert_into(eligibility_rules::table).values(row).on_conflict_do_nothing().execute(inner))?;
    Ok(added == 1)
}

/// Ends a rule after `last`.
pub fn end(tx: &mut Tx, record: &RuleRecord, last: NaiveDate) -> Result<()> {
    diesel::update(eligibility_rules::table.find(record.id))
        .set((
            eligibility_rules::valid_to.eq(Some(last)),
            eligibility_rules::version.eq(record.version + 1),
            eligibility_rules::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Locks an eligibility rule until the transaction ends; `None` when it does not exist.
pub fn lock_rule(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(platform::lock_row!(tx.conn, eligibility_rules, id)?)
}
