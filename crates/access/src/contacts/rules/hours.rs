//! When channels are answered. The contact line is open at every hour of every day, by telephone or by text message, and the telephone
//! is answered in every week (`docs/clinical-rules.md#contact-line`: hours per channel are data within these limits).

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Europe::London;

use crate::contacts::model::{ChannelStatus, ContactChannel, ContactHoursKind, Hours, MIDNIGHT, Span};
use platform::local_time::Day;
use platform::refusal::{Reason, Refusal};

/// How many days ahead to look for the next opening, and for gaps in the hours.
const LOOKAHEAD_DAYS: u64 = 400;
/// How far ahead hours may begin. The days after their first one are then within those that are checked for gaps.
const FURTHEST_AHEAD: TimeDelta = TimeDelta::days(366);
/// Channels by which someone answers at once. An email or a form on the web waits, so their hours close no gap.
const ANSWERED_AT_ONCE: [ContactChannel; 2] = [ContactChannel::Phone, ContactChannel::Text];
/// For how many minutes the telephone is answered at least in any seven days: about a third of the initial hours.
const LEAST_PHONE_MINUTES: u32 = 20 * 60;
/// A channel that stays open for this many days on end is open around the clock.
const AROUND_THE_CLOCK_DAYS: u64 = 8;

/// Whether each channel is answered at `now`.
pub fn channel_statuses(all: &[Hours], holidays: &[NaiveDate], now: DateTime<Utc>) -> Vec<ChannelStatus> {
    ContactChannel::ALL.iter().map(|channel| channel_status(all, holidays, *channel, now)).collect()
}

/// Whether a channel is answered at `now`.
pub fn channel_status(all: &[Hours], holidays: &[NaiveDate], channel: ContactChannel, now: DateTime<Utc>) -> ChannelStatus {
    let local = now.with_timezone(&London);
    let (today, minute) = (local.date_naive(), minute_of(local.time().hour(), local.time().minute()));
    let spans = spans_on(all, holidays, channel, today);
    let reason = single_day_hours(all, channel, today).and_then(|hours| hours.reason.clone());
    let current = spans.iter().find(|span| (span.from..span.until).contains(&minute));
    match current {
        Some(span) => {
            let open_until = closing_time(all, holidays, channel, span.until, now);
            ChannelStatus { channel, open: true, open_until, opens_at: None, reason }
        }
        None => {
            ChannelStatus { channel, open: false, open_until: None, opens_at: next_opening(all, holidays, channel, now), reason }
        }
    }
}

fn minute_of(hour: u32, minute: u32) -> u16 {
    u16::try_from(hour * 60 + minute).unwrap_or(MIDNIGHT)
}

/// The hours of a single day, which replace the weekly hours.
fn single_day_hours(all: &[Hours], channel: ContactChannel, day: NaiveDate) -> Option<&Hours> {
    all.iter().find(|hours| hours.kind == ContactHoursKind::Day && hours.channel == channel && hours.starts_on == day)
}

/// The spans in which a channel is answered on a day, in order.
pub fn spans_on(all: &[Hours], holidays: &[NaiveDate], channel: ContactChannel, day: NaiveDate) -> Vec<Span> {
    let mut spans = match single_day_hours(all, channel, day) {
        Some(hours) => hours.spans.clone(),
        None => {
            let begun =
                |hours: &&Hours| hours.kind == ContactHoursKind::Week && hours.channel == channel && hours.starts_on <= day;
            match all.iter().filter(begun).max_by_key(|hours| hours.starts_on) {
                Some(week) if !(week.closed_on_bank_holidays && holidays.contains(&day)) => {
                    let weekday = Day::from(day.weekday());
                    week.spans.iter().copied().filter(|span| span.weekday == Some(weekday)).collect()
                }
                _ => Vec::new(),
            }
        }
    };
    spans.sort_by_key(|span| span.from);
    spans
}

/// When an open channel closes; `None` when that is too far ahead.
fn closing_time(
    all: &[Hours],
    holidays: &[NaiveDate],
    channel: ContactChannel,
    until: u16,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let (mut day, mut until) = (now.with_timezone(&London).date_naive(), until);
    let last = day.checked_add_days(Days::new(AROUND_THE_CLOCK_DAYS))?;
    let after = |day, minute| instants(day, minute).into_iter().flatten().find(|instant| *instant > now);
    loop {
        let spans = spans_on(all, holidays, channel, day);
        while let Some(next) = spans.iter().find(|span| span.from == until) {
            until = next.until;
        }
        if until < MIDNIGHT {
            return after(day, until);
        }
        let tomorrow = day.succ_opt()?;
        let Some(first) = spans_on(all, holidays, channel, tomorrow).first().copied().filter(|span| span.from == 0) else {
            return after(day, MIDNIGHT);
        };
        (day, until) = (tomorrow, first.until);
        if day >= last {
            return None;
        }
    }
}

/// When a channel opens next.
fn next_opening(all: &[Hours], holidays: &[NaiveDate], channel: ContactChannel, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let today = now.with_timezone(&London).date_naive();
    let days = (0..LOOKAHEAD_DAYS).filter_map(|ahead| today.checked_add_days(Days::new(ahead)));
    days.flat_map(|day| spans_on(all, holidays, channel, day).into_iter().map(move |span| (day, span.from)))
        .flat_map(|(day, from)| instants(day, from).into_iter().flatten())
        .find(|opening| *opening > now)
}

/// A minute of a day in Europe/London: two instants on the night the clocks go back; an hour later where the minute does not
/// exist.
fn instants(day: NaiveDate, minute: u16) -> [Option<DateTime<Utc>>; 2] {
    let midnight = day.and_time(NaiveTime::MIN);
    let wall = midnight + TimeDelta::minutes(minute.into());
    match London.from_local_datetime(&wall) {
        LocalResult::Single(time) => [Some(time.to_utc()), None],
        LocalResult::Ambiguous(first, second) => [Some(first.to_utc()), Some(second.to_utc())],
        LocalResult::None => {
            let later = London.from_local_datetime(&(wall + TimeDelta::hours(1))).earliest();
            [later.map(|time| time.to_utc()), None]
        }
    }
}

/// The hours with new ones, which replace those of the same channel, kind and day.
pub fn replaced_by(mut all: Vec<Hours>, new: &Hours) -> Vec<Hours> {
    let same = |hours: &Hours| (hours.channel, hours.kind, hours.starts_on) == (new.channel, new.kind, new.starts_on);
    all.retain(|hours| !same(hours));
    all.push(new.clone());
    all
}

/// The first day from `from` on with a minute at which neither the telephone nor a text message is answered.
pub fn first_gap(all: &[Hours], holidays: &[NaiveDate], from: NaiveDate) -> Option<NaiveDate> {
    let days = (0..LOOKAHEAD_DAYS).filter_map(|ahead| from.checked_add_days(Days::new(ahead)));
    days.into_iter().find(|day| {
        let mut spans: Vec<Span> = ANSWERED_AT_ONCE.iter().flat_map(|channel| spans_on(all, holidays, *channel, *day)).collect();
        spans.sort_by_key(|span| span.from);
        let reached = spans.iter().fold(0, |reached, span| if span.from <= reached { reached.max(span.until) } else { reached });
        reached < MIDNIGHT
    })
}

/// The first day from `from` on that begins seven days in which the telephone is answered for too short a time.
pub fn first_week_without_phone(all: &[Hours], holidays: &[NaiveDate], from: NaiveDate) -> Option<NaiveDate> {
    let days: Vec<NaiveDate> = (0..LOOKAHEAD_DAYS).filter_map(|ahead| from.checked_add_days(Days::new(ahead))).collect();
    let minutes = |day: &NaiveDate| -> u32 {
        spans_on(all, holidays, ContactChannel::Phone, *day)
            .iter()
            .map(|span| u32::from(span.until.saturating_sub(span.from)))
            .sum()
    };
    let answered: Vec<u32> = days.iter().map(minutes).collect();
    let short = answered.windows(7).position(|week| week.iter().sum::<u32>() < LEAST_PHONE_MINUTES)?;
    days.get(short).copied()
}

/// Refuses hours that would leave the contact line unanswered.
///
/// # Errors
/// [`Reason::LineUnanswered`], naming the first day.
pub fn check_always_answered(all: &[Hours], holidays: &[NaiveDate], from: NaiveDate) -> Result<(), Refusal> {
    let refuse = |detail: String, field: &'static str| {
        Err(Refusal::new(Reason::LineUnanswered, detail).field("/hours", "unanswered", field))
    };
    if let Some(day) = first_gap(all, holidays, from) {
        let detail =
            format!("Neither calls nor text messages would be answered for part of {day}. Add hours that close the gap.");
        return refuse(detail, "The telephone or text messages must be answered at every hour.");
    }
    if let Some(day) = first_week_without_phone(all, holidays, from) {
        let least = LEAST_PHONE_MINUTES / 60;
        let detail =
            format!("In the seven days from {day} the telephone would be answered for less than {least} hours. Add hours.");
        return refuse(detail, "The telephone must be answered in every week.");
    }
    Ok(())
}

/// Checks hours that apply from today or a later day on.
///
/// # Errors
/// [`Reason::InvalidBody`], naming the member.
pub fn check_hours(hours: &Hours, today: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |pointer: String, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if hours.starts_on < today {
        return refuse("/starts_on".to_owned(), "in_the_past", "This day is in the past. Choose today or a later day.");
    }
    if hours.starts_on > today + FURTHEST_AHEAD {
        let detail = "This day is more than a year ahead. Propose the hours later, when the year around that day can be checked.";
        return refuse("/starts_on".to_owned(), "too_far_ahead", detail);
    }
    if hours.kind == ContactHoursKind::Day && hours.closed_on_bank_holidays {
        return refuse("/closed_on_bank_holidays".to_owned(), "not_allowed", "Leave this out for the hours of a single day.");
    }
    for (index, span) in hours.spans.iter().enumerate() {
        if span.until <= span.from {
            return refuse(format!("/hours/{index}/until"), "out_of_order", "The end must be after the start.");
        }
        match (hours.kind, span.weekday) {
            (ContactHoursKind::Week, None) => {
                return refuse(format!("/hours/{index}/weekday"), "required", "Weekly hours need a weekday. Choose one.");
            }
            (ContactHoursKind::Day, Some(_)) => {
                return refuse(format!("/hours/{index}/weekday"), "not_allowed", "Leave this out: starts_on names the day.");
            }
            _ => {}
        }
        let overlaps = |other: &Span| other.weekday == span.weekday && other.from < span.until && span.from < other.until;
        if hours.spans.iter().take(index).any(overlaps) {
            return refuse(format!("/hours/{index}"), "overlaps", "This overlaps other hours of the same day.");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn span(weekday: Option<Day>, from: u16, until: u16) -> Span {
        Span { weekday, from: from * 60, until: until * 60 }
    }

    fn week(channel: ContactChannel, starts_on: &str, closed_on_bank_holidays: bool, hours: [Option<(u16, u16)>; 7]) -> Hours {
        let spans =
            Day::ALL.iter().zip(hours).filter_map(|(day, hours)| hours.map(|(from, until)| span(Some(*day), from, until)));
        Hours {
            channel,
            kind: ContactHoursKind::Week,
            starts_on: day(starts_on),
            closed_on_bank_holidays,
            spans: spans.collect(),
            reason: None,
        }
    }

    /// The initial hours: phone on six days, text at any hour (`docs/clinical-rules.md#contact-line`).
    fn usual() -> Vec<Hours> {
        let (long, short) = (Some((8, 20)), Some((8, 14)));
        vec![
            week(ContactChannel::Phone, "2019-10-21", true, [long, long, long, long, long, short, None]),
            week(ContactChannel::Text, "2019-10-21", false, [Some((0, 24)); 7]),
        ]
    }

    const CHRISTMAS: &str = "2027-12-27";

    fn holidays() -> Vec<NaiveDate> {
        vec![day(CHRISTMAS), day("2027-12-28")]
    }

    #[test]
    fn telephone_is_answered_by_day_and_texts_around_the_clock() {
        for (now, open, next) in [
            // Winter: the clock on the wall is UTC.
            ("2027-01-11T07:59:00Z", false, Some("2027-01-11T08:00:00Z")),
            ("2027-01-11T08:00:00Z", true, Some("2027-01-11T20:00:00Z")),
            ("2027-01-11T19:59:59Z", true, Some("2027-01-11T20:00:00Z")),
            ("2027-01-11T20:00:00Z", false, Some("2027-01-12T08:00:00Z")),
            ("2027-01-12T03:00:00Z", false, Some("2027-01-12T08:00:00Z")),
            // Saturday until two, and then on Monday.
            ("2027-01-16T13:59:00Z", true, Some("2027-01-16T14:00:00Z")),
            ("2027-01-16T14:00:00Z", false, Some("2027-01-18T08:00:00Z")),
            // Summer: an hour earlier in UTC.
            ("2027-07-05T06:59:00Z", false, Some("2027-07-05T07:00:00Z")),
            ("2027-07-05T07:00:00Z", true, Some("2027-07-05T19:00:00Z")),
            // Saturday 27 March: the clocks change before Monday.
            ("2027-03-27T15:00:00Z", false, Some("2027-03-29T07:00:00Z")),
            // Two bank holidays in a row.
            ("2027-12-25T15:00:00Z", false, Some("2027-12-29T08:00:00Z")),
            ("2027-12-27T10:00:00Z", false, Some("2027-12-29T08:00:00Z")),
        ] {
            let phone = channel_status(&usual(), &holidays(), ContactChannel::Phone, at(now));
            assert_eq!((phone.open, phone.open_until.or(phone.opens_at)), (open, next.map(at)), "{now}");
            let text = channel_status(&usual(), &holidays(), ContactChannel::Text, at(now));
            assert_eq!((text.open, text.open_until, text.opens_at), (true, None, None), "{now}");
        }
        let web = channel_status(&usual(), &holidays(), ContactChannel::Web, at("2027-01-11T12:00:00Z"));
        assert_eq!((web.open, web.opens_at), (false, None), "no hours are set");
    }

    #[test]
    fn hours_of_a_single_day_override_weekly_hours_and_bank_holidays() {
        let mut all = usual();
        all.push(Hours {
            channel: ContactChannel::Phone,
            kind: ContactHoursKind::Day,
            starts_on: day(CHRISTMAS),
            closed_on_bank_holidays: false,
            spans: vec![span(None, 10, 12)],
            reason: Some("Short hours at Christmas.".to_owned()),
        });
        let route = channel_status(&all, &holidays(), ContactChannel::Phone, at("2027-12-27T10:30:00Z"));
        assert_eq!((route.open, route.open_until), (true, Some(at("2027-12-27T12:00:00Z"))));
        assert_eq!(route.reason.as_deref(), Some("Short hours at Christmas."));
    }

    #[test]
    fn newer_weekly_hours_replace_older_ones_from_their_first_day() {
        let mut all = usual();
        all.push(week(ContactChannel::Phone, "2027-02-01", true, [Some((9, 17)); 7]));
        assert_eq!(spans_on(&all, &[], ContactChannel::Phone, day("2027-01-31")), []);
        assert_eq!(spans_on(&all, &[], ContactChannel::Phone, day("2027-02-01")), [span(Some(Day::Monday), 9, 17)]);
    }

    #[test]
    fn opening_and_closing_are_right_when_the_clocks_change() {
        let mut nights = week(ContactChannel::Phone, "2019-10-21", false, [None; 7]);
        nights.spans = vec![Span { weekday: Some(Day::Sunday), from: 75, until: 105 }];
        let phone = |now: &str| channel_status(std::slice::from_ref(&nights), &[], ContactChannel::Phone, at(now));
        // 31 October 2027: a quarter past one is at 00:15 and again at 01:15 UTC.
        assert_eq!(phone("2027-10-31T00:00:00Z").opens_at, Some(at("2027-10-31T00:15:00Z")));
        assert_eq!(phone("2027-10-31T00:20:00Z").open_until, Some(at("2027-10-31T00:45:00Z")));
        assert_eq!(phone("2027-10-31T00:50:00Z").opens_at, Some(at("2027-10-31T01:15:00Z")));
        assert_eq!(phone("2027-10-31T01:20:00Z").open_until, Some(at("2027-10-31T01:45:00Z")));
        // 28 March 2027: a quarter past one does not exist.
        assert_eq!(phone("2027-03-28T00:30:00Z").opens_at, Some(at("2027-03-28T01:15:00Z")));
    }

    #[test]
    fn some_channel_is_always_answered() {
        let from = day("2027-01-11");
        assert_eq!(first_gap(&usual(), &holidays(), from), None);
        assert_eq!(first_gap(&usual()[..1], &holidays(), from), Some(from), "not by telephone alone");
        let mut all = usual();
        all.push(Hours {
            channel: ContactChannel::Text,
            kind: ContactHoursKind::Day,
            starts_on: day("2027-03-01"),
            closed_on_bank_holidays: false,
            spans: vec![span(None, 0, 9), span(None, 19, 24)],
            reason: None,
        });
        assert_eq!(first_gap(&all, &holidays(), from), None, "the telephone is open in between");
        all.last_mut().unwrap().spans.pop();
        let refusal = check_always_answered(&all, &holidays(), from).unwrap_err();
        assert_eq!((refusal.reason, refusal.detail.contains("2027-03-01")), (Reason::LineUnanswered, true));
        all.push(week(ContactChannel::Email, "2027-01-11", false, [Some((0, 24)); 7]));
        assert_eq!(first_gap(&all, &holidays(), from), Some(day("2027-03-01")), "no one answers an email at once");
    }

    #[test]
    fn telephone_is_answered_in_every_week() {
        let from = day("2027-01-11");
        let first = |hours: Option<Hours>| {
            let all = hours.iter().fold(usual(), replaced_by);
            first_week_without_phone(&all, &holidays(), from)
        };
        let phone = |starts_on: &str, hours| Some(week(ContactChannel::Phone, starts_on, true, hours));
        let (no, four, five) = (None, Some((10, 14)), Some((10, 15)));
        assert_eq!(first(None), None, "with two bank holidays at Christmas");
        assert_eq!(first(phone("2027-02-01", [four, four, four, four, four, no, no])), Some(day("2027-12-21")), "a bank holiday");
        assert_eq!(first(phone("2027-02-01", [five, five, five, five, five, five, five])), None);
        assert_eq!(first(phone("2027-02-01", [no; 7])), Some(day("2027-01-29")), "a Friday and a Saturday are left");
        assert_eq!(first(phone("2027-01-11", [no; 7])), Some(from));
        // Many single days do together what weekly hours do.
        let closed =
            |day: NaiveDate| Hours { kind: ContactHoursKind::Day, starts_on: day, spans: Vec::new(), ..usual()[0].clone() };
        let days = (0..5).map(|ahead| day("2027-02-01") + Days::new(ahead));
        let all = days.fold(usual(), |all, day| replaced_by(all, &closed(day)));
        let refusal = check_always_answered(&all, &holidays(), from).unwrap_err();
        assert_eq!((refusal.reason, refusal.detail.contains("2027-01-29")), (Reason::LineUnanswered, true), "{}", refusal.detail);
    }

    #[test]
    fn contradictory_hours_are_refused() {
        let today = day("2027-01-11");
        let checked = |kind, starts_on: &str, spans: &[Span]| {
            let hours = Hours {
                channel: ContactChannel::Phone,
                kind,
                starts_on: day(starts_on),
                closed_on_bank_holidays: false,
                spans: spans.to_vec(),
                reason: None,
            };
            check_hours(&hours, today).map_err(|refusal| refusal.fields[0].pointer.clone())
        };
        let monday = Some(Day::Monday);
        assert_eq!(checked(ContactHoursKind::Week, "2027-01-11", &[span(monday, 8, 12), span(monday, 12, 20)]), Ok(()));
        assert_eq!(checked(ContactHoursKind::Day, "2027-01-11", &[]), Ok(()), "closed all day");
        for (kind, starts_on, spans, pointer) in [
            (ContactHoursKind::Week, "2027-01-10", &[][..], "/starts_on"),
            (ContactHoursKind::Week, "2027-01-11", &[span(monday, 8, 8)], "/hours/0/until"),
            (ContactHoursKind::Week, "2027-01-11", &[span(None, 8, 9)], "/hours/0/weekday"),
            (ContactHoursKind::Day, "2027-01-11", &[span(monday, 8, 9)], "/hours/0/weekday"),
            (ContactHoursKind::Week, "2027-01-11", &[span(monday, 8, 12), span(monday, 11, 13)], "/hours/1"),
        ] {
            assert_eq!(checked(kind, starts_on, spans), Err(pointer.to_owned()), "{pointer}");
        }
    }

    proptest! {
        #[test]
        fn predicted_opening_and_closing_times_come_true(minute in 0_i64..(370 * 1440)) {
            let now = at("2027-01-01T00:00:00Z") + TimeDelta::minutes(minute);
            let phone = |now| channel_status(&usual(), &holidays(), ContactChannel::Phone, now);
            let current = phone(now);
            let change = current.open_until.or(current.opens_at).unwrap();
            prop_assert!(change > now && phone(change).open != current.open);
            prop_assert_eq!(phone(change - TimeDelta::minutes(1)).open, current.open);
        }
    }
}
