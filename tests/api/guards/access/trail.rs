//! What the audit trail shows of a practitioner to a privacy officer who must not meet them: nothing but rows that would be the same
//! without the practitioner.

use std::collections::{BTreeMap, BTreeSet};

use confide::platform::ids::Id;
use serde_json::Value;

use crate::guards::operation;
use crate::support::reply::CheckedReply;

/// Kinds of records that a person has before they register. Rows about them name no practitioner and are the same whether or not the person
/// registers later, so for a privacy officer their ids lead nowhere. Rows from after the registration name the practitioner.
const BEFORE_REGISTRATION: &[&str] = &["contact", "contact_task", "invitation"];

/// A row of the trail, as an answer shows it.
#[derive(Debug)]
pub struct Row {
    pub actor: Option<Id>,
    pub role: String,
    pub action: String,
    pub kind: String,
    pub names_practitioner: bool,
    pub refused: bool,
    /// The whole row in lower case.
    pub text: String,
}

impl Row {
    fn of_json(row: &Value) -> Self {
        let text = |at: &str| row.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            actor: text("/actor/id").parse().ok(),
            role: text("/actor/role"),
            action: text("/action"),
            kind: text("/subject_kind"),
            names_practitioner: !row["practitioner"].is_null(),
            refused: row["refused"] == true,
            text: row.to_string().to_lowercase(),
        }
    }

    /// A line of the exported table: at, id, actor, role, name, action, subject, practitioner, basis, refused.
    fn of_csv(line: &str) -> Self {
        let cells: Vec<&str> = line.trim().trim_matches('"').split("\",\"").collect();
        assert_eq!(cells.len(), 10, "{line}");
        Self {
            actor: cells[2].parse().ok(),
            role: cells[3].to_owned(),
            action: cells[5].to_owned(),
            kind: cells[6].split(' ').next().unwrap().to_owned(),
            names_practitioner: !cells[7].is_empty(),
            refused: cells[9] == "true",
            text: line.to_lowercase(),
        }
    }
}

/// The rows in a list or in an exported table.
pub fn rows(reply: &CheckedReply) -> Vec<Row> {
    if reply.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")) {
        let text = String::from_utf8(reply.body.to_vec()).unwrap();
        return text.trim_start_matches('\u{feff}').lines().skip(1).map(Row::of_csv).collect();
    }
    reply.items().iter().map(Row::of_json).collect()
}

/// Which rows hold nothing but what is the same without the practitioner.
pub struct Harmless {
    /// The roles that may use an operation which records this action, for each collection of its path.
    roles: BTreeMap<String, Vec<(String, BTreeSet<String>)>>,
    officer: Id,
}

impl Harmless {
    pub fn to(officer: Id) -> Self {
        let mut roles: BTreeMap<String, Vec<(String, BTreeSet<String>)>> = BTreeMap::new();
        for operation in operation::all() {
            for action in &operation.actions {
                roles
                    .entry(action.clone())
                    .or_default()
                    .push((operation.path.clone(), operation.roles.iter().cloned().collect()));
            }
        }
        Self { roles, officer }
    }

    /// True for an attempt that was refused by the role alone: the service looked at nothing, and the row has the id that was sent, whether
    /// or not there is such a record. To hide it would tell that there is.
    pub fn is_refused_by_role(&self, row: &Row) -> bool {
        let collection = format!("/v1/{}s/", row.kind.replace('_', "-"));
        let Some(operations) = self.roles.get(&row.action) else { return false };
        let of_kind = operations.iter().any(|(path, _)| path.starts_with(&collection));
        let admits =
            |(path, roles): &(String, BTreeSet<String>)| (!of_kind || path.starts_with(&collection)) && roles.contains(&row.role);
        row.refused && !row.names_practitioner && !operations.iter().any(admits)
    }

    /// True for what the officer tried.
    fn is_own_attempt(&self, row: &Row) -> bool {
        row.refused && !row.names_practitioner && row.actor == Some(self.officer)
    }

    /// True for a row about a contact from before the person registered.
    fn is_from_before_registration(row: &Row) -> bool {
        !row.refused && !row.names_practitioner && BEFORE_REGISTRATION.contains(&row.kind.as_str())
    }

    pub fn covers(&self, row: &Row) -> bool {
        self.is_refused_by_role(row) || self.is_own_attempt(row) || Self::is_from_before_registration(row)
    }
}

/// What in these rows tells of the practitioner, and does not belong to what is harmless.
pub fn sign_in(rows: &[Row], signs: &[String], harmless: &Harmless) -> Option<String> {
    let telling = rows.iter().filter(|row| !harmless.covers(row));
    let found = telling.filter_map(|row| Some((signs.iter().find(|sign| row.text.contains(sign.as_str()))?, row)));
    found.map(|(sign, row)| format!("shows {sign}: {row:?}")).next()
}
