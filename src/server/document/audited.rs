//! What an operation records in the audit trail, in its description.

use serde_json::{Value, json};

use super::shared::operations;

/// Ends the description of every operation that is recorded with the actions that it records.
pub(super) fn describe_actions(document: &mut Value) {
    for operation in operations(document) {
        let Some(sentence) = sentence(&operation["x-audit"]) else { continue };
        let description =
            operation["description"].as_str().map_or(sentence.clone(), |text| format!("{}\n\n{sentence}", text.trim_end()));
        operation["description"] = json!(description);
    }
}

/// One action, or a list of which a request records one or more.
fn sentence(audited: &Value) -> Option<String> {
    let actions: Vec<String> = match audited {
        Value::String(action) => vec![format!("`{action}`")],
        Value::Array(actions) => actions.iter().filter_map(Value::as_str).map(|action| format!("`{action}`")).collect(),
        _ => return None,
    };
    let (last, others) = actions.split_last()?;
    Some(match others {
        [] => format!("Recorded in the audit trail as {last}."),
        others => format!("Recorded in the audit trail as {} or {last}.", others.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_paragraph_names_the_actions() {
        let described = |audited: Value| {
            let operation = json!({ "x-audit": audited, "description": "Roles: clinician." });
            let mut document = json!({ "paths": { "/v1/things": { "get": operation } } });
            describe_actions(&mut document);
            document["paths"]["/v1/things"]["get"]["description"].as_str().unwrap().to_owned()
        };
        assert_eq!(described(json!("thing.read")), "Roles: clinician.\n\nRecorded in the audit trail as `thing.read`.");
        assert_eq!(
            described(json!(["thing.read", "thing.found", "thing.listed"])),
            "Roles: clinician.\n\nRecorded in the audit trail as `thing.read`, `thing.found` or `thing.listed`."
        );
        assert_eq!(described(Value::Null), "Roles: clinician.");
    }
}
