use chrono::{DateTime, Utc};

use super::*;
use crate::outreach::model::{CampaignContent, EmployerContact, EmployerStatement, OutreachLegalBasis, OutreachReason};
use people::notifications::model::QuietHours;
use reference::service_limits::outreach::shipped as limits;

fn at(text: &str) -> UtcTime {
    text.parse::<DateTime<Utc>>().unwrap().into()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(byte: u8) -> Id {
    Id(uuid::Uuid::from_bytes([byte; 16]))
}

fn plan() -> Plan {
    let statement =
        EmployerStatement { given_by: "HR".into(), given_on: day("2027-01-04"), legal_basis: OutreachLegalBasis::PublicTask };
    let employer = EmployerContact { name: "HR".into(), email: "hr@example.org".into() };
    Plan {
        kind: OutreachKind::IndividualOffer,
        reason: OutreachReason::Incident,
        wording: OutreachWording::RecentEvents,
        by_email: true,
        by_text: true,
        per_hour: 600,
        quiet: QuietHours { from: limits().quiet_from, until: limits().quiet_until },
        starts_at: at("2027-01-11T09:00:00Z"),
        ends_on: day("2027-02-11"),
        content: CampaignContent {
            group: "Nights".into(),
            organisation_ods: "RXX21".into(),
            employer,
            statement: Some(statement),
        },
    }
}

fn code(result: Result<(), Refusal>) -> Option<(Reason, String)> {
    result.err().map(|refusal| (refusal.reason, refusal.fields.first().map(|field| field.pointer.clone()).unwrap_or_default()))
}

#[test]
fn a_campaign_follows_its_lifecycle() {
    use {OutreachEvent as E, OutreachState as S};
    let allowed = [
        (S::Draft, E::Changed, S::Draft),
        (S::Draft, E::Submitted, S::Ready),
        (S::Ready, E::Returned, S::Draft),
        (S::Ready, E::Approved, S::Running),
        (S::Running, E::Paused, S::Paused),
        (S::Paused, E::Resumed, S::Running),
        (S::Draft, E::Cancelled, S::Cancelled),
        (S::Ready, E::Cancelled, S::Cancelled),
        (S::Running, E::Cancelled, S::Cancelled),
        (S::Paused, E::Cancelled, S::Cancelled),
        (S::Draft, E::Ended, S::Cancelled),
        (S::Ready, E::Ended, S::Cancelled),
        (S::Running, E::Ended, S::Finished),
        (S::Paused, E::Ended, S::Finished),
    ];
    for state in OutreachState::ALL {
        for event in OutreachEvent::ALL {
            let expected = allowed.iter().find(|(from, by, _)| from == state && by == event).map(|(.., to)| *to);
            let stepped = step(*state, *event);
            assert_eq!(stepped.as_ref().ok(), expected.as_ref(), "{state:?} {event:?}");
            assert!(stepped.is_ok() || stepped.unwrap_err().reason == Reason::OutreachState);
        }
    }
}

#[test]
fn each_wording_is_for_one_kind() {
    for wording in OutreachWording::ALL {
        let kinds = OutreachKind::ALL.iter().filter(|kind| check_wording(**kind, *wording).is_ok()).count();
        assert_eq!(kinds, 1, "{wording:?}");
    }
    for kind in OutreachKind::ALL {
        assert!(OutreachWording::ALL.iter().any(|wording| check_wording(*kind, *wording).is_ok()), "{kind:?} has no wording");
    }
}

#[test]
fn a_campaign_ends_after_it_begins_and_not_too_late() {
    let limits = limits();
    let check = |starts_at: &str, ends_on: &str, today: &str| {
        code(check_dates(at(starts_at), day(ends_on), day(today), limits)).map(|(code, _)| code)
    };
    let dates = Some(Reason::OutreachDates);
    assert_eq!(check("2027-01-11T09:00:00Z", "2027-01-11", "2027-01-11"), None, "one day is enough");
    assert_eq!(check("2027-01-11T09:00:00Z", "2027-01-10", "2027-01-01"), dates, "before it begins");
    assert_eq!(check("2027-01-01T09:00:00Z", "2027-01-10", "2027-01-11"), dates, "in the past");
    assert_eq!(check("2027-01-01T09:00:00Z", "2027-04-11", "2027-01-11"), None, "ninety days from today");
    assert_eq!(check("2027-01-11T09:00:00Z", "2027-04-12", "2027-01-11"), dates, "ninety-one days");
    // Half past eleven at night in UTC is the next day in London's summer.
    assert_eq!(check("2027-06-30T23:30:00Z", "2027-06-30", "2027-06-01"), dates);
}

#[test]
fn nothing_is_sent_without_recipients_and_the_employers_statement() {
    let (limits, today) = (limits(), day("2027-01-11"));
    let check = |plan: &Plan, recipients| code(check_complete(plan, recipients, today, limits));
    assert_eq!(check(&plan(), 1), None);
    assert_eq!(check(&plan(), 0), Some((Reason::OutreachIncomplete, "/recipients".into())));
    let mut unstated = plan();
    unstated.content.statement = None;
    assert_eq!(check(&unstated, 5), Some((Reason::OutreachIncomplete, "/statement".into())));
    assert_eq!(check_complete(&unstated, 0, today, limits).unwrap_err().fields.len(), 2, "both are named");
    let mut future = plan();
    future.content.statement.as_mut().unwrap().given_on = day("2027-01-12");
    assert_eq!(check(&future, 5), Some((Reason::OutreachDates, "/statement/given_on".into())));
}

#[test]
fn another_coordinator_must_release_a_campaign() {
    let refused = |caller| code(check_approve(id(1), Some(id(2)), caller)).map(|(code, _)| code);
    assert_eq!(refused(id(1)), Some(Reason::SecondPersonRequired));
    assert_eq!(refused(id(2)), Some(Reason::SecondPersonRequired));
    assert_eq!(refused(id(3)), None);
}

fn sending(next_at: &str, per_hour: i32) -> DueCampaign {
    let hour = |hour| chrono::NaiveTime::MIN + TimeDelta::hours(hour);
    DueCampaign {
        id: id(1),
        wording: OutreachWording::StaffOffer,
        per_hour,
        quiet: QuietHours { from: hour(19), until: hour(8) },
        ends_on: day("2027-01-31"),
        next_at: at(next_at),
    }
}

#[test]
fn messages_are_sent_at_their_pace() {
    let send = |count, next: &str| SendDecision::Send { count, next_at: at(next) };
    let nine = at("2027-01-11T09:00:00Z");
    // Ten a minute: one every six seconds.
    assert_eq!(decide_send(&sending("2027-01-11T09:00:00Z", 600), nine), send(1, "2027-01-11T09:00:06Z"));
    assert_eq!(decide_send(&sending("2027-01-11T09:00:03Z", 600), nine), SendDecision::Later(at("2027-01-11T09:00:03Z")));
    assert_eq!(decide_send(&sending("2027-01-11T08:59:30Z", 600), nine), send(6, "2027-01-11T09:00:06Z"));
    // After a delay of hours, it catches up on one minute and no more.
    assert_eq!(decide_send(&sending("2027-01-11T01:00:00Z", 600), nine), send(11, "2027-01-11T09:00:06Z"));
    // A fast campaign is sent in several runs.
    assert_eq!(decide_send(&sending("2027-01-11T08:59:00Z", 60_000), nine), send(BATCH, "2027-01-11T08:59:03Z"));
    // A slow one.
    assert_eq!(decide_send(&sending("2027-01-11T09:00:00Z", 1), nine), send(1, "2027-01-11T10:00:00Z"));
}

#[test]
fn no_more_messages_are_sent_than_the_pace_allows() {
    for per_hour in [1, 7, 600, 3600, 59_999, 60_000] {
        let (mut campaign, mut sent, begin) = (sending("2027-01-11T09:00:00Z", per_hour), 0, at("2027-01-11T09:00:00Z"));
        // Run every five seconds for an hour, as often as there is something to do.
        for second in (0..3600).step_by(5) {
            let now = begin + TimeDelta::seconds(second);
            while let SendDecision::Send { count, next_at } = decide_send(&campaign, now) {
                sent += count;
                campaign.next_at = next_at;
            }
            let most = i64::from(per_hour) * second / 3600 + 1;
            assert!(sent <= most && sent >= most - 1 - i64::from(per_hour) / 500, "{sent} of {most} by second {second}");
        }
    }
}

#[test]
fn nothing_is_sent_in_quiet_hours_or_after_the_last_day() {
    let next = "2027-01-01T00:00:00Z";
    for (now, morning) in [("2027-01-11T19:00:00Z", "2027-01-12T08:00:00Z"), ("2027-01-11T07:59:59Z", "2027-01-11T08:00:00Z")] {
        assert_eq!(decide_send(&sending(next, 600), at(now)), SendDecision::Later(at(morning)), "{now}");
    }
    assert!(matches!(decide_send(&sending(next, 600), at("2027-01-11T18:59:59Z")), SendDecision::Send { .. }));
    // In summer London's evening is an hour earlier in UTC.
    let summer = DueCampaign { ends_on: day("2027-07-31"), ..sending(next, 600) };
    assert_eq!(decide_send(&summer, at("2027-07-01T18:00:00Z")), SendDecision::Later(at("2027-07-02T07:00:00Z")));
    assert!(matches!(decide_send(&sending(next, 600), at("2027-01-31T18:00:00Z")), SendDecision::Send { .. }), "the last day");
    assert_eq!(decide_send(&sending(next, 600), at("2027-02-01T09:00:00Z")), SendDecision::Over);
}

#[test]
fn a_campaign_has_a_maximum_number_of_recipients() {
    let limits = limits();
    assert_eq!(code(check_recipient_count(limits.most_recipients.into(), limits)), None);
    assert_eq!(
        code(check_recipient_count(i64::from(limits.most_recipients) + 1, limits)).map(|(code, _)| code),
        Some(Reason::OutreachTooMany)
    );
}

#[test]
fn a_teams_request_is_taken_once_and_completed_by_the_same_coordinator() {
    use TeamRequestState as S;
    let cases = [
        (S::Open, None, S::Taken, 1, true),
        (S::Open, None, S::Done, 1, false),
        (S::Taken, Some(1), S::Taken, 2, false),
        (S::Taken, Some(1), S::Done, 1, true),
        (S::Taken, Some(1), S::Done, 2, false),
        (S::Done, Some(1), S::Done, 1, false),
        (S::Done, Some(1), S::Taken, 1, false),
    ];
    for (state, taken_by, next, caller, allowed) in cases {
        let checked = check_team_request(state, taken_by.map(id), next, id(caller));
        assert_eq!(checked.is_ok(), allowed, "{state:?} by {taken_by:?} to {next:?} by {caller}");
    }
}
