use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::assessment::model::AssessmentState;
use crate::records::model::{
    Allergy, AllergyCertainty, AllergySeverity, AllergyStatus, EndedItemKind, NoteContent, NoteFacts, NoteKind, NoteState,
    ProblemContent, ProblemState,
};
use people::practitioners::model::Pathway;
use people::relationships::model::DischargeReason;
use platform::refusal::Reason;
use scheduling::booking::model::AppointmentState;

#[test]
fn a_snomed_code_needs_a_valid_check_digit() {
    // Published codes with valid check digits.
    for code in ["321196004", "321152004", "322236009", "415165003", "376689003", "428673006"] {
        assert!(is_snomed_code(code), "{code}");
        let last = code.as_bytes()[code.len() - 1] - b'0';
        for other in (0..10).filter(|digit| *digit != last) {
            let wrong = format!("{}{other}", &code[..code.len() - 1]);
            assert!(!is_snomed_code(&wrong), "{wrong}");
        }
        for at in 0..code.len() - 1 {
            let mut swapped = code.as_bytes().to_vec();
            swapped.swap(at, at + 1);
            let swapped = String::from_utf8(swapped).unwrap();
            assert!(swapped == code || !is_snomed_code(&swapped), "{swapped}: neighbouring digits swapped");
        }
    }
    for wrong in ["", "12345", "0321196004", "1234567890123456789", "32119600a", " 321196004", "３21196004"] {
        assert!(!is_snomed_code(wrong), "{wrong}");
    }
}

fn penicillin(code: Option<&str>) -> Allergy {
    Allergy {
        substance: "Penicillin".into(),
        snomed_code: code.map(str::to_owned),
        reaction: None,
        severity: AllergySeverity::Severe,
        certainty: AllergyCertainty::Confirmed,
    }
}

#[test]
fn allergies_must_match_their_status() {
    let some = [penicillin(None)];
    assert_eq!(check_allergies(AllergyStatus::Known, &some), Ok(()));
    assert_eq!(check_allergies(AllergyStatus::NoneKnown, &[]), Ok(()));
    assert_eq!(check_allergies(AllergyStatus::NotAsked, &[]), Ok(()));
    for (status, entries) in
        [(AllergyStatus::Known, &[][..]), (AllergyStatus::NoneKnown, &some), (AllergyStatus::NotAsked, &some)]
    {
        assert_eq!(check_allergies(status, entries).unwrap_err().fields[0].pointer, "/allergies", "{status:?}");
    }
    let refusal = check_allergies(AllergyStatus::Known, &[penicillin(None), penicillin(Some("91936006"))]).unwrap_err();
    assert_eq!((refusal.reason, refusal.fields[0].pointer.as_str()), (Reason::InvalidSnomedCode, "/allergies/1/snomed_code"));
    assert_eq!(check_allergies(AllergyStatus::Known, &[penicillin(Some("91936005"))]), Ok(()));
}

fn noon() -> DateTime<Utc> {
    "2027-01-11T12:00:00Z".parse().unwrap()
}

fn complete() -> NoteContent {
    let text = || Some("x".to_owned());
    NoteContent { presentation: text(), mental_state: None, risk: text(), plan: text(), shared: None }
}

#[test]
fn a_note_is_signed_when_its_kind_matches_the_attendance() {
    use AppointmentState::{Attended, Booked, NotAttended};
    use NoteKind::{NonAttendance, Session};
    let content = complete();
    let sign = |state, kind, appointment| {
        let facts = NoteFacts { state, kind, content: &content, appointment };
        may_sign(&facts, noon()).map_err(|refusal| refusal.reason)
    };
    let draft = NoteState::Draft;
    for (kind, starts_at, status, expected) in [
        (Session, noon(), Booked, Ok(())),
        (Session, noon(), Attended, Ok(())),
        (Session, noon() + TimeDelta::seconds(1), Booked, Err(Reason::AppointmentNotHeld)),
        (Session, noon(), NotAttended, Err(Reason::AttendanceMismatch)),
        (NonAttendance, noon(), NotAttended, Ok(())),
        (NonAttendance, noon(), Attended, Err(Reason::AttendanceMismatch)),
        (NonAttendance, noon(), Booked, Err(Reason::AttendanceMismatch)),
        (NonAttendance, noon() + TimeDelta::seconds(1), Booked, Err(Reason::AppointmentNotHeld)),
    ] {
        assert_eq!(sign(draft, kind, Some((starts_at, status))), expected, "{kind:?} {starts_at} {status:?}");
    }
    assert_eq!(sign(draft, Session, None), Err(Reason::AppointmentNotBooked), "cancelled");
    assert_eq!(sign(NoteState::Signed, Session, Some((noon(), Attended))), Err(Reason::NoteSigned));
}

#[test]
fn the_refusal_to_sign_names_every_missing_part() {
    let missing = |kind, status, content: &NoteContent| {
        let facts = NoteFacts { state: NoteState::Draft, kind, content, appointment: Some((noon(), status)) };
        let refusal = may_sign(&facts, noon()).unwrap_err();
        assert_eq!(refusal.reason, Reason::NoteIncomplete);
        refusal.fields.into_iter().map(|field| field.pointer).collect::<Vec<_>>()
    };
    let nothing = NoteContent::default();
    assert_eq!(missing(NoteKind::Session, AppointmentState::Attended, &nothing), ["/presentation", "/risk", "/plan"]);
    assert_eq!(missing(NoteKind::NonAttendance, AppointmentState::NotAttended, &nothing), ["/plan"]);
    assert_eq!(missing(NoteKind::Session, AppointmentState::Attended, &NoteContent { risk: None, ..complete() }), ["/risk"]);
}

#[test]
fn addenda_need_a_signed_note_and_are_limited_in_number() {
    assert_eq!(may_add_addendum(NoteState::Draft, 0).unwrap_err().reason, Reason::NoteNotSigned);
    assert_eq!(may_add_addendum(NoteState::Signed, MAX_ADDENDA - 1), Ok(()));
    assert_eq!(may_add_addendum(NoteState::Signed, MAX_ADDENDA).unwrap_err().reason, Reason::TooManyAddenda);
}

#[test]
fn a_problem_may_not_start_in_the_future_and_entered_in_error_is_final() {
    let today = noon().date_naive();
    let problem = |since| ProblemContent { name: "x".into(), snomed_code: None, since, note: None };
    assert_eq!(may_add_problem(&problem(Some(today)), MAX_PROBLEMS - 1, today), Ok(()));
    assert_eq!(may_add_problem(&problem(today.succ_opt()), 0, today).unwrap_err().fields[0].pointer, "/began_on");
    assert_eq!(may_add_problem(&problem(None), MAX_PROBLEMS, today).unwrap_err().reason, Reason::TooManyProblems);
    let coded = ProblemContent { snomed_code: Some("35489008".into()), ..problem(None) };
    assert_eq!(may_add_problem(&coded, 0, today).unwrap_err().reason, Reason::InvalidSnomedCode);
    for (state, fine) in [(ProblemState::Active, true), (ProblemState::Resolved, true), (ProblemState::EnteredInError, false)] {
        assert_eq!(may_change_problem(state).is_ok(), fine);
    }
    assert_eq!(check_review_date(today, today), Ok(()));
    assert_eq!(check_review_date(today.pred_opt().unwrap(), today).unwrap_err().fields[0].pointer, "/review_on");
}

#[test]
fn the_lead_discharges_or_a_treating_clinician_if_there_is_no_lead() {
    let lead = DischargeFacts {
        in_care: true,
        has_lead: true,
        caller_leads: true,
        caller_treats: true,
        has_open_alert: false,
        has_upcoming_appointments: false,
        reason: DischargeReason::Completed,
    };
    for (facts, expected) in [
        (lead, Ok(())),
        (DischargeFacts { in_care: false, ..lead }, Err(Reason::NotInCare)),
        (DischargeFacts { caller_leads: false, ..lead }, Err(Reason::NotTheLead)),
        (DischargeFacts { has_lead: false, caller_leads: false, ..lead }, Ok(())),
        (DischargeFacts { has_lead: false, caller_leads: false, caller_treats: false, ..lead }, Err(Reason::CareEnded)),
        (DischargeFacts { has_open_alert: true, ..lead }, Err(Reason::RiskAlertOpen)),
        (DischargeFacts { has_open_alert: true, caller_leads: false, ..lead }, Err(Reason::NotTheLead)),
        (DischargeFacts { has_open_alert: true, has_upcoming_appointments: true, ..lead }, Err(Reason::RiskAlertOpen)),
        (DischargeFacts { has_open_alert: true, reason: DischargeReason::Died, ..lead }, Ok(())),
        (DischargeFacts { has_upcoming_appointments: true, ..lead }, Err(Reason::UpcomingAppointments)),
        (DischargeFacts { has_upcoming_appointments: true, reason: DischargeReason::Died, ..lead }, Ok(())),
    ] {
        assert_eq!(may_discharge(&facts).map_err(|refusal| refusal.reason), expected, "{facts:?}");
    }
}

#[test]
fn death_ends_everything_and_other_reasons_end_only_holds_group_places_and_follow_ups() {
    let always_ended = [EndedItemKind::Holds, EndedItemKind::GroupPlaces, EndedItemKind::FollowUps];
    for reason in DischargeReason::ALL {
        for kind in EndedItemKind::ALL {
            let expected = *reason == DischargeReason::Died || always_ended.contains(kind);
            assert_eq!(ends_with_care(*reason, *kind), expected, "{reason:?} and {kind:?}");
        }
    }
}

/// NHS Records Management Code of Practice 2021, mental health records: twenty years, or ten years after death
/// (<https://themdu.com/guidance-and-advice/latest-updates-and-advice/updated-guidance-on-medical-records-management-and-retention>).
#[test]
fn a_record_is_kept_for_twenty_years_or_ten_after_death() {
    let day = |text: &str| -> chrono::NaiveDate { text.parse().unwrap() };
    for (ended_on, is_dead, until) in [
        ("2027-01-11", false, "2047-01-11"),
        ("2027-01-11", true, "2037-01-11"),
        ("2028-02-29", false, "2048-02-29"),
        ("2028-02-29", true, "2038-02-28"),
    ] {
        assert_eq!(kept_until(day(ended_on), is_dead), day(until), "{ended_on} {is_dead}");
    }
}

#[test]
fn only_an_administrator_readmits_a_practitioner_recorded_as_dead_in_error() {
    use DischargeReason::{Completed, Died};
    for (end, administrator, expected) in [
        (Some(Died), true, Ok(Pathway::Registered)),
        (Some(Died), false, Err(Reason::RecordedAsDead)),
        (Some(Completed), true, Err(Reason::NotDischarged)),
        (Some(Completed), false, Ok(Pathway::Registered)),
        (None, true, Err(Reason::NotDischarged)),
    ] {
        let result = pathway_on_readmission(Pathway::Discharged, None, end, administrator).map_err(|refusal| refusal.reason);
        assert_eq!(result, expected, "{end:?}, by an administrator: {administrator}");
    }
    assert_eq!(pathway_on_readmission(Pathway::InCare, None, Some(Died), true).unwrap_err().reason, Reason::NotDischarged);
}

#[test]
fn a_discharged_practitioner_may_be_readmitted() {
    use Pathway::{Discharged, IntakeDone, Registered};
    assert_eq!(pathway_on_readmission(Discharged, Some(AssessmentState::Concluded), None, false), Ok(Registered));
    assert_eq!(pathway_on_readmission(Discharged, Some(AssessmentState::Draft), None, false), Ok(Registered));
    assert_eq!(pathway_on_readmission(Discharged, Some(AssessmentState::Submitted), None, false), Ok(IntakeDone));
    assert_eq!(pathway_on_readmission(Discharged, None, None, false), Ok(Registered));
    for pathway in Pathway::ALL.iter().copied().filter(|pathway| *pathway != Discharged) {
        assert_eq!(pathway_on_readmission(pathway, None, None, false).unwrap_err().reason, Reason::NotDischarged, "{pathway:?}");
    }
}
