//! Which way a message goes, and when; what a mobile number and a text look like.

use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;

use super::model::{Draft, MessageChannel, MessageWording, QuietHours, Way, Wishes};
use platform::outbox::text::mobile_number;
use platform::refusal::{Reason, Refusal};
use platform::rests::Rest;

pub use platform::outbox::text::fits_a_text;

/// How long a code that was sent to a number is good.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How often one person may ask for a code.
pub const CODES_ASKED: Rest = Rest { kind: "mobile_code_asked", most: 1, within: TimeDelta::minutes(1) };
/// How many codes go to one number, of all who ask: the number may be a stranger's.
pub const CODES_SENT: Rest = Rest { kind: "mobile_code", most: 5, within: TimeDelta::minutes(10) };
/// The same over a day: nobody's telephone rings all day long with codes that they did not ask for.
pub const CODES_A_DAY: Rest = Rest { kind: "mobile_code_day", most: 20, within: TimeDelta::days(1) };
/// After so many wrong ones a code is good no more.
pub const CODE_TRIES: i32 = 5;

/// Which way a draft goes at `now`.
pub fn way(wishes: &Wishes, draft: &Draft, now: DateTime<Utc>) -> Way {
    if now >= draft.until || (wishes.channel == MessageChannel::EssentialOnly && !draft.essential) {
        return Way::Never;
    }
    match wishes.quiet.and_then(|quiet| quiet_until(quiet, now)) {
        Some(morning) if morning < draft.until => return Way::Later(morning),
        Some(_) if !draft.essential => return Way::Never,
        _ => {}
    }
    match &wishes.mobile {
        Some(number) if wishes.channel == MessageChannel::Sms && wishes.mobile_verified => Way::Text(number.clone()),
        _ => Way::Letter,
    }
}

/// When the quiet hours end in which `now` falls, if it does. Clocks on walls decide: on the nights on which they change, quiet
/// hours are an hour shorter or longer, and an hour that happens twice is quiet twice.
pub fn quiet_until(quiet: QuietHours, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if !is_quiet(quiet, now) {
        return None;
    }
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    // Where a clock change skips the only minutes that are not quiet, it is those of the day after.
    (1..=50 * 60).map(|minutes| minute + TimeDelta::minutes(minutes)).find(|time| !is_quiet(quiet, *time))
}

fn is_quiet(quiet: QuietHours, at: DateTime<Utc>) -> bool {
    let wall = at.with_timezone(&London).time();
    let minute = NaiveTime::from_hms_opt(wall.hour(), wall.minute(), 0).unwrap_or(wall);
    let QuietHours { from, until } = quiet;
    if from < until { from <= minute && minute < until } else { from <= minute || minute < until }
}

/// A time as a clock on a wall in Britain shows it, for a letter.
pub fn told_time(time: DateTime<Utc>) -> String {
    format!("{} (UK time)", time.with_timezone(&London).format("%A %-d %B %Y at %H:%M"))
}

/// The same in fewer characters, for a text.
pub fn told_briefly(time: DateTime<Utc>) -> String {
    format!("{} (UK time)", time.with_timezone(&London).format("%a %-d %b %Y at %H:%M"))
}

/// Lets wishes through that can be fulfilled.
///
/// # Errors
/// 422 `mobile_required` for texts without a number; `naming_not_allowed` where they did not agree to the service's name.
pub fn check(wishes: &Wishes, may_name: bool) -> Result<(), Refusal> {
    if wishes.channel == MessageChannel::Sms && wishes.mobile.is_none() {
        return Err(Refusal::from(Reason::MobileRequired).field("/mobile", "required", "Texts need a number to go to."));
    }
    if wishes.wording == MessageWording::Named && !may_name {
        return Err(Refusal::new(
            Reason::NamingNotAllowed,
            "Agree to messages that name the service first, in your registration.",
        )
        .field("/wording", "not_allowed", "You have not agreed to messages that name the service."));
    }
    Ok(())
}

/// A mobile number in E.164, as [`mobile_number`] reads it.
///
/// # Errors
/// 422 `invalid_mobile`.
pub fn mobile(typed: &str) -> Result<String, Refusal> {
    mobile_number(typed).ok_or_else(|| {
        let detail = "Give a mobile number such as 07700 900123, or one of another country beginning with +.";
        Refusal::new(Reason::InvalidMobile, detail).field("/mobile", "invalid", "This is not a mobile number.")
    })
}

/// Lets a subject line through that can stand at the head of a letter.
///
/// # Errors
/// 422 `invalid_body`, naming it.
pub fn subject_line(typed: &str) -> Result<Option<String>, Refusal> {
    if typed.chars().any(char::is_control) {
        return Err(Refusal::from(Reason::InvalidBody).field("/subject_line", "invalid", "A subject line is one line."));
    }
    let line = typed.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

#[cfg(test)]
mod tests;
