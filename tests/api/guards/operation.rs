//! The operations in the document, and requests generated from it.

use std::collections::BTreeMap;

use actix_web::http::Method;
use confide::platform::ids::Id;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::support::TestApp;
use crate::support::actors::PASSWORD;
use crate::support::app::RequestBuilder;
use crate::support::contract::{self, Documented};

/// The word that every generated text contains and nothing else does: where it appears, personal data has leaked.
pub const PLANTED: &str = "quokkaberry";

/// One operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub id: String,
    pub tag: String,
    pub roles: Vec<String>,
    /// The actions that it records in the audit trail.
    pub actions: Vec<String>,
    pub parameters: Vec<Parameter>,
    /// The schema of the body, with references resolved.
    pub body: Option<Value>,
    /// The responses by status, with references resolved.
    pub responses: Value,
}

/// One parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    /// `path`, `query` or `header`.
    pub place: String,
    pub required: bool,
    /// Its schema, with references resolved.
    pub schema: Value,
}

/// The document.
pub fn document() -> Value {
    Documented::shared().document.clone()
}

/// Every operation in the document.
pub fn all() -> Vec<Operation> {
    let document = document();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let strings = |value: &Value| -> Vec<String> {
                value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
            };
            let parameters = contract::parameters(&document, operation).map(|parameter| Parameter {
                name: parameter["name"].as_str().unwrap().to_owned(),
                place: parameter["in"].as_str().unwrap().to_owned(),
                required: parameter["required"] == true,
                schema: resolve(&document, &parameter["schema"]),
            });
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                id: operation["operationId"].as_str().unwrap_or("?").to_owned(),
                tag: operation["tags"][0].as_str().unwrap_or("?").to_owned(),
                roles: strings(&operation["x-roles"]),
                actions: match operation["x-audit"].as_str() {
                    Some(action) => vec![action.to_owned()],
                    None => strings(&operation["x-audit"]),
                },
                parameters: parameters.collect(),
                body: (!schema.is_null()).then(|| resolve(&document, schema)),
                responses: contract::responses(&document, operation).into_iter().collect(),
            });
        }
    }
    assert!(operations.len() > 200, "only {} operations found", operations.len());
    operations
}

impl Operation {
    /// Its name in failure messages.
    pub fn name(&self) -> String {
        format!("{} {} ({})", self.method, self.path, self.id)
    }

    /// Whether the operation needs no sign-in.
    pub fn is_public(&self) -> bool {
        self.roles == ["public"]
    }

    /// Whether this role may call the operation.
    pub fn allows(&self, role: &str) -> bool {
        self.roles.iter().any(|allowed| allowed == "any" || allowed == "public" || allowed == role)
    }

    /// The parameters in one place, such as `query`.
    pub fn parameters_in<'a>(&'a self, place: &'a str) -> impl Iterator<Item = &'a Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.place == place)
    }

    /// The path and query of a request: unknown ids in the path, generated values for required query parameters, and the values
    /// in `with` instead where given.
    pub fn address(&self, with: &[(&str, &str)]) -> String {
        self.address_with(with, |_| None)
    }

    /// The same with the ids of existing records in the path, where the application has remembered them.
    pub fn address_in(&self, app: &TestApp, with: &[(&str, &str)]) -> String {
        self.address_with(with, |place| app.known_id(place))
    }

    /// The same with the ids that `known` has for the paths up to them.
    pub fn address_with(&self, with: &[(&str, &str)], known: impl Fn(&str) -> Option<String>) -> String {
        let mut path = self.path.clone();
        let mut query = Vec::new();
        for parameter in &self.parameters {
            let given = with.iter().find(|(name, _)| *name == parameter.name).map(|(_, value)| (*value).to_owned());
            let generated = || parameter.sample();
            match parameter.place.as_str() {
                "path" => {
                    let place = format!("{{{}}}", parameter.name);
                    let value = given.or_else(|| known(self.path.split_inclusive(&place).next().unwrap()));
                    path = path.replace(&place, &encoded(&value.unwrap_or_else(generated)));
                }
                "query" if given.is_some() || parameter.required => {
                    query.push(format!("{}={}", parameter.name, encoded(&given.unwrap_or_else(generated))));
                }
                _ => {}
            }
        }
        let documented = |name: &str| self.parameters.iter().any(|parameter| parameter.name == name);
        query.extend(with.iter().filter(|(name, _)| !documented(name)).map(|(name, value)| format!("{name}={}", encoded(value))));
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// A body that its schema allows, if the operation takes one.
    pub fn sample_body(&self) -> Option<Value> {
        self.body.as_ref().map(sample)
    }

    /// The operation's request with everything that the document requires, without a caller.
    pub fn ask(&self, app: &TestApp, with: &[(&str, &str)], body: Option<&Value>) -> RequestBuilder {
        let mut ask = app.request(self.method.clone(), &self.address_in(app, with));
        if self.parameters_in("header").any(|parameter| parameter.name == "If-Match") {
            ask = ask.if_match("*");
        }
        match body {
            Some(body) => ask.json(body),
            None => ask,
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// The schema with every reference resolved; `null` stays one of the types.
pub fn resolve(document: &Value, schema: &Value) -> Value {
    resolve_within(document, schema, &mut Vec::new())
}

/// `above` are the references that are being resolved.
fn resolve_within(document: &Value, schema: &Value, above: &mut Vec<String>) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        assert!(
            !above.iter().any(|other| other == reference),
            "the schemas of requests refer to each other in a cycle: {above:?}"
        );
        let target = document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("no {reference}"));
        above.push(reference.to_owned());
        let resolved = resolve_within(document, target, above);
        above.pop();
        return resolved;
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let rest: Vec<&Value> = choices.iter().filter(|choice| choice["type"] != "null").collect();
        if let ([choice], true) = (&rest[..], choices.len() == 2) {
            let mut resolved = resolve_within(document, choice, above);
            resolved["type"] = json!([resolved["type"], "null"]);
            return resolved;
        }
    }
    let mut resolved = schema.clone();
    if let Some(properties) = schema["properties"].as_object() {
        let properties: Map<String, Value> =
            properties.iter().map(|(name, member)| (name.clone(), resolve_within(document, member, above))).collect();
        resolved["properties"] = Value::Object(properties);
    }
    if schema["items"].is_object() {
        resolved["items"] = resolve_within(document, &schema["items"], above);
    }
    resolved
}

/// The type of a resolved schema, apart from `null`.
pub fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(one) => one,
        Value::Array(several) => several.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("any"),
        _ => "any",
    }
}

/// Whether `null` is allowed.
pub fn is_nullable(schema: &Value) -> bool {
    schema["type"].as_array().is_some_and(|several| several.iter().any(|kind| kind == "null"))
}

/// The members of a resolved schema that match, by pointer into its sample. Fails for a schema that could hide members.
pub fn members(schema: &Value, matches: fn(&Value) -> bool) -> BTreeMap<String, Value> {
    fn walk(schema: &Value, at: &str, matches: fn(&Value) -> bool, found: &mut BTreeMap<String, Value>) {
        if matches(schema) {
            found.insert(at.to_owned(), schema.clone());
        }
        match type_of(schema) {
            "string" | "integer" | "number" | "boolean" => {}
            "array" => walk(&schema["items"], &format!("{at}/0"), matches, found),
            "object" if schema["additionalProperties"].is_null() || schema["additionalProperties"] == false => {
                for (name, member) in schema["properties"].as_object().unwrap() {
                    walk(member, &format!("{at}/{name}"), matches, found);
                }
            }
            _ => panic!("cannot look into {at}: {schema}"),
        }
    }
    let mut found = BTreeMap::new();
    walk(schema, "", matches, &mut found);
    found
}

/// A value that a resolved schema allows. The example of an object is passed over: it leaves members out.
pub fn sample(schema: &Value) -> Value {
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    for given in [&schema["const"], &schema["example"], &schema["examples"][0], &schema["default"]] {
        if !given.is_null() && type_of(schema) != "object" {
            return given.clone();
        }
    }
    match type_of(schema) {
        "string" => Value::String(sample_text(schema)),
        "integer" => schema["minimum"].as_i64().unwrap_or(1).into(),
        "number" => schema["minimum"].as_f64().unwrap_or(1.0).into(),
        "boolean" => true.into(),
        "array" => {
            let least = schema["minItems"].as_u64().unwrap_or(0).max(1).min(schema["maxItems"].as_u64().unwrap_or(u64::MAX));
            (0..least).map(|_| sample(&schema["items"])).collect()
        }
        "object" => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            Value::Object(properties.map(|(name, member)| (name.clone(), sample(member))).collect())
        }
        _ => json!("anything"),
    }
}

impl Parameter {
    /// The schema of its value; for a list, of each item.
    pub fn item_schema(&self) -> &Value {
        if type_of(&self.schema) == "array" { &self.schema["items"] } else { &self.schema }
    }

    /// A valid value, as it is written in an address. The end of a period is a day after its start.
    pub fn sample(&self) -> String {
        match (self.name.rsplit('_').next(), self.schema["format"].as_str()) {
            (Some("until"), Some("date-time")) => "2027-02-02T10:00:00Z".to_owned(),
            (Some("until"), Some("date")) => "2027-02-02".to_owned(),
            _ => sample_plain(&self.schema),
        }
    }
}

/// A valid value for a parameter of this schema, as it is written in an address.
pub fn sample_plain(schema: &Value) -> String {
    match sample(schema) {
        Value::Array(items) => items.first().map(plain).unwrap_or_default(),
        other => plain(&other),
    }
}

fn sample_text(schema: &Value) -> String {
    if let Some(pattern) = schema["pattern"].as_str() {
        let unanchored = pattern.strip_prefix('^').unwrap_or(pattern);
        let unanchored = unanchored.strip_suffix('$').unwrap_or(unanchored);
        let strategy = proptest::string::string_regex(unanchored).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        let (least, most) = (schema["minLength"].as_u64().unwrap_or(0), schema["maxLength"].as_u64().unwrap_or(u64::MAX));
        let fits = |text: &String| (least..=most).contains(&u64::try_from(text.chars().count()).unwrap());
        let mut runner = TestRunner::deterministic();
        let mut texts = (0..1000).map(|_| strategy.new_tree(&mut runner).unwrap().current());
        return texts.find(fits).unwrap_or_else(|| panic!("no text of the right length for {pattern}"));
    }
    match schema["format"].as_str().unwrap_or_default() {
        "uuid" => Id::new(crate::support::app::monday_nine().into()).to_string(),
        "email" => format!("{PLANTED}@example.org"),
        "date-time" => "2027-02-01T10:00:00Z".to_owned(),
        "date" => "2027-02-01".to_owned(),
        "time" => "09:00:00".to_owned(),
        "password" => PASSWORD.to_owned(),
        "uri" => "https://example.org/somewhere".to_owned(),
        _ => {
            let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).unwrap();
            let most = usize::try_from(schema["maxLength"].as_u64().unwrap_or(40)).unwrap();
            let text = format!("{PLANTED} ").repeat(least / PLANTED.len() + 1);
            text[..least.max(PLANTED.len()).min(most)].to_owned()
        }
    }
}
