use super::*;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn quiet(from: &str, until: &str) -> QuietHours {
    QuietHours { from: from.parse().unwrap(), until: until.parse().unwrap() }
}

fn draft(essential: bool, until: &str) -> Draft {
    Draft { subject: "", sentence: String::new(), path: String::new(), text: String::new(), essential, expires_at: at(until) }
}

#[test]
fn quiet_hours_end_the_next_morning_in_uk_time() {
    let night = quiet("21:00:00", "08:00:00");
    for (now, end) in [
        ("2027-01-11T20:59:59Z", None),
        ("2027-01-11T21:00:00Z", Some("2027-01-12T08:00:00Z")),
        ("2027-01-12T00:30:30Z", Some("2027-01-12T08:00:00Z")),
        ("2027-01-12T07:59:59Z", Some("2027-01-12T08:00:00Z")),
        ("2027-01-12T08:00:00Z", None),
        // In summer, UK local time is an hour ahead of UTC.
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
fn an_hour_that_occurs_twice_is_quiet_twice_and_a_missing_hour_is_skipped() {
    // 01:00 to 01:59 occurs twice on 31 October 2027: from 00:00Z and from 01:00Z.
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
    // Quiet hours that begin before the gap and end in it end at the first minute after the gap.
    assert_eq!(quiet_until(quiet("00:30:00", "01:30:00"), at("2027-03-28T00:45:00Z")), Some(at("2027-03-28T01:00:00Z")));
}

proptest! {
    #[test]
    fn quiet_hours_always_end_at_the_first_minute_that_is_not_quiet(
        from in 0_i64..1440, length in 1_i64..1440, minute in 0_i64..(370 * 1440)
    ) {
        let time = |minutes: i64| NaiveTime::MIN + TimeDelta::minutes(minutes % 1440);
        let hours = QuietHours { from: time(from), until: time(from + length) };
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
fn preferences_decide_the_delivery() {
    let (day, night, week) = (at("2027-01-11T12:00:00Z"), at("2027-01-11T23:00:00Z"), "2027-01-18T09:00:00Z");
    let morning = Delivery::Postpone(at("2027-01-12T08:00:00Z"));
    let default = NotificationPreferences::default();
    let essential_only = NotificationPreferences { channel: MessageChannel::EssentialOnly, ..default.clone() };
    let number = "+447700900123";
    let texts = |verified| NotificationPreferences {
        channel: MessageChannel::Sms,
        mobile: Some(number.to_owned()),
        mobile_verified: verified,
        ..default.clone()
    };
    let any_hour = NotificationPreferences { quiet_hours: None, ..default.clone() };
    for (case, preferences, draft, now, expected) in [
        ("by day", &default, draft(false, week), day, Delivery::Email),
        ("at night", &default, draft(false, week), night, morning.clone()),
        ("at night without quiet hours", &any_hour, draft(false, week), night, Delivery::Email),
        ("essential, at night, useful next morning", &default, draft(true, week), night, morning),
        ("essential, at night, useless next morning", &default, draft(true, "2027-01-12T07:30:00Z"), night, Delivery::Email),
        (
            "not essential, at night, useless next morning",
            &default,
            draft(false, "2027-01-12T07:30:00Z"),
            night,
            Delivery::Discard,
        ),
        ("after its expiry", &any_hour, draft(true, "2027-01-11T23:00:00Z"), night, Delivery::Discard),
        ("not essential, essential only", &essential_only, draft(false, week), day, Delivery::Discard),
        ("essential, essential only", &essential_only, draft(true, week), day, Delivery::Email),
        ("to a verified number", &texts(true), draft(false, week), day, Delivery::TextMessage(number.to_owned())),
        ("to a number that is not verified", &texts(false), draft(false, week), day, Delivery::Email),
    ] {
        assert_eq!(delivery(preferences, &draft, now), expected, "{case}");
    }
}

#[test]
fn only_the_mobile_number_that_was_confirmed_counts_as_confirmed() {
    let number = Some("+447700900123");
    let preferences = |mobile: Option<&str>, mobile_verified| NotificationPreferences {
        mobile: mobile.map(str::to_owned),
        mobile_verified,
        ..NotificationPreferences::default()
    };
    for (typed, mobile, verified, expected, why) in [
        ("+447700900123", number, true, true, "as it is stored"),
        ("07700 900123", number, true, true, "typed in another form"),
        ("07700 900123", number, false, false, "never confirmed"),
        ("07700 900124", number, true, false, "another mobile number"),
        ("01632 960001", number, true, false, "not a mobile number"),
        ("01632 960001", None, true, false, "neither is a mobile number"),
        ("07700 900123", None, true, false, "the stored one cannot be read"),
    ] {
        assert_eq!(is_confirmed(typed, &preferences(mobile, verified)), expected, "{why}");
    }
}

#[test]
fn a_mobile_number_is_stored_in_e164() {
    for (typed, stored) in [
        ("07700 900123", "+447700900123"),
        ("07700-900-123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("07624 900123", "+447624900123"),
        ("+353 85 012 3456", "+353850123456"),
    ] {
        assert_eq!(parse_mobile(typed).as_deref(), Ok(stored), "{typed}");
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
        "call me",
        "7700900123",
    ] {
        assert_eq!(parse_mobile(wrong).map_err(|refusal| refusal.reason), Err(Reason::InvalidMobile), "{wrong}");
    }
}

#[test]
fn the_length_of_a_text_message_is_measured_as_telephones_do() {
    assert!(fits_one_text_message(&"x".repeat(160)) && !fits_one_text_message(&"x".repeat(161)));
    assert!(fits_one_text_message(&"€".repeat(80)) && !fits_one_text_message(&"€".repeat(81)));
    assert!(!fits_one_text_message("a “quoted” word") && !fits_one_text_message("…"));
}

#[test]
fn preferences_that_cannot_be_followed_are_refused() {
    let default = NotificationPreferences::default();
    let texts = NotificationPreferences { channel: MessageChannel::Sms, ..default.clone() };
    let named = NotificationPreferences { wording: MessageWording::Named, ..default.clone() };
    assert!(check_preferences(&default, false).is_ok() && check_preferences(&named, true).is_ok());
    assert_eq!(check_preferences(&texts, true).unwrap_err().reason, Reason::MobileRequired);
    assert_eq!(check_preferences(&named, false).unwrap_err().reason, Reason::NamingNotAllowed);
}

#[test]
fn a_subject_line_is_one_line() {
    assert_eq!(parse_subject_line(" Rota query ").unwrap().as_deref(), Some("Rota query"));
    assert_eq!(parse_subject_line("  ").unwrap(), None);
    assert!(parse_subject_line("Rota\r\nBcc: x@example.org").is_err());
}
