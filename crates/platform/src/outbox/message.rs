//! What goes out: its words, its channel, and its state.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids::Id;
use crate::seal::{Place, Sealer};

crate::words! {
    /// What a message travels by.
    pub enum MessageCarrier {
        /// By e-mail.
        Email = "email",
        /// As a text message.
        Sms = "sms",
    }

    /// The state of a message.
    pub enum MessageState {
        /// Waits until it is due, or for its next attempt.
        Queued = "queued",
        /// An instance is about to send it.
        Claimed = "claimed",
        /// Handed over.
        Sent = "sent",
        /// Known to have arrived.
        Delivered = "delivered",
        /// Cannot arrive: the address or number is not good.
        Failed = "failed",
        /// Tried too often; waits for a person.
        Dead = "dead",
        /// Handed over twice without an answer: it may have arrived. A person decides whether it is sent again.
        InDoubt = "in_doubt",
        /// Not true any more when it was due, or not wanted; nothing was sent.
        Dropped = "dropped",
    }
}

/// A letter to one person. Its words are neutral: they name neither the service nor its field.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// The e-mail address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// A text message to one person, of 160 characters at most.
#[derive(Clone, Serialize, Deserialize)]
pub struct Text {
    /// The mobile number, in E.164.
    pub to: String,
    /// The words.
    pub body: String,
}

/// What goes out, by its channel.
#[derive(Clone, Debug)]
pub enum Message {
    /// By e-mail.
    Email(Letter),
    /// As a text message.
    Sms(Text),
}

crate::redacted_debug!(Letter, Text);

impl Message {
    /// To which address or number it goes.
    pub(super) fn to(&self) -> &str {
        match self {
            Self::Email(letter) => &letter.to,
            Self::Sms(text) => &text.to,
        }
    }

    pub(super) fn channel(&self) -> MessageCarrier {
        match self {
            Self::Email(_) => MessageCarrier::Email,
            Self::Sms(_) => MessageCarrier::Sms,
        }
    }

    pub(super) fn seal(&self, sealer: &Sealer, id: Id) -> Result<Vec<u8>> {
        match self {
            Self::Email(letter) => sealer.seal_json(place(id), letter),
            Self::Sms(text) => sealer.seal_json(place(id), text),
        }
    }

    pub(super) fn open(sealer: &Sealer, id: Id, channel: MessageCarrier, sealed: &[u8]) -> Result<Self> {
        Ok(match channel {
            MessageCarrier::Email => Self::Email(sealer.open_json(place(id), sealed)?),
            MessageCarrier::Sms => Self::Sms(sealer.open_json(place(id), sealed)?),
        })
    }
}

pub(super) fn place(id: Id) -> Place {
    Place("outbox.message", id)
}
