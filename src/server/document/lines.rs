//! The document as text that can be compared line by line: one line for each response, parameter and member of a schema.

use serde_json::Value;

/// Responses and members of schemas are five levels deep: `paths`, path, method, `responses`, status.
const MAX_DEPTH: usize = 5;

/// Writes a value in lines. A value at the deepest level, or without objects and lists in it, stays on the line of its name, and
/// so does an example.
pub fn to_lines(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    let members: Vec<(Option<&String>, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, member)| (Some(name), member)).collect(),
        Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
        _ => Vec::new(),
    };
    if depth == MAX_DEPTH || !members.iter().any(|(_, member)| member.is_object() || member.is_array()) {
        text.push_str(&value.to_string());
        return;
    }
    let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
    text.push(open);
    for (at, (name, member)) in members.into_iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(&" ".repeat(depth + 1));
        if let Some(name) = name {
            text.push_str(&Value::from(name.as_str()).to_string());
            text.push_str(": ");
        }
        let depth = if name.is_some_and(|name| name == "example") { MAX_DEPTH } else { depth + 1 };
        write(member, depth, text);
    }
    text.push('\n');
    text.push_str(&" ".repeat(depth));
    text.push(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_response_has_one_line() {
        let shared = json!({ "$ref": "#/components/responses/NotFound" });
        let document = json!({
            "openapi": "3.1.0",
            "paths": { "/a \"b\"": { "get": { "responses": { "200": { "description": "é" }, "404": shared }, "tags": ["x", "y"] } } },
            "servers": [{ "url": "/" }, {}],
            "tags": []
        });
        let lines = [
            r#"{"#,
            r#" "openapi": "3.1.0","#,
            r#" "paths": {"#,
            r#"  "/a \"b\"": {"#,
            r#"   "get": {"#,
            r#"    "responses": {"#,
            r#"     "200": {"description":"é"},"#,
            r##"     "404": {"$ref":"#/components/responses/NotFound"}"##,
            r#"    },"#,
            r#"    "tags": ["x","y"]"#,
            r#"   }"#,
            r#"  }"#,
            r#" },"#,
            r#" "servers": ["#,
            r#"  {"url":"/"},"#,
            r#"  {}"#,
            r#" ],"#,
            r#" "tags": []"#,
            r#"}"#,
        ];
        assert_eq!(to_lines(&document), lines.join("\n"));
    }

    #[test]
    fn the_written_text_parses_to_the_same_value() {
        for value in [json!(null), json!([]), json!([[1, [2.5, [[[[["deep"]]]]]]], {}]), json!({ "a": { "b": [true, "\n"] } })] {
            assert_eq!(serde_json::from_str::<Value>(&to_lines(&value)).unwrap(), value);
        }
    }
}
