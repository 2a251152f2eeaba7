//! The rules of funding, for every combination of state, event and party.

use chrono::NaiveDate;

use super::*;
use crate::funding::catalogue::figures;
use crate::funding::model::{Approval, FundingDecision, FundingDecisionGround, FundingReason, Reminder, Terms, TimeLimits};
use FundingEvent as E;
use FundingParty as P;
use FundingState as S;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn limits() -> &'static TimeLimits {
    figures().limits(day("2027-01-11")).unwrap()
}

/// Every transition: state, event, parties, next state. Everything else is refused.
const STEPS: &[(S, E, &[P], S)] = &[
    (S::Draft, E::Updated, &[P::Practitioner, P::Coordinator], S::Draft),
    (S::Draft, E::Submitted, &[P::Practitioner, P::Coordinator], S::Submitted),
    (S::Draft, E::Withdrawn, &[P::Practitioner, P::Coordinator, P::System], S::Withdrawn),
    (S::Submitted, E::ScreeningStarted, &[P::Coordinator], S::Screening),
    (S::Submitted, E::Withdrawn, &[P::Practitioner, P::Coordinator, P::System], S::Withdrawn),
    (S::Screening, E::InformationRequested, &[P::Coordinator], S::InformationRequested),
    (S::Screening, E::SentToPanel, &[P::Coordinator], S::Panel),
    (S::Screening, E::Withdrawn, &[P::Practitioner, P::Coordinator, P::System], S::Withdrawn),
    (S::InformationRequested, E::InformationProvided, &[P::Practitioner, P::Coordinator], S::Screening),
    (S::InformationRequested, E::Withdrawn, &[P::Practitioner, P::Coordinator, P::System], S::Withdrawn),
    (S::Panel, E::InformationRequested, &[P::Commissioner], S::InformationRequested),
    (S::Panel, E::Approved, &[P::Commissioner], S::Approved),
    (S::Panel, E::ApprovedLimited, &[P::Commissioner], S::ApprovedLimited),
    (S::Panel, E::Declined, &[P::Commissioner], S::Declined),
    (S::Panel, E::Withdrawn, &[P::Practitioner, P::Coordinator, P::System], S::Withdrawn),
    (S::Approved, E::Declined, &[P::Commissioner], S::Declined),
    (S::Approved, E::Expired, &[P::System], S::Expired),
    (S::ApprovedLimited, E::Declined, &[P::Commissioner], S::Declined),
    (S::ApprovedLimited, E::Expired, &[P::System], S::Expired),
    (S::Declined, E::ReconsiderationRequested, &[P::Practitioner, P::Coordinator], S::Reconsideration),
    (S::Declined, E::Appealed, &[P::Practitioner, P::Coordinator], S::Appeal),
    (S::Reconsideration, E::Approved, &[P::Commissioner], S::Approved),
    (S::Reconsideration, E::ApprovedLimited, &[P::Commissioner], S::ApprovedLimited),
    (S::Reconsideration, E::Declined, &[P::Commissioner], S::Final),
    (S::Reconsideration, E::Withdrawn, &[P::Practitioner, P::Coordinator, P::System], S::Withdrawn),
    (S::Appeal, E::Approved, &[P::Commissioner], S::Approved),
    (S::Appeal, E::ApprovedLimited, &[P::Commissioner], S::ApprovedLimited),
    (S::Appeal, E::Declined, &[P::Commissioner], S::Final),
    (S::Appeal, E::Withdrawn, &[P::Practitioner, P::Coordinator, P::System], S::Withdrawn),
];

#[test]
fn only_the_transitions_in_the_table_are_allowed() {
    let mut allowed = 0;
    for state in S::ALL.iter().copied() {
        for event in E::ALL.iter().copied() {
            for party in P::ALL.iter().copied() {
                let row = STEPS.iter().find(|(from, what, by, _)| *from == state && *what == event && by.contains(&party));
                let found = step(state, event, party).map_err(|refusal| refusal.reason);
                assert_eq!(found, row.map(|(.., to)| *to).ok_or(Reason::FundingState), "{state:?} {event:?} {party:?}");
                allowed += usize::from(found.is_ok());
            }
        }
    }
    assert_eq!(allowed, STEPS.iter().map(|(_, _, by, _)| by.len()).sum::<usize>());
}

#[test]
fn every_state_is_reachable_and_final_states_have_no_transition() {
    for state in S::ALL.iter().filter(|state| **state != S::Draft) {
        assert!(STEPS.iter().any(|(.., to)| to == state), "{state:?} is unreachable");
    }
    for last in [S::Final, S::Withdrawn, S::Expired] {
        assert!(STEPS.iter().all(|(from, ..)| *from != last), "{last:?} has a transition");
    }
}

#[test]
fn approval_expires_on_the_day_after_its_last_day() {
    let until = Some(day("2027-02-28"));
    assert_eq!(state_on(S::ApprovedLimited, until, day("2027-02-28")), S::ApprovedLimited);
    assert_eq!(state_on(S::ApprovedLimited, until, day("2027-03-01")), S::Expired);
    assert_eq!(state_on(S::Declined, until, day("2027-03-01")), S::Declined);
    assert_eq!(state_on(S::Approved, None, day("2099-01-01")), S::Approved);
}

#[test]
fn decision_moves_waiting_practitioners_but_not_those_in_care() {
    use Pathway::{AssessmentBooked, AwaitingDecision, AwaitingFunding, Discharged, InCare, IntakeDone, Registered, Signposted};
    for (before, approved, declined, waiting) in [
        (AwaitingFunding, Registered, Signposted, AwaitingFunding),
        (Signposted, Registered, Signposted, AwaitingFunding),
        (Registered, Registered, Signposted, Registered),
        (IntakeDone, IntakeDone, IntakeDone, IntakeDone),
        (AssessmentBooked, AssessmentBooked, AssessmentBooked, AssessmentBooked),
        (InCare, InCare, InCare, InCare),
        (Discharged, Discharged, Discharged, Discharged),
        (AwaitingDecision, AwaitingDecision, AwaitingDecision, AwaitingDecision),
    ] {
        let found = (pathway_after_approval(before), pathway_after_decline(before), pathway_while_waiting(before));
        assert_eq!(found, (approved, declined, waiting), "{before:?}");
    }
}

#[test]
fn request_is_created_only_when_funding_is_needed_and_none_is_open() {
    let code = |decision, pathway, open| check_can_create(decision, pathway, open).map_err(|refusal| refusal.reason);
    assert_eq!(code(EligibilityDecision::NeedsFunding, Pathway::InCare, false), Ok(()));
    assert_eq!(code(EligibilityDecision::NeedsFunding, Pathway::Signposted, false), Ok(()));
    assert_eq!(code(EligibilityDecision::NeedsFunding, Pathway::AwaitingFunding, true), Err(Reason::FundingRequestOpen));
    assert_eq!(code(EligibilityDecision::NeedsFunding, Pathway::Discharged, false), Err(Reason::NotEligible));
    assert_eq!(code(EligibilityDecision::Eligible, Pathway::InCare, false), Err(Reason::FundingNotRequired));
    assert_eq!(code(EligibilityDecision::Signposted, Pathway::Signposted, false), Err(Reason::FundingNotRequired));
    assert_eq!(code(EligibilityDecision::AwaitingDecision, Pathway::AwaitingDecision, false), Err(Reason::NotEligible));
}

#[test]
fn request_is_submitted_only_when_complete_and_with_consent() {
    let application = FundingApplication { reason: Some(FundingReason::Confidentiality), ..FundingApplication::default() };
    assert_eq!(check_submission(&application, Some("QJM"), true), Ok(()));
    assert_eq!(check_submission(&application, Some("QJM"), false).unwrap_err().reason, Reason::ConsentRequired);
    let both = check_submission(&FundingApplication::default(), None, true).unwrap_err();
    let named: Vec<_> = both.fields.iter().map(|field| field.pointer.as_str()).collect();
    assert_eq!((both.reason, named), (Reason::FundingIncomplete, vec!["/reason", "/icb_code"]));
}

#[test]
fn panel_is_ten_working_days_away_or_more() {
    let holidays = reference::workforce::catalogue::bank_holidays();
    assert_eq!(check_panel(day("2027-01-25"), day("2027-01-11"), limits(), holidays), Ok(()));
    let soon = check_panel(day("2027-01-24"), day("2027-01-11"), limits(), holidays).unwrap_err();
    assert_eq!((soon.reason, soon.fields[0].pointer.as_str()), (Reason::PanelTooSoon, "/panel_on"));
}

/// An appeal within 28 days (Bristol), new facts within three months (Oxfordshire), which are calendar months.
#[test]
fn appeal_and_reconsideration_have_time_limits() {
    for (event, decided_on, last) in [
        (E::Appealed, "2027-01-11", "2027-02-08"),
        (E::ReconsiderationRequested, "2027-01-11", "2027-04-11"),
        // 89 and 92 days.
        (E::ReconsiderationRequested, "2027-02-01", "2027-05-01"),
        (E::ReconsiderationRequested, "2027-07-01", "2027-10-01"),
        // There is no 30 or 31 February.
        (E::ReconsiderationRequested, "2027-11-30", "2028-02-29"),
        (E::ReconsiderationRequested, "2026-11-30", "2027-02-28"),
    ] {
        let code = |today| check_in_time(event, day(decided_on), today, limits()).map_err(|refusal| refusal.reason);
        assert_eq!(code(day(last)), Ok(()), "{event:?} {decided_on}");
        assert_eq!(code(day(last).succ_opt().unwrap()), Err(Reason::FundingTooLate), "{event:?} {decided_on}");
    }
}

#[test]
fn each_state_has_its_due_day() {
    let holidays = reference::workforce::catalogue::bank_holidays();
    let due = |state, panel: Option<&str>| {
        let (submitted, until) = (Some(day("2027-01-04")), Some(day("2027-06-30")));
        due_on(state, day("2027-01-11"), submitted, panel.map(day), until, limits(), holidays).map(|day| day.to_string())
    };
    assert_eq!(due(S::Submitted, None).as_deref(), Some("2027-01-18"));
    assert_eq!(due(S::InformationRequested, None).as_deref(), Some("2027-02-08"));
    assert_eq!(due(S::Panel, Some("2027-01-28")).as_deref(), Some("2027-02-11"), "two weeks after the panel");
    assert_eq!(due(S::Panel, Some("2027-02-25")).as_deref(), Some("2027-03-01"), "forty working days in all");
    assert_eq!(due(S::Panel, Some("2027-03-25")).as_deref(), Some("2027-03-25"), "not before the panel");
    assert_eq!(due(S::Appeal, None).as_deref(), Some("2027-02-08"));
    assert_eq!(due(S::Declined, None).as_deref(), Some("2027-02-08"));
    assert_eq!(due(S::ApprovedLimited, None).as_deref(), Some("2027-06-30"));
    for still in [S::Draft, S::Final, S::Withdrawn, S::Expired] {
        assert_eq!(due(still, None), None, "{still:?}");
    }
}

#[test]
fn each_reminder_is_sent_once_and_only_while_it_is_useful() {
    let due = |state, reminded, today: &str| next_reminder(state, day("2027-02-08"), reminded, day(today), limits());
    assert_eq!(due(S::Panel, 0, "2027-02-02"), None);
    assert_eq!(due(S::Panel, 0, "2027-02-03"), Some((Some(Reminder::Near), 1)));
    assert_eq!(due(S::Panel, 1, "2027-02-08"), None);
    assert_eq!(due(S::Panel, 1, "2027-02-09"), Some((Some(Reminder::Passed), 2)));
    assert_eq!(due(S::Panel, 0, "2027-02-09"), Some((Some(Reminder::Passed), 2)), "the first reminder was missed");
    assert_eq!(due(S::Panel, 2, "2027-03-09"), None);
    assert_eq!(due(S::Declined, 0, "2027-02-08"), Some((Some(Reminder::Near), 1)));
    assert_eq!(due(S::Declined, 1, "2027-02-09"), Some((None, 2)));
}

#[test]
fn each_decision_allows_only_its_own_grounds_and_limits() {
    let today = day("2027-01-11");
    let problem = |decision, ground, terms: Terms| match check_decision(decision, ground, &terms, (3, 900), today) {
        Ok(()) => "fine".to_owned(),
        Err(refusal) => refusal.fields[0].pointer.clone(),
    };
    let (none, eight) = (Terms::default(), Terms { sessions: Some(8), ..Terms::default() });
    use FundingDecision::{Approved, ApprovedLimited, Declined};
    use FundingDecisionGround::{CriteriaMet, Exceptional, NoFunds, Other};
    assert_eq!(problem(Approved, CriteriaMet, none), "fine");
    assert_eq!(problem(Approved, NoFunds, none), "/ground");
    assert_eq!(problem(Approved, Other, eight), "/sessions");
    assert_eq!(problem(Declined, NoFunds, none), "fine");
    assert_eq!(problem(Declined, Exceptional, none), "/ground");
    assert_eq!(problem(Declined, Other, Terms { valid_until: Some(today), ..none }), "/valid_until");
    assert_eq!(problem(ApprovedLimited, Exceptional, eight), "fine");
    assert_eq!(problem(ApprovedLimited, Exceptional, none), "/sessions");
    assert_eq!(problem(ApprovedLimited, Exceptional, Terms { sessions: Some(2), ..none }), "/sessions");
    assert_eq!(problem(ApprovedLimited, Exceptional, Terms { amount_pence: Some(899), ..none }), "/amount_pence");
    assert_eq!(problem(ApprovedLimited, Exceptional, Terms { valid_until: Some(today), ..none }), "fine");
    assert_eq!(problem(ApprovedLimited, Exceptional, Terms { valid_until: today.pred_opt(), ..none }), "/valid_until");
}

#[test]
fn approval_pays_within_its_limits_and_the_one_ending_first_is_used_first() {
    let today = day("2027-01-11");
    let unlimited = Approval { state: S::Approved, terms: Terms::default(), sessions_used: 99, amount_used: 99_999 };
    let eight = |used| Approval {
        state: S::ApprovedLimited,
        terms: Terms { sessions: Some(8), ..Terms::default() },
        sessions_used: used,
        amount_used: 0,
    };
    let money = |used| Approval {
        state: S::ApprovedLimited,
        terms: Terms { amount_pence: Some(20_000), ..Terms::default() },
        sessions_used: 0,
        amount_used: used,
    };
    let until = |last: &str| Approval {
        state: S::ApprovedLimited,
        terms: Terms { valid_until: Some(day(last)), ..Terms::default() },
        sessions_used: 0,
        amount_used: 0,
    };
    let code = |approval: &Approval| check_pays(approval, 9_500, today).map_err(|refusal| refusal.reason);
    assert_eq!(code(&unlimited), Ok(()));
    assert_eq!((code(&eight(7)), code(&eight(8))), (Ok(()), Err(Reason::FundingExhausted)));
    assert_eq!((code(&money(10_500)), code(&money(10_501))), (Ok(()), Err(Reason::FundingExhausted)));
    assert_eq!((code(&until("2027-01-11")), code(&until("2027-01-10"))), (Ok(()), Err(Reason::FundingExpired)));
    assert_eq!(code(&Approval { state: S::Declined, ..unlimited }), Err(Reason::FundingRequired));
    assert_eq!(code(&Approval { state: S::Panel, ..unlimited }), Err(Reason::FundingRequired));
    assert_eq!(choose_approval(&[unlimited, until("2027-03-01"), until("2027-02-01")], 9_500, today), Ok(2));
    assert_eq!(choose_approval(&[until("2027-01-10"), eight(8)], 9_500, today).unwrap_err().reason, Reason::FundingExhausted);
    assert_eq!(choose_approval(&[until("2027-01-10")], 9_500, today).unwrap_err().reason, Reason::FundingExpired);
    assert_eq!(choose_approval(&[], 9_500, today).unwrap_err().reason, Reason::FundingRequired);
}

#[test]
fn session_is_released_by_a_cancellation_in_time_or_by_the_service() {
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let start = at("2027-01-12T09:00:00Z");
    assert!(releases_session(true, start, at("2027-01-11T09:00:00Z"), limits()));
    assert!(!releases_session(true, start, at("2027-01-11T09:00:01Z"), limits()));
    assert!(releases_session(false, start, at("2027-01-12T08:59:59Z"), limits()));
}

#[test]
fn approval_commits_its_amount_or_its_sessions_as_treatments() {
    let terms = |sessions, amount_pence| Terms { sessions, amount_pence, valid_until: None };
    for (terms, expected) in [
        (terms(None, None), None),
        (terms(Some(6), None), Some(57_000)),
        (terms(None, Some(40_000)), Some(40_000)),
        (terms(Some(6), Some(40_000)), Some(40_000)),
        (terms(Some(2), Some(40_000)), Some(19_000)),
        (Terms { valid_until: Some(day("2027-06-30")), ..terms(None, None) }, None),
    ] {
        assert_eq!(committed_pence(&terms, 9_500), expected, "{terms:?}");
    }
}
