//! When a session may be refreshed, and which passwords are strong enough.

use std::time::Duration;

use chrono::TimeDelta;

use super::model::{Refresh, Session};
use platform::ids::UtcTime;
use platform::refusal::{Reason, Refusal};

/// How long the token before the newest may be sent again. It is long enough for an app on a bad connection to repeat a request
/// whose answer was lost, and short enough that later use by a thief is detected (RFC 9700, section 4.14.2, leaves the grace
/// period to the service).
pub const GRACE: Duration = Duration::from_secs(30);

/// Decides about a refresh token of a generation.
pub fn refresh(session: &Session, generation: i32, idle: TimeDelta, now: UtcTime) -> Refresh {
    let grace = TimeDelta::from_std(GRACE).unwrap_or(TimeDelta::zero());
    if session.ended_at.is_some() || now >= session.expires_at || now >= session.rotated_at + idle {
        Refresh::Ended
    } else if generation == session.generation {
        Refresh::Rotate(generation + 1)
    } else if generation + 1 == session.generation && now < session.rotated_at + grace {
        Refresh::RepeatLast(session.generation)
    } else {
        Refresh::Reused
    }
}

/// The length of the shortest password, in characters (NIST SP 800-63B-4: 15 when the password is the only factor).
pub const SHORTEST_PASSWORD: usize = 15;

/// Checks that a new password is long enough and not easily guessed. There are no rules of composition. `strength` is an estimate
/// from 0 (guessed at once) to 4.
pub fn check_password(characters: usize, strength: u8, same_as_before: bool, pointer: &'static str) -> Result<(), Refusal> {
    let refuse = |code, detail: &'static str| Err(Refusal::new(Reason::WeakPassword, detail).field(pointer, code, detail));
    if characters < SHORTEST_PASSWORD {
        return refuse("too_short", "A password needs at least 15 characters. Three or four unrelated words make a good one.");
    }
    if strength < 3 {
        return refuse("too_common", "This password is too easily guessed. Three or four unrelated words make a good one.");
    }
    if same_as_before {
        return refuse("unchanged", "Choose a password that differs from the current one.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use platform::clock::Clock;
    use platform::ids::Id;

    fn now() -> UtcTime {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap().into()
    }

    fn session(generation: i32) -> Session {
        let id = Id::new(Clock::set_to(now().get()).now());
        Session {
            id,
            account: id,
            generation,
            rotated_at: now(),
            created_at: now(),
            last_used_at: now(),
            expires_at: now() + TimeDelta::days(90),
            ended_at: None,
        }
    }

    #[test]
    fn the_newest_token_is_exchanged_and_the_one_before_works_only_in_the_grace_period() {
        let idle = TimeDelta::days(14);
        for (sent, seconds, expected) in [
            (5, 0, Refresh::Rotate(6)),
            (5, 86_400 * 14 - 1, Refresh::Rotate(6)),
            (5, 86_400 * 14, Refresh::Ended),
            (4, 29, Refresh::RepeatLast(5)),
            (4, 30, Refresh::Reused),
            (3, 0, Refresh::Reused),
            (6, 0, Refresh::Reused),
        ] {
            let decision = refresh(&session(5), sent, idle, now() + TimeDelta::seconds(seconds));
            assert_eq!(decision, expected, "token {sent} after {seconds} s");
        }
    }

    #[test]
    fn a_session_that_was_ended_or_has_expired_is_not_refreshed() {
        let idle = TimeDelta::days(365);
        let ended = Session { ended_at: Some(now()), ..session(1) };
        assert_eq!(refresh(&ended, 1, idle, now()), Refresh::Ended);
        assert_eq!(refresh(&session(1), 1, idle, now() + TimeDelta::days(90)), Refresh::Ended);
        assert_eq!(refresh(&session(1), 1, idle, now() + TimeDelta::days(90) - TimeDelta::seconds(1)), Refresh::Rotate(2));
    }

    #[test]
    fn a_weak_password_is_refused_for_its_first_defect() {
        for (characters, strength, same, code) in [
            (14, 4, false, Some("too_short")),
            (15, 2, false, Some("too_common")),
            (15, 3, true, Some("unchanged")),
            (15, 3, false, None),
        ] {
            let refused = check_password(characters, strength, same, "/password").err().map(|r| r.fields[0].code);
            assert_eq!(refused, code);
        }
    }
}
