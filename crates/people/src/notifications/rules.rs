//! How and when a message is sent, and the formats of mobile numbers and text messages.

use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;

use super::model::{Delivery, Draft, MessageChannel, MessageWording, NotificationPreferences, QuietHours};
use platform::outbox::MessageState;
use platform::outbox::admin::UNSENT;
use platform::outbox::text::mobile_number;
use platform::recipient_limits::RecipientLimit;
use platform::refusal::{Reason, Refusal};

pub use platform::outbox::text::fits_one_text_message;

/// How long a code is valid.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How often one person may request a code.
pub const CODES_PER_PERSON: RecipientLimit = RecipientLimit { kind: "mobile_code_asked", max: 1, within: TimeDelta::minutes(1) };
/// How many codes are sent to one number for all people who request them: the number may belong to another person.
pub const CODES_PER_NUMBER: RecipientLimit = RecipientLimit { kind: "mobile_code", max: 5, within: TimeDelta::minutes(10) };
/// The same for a day, so that no one is disturbed all day by codes they did not request.
pub const CODES_PER_NUMBER_AND_DAY: RecipientLimit =
    RecipientLimit { kind: "mobile_code_day", max: 20, within: TimeDelta::days(1) };
/// After this number of wrong codes the code that was sent no longer works.
pub const MAX_CODE_ATTEMPTS: i32 = 5;

/// The kinds of messages that administrators see by name, because they send them.
pub const OWN_KINDS: [&str; 1] = ["staff_invitation"];
/// What they see instead of every other kind: with a known moment, the kind of a message could tell who gets it and why.
pub const PERSONAL_MESSAGE: &str = "personal_message";

/// The kind of a message as administrators see it.
pub fn shown_kind(kind: String) -> String {
    if OWN_KINDS.contains(&kind.as_str()) { kind } else { PERSONAL_MESSAGE.to_owned() }
}

/// Whether administrators see a message: only while it waits for their decision.
pub fn is_shown(state: MessageState) -> bool {
    UNSENT.contains(&state)
}

/// The decision about a draft at `now`.
pub fn delivery(preferences: &NotificationPreferences, draft: &Draft, now: DateTime<Utc>) -> Delivery {
    if now >= draft.expires_at || (preferences.channel == MessageChannel::EssentialOnly && !draft.essential) {
        return Delivery::Discard;
    }
    match preferences.quiet_hours.and_then(|quiet| quiet_until(quiet, now)) {
        Some(morning) if morning < draft.expires_at => return Delivery::Postpone(morning),
        Some(_) if !draft.essential => return Delivery::Discard,
        _ => {}
    }
    match &preferences.mobile {
        Some(number) if preferences.channel == MessageChannel::Sms && preferences.mobile_verified => {
            Delivery::TextMessage(number.clone())
        }
        _ => Delivery::Email,
    }
}

/// Whether a telephone number is the mobile number that the practitioner has confirmed, however it was typed. Any other one may be another
/// person's.
pub fn is_confirmed(typed: &str, preferences: &NotificationPreferences) -> bool {
    let number = mobile_number(typed);
    preferences.mobile_verified && number.is_some() && number == preferences.mobile
}

/// The end of the quiet hours that `now` is in; `None` outside them. UK local time decides: on the nights on which the clocks
/// change, quiet hours are an hour shorter or longer, and an hour that occurs twice is quiet twice.
pub fn quiet_until(quiet: QuietHours, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if !is_quiet(quiet, now) {
        return None;
    }
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    // Where a clock change skips the only minutes that are not quiet, quiet hours end with those of the next day.
    (1..=50 * 60).map(|minutes| minute + TimeDelta::minutes(minutes)).find(|time| !is_quiet(quiet, *time))
}

fn is_quiet(quiet: QuietHours, at: DateTime<Utc>) -> bool {
    let local = at.with_timezone(&London).time();
    let minute = NaiveTime::from_hms_opt(local.hour(), local.minute(), 0).unwrap_or(local);
    let QuietHours { from, until } = quiet;
    if from < until { from <= minute && minute < until } else { from <= minute || minute < until }
}

/// A time in UK local time, for an email.
pub fn format_time(time: DateTime<Utc>) -> String {
    format!("{} (UK time)", time.with_timezone(&London).format("%A %-d %B %Y at %H:%M"))
}

/// The same in fewer characters, for a text message.
pub fn format_time_short(time: DateTime<Utc>) -> String {
    format!("{} (UK time)", time.with_timezone(&London).format("%a %-d %b %Y at %H:%M"))
}

/// Checks that the preferences can be followed.
///
/// # Errors
/// [`Reason::MobileRequired`] for text messages without a number; [`Reason::NamingNotAllowed`] where the practitioner has not
/// agreed that messages name the service.
pub fn check_preferences(preferences: &NotificationPreferences, may_name: bool) -> Result<(), Refusal> {
    if preferences.channel == MessageChannel::Sms && preferences.mobile.is_none() {
        return Err(Refusal::from(Reason::MobileRequired).field("/mobile", "required", "Enter a number for text messages."));
    }
    if preferences.wording == MessageWording::Named && !may_name {
        return Err(Refusal::new(
            Reason::NamingNotAllowed,
            "Messages may not name the service yet. Agree to it in your registration first.",
        )
        .field("/wording", "not_allowed", "You have not agreed to messages that name the service."));
    }
    Ok(())
}

/// A mobile number in E.164, as [`mobile_number`] reads it.
///
/// # Errors
/// [`Reason::InvalidMobile`].
pub fn parse_mobile(typed: &str) -> Result<String, Refusal> {
    mobile_number(typed).ok_or_else(|| {
        let detail = "Enter a mobile number such as 07700 900123. A number of another country begins with +.";
        Refusal::new(Reason::InvalidMobile, detail).field("/mobile", "invalid", "This is not a mobile number.")
    })
}

/// A subject line without surrounding white space; `None` where it is empty.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/subject_line` for text with control characters such as line breaks.
pub fn parse_subject_line(typed: &str) -> Result<Option<String>, Refusal> {
    if typed.chars().any(char::is_control) {
        return Err(Refusal::from(Reason::InvalidBody).field("/subject_line", "invalid", "Write the subject on one line."));
    }
    let line = typed.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

#[cfg(test)]
mod tests;
