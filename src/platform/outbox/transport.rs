//! How a message leaves: letters by SMTP, texts by a gateway, or either as a file in a folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Mail};
use lettre::{SmtpTransport, Transport as _};

use super::notify::Gateway;
use super::{Letter, Message, Text};
use crate::platform::files;
use crate::platform::ids::{Id, UtcTime};

/// How long one step of a talk with a mail server may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was handed over. A gateway that can be asked later has its own id for it.
    Sent {
        /// The gateway's id.
        remote: Option<String>,
    },
    /// It may go another time.
    Retry {
        /// What failed, in a word or two, without the recipient.
        what: &'static str,
        /// How long the other side wants to be left alone.
        after: Option<TimeDelta>,
        /// It may have gone through.
        in_doubt: bool,
    },
    /// It will never go: the other side does not know the recipient or does not take the message.
    Refused {
        /// What failed, in a word or two, without the recipient.
        what: &'static str,
    },
}

impl Outcome {
    /// It was handed over, to somebody who cannot be asked later.
    pub const SENT: Self = Self::Sent { remote: None };

    fn retry(what: &'static str) -> Self {
        Self::Retry { what, after: None, in_doubt: false }
    }
}

/// Where messages go.
#[derive(Clone)]
pub struct Transport {
    from: Mailbox,
    letters: Letters,
    texts: Texts,
}

#[derive(Clone)]
enum Letters {
    Folder(PathBuf),
    Smtp(Arc<SmtpTransport>),
}

#[derive(Clone)]
enum Texts {
    Nowhere,
    Folder(PathBuf),
    Gateway(Arc<Gateway>),
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let letters = match self.letters {
            Letters::Folder(_) => "folder",
            Letters::Smtp(_) => "smtp",
        };
        let texts = match self.texts {
            Texts::Nowhere => "nowhere",
            Texts::Folder(_) => "folder",
            Texts::Gateway(_) => "gateway",
        };
        write!(f, "Transport(letters: {letters}, texts: {texts})")
    }
}

impl Transport {
    /// Letters become `ID.eml` files, texts `ID.sms` files, in a folder, which is made when it is missing.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn folder(from: &str, folder: PathBuf) -> Result<Self, String> {
        make(&folder)?;
        Ok(Self { from: mailbox(from)?, letters: Letters::Folder(folder.clone()), texts: Texts::Folder(folder) })
    }

    /// Letters go to a mail server, named by `smtp://` or `smtps://user:password@host:port`; texts nowhere yet.
    ///
    /// # Errors
    /// A sentence for the operator, which does not repeat the address.
    pub fn smtp(from: &str, url: &str) -> Result<Self, String> {
        let server =
            SmtpTransport::from_url(url).map_err(|_| "the mail server address is not a valid smtp(s):// URL".to_owned())?;
        let server = server.timeout(Some(PATIENCE)).build();
        Ok(Self { from: mailbox(from)?, letters: Letters::Smtp(Arc::new(server)), texts: Texts::Nowhere })
    }

    /// The same with texts as files in a folder.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn texts_in(mut self, folder: PathBuf) -> Result<Self, String> {
        make(&folder)?;
        self.texts = Texts::Folder(folder);
        Ok(self)
    }

    /// The same with texts sent by a gateway.
    #[must_use]
    pub fn texts_by(mut self, gateway: Gateway) -> Self {
        self.texts = Texts::Gateway(Arc::new(gateway));
        self
    }

    /// The gateway, for asking what became of texts.
    pub(super) fn gateway(&self) -> Option<Arc<Gateway>> {
        match &self.texts {
            Texts::Gateway(gateway) => Some(gateway.clone()),
            _ => None,
        }
    }

    /// Sends one message, blocking. The same id makes the same file, Message-ID or reference, so a repeat can be told; with
    /// `in_doubt` whoever can be asked is asked first whether it is there already.
    pub fn send(&self, id: Id, message: &Message, in_doubt: bool, now: UtcTime) -> Outcome {
        match message {
            Message::Email(letter) => self.letter(id, letter),
            Message::Sms(text) => self.text(id, text, in_doubt, now),
        }
    }

    fn letter(&self, id: Id, letter: &Letter) -> Outcome {
        let Ok(to) = letter.to.parse::<Mailbox>() else { return Outcome::Refused { what: "recipient" } };
        let mail = Mail::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone());
        let Ok(mail) = mail else { return Outcome::Refused { what: "message" } };
        match &self.letters {
            Letters::Smtp(server) => server.send(&mail).map_or_else(|error| unsent(&error), |_| Outcome::SENT),
            Letters::Folder(folder) => file(folder, &format!("{id}.eml"), &mail.formatted()),
        }
    }

    fn text(&self, id: Id, text: &Text, in_doubt: bool, now: UtcTime) -> Outcome {
        match &self.texts {
            Texts::Nowhere => Outcome::retry("no gateway"),
            Texts::Folder(folder) => file(folder, &format!("{id}.sms"), format!("To: {}\n\n{}\n", text.to, text.body).as_bytes()),
            Texts::Gateway(gateway) if in_doubt => match gateway.find(id, now) {
                // However it stands there: what became of it is asked as of any other.
                Ok(Some(remote)) => Outcome::Sent { remote: Some(remote) },
                Ok(None) => gateway.send(id, text, now),
                Err(outcome) => outcome,
            },
            Texts::Gateway(gateway) => gateway.send(id, text, now),
        }
    }
}

/// Writes a file that is either not there or whole. One that is there already is this very message.
fn file(folder: &Path, name: &str, bytes: &[u8]) -> Outcome {
    let (partial, whole) = (folder.join(format!(".{name}.{}.part", std::process::id())), folder.join(name));
    if whole.exists() {
        return Outcome::SENT;
    }
    match std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(partial, whole)) {
        Ok(()) => Outcome::SENT,
        Err(_) => Outcome::retry("folder"),
    }
}

/// What a mail server's refusal means. Only what it says of the mailbox is final; a wrong password, for one, is the operator's
/// to mend, and no reason to give a letter up.
fn unsent(error: &lettre::transport::smtp::Error) -> Outcome {
    const NO_SUCH_MAILBOX: [u16; 5] = [521, 550, 551, 553, 556];
    match error.status().map(u16::from) {
        Some(code) if NO_SUCH_MAILBOX.contains(&code) => Outcome::Refused { what: "mailbox" },
        Some(_) => Outcome::retry("mail server"),
        None => Outcome::Retry { what: "mail server", after: None, in_doubt: !error.is_client() },
    }
}

/// Makes the folder, and takes from others what an earlier version left readable in it: messages hold links that sign people in.
fn make(folder: &Path) -> Result<(), String> {
    files::make_folder(folder).map_err(|error| format!("the outbox folder cannot be made: {error}"))?;
    if let Some(complaint) = files::exposed(folder) {
        tracing::warn!("the outbox folder: {complaint}");
    }
    let entries = std::fs::read_dir(folder).map_err(|error| format!("the outbox folder cannot be read: {error}"))?;
    let messages = entries.flatten().map(|entry| entry.path());
    for path in messages.filter(|path| path.extension().is_some_and(|ending| ending == "eml" || ending == "sms")) {
        if let Err(complaint) = files::tighten(&path) {
            tracing::warn!("{complaint}");
        }
    }
    Ok(())
}

fn mailbox(from: &str) -> Result<Mailbox, String> {
    from.parse().map_err(|_| "the sender address is not a valid e-mail address".to_owned())
}
