//! Links lead from what was created to what can be done with it.

use serde_json::{Map, Value, json};

use super::references::name_of;
use super::shared::METHODS;

/// Where a new record is read, if its path shows it neither by the schema nor by the path that creates it.
const READ_ELSEWHERE: [(&str, &str); 1] = [("/v1/hubs/{id}/referrals", "/v1/referrals/{id}")];

/// Adds `links` to every response that is a new record with an `id`.
pub(super) fn add_links(document: &mut Value) {
    let before = document["paths"].clone();
    let schemas = document["components"]["schemas"].clone();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else { continue };
            let Some(name) = name_of(body(&operation["responses"]["201"])) else { continue };
            let Some(record) = schemas[name]["properties"].get("id").and_then(|_| record_path(&before, path, name)) else {
                continue;
            };
            let links = links(&before, &record, operation);
            if !links.is_empty() {
                operation["responses"]["201"]["links"] = links.into();
            }
        }
    }
}

fn body(response: &Value) -> &Value {
    &response["content"]["application/json"]["schema"]
}

/// The path of a new record: the one that reads the same schema, or the one below the path that created it.
fn record_path(paths: &Value, created_at: &str, schema: &str) -> Option<String> {
    if let Some((_, path)) = READ_ELSEWHERE.iter().find(|(creating, _)| *creating == created_at) {
        return Some((*path).to_owned());
    }
    let paths = paths.as_object()?;
    let reads = |item: &Value| name_of(body(&item["get"]["responses"]["200"])) == Some(schema);
    let mut reading = paths.iter().filter(|(path, item)| is_record(path) && reads(item));
    let below = format!("{created_at}/{{id}}");
    match (reading.next(), reading.next()) {
        (Some((path, _)), None) => Some(path.clone()),
        _ => (is_record(&below) && paths.contains_key(&below)).then_some(below),
    }
}

fn is_record(path: &str) -> bool {
    path.ends_with("/{id}") && path.matches('{').count() == 1
}

/// The operations on a record, and those that change it at a path below, that a caller of `creating` may use.
fn links(paths: &Value, record: &str, creating: &Value) -> Map<String, Value> {
    let mut links = Map::new();
    for (path, item) in paths.as_object().into_iter().flatten() {
        let Some(rest) = path.strip_prefix(record).filter(|rest| rest.is_empty() || rest.starts_with('/')) else { continue };
        if path.matches('{').count() != 1 {
            continue;
        }
        for method in METHODS.into_iter().filter(|method| rest.is_empty() || *method != "get") {
            let operation = &item[method];
            if let Some(id) = operation["operationId"].as_str().filter(|_| share_a_role(operation, creating)) {
                links.insert(id.to_owned(), json!({ "operationId": id, "parameters": { "id": "$response.body#/id" } }));
            }
        }
    }
    links
}

fn share_a_role(one: &Value, other: &Value) -> bool {
    let roles = |operation: &Value| -> Vec<String> {
        operation["x-roles"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (one, other) = (roles(one), roles(other));
    let open = |roles: &[String]| roles.iter().any(|role| role == "any" || role == "public");
    open(&one) || open(&other) || one.iter().any(|role| other.contains(role))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(id: &str, status: &str, schema: &str, role: &str) -> Value {
        let content = json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } } });
        json!({ "operationId": id, "x-roles": [role], "responses": { status: { "content": content } } })
    }

    #[test]
    fn a_new_record_leads_to_what_its_creator_can_do_with_it() {
        let mut document = json!({
            "components": { "schemas": {
                "Note": { "properties": { "id": {} } },
                "Score": { "properties": {} },
                "Entry": { "properties": { "id": {} } }
            } },
            "paths": {
                "/v1/people/{id}/notes": { "post": operation("createNote", "201", "Note", "clinician") },
                "/v1/people/{id}/scores": { "post": operation("recordScore", "201", "Score", "clinician") },
                "/v1/people/{id}/entries": { "post": operation("createEntry", "201", "Entry", "clinician") },
                "/v1/notes/{id}": {
                    "get": operation("getNote", "200", "Note", "any"),
                    "delete": operation("deleteNote", "204", "Note", "administrator")
                },
                "/v1/notes/{id}/sign": { "post": operation("signNote", "200", "Note", "clinician") },
                "/v1/notes/{id}/pages": { "get": operation("listNotePages", "200", "Note", "clinician") },
                "/v1/notes/{id}/pages/{page_id}": { "put": operation("replaceNotePage", "200", "Note", "clinician") }
            }
        });
        add_links(&mut document);
        let links =
            |what: &str| document["paths"][format!("/v1/people/{{id}}/{what}")]["post"]["responses"]["201"]["links"].clone();
        let to = |id: &str| json!({ "operationId": id, "parameters": { "id": "$response.body#/id" } });
        assert_eq!(links("notes"), json!({ "getNote": to("getNote"), "signNote": to("signNote") }));
        assert_eq!((links("scores"), links("entries")), (Value::Null, Value::Null));
    }
}
