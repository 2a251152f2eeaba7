//! Structures that are flattened into others. They are collected as `allOf`; published is one plain object, which clients and
//! everything else that works on the document understand.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::references::{name_of, reached};

/// Writes the members of flattened structures into the schemas that contain them. A structure that nothing else refers to is left
/// out.
pub(super) fn merge_flattened(document: &mut Value) {
    let parts = [document["paths"].clone(), document["components"]["responses"].clone()];
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let collected = schemas.clone();
    let mut flattened = BTreeSet::new();
    for schema in schemas.values_mut() {
        if let Some(object) = merged(schema, &collected) {
            flattened.extend(schema["allOf"].as_array().into_iter().flatten().filter_map(name_of).map(str::to_owned));
            *schema = object;
        }
    }
    let used = reached(&document["components"]["schemas"], &parts);
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| used.contains(name) || !flattened.contains(name));
    }
}

/// The schema as one object, if it consists of several.
fn merged(schema: &Value, collected: &Map<String, Value>) -> Option<Value> {
    let parts = schema["allOf"].as_array()?;
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in parts {
        let part = name_of(part).and_then(|name| collected.get(name)).unwrap_or(part);
        let object = merged(part, collected);
        let object = object.as_ref().unwrap_or(part);
        properties.extend(object["properties"].as_object().cloned().unwrap_or_default());
        required.extend(object["required"].as_array().cloned().unwrap_or_default());
    }
    let mut object = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        object["required"] = required.into();
    }
    if let Some(description) = schema.get("description") {
        object["description"] = description.clone();
    }
    Some(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flattened_members_are_those_of_the_schema_itself() {
        let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let object = |member: &str| json!({ "type": "object", "required": [member], "properties": { member: {} } });
        let mut document = json!({
            "components": { "schemas": {
                "View": { "description": "A thing.", "allOf": [to("Summary"), object("own")] },
                "Summary": { "description": "A thing in a list.", "allOf": [to("Start"), object("middle")] },
                "Start": object("first"),
                "Problem": object("later"),
                "Optional": { "allOf": [{ "type": "object", "properties": { "last": {} } }] }
            } },
            "paths": { "/v1/things": { "get": { "responses": {
                "200": { "schema": to("View") }, "201": { "schema": to("Summary") }, "202": { "schema": to("Optional") }
            } } } }
        });
        merge_flattened(&mut document);
        let expected = json!({
            "View": {
                "description": "A thing.",
                "type": "object",
                "required": ["first", "middle", "own"],
                "properties": { "first": {}, "middle": {}, "own": {} }
            },
            "Summary": {
                "description": "A thing in a list.",
                "type": "object",
                "required": ["first", "middle"],
                "properties": { "first": {}, "middle": {} }
            },
            "Problem": object("later"),
            "Optional": { "type": "object", "properties": { "last": {} } }
        });
        assert_eq!(document["components"]["schemas"], expected, "`Start` is part of others and nothing else refers to it");
    }
}
