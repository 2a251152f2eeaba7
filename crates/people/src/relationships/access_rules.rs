//! The rules by which a member of staff may know of a practitioner, each with the facts that it looks for: care, bookings, funding,
//! alerts and so on. They belong to crates above this one. Each crate lists its own as a constant, and the program installs all of them
//! when it starts.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::{SecondsFormat, TimeDelta};
use diesel::QueryableByName;
use diesel::prelude::*;

use super::basis::{Basis, Purpose};
use crate::Role;
use platform::Tx;
use platform::db::types::sql;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};

/// One rule: staff of these roles may know of practitioners for these purposes, while the facts are there.
///
/// ```text
/// AccessRule {
///     basis: Basis::RiskReview,
///     roles: &[Role::Coordinator],
///     purposes: &[Purpose::Know, Purpose::Act],
///     facts: Facts::Sql("SELECT practitioner_id FROM risk_reviews WHERE coordinators_since <= {now} AND practitioner_id {practitioner}"),
/// }
/// ```
#[derive(Clone, Copy)]
pub struct AccessRule {
    pub basis: Basis,
    /// The roles for which it counts.
    pub roles: &'static [Role],
    /// What it allows.
    pub purposes: &'static [Purpose],
    pub facts: Facts,
}

/// Where a rule finds its practitioners.
#[derive(Clone, Copy)]
pub enum Facts {
    /// A statement that selects their ids as its only column. `{practitioner}` is the condition on that column and is there once
    /// for each part of a `UNION`; `{staff}` is the id of the member of staff, `{now}` the time, `{today}` the day in London, and
    /// `{on_the_way}` the condition that a practitioner is on the way into care and is that one.
    Sql(&'static str),
    /// The same with `{since}`: the time so many days ago.
    SqlSince(&'static str, i64),
    /// Functions, where a statement cannot say it. Conflicts need no check here.
    Functions {
        /// True when this member of staff (first) has this reason to know of this practitioner.
        includes: fn(&mut Tx, Id, Id) -> Result<bool>,
        /// All practitioners that this member of staff has this reason to know of.
        all: fn(&mut Tx, Id) -> Result<Vec<Id>>,
    },
}

/// After how many days without activity the way into care is no longer a reason: it has no end of its own where no one goes on.
/// Appointments are offered twelve weeks ahead, so half a year leaves out no one who waits for one or for its outcome.
pub const LAPSES_AFTER_DAYS: i64 = 180;

/// The condition that a practitioner is on the way into care.
const ON_THE_WAY: &str = "IN (SELECT id FROM practitioners \
     WHERE pathway IN ('registered', 'awaiting_funding', 'intake_done', 'assessment_booked') AND id {practitioner})";

/// No condition on the practitioner.
const ANY: &str = "IS NOT NULL";

static INSTALLED: OnceLock<Vec<AccessRule>> = OnceLock::new();

/// Installs the rules of every crate. They are constants of the program, so only the first call has an effect. Until
/// then, staff know of no one.
pub fn install(rules: &[&[AccessRule]]) {
    INSTALLED.get_or_init(|| rules.concat());
}

/// The rules that count for this role and purpose, in the order in which they are asked.
pub(super) fn matching(role: Role, purpose: Purpose) -> impl Iterator<Item = (usize, &'static AccessRule)> {
    let installed = INSTALLED.get().map_or(&[][..], Vec::as_slice);
    installed.iter().enumerate().filter(move |(_, rule)| rule.roles.contains(&role) && rule.purposes.contains(&purpose))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql::Id)]
    practitioner: Id,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    rule: i32,
}

/// The number of the first reason for each practitioner who was found.
type Reasons = BTreeMap<Id, usize>;

/// The first reason for which this member of staff may know of this practitioner, whatever conflicts there are.
pub(super) fn first(tx: &mut Tx, (staff, role): (Id, Role), practitioner: Id, purpose: Purpose) -> Result<Option<Basis>> {
    // One round trip asks all statements; the answer counts when its rule is next.
    let mut stated: Option<Option<usize>> = None;
    for (number, rule) in matching(role, purpose) {
        if let Facts::Functions { includes, .. } = rule.facts {
            if includes(tx, staff, practitioner)? {
                return Ok(Some(rule.basis));
            }
            continue;
        }
        let found = match stated {
            Some(found) => found,
            None => {
                let condition = format!("= '{practitioner}'");
                from_statements(tx, (staff, role), &condition, purpose)?.remove(&practitioner)
            }
        };
        stated = Some(found);
        if found == Some(number) {
            return Ok(Some(rule.basis));
        }
    }
    Ok(None)
}

/// True when this member of staff has a reason to know of this practitioner for each of these purposes, whatever conflicts there are.
///
/// # Errors
/// When the database fails.
pub fn allow_all(tx: &mut Tx, staff: (Id, Role), practitioner: Id, purposes: &[Purpose]) -> Result<bool> {
    for purpose in purposes {
        if first(tx, staff, practitioner, *purpose)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A reason for each of these practitioners, whatever conflicts there are. Those without one are left out.
pub(super) fn for_each(tx: &mut Tx, staff: (Id, Role), practitioners: &[Id], purpose: Purpose) -> Result<BTreeMap<Id, Basis>> {
    if practitioners.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut found = from_statements(tx, staff, &format!("IN ({})", literals(practitioners)), purpose)?;
    for (number, rule) in matching(staff.1, purpose) {
        if let Facts::Functions { all, .. } = rule.facts {
            all(tx, staff.0)?.into_iter().filter(|id| practitioners.contains(id)).for_each(|id| add(&mut found, id, number));
        }
    }
    Ok(found.into_iter().filter_map(|(id, number)| basis(number).map(|basis| (id, basis))).collect())
}

fn basis(number: usize) -> Option<Basis> {
    INSTALLED.get()?.get(number).map(|rule| rule.basis)
}

fn add(found: &mut Reasons, practitioner: Id, number: usize) {
    found.entry(practitioner).and_modify(|least| *least = number.min(*least)).or_insert(number);
}

fn from_statements(tx: &mut Tx, staff: (Id, Role), condition: &str, purpose: Purpose) -> Result<Reasons> {
    let parts: Vec<String> = statements(tx, staff, condition, purpose)
        .into_iter()
        .map(|(number, text)| format!("SELECT s.practitioner_id AS practitioner, {number} AS rule FROM ({text}) s"))
        .collect();
    let mut found = Reasons::new();
    if parts.is_empty() {
        return Ok(found);
    }
    for row in diesel::sql_query(parts.join(" UNION ")).load::<Found>(tx.conn)? {
        let number = usize::try_from(row.rule).map_err(|_| Error::internal("a rule without a number"))?;
        add(&mut found, row.practitioner, number);
    }
    Ok(found)
}

/// Everyone that this member of staff has a reason to know of, whatever conflicts there are.
pub(super) fn all(tx: &mut Tx, staff: (Id, Role), purpose: Purpose) -> Result<Vec<Id>> {
    let mut found: Vec<Id> = from_statements(tx, staff, ANY, purpose)?.into_keys().collect();
    found.extend(from_functions(tx, staff, purpose)?);
    Ok(found)
}

fn from_functions(tx: &mut Tx, staff: (Id, Role), purpose: Purpose) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for (_, rule) in matching(staff.1, purpose) {
        if let Facts::Functions { all, .. } = rule.facts {
            found.extend(all(tx, staff.0)?);
        }
    }
    Ok(found)
}

/// A condition on a column that is true for the practitioners that this member of staff has a reason to know of.
pub(super) fn condition(tx: &mut Tx, staff: (Id, Role), purpose: Purpose, column: &str) -> Result<String> {
    let known = from_functions(tx, staff, purpose)?;
    let mut parts: Vec<String> = statements(tx, staff, ANY, purpose).into_iter().map(|(_, text)| text).collect();
    if !known.is_empty() {
        parts.push(literals(&known));
    }
    Ok(any_of(column, &parts))
}

/// A condition that is true where a column is one of these: each part is a statement or a list of literals.
pub(super) fn any_of(column: &str, parts: &[String]) -> String {
    if parts.is_empty() {
        return "1 = 0".to_owned();
    }
    let parts: Vec<String> = parts.iter().map(|part| format!("{column} IN ({part})")).collect();
    format!("({})", parts.join(" OR "))
}

/// The statements of the rules, complete, with the numbers of the rules. Ids and times are formatted into them; nothing else.
fn statements(tx: &Tx, (staff, role): (Id, Role), condition: &str, purpose: Purpose) -> Vec<(usize, String)> {
    let (now, today) = (tx.now, tx.now.london_day());
    let time = |days: i64| literal(now - TimeDelta::days(days));
    let complete = |(number, rule): (usize, &AccessRule)| {
        let (text, days) = match rule.facts {
            Facts::Sql(text) => (text, 0),
            Facts::SqlSince(text, days) => (text, days),
            Facts::Functions { .. } => return None,
        };
        let complete = text
            .replace("{on_the_way}", ON_THE_WAY)
            .replace("{practitioner}", condition)
            .replace("{staff}", &format!("'{staff}'"))
            .replace("{now}", &time(0))
            .replace("{since}", &time(days))
            .replace("{today}", &format!("'{today}'"));
        Some((number, complete))
    };
    matching(role, purpose).filter_map(complete).collect()
}

/// A time in a statement.
pub(super) fn literal(time: UtcTime) -> String {
    format!("'{}'", time.get().to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// Ids in a statement.
pub(super) fn literals(ids: &[Id]) -> String {
    ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ")
}
