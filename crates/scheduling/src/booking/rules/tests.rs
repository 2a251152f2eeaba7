//! Every refusal, its place in the order, and its boundary to the second.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::booking::model::{
    ActorKind, AppointmentCancelReason, AppointmentFacts, AppointmentState, Attendance, BookingFacts, LiveAppointmentCounts,
    SlotFacts, SlotState,
};
use crate::booking::policy::Policies;
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use people::practitioners::model::Pathway;
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::{Reason, Refusal};

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
fn slot(kind: AppointmentKind, ahead: i64) -> SlotFacts {
    let starts_at = now() + seconds(ahead);
    let ends_at = starts_at + seconds(HOUR);
    let (state, mode) = (SlotState::Free, AppointmentMode::Video);
    SlotFacts { id: id(10), clinician: id(11), kind, mode, starts_at, ends_at, state, held_by: None, held_until: None }
}

/// The same slot, held by this practitioner for this many more seconds.
fn held(slot: SlotFacts, by: Id, left: i64) -> SlotFacts {
    SlotFacts { held_by: Some(by), held_until: Some(now() + seconds(left)), ..slot }
}

fn appointment(kind: AppointmentKind, ahead: i64) -> AppointmentFacts {
    let starts_at = now() + seconds(ahead);
    let (ends_at, status) = (starts_at + seconds(HOUR), AppointmentState::Booked);
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

fn live(assessments: u32, treatments: u32) -> LiveAppointmentCounts {
    LiveAppointmentCounts { assessments, treatments, overlapping: false }
}

fn code<T>(result: Result<T, Refusal>) -> Option<Reason> {
    result.err().map(|refusal| refusal.reason)
}

fn facts(slot: SlotFacts, pathway: Pathway, by: ActorKind, live: LiveAppointmentCounts) -> BookingFacts {
    BookingFacts::new(ME, by, pathway, slot, live)
}

fn booking(slot: &SlotFacts, pathway: Pathway, by: ActorKind, live: &LiveAppointmentCounts) -> Option<Reason> {
    code(check_booking(&facts(*slot, pathway, by, *live), now()))
}

fn ready(kind: AppointmentKind) -> Pathway {
    match kind {
        AppointmentKind::Assessment => Pathway::IntakeDone,
        AppointmentKind::Treatment => Pathway::InCare,
    }
}

/// Staff book for practitioners and read the same sentences.
#[test]
fn refusals_of_booking_do_not_address_the_practitioner() {
    let mut tried = 0;
    for (kind, pathway) in AppointmentKind::ALL.iter().flat_map(|kind| Pathway::ALL.iter().map(move |pathway| (*kind, *pathway)))
    {
        for confirms_hold in [false, true] {
            let facts = facts(slot(kind, DAY), pathway, ActorKind::Staff, live(4, 4));
            let Err(refusal) = check_booking(&BookingFacts { confirms_hold, ..facts }, now()) else { continue };
            assert!(!refusal.detail.to_lowercase().contains("you"), "{}", refusal.detail);
            tried += 1;
        }
    }
    assert!(tried > 20, "hardly any: {tried}");
}

#[test]
fn times_are_right_to_the_second() {
    use Reason::{SlotInThePast, TooFarAhead, TooLateToBook};
    let week = 7 * DAY;
    let cases = [
        (AppointmentKind::Assessment, -1, Some(SlotInThePast), Some(SlotInThePast)),
        (AppointmentKind::Assessment, 0, Some(SlotInThePast), Some(SlotInThePast)),
        (AppointmentKind::Assessment, 1, Some(TooLateToBook), None),
        (AppointmentKind::Assessment, 2 * HOUR - 1, Some(TooLateToBook), None),
        (AppointmentKind::Assessment, 2 * HOUR, None, None),
        (AppointmentKind::Assessment, 6 * week, None, None),
        (AppointmentKind::Assessment, 6 * week + 1, Some(TooFarAhead), None),
        (AppointmentKind::Treatment, 0, Some(SlotInThePast), Some(SlotInThePast)),
        (AppointmentKind::Treatment, DAY - 1, Some(TooLateToBook), None),
        (AppointmentKind::Treatment, DAY, None, None),
        (AppointmentKind::Treatment, 12 * week, None, None),
        (AppointmentKind::Treatment, 12 * week + 1, Some(TooFarAhead), None),
    ];
    for (kind, ahead, practitioner, staff) in cases {
        let slot = slot(kind, ahead);
        assert_eq!(booking(&slot, ready(kind), ActorKind::Practitioner, &live(0, 0)), practitioner, "{kind:?} {ahead}");
        assert_eq!(booking(&slot, ready(kind), ActorKind::Staff, &live(0, 0)), staff, "{kind:?} {ahead} by staff");
    }
}

#[test]
fn a_booked_or_held_slot_is_taken_for_practitioners_and_staff() {
    let free = slot(AppointmentKind::Assessment, DAY);
    let cases = [
        (SlotFacts { state: SlotState::Booked, ..free }, Some(Reason::SlotTaken)),
        (SlotFacts { state: SlotState::Withdrawn, ..free }, Some(Reason::SlotTaken)),
        (SlotFacts { state: SlotState::Booked, ..held(free, ME, 60) }, Some(Reason::SlotTaken)),
        (held(free, OTHER, 1), Some(Reason::SlotTaken)),
        (held(free, OTHER, 0), None),
        (held(free, OTHER, -1), None),
        (held(free, ME, 1), None),
        (held(free, ME, -1), None),
        (SlotFacts { held_by: Some(OTHER), held_until: None, ..free }, None),
    ];
    for (number, (slot, expected)) in cases.into_iter().enumerate() {
        for by in [ActorKind::Practitioner, ActorKind::Staff] {
            assert_eq!(booking(&slot, Pathway::IntakeDone, by, &live(0, 0)), expected, "case {number} {by:?}");
        }
    }
}

#[test]
fn each_pathway_allows_its_own_kind_and_staff_cannot_change_that() {
    use Reason::{AssessmentBooked, AssessmentRequired, IntakeRequired, NotEligible};
    let cases = [
        (Pathway::Registered, Some(IntakeRequired), Some(AssessmentRequired)),
        (Pathway::IntakeDone, None, Some(AssessmentRequired)),
        (Pathway::AssessmentBooked, Some(AssessmentBooked), Some(AssessmentRequired)),
        (Pathway::InCare, Some(NotEligible), None),
        (Pathway::AwaitingFunding, Some(NotEligible), Some(NotEligible)),
        (Pathway::AwaitingDecision, Some(NotEligible), Some(NotEligible)),
        (Pathway::Signposted, Some(NotEligible), Some(NotEligible)),
        (Pathway::Discharged, Some(NotEligible), Some(NotEligible)),
    ];
    for (pathway, assessment, treatment) in cases {
        for by in [ActorKind::Practitioner, ActorKind::Staff] {
            assert_eq!(
                booking(&slot(AppointmentKind::Assessment, DAY), pathway, by, &live(0, 0)),
                assessment,
                "{pathway:?} {by:?}"
            );
            assert_eq!(
                booking(&slot(AppointmentKind::Treatment, DAY), pathway, by, &live(0, 0)),
                treatment,
                "{pathway:?} {by:?}"
            );
        }
    }
}

#[test]
fn live_appointments_are_limited_per_kind() {
    let cases = [
        (AppointmentKind::Assessment, live(0, 99), None),
        (AppointmentKind::Assessment, live(1, 0), Some(Reason::AssessmentBooked)),
        (AppointmentKind::Treatment, live(9, 11), None),
        (AppointmentKind::Treatment, live(0, 12), Some(Reason::TooManyAppointments)),
        (
            AppointmentKind::Treatment,
            LiveAppointmentCounts { overlapping: true, ..live(0, 1) },
            Some(Reason::AppointmentOverlaps),
        ),
    ];
    for (kind, live, expected) in cases {
        for by in [ActorKind::Practitioner, ActorKind::Staff] {
            assert_eq!(booking(&slot(kind, DAY), ready(kind), by, &live), expected, "{kind:?} {live:?} {by:?}");
        }
    }
}

/// Starts with everything wrong and corrects one thing after the other: each time the next reason must be given.
#[test]
fn refusals_come_in_the_documented_order() {
    let slot = SlotFacts { state: SlotState::Booked, ..held(slot(AppointmentKind::Treatment, -DAY), OTHER, 60) };
    let live = LiveAppointmentCounts { overlapping: true, ..live(0, 12) };
    let mut facts = facts(slot, Pathway::Discharged, ActorKind::Practitioner, live);
    facts.slot.mode = AppointmentMode::Phone;
    // Nothing can be both too late and too far ahead unless the notice is longer than the window.
    facts.policies.treatment.minimum_notice = seconds(30 * DAY);
    facts.policies.treatment.booking_window = seconds(10 * DAY);
    let refusal = |facts: &BookingFacts| {
        let booked = code(check_booking(facts, now()));
        assert_eq!(code(check_holding(facts, now())), booked, "a hold is refused for the same reason");
        booked
    };
    assert_eq!(refusal(&facts), Some(Reason::SlotInThePast));
    facts.slot.starts_at = now() + seconds(20 * DAY);
    let confirming = BookingFacts { confirms_hold: true, ..facts.clone() };
    assert_eq!(code(check_booking(&confirming, now())), Some(Reason::HoldExpired));
    assert_eq!(refusal(&facts), Some(Reason::SlotTaken), "booked");
    facts.slot.state = SlotState::Free;
    assert_eq!(refusal(&facts), Some(Reason::SlotTaken), "held");
    facts.slot.held_by = None;
    assert_eq!(refusal(&facts), Some(Reason::NotEligible));
    facts.pathway = Pathway::InCare;
    assert_eq!(refusal(&facts), Some(Reason::TooLateToBook));
    facts.policies.treatment.minimum_notice = seconds(DAY);
    assert_eq!(refusal(&facts), Some(Reason::TooFarAhead));
    facts.policies.treatment.booking_window = seconds(20 * DAY);
    assert_eq!(refusal(&facts), Some(Reason::AppointmentOverlaps));
    facts.live.overlapping = false;
    assert_eq!(refusal(&facts), Some(Reason::TooManyAppointments));
    facts.live.treatments = 11;
    assert_eq!(code(check_holding(&facts, now())), None, "a hold needs no number");
    assert_eq!(code(check_booking(&facts, now())), Some(Reason::PhoneRequired));
    facts.phone_on_record = Some("07700 900123".to_owned().into());
    assert_eq!(check_booking(&facts, now()), Ok(Some("07700 900123".to_owned())));
}

#[test]
fn the_number_to_call_is_the_one_given_or_else_the_one_on_record() {
    let number = |text: &str| Some(Private::new(text.to_owned()));
    let cases = [
        (AppointmentMode::Video, None, None, Ok(None)),
        (AppointmentMode::Video, None, number("020 7946 0000"), Ok(Some("020 7946 0000"))),
        (AppointmentMode::Phone, None, None, Err(Reason::PhoneRequired)),
        (AppointmentMode::Phone, None, number("020 7946 0000"), Ok(Some("020 7946 0000"))),
        (AppointmentMode::Phone, number(" +44 7700 900123 "), number("020 7946 0000"), Ok(Some("+44 7700 900123"))),
        (AppointmentMode::Phone, number("12345"), number("020 7946 0000"), Err(Reason::InvalidBody)),
    ];
    for (number, (mode, phone_given, phone_on_record, expected)) in cases.into_iter().enumerate() {
        let slot = SlotFacts { mode, ..slot(AppointmentKind::Assessment, DAY) };
        let facts = facts(slot, Pathway::IntakeDone, ActorKind::Practitioner, live(0, 0));
        let found =
            check_booking(&BookingFacts { phone_given, phone_on_record, ..facts }, now()).map_err(|refusal| refusal.reason);
        assert_eq!(found, expected.map(|number| number.map(str::to_owned)), "case {number}");
    }
}

#[test]
fn a_hold_lasts_five_minutes_but_never_beyond_the_start() {
    let cases = [
        (DAY, ActorKind::Practitioner, 300),
        (301, ActorKind::Staff, 300),
        (300, ActorKind::Staff, 300),
        (299, ActorKind::Staff, 299),
        (1, ActorKind::Staff, 1),
    ];
    for (ahead, by, expected) in cases {
        let facts = facts(slot(AppointmentKind::Assessment, ahead), Pathway::IntakeDone, by, live(0, 0));
        assert_eq!(check_holding(&facts, now()), Ok(now() + seconds(expected)), "{ahead}");
    }
}

#[test]
fn a_hold_keeps_its_slot_when_minimum_notice_passes_but_is_not_extended() {
    let mine = held(slot(AppointmentKind::Assessment, 2 * HOUR - 60), ME, 30);
    let mine = facts(mine, Pathway::IntakeDone, ActorKind::Practitioner, live(0, 0));
    assert_eq!(code(check_booking(&mine, now())), None);
    assert_eq!(code(check_booking(&BookingFacts { confirms_hold: true, ..mine.clone() }, now())), None);
    assert_eq!(code(check_holding(&mine, now())), Some(Reason::TooLateToBook));
    let run_out = BookingFacts { slot: held(mine.slot, ME, 0), ..mine };
    assert_eq!(code(check_booking(&run_out, now())), Some(Reason::TooLateToBook));
}

#[test]
fn only_a_running_hold_by_the_same_practitioner_can_be_confirmed() {
    let free = slot(AppointmentKind::Assessment, DAY);
    let (ready, intake) = (Pathway::IntakeDone, Pathway::Registered);
    let cases = [
        (held(free, ME, 1), ready, None),
        (held(free, ME, 0), ready, Some(Reason::HoldExpired)),
        (held(free, ME, -600), ready, Some(Reason::HoldExpired)),
        (free, ready, Some(Reason::HoldExpired)),
        (held(free, OTHER, 60), ready, Some(Reason::HoldExpired)),
        (SlotFacts { state: SlotState::Booked, ..free }, ready, Some(Reason::HoldExpired)),
        (held(slot(AppointmentKind::Assessment, 0), ME, 0), ready, Some(Reason::SlotInThePast)),
        (SlotFacts { state: SlotState::Withdrawn, ..held(free, ME, 60) }, ready, Some(Reason::SlotTaken)),
        (held(free, ME, 60), intake, Some(Reason::IntakeRequired)),
    ];
    for (number, (slot, pathway, expected)) in cases.into_iter().enumerate() {
        for by in [ActorKind::Practitioner, ActorKind::Staff] {
            let facts = BookingFacts { confirms_hold: true, ..facts(slot, pathway, by, live(0, 0)) };
            assert_eq!(code(check_booking(&facts, now())), expected, "case {number} {by:?}");
        }
    }
}

#[test]
fn moving_is_refused_in_the_documented_order() {
    let mut from = AppointmentFacts { status: AppointmentState::Cancelled, ..appointment(AppointmentKind::Treatment, 0) };
    let mut to = SlotFacts { id: from.slot, state: SlotState::Booked, ..slot(AppointmentKind::Assessment, 0) };
    let mut pathway = Pathway::Discharged;
    let moved = |from: &AppointmentFacts, to: &SlotFacts, pathway, overlapping| {
        let live = LiveAppointmentCounts { overlapping, ..live(0, 99) };
        code(check_move(from, &facts(*to, pathway, ActorKind::Practitioner, live), now()))
    };
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::AppointmentNotBooked));
    from.status = AppointmentState::Booked;
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::AppointmentBegun));
    from.starts_at = now() + seconds(1);
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::SameSlot));
    to.id = id(10);
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::KindMismatch));
    to.kind = AppointmentKind::Treatment;
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::SlotInThePast));
    to.starts_at = now() + seconds(DAY - 1);
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::SlotTaken));
    to.state = SlotState::Free;
    assert_eq!(moved(&from, &held(to, OTHER, 1), pathway, true), Some(Reason::SlotTaken));
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::NotEligible));
    pathway = Pathway::InCare;
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::TooLateToBook));
    to.starts_at = now() + seconds(84 * DAY + 1);
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::TooFarAhead));
    to.starts_at = now() + seconds(DAY);
    assert_eq!(moved(&from, &to, pathway, true), Some(Reason::AppointmentOverlaps));
    assert_eq!(moved(&from, &to, pathway, false), None);
}

#[test]
fn a_booked_assessment_can_move_although_another_cannot_be_booked() {
    let (from, to) = (appointment(AppointmentKind::Assessment, HOUR), slot(AppointmentKind::Assessment, DAY));
    let moved = |to, by| {
        let to = facts(to, Pathway::AssessmentBooked, by, live(0, 0));
        code(check_move(&from, &to, now()))
    };
    assert_eq!(moved(to, ActorKind::Practitioner), None);
    let soon = slot(AppointmentKind::Assessment, 60);
    assert_eq!((moved(soon, ActorKind::Practitioner), moved(soon, ActorKind::Staff)), (Some(Reason::TooLateToBook), None));
    let result = moved(held(soon, ME, 30), ActorKind::Practitioner);
    assert_eq!(result, None, "a running hold of their own makes minimum notice unnecessary");
}

#[test]
fn cancelling_needs_an_open_appointment_and_a_fitting_reason() {
    let open = appointment(AppointmentKind::Treatment, 1);
    let with = |status| AppointmentFacts { status, ..open };
    let (unwell, clinician) = (AppointmentCancelReason::PractitionerUnwell, AppointmentCancelReason::ClinicianUnwell);
    let cases = [
        (open, unwell, ActorKind::Practitioner, None),
        (open, unwell, ActorKind::Staff, None),
        (open, clinician, ActorKind::Staff, None),
        (open, clinician, ActorKind::Practitioner, Some(Reason::InvalidBody)),
        (appointment(AppointmentKind::Treatment, 0), unwell, ActorKind::Practitioner, Some(Reason::AppointmentBegun)),
        (appointment(AppointmentKind::Treatment, 0), clinician, ActorKind::Practitioner, Some(Reason::AppointmentBegun)),
        (appointment(AppointmentKind::Treatment, -DAY), clinician, ActorKind::Staff, Some(Reason::AppointmentBegun)),
        (with(AppointmentState::Cancelled), unwell, ActorKind::Practitioner, Some(Reason::AppointmentNotBooked)),
        (with(AppointmentState::Attended), clinician, ActorKind::Practitioner, Some(Reason::AppointmentNotBooked)),
        (with(AppointmentState::NotAttended), unwell, ActorKind::Staff, Some(Reason::AppointmentNotBooked)),
    ];
    for (number, (appointment, reason, by, expected)) in cases.into_iter().enumerate() {
        assert_eq!(code(check_cancellation(&appointment, reason, by, now())), expected, "case {number}");
    }
    let refusal = check_cancellation(&open, AppointmentCancelReason::Service, ActorKind::Practitioner, now()).unwrap_err();
    assert_eq!((refusal.fields[0].pointer.as_str(), refusal.fields[0].code), ("/reason", "not_allowed"));
}

#[test]
fn attendance_is_recorded_from_the_start_on_and_sets_the_status() {
    use AppointmentState::{Attended, NotAttended};
    let begun = appointment(AppointmentKind::Treatment, 0);
    let cancelled = AppointmentFacts { status: AppointmentState::Cancelled, ..begun };
    let cases = [
        (begun, Attendance::AttendedOnTime, Ok(Attended)),
        (begun, Attendance::AttendedLateSeen, Ok(Attended)),
        (begun, Attendance::ArrivedLateNotSeen, Ok(NotAttended)),
        (begun, Attendance::DidNotAttend, Ok(NotAttended)),
        (begun, Attendance::CancelledByPatient, Err(Reason::InvalidAttendance)),
        (begun, Attendance::CancelledByProvider, Err(Reason::InvalidAttendance)),
        (appointment(AppointmentKind::Treatment, 1), Attendance::AttendedOnTime, Err(Reason::InvalidAttendance)),
        (appointment(AppointmentKind::Treatment, -90 * DAY), Attendance::DidNotAttend, Ok(NotAttended)),
        (cancelled, Attendance::AttendedOnTime, Err(Reason::AppointmentNotBooked)),
        (cancelled, Attendance::CancelledByPatient, Err(Reason::AppointmentNotBooked)),
    ];
    for (number, (appointment, attendance, expected)) in cases.into_iter().enumerate() {
        let found = check_attendance(&appointment, attendance, now(), &Policies::default()).map_err(|refusal| refusal.reason);
        assert_eq!(found, expected, "case {number}");
    }
}

#[test]
fn attendance_may_be_corrected_for_seven_days_after_the_first_record() {
    let recorded = |ago: i64| AppointmentFacts {
        status: AppointmentState::NotAttended,
        attendance_recorded_at: Some(now() - seconds(ago)),
        ..appointment(AppointmentKind::Treatment, -30 * DAY)
    };
    let correct = |ago| {
        let policies = Policies::default();
        check_attendance(&recorded(ago), Attendance::AttendedOnTime, now(), &policies).map_err(|refusal| refusal.reason)
    };
    assert_eq!(correct(7 * DAY), Ok(AppointmentState::Attended));
    assert_eq!(correct(7 * DAY + 1), Err(Reason::InvalidAttendance));
}

#[test]
fn booking_and_cancelling_an_assessment_change_the_pathway_and_restore_it() {
    use Pathway::{AssessmentBooked, Discharged, InCare, IntakeDone};
    let cases = [
        (AppointmentKind::Assessment, IntakeDone, AssessmentBooked, IntakeDone),
        (AppointmentKind::Assessment, AssessmentBooked, AssessmentBooked, IntakeDone),
        (AppointmentKind::Assessment, InCare, InCare, InCare),
        (AppointmentKind::Treatment, InCare, InCare, InCare),
        (AppointmentKind::Treatment, AssessmentBooked, AssessmentBooked, AssessmentBooked),
        (AppointmentKind::Assessment, Discharged, Discharged, Discharged),
    ];
    for (kind, before, booked, cancelled) in cases {
        assert_eq!(pathway_after_booking(kind, before), booked, "{kind:?} {before:?}");
        assert_eq!(pathway_after_cancel(kind, before), cancelled, "{kind:?} {before:?}");
        assert_eq!(pathway_after_not_attended(kind, before), cancelled, "{kind:?} {before:?}");
    }
}

#[test]
fn messages_wait_unless_the_appointment_is_soon_and_useless_reminders_are_left_out() {
    let (now, policies) = (chrono::DateTime::UNIX_EPOCH, Policies::default());
    let hours = TimeDelta::hours;
    assert_eq!(notify_at(now + hours(1), now, &policies), now);
    assert_eq!(notify_at(now + hours(2), now, &policies), now + TimeDelta::minutes(3));
    for (ahead, expected) in [(72, vec![24, 48]), (60, vec![12, 36]), (59, vec![35]), (36, vec![12]), (35, vec![])] {
        let expected: Vec<_> = expected.into_iter().map(|ahead| now + hours(ahead)).collect();
        assert_eq!(reminders(now + hours(ahead), now, &policies), expected, "{ahead} hours ahead");
    }
}
