//! The published document in use: bodies are validated against its schemas, paths are matched with its paths.
//!
//! Each limit is therefore written once, on the form's field, and the service does what the document says.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::http::Method;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};

pub use super::route::resolve_reference;

use super::fields::{field_error, safe_name};
use super::normalise::{normal_text, normalise, out_of_range, without_zero_fraction};
use super::route::{JSON, Route, parameters};
use super::static_file::StaticFile;
use super::versioned::Versioned;
use crate::email;
use crate::password::{Password, TooLong};
use crate::refusal::{FieldError, Reason, Refusal};

/// The document, prepared for use.
#[derive(Clone)]
pub struct Contract(Arc<Inner>);

struct Inner {
    /// The document without its paths; bodies are normalised by its schemas.
    schemas: Value,
    file: StaticFile,
    bodies: BTreeMap<String, Arc<Validator>>,
    /// By method and path, then by name.
    queries: BTreeMap<(String, String), BTreeMap<String, Parameter>>,
    /// Paths with fewer variables first.
    routes: Vec<Route>,
    versioned: Vec<Versioned>,
}

/// What the value of a query parameter must be; for a list, each of its values.
struct Parameter {
    schema: Value,
    validator: Arc<Validator>,
    kind: String,
    is_list: bool,
}

impl std::fmt::Debug for Contract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contract({} paths)", self.0.routes.len())
    }
}

impl Contract {
    /// Prepares a document.
    ///
    /// # Errors
    /// A sentence for the developer: a schema of a request body does not compile.
    pub fn new(mut document: Value, versioned: Vec<Versioned>) -> Result<Self, String> {
        let (mut bodies, mut queries) = (BTreeMap::new(), BTreeMap::new());
        let mut compiler = Compiler { components: &document["components"], compiled: BTreeMap::new() };
        let mut paths = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                queries.insert((method.to_uppercase(), path.clone()), query_parameters(&mut compiler, &document, operation)?);
                if let Some(name) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                    .as_str()
                    .and_then(|reference| reference.strip_prefix("#/components/schemas/"))
                {
                    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
                    bodies.insert(name.to_owned(), compiler.compile(&reference)?);
                }
            }
            paths.push(Route::read(&document, path, item));
        }
        // Of `/x/word` and `/x/{id}` the literal path comes first, as in the router.
        paths.sort_by_key(|address| address.pattern.matches('{').count());
        let file = StaticFile::new(JSON, document.to_string());
        let schemas = json!({ "components": { "schemas": document["components"]["schemas"].take() } });
        Ok(Self(Arc::new(Inner { schemas, file, bodies, queries, routes: paths, versioned })))
    }

    /// The collections whose records have versions.
    pub fn versioned(&self) -> &[Versioned] {
        &self.0.versioned
    }

    /// The document as it is sent.
    pub fn file(&self) -> StaticFile {
        self.0.file.clone()
    }

    /// The documented path that a request path matches, if any.
    pub fn route(&self, path: &str) -> Option<&Route> {
        self.0.routes.iter().find(|address| address.matches(path))
    }

    /// Normalises query parameters and validates them against those that the operation documents; names each one that is wrong.
    ///
    /// # Errors
    /// 400 `invalid_parameter`.
    pub fn check_query(&self, method: &Method, pattern: &str, given: &mut [(String, String)]) -> Result<(), Refusal> {
        let Some(known) = self.0.queries.get(&(method.as_str().to_owned(), pattern.to_owned())) else { return Ok(()) };
        let mut fields = Vec::new();
        let mut seen = BTreeSet::new();
        for (name, text) in given {
            let name: &str = name;
            let Some(parameter) = known.get(name) else {
                fields.push(field_error(safe_name(name), "unknown", "This operation does not have this parameter. Remove it."));
                continue;
            };
            if !seen.insert(name) && !parameter.is_list {
                fields.push(field_error(name.to_owned(), "repeated", "Give this parameter only once."));
                continue;
            }
            parameter.check(name, text, &mut fields);
        }
        if fields.is_empty() {
            return Ok(());
        }
        Err(Refusal {
            fields,
            ..Refusal::new(Reason::InvalidParameter, "Some parameters are not valid. Correct those in `errors`.")
        })
    }

    /// Normalises a body and validates it against the named schema; names each member that is wrong.
    ///
    /// # Errors
    /// 422 `invalid_body`.
    pub fn check(&self, schema: &str, body: &mut Value) -> Result<(), Refusal> {
        let mut fields = Vec::new();
        refuse_nul(body, String::new(), &mut fields);
        if fields.is_empty() {
            let named = &self.0.schemas["components"]["schemas"][schema];
            normalise(&self.0.schemas, named, body, "", &mut fields);
        }
        let body = &*body;
        if let Some(validator) = self.0.bodies.get(schema) {
            for error in validator.iter_errors(body) {
                explain(&error, &mut fields);
            }
        }
        if fields.is_empty() {
            return Ok(());
        }
        Err(Refusal {
            fields,
            ..Refusal::new(Reason::InvalidBody, "Some members of the body are not valid. Correct those in `errors`.")
        })
    }
}

impl Parameter {
    /// Normalises a value and names what is wrong with it. In a URL every value is text, so a number or boolean is first parsed
    /// as the type of the schema: only then can the error say that it is too large.
    fn check(&self, name: &str, text: &mut String, fields: &mut Vec<FieldError>) {
        if let Some(detail) = out_of_range(&self.schema, text) {
            fields.push(field_error(name.to_owned(), "out_of_range", detail));
            return;
        }
        let (value, expected) = match self.kind.as_str() {
            "integer" => {
                if let Some(number) =
                    serde_json::from_str(text).ok().map(|number| without_zero_fraction(&number)).filter(|number| !number.is_f64())
                {
                    *text = number.to_string();
                }
                (whole_number(text), "Give a whole number.")
            }
            "number" => (serde_json::from_str(text).ok().filter(Value::is_number), "Give a number."),
            "boolean" => (text.parse().ok().map(Value::Bool), "Give true or false."),
            _ if self.schema["enum"].is_array() => (Some(Value::String(text.clone())), ""),
            _ => match normal_text(&self.schema, text) {
                Ok(normal) => {
                    text.clone_from(&normal);
                    (Some(Value::String(normal)), "")
                }
                Err(unfit) => {
                    fields.push(field_error(name.to_owned(), unfit.code(), unfit.to_string()));
                    return;
                }
            },
        };
        let Some(value) = value else {
            fields.push(field_error(name.to_owned(), "wrong_type", expected));
            return;
        };
        let before = fields.len();
        refuse_nul(&value, name.to_owned(), fields);
        for error in self.validator.iter_errors(&value) {
            explain(&error, fields);
        }
        for found in fields.iter_mut().skip(before) {
            found.pointer = name.to_owned();
        }
    }
}

/// A whole number in its plain form: digits, with a sign when it is negative. A number too large for `i64` is beyond every limit,
/// so the largest or smallest `i64` represents it.
fn whole_number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain =
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    let beyond = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    plain.then(|| text.parse().unwrap_or(beyond).into())
}

/// The query parameters of an operation by name.
fn query_parameters<'a>(
    compiler: &mut Compiler<'a>,
    document: &'a Value,
    operation: &'a Value,
) -> Result<BTreeMap<String, Parameter>, String> {
    let mut queried = BTreeMap::new();
    for parameter in parameters(document, operation).filter(|parameter| parameter["in"] == "query") {
        let schema = compiler.named(&parameter["schema"]);
        let is_list = schema["type"] == "array";
        let schema = if is_list { &schema["items"] } else { &parameter["schema"] };
        let named = compiler.named(schema);
        let kind = named["type"].as_str().unwrap_or_default().to_owned();
        let validator = compiler.compile(schema)?;
        let known = Parameter { schema: named.clone(), validator, kind, is_list };
        queried.insert(parameter["name"].as_str().unwrap_or_default().to_owned(), known);
    }
    Ok(queried)
}

/// Compiles schemas, each different one once.
struct Compiler<'a> {
    components: &'a Value,
    compiled: BTreeMap<String, Arc<Validator>>,
}

impl<'a> Compiler<'a> {
    /// The schema itself, or the named schema that it refers to.
    fn named(&self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/components/schemas/"));
        name.map_or(schema, |name| &self.components["schemas"][name])
    }

    fn compile(&mut self, schema: &Value) -> Result<Arc<Validator>, String> {
        let text = schema.to_string();
        if let Some(known) = self.compiled.get(&text) {
            return Ok(known.clone());
        }
        let mut schema = schema.clone();
        let mut needed = BTreeMap::new();
        collect_references(&schema, self.components, &mut needed);
        if !needed.is_empty() {
            schema["components"]["schemas"] = needed.into_iter().collect();
        }
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .with_format("password", Password::fits)
            .with_format("email", email::is_address)
            .build(&schema)
            .map_err(|error| format!("a schema of a request does not compile: {error}"))?;
        let validator = Arc::new(validator);
        self.compiled.insert(text, validator.clone());
        Ok(validator)
    }
}

/// The named schemas that a schema refers to, and those that they refer to: a validator keeps its schemas in memory for as long
/// as the service runs.
fn collect_references(schema: &Value, components: &Value, needed: &mut BTreeMap<String, Value>) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| !needed.contains_key(*name)) {
                let named = &components["schemas"][name];
                needed.insert(name.to_owned(), named.clone());
                collect_references(named, components, needed);
            }
            members.values().for_each(|member| collect_references(member, components, needed));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, components, needed)),
        _ => {}
    }
}

/// U+0000 is refused everywhere, because neither engine's text columns store it.
fn refuse_nul(value: &Value, pointer: String, fields: &mut Vec<FieldError>) {
    match value {
        Value::String(text) if text.contains('\0') => {
            fields.push(field_error(pointer, "control_character", "The character U+0000 is not allowed. Remove it."));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                refuse_nul(item, format!("{pointer}/{index}"), fields);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                refuse_nul(member, format!("{pointer}/{}", safe_name(name)), fields);
            }
        }
        _ => {}
    }
}

fn explain(error: &ValidationError<'_>, fields: &mut Vec<FieldError>) {
    let pointer = error.instance_path().as_str().to_owned();
    let (code, detail): (_, Cow<'static, str>) = match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                fields.push(field_error(
                    format!("{pointer}/{}", safe_name(name)),
                    "unknown",
                    "This object does not have this member. Remove it.",
                ));
            }
            return;
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            fields.push(field_error(format!("{pointer}/{name}"), "required", "This member is required."));
            return;
        }
        // A nullable member: the branch that is not `null` tells what is wrong.
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            let branches = context.iter().filter(|branch| {
                !branch.iter().any(|e| matches!(e.kind(), Kind::Type { .. }) && e.instance_path() == error.instance_path())
            });
            let before = fields.len();
            for inner in branches.flatten() {
                explain(inner, fields);
            }
            if fields.len() == before {
                fields.push(field_error(pointer, "wrong_type", "This value has the wrong type."));
            }
            return;
        }
        Kind::Type { .. } => ("wrong_type", "This value has the wrong type.".into()),
        Kind::MaxLength { limit } => ("too_long", format!("Use at most {limit} characters.").into()),
        Kind::MinLength { limit: 1 } => ("too_short", "Enter a value.".into()),
        Kind::MinLength { limit } => ("too_short", format!("Use at least {limit} characters.").into()),
        Kind::MaxItems { limit } => ("too_many", format!("Give at most {limit} items.").into()),
        Kind::MinItems { limit } => ("too_few", format!("Give at least {limit} items.").into()),
        Kind::Maximum { limit } => ("out_of_range", format!("Give a number that is at most {limit}.").into()),
        Kind::Minimum { limit } => ("out_of_range", format!("Give a number that is at least {limit}.").into()),
        Kind::UniqueItems => ("repeated", "Give each item only once.".into()),
        Kind::Enum { .. } | Kind::Constant { .. } => ("not_an_option", "Choose one of the documented values.".into()),
        Kind::Pattern { .. } => ("wrong_format", "This value does not have the documented format.".into()),
        Kind::Format { format } if format == "password" => ("too_long", TooLong.to_string().into()),
        Kind::Format { format } => ("wrong_format", format!("This is not a valid {format}.").into()),
        _ => ("invalid", "This value is not valid.".into()),
    };
    fields.push(field_error(pointer, code, detail));
}
