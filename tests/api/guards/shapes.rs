//! Parameters, bodies and schemas have names, plain types and limits, as client generators need them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::contract::{Complaints, raw_operations, schemas, words};
use super::operation::{self, is_nullable, type_of};
use crate::support::sources::sources;

/// `bookAppointment` as the name of a function.
fn snake(id: &str) -> String {
    id.chars().flat_map(|c| c.is_ascii_uppercase().then_some('_').into_iter().chain([c.to_ascii_lowercase()])).collect()
}

/// The operation ids in a source file, each with the name of the function that follows.
fn handlers(text: &str) -> Vec<(&str, &str)> {
    let described = text.split("operation_id = \"").skip(1);
    let handler = described.map(|rest| {
        let name = rest.split("async fn ").nth(1).and_then(|rest| rest.split(['(', '<']).next());
        (rest.split('"').next().unwrap_or_default(), name.unwrap_or_default())
    });
    handler.collect()
}

#[test]
fn handlers_are_named_after_their_operations() {
    let (mut wrong, mut found) = (Complaints::default(), BTreeSet::new());
    for source in sources() {
        for (id, name) in handlers(&source.text) {
            found.insert(id.to_owned());
            wrong.require(name == snake(id), || format!("{}: `{name}` is the handler of {id}", source.name.display()));
        }
    }
    assert_eq!(found, operation::all().into_iter().map(|operation| operation.id).collect());
    wrong.assert_empty();
}

#[test]
fn parameters_are_plain_and_limited() {
    let (mut wrong, mut tried) = (Complaints::default(), 0);
    for operation in operation::all() {
        let mut names = BTreeSet::new();
        for parameter in &operation.parameters {
            tried += 1;
            let name = format!("{}: parameter {}", operation.name(), parameter.name);
            wrong.require(names.insert(parameter.name.to_lowercase()), || format!("{name} is declared twice"));
            wrong.require(!is_nullable(&parameter.schema), || format!("{name} may be null; leaving it out is enough"));
            wrong.require(parameter.place != "path" || parameter.required, || {
                format!("{name} is in the path, so it must be required")
            });
            wrong.require(matches!(type_of(&parameter.schema), "string" | "integer" | "boolean" | "array"), || {
                format!("{name} is not a plain value")
            });
            wrong.require(parameter.place != "path" || operation.path.contains(&format!("{{{}}}", parameter.name)), || {
                format!("{name} is not in the path")
            });
            limits(&name, &parameter.schema, &mut wrong);
        }
        let in_path = operation.path.matches('{').count();
        wrong.require(operation.parameters_in("path").count() == in_path, || {
            format!("{}: parts of the path are not declared", operation.name())
        });
    }
    assert!(tried > 500, "only {tried} parameters were tried");
    wrong.assert_empty();
}

/// Requires limits for every text, list and number of a request; `schema` is resolved.
fn limits(name: &str, schema: &Value, wrong: &mut Complaints) {
    match type_of(schema) {
        "string" => {
            let fixed = matches!(schema["format"].as_str(), Some("uuid" | "date" | "date-time" | "time"));
            wrong.require(fixed || schema["enum"].is_array() || schema["maxLength"].is_u64(), || {
                format!("{name}: text without maxLength")
            });
            let pattern = schema["pattern"].as_str().unwrap_or_default();
            wrong.require(!pattern.contains("\\p") && !pattern.contains("(?"), || {
                format!("{name}: the pattern is not supported by every language")
            });
        }
        "integer" | "number" => {
            wrong.require(schema["minimum"].is_number() && schema["maximum"].is_number(), || {
                format!("{name}: a number without minimum and maximum")
            });
            wrong.require(type_of(schema) == "number" || matches!(schema["format"].as_str(), Some("int32" | "int64")), || {
                format!("{name}: a whole number without its format")
            });
        }
        "array" => {
            wrong.require(schema["maxItems"].is_u64(), || format!("{name}: a list without maxItems"));
            wrong.require(schema["items"].is_object(), || format!("{name}: a list of anything"));
            limits(&format!("{name}[]"), &schema["items"], wrong);
        }
        "object" => {
            wrong.require(schema["additionalProperties"] == false, || format!("{name}: unknown members are not refused"));
            for (member, inner) in schema["properties"].as_object().into_iter().flatten() {
                limits(&format!("{name}/{member}"), inner, wrong);
            }
        }
        "boolean" => {}
        other => wrong.0.push(format!("{name}: {other} is no type to send")),
    }
}

#[test]
fn request_bodies_are_named_required_and_limited() {
    let document = operation::document();
    let (mut wrong, mut named, mut limited) = (Complaints::default(), 0, 0);
    for (name, operation) in raw_operations(&document) {
        let body = &operation["requestBody"];
        let takes_none = name.starts_with("GET ") || name.starts_with("DELETE ");
        wrong.require(!takes_none || body.is_null(), || format!("{name}: takes no body"));
        if body.is_null() {
            continue;
        }
        named += 1;
        wrong.require(body["required"] == true, || format!("{name}: the body is not required"));
        let content: Vec<&String> = body["content"].as_object().unwrap().keys().collect();
        wrong.require(content == ["application/json"], || format!("{name}: takes {content:?}"));
        wrong.require(body["content"]["application/json"]["schema"]["$ref"].is_string(), || {
            format!("{name}: the body has no name")
        });
    }
    for operation in operation::all() {
        if let Some(body) = &operation.body {
            limited += 1;
            limits(&operation.name(), body, &mut wrong);
        }
    }
    assert!(named > 100 && limited == named, "{named} bodies were found and {limited} were tried");
    wrong.assert_empty();
}

/// The names of the schemas that request bodies use.
fn used_by_requests(document: &Value) -> BTreeSet<String> {
    let all = schemas(document);
    let mut waiting: Vec<Value> =
        raw_operations(document).into_iter().map(|(_, operation)| operation["requestBody"].clone()).collect();
    let mut used = BTreeSet::new();
    while let Some(value) = waiting.pop() {
        for name in references(&value) {
            if used.insert(name.clone()) {
                waiting.push(all[&name].clone());
            }
        }
    }
    used
}

/// The program cannot see what an app shows. It sends the routes in each answer that may need them, and says what to do with them.
#[test]
fn crisis_help_is_never_left_out_and_the_contract_asks_to_show_it_first() {
    let (mut wrong, mut found) = (Complaints::default(), 0);
    for (name, schema) in schemas(&operation::document()) {
        let help = &schema["properties"]["crisis_help"];
        if help.is_null() {
            continue;
        }
        found += 1;
        let is_required = words(&schema["required"]).iter().any(|member| member == "crisis_help");
        wrong.require(is_required && !is_nullable(help), || format!("{name}: crisis_help may be left out"));
        let description = help["description"].as_str().unwrap_or_default();
        wrong.require(description.contains("Show it first"), || format!("{name}: `{description}` does not ask to show it first"));
    }
    assert!(found >= 10, "only {found} answers have crisis help");
    wrong.assert_empty();
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match member.as_str() {
                Some(text) if name == "$ref" => vec![text.rsplit('/').next().unwrap().to_owned()],
                _ => references(member),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Names that are reserved in some language.
const RESERVED: &[&str] = &[
    "string", "error", "object", "response", "date", "result", "list", "map", "set", "type", "function", "array", "number",
    "option",
];

#[test]
fn schemas_use_only_what_client_generators_support() {
    let document = operation::document();
    let (mut wrong, mut names, sent) = (Complaints::default(), BTreeSet::new(), used_by_requests(&document));
    let mut answered = 0;
    for (name, schema) in schemas(&document) {
        let pascal = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
        wrong.require(pascal && !RESERVED.contains(&name.to_lowercase().as_str()), || {
            format!("{name}: not PascalCase, or a reserved word")
        });
        wrong.require(names.insert(name.to_lowercase()), || format!("{name}: another schema differs by case only"));
        if !sent.contains(&name) {
            answered += 1;
            wrong.require(schema.get("additionalProperties").is_none(), || {
                format!("{name}: a response schema must allow future members")
            });
        }
        walk(&name, &schema, &mut wrong);
    }
    assert!(sent.len() > 200 && answered > 200, "only {} schemas of requests and {answered} of responses", sent.len());
    wrong.assert_empty();
}

/// Checks every schema inside a schema.
fn walk(name: &str, schema: &Value, wrong: &mut Complaints) {
    for bad in ["anyOf", "allOf", "prefixItems", "not", "if", "patternProperties", "unevaluatedProperties"] {
        wrong.require(schema.get(bad).is_none(), || format!("{name}: {bad}"));
    }
    wrong.require(schema["items"] != false, || format!("{name}: items: false"));
    if let Some(choices) = schema["oneOf"].as_array() {
        let null = choices.iter().filter(|choice| choice["type"] == "null").count();
        wrong.require(choices.len() == 2 && null == 1, || format!("{name}: oneOf other than with null"));
        choices.iter().filter(|choice| choice["type"] != "null").for_each(|choice| walk(name, choice, wrong));
    }
    if let Some(types) = schema["type"].as_array() {
        wrong.require(types.len() == 2 && types.contains(&json!("null")), || format!("{name}: several types"));
    }
    wrong.require(schema["type"] != "null", || format!("{name}: null alone"));
    for value in words(&schema["enum"]) {
        let fine =
            value.starts_with(|c: char| c.is_ascii_alphabetic()) && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        wrong.require(fine, || format!("{name}: {value:?} is no name for a value"));
    }
    wrong
        .require(schema["enum"].is_null() || !name.contains('/'), || format!("{name}: an enumeration without a name of its own"));
    let mut members = BTreeSet::new();
    for (member, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{name}/{member}");
        let snake = member.starts_with(|c: char| c.is_ascii_lowercase())
            && member.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        wrong.require(snake && member.len() > 1 && member != "async", || {
            format!("{path}: not snake_case, too short or a reserved word")
        });
        wrong.require(members.insert(member.replace('_', "")), || format!("{path}: another member differs by underscores only"));
        wrong.require(inner["description"].as_str().is_some_and(|text| !text.is_empty()), || format!("{path}: no description"));
        walk(&path, inner, wrong);
    }
    if schema["items"].is_object() {
        wrong.require(schema["maxItems"].is_u64(), || format!("{name}: a list without maxItems"));
        walk(&format!("{name}/[]"), &schema["items"], wrong);
    }
}
