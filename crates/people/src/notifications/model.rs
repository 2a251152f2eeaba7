//! What a person may wish of our messages, and what a message has to say before those wishes are known.

use chrono::{DateTime, NaiveTime, Utc};

platform::words! {
    /// How a practitioner wants to be written to.
    pub enum MessageChannel {
        /// By e-mail.
        Email = "email",
        /// By text to a mobile number that was verified; by e-mail as long as it is not.
        Sms = "sms",
        /// By e-mail, and only what somebody else has done that must be known: an appointment moved or cancelled.
        EssentialOnly = "essential_only",
    }

    /// What messages may say of where they come from.
    pub enum MessageWording {
        /// Nothing.
        Neutral = "neutral",
        /// The service's name.
        Named = "named",
    }
}

/// Hours of the day, on a clock in Britain, in which nobody is written to. They may span midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From this time on,
    pub from: NaiveTime,
    /// until this time.
    pub until: NaiveTime,
}

/// What a practitioner wishes.
#[derive(Clone, PartialEq, Eq)]
pub struct Wishes {
    pub channel: MessageChannel,
    /// The mobile number, in E.164.
    pub mobile: Option<String>,
    /// Whether the number was shown to be theirs.
    pub mobile_verified: bool,
    /// When not.
    pub quiet: Option<QuietHours>,
    pub wording: MessageWording,
    /// Whether appointments are recalled some days before.
    pub reminders: bool,
    /// The subject line that every letter gets instead of its own.
    pub subject_line: Option<String>,
}

platform::redacted_debug!(Wishes);

impl Default for Wishes {
    /// What holds for whoever has said nothing: neutral letters, by day.
    fn default() -> Self {
        let hour = |hour| NaiveTime::MIN + chrono::TimeDelta::hours(hour);
        Self {
            channel: MessageChannel::Email,
            mobile: None,
            mobile_verified: false,
            quiet: Some(QuietHours { from: hour(21), until: hour(8) }),
            wording: MessageWording::Neutral,
            reminders: true,
            subject_line: None,
        }
    }
}

/// What a message has to say. Its words name neither the service nor anybody in it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The subject line of a letter.
    pub subject: &'static str,
    /// What is the matter, in one sentence that begins with a small letter.
    pub sentence: String,
    /// Where in the app there is more, beginning with `/`.
    pub path: String,
    /// The same as a text message.
    pub text: String,
    /// True when it must be known even by those who want as few messages as can be.
    pub essential: bool,
    /// When it is of no use any more. What is essential is told in quiet hours rather than too late.
    pub until: DateTime<Utc>,
}

/// To whom and how, as far as it is not a wish.
#[derive(Clone)]
pub struct Manner {
    pub email: String,
    /// The words to greet with.
    pub greeting: Option<String>,
    /// The service's name, where they allow messages to say it.
    pub service: Option<String>,
}

/// What becomes of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// It goes as a letter.
    Letter,
    /// It goes as a text to this number.
    Text(String),
    /// It waits until then.
    Later(DateTime<Utc>),
    /// It does not go.
    Never,
}
