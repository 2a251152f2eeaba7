use super::*;
use crate::follow_ups::model::IntervalUnit::{Days as InDays, Weeks};
use crate::follow_ups::policy::policy;
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
fn a_follow_up_is_agreed_at_an_appointment_that_has_begun_and_was_not_missed() {
    use AppointmentState::{Attended, Booked, Cancelled, NotAttended};
    let now = time("2027-01-11T09:00:00Z");
    for (status, starts_at, fine) in [
        (Attended, "2027-01-04T09:00:00Z", true),
        (Booked, "2027-01-11T09:00:00Z", true),
        (Booked, "2027-01-11T09:00:01Z", false),
        (NotAttended, "2027-01-04T09:00:00Z", false),
        (Cancelled, "2027-01-04T09:00:00Z", false),
    ] {
        let appointment = AppointmentFacts { starts_at: time(starts_at), status };
        assert_eq!(may_agree_follow_up(&appointment, now).is_ok(), fine, "{status:?} {starts_at}");
    }
}

#[test]
fn no_follow_up_is_agreed_after_care_has_ended_or_with_too_many_open() {
    let policy = policy();
    for pathway in Pathway::ALL {
        let ended = matches!(pathway, Pathway::Discharged | Pathway::Signposted);
        assert_eq!(may_add_follow_up(*pathway, 0, policy).is_err(), ended, "{pathway:?}");
    }
    assert_eq!(may_add_follow_up(Pathway::InCare, 19, policy), Ok(()));
    assert_eq!(may_add_follow_up(Pathway::InCare, 20, policy).unwrap_err().reason, Reason::TooManyFollowUps);
}

#[test]
fn a_window_is_counted_in_london_days() {
    let policy = policy();
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
        assert_eq!(window(appointment, interval, appointment, policy), Ok(expected), "{appointment}");
    }
    let refused = |from, to, now| {
        let refusal = window(late, Interval { unit: InDays, from, to }, now, policy).unwrap_err();
        (refusal.reason, refusal.fields[0].pointer.clone())
    };
    assert_eq!(refused(5, Some(4), late), (Reason::InvalidInterval, "/interval_to".into()));
    assert_eq!(refused(1, Some(367), late), (Reason::InvalidInterval, "/interval_to".into()));
    assert_eq!(refused(366, None, late), (Reason::InvalidInterval, "/interval_from".into()));
    assert_eq!(refused(1, Some(2), late + TimeDelta::days(3)), (Reason::InvalidInterval, "/interval_from".into()));
}

#[test]
fn a_window_set_by_dates_is_neither_past_nor_too_far_away() {
    let (policy, now) = (policy(), time("2027-01-11T09:00:00Z"));
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
        assert_eq!(check_window(days(from, by), now, policy).is_ok(), fine, "{from} to {by}");
    }
}

const CLEO: u8 = 1;
const DORA: u8 = 2;
const AGREED_AT: u8 = 90;

fn criteria(linked: Option<u8>) -> MatchCriteria {
    let counts_from = time("2027-01-18T00:00:00Z");
    MatchCriteria {
        linked_id: linked.map(id),
        agreed_appointment_id: id(AGREED_AT),
        clinician: id(CLEO),
        kind: AppointmentKind::Treatment,
        counts_from,
    }
}

fn appointment(number: u8, clinician: u8, starts_at: &str, status: AppointmentState) -> CandidateAppointment {
    let attendance_recorded_at = (status == AppointmentState::Attended).then(|| time(starts_at));
    let (kind, starts_at) = (AppointmentKind::Treatment, time(starts_at));
    CandidateAppointment { id: id(number), clinician: id(clinician), kind, starts_at, status, attendance_recorded_at }
}

#[test]
fn a_follow_up_is_fulfilled_by_a_matching_or_a_linked_appointment() {
    use AppointmentState::{Attended, Booked, Cancelled, NotAttended};
    let (early, first, second) = ("2027-01-17T23:59:59Z", "2027-01-25T09:00:00Z", "2027-03-25T09:00:00Z");
    let found = |linked, all: &[CandidateAppointment]| matching_appointment(&criteria(linked), all).map(|one| one.id);
    let assessment = CandidateAppointment { kind: AppointmentKind::Assessment, ..appointment(3, CLEO, first, Booked) };
    let cases = [
        ("no appointment", None, vec![], None),
        ("the first match", None, vec![appointment(4, CLEO, second, Booked), appointment(3, CLEO, first, Booked)], Some(3)),
        ("a late appointment", None, vec![appointment(4, CLEO, second, Booked)], Some(4)),
        ("too early", None, vec![appointment(3, CLEO, early, Attended)], None),
        ("another clinician", None, vec![appointment(3, DORA, first, Booked)], None),
        ("another kind", None, vec![assessment], None),
        (
            "cancelled or missed",
            None,
            vec![appointment(3, CLEO, first, Cancelled), appointment(4, CLEO, first, NotAttended)],
            None,
        ),
        ("the appointment at which it was agreed", None, vec![appointment(AGREED_AT, CLEO, first, Attended)], None),
        ("another clinician, linked", Some(3), vec![appointment(3, DORA, first, Booked)], Some(3)),
        (
            "the linked one comes first",
            Some(4),
            vec![appointment(3, CLEO, first, Booked), appointment(4, DORA, second, Booked)],
            Some(4),
        ),
        (
            "an attended one comes before a linked one",
            Some(4),
            vec![appointment(3, CLEO, first, Attended), appointment(4, DORA, second, Booked)],
            Some(3),
        ),
        (
            "the linked one was cancelled",
            Some(4),
            vec![appointment(4, DORA, second, Cancelled), appointment(3, CLEO, first, Booked)],
            Some(3),
        ),
    ];
    for (name, linked, all, expected) in cases {
        assert_eq!(found(linked, &all), expected.map(id), "{name}");
    }
}

#[test]
fn an_appointment_may_be_a_week_early_but_never_before_the_follow_up_was_agreed() {
    let policy = policy();
    let agreed = time("2027-01-11T09:00:00Z");
    assert_eq!(counts_from(days("2027-02-01", "2027-02-08"), agreed, policy), time("2027-01-25T00:00:00Z"));
    assert_eq!(
        counts_from(days("2027-07-20", "2027-07-21"), agreed, policy),
        time("2027-07-12T23:00:00Z"),
        "London is an hour ahead of UTC"
    );
    assert_eq!(counts_from(days("2027-01-14", "2027-01-17"), agreed, policy), agreed);
}

#[test]
fn only_a_later_booked_or_attended_appointment_can_be_linked() {
    use AppointmentState::{Attended, Booked, Cancelled, NotAttended};
    let agreed_in = time("2027-01-11T09:00:00Z");
    for (status, starts_at, fine) in [
        (Booked, "2027-01-25T09:00:00Z", true),
        (Attended, "2027-01-12T09:00:00Z", true),
        (Cancelled, "2027-01-25T09:00:00Z", false),
        (NotAttended, "2027-01-25T09:00:00Z", false),
        (Attended, "2027-01-11T09:00:00Z", false),
    ] {
        let appointment = AppointmentFacts { starts_at: time(starts_at), status };
        assert_eq!(may_link(&appointment, agreed_in).is_ok(), fine, "{status:?} {starts_at}");
    }
}

fn facts(appointment: Option<CandidateAppointment>) -> FollowUpFacts {
    FollowUpFacts { window: days("2027-01-25", "2027-02-01"), closed_as: None, pathway: Pathway::InCare, appointment }
}

#[test]
fn the_state_depends_on_appointments_pathway_and_date() {
    use FollowUpState::{Booked, Cancelled, CareEnded, Done, Due, Overdue, Waiting};
    let booked = Some(appointment(3, CLEO, "2027-01-28T09:00:00Z", AppointmentState::Booked));
    let attended = Some(appointment(3, CLEO, "2027-01-28T09:00:00Z", AppointmentState::Attended));
    let discharged = |appointment| FollowUpFacts { pathway: Pathway::Discharged, ..facts(appointment) };
    let closed = |closed| FollowUpFacts { closed_as: Some(closed), ..facts(booked) };
    for (name, facts, today, expected) in [
        ("before", facts(None), "2027-01-24", Waiting),
        ("the first day", facts(None), "2027-01-25", Due),
        ("the last day", facts(None), "2027-02-01", Due),
        ("after", facts(None), "2027-02-02", Overdue),
        ("booked", facts(booked), "2027-02-02", Booked),
        ("attended", facts(attended), "2027-02-02", Done),
        ("discharged", discharged(None), "2027-02-02", CareEnded),
        ("discharged before the appointment", discharged(booked), "2027-02-02", CareEnded),
        ("discharged after the appointment", discharged(attended), "2027-02-02", Done),
        ("cancelled", closed(ClosedAs::Cancelled), "2027-02-02", Cancelled),
        ("closed at the end of care", closed(ClosedAs::CareEnded), "2027-02-02", CareEnded),
        ("closed", closed(ClosedAs::Done), "2027-02-02", Done),
    ] {
        let found = state(&facts, day(today));
        assert_eq!(found, expected, "{name}");
        assert_eq!(check_open(found).is_ok(), matches!(expected, Waiting | Due | Overdue | Booked), "{name}");
    }
}

const NOTHING_SENT: MessageFacts = MessageFacts {
    reminded: false,
    chase_count: 0,
    last_chased_on: None,
    last_contact: None,
    message_useful: true,
    call_requested: false,
};

fn step_at(facts: &FollowUpFacts, history: &MessageFacts, now: &str) -> Step {
    next_step(facts, history, time(now), TimeDelta::days(7), policy())
}

#[test]
fn one_reminder_is_sent_by_day_when_a_follow_up_is_due_and_not_booked() {
    let booked = facts(Some(appointment(3, CLEO, "2027-01-28T09:00:00Z", AppointmentState::Booked)));
    let discharged = FollowUpFacts { pathway: Pathway::Discharged, ..facts(None) };
    let (noon, night) = ("2027-01-25T12:00:00Z", "2027-01-25T08:59:59Z");
    assert_eq!(step_at(&facts(None), &NOTHING_SENT, noon), Step::Remind);
    assert_eq!(step_at(&facts(None), &NOTHING_SENT, night), Step::Wait);
    assert_eq!(step_at(&facts(None), &NOTHING_SENT, "2027-01-25T20:00:00Z"), Step::Wait);
    assert_eq!(step_at(&facts(None), &NOTHING_SENT, "2027-01-24T12:00:00Z"), Step::Wait);
    assert_eq!(step_at(&facts(None), &MessageFacts { reminded: true, ..NOTHING_SENT }, noon), Step::Wait);
    assert_eq!(step_at(&facts(None), &MessageFacts { message_useful: false, ..NOTHING_SENT }, noon), Step::Wait);
    assert_eq!(step_at(&booked, &NOTHING_SENT, noon), Step::Wait);
    assert_eq!(step_at(&discharged, &NOTHING_SENT, noon), Step::Close(ClosedAs::CareEnded));
    let cancelled = FollowUpFacts { closed_as: Some(ClosedAs::Cancelled), ..facts(None) };
    assert_eq!(step_at(&cancelled, &NOTHING_SENT, noon), Step::Wait);
}

#[test]
fn overdue_reminders_are_sent_at_growing_gaps_before_a_call_is_requested() {
    let sent = |chased, last: &str| MessageFacts { chase_count: chased, last_chased_on: Some(day(last)), ..NOTHING_SENT };
    for (name, history, now, expected) in [
        ("the day after", NOTHING_SENT, "2027-02-02T09:00:00Z", Step::Chase),
        ("a week later", sent(1, "2027-02-02"), "2027-02-08T12:00:00Z", Step::Wait),
        ("a week later", sent(1, "2027-02-02"), "2027-02-09T12:00:00Z", Step::Chase),
        ("not at night", sent(1, "2027-02-02"), "2027-02-09T22:00:00Z", Step::Wait),
        ("a fortnight later", sent(2, "2027-02-09"), "2027-02-22T12:00:00Z", Step::Wait),
        ("a fortnight later", sent(2, "2027-02-09"), "2027-02-23T12:00:00Z", Step::Chase),
        ("no more reminders", sent(3, "2027-02-23"), "2027-02-24T12:00:00Z", Step::RequestCall),
        ("already requested", MessageFacts { call_requested: true, ..sent(3, "2027-02-23") }, "2027-02-25T12:00:00Z", Step::Wait),
        (
            "messages cannot help",
            MessageFacts { message_useful: false, ..NOTHING_SENT },
            "2027-02-02T12:00:00Z",
            Step::RequestCall,
        ),
    ] {
        assert_eq!(step_at(&facts(None), &history, now), expected, "{name} {now}");
    }
}

#[test]
fn a_call_delays_the_next_reminder_and_declining_stops_reminders() {
    let called = |outcome| MessageFacts { last_contact: Some((day("2027-02-05"), outcome)), chase_count: 1, ..NOTHING_SENT };
    assert_eq!(step_at(&facts(None), &called(FollowUpContactAttemptOutcome::WillBook), "2027-02-11T12:00:00Z"), Step::Wait);
    assert_eq!(step_at(&facts(None), &called(FollowUpContactAttemptOutcome::WillBook), "2027-02-12T12:00:00Z"), Step::Chase);
    assert_eq!(step_at(&facts(None), &called(FollowUpContactAttemptOutcome::Declined), "2027-04-12T12:00:00Z"), Step::Wait);
    let all_sent = MessageFacts { chase_count: 3, ..called(FollowUpContactAttemptOutcome::Declined) };
    assert_eq!(step_at(&facts(None), &all_sent, "2027-04-12T12:00:00Z"), Step::Wait);
}

#[test]
fn an_attended_follow_up_is_closed_once_attendance_can_no_longer_be_corrected() {
    let attended = facts(Some(appointment(3, CLEO, "2027-01-28T09:00:00Z", AppointmentState::Attended)));
    assert_eq!(step_at(&attended, &NOTHING_SENT, "2027-02-04T09:00:00Z"), Step::Wait);
    assert_eq!(step_at(&attended, &NOTHING_SENT, "2027-02-04T09:00:01Z"), Step::Close(ClosedAs::Done));
}

#[test]
fn the_next_check_is_when_messages_are_next_sent() {
    let policy = policy();
    for (now, next) in [
        ("2027-01-11T08:59:59Z", "2027-01-11T09:00:00Z"),
        ("2027-01-11T09:00:00Z", "2027-01-12T09:00:00Z"),
        ("2027-07-11T08:00:00Z", "2027-07-12T08:00:00Z"),
        ("2027-03-27T12:00:00Z", "2027-03-28T08:00:00Z"),
    ] {
        assert_eq!(next_check(time(now), policy), time(next), "{now}");
    }
    let again = |outcome| next_call_due(outcome, time("2027-01-11T15:00:00Z"), policy);
    assert_eq!(again(FollowUpContactAttemptOutcome::NoAnswer), Some(time("2027-01-12T09:00:00Z")));
    assert_eq!(again(FollowUpContactAttemptOutcome::WillBook), Some(time("2027-01-18T09:00:00Z")));
    assert_eq!(again(FollowUpContactAttemptOutcome::Declined), None);
}

#[test]
fn a_call_is_needed_when_the_follow_up_is_overdue_and_the_call_is_due() {
    let now = time("2027-02-24T09:00:00Z");
    assert!(needs_call(FollowUpState::Overdue, Some(now), now));
    assert!(!needs_call(FollowUpState::Overdue, Some(now + TimeDelta::seconds(1)), now));
    assert!(!needs_call(FollowUpState::Overdue, None, now));
    assert!(!needs_call(FollowUpState::Booked, Some(now), now));
}

#[test]
fn slots_are_suggested_for_the_rest_of_the_window_in_parts_that_one_search_covers() {
    let policy = policy();
    let window = days("2027-01-25", "2027-02-21");
    for (now, from, to) in [
        ("2027-01-11T09:00:00Z", "2027-01-25T00:00:00Z", "2027-02-22T00:00:00Z"),
        ("2027-02-10T09:00:00Z", "2027-02-10T09:00:00Z", "2027-02-22T00:00:00Z"),
        ("2027-02-22T00:00:00Z", "2027-02-22T00:00:00Z", "2027-03-08T00:00:00Z"),
    ] {
        assert_eq!(suggested_period(window, time(now), policy), (time(from), time(to)), "{now}");
    }
    let (from, to, fortnight) = (time("2027-01-25T00:00:00Z"), time("2027-02-22T00:00:00Z"), TimeDelta::days(14));
    let middle = time("2027-02-08T00:00:00Z");
    assert_eq!(split_period(from, to, fortnight), [(from, middle), (middle, to)]);
    assert_eq!(split_period(from, to + TimeDelta::hours(1), fortnight).len(), 3);
    assert_eq!(split_period(from, middle, fortnight), [(from, middle)]);
}
