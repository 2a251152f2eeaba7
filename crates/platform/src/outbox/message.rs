//! A message: its content, its carrier and its state.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids::Id;
use crate::seal::{Place, Sealer};

crate::string_enum! {
    /// What carries a message.
    pub enum MessageCarrier {
        /// By email.
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
        /// Handed over to the carrier.
        Sent = "sent",
        /// Known to have arrived.
        Delivered = "delivered",
        /// Cannot arrive: the address or number is wrong.
        Failed = "failed",
        /// Tried too often; waits for a person's decision.
        Dead = "dead",
        /// Handed over twice without an answer: it may have arrived. A person decides whether it is sent again.
        InDoubt = "in_doubt",
        /// No longer applied when it was due, or was not wanted; nothing was sent.
        Dropped = "dropped",
    }
}

/// An email to one person. Its text is neutral: it names neither the service nor its field.
#[derive(Clone, Serialize, Deserialize)]
pub struct Email {
    /// The email address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// A text message to one person, of 160 characters at most.
#[derive(Clone, Serialize, Deserialize)]
pub struct TextMessage {
    /// The mobile number, in E.164.
    pub to: String,
    /// The text.
    pub body: String,
}

/// A message, by its carrier.
#[derive(Clone, Debug)]
pub enum Message {
    /// By email.
    Email(Email),
    /// As a text message.
    Sms(TextMessage),
}

crate::redacted_debug!(Email, TextMessage);

impl Message {
    /// The address or number that it goes to.
    pub(super) fn to(&self) -> &str {
        match self {
            Self::Email(email) => &email.to,
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
            Self::Email(email) => sealer.seal_json(place(id), email),
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
