//! The people of the story act by the API, in process.

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::Value;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: String,
    token: String,
}

impl Person {
    /// Who signed in, out of the answer to it.
    pub(super) fn from_answer(answer: &Value) -> Self {
        Self { id: text(answer, "account_id"), token: text(answer, "access_token") }
    }
}

/// A text member, empty when there is none.
pub(super) fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}

/// The application as the story calls it.
pub(super) struct Desk<S>(pub(super) S);

impl<S, B> Desk<S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    /// Reads.
    pub(super) async fn get(&self, person: &Person, path: &str) -> Result<Value, String> {
        self.ask(Method::GET, path, Some(person), None).await
    }

    /// Makes or does something.
    pub(super) async fn post(&self, person: &Person, path: &str, body: Value) -> Result<Value, String> {
        self.ask(Method::POST, path, Some(person), Some(body)).await
    }

    /// Replaces something that has no version.
    pub(super) async fn put(&self, person: &Person, path: &str, body: Value) -> Result<Value, String> {
        self.ask(Method::PUT, path, Some(person), Some(body)).await
    }

    /// Replaces something that has a version, whichever it is.
    pub(super) async fn put_over(&self, person: &Person, path: &str, body: Value) -> Result<Value, String> {
        self.ask_having_read(Method::PUT, path, person, "*", Some(body)).await
    }

    /// Asks, and gives back the body of a good answer.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        person: Option<&Person>,
        body: Option<Value>,
    ) -> Result<Value, String> {
        let mut request = TestRequest::default().method(method.clone()).uri(path);
        if let Some(person) = person {
            request = request.insert_header(("authorization", format!("Bearer {}", person.token)));
        }
        self.send(request, body, &format!("{method} {path}")).await
    }

    /// The same about something that was read in that version.
    pub(super) async fn ask_having_read(
        &self,
        method: Method,
        path: &str,
        person: &Person,
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
        let bytes = to_bytes(response.into_body()).await.map_err(|_| "an answer could not be read".to_owned())?;
        let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status.is_success() { Ok(value) } else { Err(format!("{what} answered {status}: {value}")) }
    }
}
