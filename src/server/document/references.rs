//! Which schemas a part of the document is made of.

use std::collections::BTreeSet;

use serde_json::Value;

pub(super) const SCHEMAS: &str = "#/components/schemas/";

/// The names of the schemas that these parts refer to, and of those that they refer to in turn.
pub(super) fn reached<'a>(schemas: &'a Value, parts: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut waiting: Vec<&Value> = parts.into_iter().collect();
    while let Some(part) = waiting.pop() {
        match part {
            Value::Object(members) => {
                if let Some(name) = name_of(part)
                    && names.insert(name.to_owned())
                {
                    waiting.extend(schemas.get(name));
                }
                waiting.extend(members.values());
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    names
}

/// The name of the schema that a reference names.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(SCHEMAS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_is_reached_through_others() {
        let to = |name: &str| json!({ "$ref": format!("{SCHEMAS}{name}") });
        let schemas = json!({
            "Page": { "properties": { "items": { "items": to("Item") } } },
            "Item": { "properties": { "parent": { "oneOf": [to("Item"), { "type": "null" }] } } },
            "Other": {},
        });
        let names: Vec<String> = reached(&schemas, [&json!({ "schema": to("Page") })]).into_iter().collect();
        assert_eq!(names, ["Item", "Page"]);
    }
}
