//! What several operations have in common is written once, under `components`, and named by reference.
//!
//! A name describes what is shared and never depends on other operations: an error response is named after its codes, in the
//! order in which they are described (`BadRequest_InvalidParameter`); a parameter that the platform defines is named after
//! itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::references::SCHEMAS;
use crate::platform::refusal::Code;

pub(super) const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

pub(super) const KEY_WHEN_SIGNED_IN: &str = "A key of your choice that makes it safe to repeat the request: for one day, the same request with the same key gets the first response. Use a new key for a new request. After an error that changed nothing the key can be used again.";

/// The response to a caller who is not signed in must reveal nothing: it does not report that the key was used with another body.
pub(super) const KEY_WHEN_ANONYMOUS: &str = "A key of your choice that makes it safe to repeat the request: for one day, the same body with the same key gets the first response. You are not signed in, so the key counts together with the body: another body with the same key is another request.";

pub(super) const IF_MATCH_DESCRIPTION: &str =
    "The ETag of the record when you read it. If the record has changed since, nothing is changed.";

/// Gives every operation a response for each status of its `x-problems`, with the codes in `x-codes`. A response of only one
/// operation is written there. `x-problems` itself would say the same again.
pub(super) fn add_problems(document: &mut Value) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for operation in operations(document) {
        for group in problems(operation).chunk_by(|a, b| a.status() == b.status()) {
            *uses.entry(name(group)).or_default() += 1;
        }
    }
    let mut shared = Map::new();
    for operation in operations(document) {
        for group in problems(operation).chunk_by(|a, b| a.status() == b.status()) {
            let Some(status) = group.first().map(|code| code.status().to_string()) else { continue };
            let name = name(group);
            operation["responses"][status] = if uses.get(&name).is_some_and(|uses| *uses > 1) {
                let reference = json!({ "$ref": format!("#/components/responses/{name}") });
                shared.entry(name).or_insert_with(|| response(group));
                reference
            } else {
                response(group)
            };
        }
    }
    for (name, response) in shared {
        document["components"]["responses"][name] = response;
    }
    operations(document).filter_map(Value::as_object_mut).for_each(|operation| drop(operation.remove("x-problems")));
}

/// A page of `ContactSummary` becomes `ContactPage`, and its items become references: clients should not see the generic type.
pub(super) fn name_pages(document: &mut Value) {
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        let pages: Vec<String> = schemas.keys().filter(|name| name.starts_with(GENERIC)).cloned().collect();
        for name in pages {
            let (item, page) = (name.trim_start_matches(GENERIC).to_owned(), page_name(&name));
            let Some(mut schema) = schemas.remove(&name) else { continue };
            let inline =
                std::mem::replace(&mut schema["properties"]["items"]["items"], json!({ "$ref": format!("{SCHEMAS}{item}") }));
            schemas.entry(item).or_insert(inline);
            schemas.insert(page, schema);
        }
    }
    rename(&mut document["paths"]);
}

const GENERIC: &str = "Page_";

fn page_name(generic: &str) -> String {
    let item = generic.trim_start_matches(GENERIC);
    let stem = item.strip_suffix("Summary").or_else(|| item.strip_suffix("View")).unwrap_or(item);
    format!("{stem}Page")
}

fn rename(value: &mut Value) {
    match value {
        Value::Object(members) => members.values_mut().for_each(rename),
        Value::Array(items) => items.iter_mut().for_each(rename),
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(SCHEMAS).filter(|name| name.starts_with(GENERIC)) {
                *text = format!("{SCHEMAS}{}", page_name(name));
            }
        }
        _ => {}
    }
}

/// Names the parameters that the platform adds to operations. A parameter that an operation describes in its own way stays there.
pub(super) fn share_parameters(document: &mut Value) {
    let mut shared = Map::new();
    for operation in operations(document) {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(name) = parameter_name(parameter) else { continue };
            if shared.entry(name).or_insert_with(|| parameter.clone()) == parameter {
                *parameter = json!({ "$ref": format!("#/components/parameters/{name}") });
            }
        }
    }
    document["components"]["parameters"] = shared.into();
}

fn parameter_name(parameter: &Value) -> Option<&'static str> {
    let required = parameter["required"] == true;
    match (parameter["name"].as_str()?, parameter["description"].as_str()?) {
        ("limit", _) => Some("Limit"),
        ("cursor", _) => Some("Cursor"),
        ("If-None-Match", _) => Some("IfNoneMatch"),
        ("If-Match", IF_MATCH_DESCRIPTION) if required => Some("IfMatchRequired"),
        ("If-Match", IF_MATCH_DESCRIPTION) => Some("IfMatch"),
        ("Idempotency-Key", KEY_WHEN_SIGNED_IN) => Some("IdempotencyKey"),
        ("Idempotency-Key", KEY_WHEN_ANONYMOUS) => Some("IdempotencyKeyAnonymous"),
        _ => None,
    }
}

/// Names the headers of answers. Each has one description, whichever operation sends it.
pub(super) fn share_headers(document: &mut Value) {
    let mut shared = Map::new();
    let common = document["components"]["responses"].as_object_mut().cloned().unwrap_or_default();
    let mut share = |response: &mut Value| {
        for (header, described) in response.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten() {
            let name = header.replace('-', "");
            if shared.entry(name.clone()).or_insert_with(|| described.clone()) == described {
                *described = json!({ "$ref": format!("#/components/headers/{name}") });
            }
        }
    };
    for operation in operations(document) {
        operation["responses"].as_object_mut().into_iter().flatten().for_each(|(_, response)| share(response));
    }
    for (name, mut response) in common {
        share(&mut response);
        document["components"]["responses"][name] = response;
    }
    document["components"]["headers"] = shared.into();
}

/// Every operation of the document.
pub(super) fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let items = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let members = items.flat_map(|item| item.as_object_mut().into_iter().flatten());
    members.filter(|(name, _)| METHODS.contains(&name.as_str())).map(|(_, operation)| operation)
}

/// The errors of an operation, in the order of its `x-problems`, which is by status.
fn problems(operation: &Value) -> Vec<Code> {
    let named = |name: &Value| Code::ALL.iter().find(|code| name == code.as_str()).copied();
    operation["x-problems"].as_array().into_iter().flatten().filter_map(named).collect()
}

/// `BadRequest_InvalidParameter` for `bad_request` and `invalid_parameter`.
fn name(group: &[Code]) -> String {
    group.iter().map(|code| pascal(code.as_str())).collect::<Vec<_>>().join("_")
}

fn pascal(words: &str) -> String {
    words.split('_').map(|word| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default()).collect()
}

/// The response for codes that have the same status.
fn response(group: &[Code]) -> Value {
    let description = group.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.title())).collect::<Vec<_>>().join(" ");
    let mut response = json!({
        "description": description,
        "x-codes": group.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    });
    if group.iter().any(|code| matches!(code.status(), 429 | 503)) {
        response["headers"]["Retry-After"] = json!({
            "description": "Seconds to wait before trying again.",
            "required": true,
            "schema": { "type": "integer", "format": "int32", "minimum": 1 }
        });
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(problems: &[&[&str]]) -> Value {
        let mut document = json!({ "components": {}, "paths": {} });
        for (at, problems) in problems.iter().enumerate() {
            document["paths"][format!("/{at}")]["get"] = json!({ "x-problems": problems, "responses": {} });
        }
        add_problems(&mut document);
        document
    }

    #[test]
    fn a_response_of_two_operations_is_shared_and_named_after_its_codes() {
        let both: &[&str] = &["bad_request", "invalid_parameter", "not_found"];
        let document = document(&[both, both, &["bad_request", "internal"]]);
        let shared: Vec<&String> = document["components"]["responses"].as_object().unwrap().keys().collect();
        assert_eq!(shared, ["BadRequest_InvalidParameter", "NotFound"]);
        let first = &document["paths"]["/0"]["get"]["responses"];
        assert_eq!(first["400"], json!({ "$ref": "#/components/responses/BadRequest_InvalidParameter" }));
        assert_eq!(first["404"], json!({ "$ref": "#/components/responses/NotFound" }));
        let third = &document["paths"]["/2"]["get"]["responses"];
        assert!(third["400"]["description"].is_string() && third["500"]["description"].is_string(), "{third}");
        assert_eq!(third["400"]["x-codes"], json!(["bad_request"]));
        assert_eq!(document["components"]["responses"]["BadRequest_InvalidParameter"]["x-codes"], json!(both[..2]));
        assert!(document["paths"]["/0"]["get"].get("x-problems").is_none());
    }

    #[test]
    fn the_name_of_a_response_does_not_depend_on_other_operations() {
        let (one, other): (&[&str], &[&str]) = (&["not_found"], &["not_found", "slot_taken"]);
        let before = document(&[one, one]);
        let after = document(&[one, one, other, other]);
        assert_eq!(before["paths"]["/0"], after["paths"]["/0"]);
        assert_eq!(before["components"]["responses"]["NotFound"], after["components"]["responses"]["NotFound"]);
    }

    #[test]
    fn every_code_has_its_own_name() {
        let mut names: Vec<String> = Code::ALL.iter().map(|code| name(&[*code])).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn a_parameter_of_the_platform_is_shared_and_one_that_differs_is_not() {
        let limit =
            |most: u64| json!({ "name": "limit", "in": "query", "description": "How many.", "schema": { "maximum": most } });
        let mut document = json!({ "components": {}, "paths": {
            "/a": { "get": { "parameters": [limit(100), { "name": "id", "in": "path", "description": "The slot." }] } },
            "/b": { "get": { "parameters": [limit(100)] } },
            "/c": { "get": { "parameters": [limit(5)] } }
        } });
        let own = document["paths"]["/a"]["get"]["parameters"][1].clone();
        share_parameters(&mut document);
        let reference = json!({ "$ref": "#/components/parameters/Limit" });
        assert_eq!(document["paths"]["/a"]["get"]["parameters"], json!([reference, own]));
        assert_eq!(document["paths"]["/b"]["get"]["parameters"], json!([reference]));
        assert_eq!(document["paths"]["/c"]["get"]["parameters"], json!([limit(5)]));
        assert_eq!(document["components"]["parameters"], json!({ "Limit": limit(100) }));
    }

    #[test]
    fn a_header_is_described_once_and_one_that_differs_stays() {
        let etag = |text: &str| json!({ "headers": { "ETag": { "description": text } } });
        let mut document = json!({ "components": { "responses": { "NotModified": etag("The version.") } }, "paths": {
            "/a": { "get": { "responses": { "200": etag("The version.") } } },
            "/b": { "get": { "responses": { "200": etag("Another."), "204": { "description": "None." } } } }
        } });
        share_headers(&mut document);
        let shared = json!({ "headers": { "ETag": { "$ref": "#/components/headers/ETag" } } });
        assert_eq!(document["paths"]["/a"]["get"]["responses"]["200"], shared);
        assert_eq!(document["components"]["responses"]["NotModified"], shared);
        assert_eq!(document["paths"]["/b"]["get"]["responses"]["200"], etag("Another."));
        assert_eq!(document["components"]["headers"], json!({ "ETag": { "description": "The version." } }));
    }
}
