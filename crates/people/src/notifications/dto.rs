//! JSON forms and views of notification preferences and outgoing messages.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{CallPreferences, MessageChannel, MessageWording, NotificationPreferences, QuietHours};
use super::rules;
use super::shown::shown_id;
use platform::clock::london_time;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::local_time::LocalTime;
use platform::outbox::{MessageCarrier, MessageState, admin};
use platform::private::{Private, trimmed_non_empty};
use platform::refusal::Reason;
use platform::seal::Sealer;

/// Hours in which nothing is sent except a message that you are waiting for, such as a code. They may span midnight.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHoursForm {
    /// When they begin.
    pub from: LocalTime,
    /// When they end. It differs from `from`.
    pub until: LocalTime,
}

impl From<QuietHours> for QuietHoursForm {
    fn from(quiet: QuietHours) -> Self {
        Self { from: LocalTime(quiet.from), until: LocalTime(quiet.until) }
    }
}

/// The message preferences of a practitioner. They replace all previous ones; an optional member that is left out is cleared.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceMyMessagePreferences {
    /// The channel. Links to confirm the address and to choose a password are always sent by email.
    pub channel: MessageChannel,
    /// The mobile number. Without a country code it is a UK number. Text messages are sent to it once it is confirmed.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub mobile: Option<Private<String>>,
    /// When nothing is sent; null for no quiet hours.
    #[serde(default)]
    pub quiet_hours: Option<QuietHoursForm>,
    /// Whether messages name the service. That also needs the consent `service_name_in_messages` of the registration.
    pub wording: MessageWording,
    /// Whether reminders of appointments are sent some days before.
    pub reminders: bool,
    /// A subject line for every email, in case others see your screen. When left out, each email has its own neutral subject.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60, example = "Rota query")]
    pub subject_line: Option<Private<String>>,
    /// For staff who must reach you: whether it is safe to call you. When left out, they do not know.
    #[serde(default)]
    pub safe_to_call: Option<bool>,
    /// For staff who must reach you: whether it is safe to leave a voicemail. When left out, they leave none.
    #[serde(default)]
    pub safe_to_leave_voicemail: Option<bool>,
    /// For staff who must reach you: when a call suits you best. In an emergency they call at any time.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, example = "Weekdays after 6 pm")]
    pub best_time: Option<Private<String>>,
}

impl ReplaceMyMessagePreferences {
    /// The preferences in the form; `before` shows whether the number is verified.
    ///
    /// # Errors
    /// 422 `invalid_body` naming the member.
    pub fn to_preferences(&self, before: &NotificationPreferences) -> Result<NotificationPreferences> {
        let mobile = self.mobile.as_ref().map(|typed| rules::parse_mobile(typed.reveal())).transpose()?;
        let subject_line = match &self.subject_line {
            Some(typed) => rules::parse_subject_line(typed.reveal())?,
            None => None,
        };
        let quiet = self.quiet_hours.map(|hours| QuietHours { from: hours.from.0, until: hours.until.0 });
        if quiet.is_some_and(|quiet| quiet.from == quiet.until) {
            let detail = "Quiet hours must begin and end at different times. Choose another end.";
            return Err(Error::field(Reason::InvalidBody, "/quiet_hours/until", "invalid", detail));
        }
        let mobile_verified = before.mobile_verified && mobile == before.mobile;
        let (channel, wording, reminders) = (self.channel, self.wording, self.reminders);
        let calls = CallPreferences {
            safe_to_call: self.safe_to_call,
            safe_to_leave_voicemail: self.safe_to_leave_voicemail,
            best_time: trimmed_non_empty(self.best_time.as_ref()),
        };
        Ok(NotificationPreferences {
            channel,
            mobile,
            mobile_verified,
            quiet_hours: quiet,
            wording,
            reminders,
            subject_line,
            calls,
        })
    }
}

/// The message preferences of a practitioner.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagePreferences {
    /// The channel.
    pub channel: MessageChannel,
    /// The mobile number, in E.164.
    #[schema(max_length = 16)]
    pub mobile: Option<String>,
    /// Whether the number is confirmed. Until then, messages are sent by email.
    pub mobile_confirmed: bool,
    /// When nothing is sent; null for no quiet hours.
    pub quiet_hours: Option<QuietHoursForm>,
    /// Whether messages name the service.
    pub wording: MessageWording,
    /// Whether reminders of appointments are sent some days before.
    pub reminders: bool,
    /// The subject line of every email; null when each email has its own.
    #[schema(max_length = 60)]
    pub subject_line: Option<String>,
    /// Whether it is safe to call; null when it is not stated.
    pub safe_to_call: Option<bool>,
    /// Whether it is safe to leave a voicemail; null when it is not stated.
    pub safe_to_leave_voicemail: Option<bool>,
    /// When a call suits best; null when it is not stated.
    #[schema(max_length = 100)]
    pub best_time: Option<String>,
}

impl From<NotificationPreferences> for MessagePreferences {
    fn from(preferences: NotificationPreferences) -> Self {
        let NotificationPreferences { channel, mobile, mobile_verified, quiet_hours, wording, reminders, subject_line, calls } =
            preferences;
        let CallPreferences { safe_to_call, safe_to_leave_voicemail, best_time } = calls;
        Self {
            channel,
            mobile,
            mobile_confirmed: mobile_verified,
            quiet_hours: quiet_hours.map(QuietHoursForm::from),
            wording,
            reminders,
            subject_line,
            safe_to_call,
            safe_to_leave_voicemail,
            best_time,
        }
    }
}

/// A code has been sent to your mobile number.
#[derive(Debug, Serialize, ToSchema)]
pub struct MobileCodeSent {
    /// When the code expires.
    pub expires_at: UtcTime,
}

/// The code from the text message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmMobile {
    /// Six digits. Spaces and hyphens between them are ignored.
    #[schema(value_type = String, min_length = 6, max_length = 11, pattern = "^[0-9]([ -]?[0-9]){5}$", example = "123456")]
    pub code: Private<String>,
}

/// The status of an outgoing message, for administrators. It shows neither the recipient nor the text.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutgoingMessage {
    /// The id of the message here. It tells nothing of when it was queued, and the provider that delivers it has another.
    pub id: Id,
    /// `staff_invitation`, or `personal_message` for every message that an administrator did not send.
    #[schema(max_length = 50)]
    pub kind: String,
    /// The carrier; null until it is decided.
    pub channel: Option<MessageCarrier>,
    /// The state of the message.
    pub state: MessageState,
    /// How many times sending was attempted.
    #[schema(minimum = 0, maximum = 1000)]
    pub attempts: i32,
    /// The day in the UK on which it was queued.
    pub created_on: NaiveDate,
    /// The day in the UK on which it is due to be sent, or was.
    pub due_on: NaiveDate,
    /// The reason for the last failure, as a short code.
    #[schema(max_length = 50)]
    pub failure: Option<String>,
}

impl OutgoingMessage {
    /// The view of a message.
    pub fn new(sealer: &Sealer, kept: admin::MessageRecord) -> Self {
        let admin::MessageRecord { id, kind, channel, state, attempts, created_at, due_at, failure } = kept;
        let (kind, created_on, due_on) = (rules::shown_kind(kind), created_at.london_day(), due_at.london_day());
        let id = shown_id(sealer, id);
        Self { id, kind, channel, state, attempts, created_on, due_on, failure }
    }
}

platform::string_enum! {
    /// The states in which a message waits for an administrator's decision.
    pub enum UnsentState {
        /// Sending failed too many times.
        Dead = "dead",
        /// The provider refused the recipient.
        Failed = "failed",
        /// It may have been delivered.
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

/// Which messages to send again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayMessages {
    /// Messages in this state.
    pub state: UnsentState,
    /// Only messages of this carrier.
    #[schema(value_type = MessageCarrier, required = false)]
    pub channel: Option<MessageCarrier>,
    /// Only messages that were queued on this day in the UK or later: the time of day does not count.
    #[schema(value_type = UtcTime, required = false)]
    pub since: Option<UtcTime>,
}

impl From<&ReplayMessages> for admin::ReplayFilter {
    fn from(form: &ReplayMessages) -> Self {
        let since = form.since.map(|since| UtcTime::from(london_time(since.london_day(), NaiveTime::MIN)));
        Self { state: form.state.into(), channel: form.channel, since }
    }
}

/// How many messages will be sent again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayMessagesResult {
    /// The number of messages that were queued again.
    #[schema(minimum = 0)]
    pub count: u64,
}

/// Which messages to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutgoingMessageQuery {
    /// Only messages in this state.
    #[param(nullable = false)]
    pub state: Option<UnsentState>,
}
