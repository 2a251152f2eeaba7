//! Who may call an operation, in its description: most tools do not show `x-roles`.

use serde_json::{Value, json};

use super::shared::operations;

/// Ends every description with the roles that the operation is for.
pub(super) fn describe_roles(document: &mut Value) {
    for operation in operations(document) {
        let roles = sentence(operation);
        let description =
            operation["description"].as_str().map_or(roles.clone(), |text| format!("{}\n\n{roles}", text.trim_end()));
        operation["description"] = json!(description);
    }
}

fn sentence(operation: &Value) -> String {
    let roles: Vec<&str> = operation["x-roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match roles[..] {
        ["public"] => "No sign-in needed.".to_owned(),
        ["any"] => "Roles: any account.".to_owned(),
        _ => format!("Roles: {}.", roles.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_paragraph_names_the_roles() {
        let described = |operation: Value| {
            let mut document = json!({ "paths": { "/v1/things": { "get": operation } } });
            describe_roles(&mut document);
            document["paths"]["/v1/things"]["get"]["description"].clone()
        };
        assert_eq!(
            described(json!({ "x-roles": ["practitioner", "clinician"], "description": "By page." })),
            "By page.\n\nRoles: practitioner, clinician."
        );
        assert_eq!(described(json!({ "x-roles": ["any"] })), "Roles: any account.");
        assert_eq!(described(json!({ "x-roles": ["public"] })), "No sign-in needed.");
    }
}
