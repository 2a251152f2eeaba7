//! A text gateway with the API of GOV.UK Notify: `POST /v2/notifications/sms`, and questions about the delivery status.

use std::time::Duration;

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ureq::Agent;
use ureq::http::StatusCode;

use super::handover::{Gate, Times};
use super::message::TextMessage;
use super::outcome::{Event, Outcome, classify};
use crate::config::MessageSettings;
use crate::ids::{Id, UtcTime};

/// How long one request may take, from the name look-up to the last byte.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// More than any response of the gateway has, in bytes.
const MAX_RESPONSE_BYTES: u64 = 256 * 1024;
/// The length of a UUID in characters; an API key ends with two.
const UUID_LENGTH: usize = 36;

/// Where text messages are sent, with the credentials.
pub struct Gateway {
    agent: Agent,
    timeout: Duration,
    base: String,
    service: String,
    secret: EncodingKey,
    template: String,
}

crate::redacted_debug!(Gateway);

/// The delivery status of a message at the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryStatus {
    UnderWay,
    /// It arrived.
    Delivered,
    /// It will not arrive, with the reason.
    Failed(&'static str),
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
}

#[derive(Deserialize)]
struct CreatedNotification {
    id: String,
}

/// The content of the gateway's refusal.
#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    errors: Vec<ProblemDetail>,
}

#[derive(Deserialize)]
struct ProblemDetail {
    #[serde(default)]
    error: String,
}

impl Problem {
    /// GOV.UK Notify calls an error in a number `ValidationError`, and an error in a template, a key's rights or a service
    /// `BadRequestError`.
    fn is_request_fault(&self) -> bool {
        self.errors.iter().any(|complaint| complaint.error == "BadRequestError")
    }
}

#[derive(Deserialize)]
struct FoundNotification {
    id: String,
    status: String,
}

#[derive(Deserialize)]
struct NotificationList {
    notifications: Vec<FoundNotification>,
}

impl Gateway {
    /// A gateway at `base` with an API key in the format of GOV.UK Notify (a name, the service's UUID and a secret UUID, joined
    /// by hyphens) and a template that contains nothing but `((body))`.
    ///
    /// # Errors
    /// A sentence for the operator that repeats neither key nor address.
    pub fn new(base: &str, key: &str, template: &str) -> Result<Self, String> {
        let base = base.trim().trim_end_matches('/');
        let address: ureq::http::Uri = base.parse().map_err(|_| "the text gateway's address is not a valid URL".to_owned())?;
        let is_local = matches!(address.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match address.scheme_str() {
            Some("https") => {}
            Some("http") if is_local => {}
            _ => return Err("the text gateway's address must be https:// (http:// only on this machine)".to_owned()),
        }
        let wrong = || "the text gateway's key does not have the format of the gateway's keys".to_owned();
        let key = key.trim();
        let at = key.len().checked_sub(2 * UUID_LENGTH + 1).ok_or_else(wrong)?;
        let (service, secret) = key.get(at..at + UUID_LENGTH).zip(key.get(at + UUID_LENGTH + 1..)).ok_or_else(wrong)?;
        if [service, secret].iter().any(|part| part.parse::<uuid::Uuid>().is_err()) {
            return Err(wrong());
        }
        if template.trim().parse::<uuid::Uuid>().is_err() {
            return Err("the text gateway's template must be a UUID".to_owned());
        }
        let agent = Agent::config_builder()
            // A text message goes where the operator's settings say, never where a response redirects to.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent("confide")
            .build()
            .into();
        Ok(Self {
            agent,
            timeout: REQUEST_TIMEOUT,
            base: base.to_owned(),
            service: service.to_owned(),
            secret: EncodingKey::from_secret(secret.as_bytes()),
            template: template.trim().to_owned(),
        })
    }

    /// The same gateway with another time limit for one request, from the name look-up to the last byte.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn authorization(&self, now: UtcTime) -> Result<String, Outcome> {
        let claims = Claims { iss: &self.service, iat: now.get().timestamp() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.secret)
            .map(|token| format!("Bearer {token}"))
            .map_err(|_| Outcome::Misconfigured { what: "gateway key" })
    }

    /// Sends a text message; the id is its reference.
    pub(super) fn send(&self, id: Id, text: &TextMessage, times: Times, now: UtcTime, gate: Gate<'_>) -> Outcome {
        let token = match self.authorization(now) {
            Ok(token) => token,
            Err(outcome) => return outcome,
        };
        let form = json!({
            "phone_number": text.to,
            "template_id": self.template,
            "personalisation": { "body": text.body },
            "reference": id,
        });
        if !gate() {
            return Outcome::Withheld;
        }
        let timeout = self.timeout.min(times.after);
        let response = self
            .agent
            .post(format!("{}/v2/notifications/sms", self.base))
            .config()
            .timeout_global(Some(timeout))
            // Shorter than the whole, so that a failed connection can be distinguished from a missing answer.
            .timeout_resolve(Some(timeout / 2))
            .timeout_connect(Some(timeout / 2))
            .build()
            .header("authorization", token)
            .send_json(form);
        match response {
            Ok(response) if response.status() == StatusCode::CREATED => {
                match response.into_body().with_config().limit(MAX_RESPONSE_BYTES).read_json::<CreatedNotification>() {
                    Ok(made) if is_plain(&made.id) => Outcome::Delivered { remote: Some(made.id) },
                    // It was accepted; only the gateway's own id is unknown.
                    _ => Outcome::DELIVERED,
                }
            }
            Ok(response) => {
                let (status, after) = (response.status().as_u16(), retry_after(&response));
                let problem =
                    (status == 400).then(|| response.into_body().with_config().limit(MAX_RESPONSE_BYTES).read_json::<Problem>());
                let request_fault = problem.and_then(Result::ok).is_some_and(|problem| problem.is_request_fault());
                classify(Event::Status { status, after, request_fault })
            }
            Err(error) => classify(transport_event(&error)),
        }
    }

    /// The gateway's own id of the message with this reference.
    pub(super) fn find(&self, id: Id, times: Times, now: UtcTime) -> Result<Option<String>, Outcome> {
        let timeout = self.timeout.min(times.before);
        let list: Option<NotificationList> = self.ask(&format!("/v2/notifications?reference={id}"), timeout, now)?;
        Ok(list.into_iter().flat_map(|list| list.notifications).map(|found| found.id).find(|id| is_plain(id)))
    }

    /// The delivery status of a message, by the gateway's own id; none when the gateway does not know it (any more).
    pub(super) fn delivery_status(&self, remote: &str, now: UtcTime) -> Result<Option<DeliveryStatus>, Outcome> {
        let found: Option<FoundNotification> = self.ask(&format!("/v2/notifications/{remote}"), self.timeout, now)?;
        Ok(found.map(|found| parse_status(&found.status)))
    }

    fn ask<T: serde::de::DeserializeOwned>(&self, path: &str, timeout: Duration, now: UtcTime) -> Result<Option<T>, Outcome> {
        let token = self.authorization(now)?;
        let question = self.agent.get(format!("{}{path}", self.base)).config().timeout_global(Some(timeout)).build();
        // A failed question leaves the doubt unchanged: asking hands nothing over.
        let unknown = |what| Outcome::Temporary { what, after: None, counts: true };
        let response =
            question.header("authorization", token).call().map_err(|error| match classify(transport_event(&error)) {
                Outcome::InDoubt { what, .. } => unknown(what),
                other => other,
            })?;
        match response.status() {
            StatusCode::OK => {
                let read = response.into_body().with_config().limit(MAX_RESPONSE_BYTES).read_json();
                read.map(Some).map_err(|_| unknown("gateway answer"))
            }
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(match status.as_u16() {
                status @ (401 | 403 | 429 | 503) => {
                    classify(Event::Status { status, after: retry_after(&response), request_fault: false })
                }
                _ => unknown("gateway question"),
            }),
        }
    }
}

impl MessageSettings {
    /// The text gateway in these settings, if any.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn gateway(&self) -> Result<Option<Gateway>, String> {
        let Some(url) = &self.sms_url else { return Ok(None) };
        let key = match (&self.sms_key, &self.sms_key_file) {
            (Some(key), _) => key.clone(),
            (None, Some(path)) => std::fs::read_to_string(path)
                .map_err(|error| format!("the file with the text gateway's key cannot be read: {error}"))?,
            (None, None) => {
                return Err("the text gateway's key is required: set CONFIDE_SMS_KEY or CONFIDE_SMS_KEY_FILE".to_owned());
            }
        };
        Gateway::new(url, &key, self.sms_template.as_deref().unwrap_or_default()).map(Some)
    }
}

/// An id that can be used in a URL and stored in a column unchanged.
fn is_plain(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn parse_status(status: &str) -> DeliveryStatus {
    match status {
        "delivered" => DeliveryStatus::Delivered,
        "permanent-failure" => DeliveryStatus::Failed("number"),
        "temporary-failure" => DeliveryStatus::Failed("telephone off"),
        "technical-failure" => DeliveryStatus::Failed("gateway failure"),
        // created, sending, pending, sent, and statuses that may be added.
        _ => DeliveryStatus::UnderWay,
    }
}

/// No answer came. Without a connection nothing can have been sent.
fn transport_event(error: &ureq::Error) -> Event {
    use std::io::ErrorKind;
    match error {
        ureq::Error::HostNotFound | ureq::Error::Timeout(ureq::Timeout::Resolve) => Event::Name,
        ureq::Error::ConnectionFailed | ureq::Error::Timeout(ureq::Timeout::Connect) => Event::Unreachable,
        ureq::Error::Tls(_) | ureq::Error::Pem(_) | ureq::Error::Rustls(_) | ureq::Error::TlsRequired => Event::Tls,
        ureq::Error::Io(io) => match io.kind() {
            ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::AddrNotAvailable => Event::Unreachable,
            // rustls reports this for an invalid certificate, and for a server without TLS.
            ErrorKind::InvalidData => Event::Tls,
            _ => Event::NoAnswer,
        },
        _ => Event::NoAnswer,
    }
}

/// `Retry-After` in seconds.
fn retry_after<T>(response: &ureq::http::Response<T>) -> Option<TimeDelta> {
    let seconds = response.headers().get("retry-after")?.to_str().ok()?.trim().parse::<u32>().ok()?;
    Some(TimeDelta::seconds(seconds.into()))
}
