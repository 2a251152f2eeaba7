//! The published document: what is kept in the repository is what the code makes, and what client generators and testers
//! are known to trip over is not in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use actix_web::http::Method;
use confide::platform::refusal::Code;
use confide::server::document;
use serde_json::{Value, json};

use super::operation::{self, Operation};
use crate::support::contract;

const STALE: &str = "is not what the code makes; look at the difference, then run `cargo run -- openapi --write`";

#[test]
fn the_kept_documents_are_what_the_code_makes() {
    let contract = document::contract();
    let kept = |name: &str| std::fs::read_to_string(Path::new("openapi").join(name)).unwrap();
    let written = |document: &Value| document::to_lines(document) + "\n";
    assert!(kept("openapi.json") == written(&contract), "openapi/openapi.json {STALE}");
    assert!(kept("openapi-3.0.json") == written(&document::as_3_0(&contract)), "openapi/openapi-3.0.json {STALE}");
    assert!(kept("operations.txt") == document::operations_table(&contract), "openapi/operations.txt {STALE}");
}

/// How long a document may get, in bytes. It is read whole by everyone who makes a client from it, is served to each of them, and a change to
/// an operation is reviewed as a difference of it. What makes it longer than this is said too often: name it once, under `components`
/// (`src/server/document/shared.rs`), or say it shorter.
const LONGEST: u64 = 1_000_000;

#[test]
fn the_documents_stay_short_enough_to_be_read_and_compared() {
    for name in ["openapi.json", "openapi-3.0.json"] {
        let length = std::fs::metadata(Path::new("openapi").join(name)).unwrap().len();
        assert!(length > LONGEST / 10, "openapi/{name} has {length} bytes: is that all?");
        assert!(length <= LONGEST, "openapi/{name} has {length} bytes, and at most {LONGEST} are allowed");
    }
}

/// Gathers what is wrong, so that one run tells all of it.
#[derive(Default)]
pub(super) struct Complaints(pub(super) Vec<String>);

impl Complaints {
    pub(super) fn unless(&mut self, fine: bool, what: impl FnOnce() -> String) {
        if !fine {
            self.0.push(what());
        }
    }

    #[track_caller]
    pub(super) fn none(self) {
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
fn the_head_of_the_document_says_whose_it_is_and_how_to_get_in() {
    let document = operation::document();
    let mut wrong = Complaints::default();
    wrong.unless(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), || "openapi is not 3.1".into());
    let license = &document["info"]["license"];
    wrong.unless(license["identifier"].is_string() || license["url"].is_string(), || "the license has no identifier".into());
    wrong.unless(license["name"].as_str().is_some_and(|name| !name.is_empty()), || "the license has no name".into());
    for (what, value) in [("contact", &document["info"]["contact"]["name"]), ("server", &document["servers"][0]["url"])] {
        wrong.unless(value.is_string(), || format!("there is no {what}"));
    }
    wrong.unless(document["security"] == json!([{ "bearer": [] }]), || "a token is not required by default".into());
    wrong.unless(document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer", || "no bearer scheme".into());
    wrong.none();
}

#[test]
fn every_operation_is_named_tagged_and_answers_in_one_way() {
    let document = operation::document();
    let (mut wrong, mut ids) = (Complaints::default(), BTreeSet::new());
    let tags: Vec<String> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect();
    for (name, operation) in raw_operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let camel = id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_alphanumeric());
        wrong.unless(camel && !RESERVED.contains(&id), || {
            format!("{name}: operationId {id:?} is not camelCase, or a reserved word")
        });
        wrong.unless(ids.insert(id.to_lowercase()), || format!("{name}: {id} is there twice"));
        let own = words(&operation["tags"]);
        wrong.unless(own.len() == 1 && tags.contains(&own[0]), || {
            format!("{name}: needs exactly one of the declared tags, has {own:?}")
        });
        wrong.unless(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), || format!("{name}: no summary"));
        let good = operation["responses"].as_object().unwrap().keys().filter(|status| status.starts_with('2')).count();
        wrong.unless(good == 1, || format!("{name}: {good} answers of the 2xx kind, not one"));
        let secured = operation.get("security").is_none();
        let public = operation["x-roles"] == json!(["public"]);
        wrong.unless(public != secured && (secured || operation["security"] == json!([])), || {
            format!("{name}: `security: []` is for public operations, and for all of them")
        });
        // What the server answers to a head that it cannot read.
        for code in ["bad_request", "request_timeout", "head_too_large"] {
            wrong.unless(words(&operation["x-problems"]).iter().any(|known| known == code), || format!("{name}: {code}"));
        }
        for code in words(&operation["x-problems"]) {
            wrong.unless(Code::ALL.iter().any(|known| known.as_str() == code), || {
                format!("{name}: x-problems names {code}, which is not in the table")
            });
        }
    }
    wrong.none();
}

/// Words that some generator cannot use for a function.
const RESERVED: &[&str] =
    &["delete", "new", "default", "import", "export", "class", "return", "list", "type", "self", "continue", "break"];

#[test]
fn every_response_is_explicit_named_and_of_one_type() {
    let (mut wrong, mut bodies, mut headers, mut made) = (Complaints::default(), 0, 0, 0);
    for operation in operation::all() {
        let name = operation.name();
        for (status, response) in operation.responses.as_object().unwrap() {
            let number: Option<u16> = status.parse().ok();
            wrong.unless(number.is_some(), || format!("{name}: {status} is not one status"));
            let error = number.is_some_and(|number| number >= 400);
            let content: Vec<(&String, &Value)> = response["content"].as_object().into_iter().flatten().collect();
            wrong.unless(content.len() <= 1, || format!("{name} {status}: more than one content type"));
            wrong.unless(status != "204" || content.is_empty(), || format!("{name}: 204 with content"));
            for (kind, media) in content {
                bodies += 1;
                wrong.unless(!error || kind == "application/problem+json", || {
                    format!("{name} {status}: errors are problems, not {kind}")
                });
                let reference = media["schema"]["$ref"].as_str().unwrap_or_default();
                wrong.unless(reference.starts_with("#/components/schemas/"), || format!("{name} {status}: the body has no name"));
                wrong.unless(!error || reference.ends_with("/Problem"), || format!("{name} {status}: not a Problem"));
            }
            for (header, rule) in response["headers"].as_object().into_iter().flatten() {
                headers += 1;
                wrong.unless(rule["required"] == true, || {
                    format!("{name} {status}: the header {header} is not required, so nobody would miss it")
                });
                let named = rule["description"].as_str().is_some_and(|text| !text.is_empty());
                wrong.unless(named && rule["schema"]["type"].is_string(), || {
                    format!("{name} {status}: the header {header} says too little")
                });
            }
            let sent = &response["headers"];
            if status == "201" {
                made += 1;
                wrong.unless(sent["Location"].is_object(), || format!("{name}: 201 without Location"));
            }
            if matches!(status.as_str(), "429" | "503") {
                wrong.unless(sent["Retry-After"].is_object(), || format!("{name} {status}: without Retry-After"));
            }
        }
        must_declare(&operation, &mut wrong);
    }
    assert!(bodies > 2000 && headers > 500 && made > 30, "hardly any: {bodies} bodies, {headers} headers, {made} of 201");
    wrong.none();
}

/// The statuses that an operation of this shape can always answer with.
fn must_declare(operation: &Operation, wrong: &mut Complaints) {
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
        wrong.unless(!needed || operation.responses[status].is_object(), || {
            format!("{}: does not declare {status}", operation.name())
        });
    }
}

/// Every place in which a reference names something, by what it names.
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
fn what_operations_have_in_common_is_written_once() {
    let document = operation::document();
    for document in [document::as_3_0(&document), document] {
        let (mut wrong, uses, mut alone) = (Complaints::default(), uses(&document), BTreeMap::new());
        let (mut shared_ones, mut own) = (0, 0);
        for reference in uses.keys() {
            wrong.unless(document.pointer(&reference[1..]).is_some(), || format!("there is no {reference}"));
        }
        for kind in ["responses", "parameters"] {
            for (name, shared) in document["components"][kind].as_object().unwrap() {
                shared_ones += 1;
                let plain = name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                wrong.unless(plain, || format!("{name}: a name that some generator cannot use"));
                let reference = format!("#/components/{kind}/{name}");
                wrong.unless(uses.get(&reference).is_some_and(|uses| *uses > 1), || format!("{reference} is not shared"));
                if let Some(other) = alone.insert(shared.to_string(), reference.clone()) {
                    wrong.0.push(format!("{reference} says what {other} says"));
                }
            }
        }
        for (name, operation) in raw_operations(&document) {
            for (status, response) in operation["responses"].as_object().unwrap() {
                if !status.starts_with(['3', '4', '5']) || response.get("$ref").is_some() {
                    continue;
                }
                own += 1;
                if let Some(other) = alone.insert(response.to_string(), format!("{name} {status}")) {
                    wrong.0.push(format!("{name} {status} says what {other} says"));
                }
            }
        }
        assert!(shared_ones > 40 && own > 20, "hardly any: {shared_ones} shared ones, {own} of one operation");
        wrong.none();
    }
}

#[test]
fn an_error_is_described_by_the_codes_that_its_operation_can_give() {
    let document = operation::document();
    let mut wrong = Complaints::default();
    for (name, operation) in raw_operations(&document) {
        let mut described = Vec::new();
        for (status, response) in contract::responses(&document, &operation) {
            let codes = Code::ALL.iter().filter(|code| code.status().to_string() == status);
            let text = response["description"].as_str().unwrap();
            described.extend(codes.filter(|code| text.contains(&format!("`{}`: ", code.as_str()))).map(|code| code.as_str()));
        }
        let mut declared = words(&operation["x-problems"]);
        declared.sort();
        described.sort_unstable();
        wrong.unless(declared == described, || format!("{name}: declares {declared:?}, describes {described:?}"));
    }
    wrong.none();
}

#[test]
fn no_description_closes_a_comment() {
    fn look(place: &str, value: &Value, wrong: &mut Complaints) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| look(&format!("{place}/{name}"), member, wrong)),
            Value::Array(items) => items.iter().for_each(|item| look(place, item, wrong)),
            Value::String(text) => {
                wrong.unless(!text.contains("*/") && !text.contains("/*"), || format!("{place}: a comment sign"))
            }
            _ => {}
        }
    }
    let mut wrong = Complaints::default();
    look("", &operation::document(), &mut wrong);
    wrong.none();
}

#[test]
fn lists_are_read_page_by_page() {
    let document = operation::document();
    let (mut wrong, mut pages, mut lists) = (Complaints::default(), 0, 0);
    for (name, schema) in schemas(&document).iter().filter(|(name, _)| name.ends_with("Page")) {
        pages += 1;
        wrong.unless(schema["properties"]["items"]["maxItems"] == 100, || format!("{name}: items without maxItems 100"));
        wrong.unless(schema["properties"]["next_cursor"].is_object(), || format!("{name}: no next_cursor"));
    }
    for operation in operation::all().iter().filter(|operation| operation.method == Method::GET) {
        let answer = operation.responses["200"]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
        lists += usize::from(answer.ends_with("Page"));
        for parameter in ["limit", "cursor"] {
            let has = operation.parameters.iter().any(|known| known.name == parameter);
            wrong.unless(has == answer.ends_with("Page"), || format!("{}: {parameter} belongs to pages", operation.name()));
        }
    }
    assert!(pages > 40 && lists > 50, "hardly any: {pages} pages, {lists} lists");
    wrong.none();
}

#[test]
fn the_copy_for_older_tools_has_no_newer_words() {
    fn look(place: &str, value: &Value, wrong: &mut Complaints) {
        match value {
            Value::Object(members) => {
                for newer in ["const", "prefixItems", "$defs", "examples"] {
                    let is_a_member_name = place.ends_with("/properties");
                    wrong.unless(is_a_member_name || !members.contains_key(newer), || format!("{place}: {newer}"));
                }
                wrong.unless(!members.get("type").is_some_and(Value::is_array), || format!("{place}: several types"));
                members.iter().for_each(|(name, member)| look(&format!("{place}/{name}"), member, wrong));
            }
            Value::Array(items) => items.iter().for_each(|item| look(place, item, wrong)),
            _ => {}
        }
    }
    let mut wrong = Complaints::default();
    let copy = document::as_3_0(&document::contract());
    wrong.unless(copy["openapi"] == "3.0.3" && copy["info"]["license"]["identifier"].is_null(), || "not 3.0.3".into());
    look("", &copy, &mut wrong);
    wrong.none();
}

#[test]
fn nothing_in_the_document_is_null() {
    fn nulls(value: &Value, place: &str) -> Vec<String> {
        match value {
            Value::Null => vec![place.to_owned()],
            Value::Object(members) => {
                members.iter().flat_map(|(name, member)| nulls(member, &format!("{place}/{name}"))).collect()
            }
            Value::Array(items) => {
                items.iter().enumerate().flat_map(|(at, item)| nulls(item, &format!("{place}/{at}"))).collect()
            }
            _ => Vec::new(),
        }
    }
    assert_eq!(nulls(&operation::document(), ""), Vec::<String>::new());
}
