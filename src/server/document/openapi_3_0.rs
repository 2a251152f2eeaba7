//! The document for tools that read only OpenAPI 3.0.

use serde_json::{Map, Value, json};

use super::references::SCHEMAS;

/// The same document, with everything expressed in the words of OpenAPI 3.0.
pub fn as_3_0(document: &Value) -> Value {
    let mut copy = document.clone();
    copy["openapi"] = json!("3.0.3");
    if let Some(license) = copy["info"]["license"].as_object_mut() {
        license.remove("identifier");
        license.insert("url".to_owned(), json!("https://spdx.org/licenses/"));
    }
    convert(&mut copy, &document["components"]["schemas"]);
    copy
}

fn convert(value: &mut Value, schemas: &Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| convert(item, schemas)),
        Value::Object(members) => {
            convert_schema(members, schemas);
            // An example is a value, whatever its members are called.
            let rest = members.iter_mut().filter(|(name, _)| *name != "example");
            rest.for_each(|(_, member)| convert(member, schemas));
        }
        _ => {}
    }
}

/// `type: [T, "null"]` and `oneOf: [null, T]` become `nullable: true`, and a `$ref` with other members next to it is wrapped in
/// an `allOf`: in 3.0 a reference has no other members, and `nullable` has a meaning only with a `type`.
fn convert_schema(schema: &mut Map<String, Value>, schemas: &Value) {
    if let Some(types) = schema.get("type").and_then(Value::as_array).cloned() {
        let rest: Vec<_> = types.iter().filter(|kind| *kind != "null").cloned().collect();
        if let ([kind], true) = (&rest[..], types.len() == 2) {
            schema.insert("type".to_owned(), kind.clone());
            schema.insert("nullable".to_owned(), json!(true));
        }
    }
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array).cloned() {
        let rest: Vec<_> = choices.iter().filter(|choice| choice["type"] != "null").cloned().collect();
        if let ([choice], true) = (&rest[..], choices.len() == 2) {
            schema.remove("oneOf");
            schema.extend(type_of(choice, schemas).map(|kind| ("type".to_owned(), kind)));
            schema.insert("allOf".to_owned(), json!([choice]));
            schema.insert("nullable".to_owned(), json!(true));
        }
    }
    let refers = schema.get("$ref").is_some_and(|to| to.as_str().is_some_and(|to| to.starts_with(SCHEMAS)));
    if refers
        && schema.len() > 1
        && let Some(to) = schema.remove("$ref")
    {
        schema.insert("allOf".to_owned(), json!([{ "$ref": to }]));
    }
    if let Some(Value::Array(examples)) = schema.remove("examples")
        && let Some(example) = examples.first()
    {
        schema.insert("example".to_owned(), example.clone());
    }
    // Strict validators of 3.0 take a `null` for wrong where `nullable` is beside a reference.
    if schema.get("example").is_some_and(holds_null) {
        schema.remove("example");
    }
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

/// The type of the schema that a reference names.
fn type_of(choice: &Value, schemas: &Value) -> Option<Value> {
    let name = choice["$ref"].as_str()?.strip_prefix(SCHEMAS)?;
    schemas[name].get("type").filter(|kind| kind.is_string()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nullable_types_and_references_are_converted_for_3_0() {
        let document = json!({ "components": { "schemas": {
            "Id": { "type": "string" },
            "Thing": { "type": "object", "properties": {
                "name": { "type": ["string", "null"] },
                "other": { "description": "Another.", "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Id" }] },
                "own": { "description": "Its own.", "$ref": "#/components/schemas/Id" },
                "plain": { "$ref": "#/components/schemas/Id" },
            } },
        } } });
        let lowered = as_3_0(&document);
        assert_eq!(
            lowered["components"]["schemas"]["Thing"]["properties"],
            json!({
                "name": { "type": "string", "nullable": true },
                "other": { "description": "Another.", "type": "string", "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Id" }] },
                "own": { "description": "Its own.", "allOf": [{ "$ref": "#/components/schemas/Id" }] },
                "plain": { "$ref": "#/components/schemas/Id" },
            })
        );
    }
}
