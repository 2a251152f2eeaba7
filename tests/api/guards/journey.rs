//! Somebody of every role, and a walk through everything that the service does.

use std::collections::BTreeMap;

use confide::identity::Role;

use crate::support::TestApp;
use crate::support::actors::Actor;

/// One signed-in person of each role, by its word; `family` is the name they share.
pub async fn everybody(app: &TestApp, family: &str) -> BTreeMap<&'static str, Actor> {
    let mut people = BTreeMap::new();
    for role in Role::ALL {
        people.insert(role.as_str(), app.staff(&format!("{} {family}", role.as_str()), *role).await);
    }
    people
}
