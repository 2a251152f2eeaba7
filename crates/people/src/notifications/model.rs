//! Notification preferences, and the content of a message before they are applied.

use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

platform::string_enum! {
    /// The channel for messages to a practitioner.
    pub enum MessageChannel {
        /// Email.
        Email = "email",
        /// Text message to a verified mobile number; email while the number is not verified.
        Sms = "sms",
        /// Email, and only when someone else has changed something the practitioner must know, such as an appointment that was
        /// moved or cancelled.
        EssentialOnly = "essential_only",
    }

    /// How messages name their sender.
    pub enum MessageWording {
        /// Messages do not name the service.
        Neutral = "neutral",
        /// Messages name the service.
        Named = "named",
    }
}

/// Hours of the day, in UK time, in which no messages are sent. They may span midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// The first minute.
    pub from: NaiveTime,
    /// The first minute after them.
    pub until: NaiveTime,
}

/// How a practitioner may be called. What they have not stated is not known.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPreferences {
    /// Whether it is safe to call: no one else hears it.
    pub safe_to_call: Option<bool>,
    /// Whether it is safe to leave a voicemail.
    pub safe_to_leave_voicemail: Option<bool>,
    /// When a call suits them best.
    pub best_time: Option<String>,
}

platform::redacted_debug!(CallPreferences);

/// The notification preferences of a practitioner.
#[derive(Clone, PartialEq, Eq)]
pub struct NotificationPreferences {
    pub channel: MessageChannel,
    /// The mobile number, in E.164.
    pub mobile: Option<String>,
    /// Whether the practitioner has confirmed the number with a code.
    pub mobile_verified: bool,
    pub quiet_hours: Option<QuietHours>,
    pub wording: MessageWording,
    /// Whether reminders of appointments are sent some days before.
    pub reminders: bool,
    /// The subject line of every email; `None` for each email's own.
    pub subject_line: Option<String>,
    /// How they may be called. It decides about no message.
    pub calls: CallPreferences,
}

platform::redacted_debug!(NotificationPreferences);

impl Default for NotificationPreferences {
    /// The preferences of a practitioner who has set none: neutral emails, by day.
    fn default() -> Self {
        let hour = |hour| NaiveTime::MIN + chrono::TimeDelta::hours(hour);
        Self {
            channel: MessageChannel::Email,
            mobile: None,
            mobile_verified: false,
            quiet_hours: Some(QuietHours { from: hour(21), until: hour(8) }),
            wording: MessageWording::Neutral,
            reminders: true,
            subject_line: None,
            calls: CallPreferences::default(),
        }
    }
}

/// The content of a message. Its text names neither the service nor any person.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The subject line of the email.
    pub subject: &'static str,
    /// What has happened, in one sentence that begins with a lower-case letter.
    pub sentence: String,
    /// The page of the app with the details, beginning with `/`.
    pub path: String,
    /// The same content as a text message.
    pub text: String,
    /// True when it is sent even to those who chose [`MessageChannel::EssentialOnly`].
    pub essential: bool,
    /// When the message is of no use any more. An essential one is sent in quiet hours rather than too late.
    pub expires_at: DateTime<Utc>,
}

/// The recipient of a message: address, greeting and consent, which are not part of the preferences.
#[derive(Clone)]
pub struct Recipient {
    pub email: String,
    /// The greeting.
    pub greeting: Option<String>,
    /// The name of the service, where the practitioner has agreed that messages name it.
    pub service: Option<String>,
}

/// The decision about a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It is sent by email.
    Email,
    /// It is sent as a text message to this number.
    TextMessage(String),
    /// It waits until this time.
    Postpone(DateTime<Utc>),
    /// It is not sent.
    Discard,
}
