//! The OpenAPI document as a contract: a response with a status, a header or a member that it does not declare fails the test.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use actix_router::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::{ETAG, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use confide::platform::http::contract::resolve_reference;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::reply::CheckedReply;

pub struct Documented {
    pub document: Value,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: String,
    pattern: ResourceDef,
    responses: BTreeMap<String, (Value, Option<Arc<Validator>>)>,
}

impl Documented {
    pub fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<Documented>> = OnceLock::new();
        SHARED.get_or_init(|| Arc::new(Self::new(confide::server::document::contract()))).clone()
    }

    fn new(document: Value) -> Self {
        let mut strict = json!({ "schemas": document["components"]["schemas"] });
        forbid_unknown_members(&mut strict);
        let mut operations = Vec::new();
        // Most responses share a schema, and compiling one is expensive.
        let mut compiled: BTreeMap<String, Arc<Validator>> = BTreeMap::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let responses = responses(&document, operation).into_iter().map(|(status, response)| {
                    let content = response["content"].as_object().and_then(|content| content.iter().next());
                    let validator = content.map(|(_, media)| {
                        let compile = || {
                            let mut schema = media["schema"].clone();
                            schema["components"] = strict.clone();
                            Arc::new(jsonschema::options().should_validate_formats(true).build(&schema).unwrap())
                        };
                        compiled.entry(media["schema"].to_string()).or_insert_with(compile).clone()
                    });
                    (status, (response, validator))
                });
                operations.push(Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    pattern: ResourceDef::new(path.as_str()),
                    responses: responses.collect(),
                });
            }
        }
        Self { document, operations }
    }

    /// The operation id in the document, and the headers that the operation takes.
    pub fn operation(&self, method: &Method, path: &str) -> Option<(String, Vec<String>)> {
        let found = self.find(method, path)?;
        let operation = &self.document["paths"][&found.path][method.as_str().to_lowercase()];
        let headers = parameters(&self.document, operation).filter(|parameter| parameter["in"] == "header");
        let headers = headers.map(|header| header["name"].as_str().unwrap().to_owned()).collect();
        Some((operation["operationId"].as_str().unwrap().to_owned(), headers))
    }

    fn find(&self, method: &Method, path: &str) -> Option<&Operation> {
        let path = path.split('?').next().unwrap();
        let matching = |operation: &&Operation| operation.method == method.as_str() && operation.pattern.is_match(path);
        // Where both `/x/{id}` and `/x/word` match, the literal path is meant.
        self.operations.iter().filter(matching).min_by_key(|operation| operation.path.matches('{').count())
    }

    pub fn check(&self, method: &Method, path: &str, reply: &CheckedReply) {
        let Some(operation) = self.find(method, path) else {
            panic!("{method} {path} is not an operation of the document (answered {})", reply.status);
        };
        let name = format!("{method} {}", operation.path);
        let Some((response, validator)) = operation.responses.get(&reply.status.as_u16().to_string()) else {
            panic!("{name} answered {}, which the document does not declare: {}", reply.status, reply.json);
        };
        for (header, rule) in response["headers"].as_object().into_iter().flatten() {
            assert!(rule["required"] != json!(true) || reply.header(header).is_some(), "{name} answered without {header}");
        }
        let undeclared = undeclared(response, &reply.headers);
        assert!(
            undeclared.is_empty(),
            "{name} answered {} with {undeclared:?}, which the document does not declare",
            reply.status
        );
        let Some(validator) = validator else {
            assert!(reply.body.is_empty(), "{name} answered with a body that the document does not declare");
            return;
        };
        let declared = response["content"].as_object().unwrap().keys().next().unwrap();
        assert_eq!(reply.header("content-type"), Some(declared.as_str()), "{name}");
        if !declared.ends_with("json") {
            assert!(!reply.body.is_empty(), "{name} answered with an empty file");
            return;
        }
        let errors: Vec<String> = validator.iter_errors(&reply.json).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "{name} answered what the document does not declare: {errors:#?}");
        if reply.json.get("code").is_some() && reply.status.as_u16() >= 400 {
            self.check_code(operation, &name, reply);
        }
    }

    fn check_code(&self, operation: &Operation, name: &str, reply: &CheckedReply) {
        let operation = &self.document["paths"][&operation.path][operation.method.to_lowercase()];
        let declared = codes(&responses(&self.document, operation)[reply.status.as_str()]);
        let known = declared.iter().any(|code| reply.json["code"] == code.as_str());
        assert!(known, "{name} answered {}, which its x-codes do not declare", reply.json["code"]);
    }
}

/// The headers `ETag` and `Location` of a response that the document does not declare: a client generated from the document would
/// never read them.
fn undeclared(response: &Value, sent: &HeaderMap) -> Vec<String> {
    let declared = |name: &str| {
        let mut known = response["headers"].as_object().into_iter().flatten();
        known.any(|(header, _)| header.eq_ignore_ascii_case(name))
    };
    let found = [ETAG, LOCATION].into_iter().filter(|header| sent.contains_key(header) && !declared(header.as_str()));
    found.map(|header| header.to_string()).collect()
}

/// The parameters of an operation, references followed.
pub fn parameters<'a>(document: &'a Value, operation: &'a Value) -> impl Iterator<Item = &'a Value> {
    operation["parameters"].as_array().into_iter().flatten().map(|parameter| resolve_reference(document, parameter))
}

/// The responses of an operation by status, references to them and to their headers followed.
pub fn responses(document: &Value, operation: &Value) -> BTreeMap<String, Value> {
    let known = operation["responses"].as_object().unwrap().iter();
    let mut responses: BTreeMap<String, Value> =
        known.map(|(status, response)| (status.clone(), resolve_reference(document, response).clone())).collect();
    for header in responses.values_mut().filter_map(|response| response.get_mut("headers")?.as_object_mut()).flatten() {
        *header.1 = resolve_reference(document, header.1).clone();
    }
    responses
}

/// The codes of the problems that an operation can answer with, in all its responses.
pub fn problem_codes(document: &Value, operation: &Value) -> Vec<String> {
    responses(document, operation).values().flat_map(codes).collect()
}

/// The codes of one response.
pub fn codes(response: &Value) -> Vec<String> {
    response["x-codes"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Refuses unknown members: response schemas allow future members, but a test must not see undeclared ones.
fn forbid_unknown_members(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("type") == Some(&json!("object"))
                && members.contains_key("properties")
                && !members.contains_key("additionalProperties")
            {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(forbid_unknown_members);
        }
        Value::Array(items) => items.iter_mut().for_each(forbid_unknown_members),
        _ => {}
    }
}

#[test]
fn undeclared_header_is_found() {
    let mut sent = HeaderMap::new();
    sent.insert(ETAG, HeaderValue::from_static("\"v1\""));
    let declares_etag = json!({ "headers": { "ETag": { "required": true } } });
    assert!(undeclared(&declares_etag, &sent).is_empty());
    assert_eq!(undeclared(&json!({ "description": "Done." }), &sent), ["etag"]);
    sent.insert(LOCATION, HeaderValue::from_static("/v1/clinics/1"));
    assert_eq!(undeclared(&declares_etag, &sent), ["location"]);
    sent.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    assert_eq!(undeclared(&json!({ "headers": { "Location": {} } }), &sent), ["etag"]);
}
