//! The published document: the committed copies match the code, and they contain nothing that is known to break client generators
//! or testers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use actix_web::http::Method;
use confide::platform::refusal::Code;
use confide::server::document;
use serde_json::{Value, json};

use super::operation::{self, Operation};
use crate::support::contract;

const STALE: &str = "does not match the code; review the difference, then run `cargo run -- openapi --write`";

#[test]
fn committed_documents_match_the_code() {
    let contract = document::contract();
    let committed = |name: &str| std::fs::read_to_string(Path::new("openapi").join(name)).unwrap();
    let formatted = |document: &Value| document::to_lines(document) + "\n";
    assert!(committed("openapi.json") == formatted(&contract), "openapi/openapi.json {STALE}");
    assert!(committed("openapi-3.0.json") == formatted(&document::as_3_0(&contract)), "openapi/openapi-3.0.json {STALE}");
    assert!(committed("operations.txt") == document::operations_table(&contract), "openapi/operations.txt {STALE}");
}

/// The most bytes that a document may have. Everyone who generates a client downloads and reads the whole document, and a change
/// to an operation is reviewed as its difference. When it grows beyond this, move repeated parts to `components`
/// (`src/server/document/shared.rs`) or shorten them. Some 75,000 bytes are examples, one for each object, and 40,000 say what each
/// value of an enumeration means; the limit is a few per cent above the length of the document at 358 operations.
const LONGEST: u64 = 1_460_000;

#[test]
fn documents_stay_within_the_size_limit() {
    for name in ["openapi.json", "openapi-3.0.json"] {
        let length = std::fs::metadata(Path::new("openapi").join(name)).unwrap().len();
        assert!(length > LONGEST / 10, "openapi/{name} has only {length} bytes");
        assert!(length <= LONGEST, "openapi/{name} has {length} bytes, and at most {LONGEST} are allowed");
    }
}

/// Collects everything that is wrong, so that one run reports all of it.
#[derive(Default)]
pub(super) struct Complaints(pub(super) Vec<String>);

impl Complaints {
    pub(super) fn require(&mut self, fine: bool, what: impl FnOnce() -> String) {
        if !fine {
            self.0.push(what());
        }
    }

    #[track_caller]
    pub(super) fn assert_empty(self) {
        assert!(self.0.is_empty(), "{} things are wrong with the document:\n{}", self.0.len(), self.0.join("\n"));
    }
}

pub(super) fn raw_operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let named = |path: &String, method: &String| format!("{} {path}", method.to_uppercase());
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| (named(path, method), operation.clone()))
        })
        .collect()
}

pub(super) fn schemas(document: &Value) -> BTreeMap<String, Value> {
    serde_json::from_value(document["components"]["schemas"].clone()).unwrap()
}

pub(super) fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn document_declares_contact_server_and_security() {
    let document = operation::document();
    let mut wrong = Complaints::default();
    wrong.require(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), || "openapi is not 3.1".into());
    let license = &document["info"]["license"];
    wrong.require(license["identifier"].is_string() || license["url"].is_string(), || "the license has no identifier".into());
    wrong.require(license["name"].as_str().is_some_and(|name| !name.is_empty()), || "the license has no name".into());
    for (what, value) in [("contact", &document["info"]["contact"]["name"]), ("server", &document["servers"][0]["url"])] {
        wrong.require(value.is_string(), || format!("there is no {what}"));
    }
    wrong.require(document["security"] == json!([{ "bearer": [] }]), || "a token is not required by default".into());
    wrong.require(document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer", || "no bearer scheme".into());
    wrong.assert_empty();
}

#[test]
fn every_operation_has_an_id_a_tag_a_summary_and_one_success_status() {
    let document = operation::document();
    let (mut wrong, mut ids) = (Complaints::default(), BTreeSet::new());
    let tags: Vec<String> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect();
    for (name, operation) in raw_operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let camel = id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_alphanumeric());
        wrong.require(camel && !RESERVED.contains(&id), || {
            format!("{name}: operationId {id:?} is not camelCase, or a reserved word")
        });
        wrong.require(ids.insert(id.to_lowercase()), || format!("{name}: {id} is used twice"));
        let own = words(&operation["tags"]);
        wrong.require(own.len() == 1 && tags.contains(&own[0]), || {
            format!("{name}: needs exactly one of the declared tags, has {own:?}")
        });
        wrong.require(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), || format!("{name}: no summary"));
        let successes = operation["responses"].as_object().unwrap().keys().filter(|status| status.starts_with('2')).count();
        wrong.require(successes == 1, || format!("{name}: {successes} responses with a 2xx status, not one"));
        let secured = operation.get("security").is_none();
        let public = operation["x-roles"] == json!(["public"]);
        wrong.require(public != secured && (secured || operation["security"] == json!([])), || {
            format!("{name}: `security: []` is for public operations, and for all of them")
        });
        wrong
            .require(operation.get("x-problems").is_none(), || format!("{name}: x-problems belong to its responses, as x-codes"));
        let codes = contract::problem_codes(&document, &operation);
        // The codes for a request head that the server cannot read.
        for code in ["bad_request", "request_timeout", "head_too_large"] {
            wrong.require(codes.iter().any(|known| known == code), || format!("{name}: {code}"));
        }
        for code in codes {
            wrong.require(Code::ALL.iter().any(|known| known.as_str() == code), || {
                format!("{name}: x-codes names {code}, which is not in the table")
            });
        }
    }
    wrong.assert_empty();
}

/// Words that some generators cannot use as the name of a function.
const RESERVED: &[&str] =
    &["delete", "new", "default", "import", "export", "class", "return", "list", "type", "self", "continue", "break"];

#[test]
fn every_response_declares_one_named_type_and_its_headers() {
    let (mut wrong, mut bodies, mut headers, mut created) = (Complaints::default(), 0, 0, 0);
    for operation in operation::all() {
        let name = operation.name();
        for (status, response) in operation.responses.as_object().unwrap() {
            let number: Option<u16> = status.parse().ok();
            wrong.require(number.is_some(), || format!("{name}: {status} is not a single status"));
            let error = number.is_some_and(|number| number >= 400);
            let content: Vec<(&String, &Value)> = response["content"].as_object().into_iter().flatten().collect();
            wrong.require(content.len() <= 1, || format!("{name} {status}: more than one content type"));
            wrong.require(status != "204" || content.is_empty(), || format!("{name}: 204 with content"));
            for (kind, media) in content {
                bodies += 1;
                wrong.require(!error || kind == "application/problem+json", || {
                    format!("{name} {status}: errors are problems, not {kind}")
                });
                let reference = media["schema"]["$ref"].as_str().unwrap_or_default();
                wrong
                    .require(reference.starts_with("#/components/schemas/"), || format!("{name} {status}: the body has no name"));
                wrong.require(!error || reference.ends_with("/Problem"), || format!("{name} {status}: not a Problem"));
            }
            for (header, rule) in response["headers"].as_object().into_iter().flatten() {
                headers += 1;
                wrong.require(rule["required"] == true, || {
                    format!("{name} {status}: the header {header} is not required, so a test would not miss it")
                });
                let described = rule["description"].as_str().is_some_and(|text| !text.is_empty());
                wrong.require(described && rule["schema"]["type"].is_string(), || {
                    format!("{name} {status}: the header {header} has no description or no type")
                });
            }
            let sent = &response["headers"];
            if status == "201" {
                created += 1;
                wrong.require(sent["Location"].is_object(), || format!("{name}: 201 without Location"));
            }
            if matches!(status.as_str(), "429" | "503") {
                wrong.require(sent["Retry-After"].is_object(), || format!("{name} {status}: without Retry-After"));
            }
        }
        require_statuses(&operation, &mut wrong);
    }
    assert!(
        bodies > 2000 && headers > 500 && created > 30,
        "only {bodies} bodies, {headers} headers and {created} responses of 201 were found"
    );
    wrong.assert_empty();
}

/// Requires the statuses that every operation of this shape can answer with.
fn require_statuses(operation: &Operation, wrong: &mut Complaints) {
    let has = |place: &'static str| operation.parameters_in(place).next().is_some();
    let named = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
    let rules = [
        (true, "400"),
        (true, "408"),
        (true, "429"),
        (true, "431"),
        (true, "500"),
        (true, "503"),
        (!operation.is_public(), "401"),
        (has("path"), "404"),
        (operation.body.is_some(), "413"),
        (operation.body.is_some(), "415"),
        (operation.body.is_some(), "422"),
        (named("If-Match"), "412"),
        (operation.parameters.iter().any(|parameter| parameter.name == "If-Match" && parameter.required), "428"),
        (named("Idempotency-Key"), "422"),
    ];
    for (needed, status) in rules {
        wrong.require(!needed || operation.responses[status].is_object(), || {
            format!("{}: does not declare {status}", operation.name())
        });
    }
}

/// How often each reference is used.
fn uses(document: &Value) -> BTreeMap<String, usize> {
    fn count(value: &Value, uses: &mut BTreeMap<String, usize>) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    *uses.entry(reference.to_owned()).or_default() += 1;
                }
                members.values().for_each(|member| count(member, uses));
            }
            Value::Array(items) => items.iter().for_each(|item| count(item, uses)),
            _ => {}
        }
    }
    let mut uses = BTreeMap::new();
    count(document, &mut uses);
    uses
}

#[test]
fn shared_responses_and_parameters_are_components() {
    let document = operation::document();
    for document in [document::as_3_0(&document), document] {
        let (mut wrong, uses, mut seen) = (Complaints::default(), uses(&document), BTreeMap::new());
        let (mut components, mut own) = (0, 0);
        for reference in uses.keys() {
            wrong.require(document.pointer(&reference[1..]).is_some(), || format!("there is no {reference}"));
        }
        for kind in ["responses", "parameters"] {
            for (name, shared) in document["components"][kind].as_object().unwrap() {
                components += 1;
                let plain = name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                wrong.require(plain, || format!("{name}: a name that some generators cannot use"));
                let reference = format!("#/components/{kind}/{name}");
                wrong.require(uses.get(&reference).is_some_and(|uses| *uses > 1), || format!("{reference} is not shared"));
                if let Some(other) = seen.insert(shared.to_string(), reference.clone()) {
                    wrong.0.push(format!("{reference} is the same as {other}"));
                }
            }
        }
        for (name, operation) in raw_operations(&document) {
            for (status, response) in operation["responses"].as_object().unwrap() {
                if !status.starts_with(['3', '4', '5']) || response.get("$ref").is_some() {
                    continue;
                }
                own += 1;
                if let Some(other) = seen.insert(response.to_string(), format!("{name} {status}")) {
                    wrong.0.push(format!("{name} {status} is the same as {other}"));
                }
            }
        }
        assert!(components > 40 && own > 20, "only {components} components and {own} responses of single operations were found");
        wrong.assert_empty();
    }
}

#[test]
fn error_responses_describe_exactly_the_declared_codes() {
    let document = operation::document();
    let mut wrong = Complaints::default();
    for (name, operation) in raw_operations(&document) {
        let mut described = Vec::new();
        for (status, response) in contract::responses(&document, &operation) {
            let own = contract::codes(&response);
            wrong.require(own.is_empty() != status.starts_with(['4', '5']), || format!("{name} {status}: x-codes {own:?}"));
            let codes = Code::ALL.iter().filter(|code| code.status().to_string() == status);
            let text = response["description"].as_str().unwrap();
            described.extend(codes.filter(|code| text.contains(&format!("`{}`: ", code.as_str()))).map(|code| code.as_str()));
        }
        let mut declared = contract::problem_codes(&document, &operation);
        declared.sort();
        described.sort_unstable();
        wrong.require(declared == described, || format!("{name}: declares {declared:?}, describes {described:?}"));
    }
    wrong.assert_empty();
}

#[test]
fn no_description_contains_a_comment_delimiter() {
    fn look(place: &str, value: &Value, wrong: &mut Complaints) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| look(&format!("{place}/{name}"), member, wrong)),
            Value::Array(items) => items.iter().for_each(|item| look(place, item, wrong)),
            Value::String(text) => {
                wrong.require(!text.contains("*/") && !text.contains("/*"), || format!("{place}: a comment delimiter"))
            }
            _ => {}
        }
    }
    let mut wrong = Complaints::default();
    look("", &operation::document(), &mut wrong);
    wrong.assert_empty();
}

#[test]
fn every_list_is_paged() {
    let document = operation::document();
    let (mut wrong, mut pages, mut lists) = (Complaints::default(), 0, 0);
    for (name, schema) in schemas(&document).iter().filter(|(name, _)| name.ends_with("Page")) {
        pages += 1;
        wrong.require(schema["properties"]["items"]["maxItems"] == 100, || format!("{name}: items without maxItems 100"));
        wrong.require(schema["properties"]["next_cursor"].is_object(), || format!("{name}: no next_cursor"));
    }
    for operation in operation::all().iter().filter(|operation| operation.method == Method::GET) {
        let schema = operation.responses["200"]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
        lists += usize::from(schema.ends_with("Page"));
        for parameter in ["limit", "cursor"] {
            let has = operation.parameters.iter().any(|known| known.name == parameter);
            wrong.require(has == schema.ends_with("Page"), || format!("{}: {parameter} belongs to pages", operation.name()));
        }
    }
    assert!(pages > 40 && lists > 50, "only {pages} page schemas and {lists} lists were found");
    wrong.assert_empty();
}

#[test]
fn openapi_3_0_copy_has_no_newer_keywords() {
    fn look(place: &str, value: &Value, wrong: &mut Complaints) {
        match value {
            Value::Object(members) => {
                for newer in ["const", "prefixItems", "$defs", "examples"] {
                    let is_a_member_name = place.ends_with("/properties");
                    wrong.require(is_a_member_name || !members.contains_key(newer), || format!("{place}: {newer}"));
                }
                wrong.require(!members.get("type").is_some_and(Value::is_array), || format!("{place}: several types"));
                members.iter().for_each(|(name, member)| look(&format!("{place}/{name}"), member, wrong));
            }
            Value::Array(items) => items.iter().for_each(|item| look(place, item, wrong)),
            _ => {}
        }
    }
    let mut wrong = Complaints::default();
    let copy = document::as_3_0(&document::contract());
    wrong.require(copy["openapi"] == "3.0.3" && copy["info"]["license"]["identifier"].is_null(), || "not 3.0.3".into());
    look("", &copy, &mut wrong);
    wrong.assert_empty();
}

#[test]
fn document_contains_no_null() {
    fn nulls(value: &Value, place: &str) -> Vec<String> {
        match value {
            Value::Null => vec![place.to_owned()],
            Value::Object(members) => {
                // In the example of a schema it is a value like any other, if the schema allows it: see `every_example_is_valid`. A
                // member of an object that is called `example` is a schema.
                let is_schema = place.starts_with("/components/schemas/") && !place.ends_with("/properties");
                let rest = members.iter().filter(|(name, _)| !(is_schema && *name == "example"));
                rest.flat_map(|(name, member)| nulls(member, &format!("{place}/{name}"))).collect()
            }
            Value::Array(items) => {
                items.iter().enumerate().flat_map(|(at, item)| nulls(item, &format!("{place}/{at}"))).collect()
            }
            _ => Vec::new(),
        }
    }
    assert_eq!(nulls(&operation::document(), ""), Vec::<String>::new());
}
