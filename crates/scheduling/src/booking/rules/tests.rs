//! Every refusal, its place in the order, and its boundary to the second.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::booking::figures::Policies;
use crate::booking::model::{
    AppointmentFacts, AppointmentStatus, Attendance, BookingFacts, By, CancelReason, LiveAppointments, SlotFacts, SlotState,
};
use crate::calendar::model::{Kind, Mode};
use people::practitioners::model::Pathway;
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::{Code, Refusal};

const ME: Id = id(1);
const OTHER: Id = id(2);

const fn id(number: u128) -> Id {
    Id(uuid::Uuid::from_u128(number))
}

fn now() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().expect("an instant")
}

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A free slot that starts so many seconds from now.
fn slot(kind: Kind, ahead: i64) -> SlotFacts {
    let starts_at = now() + seconds(ahead);
    let ends_at = starts_at + seconds(HOUR);
    let (state, mode) = (SlotState::Free, Mode::Video);
    SlotFacts { id: id(10), clinician: id(11), kind, mode, starts_at, ends_at, state, held_by: None, held_until: None }
}

/// The same slot, held for somebody for so many more seconds.
fn held(slot: SlotFacts, by: Id, left: i64) -> SlotFacts {
    SlotFacts { held_by: Some(by), held_until: Some(now() + seconds(left)), ..slot }
}

fn appointment(kind: Kind, ahead: i64) -> AppointmentFacts {
    let starts_at = now() + seconds(ahead);
    let (ends_at, status) = (starts_at + seconds(HOUR), AppointmentStatus::Booked);
    AppointmentFacts {
        id: id(20),
        practitioner: ME,
        slot: id(21),
        kind,
        starts_at,
        ends_at,
        status,
        attendance_recorded_at: None,
    }
}

fn live(assessments: u32, treatments: u32) -> LiveAppointments {
    LiveAppointments { assessments, treatments, overlapping: false }
}

fn code<T>(verdict: Result<T, Refusal>) -> Option<Code> {
    verdict.err().map(|refusal| refusal.code)
}

fn facts(slot: SlotFacts, stage: Pathway, by: By, live: LiveAppointments) -> BookingFacts {
    BookingFacts::new(ME, by, stage, slot, live)
}

fn booking(slot: &SlotFacts, stage: Pathway, by: By, live: &LiveAppointments) -> Option<Code> {
    code(book(&facts(*slot, stage, by, *live), now()))
}

fn ready(kind: Kind) -> Pathway {
    match kind {
        Kind::Assessment => Pathway::IntakeDone,
        Kind::Treatment => Pathway::InCare,
    }
}

#[test]
fn times_are_right_to_the_second() {
    use Code::{SlotInThePast, TooFarAhead, TooLateToBook};
    let week = 7 * DAY;
    let cases = [
        (Kind::Assessment, -1, Some(SlotInThePast), Some(SlotInThePast)),
        (Kind::Assessment, 0, Some(SlotInThePast), Some(SlotInThePast)),
        (Kind::Assessment, 1, Some(TooLateToBook), None),
        (Kind::Assessment, 2 * HOUR - 1, Some(TooLateToBook), None),
        (Kind::Assessment, 2 * HOUR, None, None),
        (Kind::Assessment, 6 * week, None, None),
        (Kind::Assessment, 6 * week + 1, Some(TooFarAhead), None),
        (Kind::Treatment, 0, Some(SlotInThePast), Some(SlotInThePast)),
        (Kind::Treatment, DAY - 1, Some(TooLateToBook), None),
        (Kind::Treatment, DAY, None, None),
        (Kind::Treatment, 12 * week, None, None),
        (Kind::Treatment, 12 * week + 1, Some(TooFarAhead), None),
    ];
    for (kind, ahead, practitioner, staff) in cases {
        let slot = slot(kind, ahead);
        assert_eq!(booking(&slot, ready(kind), By::Practitioner, &live(0, 0)), practitioner, "{kind:?} {ahead}");
        assert_eq!(booking(&slot, ready(kind), By::Staff, &live(0, 0)), staff, "{kind:?} {ahead} by staff");
    }
}

#[test]
fn a_slot_that_somebody_else_has_is_taken_for_everybody() {
    let free = slot(Kind::Assessment, DAY);
    let cases = [
        (SlotFacts { state: SlotState::Booked, ..free }, Some(Code::SlotTaken)),
        (SlotFacts { state: SlotState::Withdrawn, ..free }, Some(Code::SlotTaken)),
        (SlotFacts { state: SlotState::Booked, ..held(free, ME, 60) }, Some(Code::SlotTaken)),
        (held(free, OTHER, 1), Some(Code::SlotTaken)),
        (held(free, OTHER, 0), None),
        (held(free, OTHER, -1), None),
        (held(free, ME, 1), None),
        (held(free, ME, -1), None),
        (SlotFacts { held_by: Some(OTHER), held_until: None, ..free }, None),
    ];
    for (number, (slot, expected)) in cases.into_iter().enumerate() {
        for by in [By::Practitioner, By::Staff] {
            assert_eq!(booking(&slot, Pathway::IntakeDone, by, &live(0, 0)), expected, "case {number} {by:?}");
        }
    }
}

#[test]
fn each_stage_opens_its_own_kind_and_staff_cannot_change_that() {
    use Code::{AssessmentBooked, AssessmentRequired, IntakeRequired, NotEligible};
    let cases = [
        (Pathway::Registered, Some(IntakeRequired), Some(AssessmentRequired)),
        (Pathway::IntakeDone, None, Some(AssessmentRequired)),
        (Pathway::AssessmentBooked, Some(AssessmentBooked), Some(AssessmentRequired)),
        (Pathway::InCare, Some(NotEligible), None),
        (Pathway::AwaitingFunding, Some(NotEligible), Some(NotEligible)),
        (Pathway::Signposted, Some(NotEligible), Some(NotEligible)),
        (Pathway::Discharged, Some(NotEligible), Some(NotEligible)),
    ];
    for (stage, assessment, treatment) in cases {
        for by in [By::Practitioner, By::Staff] {
            assert_eq!(booking(&slot(Kind::Assessment, DAY), stage, by, &live(0, 0)), assessment, "{stage:?} {by:?}");
            assert_eq!(booking(&slot(Kind::Treatment, DAY), stage, by, &live(0, 0)), treatment, "{stage:?} {by:?}");
        }
    }
}

#[test]
fn live_appointments_are_limited_per_kind() {
    let cases = [
        (Kind::Assessment, live(0, 99), None),
        (Kind::Assessment, live(1, 0), Some(Code::AssessmentBooked)),
        (Kind::Treatment, live(9, 11), None),
        (Kind::Treatment, live(0, 12), Some(Code::TooManyAppointments)),
        (Kind::Treatment, LiveAppointments { overlapping: true, ..live(0, 1) }, Some(Code::AppointmentOverlaps)),
    ];
    for (kind, live, expected) in cases {
        for by in [By::Practitioner, By::Staff] {
            assert_eq!(booking(&slot(kind, DAY), ready(kind), by, &live), expected, "{kind:?} {live:?} {by:?}");
        }
    }
}

/// Starts with everything wrong and mends one thing after the other: each time the next reason must come to light.
#[test]
fn refusals_come_in_the_documented_order() {
    let slot = SlotFacts { state: SlotState::Booked, ..held(slot(Kind::Treatment, -DAY), OTHER, 60) };
    let live = LiveAppointments { overlapping: true, ..live(0, 12) };
    let mut facts = facts(slot, Pathway::Discharged, By::Practitioner, live);
    facts.slot.mode = Mode::Phone;
    // Nothing can be both too late and too far ahead unless the notice is longer than the window.
    facts.policies.treatment.minimum_notice = seconds(30 * DAY);
    facts.policies.treatment.booking_window = seconds(10 * DAY);
    let verdict = |facts: &BookingFacts| {
        let booked = code(book(facts, now()));
        assert_eq!(code(hold(facts, now())), booked, "a hold says the same");
        booked
    };
    assert_eq!(verdict(&facts), Some(Code::SlotInThePast));
    facts.slot.starts_at = now() + seconds(20 * DAY);
    let confirming = BookingFacts { confirms_hold: true, ..facts.clone() };
    assert_eq!(code(book(&confirming, now())), Some(Code::HoldExpired));
    assert_eq!(verdict(&facts), Some(Code::SlotTaken), "booked");
    facts.slot.state = SlotState::Free;
    assert_eq!(verdict(&facts), Some(Code::SlotTaken), "held");
    facts.slot.held_by = None;
    assert_eq!(verdict(&facts), Some(Code::NotEligible));
    facts.stage = Pathway::InCare;
    assert_eq!(verdict(&facts), Some(Code::TooLateToBook));
    facts.policies.treatment.minimum_notice = seconds(DAY);
    assert_eq!(verdict(&facts), Some(Code::TooFarAhead));
    facts.policies.treatment.booking_window = seconds(20 * DAY);
    assert_eq!(verdict(&facts), Some(Code::AppointmentOverlaps));
    facts.live.overlapping = false;
    assert_eq!(verdict(&facts), Some(Code::TooManyAppointments));
    facts.live.treatments = 11;
    assert_eq!(code(hold(&facts, now())), None, "a hold asks for no number");
    assert_eq!(code(book(&facts, now())), Some(Code::PhoneRequired));
    facts.phone_known = Some("07700 900123".to_owned().into());
    assert_eq!(book(&facts, now()), Ok(Some("07700 900123".to_owned())));
}

#[test]
fn the_number_to_ring_is_the_one_that_is_said_or_else_the_one_that_is_known() {
    let number = |text: &str| Some(Private::new(text.to_owned()));
    let cases = [
        (Mode::Video, None, None, Ok(None)),
        (Mode::Video, None, number("020 7946 0000"), Ok(Some("020 7946 0000"))),
        (Mode::Phone, None, None, Err(Code::PhoneRequired)),
        (Mode::Phone, None, number("020 7946 0000"), Ok(Some("020 7946 0000"))),
        (Mode::Phone, number(" +44 7700 900123 "), number("020 7946 0000"), Ok(Some("+44 7700 900123"))),
        (Mode::Phone, number("12345"), number("020 7946 0000"), Err(Code::InvalidBody)),
    ];
    for (number, (mode, phone_said, phone_known, expected)) in cases.into_iter().enumerate() {
        let slot = SlotFacts { mode, ..slot(Kind::Assessment, DAY) };
        let facts = facts(slot, Pathway::IntakeDone, By::Practitioner, live(0, 0));
        let found = book(&BookingFacts { phone_said, phone_known, ..facts }, now()).map_err(|refusal| refusal.code);
        assert_eq!(found, expected.map(|number| number.map(str::to_owned)), "case {number}");
    }
}

#[test]
fn a_hold_lasts_five_minutes_but_never_beyond_the_start() {
    let cases =
        [(DAY, By::Practitioner, 300), (301, By::Staff, 300), (300, By::Staff, 300), (299, By::Staff, 299), (1, By::Staff, 1)];
    for (ahead, by, expected) in cases {
        let facts = facts(slot(Kind::Assessment, ahead), Pathway::IntakeDone, by, live(0, 0));
        assert_eq!(hold(&facts, now()), Ok(now() + seconds(expected)), "{ahead}");
    }
}

#[test]
fn a_hold_keeps_its_slot_while_notice_runs_out_but_is_not_renewed() {
    let mine = held(slot(Kind::Assessment, 2 * HOUR - 60), ME, 30);
    let mine = facts(mine, Pathway::IntakeDone, By::Practitioner, live(0, 0));
    assert_eq!(code(book(&mine, now())), None);
    assert_eq!(code(book(&BookingFacts { confirms_hold: true, ..mine.clone() }, now())), None);
    assert_eq!(code(hold(&mine, now())), Some(Code::TooLateToBook));
    let run_out = BookingFacts { slot: held(mine.slot, ME, 0), ..mine };
    assert_eq!(code(book(&run_out, now())), Some(Code::TooLateToBook));
}

#[test]
fn only_a_running_hold_of_ones_own_is_confirmed() {
    let free = slot(Kind::Assessment, DAY);
    let (ready, intake) = (Pathway::IntakeDone, Pathway::Registered);
    let cases = [
        (held(free, ME, 1), ready, None),
        (held(free, ME, 0), ready, Some(Code::HoldExpired)),
        (held(free, ME, -600), ready, Some(Code::HoldExpired)),
        (free, ready, Some(Code::HoldExpired)),
        (held(free, OTHER, 60), ready, Some(Code::HoldExpired)),
        (SlotFacts { state: SlotState::Booked, ..free }, ready, Some(Code::HoldExpired)),
        (held(slot(Kind::Assessment, 0), ME, 0), ready, Some(Code::SlotInThePast)),
        (SlotFacts { state: SlotState::Withdrawn, ..held(free, ME, 60) }, ready, Some(Code::SlotTaken)),
        (held(free, ME, 60), intake, Some(Code::IntakeRequired)),
    ];
    for (number, (slot, stage, expected)) in cases.into_iter().enumerate() {
        for by in [By::Practitioner, By::Staff] {
            let facts = BookingFacts { confirms_hold: true, ..facts(slot, stage, by, live(0, 0)) };
            assert_eq!(code(book(&facts, now())), expected, "case {number} {by:?}");
        }
    }
}

#[test]
fn rescheduling_refuses_in_order() {
    let mut from = AppointmentFacts { status: AppointmentStatus::Cancelled, ..appointment(Kind::Treatment, 0) };
    let mut to = SlotFacts { id: from.slot, state: SlotState::Booked, ..slot(Kind::Assessment, 0) };
    let mut stage = Pathway::Discharged;
    let moved = |from: &AppointmentFacts, to: &SlotFacts, stage, overlapping| {
        let live = LiveAppointments { overlapping, ..live(0, 99) };
        code(reschedule(from, &facts(*to, stage, By::Practitioner, live), now()))
    };
    assert_eq!(moved(&from, &to, stage, true), Some(Code::AppointmentNotBooked));
    from.status = AppointmentStatus::Booked;
    assert_eq!(moved(&from, &to, stage, true), Some(Code::AppointmentBegun));
    from.starts_at = now() + seconds(1);
    assert_eq!(moved(&from, &to, stage, true), Some(Code::SameSlot));
    to.id = id(10);
    assert_eq!(moved(&from, &to, stage, true), Some(Code::KindMismatch));
    to.kind = Kind::Treatment;
    assert_eq!(moved(&from, &to, stage, true), Some(Code::SlotInThePast));
    to.starts_at = now() + seconds(DAY - 1);
    assert_eq!(moved(&from, &to, stage, true), Some(Code::SlotTaken));
    to.state = SlotState::Free;
    assert_eq!(moved(&from, &held(to, OTHER, 1), stage, true), Some(Code::SlotTaken));
    assert_eq!(moved(&from, &to, stage, true), Some(Code::NotEligible));
    stage = Pathway::InCare;
    assert_eq!(moved(&from, &to, stage, true), Some(Code::TooLateToBook));
    to.starts_at = now() + seconds(84 * DAY + 1);
    assert_eq!(moved(&from, &to, stage, true), Some(Code::TooFarAhead));
    to.starts_at = now() + seconds(DAY);
    assert_eq!(moved(&from, &to, stage, true), Some(Code::AppointmentOverlaps));
    assert_eq!(moved(&from, &to, stage, false), None);
}

#[test]
fn a_booked_assessment_moves_although_another_could_not_be_booked() {
    let (from, to) = (appointment(Kind::Assessment, HOUR), slot(Kind::Assessment, DAY));
    let moved = |to, by| {
        let to = facts(to, Pathway::AssessmentBooked, by, live(0, 0));
        code(reschedule(&from, &to, now()))
    };
    assert_eq!(moved(to, By::Practitioner), None);
    let near = slot(Kind::Assessment, 60);
    assert_eq!((moved(near, By::Practitioner), moved(near, By::Staff)), (Some(Code::TooLateToBook), None));
    let kept = moved(held(near, ME, 30), By::Practitioner);
    assert_eq!(kept, None, "a running hold of their own spares the check of notice");
}

#[test]
fn cancelling_needs_an_open_appointment_and_a_fitting_reason() {
    let open = appointment(Kind::Treatment, 1);
    let with = |status| AppointmentFacts { status, ..open };
    let (unwell, clinician) = (CancelReason::PractitionerUnwell, CancelReason::ClinicianUnwell);
    let cases = [
        (open, unwell, By::Practitioner, None),
        (open, unwell, By::Staff, None),
        (open, clinician, By::Staff, None),
        (open, clinician, By::Practitioner, Some(Code::InvalidBody)),
        (appointment(Kind::Treatment, 0), unwell, By::Practitioner, Some(Code::AppointmentBegun)),
        (appointment(Kind::Treatment, 0), clinician, By::Practitioner, Some(Code::AppointmentBegun)),
        (appointment(Kind::Treatment, -DAY), clinician, By::Staff, Some(Code::AppointmentBegun)),
        (with(AppointmentStatus::Cancelled), unwell, By::Practitioner, Some(Code::AppointmentNotBooked)),
        (with(AppointmentStatus::Attended), clinician, By::Practitioner, Some(Code::AppointmentNotBooked)),
        (with(AppointmentStatus::NotAttended), unwell, By::Staff, Some(Code::AppointmentNotBooked)),
    ];
    for (number, (appointment, reason, by, expected)) in cases.into_iter().enumerate() {
        assert_eq!(code(cancel(&appointment, reason, by, now())), expected, "case {number}");
    }
    let refusal = cancel(&open, CancelReason::Service, By::Practitioner, now()).unwrap_err();
    assert_eq!((refusal.fields[0].pointer.as_str(), refusal.fields[0].code), ("/reason", "not_allowed"));
}

#[test]
fn attendance_is_recorded_from_the_start_on_and_leads_to_a_status() {
    use AppointmentStatus::{Attended, NotAttended};
    let begun = appointment(Kind::Treatment, 0);
    let cancelled = AppointmentFacts { status: AppointmentStatus::Cancelled, ..begun };
    let cases = [
        (begun, Attendance::AttendedOnTime, Ok(Attended)),
        (begun, Attendance::AttendedLateSeen, Ok(Attended)),
        (begun, Attendance::ArrivedLateNotSeen, Ok(NotAttended)),
        (begun, Attendance::DidNotAttend, Ok(NotAttended)),
        (begun, Attendance::CancelledByPatient, Err(Code::InvalidAttendance)),
        (begun, Attendance::CancelledByProvider, Err(Code::InvalidAttendance)),
        (appointment(Kind::Treatment, 1), Attendance::AttendedOnTime, Err(Code::InvalidAttendance)),
        (appointment(Kind::Treatment, -90 * DAY), Attendance::DidNotAttend, Ok(NotAttended)),
        (cancelled, Attendance::AttendedOnTime, Err(Code::AppointmentNotBooked)),
        (cancelled, Attendance::CancelledByPatient, Err(Code::AppointmentNotBooked)),
    ];
    for (number, (appointment, attendance, expected)) in cases.into_iter().enumerate() {
        let found = record_attendance(&appointment, attendance, now(), &Policies::default()).map_err(|refusal| refusal.code);
        assert_eq!(found, expected, "case {number}");
    }
}

#[test]
fn attendance_may_be_corrected_for_seven_days_after_the_first_record() {
    let recorded = |ago: i64| AppointmentFacts {
        status: AppointmentStatus::NotAttended,
        attendance_recorded_at: Some(now() - seconds(ago)),
        ..appointment(Kind::Treatment, -30 * DAY)
    };
    let correct = |ago| {
        let policies = Policies::default();
        record_attendance(&recorded(ago), Attendance::AttendedOnTime, now(), &policies).map_err(|refusal| refusal.code)
    };
    assert_eq!(correct(7 * DAY), Ok(AppointmentStatus::Attended));
    assert_eq!(correct(7 * DAY + 1), Err(Code::InvalidAttendance));
}

#[test]
fn booking_and_cancelling_an_assessment_move_the_stage_there_and_back() {
    use Pathway::{AssessmentBooked, Discharged, InCare, IntakeDone};
    let cases = [
        (Kind::Assessment, IntakeDone, AssessmentBooked, IntakeDone),
        (Kind::Assessment, AssessmentBooked, AssessmentBooked, IntakeDone),
        (Kind::Assessment, InCare, InCare, InCare),
        (Kind::Treatment, InCare, InCare, InCare),
        (Kind::Treatment, AssessmentBooked, AssessmentBooked, AssessmentBooked),
        (Kind::Assessment, Discharged, Discharged, Discharged),
    ];
    for (kind, before, booked, cancelled) in cases {
        assert_eq!(stage_after_booking(kind, before), booked, "{kind:?} {before:?}");
        assert_eq!(stage_after_cancel(kind, before), cancelled, "{kind:?} {before:?}");
        assert_eq!(stage_after_not_attended(kind, before), cancelled, "{kind:?} {before:?}");
    }
}

#[test]
fn a_change_rests_unless_the_appointment_is_near_and_is_recalled_while_that_is_of_use() {
    let (now, policies) = (chrono::DateTime::UNIX_EPOCH, Policies::default());
    let hours = TimeDelta::hours;
    assert_eq!(told_at(now + hours(1), now, &policies), now);
    assert_eq!(told_at(now + hours(2), now, &policies), now + TimeDelta::minutes(3));
    for (ahead, expected) in [(72, vec![24, 48]), (60, vec![12, 36]), (59, vec![35]), (36, vec![12]), (35, vec![])] {
        let expected: Vec<_> = expected.into_iter().map(|ahead| now + hours(ahead)).collect();
        assert_eq!(reminders(now + hours(ahead), now, &policies), expected, "{ahead} hours ahead");
    }
}
