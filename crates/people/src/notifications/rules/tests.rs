use super::*;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn quiet(from: &str, until: &str) -> QuietHours {
    QuietHours { from: from.parse().unwrap(), until: until.parse().unwrap() }
}

fn draft(essential: bool, until: &str) -> Draft {
    Draft { subject: "", sentence: String::new(), path: String::new(), text: String::new(), essential, until: at(until) }
}

#[test]
fn quiet_hours_end_on_the_next_morning_in_britain() {
    let night = quiet("21:00:00", "08:00:00");
    for (now, end) in [
        ("2027-01-11T20:59:59Z", None),
        ("2027-01-11T21:00:00Z", Some("2027-01-12T08:00:00Z")),
        ("2027-01-12T00:30:30Z", Some("2027-01-12T08:00:00Z")),
        ("2027-01-12T07:59:59Z", Some("2027-01-12T08:00:00Z")),
        ("2027-01-12T08:00:00Z", None),
        // In summer the clock on the wall is an hour ahead.
        ("2027-07-01T19:59:59Z", None),
        ("2027-07-01T20:00:00Z", Some("2027-07-02T07:00:00Z")),
        // The nights on which clocks change: 28 March and 31 October 2027.
        ("2027-03-27T22:00:00Z", Some("2027-03-28T07:00:00Z")),
        ("2027-10-30T21:00:00Z", Some("2027-10-31T08:00:00Z")),
    ] {
        assert_eq!(quiet_until(night, at(now)), end.map(at), "{now}");
    }
}

#[test]
fn an_hour_that_happens_twice_is_quiet_twice_and_one_that_does_not_is_skipped() {
    // 01:00 to 01:59 happens twice on 31 October 2027: from 00:00Z and from 01:00Z.
    let hours = quiet("01:15:00", "01:45:00");
    for (now, end) in [
        ("2027-10-31T00:20:00Z", Some("2027-10-31T00:45:00Z")),
        ("2027-10-31T00:50:00Z", None),
        ("2027-10-31T01:20:00Z", Some("2027-10-31T01:45:00Z")),
        // On 28 March there is no 01:15 at all: 00:59 is followed by 02:00.
        ("2027-03-28T00:59:00Z", None),
        ("2027-03-28T01:00:00Z", None),
    ] {
        assert_eq!(quiet_until(hours, at(now)), end.map(at), "{now}");
    }
    // Quiet from before the gap to within it ends where the clock comes out.
    assert_eq!(quiet_until(quiet("00:30:00", "01:30:00"), at("2027-03-28T00:45:00Z")), Some(at("2027-03-28T01:00:00Z")));
}

proptest! {
    #[test]
    fn whenever_it_is_the_end_of_quiet_hours_is_the_first_minute_that_is_not_quiet(
        from in 0_i64..1440, length in 1_i64..1440, minute in 0_i64..(370 * 1440)
    ) {
        let wall = |minutes: i64| NaiveTime::MIN + TimeDelta::minutes(minutes % 1440);
        let hours = QuietHours { from: wall(from), until: wall(from + length) };
        let now = at("2027-01-01T00:00:00Z") + TimeDelta::minutes(minute);
        match quiet_until(hours, now) {
            None => prop_assert!(!is_quiet(hours, now)),
            Some(end) => {
                prop_assert!(now < end && end <= now + TimeDelta::hours(50) && !is_quiet(hours, end));
                let mut between = now;
                while between < end {
                    prop_assert!(is_quiet(hours, between));
                    between += TimeDelta::minutes(7);
                }
                prop_assert!(is_quiet(hours, end - TimeDelta::minutes(1)));
            }
        }
    }
}

#[test]
fn wishes_decide_the_way() {
    let (day, night, week) = (at("2027-01-11T12:00:00Z"), at("2027-01-11T23:00:00Z"), "2027-01-18T09:00:00Z");
    let morning = Way::Later(at("2027-01-12T08:00:00Z"));
    let usual = Wishes::default();
    let few = Wishes { channel: MessageChannel::EssentialOnly, ..usual.clone() };
    let number = "+447700900123";
    let texts = |verified| Wishes {
        channel: MessageChannel::Sms,
        mobile: Some(number.to_owned()),
        mobile_verified: verified,
        ..usual.clone()
    };
    let any_hour = Wishes { quiet: None, ..usual.clone() };
    for (what, wishes, draft, now, expected) in [
        ("by day", &usual, draft(false, week), day, Way::Letter),
        ("at night", &usual, draft(false, week), night, morning.clone()),
        ("at night to anybody who does not mind", &any_hour, draft(false, week), night, Way::Letter),
        ("essential, at night, with time", &usual, draft(true, week), night, morning),
        ("essential, at night, for the early morning", &usual, draft(true, "2027-01-12T07:30:00Z"), night, Way::Letter),
        ("the rest, at night, for the early morning", &usual, draft(false, "2027-01-12T07:30:00Z"), night, Way::Never),
        ("too late", &any_hour, draft(true, "2027-01-11T23:00:00Z"), night, Way::Never),
        ("not essential", &few, draft(false, week), day, Way::Never),
        ("essential", &few, draft(true, week), day, Way::Letter),
        ("to a number that is theirs", &texts(true), draft(false, week), day, Way::Text(number.to_owned())),
        ("to one that may not be", &texts(false), draft(false, week), day, Way::Letter),
    ] {
        assert_eq!(way(wishes, &draft, now), expected, "{what}");
    }
}

#[test]
fn a_mobile_number_is_kept_in_one_form() {
    for (typed, kept) in [
        ("07700 900123", "+447700900123"),
        ("07700-900-123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("07624 900123", "+447624900123"),
        ("+353 85 012 3456", "+353850123456"),
    ] {
        assert_eq!(mobile(typed).as_deref(), Ok(kept), "{typed}");
    }
    for wrong in [
        "",
        "020 7946 0018",
        "07000 900123",
        "07600 900123",
        "0770090012",
        "077009001234",
        "+44 20 7946 0018",
        "+",
        "+0123456789",
        "+1234567",
        "+1234567890123456",
        "0770O 900123",
        "ring me",
        "7700900123",
    ] {
        assert_eq!(mobile(wrong).map_err(|refusal| refusal.reason), Err(Reason::InvalidMobile), "{wrong}");
    }
}

#[test]
fn a_text_is_measured_as_telephones_do() {
    assert!(fits_a_text(&"x".repeat(160)) && !fits_a_text(&"x".repeat(161)));
    assert!(fits_a_text(&"€".repeat(80)) && !fits_a_text(&"€".repeat(81)));
    assert!(!fits_a_text("a “quoted” word") && !fits_a_text("…"));
}

#[test]
fn wishes_that_cannot_be_fulfilled_are_refused() {
    let usual = Wishes::default();
    let texts = Wishes { channel: MessageChannel::Sms, ..usual.clone() };
    let named = Wishes { wording: MessageWording::Named, ..usual.clone() };
    assert!(check(&usual, false).is_ok() && check(&named, true).is_ok());
    assert_eq!(check(&texts, true).unwrap_err().reason, Reason::MobileRequired);
    assert_eq!(check(&named, false).unwrap_err().reason, Reason::NamingNotAllowed);
}

#[test]
fn a_subject_line_is_one_line() {
    assert_eq!(subject_line(" Rota query ").unwrap().as_deref(), Some("Rota query"));
    assert_eq!(subject_line("  ").unwrap(), None);
    assert!(subject_line("Rota\r\nBcc: x@example.org").is_err());
}
