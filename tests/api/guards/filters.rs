//! Query parameters with a fixed set of values: for every role that may call the operation a value is accepted, or the refusal names the
//! parameter and nothing else.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::Value;

use super::contract::Complaints;
use super::journey::people_of_every_role;
use super::operation::{self, Parameter, type_of};
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines};

/// The values that the document allows; none where it does not list them.
fn values(parameter: &Parameter) -> Vec<String> {
    let schema = parameter.item_schema();
    if type_of(schema) == "boolean" {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a refusal of a value names; none where the value is not refused. 422 is about the record, not about the parameter.
fn refused(reply: &Reply) -> Option<Vec<&str>> {
    let errors = reply.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    [400, 403].contains(&reply.status.as_u16()).then(|| errors.iter().filter_map(|error| error["pointer"].as_str()).collect())
}

#[apply(both_engines)]
async fn refused_value_of_a_filter_is_named_for_every_role(app: TestApp) {
    let people = people_of_every_role(&app, "Filter").await;
    let (mut wrong, mut tried, mut refusing) = (Complaints::default(), 0, BTreeSet::new());
    for operation in operation::all().into_iter().filter(|operation| operation.method == Method::GET) {
        let filters: Vec<(&Parameter, Vec<String>)> = operation
            .parameters_in("query")
            .map(|filter| (filter, values(filter)))
            .filter(|(_, values)| !values.is_empty())
            .collect();
        let callers = people.iter().filter(|(role, _)| operation.allows(role));
        // Who calls makes no difference where no one signs in.
        let most = if operation.is_public() { 1 } else { people.len() };
        for (role, person) in callers.take(most) {
            let ask = async |with: &[(&str, &str)]| operation.ask(&app, with, None).bearer(&person.token).send().await;
            let is_refused_without = refused(&ask(&[]).await).is_some();
            for (filter, allowed) in &filters {
                for value in allowed.iter().map(String::as_str).chain(["no_such_value", ""]) {
                    let reply = ask(&[(filter.name.as_str(), value)]).await;
                    tried += 1;
                    let is_allowed = allowed.iter().any(|one| one == value);
                    let place = || format!("{} as {role} with {}={value}: {}", operation.name(), filter.name, reply.json);
                    match refused(&reply) {
                        Some(_) if is_allowed && is_refused_without => {}
                        Some(named) => {
                            wrong.require(named == [filter.name.as_str()], place);
                            if is_allowed {
                                refusing.insert(format!("{} {}", operation.id, filter.name));
                            }
                        }
                        None => wrong.require(is_allowed, place),
                    }
                }
            }
        }
    }
    wrong.assert_empty();
    assert!(tried > 500, "only {tried} values were tried");
    let of_groups = ["listGroups audience", "listGroups below_minimum", "listGroups state"].map(str::to_owned);
    assert!(refusing.is_superset(&BTreeSet::from(of_groups)), "{refusing:?}");
}
