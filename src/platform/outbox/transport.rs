//! How a letter leaves: by SMTP, or as a file in a folder.

use std::path::PathBuf;
use std::sync::Arc;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::{SmtpTransport, Transport as _};

use super::Letter;
use crate::platform::ids::Id;

/// Where letters go.
#[derive(Clone)]
pub struct Transport {
    from: Mailbox,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Folder(PathBuf),
    Smtp(Arc<SmtpTransport>),
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.way {
            Way::Folder(_) => "Transport(folder)",
            Way::Smtp(_) => "Transport(smtp)",
        })
    }
}

impl Transport {
    /// Letters become `ID.eml` files in a folder, which is made when it is missing.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn folder(from: &str, folder: PathBuf) -> Result<Self, String> {
        std::fs::create_dir_all(&folder).map_err(|error| format!("the outbox folder cannot be made: {error}"))?;
        Ok(Self { from: mailbox(from)?, way: Way::Folder(folder) })
    }

    /// Letters go to a mail server, named by `smtp://` or `smtps://user:password@host:port`.
    ///
    /// # Errors
    /// A sentence for the operator, which does not repeat the address.
    pub fn smtp(from: &str, url: &str) -> Result<Self, String> {
        let server =
            SmtpTransport::from_url(url).map_err(|_| "the mail server address is not a valid smtp(s):// URL".to_owned())?;
        let server = server.timeout(Some(std::time::Duration::from_secs(20))).build();
        Ok(Self { from: mailbox(from)?, way: Way::Smtp(Arc::new(server)) })
    }

    /// Sends one letter, blocking. The same id makes the same file and the same Message-ID, so a repeat can be told.
    ///
    /// # Errors
    /// One word for the log: what failed, without the recipient.
    pub fn send(&self, id: Id, letter: &Letter) -> Result<(), &'static str> {
        let to: Mailbox = letter.to.parse().map_err(|_| "recipient")?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone())
            .map_err(|_| "message")?;
        match &self.way {
            Way::Smtp(server) => server.send(&message).map(|_| ()).map_err(|_| "mail server"),
            Way::Folder(folder) => {
                let (partial, whole) = (folder.join(format!(".{id}.part")), folder.join(format!("{id}.eml")));
                std::fs::write(&partial, message.formatted()).and_then(|()| std::fs::rename(partial, whole)).map_err(|_| "folder")
            }
        }
    }
}

fn mailbox(from: &str) -> Result<Mailbox, String> {
    from.parse().map_err(|_| "the sender address is not a valid e-mail address".to_owned())
}
