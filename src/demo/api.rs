//! An API client for the users of the scenario, in process.

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::Value;

/// A user who is signed in.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) id: String,
    token: String,
}

impl User {
    /// The user of a sign-in response.
    pub(super) fn from_answer(answer: &Value) -> Self {
        Self { id: text(answer, "account_id"), token: text(answer, "access_token") }
    }
}

/// A text member, empty when it is missing.
pub(super) fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}

/// The application as the scenario calls it.
pub(super) struct ApiClient<S>(pub(super) S);

impl<S, B> ApiClient<S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    pub(super) async fn get(&self, person: &User, path: &str) -> Result<Value, String> {
        self.request(Method::GET, path, Some(person), None).await
    }

    /// Creates or does something.
    pub(super) async fn post(&self, person: &User, path: &str, body: Value) -> Result<Value, String> {
        self.request(Method::POST, path, Some(person), Some(body)).await
    }

    /// Replaces something that has no version.
    pub(super) async fn put(&self, person: &User, path: &str, body: Value) -> Result<Value, String> {
        self.request(Method::PUT, path, Some(person), Some(body)).await
    }

    /// Replaces something that has a version, whatever its version is.
    pub(super) async fn put_any_version(&self, person: &User, path: &str, body: Value) -> Result<Value, String> {
        self.request_with_etag(Method::PUT, path, person, "*", Some(body)).await
    }

    /// Sends a request; returns the body of a success response.
    pub(super) async fn request(
        &self,
        method: Method,
        path: &str,
        person: Option<&User>,
        body: Option<Value>,
    ) -> Result<Value, String> {
        let mut request = TestRequest::default().method(method.clone()).uri(path);
        if let Some(person) = person {
            request = request.insert_header(("authorization", format!("Bearer {}", person.token)));
        }
        self.send(request, body, &format!("{method} {path}")).await
    }

    /// The same with an `If-Match` header.
    pub(super) async fn request_with_etag(
        &self,
        method: Method,
        path: &str,
        person: &User,
        etag: &str,
        body: Option<Value>,
    ) -> Result<Value, String> {
        let what = format!("{method} {path}");
        let request = TestRequest::default().method(method).uri(path).insert_header(("if-match", etag));
        self.send(request.insert_header(("authorization", format!("Bearer {}", person.token))), body, &what).await
    }

    async fn send(&self, mut request: TestRequest, body: Option<Value>, what: &str) -> Result<Value, String> {
        if let Some(body) = body {
            request = request.set_json(body);
        }
        let response = self.0.call(request.to_request()).await.map_err(|error| error.to_string())?;
        let status = response.status();
        let bytes = to_bytes(response.into_body()).await.map_err(|_| "a response could not be read".to_owned())?;
        let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status.is_success() { Ok(value) } else { Err(format!("{what} answered {status}: {value}")) }
    }
}
