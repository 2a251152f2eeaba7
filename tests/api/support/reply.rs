//! A response, and what a test expects of it.

use std::ops::Deref;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use serde_json::Value;

/// A response whose status the test has not checked yet.
#[derive(Debug, Clone)]
#[must_use = "check the status or the problem with `expect`"]
pub struct Reply(CheckedReply);

/// A response whose status has been checked.
#[derive(Debug, Clone)]
pub struct CheckedReply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub json: Value,
}

impl Deref for Reply {
    type Target = CheckedReply;

    fn deref(&self) -> &CheckedReply {
        &self.0
    }
}

impl Reply {
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Self(CheckedReply { status, headers, body, json })
    }

    /// The response, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> CheckedReply {
        self.0.expect(status)
    }

    /// The response, which must be a problem with this code.
    #[track_caller]
    pub fn expect_problem(self, code: &str) -> CheckedReply {
        self.0.expect_problem(code)
    }

    /// The response, which must be a problem with this code that names this member or parameter.
    #[track_caller]
    pub fn expect_field(self, code: &str, pointer: &str) -> CheckedReply {
        self.0.expect_field(code, pointer)
    }

    /// The response, which must say that the prescription breaks this rule.
    #[track_caller]
    pub fn expect_rule(self, rule: &str) -> CheckedReply {
        self.0.expect_rule(rule)
    }
}

impl CheckedReply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn etag(&self) -> String {
        self.header("etag").expect("an ETag").to_owned()
    }

    /// The response, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "answered {}: {}", self.status, String::from_utf8_lossy(&self.body));
        self
    }

    /// The response, which must be a problem with this code.
    #[track_caller]
    pub fn expect_problem(self, code: &str) -> Self {
        assert_eq!(self.json["code"], code, "answered {}: {}", self.status, String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.json["status"], self.status.as_u16());
        self
    }

    /// The response, which must say that the prescription breaks this rule.
    #[track_caller]
    pub fn expect_rule(self, rule: &str) -> Self {
        let reply = self.expect_problem("prescription_not_signable");
        let named = reply.json["errors"].as_array().is_some_and(|errors| errors.iter().any(|error| error["code"] == rule));
        assert!(named, "{rule} is not named: {}", String::from_utf8_lossy(&reply.body));
        reply
    }

    /// The response, which must be a problem with this code that names this member or parameter.
    #[track_caller]
    pub fn expect_field(self, code: &str, pointer: &str) -> Self {
        let reply = self.expect_problem(code);
        let named = reply.json["errors"].as_array().is_some_and(|errors| errors.iter().any(|error| error["pointer"] == pointer));
        assert!(named, "{pointer} is not named: {}", String::from_utf8_lossy(&reply.body));
        reply
    }

    /// A text member.
    #[track_caller]
    pub fn text(&self, member: &str) -> String {
        self.json[member].as_str().unwrap_or_else(|| panic!("no text {member} in {}", self.json)).to_owned()
    }

    /// The member `id`.
    #[track_caller]
    pub fn id(&self) -> String {
        self.text("id")
    }

    /// The items of a list, which must not be empty, because a loop over an empty list would check nothing.
    #[track_caller]
    pub fn expect_items(&self) -> &Vec<Value> {
        let items = self.items();
        assert!(!items.is_empty(), "the list is empty");
        items
    }

    /// The items of a list, which may be empty.
    #[track_caller]
    pub fn items(&self) -> &Vec<Value> {
        self.json["items"].as_array().unwrap_or_else(|| panic!("no items in {}", self.json))
    }
}
