//! A session with a mail server, step by step, so that it is known how far it came when it breaks off.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::Message as Mail;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use percent_encoding::percent_decode_str;
use url::Url;

use super::handover::{Gate, Times};
use super::outcome::{Event, Outcome, Stage, classify};

/// How many idle connections are kept,
const MAX_IDLE: usize = 8;
/// and for how long.
const IDLE_LIFETIME: Duration = Duration::from_secs(20);
/// How soon an idle connection must show that it still works.
const IDLE_CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// The mail server that email is sent to.
pub(super) struct MailServer {
    host: String,
    port: u16,
    hello: ClientId,
    encryption: Encryption,
    credentials: Option<Credentials>,
    idle: Mutex<Vec<(SmtpConnection, Instant)>>,
}

enum Encryption {
    None,
    /// STARTTLS if the server offers it.
    Opportunistic(TlsParameters),
    /// STARTTLS, or no connection.
    Required(TlsParameters),
    /// TLS from the first byte.
    Wrapped(TlsParameters),
}

crate::redacted_debug!(MailServer);

impl MailServer {
    /// The server of an `smtp://` or `smtps://user:password@host:port/client-name?tls=required|opportunistic` address, in
    /// lettre's format.
    pub(super) fn from_url(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let host = url.host_str()?.to_owned();
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let parameters = || TlsParameters::new(host.clone()).ok();
        let (encryption, default_port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Encryption::None, 25),
            ("smtp", Some("required")) => (Encryption::Required(parameters()?), 587),
            ("smtp", Some("opportunistic")) => (Encryption::Opportunistic(parameters()?), 587),
            ("smtps", _) => (Encryption::Wrapped(parameters()?), 465),
            _ => return None,
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned);
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        let name = url.path().trim_matches('/');
        let hello = if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) };
        Some(Self { port: url.port().unwrap_or(default_port), host, hello, encryption, credentials, idle: Mutex::default() })
    }

    /// Sends one message, blocking. `gate` is called right before the first byte of the message itself.
    pub(super) fn send(&self, mail: &Mail, times: Times, gate: Gate<'_>) -> Outcome {
        let started = Instant::now();
        let mut session = match self.open_session(started, times.before) {
            Ok(session) => session,
            Err(event) => return classify(event),
        };
        let outcome = session.deliver(mail, times, gate);
        match outcome {
            Ok(outcome) => {
                self.keep_idle(session.connection);
                outcome
            }
            Err(event) => {
                // The connection is usable after a refusal; it is closed all the same, so that no half-sent command remains.
                session.set_timeout(Duration::from_millis(200));
                session.connection.abort();
                event.map_or(Outcome::Withheld, classify)
            }
        }
    }

    /// A connection that is greeted, encrypted and signed in: an idle one that still answers, or a new one.
    fn open_session(&self, started: Instant, timeout: Duration) -> Result<MailSession, Event> {
        while let Some(connection) = self.take_idle() {
            let mut session = MailSession { connection, started, timeout };
            session
                .set_timeout(time_left(started, timeout).ok_or(Event::Lost { stage: Stage::Connect })?.min(IDLE_CHECK_TIMEOUT));
            if session.connection.test_connected() {
                return Ok(session);
            }
        }
        let addresses: Vec<SocketAddr> = (self.host.as_str(), self.port).to_socket_addrs().map_err(|_| Event::Name)?.collect();
        if addresses.is_empty() {
            return Err(Event::Name);
        }
        let each = time_left(started, timeout).ok_or(Event::Lost { stage: Stage::Connect })?;
        let wrapped = match &self.encryption {
            Encryption::Wrapped(parameters) => Some(parameters),
            _ => None,
        };
        let connection = SmtpConnection::connect(&addresses[..], Some(each), &self.hello, wrapped, None)
            .map_err(|error| event(&error, Stage::Connect))?;
        let mut session = MailSession { connection, started, timeout };
        session.limit_step(Stage::Connect)?;
        match &self.encryption {
            Encryption::Required(parameters) => session.connection.starttls(parameters, &self.hello),
            Encryption::Opportunistic(parameters) if session.connection.can_starttls() => {
                session.connection.starttls(parameters, &self.hello)
            }
            _ => Ok(()),
        }
        .map_err(|error| event(&error, Stage::Connect))?;
        if let Some(credentials) = &self.credentials {
            session.limit_step(Stage::SignIn)?;
            session.connection.auth(DEFAULT_MECHANISMS, credentials).map_err(|error| event(&error, Stage::SignIn))?;
        }
        Ok(session)
    }

    fn take_idle(&self) -> Option<SmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE_LIFETIME);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep_idle(&self, connection: SmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE && !connection.has_broken() {
            idle.push((connection, Instant::now()));
        }
    }
}

/// A connection and its time limit.
struct MailSession {
    connection: SmtpConnection,
    started: Instant,
    timeout: Duration,
}

impl MailSession {
    /// From the sender's address to the answer to the whole message. `Err(None)` when the gate is closed.
    fn deliver(&mut self, mail: &Mail, times: Times, gate: Gate<'_>) -> Result<Outcome, Option<Event>> {
        let envelope = mail.envelope();
        self.limit_step(Stage::Sender)?;
        let is_ascii = envelope.to().iter().chain(envelope.from()).all(|address| address.to_string().is_ascii());
        let parameters = if is_ascii { Vec::new() } else { vec![MailParameter::SmtpUtfEight] };
        if !is_ascii && !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Ok(Outcome::Refused { what: "mailbox" });
        }
        let from = MailFrom::new(envelope.from().cloned(), parameters);
        self.connection.command(from).map_err(|error| event(&error, Stage::Sender))?;
        for to in envelope.to() {
            self.limit_step(Stage::Recipient)?;
            self.connection.command(Rcpt::new(to.clone(), Vec::new())).map_err(|error| event(&error, Stage::Recipient))?;
        }
        self.limit_step(Stage::Data)?;
        if !gate() {
            return Err(None);
        }
        self.connection.command(Data).map_err(|error| event(&error, Stage::Data))?;
        self.set_timeout(times.after);
        self.connection.message(&mail.formatted()).map_err(|error| event(&error, Stage::Content))?;
        Ok(Outcome::DELIVERED)
    }

    /// Limits the next step to what is left of the time for all of them.
    fn limit_step(&mut self, stage: Stage) -> Result<(), Event> {
        let left = time_left(self.started, self.timeout).ok_or(Event::Lost { stage })?;
        self.set_timeout(left);
        Ok(())
    }

    fn set_timeout(&mut self, time: Duration) {
        // A socket that does not accept a timeout is broken, which the next step reports.
        let _ = self.connection.set_timeout(Some(time.max(Duration::from_millis(1))));
    }
}

fn time_left(started: Instant, timeout: Duration) -> Option<Duration> {
    timeout.checked_sub(started.elapsed()).filter(|left| !left.is_zero())
}

/// The event for an error of the mail library.
fn event(error: &Error, stage: Stage) -> Event {
    if let Some(code) = error.status() {
        let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        return Event::Reply { stage, code: code.into(), enhanced: enhanced(&text) };
    }
    if error.is_tls() {
        return Event::Tls;
    }
    if error.is_client() && stage < Stage::Content {
        return Event::Unsupported;
    }
    match io_kind(error) {
        // rustls reports this for an invalid certificate, and for a server without TLS.
        Some(std::io::ErrorKind::InvalidData) if stage <= Stage::SignIn => Event::Tls,
        Some(
            std::io::ErrorKind::ConnectionRefused
            | std::io::ErrorKind::HostUnreachable
            | std::io::ErrorKind::NetworkUnreachable
            | std::io::ErrorKind::AddrNotAvailable,
        ) if stage == Stage::Connect => Event::Unreachable,
        _ => Event::Lost { stage },
    }
}

fn io_kind(error: &Error) -> Option<std::io::ErrorKind> {
    let mut source = std::error::Error::source(error);
    while let Some(one) = source {
        if let Some(io) = one.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        source = one.source();
    }
    None
}

/// The subject and detail of an enhanced status code (RFC 3463) at the beginning of a reply: (7, 1) for `5.7.1 Relaying denied`.
fn enhanced(text: &str) -> Option<(u16, u16)> {
    let mut parts = text.split_whitespace().next()?.split('.');
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = parts.next().is_none() && matches!(class, "2" | "4" | "5");
    plain.then_some((subject.parse().ok()?, detail.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_code_is_read_only_where_it_is_one() {
        for (text, code) in [
            ("5.7.1 Relaying denied", Some((7, 1))),
            ("4.2.0\nGreylisted", Some((2, 0))),
            ("no such user", None),
            ("10.0.0.1 is blocked", None),
            ("5.7 x", None),
            ("", None),
        ] {
            assert_eq!(enhanced(text), code, "{text}");
        }
    }

    #[test]
    fn an_address_of_a_mail_server_is_read_or_refused() {
        for (address, port) in [
            ("smtp://mail.example.org", 25),
            ("smtp://mail.example.org:2525", 2525),
            ("smtp://u:p%40ss@mail.example.org?tls=required", 587),
            ("smtp://mail.example.org/our-name?tls=opportunistic", 587),
            ("smtps://u:p@mail.example.org", 465),
        ] {
            assert_eq!(MailServer::from_url(address).map(|server| server.port), Some(port), "{address}");
        }
        for address in ["http://mail.example.org", "smtp:", "mail", "smtp://mail.example.org?tls=maybe"] {
            assert!(MailServer::from_url(address).is_none(), "{address}");
        }
    }
}
