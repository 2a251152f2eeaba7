//! Examples of all objects of the document, made from their schemas and from believable values.
//!
//! They are made and not written by hand, so that an example never lags behind its schema; `tests/api/guards/examples.rs` checks
//! that each is valid.

mod values;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::references::{name_of, reached};
use super::required::only_answered;
use super::shared::operations;

/// Adds an `example` to the schema of every object.
pub(super) fn add_examples(document: &mut Value) {
    let bodies: Vec<Value> = operations(document).filter_map(|operation| operation.get("requestBody").cloned()).collect();
    let schemas = document["components"]["schemas"].clone();
    let sent: BTreeSet<String> = reached(&schemas, &bodies);
    for (name, schema) in schemas.as_object().into_iter().flatten() {
        if schema["properties"].is_object() {
            let builder = ExampleBuilder { schemas: &schemas, is_answer: !sent.contains(name) };
            document["components"]["schemas"][name]["example"] = builder.whole(name);
        }
    }
    add_examples_of_texts(document);
}

/// Adds an `example` to texts of answers whose form their schema does not show. Those of requests stay as they are: tests make
/// texts of their own for them.
fn add_examples_of_texts(document: &mut Value) {
    for name in only_answered(document) {
        let members = document["components"]["schemas"][&name].get_mut("properties").and_then(Value::as_object_mut);
        for (member, schema) in members.into_iter().flatten() {
            if kind(schema) == "string"
                && schema.get("example").is_none()
                && let Some(text) = values::of_member(&name, member).or_else(|| values::text(member, schema).map(Value::from))
            {
                schema["example"] = text;
            }
        }
    }
}

struct ExampleBuilder<'a> {
    schemas: &'a Value,
    is_answer: bool,
}

impl ExampleBuilder<'_> {
    /// The example of a schema on its own. A page shows an item and has a next page.
    fn whole(&self, name: &str) -> Value {
        let mut example = self.named(name, 0);
        if name.ends_with("Page")
            && let Some(item) = name_of(&self.schemas[name]["properties"]["items"]["items"])
        {
            example["items"] = json!([self.named(item, 1)]);
            example["next_cursor"] = json!(values::CURSOR);
        }
        example
    }

    /// The example of a named schema. `depth` is how many objects it is inside of.
    fn named(&self, name: &str, depth: u8) -> Value {
        if let Some(given) = values::of_schema(name) {
            return given;
        }
        let schema = &self.schemas[name];
        if schema["properties"].is_object() { self.object(name, schema, depth) } else { self.plain(name, name, schema, depth) }
    }

    fn object(&self, owner: &str, schema: &Value, depth: u8) -> Value {
        let required = schema["required"].as_array();
        let is_required = |member: &str| required.is_some_and(|names| names.iter().any(|known| known == member));
        let wanted = |member: &str| is_required(member) || values::of_member(owner, member).is_some();
        let members = schema["properties"].as_object().into_iter().flatten().filter(|(member, _)| wanted(member));
        let members: Map<String, Value> =
            members.map(|(member, schema)| (member.clone(), self.member(owner, member, schema, depth))).collect();
        members.into()
    }

    fn member(&self, owner: &str, member: &str, schema: &Value, depth: u8) -> Value {
        if let Some(given) = values::of_member(owner, member) {
            return given;
        }
        let is_shown = depth <= 1 && values::text(member, schema).is_some() && schema["oneOf"].is_null();
        if may_be_null(schema) && !is_shown {
            return Value::Null;
        }
        let schema =
            schema["oneOf"].as_array().and_then(|choices| choices.iter().find(|one| one["type"] != "null")).unwrap_or(schema);
        self.plain(owner, member, schema, depth)
    }

    fn plain(&self, owner: &str, member: &str, schema: &Value, depth: u8) -> Value {
        if let Some(name) = name_of(schema) {
            let target = &self.schemas[name];
            let is_object = target["properties"].is_object() || values::of_schema(name).is_some();
            return if is_object { self.named(name, depth + 1) } else { self.plain(owner, member, target, depth) };
        }
        for given in [&schema["example"], &schema["enum"][0]] {
            if !given.is_null() {
                return given.clone();
            }
        }
        match kind(schema) {
            "array" => self.list(owner, member, schema, depth),
            "string" => values::text(member, schema).unwrap_or_else(|| values::made_up(member, schema)).into(),
            "integer" => values::number(member, schema).into(),
            "number" => schema["minimum"].as_f64().unwrap_or(0.5).into(),
            "boolean" => json!(!self.is_answer),
            _ => json!({}),
        }
    }

    /// A request says what it can; an answer stays short.
    fn list(&self, owner: &str, member: &str, schema: &Value, depth: u8) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let count = if self.is_answer { least } else { least.max(1) };
        (0..count).map(|_| self.plain(owner, member, &schema["items"], depth)).collect()
    }
}

fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default(),
        _ => "",
    }
}

fn may_be_null(schema: &Value) -> bool {
    let null = json!("null");
    schema["type"].as_array().is_some_and(|kinds| kinds.contains(&null))
        || schema["oneOf"].as_array().is_some_and(|choices| choices.iter().any(|choice| choice["type"] == null))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(is_answer: bool) -> Value {
        let schemas = json!({
            "Thing": { "required": ["email", "kind", "tags", "note", "parts", "legal_name", "starts_at"], "properties": {
                "email": { "type": "string", "format": "email" },
                "kind": { "$ref": "#/components/schemas/Kind" },
                "tags": { "type": "array", "items": { "type": "string" } },
                "note": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Part" }] },
                "parts": { "type": "array", "minItems": 1, "items": { "$ref": "#/components/schemas/Part" } },
                "legal_name": { "type": ["string", "null"] },
                "starts_at": { "type": "string", "format": "date-time" },
                "left_out": { "type": "string" }
            } },
            "Kind": { "type": "string", "enum": ["first", "second"] },
            "Part": { "type": "object", "required": ["count"], "properties": { "count": { "type": "integer", "minimum": 3 } } }
        });
        ExampleBuilder { schemas: &schemas, is_answer }.named("Thing", 0)
    }

    #[test]
    fn every_object_has_an_example_and_a_page_shows_an_item() {
        let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let item = json!({ "properties": { "postcode": { "type": "string" } }, "required": ["postcode"] });
        let cursor = json!({ "type": ["string", "null"] });
        let mut document = json!({ "paths": {}, "components": { "responses": {}, "schemas": {
            "Item": item,
            "ItemPage": { "required": ["items", "next_cursor"], "properties": {
                "items": { "type": "array", "items": to("Item") }, "next_cursor": cursor
            } },
            "Kind": { "type": "string", "enum": ["first"] }
        } } });
        add_examples(&mut document);
        let example = |name: &str| document["components"]["schemas"][name]["example"].clone();
        assert_eq!(example("Item"), json!({ "postcode": "YO1 7HH" }));
        assert_eq!(example("ItemPage"), json!({ "items": [example("Item")], "next_cursor": values::CURSOR }));
        assert_eq!(example("Kind"), Value::Null);
    }

    #[test]
    fn an_example_follows_references_and_has_believable_values() {
        let mut expected = json!({
            "email": "ada.marsh@example.org", "kind": "first", "tags": [], "note": null, "parts": [{ "count": 3 }],
            "legal_name": "Ada Marsh", "starts_at": "2027-03-01T10:00:00Z"
        });
        assert_eq!(made(true), expected);
        expected["tags"] = made(false)["tags"].clone();
        assert_eq!(expected["tags"].as_array().map(Vec::len), Some(1));
        assert_eq!(made(false), expected);
    }
}
