//! How and when a message is sent, and the formats of mobile numbers and text messages.

use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;

use super::model::{Draft, MessageChannel, MessageWording, QuietHours, Way, Wishes};
use platform::outbox::text::mobile_number;
use platform::refusal::{Reason, Refusal};
use platform::rests::Rest;

pub use platform::outbox::text::fits_a_text;

/// How long a code is valid.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How often one person may request a code.
pub const CODES_ASKED: Rest = Rest { kind: "mobile_code_asked", most: 1, within: TimeDelta::minutes(1) };
/// How many codes are sent to one number for all people who request them: the number may belong to another person.
pub const CODES_SENT: Rest = Rest { kind: "mobile_code", most: 5, within: TimeDelta::minutes(10) };
/// The same for a day, so that no one is disturbed all day by codes they did not request.
pub const CODES_A_DAY: Rest = Rest { kind: "mobile_code_day", most: 20, within: TimeDelta::days(1) };
/// After this number of wrong codes the code that was sent no longer works.
pub const CODE_TRIES: i32 = 5;

/// The decision about a draft at `now`.
pub fn way(preferences: &Wishes, draft: &Draft, now: DateTime<Utc>) -> Way {
    if now >= draft.until || (preferences.channel == MessageChannel::EssentialOnly && !draft.essential) {
        return Way::Never;
    }
    match preferences.quiet.and_then(|quiet| quiet_until(quiet, now)) {
        Some(morning) if morning < draft.until => return Way::Later(morning),
        Some(_) if !draft.essential => return Way::Never,
        _ => {}
    }
    match &preferences.mobile {
        Some(number) if preferences.channel == MessageChannel::Sms && preferences.mobile_verified => Way::Text(number.clone()),
        _ => Way::Letter,
    }
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
pub fn told_time(time: DateTime<Utc>) -> String {
    format!("{} (UK time)", time.with_timezone(&London).format("%A %-d %B %Y at %H:%M"))
}

/// The same in fewer characters, for a text message.
pub fn told_briefly(time: DateTime<Utc>) -> String {
    format!("{} (UK time)", time.with_timezone(&London).format("%a %-d %b %Y at %H:%M"))
}

/// Checks that the preferences can be followed.
///
/// # Errors
/// [`Reason::MobileRequired`] for text messages without a number; [`Reason::NamingNotAllowed`] where the practitioner has not
/// agreed that messages name the service.
pub fn check(preferences: &Wishes, may_name: bool) -> Result<(), Refusal> {
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
pub fn mobile(typed: &str) -> Result<String, Refusal> {
    mobile_number(typed).ok_or_else(|| {
        let detail = "Enter a mobile number such as 07700 900123. A number of another country begins with +.";
        Refusal::new(Reason::InvalidMobile, detail).field("/mobile", "invalid", "This is not a mobile number.")
    })
}

/// A subject line without surrounding white space; `None` where it is empty.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/subject_line` for text with control characters such as line breaks.
pub fn subject_line(typed: &str) -> Result<Option<String>, Refusal> {
    if typed.chars().any(char::is_control) {
        return Err(Refusal::from(Reason::InvalidBody).field("/subject_line", "invalid", "Write the subject on one line."));
    }
    let line = typed.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

#[cfg(test)]
mod tests;
