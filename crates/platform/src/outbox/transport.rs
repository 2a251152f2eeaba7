//! How a message is sent: emails by SMTP, text messages by a gateway, or either as a file in a folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Mail};

pub use super::handover::{Gate, Times};

use super::message::{Email, Message, TextMessage};
use super::notify::Gateway;
use super::outcome::{Event, Outcome, classify};
use super::smtp::MailServer;
use crate::files;
use crate::ids::{Id, UtcTime};

/// Where messages are sent.
#[derive(Clone)]
pub struct Transport {
    from: Mailbox,
    emails: EmailRoute,
    texts: TextRoute,
}

#[derive(Clone)]
enum EmailRoute {
    Folder(PathBuf),
    Smtp(Arc<MailServer>),
}

#[derive(Clone)]
enum TextRoute {
    NotConfigured,
    Folder(PathBuf),
    Gateway(Arc<Gateway>),
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let emails = match self.emails {
            EmailRoute::Folder(_) => "folder",
            EmailRoute::Smtp(_) => "smtp",
        };
        let texts = match self.texts {
            TextRoute::NotConfigured => "nowhere",
            TextRoute::Folder(_) => "folder",
            TextRoute::Gateway(_) => "gateway",
        };
        write!(f, "Transport(emails: {emails}, texts: {texts})")
    }
}

impl Transport {
    /// Emails become `ID.eml` files and text messages `ID.sms` files in a folder, which is created when it is missing.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn folder(from: &str, folder: PathBuf) -> Result<Self, String> {
        prepare_folder(&folder)?;
        Ok(Self { from: mailbox(from)?, emails: EmailRoute::Folder(folder.clone()), texts: TextRoute::Folder(folder) })
    }

    /// Emails are sent to a mail server with the address `smtp://` or `smtps://user:password@host:port`; there is no route for
    /// text messages yet.
    ///
    /// # Errors
    /// A sentence for the operator that does not repeat the address.
    pub fn smtp(from: &str, url: &str) -> Result<Self, String> {
        let server =
            MailServer::from_url(url).ok_or_else(|| "the mail server address is not a valid smtp(s):// URL".to_owned())?;
        Ok(Self { from: mailbox(from)?, emails: EmailRoute::Smtp(Arc::new(server)), texts: TextRoute::NotConfigured })
    }

    /// The same with text messages as files in a folder.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn with_text_folder(mut self, folder: PathBuf) -> Result<Self, String> {
        prepare_folder(&folder)?;
        self.texts = TextRoute::Folder(folder);
        Ok(self)
    }

    /// The same with text messages sent by a gateway.
    #[must_use]
    pub fn with_text_gateway(mut self, gateway: Gateway) -> Self {
        self.texts = TextRoute::Gateway(Arc::new(gateway));
        self
    }

    /// The gateway, to ask for the delivery status of text messages.
    pub(super) fn gateway(&self) -> Option<Arc<Gateway>> {
        match &self.texts {
            TextRoute::Gateway(gateway) => Some(gateway.clone()),
            _ => None,
        }
    }

    /// Sends one message, blocking. The same id results in the same file, Message-ID or reference, so that a repeat is
    /// recognised; with `in_doubt` a carrier that can be asked is first asked whether it has the message already.
    pub fn send(&self, id: Id, message: &Message, in_doubt: bool, times: Times, now: UtcTime, gate: Gate<'_>) -> Outcome {
        match message {
            Message::Email(email) => self.send_email(id, email, times, gate),
            Message::Sms(text) => self.send_text(id, text, in_doubt, times, now, gate),
        }
    }

    fn send_email(&self, id: Id, email: &Email, times: Times, gate: Gate<'_>) -> Outcome {
        let Ok(to) = email.to.parse::<Mailbox>() else { return Outcome::Refused { what: "recipient" } };
        let mail = Mail::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&email.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(email.body.clone());
        let Ok(mail) = mail else { return Outcome::Refused { what: "message" } };
        match &self.emails {
            EmailRoute::Smtp(server) => server.send(&mail, times, gate),
            EmailRoute::Folder(folder) => write_file(folder, &format!("{id}.eml"), &mail.formatted(), gate),
        }
    }

    fn send_text(&self, id: Id, text: &TextMessage, in_doubt: bool, times: Times, now: UtcTime, gate: Gate<'_>) -> Outcome {
        match &self.texts {
            TextRoute::NotConfigured => Outcome::Misconfigured { what: "no gateway" },
            TextRoute::Folder(folder) => {
                write_file(folder, &format!("{id}.sms"), format!("To: {}\n\n{}\n", text.to, text.body).as_bytes(), gate)
            }
            TextRoute::Gateway(gateway) if in_doubt => match gateway.find(id, times, now) {
                // The status at the gateway does not matter here: it is polled like that of any other message.
                Ok(Some(remote)) => Outcome::Delivered { remote: Some(remote) },
                Ok(None) => gateway.send(id, text, times, now, gate),
                Err(outcome) => outcome,
            },
            TextRoute::Gateway(gateway) => gateway.send(id, text, times, now, gate),
        }
    }
}

/// Writes a file that is either missing or complete. A file that exists already is this very message.
fn write_file(folder: &Path, name: &str, bytes: &[u8], gate: Gate<'_>) -> Outcome {
    let (partial, whole) = (folder.join(format!(".{name}.{}.part", std::process::id())), folder.join(name));
    if whole.exists() {
        return Outcome::DELIVERED;
    }
    if !gate() {
        return Outcome::Withheld;
    }
    match std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(partial, whole)) {
        Ok(()) => Outcome::DELIVERED,
        Err(_) => classify(Event::Folder),
    }
}

/// Creates the folder, and removes other users' access to messages in it that an earlier version left readable: they contain
/// links that sign people in.
fn prepare_folder(folder: &Path) -> Result<(), String> {
    files::create_folder(folder).map_err(|error| format!("the outbox folder cannot be created: {error}"))?;
    if let Some(warning) = files::permission_warning(folder) {
        tracing::warn!("the outbox folder: {warning}");
    }
    let entries = std::fs::read_dir(folder).map_err(|error| format!("the outbox folder cannot be read: {error}"))?;
    let messages = entries.flatten().map(|entry| entry.path());
    for path in messages.filter(|path| path.extension().is_some_and(|suffix| suffix == "eml" || suffix == "sms")) {
        if let Err(warning) = files::restrict_to_owner(&path) {
            tracing::warn!("{warning}");
        }
    }
    Ok(())
}

fn mailbox(from: &str) -> Result<Mailbox, String> {
    from.parse().map_err(|_| "the sender address is not a valid email address".to_owned())
}
