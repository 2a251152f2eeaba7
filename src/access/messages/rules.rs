//! Which way a message goes, and when; what a mobile number and a text look like.

use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;

use super::model::{Draft, MessageChannel, QuietHours, Way, Wishes, Wording};
use crate::platform::refusal::{Code, Refusal};

/// How many characters go into one text; more count as several (domain facts, section 7: GOV.UK and NHS text writing).
pub const TEXT_LENGTH: usize = 160;
/// How long a code that was sent to a number is good.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How long to wait before another code is sent.
pub const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);
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

/// Lets wishes through that can be fulfilled.
///
/// # Errors
/// 422 `mobile_required` for texts without a number; `naming_not_allowed` where they did not agree to the service's name.
pub fn check(wishes: &Wishes, may_name: bool) -> Result<(), Refusal> {
    if wishes.channel == MessageChannel::Sms && wishes.mobile.is_none() {
        return Err(Refusal::from(Code::MobileRequired).field("/mobile", "required", "Texts need a number to go to."));
    }
    if wishes.wording == Wording::Named && !may_name {
        return Err(Refusal::new(Code::NamingNotAllowed, "Agree to messages that name the service first, in your registration.")
            .field("/wording", "not_allowed", "You have not agreed to messages that name the service."));
    }
    Ok(())
}

/// A mobile number in E.164. Numbers without a country are of the United Kingdom, where mobile numbers begin with 071 to 075,
/// 077 to 079, or 07624 (070 is a personal and 076 a pager number, which no text reaches).
///
/// # Errors
/// 422 `invalid_mobile`.
pub fn mobile(typed: &str) -> Result<String, Refusal> {
    let wrong = || {
        let detail = "Give a mobile number such as 07700 900123, or one of another country beginning with +.";
        Refusal::new(Code::InvalidMobile, detail).field("/mobile", "invalid", "This is not a mobile number.")
    };
    let plain: String =
        typed.replace("(0)", "").chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
    let (plus, digits) = match plain.strip_prefix('+') {
        Some(digits) => (true, digits),
        None => (plain.starts_with("00"), plain.strip_prefix("00").unwrap_or(&plain)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let national = match (plus, digits.strip_prefix("44"), digits.strip_prefix('0')) {
        (true, None, _) if (8..=15).contains(&digits.len()) && !digits.starts_with('0') => return Ok(format!("+{digits}")),
        (true, Some(national), _) | (false, Some(national), _) => national,
        (false, None, Some(national)) => national,
        _ => return Err(wrong()),
    };
    let mobile = national.len() == 10
        && (["71", "72", "73", "74", "75", "77", "78", "79"].iter().any(|start| national.starts_with(start))
            || national.starts_with("7624"));
    if mobile { Ok(format!("+44{national}")) } else { Err(wrong()) }
}

/// True when a text goes as one text: 160 characters of the alphabet that telephones have had from the first (GSM 03.38; those
/// of its second table count twice).
pub fn fits_a_text(text: &str) -> bool {
    const ONCE: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const TWICE: &str = "^{}\\[~]|€";
    let cost = text.chars().map(|c| {
        if ONCE.contains(c) {
            Some(1)
        } else if TWICE.contains(c) {
            Some(2)
        } else {
            None
        }
    });
    cost.sum::<Option<usize>>().is_some_and(|cost| cost <= TEXT_LENGTH)
}

/// Lets a subject line through that can stand at the head of a letter.
///
/// # Errors
/// 422 `invalid_body`, naming it.
pub fn subject_line(typed: &str) -> Result<Option<String>, Refusal> {
    if typed.chars().any(char::is_control) {
        return Err(Refusal::from(Code::InvalidBody).field("/subject_line", "invalid", "A subject line is one line."));
    }
    let line = typed.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

#[cfg(test)]
mod tests;
