//! What the document says about a path: its pattern, its methods, and what each of them accepts and returns.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, IF_MATCH, IF_NONE_MATCH};
use serde_json::Value;

use crate::refusal::{Reason, Refusal};

/// The response type where the document does not name another.
pub(super) const JSON: &str = "application/json";

/// The target of a reference in the document; any other value is returned unchanged.
pub fn resolve_reference<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

pub(super) fn parameters<'a>(document: &'a Value, operation: &'a Value) -> impl Iterator<Item = &'a Value> {
    operation["parameters"].as_array().into_iter().flatten().map(|parameter| resolve_reference(document, parameter))
}

/// What the document says about a path.
#[derive(Debug)]
pub struct Route {
    /// The pattern, such as `/v1/slots/{id}`.
    pub pattern: String,
    /// Its methods.
    methods: BTreeSet<String>,
    /// The methods as the value of the `Allow` header.
    pub allow: String,
    /// The type of a success response, where it is not JSON, by method.
    file_types: BTreeMap<String, String>,
    /// The methods that check `If-Match`.
    conditional_methods: BTreeSet<String>,
    /// The methods that require the caller to be signed in.
    signed_in_methods: BTreeSet<String>,
    /// The action that is recorded in the audit trail, by method; the first one where there are several.
    audited_actions: BTreeMap<String, String>,
}

impl Route {
    /// Reads what the document says about a path.
    pub(super) fn read(document: &Value, path: &str, item: &Value) -> Self {
        let (mut methods, mut files) = (BTreeSet::new(), BTreeMap::new());
        let (mut conditional, mut secured, mut audited) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        for (method, operation) in item.as_object().into_iter().flatten() {
            let method = method.to_uppercase();
            if let Some(kind) = file_type(document, operation) {
                files.insert(method.clone(), kind.to_owned());
            }
            let action = &operation["x-audit"];
            if let Some(action) = action.as_str().or_else(|| action[0].as_str()) {
                audited.insert(method.clone(), action.to_owned());
            }
            if operation.get("security").is_none() {
                secured.insert(method.clone());
            }
            if parameters(document, operation).any(|parameter| parameter["name"] == "If-Match") {
                conditional.insert(method.clone());
            }
            methods.insert(method);
        }
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        methods.insert("OPTIONS".to_owned());
        let allow = methods.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        Self {
            pattern: path.to_owned(),
            methods,
            allow,
            file_types: files,
            conditional_methods: conditional,
            signed_in_methods: secured,
            audited_actions: audited,
        }
    }

    /// True when the path matches this pattern.
    pub(super) fn matches(&self, path: &str) -> bool {
        is_of(&self.pattern, path)
    }

    pub fn has_method(&self, method: &Method) -> bool {
        self.methods.contains(method.as_str())
    }

    /// True when that method requires the caller to be signed in.
    pub fn requires_sign_in(&self, method: &Method) -> bool {
        self.signed_in_methods.contains(method.as_str())
    }

    /// The action that the audit trail records for that method, if it records any.
    pub fn audited_action(&self, method: &Method) -> Option<&str> {
        self.audited_actions.get(method.as_str()).map(String::as_str)
    }

    /// The collection that a path of this pattern names, such as `slots`, and the first variable part of the path, if it has any.
    pub fn subject<'a>(&'a self, path: &'a str) -> (&'a str, Option<&'a str>) {
        let mut collection = "";
        for (expected, part) in self.pattern.split('/').zip(path.split('/')) {
            if expected.starts_with('{') {
                return (collection, Some(part));
            }
            collection = expected;
        }
        (collection, None)
    }

    /// Refuses a conditional header that the operation would ignore, because the caller relies on it.
    ///
    /// # Errors
    /// 400 `invalid_parameter` that names the header.
    pub fn check_conditions(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Ok(());
        }
        let known = self.conditional_methods.contains(method.as_str());
        // A star only requires that the record exists, which the operation checks itself.
        let has_version = headers.get_all(IF_MATCH).any(|value| value.as_bytes().trim_ascii() != b"*");
        let name = match (has_version && !known, headers.contains_key(IF_NONE_MATCH)) {
            (true, _) => "If-Match",
            (_, true) => "If-None-Match",
            _ => return Ok(()),
        };
        let refusal = Refusal::new(Reason::InvalidParameter, "This operation does not check a version.");
        Err(refusal.field(name, "unsupported", "This operation does not support this header. Leave it out."))
    }

    /// The type of a success response to that method.
    pub fn response_type(&self, method: &Method) -> &str {
        self.file_types.get(method.as_str()).map_or(JSON, String::as_str)
    }
}

/// The type of an operation's success response, when it is not JSON.
fn file_type<'a>(document: &'a Value, operation: &'a Value) -> Option<&'a str> {
    let (_, good) = operation["responses"].as_object()?.iter().find(|(status, _)| status.starts_with('2'))?;
    let content = resolve_reference(document, good)["content"].as_object()?;
    content.keys().next().map(String::as_str).filter(|kind| *kind != JSON)
}

/// True when a path matches a pattern: part by part, a variable matching any text that is not empty. Regular expressions for all
/// patterns would take 4 MiB.
fn is_of(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(part)) if expected == part || (expected.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_the_first_record_that_a_path_names() {
        let subject = |pattern: &str, path: &str| {
            let route = Route::read(&Value::Null, pattern, &Value::Null);
            let (collection, part) = route.subject(path);
            (collection.to_owned(), part.map(str::to_owned))
        };
        assert_eq!(subject("/v1/slots/{id}/hold", "/v1/slots/7/hold"), ("slots".to_owned(), Some("7".to_owned())));
        assert_eq!(subject("/v1/hubs/{id}/x/{other}", "/v1/hubs/7/x/8"), ("hubs".to_owned(), Some("7".to_owned())));
        assert_eq!(subject("/v1/slots", "/v1/slots"), ("slots".to_owned(), None));
    }

    #[test]
    fn a_path_matches_a_pattern_when_every_part_matches() {
        for (pattern, path, fits) in [
            ("/v1/slots", "/v1/slots", true),
            ("/v1/slots", "/v1/slots/", false),
            ("/v1/slots", "/v1/slot", false),
            ("/v1/slots/{id}", "/v1/slots/7", true),
            ("/v1/slots/{id}", "/v1/slots/", false),
            ("/v1/slots/{id}", "/v1/slots", false),
            ("/v1/slots/{id}", "/v1/slots/7/", false),
            ("/v1/slots/{id}", "/v1/slots/a%2Fb", true),
            ("/v1/slots/{id}/hold", "/v1/slots/7/hold", true),
            ("/v1/slots/{id}/hold", "/v1/slots//hold", false),
            ("/v1/slots/{id}/hold", "/v1/slots/7/holds", false),
            ("/v1/slots/{id}", "/v1/slots/{id}", true),
            ("/v1/slots/{id}", "v1/slots/7", false),
        ] {
            assert_eq!(is_of(pattern, path), fits, "{pattern} {path}");
            // The router decides the same.
            assert_eq!(actix_web::dev::ResourceDef::new(pattern).is_match(path), fits, "{pattern} {path}");
        }
    }
}
