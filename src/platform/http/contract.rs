//! The published document at work: bodies are checked against its schemas, addresses against its paths.
//!
//! A limit is therefore written once, on the form's field, and what the document says is what the service does.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::web::Bytes;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};

use super::normal::{normalise, out_of_range, plain};
use crate::platform::refusal::{Code, FieldError, Refusal};

/// The document, ready for use.
#[derive(Clone)]
pub struct Contract(Arc<Inner>);

struct Inner {
    document: Value,
    text: Bytes,
    bodies: BTreeMap<String, Arc<Validator>>,
    /// By method and path, then by name.
    queries: BTreeMap<(String, String), BTreeMap<String, Parameter>>,
    paths: Vec<(ResourceDef, Address)>,
}

/// What the document knows of a query parameter.
struct Parameter {
    /// The schema of its value; of a list, of each of its values.
    schema: Value,
    validator: Arc<Validator>,
}

/// What the document knows of an address.
#[derive(Debug)]
pub struct Address {
    /// Its pattern, `/v1/slots/{id}`.
    pub pattern: String,
    /// The methods that it has.
    methods: BTreeSet<String>,
    /// The same for the header `Allow`.
    pub allow: String,
    /// The type of a good answer, where it is not JSON, by method.
    files: BTreeMap<String, String>,
}

impl Address {
    /// True when it has that method.
    pub fn has(&self, method: &Method) -> bool {
        self.methods.contains(method.as_str())
    }

    /// The type of a good answer to that method.
    pub fn serves(&self, method: &Method) -> &str {
        self.files.get(method.as_str()).map_or(JSON, String::as_str)
    }
}

/// What is answered where the document says nothing else.
const JSON: &str = "application/json";

/// The type of an operation's good answer, when it is not JSON.
fn file_type(operation: &Value) -> Option<&str> {
    let responses = operation["responses"].as_object()?;
    let content =
        responses.iter().find(|(status, _)| status.starts_with('2')).and_then(|(_, good)| good["content"].as_object())?;
    content.keys().next().map(String::as_str).filter(|kind| *kind != JSON)
}

impl std::fmt::Debug for Contract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contract({} paths)", self.0.paths.len())
    }
}

impl Contract {
    /// Prepares a document.
    ///
    /// # Errors
    /// A sentence for the developer: a schema of a request body does not compile.
    pub fn new(document: Value) -> Result<Self, String> {
        let (mut bodies, mut queries) = (BTreeMap::new(), BTreeMap::new());
        let mut compiler = Compiler { components: document["components"].clone(), compiled: BTreeMap::new() };
        let mut paths = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let (mut methods, mut files) = (BTreeSet::new(), BTreeMap::new());
            for (method, operation) in item.as_object().into_iter().flatten() {
                methods.insert(method.to_uppercase());
                if let Some(kind) = file_type(operation) {
                    files.insert(method.to_uppercase(), kind.to_owned());
                }
                queries.insert((method.to_uppercase(), path.clone()), parameters(&mut compiler, &document, operation)?);
                if let Some(name) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                    .as_str()
                    .and_then(|reference| reference.strip_prefix("#/components/schemas/"))
                {
                    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
                    bodies.insert(name.to_owned(), compiler.compile(&reference)?);
                }
            }
            if methods.contains("GET") {
                methods.insert("HEAD".to_owned());
            }
            methods.insert("OPTIONS".to_owned());
            let allow = methods.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let address = Address { pattern: path.clone(), methods, allow, files };
            paths.push((path.matches('{').count(), ResourceDef::new(path.as_str()), address));
        }
        // Of `/x/word` and `/x/{id}` the literal one is meant, as routing has it.
        paths.sort_by_key(|(variables, ..)| *variables);
        let paths = paths.into_iter().map(|(_, pattern, address)| (pattern, address)).collect();
        let text = document.to_string().into();
        Ok(Self(Arc::new(Inner { document, text, bodies, queries, paths })))
    }

    /// The document itself.
    pub fn document(&self) -> &Value {
        &self.0.document
    }

    /// The document as it is sent.
    pub fn text(&self) -> Bytes {
        self.0.text.clone()
    }

    /// The address that a path is, if it is one of ours.
    pub fn address(&self, path: &str) -> Option<&Address> {
        self.0.paths.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, address)| address)
    }

    /// Brings query parameters into their normal form and checks them against those that the operation documents; names every
    /// one that is wrong.
    ///
    /// # Errors
    /// 400 `invalid_parameter`.
    pub fn check_query(&self, method: &Method, pattern: &str, given: &mut [(String, String)]) -> Result<(), Refusal> {
        let Some(known) = self.0.queries.get(&(method.as_str().to_owned(), pattern.to_owned())) else { return Ok(()) };
        let mut fields = Vec::new();
        for (name, text) in given {
            let Some(Parameter { schema, validator }) = known.get(name) else {
                fields.push(field(repeated(name), "unknown", "There is no such parameter here."));
                continue;
            };
            if let Some(detail) = out_of_range(schema, text) {
                fields.push(field(name.clone(), "out_of_range", detail));
                continue;
            }
            if schema["enum"].is_null() {
                match plain(schema, text) {
                    Ok(normal) => *text = normal,
                    Err(unfit) => {
                        fields.push(field(name.clone(), unfit.code(), unfit.to_string()));
                        continue;
                    }
                }
            }
            // In an address everything is text: a number or a truth is taken for one where the schema wants it.
            let as_text = Value::String(text.clone());
            let as_itself = serde_json::from_str(text).ok().filter(|value: &Value| value.is_number() || value.is_boolean());
            if as_itself.is_some_and(|value| validator.is_valid(&value)) {
                continue;
            }
            let before = fields.len();
            for error in validator.iter_errors(&as_text) {
                explain(&error, &mut fields);
            }
            for found in fields.iter_mut().skip(before) {
                found.pointer.clone_from(name);
            }
        }
        if fields.is_empty() {
            return Ok(());
        }
        Err(Refusal { fields, ..Refusal::new(Code::InvalidParameter, "Some parameters are not as documented.") })
    }

    /// Brings a body into its normal form and checks it against the schema of that name; names every member that is wrong.
    ///
    /// # Errors
    /// 422 `invalid_body`.
    pub fn check(&self, schema: &str, body: &mut Value) -> Result<(), Refusal> {
        let mut fields = Vec::new();
        refuse_nul(body, String::new(), &mut fields);
        if fields.is_empty() {
            let named = &self.0.document["components"]["schemas"][schema];
            normalise(&self.0.document, named, body, "", &mut fields);
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
        Err(Refusal { fields, ..Refusal::new(Code::InvalidBody, "Some members of the body are not as documented.") })
    }
}

/// The query parameters of an operation, each with what its value must be (of a list: each of its values).
fn parameters(compiler: &mut Compiler, document: &Value, operation: &Value) -> Result<BTreeMap<String, Parameter>, String> {
    let mut parameters = BTreeMap::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query") {
        let schema = &parameter["schema"];
        let schema = if schema["type"] == "array" { &schema["items"] } else { schema };
        let validator = compiler.compile(schema)?;
        let named = schema["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#')));
        let known = Parameter { schema: named.unwrap_or(schema).clone(), validator };
        parameters.insert(parameter["name"].as_str().unwrap_or_default().to_owned(), known);
    }
    Ok(parameters)
}

/// Compiles schemas, each different one once.
struct Compiler {
    components: Value,
    compiled: BTreeMap<String, Arc<Validator>>,
}

impl Compiler {
    fn compile(&mut self, schema: &Value) -> Result<Arc<Validator>, String> {
        let text = schema.to_string();
        if let Some(known) = self.compiled.get(&text) {
            return Ok(known.clone());
        }
        let mut schema = schema.clone();
        let mut needed = BTreeMap::new();
        gather(&schema, &self.components, &mut needed);
        if !needed.is_empty() {
            schema["components"]["schemas"] = needed.into_iter().collect();
        }
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| format!("a schema of a request does not compile: {error}"))?;
        let validator = Arc::new(validator);
        self.compiled.insert(text, validator.clone());
        Ok(validator)
    }
}

/// The named schemas that a schema refers to, and those that they refer to: a validator keeps what it is given for as long as
/// the service runs.
fn gather(schema: &Value, components: &Value, needed: &mut BTreeMap<String, Value>) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| !needed.contains_key(*name)) {
                let named = &components["schemas"][name];
                needed.insert(name.to_owned(), named.clone());
                gather(named, components, needed);
            }
            members.values().for_each(|member| gather(member, components, needed));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, components, needed)),
        _ => {}
    }
}

/// Neither engine's text columns, nor any reader of ours, has a use for U+0000.
fn refuse_nul(value: &Value, pointer: String, fields: &mut Vec<FieldError>) {
    match value {
        Value::String(text) if text.contains('\0') => {
            fields.push(field(pointer, "control_character", "The character U+0000 is not allowed."));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                refuse_nul(item, format!("{pointer}/{index}"), fields);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                refuse_nul(member, format!("{pointer}/{}", repeated(name)), fields);
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
                fields.push(field(format!("{pointer}/{}", repeated(name)), "unknown", "There is no such member here."));
            }
            return;
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            fields.push(field(format!("{pointer}/{name}"), "required", "This member is required."));
            return;
        }
        // A nullable member: what is wrong is said by the branch that is not `null`.
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            let branches = context.iter().filter(|branch| {
                !branch.iter().any(|e| matches!(e.kind(), Kind::Type { .. }) && e.instance_path() == error.instance_path())
            });
            let before = fields.len();
            for inner in branches.flatten() {
                explain(inner, fields);
            }
            if fields.len() == before {
                fields.push(field(pointer, "wrong_type", "This member's type is not the documented one."));
            }
            return;
        }
        Kind::Type { .. } => ("wrong_type", "This member's type is not the documented one.".into()),
        Kind::MaxLength { limit } => ("too_long", format!("At most {limit} characters.").into()),
        Kind::MinLength { limit: 1 } => ("too_short", "This may not be left blank.".into()),
        Kind::MinLength { limit } => ("too_short", format!("At least {limit} characters.").into()),
        Kind::MaxItems { limit } => ("too_many", format!("At most {limit} items.").into()),
        Kind::MinItems { limit } => ("too_few", format!("At least {limit} items.").into()),
        Kind::Maximum { limit } => ("out_of_range", format!("At most {limit}.").into()),
        Kind::Minimum { limit } => ("out_of_range", format!("At least {limit}.").into()),
        Kind::UniqueItems => ("repeated", "The items must all differ.".into()),
        Kind::Enum { .. } | Kind::Constant { .. } => ("not_an_option", "This is not one of the documented values.".into()),
        Kind::Pattern { .. } => ("wrong_format", "This does not have the documented format.".into()),
        Kind::Format { format } => ("wrong_format", format!("This is not a valid {format}.").into()),
        _ => ("invalid", "This is not as documented.".into()),
    };
    fields.push(field(pointer, code, detail));
}

pub(super) fn field(pointer: String, code: &'static str, detail: impl Into<Cow<'static, str>>) -> FieldError {
    FieldError { pointer, code, detail: detail.into() }
}

/// A member's name that the caller made up, cut to what one of ours could be.
pub(super) fn repeated(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(40).collect()
}
