use super::*;
use crate::follow_ups::model::IntervalUnit::{Days as InDays, Weeks};
use crate::follow_ups::plan::plan;
use platform::ids::Id;
use scheduling::calendar::model::AppointmentKind;

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(number: u8) -> Id {
    Id(uuid::Uuid::from_bytes([number; 16]))
}

fn days(from: &str, by: &str) -> Window {
    Window { from: day(from), by: day(by) }
}

#[test]
fn something_is_agreed_in_an_appointment_that_has_begun_and_was_not_missed() {
    use AppointmentStatus::{Attended, Booked, Cancelled, NotAttended};
    let now = time("2027-01-11T09:00:00Z");
    for (status, starts_at, fine) in [
        (Attended, "2027-01-04T09:00:00Z", true),
        (Booked, "2027-01-11T09:00:00Z", true),
        (Booked, "2027-01-11T09:00:01Z", false),
        (NotAttended, "2027-01-04T09:00:00Z", false),
        (Cancelled, "2027-01-04T09:00:00Z", false),
    ] {
        let held = HeldAppointment { starts_at: time(starts_at), status };
        assert_eq!(may_agree_in(&held, now).is_ok(), fine, "{status:?} {starts_at}");
    }
}

#[test]
fn nothing_more_is_agreed_once_care_has_ended_or_too_much_is_open() {
    let plan = plan();
    for pathway in Pathway::ALL {
        let ended = matches!(pathway, Pathway::Discharged | Pathway::Signposted);
        assert_eq!(may_have_another(*pathway, 0, plan).is_err(), ended, "{pathway:?}");
    }
    assert_eq!(may_have_another(Pathway::InCare, 19, plan), Ok(()));
    assert_eq!(may_have_another(Pathway::InCare, 20, plan).unwrap_err().reason, Reason::TooManyFollowUps);
}

#[test]
fn a_window_is_counted_in_london_days() {
    let plan = plan();
    // Half past eleven in the evening on the last day of winter time; summer time begins that night.
    let late = time("2027-03-27T23:30:00Z");
    for (appointment, unit, from, to, expected) in [
        ("2027-01-11T09:00:00Z", Weeks, 2, Some(3), days("2027-01-25", "2027-02-01")),
        ("2027-01-11T09:00:00Z", Weeks, 2, None, days("2027-01-25", "2027-02-01")),
        ("2027-01-11T09:00:00Z", InDays, 3, None, days("2027-01-14", "2027-01-17")),
        ("2027-01-11T09:00:00Z", InDays, 0, Some(0), days("2027-01-11", "2027-01-11")),
        ("2027-03-27T23:30:00Z", InDays, 1, Some(1), days("2027-03-28", "2027-03-28")),
        // In summer it is already tomorrow in London.
        ("2027-06-30T23:30:00Z", InDays, 1, Some(2), days("2027-07-02", "2027-07-03")),
    ] {
        let interval = Interval { unit, from, to };
        let appointment = time(appointment);
        assert_eq!(window(appointment, interval, appointment, plan), Ok(expected), "{appointment}");
    }
    let refused = |from, to, now| {
        let refusal = window(late, Interval { unit: InDays, from, to }, now, plan).unwrap_err();
        (refusal.reason, refusal.fields[0].pointer.clone())
    };
    assert_eq!(refused(5, Some(4), late), (Reason::InvalidInterval, "/interval_to".into()));
    assert_eq!(refused(1, Some(367), late), (Reason::InvalidInterval, "/interval_to".into()));
    assert_eq!(refused(366, None, late), (Reason::InvalidInterval, "/interval_from".into()));
    assert_eq!(refused(1, Some(2), late + TimeDelta::days(3)), (Reason::InvalidInterval, "/interval_from".into()));
}

#[test]
fn a_window_set_by_its_days_lies_ahead_and_within_reach() {
    let (plan, now) = (plan(), time("2027-01-11T09:00:00Z"));
    for (from, by, fine) in [
        ("2027-01-11", "2027-01-11", true),
        ("2027-01-01", "2027-01-11", true),
        ("2027-01-12", "2027-01-11", false),
        ("2027-01-01", "2027-01-10", false),
        ("2027-01-12", "2028-01-12", true),
        ("2027-01-12", "2028-01-13", false),
        ("0001-01-01", "2027-01-12", false),
        ("2027-01-12", "9999-12-31", false),
    ] {
        assert_eq!(check_window(days(from, by), now, plan).is_ok(), fine, "{from} to {by}");
    }
}

const CLEO: u8 = 1;
const DORA: u8 = 2;
const AGREED_IN: u8 = 90;

fn wanted(linked: Option<u8>) -> Wanted {
    let counts_from = time("2027-01-18T00:00:00Z");
    Wanted {
        linked: linked.map(id),
        agreed_in: id(AGREED_IN),
        clinician: id(CLEO),
        kind: AppointmentKind::Treatment,
        counts_from,
    }
}

fn appointment(number: u8, clinician: u8, starts_at: &str, status: AppointmentStatus) -> Candidate {
    let attendance_recorded_at = (status == AppointmentStatus::Attended).then(|| time(starts_at));
    let (kind, starts_at) = (AppointmentKind::Treatment, time(starts_at));
    Candidate { id: id(number), clinician: id(clinician), kind, starts_at, status, attendance_recorded_at }
}

#[test]
fn the_appointment_it_came_to_is_found_by_clinician_kind_and_time_or_by_what_somebody_said() {
    use AppointmentStatus::{Attended, Booked, Cancelled, NotAttended};
    let (early, first, second) = ("2027-01-17T23:59:59Z", "2027-01-25T09:00:00Z", "2027-03-25T09:00:00Z");
    let found = |linked, all: &[Candidate]| fulfilled_by(&wanted(linked), all).map(|one| one.id);
    let assessment = Candidate { kind: AppointmentKind::Assessment, ..appointment(3, CLEO, first, Booked) };
    let cases = [
        ("nothing", None, vec![], None),
        ("the first that fits", None, vec![appointment(4, CLEO, second, Booked), appointment(3, CLEO, first, Booked)], Some(3)),
        ("late is better than never", None, vec![appointment(4, CLEO, second, Booked)], Some(4)),
        ("too early", None, vec![appointment(3, CLEO, early, Attended)], None),
        ("somebody else", None, vec![appointment(3, DORA, first, Booked)], None),
        ("another kind", None, vec![assessment], None),
        (
            "called off or missed",
            None,
            vec![appointment(3, CLEO, first, Cancelled), appointment(4, CLEO, first, NotAttended)],
            None,
        ),
        ("the one it was agreed in", None, vec![appointment(AGREED_IN, CLEO, first, Attended)], None),
        ("somebody else, as somebody said", Some(3), vec![appointment(3, DORA, first, Booked)], Some(3)),
        (
            "what somebody said comes first",
            Some(4),
            vec![appointment(3, CLEO, first, Booked), appointment(4, DORA, second, Booked)],
            Some(4),
        ),
        (
            "what took place comes first of all",
            Some(4),
            vec![appointment(3, CLEO, first, Attended), appointment(4, DORA, second, Booked)],
            Some(3),
        ),
        (
            "called off after it was said",
            Some(4),
            vec![appointment(4, DORA, second, Cancelled), appointment(3, CLEO, first, Booked)],
            Some(3),
        ),
    ];
    for (what, linked, all, expected) in cases {
        assert_eq!(found(linked, &all), expected.map(id), "{what}");
    }
}

#[test]
fn an_appointment_counts_a_week_early_but_never_before_it_was_agreed() {
    let plan = plan();
    let agreed = time("2027-01-11T09:00:00Z");
    assert_eq!(counts_from(days("2027-02-01", "2027-02-08"), agreed, plan), time("2027-01-25T00:00:00Z"));
    assert_eq!(
        counts_from(days("2027-07-20", "2027-07-21"), agreed, plan),
        time("2027-07-12T23:00:00Z"),
        "London is an hour ahead"
    );
    assert_eq!(counts_from(days("2027-01-14", "2027-01-17"), agreed, plan), agreed);
}

#[test]
fn only_a_later_appointment_that_stands_can_be_linked() {
    use AppointmentStatus::{Attended, Booked, Cancelled, NotAttended};
    let agreed_in = time("2027-01-11T09:00:00Z");
    for (status, starts_at, fine) in [
        (Booked, "2027-01-25T09:00:00Z", true),
        (Attended, "2027-01-12T09:00:00Z", true),
        (Cancelled, "2027-01-25T09:00:00Z", false),
        (NotAttended, "2027-01-25T09:00:00Z", false),
        (Attended, "2027-01-11T09:00:00Z", false),
    ] {
        let held = HeldAppointment { starts_at: time(starts_at), status };
        assert_eq!(may_link(&held, agreed_in).is_ok(), fine, "{status:?} {starts_at}");
    }
}

fn standing(appointment: Option<Candidate>) -> Standing {
    Standing { window: days("2027-01-25", "2027-02-01"), closed: None, pathway: Pathway::InCare, appointment }
}

#[test]
fn where_it_stands_follows_from_appointments_pathway_and_day() {
    use FollowUpState::{Booked, Cancelled, CareEnded, Done, Due, Overdue, Waiting};
    let booked = Some(appointment(3, CLEO, "2027-01-28T09:00:00Z", AppointmentStatus::Booked));
    let held = Some(appointment(3, CLEO, "2027-01-28T09:00:00Z", AppointmentStatus::Attended));
    let discharged = |appointment| Standing { pathway: Pathway::Discharged, ..standing(appointment) };
    let closed = |closed| Standing { closed: Some(closed), ..standing(booked) };
    for (what, facts, today, expected) in [
        ("before", standing(None), "2027-01-24", Waiting),
        ("the first day", standing(None), "2027-01-25", Due),
        ("the last day", standing(None), "2027-02-01", Due),
        ("after", standing(None), "2027-02-02", Overdue),
        ("booked", standing(booked), "2027-02-02", Booked),
        ("held", standing(held), "2027-02-02", Done),
        ("discharged", discharged(None), "2027-02-02", CareEnded),
        ("discharged before it took place", discharged(booked), "2027-02-02", CareEnded),
        ("discharged after it took place", discharged(held), "2027-02-02", Done),
        ("called off", closed(ClosedAs::Cancelled), "2027-02-02", Cancelled),
        ("closed with care", closed(ClosedAs::CareEnded), "2027-02-02", CareEnded),
        ("closed", closed(ClosedAs::Done), "2027-02-02", Done),
    ] {
        let found = state(&facts, day(today));
        assert_eq!(found, expected, "{what}");
        assert_eq!(check_open(found).is_ok(), matches!(expected, Waiting | Due | Overdue | Booked), "{what}");
    }
}

const NEVER_WRITTEN: Letters =
    Letters { reminded: false, chased: 0, last_chased: None, last_contact: None, worth_writing: true, call_asked: false };

fn does(standing: &Standing, letters: &Letters, now: &str) -> Step {
    step(standing, letters, time(now), TimeDelta::days(7), plan())
}

#[test]
fn a_reminder_goes_out_once_by_day_when_it_is_time_and_nothing_is_booked() {
    let booked = standing(Some(appointment(3, CLEO, "2027-01-28T09:00:00Z", AppointmentStatus::Booked)));
    let discharged = Standing { pathway: Pathway::Discharged, ..standing(None) };
    let (noon, night) = ("2027-01-25T12:00:00Z", "2027-01-25T08:59:59Z");
    assert_eq!(does(&standing(None), &NEVER_WRITTEN, noon), Step::Remind);
    assert_eq!(does(&standing(None), &NEVER_WRITTEN, night), Step::Wait);
    assert_eq!(does(&standing(None), &NEVER_WRITTEN, "2027-01-25T20:00:00Z"), Step::Wait);
    assert_eq!(does(&standing(None), &NEVER_WRITTEN, "2027-01-24T12:00:00Z"), Step::Wait);
    assert_eq!(does(&standing(None), &Letters { reminded: true, ..NEVER_WRITTEN }, noon), Step::Wait);
    assert_eq!(does(&standing(None), &Letters { worth_writing: false, ..NEVER_WRITTEN }, noon), Step::Wait);
    assert_eq!(does(&booked, &NEVER_WRITTEN, noon), Step::Wait);
    assert_eq!(does(&discharged, &NEVER_WRITTEN, noon), Step::Close(ClosedAs::CareEnded));
    let cancelled = Standing { closed: Some(ClosedAs::Cancelled), ..standing(None) };
    assert_eq!(does(&cancelled, &NEVER_WRITTEN, noon), Step::Wait);
}

#[test]
fn letters_that_chase_come_at_growing_gaps_and_then_a_person_is_asked_to_ring() {
    let sent = |chased, last: &str| Letters { chased, last_chased: Some(day(last)), ..NEVER_WRITTEN };
    for (what, letters, now, expected) in [
        ("the day after", NEVER_WRITTEN, "2027-02-02T09:00:00Z", Step::Chase),
        ("a week later", sent(1, "2027-02-02"), "2027-02-08T12:00:00Z", Step::Wait),
        ("a week later", sent(1, "2027-02-02"), "2027-02-09T12:00:00Z", Step::Chase),
        ("not at night", sent(1, "2027-02-02"), "2027-02-09T22:00:00Z", Step::Wait),
        ("a fortnight later", sent(2, "2027-02-09"), "2027-02-22T12:00:00Z", Step::Wait),
        ("a fortnight later", sent(2, "2027-02-09"), "2027-02-23T12:00:00Z", Step::Chase),
        ("no more letters", sent(3, "2027-02-23"), "2027-02-24T12:00:00Z", Step::AskForCall),
        ("asked already", Letters { call_asked: true, ..sent(3, "2027-02-23") }, "2027-02-25T12:00:00Z", Step::Wait),
        ("a letter would not help", Letters { worth_writing: false, ..NEVER_WRITTEN }, "2027-02-02T12:00:00Z", Step::AskForCall),
    ] {
        assert_eq!(does(&standing(None), &letters, now), expected, "{what} {now}");
    }
}

#[test]
fn whoever_was_rung_is_given_time_and_whoever_declined_is_left_in_peace() {
    let rung = |outcome| Letters { last_contact: Some((day("2027-02-05"), outcome)), chased: 1, ..NEVER_WRITTEN };
    assert_eq!(does(&standing(None), &rung(FollowUpContactOutcome::WillBook), "2027-02-11T12:00:00Z"), Step::Wait);
    assert_eq!(does(&standing(None), &rung(FollowUpContactOutcome::WillBook), "2027-02-12T12:00:00Z"), Step::Chase);
    assert_eq!(does(&standing(None), &rung(FollowUpContactOutcome::Declined), "2027-04-12T12:00:00Z"), Step::Wait);
    let done_writing = Letters { chased: 3, ..rung(FollowUpContactOutcome::Declined) };
    assert_eq!(does(&standing(None), &done_writing, "2027-04-12T12:00:00Z"), Step::Wait);
}

#[test]
fn what_took_place_is_closed_once_attendance_can_no_longer_be_corrected() {
    let held = standing(Some(appointment(3, CLEO, "2027-01-28T09:00:00Z", AppointmentStatus::Attended)));
    assert_eq!(does(&held, &NEVER_WRITTEN, "2027-02-04T09:00:00Z"), Step::Wait);
    assert_eq!(does(&held, &NEVER_WRITTEN, "2027-02-04T09:00:01Z"), Step::Close(ClosedAs::Done));
}

#[test]
fn it_is_looked_at_again_when_letters_next_go_out() {
    let plan = plan();
    for (now, next) in [
        ("2027-01-11T08:59:59Z", "2027-01-11T09:00:00Z"),
        ("2027-01-11T09:00:00Z", "2027-01-12T09:00:00Z"),
        ("2027-07-11T08:00:00Z", "2027-07-12T08:00:00Z"),
        ("2027-03-27T12:00:00Z", "2027-03-28T08:00:00Z"),
    ] {
        assert_eq!(next_look(time(now), plan), time(next), "{now}");
    }
    let again = |outcome| call_again(outcome, time("2027-01-11T15:00:00Z"), plan);
    assert_eq!(again(FollowUpContactOutcome::NoAnswer), Some(time("2027-01-12T09:00:00Z")));
    assert_eq!(again(FollowUpContactOutcome::WillBook), Some(time("2027-01-18T09:00:00Z")));
    assert_eq!(again(FollowUpContactOutcome::Declined), None);
}

#[test]
fn a_call_is_needed_when_it_is_overdue_and_the_time_for_ringing_has_come() {
    let now = time("2027-02-24T09:00:00Z");
    assert!(needs_call(FollowUpState::Overdue, Some(now), now));
    assert!(!needs_call(FollowUpState::Overdue, Some(now + TimeDelta::seconds(1)), now));
    assert!(!needs_call(FollowUpState::Overdue, None, now));
    assert!(!needs_call(FollowUpState::Booked, Some(now), now));
}

#[test]
fn slots_are_suggested_for_what_is_left_of_the_window_and_searched_piece_by_piece() {
    let plan = plan();
    let window = days("2027-01-25", "2027-02-21");
    for (now, from, to) in [
        ("2027-01-11T09:00:00Z", "2027-01-25T00:00:00Z", "2027-02-22T00:00:00Z"),
        ("2027-02-10T09:00:00Z", "2027-02-10T09:00:00Z", "2027-02-22T00:00:00Z"),
        ("2027-02-22T00:00:00Z", "2027-02-22T00:00:00Z", "2027-03-08T00:00:00Z"),
    ] {
        assert_eq!(suggested_times(window, time(now), plan), (time(from), time(to)), "{now}");
    }
    let (from, to, fortnight) = (time("2027-01-25T00:00:00Z"), time("2027-02-22T00:00:00Z"), TimeDelta::days(14));
    let middle = time("2027-02-08T00:00:00Z");
    assert_eq!(pieces(from, to, fortnight), [(from, middle), (middle, to)]);
    assert_eq!(pieces(from, to + TimeDelta::hours(1), fortnight).len(), 3);
    assert_eq!(pieces(from, middle, fortnight), [(from, middle)]);
}
