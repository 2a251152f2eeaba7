//! Rules of risk alerts: how severe an answer is, when an alert is due, when it is escalated, what closes it, and when the review that
//! follows is notified.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Europe::London;

use super::model::{
    AccessToMeans, AssessedHow, AssessmentContent, MOST_EVENTS, RiskAlertState, RiskLevel, RiskPolicy, RiskSeverity,
    SameDayPolicy, SeverityPolicy,
};
use platform::clock::london_time;
use platform::refusal::{Reason, Refusal};
use reference::workforce::rules::add_working_days;

/// Whether coordinators see an alert, by whether each of its events is from an anonymous contact. One that only such contacts have raised
/// is for clinicians alone, until one of them has recorded an attempt to reach the practitioner: then coordinators may help. That it is
/// closed opens it to no one, because no one has to act on it any more. An alert without an event is one of an earlier version.
pub fn is_for_coordinators(anonymous_events: &[bool], clinician_has_tried: bool) -> bool {
    clinician_has_tried || anonymous_events.is_empty() || anonymous_events.contains(&false)
}

/// How severe the answers that show risk are: the highest of them counts.
pub fn severity_of_answers<'a>(
    policy: &RiskPolicy,
    questionnaire: &str,
    risky: impl IntoIterator<Item = (&'a str, i32)>,
) -> RiskSeverity {
    let of_one = |(item, value): (&str, i32)| {
        let known = policy.answers.iter().find(|known| known.questionnaire == questionnaire && known.item == item)?;
        known.severities.iter().rfind(|one| value >= i32::from(one.from)).map(|one| one.severity)
    };
    let all = risky.into_iter().map(|answer| of_one(answer).unwrap_or(policy.other_answers));
    RiskSeverity::highest(all).unwrap_or(policy.other_answers)
}

/// When an event that is raised now is due.
pub fn due_at(times: &SeverityPolicy, same_day: &SameDayPolicy, now: DateTime<Utc>, holidays: &[NaiveDate]) -> DateTime<Utc> {
    match times.due_minutes {
        Some(minutes) => now + TimeDelta::minutes(minutes.into()),
        None => end_of_working_day(same_day, now, holidays),
    }
}

/// The end of the working day in London; where that has passed or is near, or it is no working day, some hours later. The next working day may be
/// four days away, and clinicians are on duty at any time.
fn end_of_working_day(same_day: &SameDayPolicy, now: DateTime<Utc>, holidays: &[NaiveDate]) -> DateTime<Utc> {
    let local = now.with_timezone(&London);
    let day = local.date_naive();
    let works = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays.contains(&day);
    let (hour, past_the_hour) = (local.hour(), local.minute() > 0 || local.second() > 0);
    let last_hour = u32::from(same_day.raised_until_hour);
    let in_time = hour < last_hour || (hour == last_hour && !past_the_hour);
    match NaiveTime::from_hms_opt(same_day.due_hour.into(), 0, 0) {
        Some(time) if works && in_time => london_time(day, time),
        _ => now + TimeDelta::hours(same_day.otherwise_hours.into()),
    }
}

/// Whether an event belongs to the open alert, by the number of its events and the time of the last one. An alert has no more events
/// than are shown.
pub fn belongs_to_alert(policy: &RiskPolicy, events: usize, last_event_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    events < MOST_EVENTS && now - last_event_at < TimeDelta::minutes(policy.same_alert_minutes.into())
}

/// A step of escalation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// 1 or 2.
    pub level: i32,
    /// When the next step is due.
    pub next_at: DateTime<Utc>,
}

/// The next step of an alert that has taken this many: the second follows the first, and is then repeated.
pub fn next_step(taken: i32, times: &SeverityPolicy, now: DateTime<Utc>) -> Step {
    match taken {
        0 => Step { level: 1, next_at: now + TimeDelta::minutes(times.second_step_minutes.into()) },
        _ => Step { level: 2, next_at: now + TimeDelta::minutes(times.repeat_minutes.into()) },
    }
}

/// When the next step is due after the practitioner was reached. The first step is postponed once, by a time that is counted from the
/// due time, so that further attempts do not postpone it again. Later steps are not: someone must still assess the risk.
pub fn step_after_contact(
    taken: i32,
    times: &SeverityPolicy,
    due_at: DateTime<Utc>,
    next_step_at: DateTime<Utc>,
) -> DateTime<Utc> {
    let postponed = due_at + TimeDelta::minutes(times.contact_postpones_minutes.into());
    if taken == 0 { next_step_at.max(postponed) } else { next_step_at }
}

/// Checks that an alert is open.
///
/// # Errors
/// [`Reason::AlertClosed`].
pub fn check_open(state: RiskAlertState) -> Result<(), Refusal> {
    if state == RiskAlertState::Open { Ok(()) } else { Err(Reason::AlertClosed.into()) }
}

/// Checks that the clinician who closes an alert has read all of its events.
///
/// # Errors
/// [`Reason::AlertChanged`] when there are more; 422 when there are fewer.
pub fn check_events_seen(events: usize, seen: i32) -> Result<(), Refusal> {
    // An alert of an earlier version may have more events than are shown.
    let shown = events.min(MOST_EVENTS);
    match usize::try_from(seen) {
        Ok(seen) if seen > events => {
            let detail = "The alert has fewer events than this. Send how many you were shown.";
            Err(Refusal::new(Reason::InvalidBody, detail).field("/events_seen", "too_many", detail))
        }
        Ok(seen) if seen >= shown => Ok(()),
        _ => Err(Reason::AlertChanged.into()),
    }
}

/// When staff are first notified of a review: in the morning of its day. Where that has passed when the assessment is recorded, in the
/// morning of the next working day.
pub fn first_review_step(policy: &RiskPolicy, review_on: NaiveDate, now: DateTime<Utc>, holidays: &[NaiveDate]) -> DateTime<Utc> {
    let morning = morning_of(policy, review_on);
    if morning > now { morning } else { second_review_step(policy, now, holidays) }
}

/// When staff who are notified of a review now are notified once more: in the morning of the next working day.
pub fn second_review_step(policy: &RiskPolicy, now: DateTime<Utc>, holidays: &[NaiveDate]) -> DateTime<Utc> {
    let today = now.with_timezone(&London).date_naive();
    morning_of(policy, add_working_days(today, 1, holidays))
}

fn morning_of(policy: &RiskPolicy, day: NaiveDate) -> DateTime<Utc> {
    london_time(day, NaiveTime::from_hms_opt(policy.review_hour.into(), 0, 0).unwrap_or_default())
}

/// How far ahead a review of a risk may be.
const REVIEW_WITHIN: TimeDelta = TimeDelta::days(92);

/// Checks that a risk assessment is complete and agrees with itself.
///
/// # Errors
/// [`Reason::InvalidBody`], naming each member that is missing or wrong.
pub fn check_assessment(content: &AssessmentContent, today: NaiveDate) -> Result<(), Refusal> {
    let mut refusal = Refusal::from(Reason::InvalidBody);
    for (pointer, finding) in content.findings() {
        if finding.level != RiskLevel::None && finding.details.is_none() {
            let detail = "Say what the risk is. Only where there is none may this be left out.";
            refusal = refusal.field(format!("{pointer}/details"), "required", detail);
        }
    }
    refusal = check_means(content, refusal);
    let needs_words = matches!(content.assessed_how, AssessedHow::Other | AssessedHow::NotReached);
    if needs_words && content.assessed_how_details.is_none() {
        let detail = "Say how, or what was done instead of speaking to the practitioner.";
        refusal = refusal.field("/assessed_how_details", "required", detail);
    }
    let not_reached = content.assessed_how == AssessedHow::NotReached;
    let needs_review = not_reached || content.findings().iter().any(|(_, finding)| finding.level.needs_review());
    refusal = match content.next_review_on {
        None if needs_review => {
            let detail = "Add the date of the next review: the risk is moderate or high, or no one spoke to the practitioner.";
            refusal.field("/next_review_on", "required", detail)
        }
        Some(day) if day < today => refusal.field("/next_review_on", "in_the_past", "The next review cannot be in the past."),
        Some(day) if day > today + REVIEW_WITHIN => {
            refusal.field("/next_review_on", "too_late", "The next review must be within three months.")
        }
        _ => refusal,
    };
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

fn check_means(content: &AssessmentContent, refusal: Refusal) -> Refusal {
    let none_known = content.access_to_means.contains(&AccessToMeans::NoneKnown);
    if none_known && content.access_to_means.iter().any(|means| *means != AccessToMeans::NoneKnown) {
        let detail = "Either no means are known, or these are. Leave one of them out.";
        return refusal.field("/access_to_means", "not_allowed", detail);
    }
    if !none_known && content.means_details.is_none() {
        return refusal.field("/means_details", "required", "Say what the means are, and what was agreed about them.");
    }
    refusal
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{policy, times};
    use super::super::model::Finding;
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn item_9_is_looked_at_the_same_day_and_from_2_within_hours() {
        for (questionnaire, item, value, expected) in [
            ("phq-9", "phq9_9", 1, RiskSeverity::SameDay),
            ("phq-9", "phq9_9", 2, RiskSeverity::Urgent),
            ("phq-9", "phq9_9", 3, RiskSeverity::Urgent),
            ("core-10", "core10_6", 1, RiskSeverity::Urgent),
            ("another", "phq9_9", 1, RiskSeverity::Urgent),
        ] {
            assert_eq!(severity_of_answers(policy(), questionnaire, [(item, value)]), expected, "{questionnaire} {item} {value}");
        }
        let several = [("phq9_9", 1), ("another", 1)];
        assert_eq!(severity_of_answers(policy(), "phq-9", several), RiskSeverity::Urgent, "the highest counts");
        assert_eq!(severity_of_answers(policy(), "core-10", []), RiskSeverity::Urgent, "a risk without its item");
    }

    #[test]
    fn alerts_are_due_by_their_severity() {
        let holidays = reference::workforce::catalogue::bank_holidays();
        let due = |severity, now: &str| due_at(times(policy(), severity).unwrap(), &policy().same_day, at(now), holidays);
        for (severity, raised, expected) in [
            (RiskSeverity::Immediate, "2027-01-11T03:00:00Z", "2027-01-11T03:15:00Z"),
            (RiskSeverity::Urgent, "2027-01-11T03:00:00Z", "2027-01-11T07:00:00Z"),
            (RiskSeverity::SameDay, "2027-01-11T03:00:00Z", "2027-01-11T17:00:00Z"),
            (RiskSeverity::SameDay, "2027-01-11T15:00:00Z", "2027-01-11T17:00:00Z"),
            (RiskSeverity::SameDay, "2027-01-11T15:00:01Z", "2027-01-11T23:00:01Z"),
            // In summer the clock in London is an hour ahead.
            (RiskSeverity::SameDay, "2027-07-12T14:00:00Z", "2027-07-12T16:00:00Z"),
            (RiskSeverity::SameDay, "2027-07-12T14:01:00Z", "2027-07-12T22:01:00Z"),
            // A Saturday, and Good Friday.
            (RiskSeverity::SameDay, "2027-01-16T10:00:00Z", "2027-01-16T18:00:00Z"),
            (RiskSeverity::SameDay, "2027-03-26T10:00:00Z", "2027-03-26T18:00:00Z"),
        ] {
            assert_eq!(due(severity, raised), at(expected), "{severity:?} raised at {raised}");
        }
    }

    #[test]
    fn events_belong_together_for_an_hour() {
        let belongs = |now| belongs_to_alert(policy(), 99, at("2027-01-11T09:00:00Z"), at(now));
        assert!(belongs("2027-01-11T09:00:00Z") && belongs("2027-01-11T09:59:59Z") && !belongs("2027-01-11T10:00:00Z"));
        let now = at("2027-01-11T09:00:00Z");
        assert!(!belongs_to_alert(policy(), 100, now, now), "no alert has more events than are shown");
    }

    #[test]
    fn an_alert_is_closed_by_someone_who_has_read_all_of_its_events() {
        for (events, seen, expected) in [
            (1, 1, None),
            (2, 1, Some(Reason::AlertChanged)),
            (2, 2, None),
            (2, 3, Some(Reason::InvalidBody)),
            (1, 1000, Some(Reason::InvalidBody)),
            (100, 99, Some(Reason::AlertChanged)),
            (100, 100, None),
            (120, 100, None),
            (120, 120, None),
            (120, 121, Some(Reason::InvalidBody)),
            (1, 0, Some(Reason::AlertChanged)),
            (1, -1, Some(Reason::AlertChanged)),
        ] {
            let refusal = check_events_seen(events, seen).err().map(|refusal| refusal.reason);
            assert_eq!(refusal, expected, "{seen} of {events}");
        }
    }

    #[test]
    fn a_review_is_notified_in_the_morning_and_again_on_the_next_working_day() {
        let holidays = reference::workforce::catalogue::bank_holidays();
        let first = |day: &str, now| first_review_step(policy(), day.parse().unwrap(), at(now), holidays);
        for (day, recorded, expected) in [
            ("2027-01-14", "2027-01-11T09:00:00Z", "2027-01-14T08:00:00Z"),
            // A Saturday is the day that the clinician chose.
            ("2027-01-16", "2027-01-11T09:00:00Z", "2027-01-16T08:00:00Z"),
            // In summer the clock in London is an hour ahead.
            ("2027-07-13", "2027-07-12T09:00:00Z", "2027-07-13T07:00:00Z"),
            // On the day itself: at night, at eight, and later.
            ("2027-01-11", "2027-01-11T03:00:00Z", "2027-01-11T08:00:00Z"),
            ("2027-01-11", "2027-01-11T08:00:00Z", "2027-01-12T08:00:00Z"),
            ("2027-01-15", "2027-01-15T14:00:00Z", "2027-01-18T08:00:00Z"),
        ] {
            assert_eq!(first(day, recorded), at(expected), "{day}, recorded at {recorded}");
        }
        for (now, expected) in [
            ("2027-01-14T08:00:00Z", "2027-01-15T08:00:00Z"),
            ("2027-01-15T08:00:00Z", "2027-01-18T08:00:00Z"),
            ("2027-01-16T08:00:00Z", "2027-01-18T08:00:00Z"),
            // Good Friday and Easter Monday are 26 and 29 March; the clocks change on the 28th.
            ("2027-03-25T08:00:00Z", "2027-03-30T07:00:00Z"),
            // Notified late, after an outage of a day.
            ("2027-01-14T23:30:00Z", "2027-01-15T08:00:00Z"),
        ] {
            assert_eq!(second_review_step(policy(), at(now), holidays), at(expected), "{now}");
        }
    }

    #[test]
    fn the_second_step_is_repeated() {
        let (urgent, now) = (times(policy(), RiskSeverity::Urgent).unwrap(), at("2027-01-11T13:00:00Z"));
        let later = |minutes| now + TimeDelta::minutes(minutes);
        assert_eq!(next_step(0, urgent, now), Step { level: 1, next_at: later(urgent.second_step_minutes.into()) });
        for taken in [1, 2] {
            assert_eq!(next_step(taken, urgent, now), Step { level: 2, next_at: later(urgent.repeat_minutes.into()) });
        }
    }

    #[test]
    fn a_contact_postpones_only_the_first_step_and_only_once() {
        let (urgent, due) = (times(policy(), RiskSeverity::Urgent).unwrap(), at("2027-01-11T13:00:00Z"));
        let postponed = due + TimeDelta::minutes(urgent.contact_postpones_minutes.into());
        assert_eq!(step_after_contact(0, urgent, due, due), postponed);
        assert_eq!(step_after_contact(0, urgent, due, postponed), postponed, "a second contact");
        assert_eq!(step_after_contact(1, urgent, due, due + TimeDelta::hours(5)), due + TimeDelta::hours(5));
    }

    fn finding(level: RiskLevel, details: Option<&str>) -> Finding {
        Finding { level, details: details.map(str::to_owned) }
    }

    fn complete() -> AssessmentContent {
        AssessmentContent {
            risk_to_self: finding(RiskLevel::Low, Some("Thoughts without a plan.")),
            risk_to_others: finding(RiskLevel::None, None),
            risk_to_people_in_their_care: finding(RiskLevel::None, None),
            risk_from_others: finding(RiskLevel::None, None),
            protective_factors: "Partner and sister.".to_owned(),
            access_to_means: vec![AccessToMeans::MedicinesAtWork],
            means_details: Some("Not on shift this week.".to_owned()),
            assessed_how: AssessedHow::Phone,
            assessed_how_details: None,
            plan: "Speak again tomorrow at nine.".to_owned(),
            next_review_on: None,
            safety_plan_reviewed: None,
        }
    }

    #[test]
    fn coordinators_see_no_alert_that_only_anonymous_contacts_have_raised() {
        for (anonymous, clinician_has_tried, expected) in [
            (&[true][..], false, false),
            (&[true, true], false, false),
            (&[true], true, true),
            (&[true, false], false, true),
            (&[false, true], false, true),
            (&[false], false, true),
            (&[], false, true),
        ] {
            assert_eq!(is_for_coordinators(anonymous, clinician_has_tried), expected, "{anonymous:?} {clinician_has_tried}");
        }
    }

    #[test]
    fn an_assessment_has_the_words_and_dates_that_its_levels_need() {
        let today = NaiveDate::from_ymd_opt(2027, 1, 11).unwrap();
        let pointers = |change: fn(&mut AssessmentContent)| -> Vec<String> {
            let mut content = complete();
            change(&mut content);
            let fields = check_assessment(&content, today).err().map(|refusal| refusal.fields).unwrap_or_default();
            fields.into_iter().map(|field| format!("{} {}", field.pointer, field.code)).collect()
        };
        assert_eq!(pointers(|_| {}), [""; 0]);
        assert_eq!(pointers(|one| one.risk_to_self.details = None), ["/risk_to_self/details required"]);
        assert_eq!(pointers(|one| one.risk_to_others.level = RiskLevel::Low), ["/risk_to_others/details required"]);
        let moderate = |one: &mut AssessmentContent| {
            one.risk_to_people_in_their_care = finding(RiskLevel::Moderate, Some("Tired on night shifts."));
        };
        assert_eq!(pointers(moderate), ["/next_review_on required"]);
        assert_eq!(
            pointers(|one| one.risk_from_others = finding(RiskLevel::High, None)),
            ["/risk_from_others/details required", "/next_review_on required"]
        );
        assert_eq!(pointers(|one| one.next_review_on = NaiveDate::from_ymd_opt(2027, 1, 11)), [""; 0]);
        assert_eq!(pointers(|one| one.next_review_on = NaiveDate::from_ymd_opt(2027, 1, 10)), ["/next_review_on in_the_past"]);
        assert_eq!(pointers(|one| one.next_review_on = NaiveDate::from_ymd_opt(2027, 5, 11)), ["/next_review_on too_late"]);
        assert_eq!(pointers(|one| one.means_details = None), ["/means_details required"]);
        assert_eq!(pointers(|one| (one.access_to_means, one.means_details) = (vec![AccessToMeans::NoneKnown], None)), [""; 0]);
        assert_eq!(pointers(|one| one.access_to_means.push(AccessToMeans::NoneKnown)), ["/access_to_means not_allowed"]);
        for how in [AssessedHow::Other, AssessedHow::NotReached] {
            let mut content = complete();
            content.assessed_how = how;
            let refusal = check_assessment(&content, today).unwrap_err();
            assert_eq!(refusal.fields[0].pointer, "/assessed_how_details", "{how:?}");
        }
        let not_reached = |one: &mut AssessmentContent| {
            (one.assessed_how, one.assessed_how_details) = (AssessedHow::NotReached, Some("Her partner is with her.".to_owned()));
        };
        assert_eq!(pointers(not_reached), ["/next_review_on required"]);
    }
}
