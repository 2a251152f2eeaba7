//! What counts as unusual.

use super::model::{FlagKind, FlagOutcome, FlagThresholds};
use crate::Role;
use platform::refusal::{Reason, Refusal};

/// What an account did on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayCounts {
    /// How many practitioners' records it used.
    pub practitioners: i32,
    /// How many practitioners it saw in lists.
    pub listed: i32,
    /// How often it used one at night.
    pub night_uses: i32,
    /// How many of the practitioners it must not meet.
    pub conflicts: i32,
    /// How often it was refused.
    pub refusals: i32,
    /// How many practitioners it looked up as callers.
    pub phone_lookups: i32,
}

/// The flags of a day, with their counts. Practitioners use their own records, and are never flagged; the contact line works at
/// night.
pub fn flags(role: Role, counts: DayCounts, thresholds: FlagThresholds) -> Vec<(FlagKind, i32)> {
    if role == Role::Practitioner {
        return Vec::new();
    }
    let most = if role == Role::Clinician { thresholds.clinician_practitioners } else { thresholds.staff_practitioners };
    let night_is_unusual = role != Role::CallHandler;
    let opened = if counts.practitioners >= most { counts.practitioners } else { 0 };
    let listed = if counts.listed >= thresholds.listed { counts.listed } else { 0 };
    let many = opened.max(listed);
    [
        (FlagKind::ManyPractitioners, many, many > 0),
        (FlagKind::Night, counts.night_uses, night_is_unusual && counts.night_uses > 0),
        (FlagKind::Colleague, counts.conflicts, counts.conflicts > 0),
        (FlagKind::ManyRefusals, counts.refusals, counts.refusals >= thresholds.refusals),
        (FlagKind::PhoneLookups, counts.phone_lookups, counts.phone_lookups >= thresholds.phone_lookups),
    ]
    .into_iter()
    .filter(|(_, count, is_unusual)| *is_unusual && *count > 0)
    .map(|(kind, count, _)| (kind, count))
    .collect()
}

/// Whether so many alerts from contacts of one's own are unusual in a day; `threshold` is the number of the settings.
pub fn contact_alerts_are_unusual(alerts: i32, threshold: u32) -> bool {
    alerts > 0 && u32::try_from(alerts).is_ok_and(|alerts| alerts >= threshold)
}

/// Checks that the outcome answers the question of the flag: what someone did, or whether records are of one person.
///
/// # Errors
/// 422 `invalid_body` at `/outcome`.
pub fn check_outcome(kind: FlagKind, outcome: FlagOutcome) -> Result<(), Refusal> {
    let is_of_people = matches!(outcome, FlagOutcome::OnePerson | FlagOutcome::DifferentPeople);
    if (kind == FlagKind::PossibleDuplicate) == is_of_people {
        return Ok(());
    }
    let detail = if is_of_people {
        "This flag is about the use of records: choose explained, mistake or improper."
    } else {
        "This flag is about two records: choose one_person or different_people."
    };
    Err(Refusal::new(Reason::InvalidBody, detail).field("/outcome", "not_allowed", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcome_answers_the_question_of_the_flag() {
        for kind in FlagKind::ALL.iter().copied() {
            for outcome in FlagOutcome::ALL.iter().copied() {
                let of_people = matches!(outcome, FlagOutcome::OnePerson | FlagOutcome::DifferentPeople);
                let expected = of_people == (kind == FlagKind::PossibleDuplicate);
                assert_eq!(check_outcome(kind, outcome).is_ok(), expected, "{kind:?} {outcome:?}");
            }
        }
    }

    const THRESHOLDS: FlagThresholds =
        FlagThresholds { clinician_practitioners: 50, staff_practitioners: 150, listed: 200, refusals: 10, phone_lookups: 30 };

    fn kinds(role: Role, counts: DayCounts) -> Vec<FlagKind> {
        flags(role, counts, THRESHOLDS).into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn a_day_is_flagged_from_its_threshold_on() {
        let read = |practitioners| DayCounts { practitioners, ..DayCounts::default() };
        assert_eq!(kinds(Role::Clinician, read(49)), []);
        assert_eq!(kinds(Role::Clinician, read(50)), [FlagKind::ManyPractitioners]);
        assert_eq!(kinds(Role::Coordinator, read(149)), []);
        assert_eq!(kinds(Role::Coordinator, read(150)), [FlagKind::ManyPractitioners]);
        let refused = |refusals| DayCounts { refusals, ..DayCounts::default() };
        assert_eq!(kinds(Role::Clinician, refused(9)), []);
        assert_eq!(kinds(Role::Clinician, refused(10)), [FlagKind::ManyRefusals]);
        let looked_up = |phone_lookups| DayCounts { phone_lookups, ..DayCounts::default() };
        assert_eq!(kinds(Role::Coordinator, looked_up(29)), []);
        assert_eq!(kinds(Role::Coordinator, looked_up(30)), [FlagKind::PhoneLookups]);
    }

    #[test]
    fn alerts_from_contacts_of_ones_own_are_unusual_from_the_threshold_on() {
        for (alerts, threshold, unusual) in [(0, 1, false), (1, 1, true), (2, 3, false), (3, 3, true), (4, 3, true)] {
            assert_eq!(contact_alerts_are_unusual(alerts, threshold), unusual, "{alerts} of {threshold}");
        }
    }

    #[test]
    fn lists_have_a_limit_of_their_own() {
        let seen = |practitioners, listed| DayCounts { practitioners, listed, ..DayCounts::default() };
        assert_eq!(flags(Role::Coordinator, seen(149, 199), THRESHOLDS), []);
        assert_eq!(flags(Role::Coordinator, seen(149, 200), THRESHOLDS), [(FlagKind::ManyPractitioners, 200)]);
        assert_eq!(flags(Role::Clinician, seen(50, 199), THRESHOLDS), [(FlagKind::ManyPractitioners, 50)]);
        assert_eq!(flags(Role::Clinician, seen(60, 210), THRESHOLDS), [(FlagKind::ManyPractitioners, 210)]);
    }

    #[test]
    fn work_at_night_is_usual_only_on_the_contact_line() {
        let night = DayCounts { night_uses: 1, ..DayCounts::default() };
        assert_eq!(kinds(Role::Clinician, night), [FlagKind::Night]);
        assert_eq!(kinds(Role::CallHandler, night), []);
        assert_eq!(kinds(Role::Practitioner, night), []);
    }

    #[test]
    fn one_record_of_a_colleague_is_enough() {
        let one = DayCounts { conflicts: 1, practitioners: 1, ..DayCounts::default() };
        assert_eq!(flags(Role::Clinician, one, THRESHOLDS), [(FlagKind::Colleague, 1)]);
    }
}
