//! Forms about messages.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{MessageChannel, MessageWording, QuietHours, Wishes};
use super::rules;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::outbox::{MessageCarrier, MessageState, keeping};
use platform::private::Private;
use platform::refusal::Reason;

/// A time on a clock in Britain, in hours and minutes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 5, max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "21:00")]
pub struct ClockTime(pub NaiveTime);

impl TryFrom<String> for ClockTime {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        NaiveTime::parse_from_str(&text, "%H:%M").map(Self)
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.0.format("%H:%M").to_string()
    }
}

/// Hours in which nothing is sent but what somebody is waiting for. They may span midnight.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHoursForm {
    /// From this time on,
    pub from: ClockTime,
    /// until this time, which is another.
    pub until: ClockTime,
}

/// How somebody wants to be written to. What is left out is wished not to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceMessagePreferences {
    /// By which channel. Links for the address and the password always come by e-mail.
    pub channel: MessageChannel,
    /// The mobile number; without a country one of the United Kingdom. Texts go to it once it is verified.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub mobile: Option<Private<String>>,
    /// When nothing is sent; null for any hour.
    #[serde(default)]
    pub quiet_hours: Option<QuietHoursForm>,
    /// In which words. The service's name needs the consent `service_name_in_messages` of the registration, too.
    pub wording: MessageWording,
    /// Whether appointments are recalled some days before.
    pub reminders: bool,
    /// A subject line for every letter, for eyes that may fall on the screen; each letter's own, neutral one when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60, example = "Rota query")]
    pub subject_line: Option<Private<String>>,
}

impl ReplaceMessagePreferences {
    /// The wishes that the form expresses; `before` knows whether the number is verified.
    ///
    /// # Errors
    /// 422 `invalid_mobile`, or `invalid_body` naming the member.
    pub fn wishes(&self, before: &Wishes) -> Result<Wishes> {
        let mobile = self.mobile.as_ref().map(|typed| rules::mobile(typed.reveal())).transpose()?;
        let subject_line = match &self.subject_line {
            Some(typed) => rules::subject_line(typed.reveal())?,
            None => None,
        };
        let quiet = self.quiet_hours.map(|hours| QuietHours { from: hours.from.0, until: hours.until.0 });
        if quiet.is_some_and(|quiet| quiet.from == quiet.until) {
            let detail = "Quiet hours begin and end at different times.";
            return Err(Error::field(Reason::InvalidBody, "/quiet_hours/until", "invalid", detail));
        }
        let mobile_verified = before.mobile_verified && mobile == before.mobile;
        let (channel, wording, reminders) = (self.channel, self.wording, self.reminders);
        Ok(Wishes { channel, mobile, mobile_verified, quiet, wording, reminders, subject_line })
    }
}

/// How somebody is written to.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagePreferences {
    /// By which channel.
    pub channel: MessageChannel,
    /// The mobile number, in E.164.
    #[schema(max_length = 16)]
    pub mobile: Option<String>,
    /// Whether the number was shown to be theirs. Until then letters go by e-mail.
    pub mobile_verified: bool,
    /// When nothing is sent; null for any hour.
    pub quiet_hours: Option<QuietHoursForm>,
    /// In which words.
    pub wording: MessageWording,
    /// Whether appointments are recalled some days before.
    pub reminders: bool,
    /// The subject line of every letter; null for each letter's own.
    #[schema(max_length = 60)]
    pub subject_line: Option<String>,
}

impl From<Wishes> for MessagePreferences {
    fn from(wishes: Wishes) -> Self {
        let Wishes { channel, mobile, mobile_verified, quiet, wording, reminders, subject_line } = wishes;
        let quiet_hours = quiet.map(|quiet| QuietHoursForm { from: ClockTime(quiet.from), until: ClockTime(quiet.until) });
        Self { channel, mobile, mobile_verified, quiet_hours, wording, reminders, subject_line }
    }
}

/// A code on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct MobileCodeSent {
    /// Until when it is good.
    pub expires_at: UtcTime,
}

/// The code that came by text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmMobile {
    /// Six digits. Spaces and hyphens between them do not count.
    #[schema(value_type = String, min_length = 6, max_length = 11, pattern = "^[0-9]([ -]?[0-9]){5}$", example = "123456")]
    pub code: Private<String>,
}

/// A message, as its keepers see it: never to whom, never its words.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutgoingMessage {
    /// Names the message, here and at whoever carries it.
    pub id: Id,
    /// What it is about, in one word.
    #[schema(max_length = 50)]
    pub kind: String,
    /// How it travels; null until that is decided.
    pub channel: Option<MessageCarrier>,
    /// Where it stands.
    pub state: MessageState,
    /// How often it was tried.
    #[schema(minimum = 0, maximum = 1000)]
    pub attempts: i32,
    /// When it was asked for.
    pub created_at: UtcTime,
    /// When it is to be sent, or was.
    pub due_at: UtcTime,
    /// When it was handed over.
    pub sent_at: Option<UtcTime>,
    /// What went wrong last, in a word or two.
    #[schema(max_length = 50)]
    pub failure: Option<String>,
}

impl From<keeping::Kept> for OutgoingMessage {
    fn from(kept: keeping::Kept) -> Self {
        let keeping::Kept { id, kind, channel, state, attempts, created_at, due_at, sent_at, failure } = kept;
        Self { id, kind, channel, state, attempts, created_at, due_at, sent_at, failure }
    }
}

platform::words! {
    /// The states of a message that waits for a decision, as a form names them.
    pub enum UnsentState {
        /// Tried too often.
        Dead = "dead",
        /// Refused for its recipient.
        Failed = "failed",
        /// It may have arrived.
        InDoubt = "in_doubt",
    }
}

impl From<UnsentState> for MessageState {
    fn from(state: UnsentState) -> Self {
        match state {
            UnsentState::Dead => Self::Dead,
            UnsentState::Failed => Self::Failed,
            UnsentState::InDoubt => Self::InDoubt,
        }
    }
}

/// Which messages are sent again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayMessages {
    /// Those in this state.
    pub state: UnsentState,
    /// Only those about this, in one word.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 50, pattern = "^[a-z_]+$")]
    pub kind: Option<String>,
    /// Only those of this carrier.
    #[schema(value_type = MessageCarrier, required = false)]
    pub channel: Option<MessageCarrier>,
    /// Only those that were asked for at this instant or later.
    #[schema(value_type = UtcTime, required = false)]
    pub since: Option<UtcTime>,
}

impl From<&ReplayMessages> for keeping::Batch {
    fn from(form: &ReplayMessages) -> Self {
        Self { state: form.state.into(), kind: form.kind.clone(), channel: form.channel, since: form.since }
    }
}

/// How many messages are sent again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayMessagesResult {
    /// How many were put back into the queue.
    #[schema(minimum = 0)]
    pub count: u64,
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutgoingMessageQuery {
    /// Only those that stand so.
    #[param(nullable = false)]
    pub state: Option<MessageState>,
}
