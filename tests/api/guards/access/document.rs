//! The table as a document.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::groups::GROUPS;
use super::relations::RELATIONS;
use super::rules::{Expected, Group};

const INTRODUCTION: &str = "\
# Who gets what

Written by `UPDATE_ACCESS_TABLE=1 cargo test --test api -- guards::access::table` from `tests/api/guards/access/groups.rs`; the tests beside it
try every cell on both engines with real records. [access.md](access.md) explains the rules. A column is the caller's relation to the
practitioner; a row is a group of operations, which are [listed below](#operations).

| | answer |
|---|---|
| yes | the operation acts, or refuses for a reason that has nothing to do with access |
| ended | 409: care has ended, with `care_ended` or the code of a closer reason |
| hidden | 404, byte for byte as for an id that does not exist; nothing is written but the audit trail |
| left out | the answer does not show the practitioner: no id, no count, no word |

What is not in the table of a role is 403 for it, and everything is 401 for callers who are not signed in.
";

/// The whole document.
pub fn render() -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut roles: Vec<&str> = Vec::new();
    for (_, role, _) in RELATIONS.iter().filter(|(_, role, _)| !role.is_empty()) {
        if !roles.contains(role) {
            roles.push(role);
        }
    }
    for role in roles {
        text += &table_of(role);
    }
    text += "\n## Operations\n\n| group | operations |\n|---|---|\n";
    for group in GROUPS {
        let operations: Vec<String> = group.operations.iter().map(|id| format!("`{id}`")).collect();
        writeln!(text, "| {} | {} |", group.title, operations.join(", ")).unwrap();
    }
    text
}

fn table_of(role: &str) -> String {
    let columns: Vec<_> = RELATIONS.iter().filter(|(_, of, _)| *of == role).collect();
    let headings: Vec<&str> = columns.iter().map(|(.., heading)| *heading).collect();
    let name = role.replace('_', " ");
    let (first, rest) = name.split_at(1);
    let mut text = format!("\n## {}{rest}\n\n", first.to_uppercase());
    writeln!(text, "| | {} |\n|---|{}", headings.join(" | "), "---|".repeat(columns.len())).unwrap();
    for group in GROUPS.iter().filter(|group| group.roles.contains(&role)) {
        let cells: Vec<&str> = columns.iter().map(|(relation, ..)| word(group.expected(*relation))).collect();
        writeln!(text, "| {} | {} |", group.title, cells.join(" | ")).unwrap();
    }
    text
}

const fn word(expected: Expected) -> &'static str {
    match expected {
        Expected::Yes => "yes",
        Expected::Ended => "ended",
        Expected::Hidden => "hidden",
        Expected::LeftOut => "left out",
        Expected::No => "403",
    }
}

/// Titles that two groups share.
pub fn repeated_titles() -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    GROUPS.iter().map(|group: &Group| group.title).filter(|title| !seen.insert(*title)).collect()
}
