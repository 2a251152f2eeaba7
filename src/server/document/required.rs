//! Which members an answer always has.
//!
//! The code writes every member of an answer, `null` where there is no value. A client that knows this has no third case to
//! handle.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::references::reached;
use super::shared::operations;

/// The members that are left out of an answer when there is nothing to say.
const LEFT_OUT: [(&str, &str); 1] = [("Problem", "signposts")];

/// Makes every member of every schema that only answers use required.
pub(super) fn require_members_of_answers(document: &mut Value) {
    let names = only_answered(document);
    for name in names {
        let schema = &mut document["components"]["schemas"][&name];
        let members: Vec<String> =
            schema["properties"].as_object().into_iter().flatten().map(|(member, _)| member.clone()).collect();
        let mut required = schema["required"].as_array().cloned().unwrap_or_default();
        for member in members {
            if !LEFT_OUT.contains(&(name.as_str(), member.as_str())) && !required.iter().any(|known| *known == member) {
                required.push(json!(member));
            }
        }
        if !required.is_empty() {
            schema["required"] = required.into();
        }
    }
}

/// The schemas that are in responses and in no request.
pub(super) fn only_answered(document: &mut Value) -> Vec<String> {
    let (mut bodies, mut responses) = (Vec::new(), vec![document["components"]["responses"].clone()]);
    for operation in operations(document) {
        bodies.extend(operation.get("requestBody").cloned());
        responses.push(operation["responses"].clone());
    }
    let schemas = &document["components"]["schemas"];
    let sent: BTreeSet<String> = reached(schemas, &bodies);
    reached(schemas, &responses).difference(&sent).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_answers_have_is_always_there() {
        let to = |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
        let object =
            || json!({ "type": "object", "required": ["name"], "properties": { "age": {}, "name": {}, "signposts": {} } });
        let mut document = json!({
            "components": {
                "responses": {},
                "schemas": { "View": object(), "Form": object(), "Both": object(), "Problem": object() }
            },
            "paths": { "/v1/things": { "post": {
                "requestBody": { "content": [to("Form"), to("Both")] },
                "responses": { "201": { "content": to("View") }, "200": { "content": to("Both") }, "400": { "content": to("Problem") } }
            } } }
        });
        require_members_of_answers(&mut document);
        let required = |name: &str| document["components"]["schemas"][name]["required"].clone();
        assert_eq!(required("View"), json!(["name", "age", "signposts"]));
        assert_eq!(required("Problem"), json!(["name", "age"]));
        assert_eq!((required("Form"), required("Both")), (json!(["name"]), json!(["name"])));
    }
}
