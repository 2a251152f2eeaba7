//! Every operation about a person says what it records in the audit trail, and records it.

use std::collections::{BTreeMap, BTreeSet};

use confide::people::Role;
use serde_json::json;

use super::attempts::use_every_operation;
use super::contract::Complaints;
use super::operation;
use crate::support::actors::PASSWORD;
use crate::support::audit_checks::AuditChecks;
use crate::support::{TestApp, apply, both_engines};

/// Operations that write nothing in the audit trail, each with its reason.
const UNAUDITED: &str = include_str!("unaudited_operations.txt");

/// The entries of the list with their reasons.
fn unaudited() -> BTreeMap<&'static str, &'static str> {
    let lines = UNAUDITED.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{line} has no reason"))).collect()
}

#[test]
fn every_operation_names_its_audit_action_or_has_a_reason_for_none() {
    let (unaudited, mut wrong) = (unaudited(), Complaints::default());
    let operations = operation::all();
    for operation in &operations {
        let (id, name) = (operation.id.as_str(), operation.name());
        let places = [!operation.actions.is_empty(), unaudited.contains_key(id)];
        let found = places.iter().filter(|is_there| **is_there).count();
        wrong.require(found > 0, || format!("{name}: add x-audit, or a line with a reason to unaudited_operations.txt"));
        wrong.require(found < 2, || format!("{name}: has x-audit, so remove its line in unaudited_operations.txt"));
        for action in &operation.actions {
            let is_action = action.split_once('.').is_some_and(|(thing, done)| {
                [thing, done].iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            });
            wrong.require(is_action, || format!("{name}: {action} is not an action such as `note.read`"));
        }
    }
    for id in unaudited.keys() {
        wrong.require(operations.iter().any(|operation| operation.id == *id), || format!("{id} is no operation any more"));
    }
    wrong.assert_empty();
}

/// `changePassword`, `signOut`.
async fn change_a_password_and_sign_out(app: &TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let form = json!({ "current_password": PASSWORD, "new_password": "amber lantern past the third gate" });
    cleo.post("/v1/me/change-password", form).send().await.expect(200);
    let dora = app.staff("Dora Marsh", Role::Clinician).await;
    dora.delete(&format!("/v1/sessions/{}", dora.session_id)).send().await.expect(204);
}

#[apply(both_engines)]
async fn operations_record_the_action_that_they_name(app: TestApp) {
    let actions: BTreeMap<String, Vec<String>> = operation::all()
        .into_iter()
        .filter(|operation| !operation.actions.is_empty())
        .map(|operation| (operation.id, operation.actions))
        .collect();
    let checks = AuditChecks::new(actions.clone());
    let audited = |operation: &operation::Operation| !operation.actions.is_empty();
    use_every_operation(&app, |app| app.with_audit_checks(&checks), audited).await;
    change_a_password_and_sign_out(&app.with_audit_checks(&checks)).await;
    let (recorded, succeeded, mut wrong) = (checks.recorded(), checks.succeeded(), Complaints::default());
    for (id, actions) in &actions {
        wrong.require(succeeded.contains(id), || format!("{id} is not called with success"));
        wrong.require(recorded.contains(id) || !succeeded.contains(id), || format!("{id} does not record {actions:?}"));
    }
    let known: BTreeSet<&String> = actions.keys().collect();
    assert!(recorded.iter().all(|id| known.contains(id)));
    wrong.assert_empty();
}
