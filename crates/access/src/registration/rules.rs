//! Who may join on which day, and the checks of a registration.

mod eligibility_rules;
mod intake;
mod registering;

use chrono::NaiveDate;

pub use eligibility_rules::{check_end, check_rule};
pub use intake::{check_not_started, check_period};
pub use registering::{
    check_consents, check_emergency_contact, check_still_changeable, next_step, normalise_employer, normalise_place,
    normalise_registration,
};

use super::model::{Applicant, Conditions, DecisionWithReasons, IntakePeriod, Rule};
use people::practitioners::model::{EligibilityDecision, EligibilityReason};
use reference::signposts::model::SignpostNeed;

/// Decides whether a person may join on a day.
///
/// Of the rules in force that match the person, the one with the lowest order decides. A closed intake then signposts people of
/// its cohort who would otherwise be covered or could be by funding; the reason of the rule stays in the answer, after that of
/// the closed intake. Neither touches care that has begun. There is always at least one reason, and crisis help is always
/// included.
pub fn decide(rules: &[Rule], intake: &[IntakePeriod], person: &Applicant, on: NaiveDate) -> DecisionWithReasons {
    if person.in_care {
        let reason = built_in("already_in_care", "You are already in our care, and your care continues.");
        return decision_with_crisis_help(EligibilityDecision::Eligible, vec![reason], &[]);
    }
    let Some(rule) = deciding_rule(rules, person, on) else {
        let reason = built_in("no_rule_in_force", "No arrangement covers you on this day.");
        return decision_with_crisis_help(
            EligibilityDecision::Signposted,
            vec![reason],
            &[SignpostNeed::MedicalHelp, SignpostNeed::LocalServices],
        );
    };
    match closed_intake(intake, person, on) {
        Some(closure) if rule.decision != EligibilityDecision::Signposted => decision_with_crisis_help(
            EligibilityDecision::Signposted,
            vec![closure.reason.clone(), rule.reason.clone()],
            &closure.signposts,
        ),
        _ => decision_with_crisis_help(rule.decision, vec![rule.reason.clone()], &rule.signposts),
    }
}

fn built_in(code: &str, text: &str) -> EligibilityReason {
    EligibilityReason { code: code.to_owned(), text: text.to_owned() }
}

fn decision_with_crisis_help(
    decision: EligibilityDecision,
    reasons: Vec<EligibilityReason>,
    needs: &[SignpostNeed],
) -> DecisionWithReasons {
    let mut signposts = needs.to_vec();
    if !signposts.contains(&SignpostNeed::Crisis) {
        signposts.push(SignpostNeed::Crisis);
    }
    DecisionWithReasons { decision, reasons, signposts }
}

/// The rule that decides about this person on this day, before any closed intake.
pub fn deciding_rule<'a>(rules: &'a [Rule], person: &Applicant, on: NaiveDate) -> Option<&'a Rule> {
    let in_force = |rule: &&Rule| on >= rule.valid_from && rule.valid_to.is_none_or(|last| on <= last);
    rules.iter().filter(in_force).filter(|rule| fits(&rule.when, person)).min_by_key(|rule| rule.order)
}

fn fits(when: &Conditions, person: &Applicant) -> bool {
    empty_or_contains(&when.professions, person.profession)
        && empty_or_contains(&when.settings, person.setting)
        && empty_or_contains(&when.nations, person.nation)
        && empty_or_contains(&when.reasons, person.reason)
}

fn empty_or_contains<T: PartialEq>(allowed: &[T], value: T) -> bool {
    allowed.is_empty() || allowed.contains(&value)
}

/// The period that keeps the intake of this person's cohort closed on this day, if it is closed. A cohort without a period is
/// open.
pub fn closed_intake<'a>(intake: &'a [IntakePeriod], person: &Applicant, on: NaiveDate) -> Option<&'a IntakePeriod> {
    let of_cohort = intake.iter().filter(|period| period.cohort == person.cohort() && period.from <= on);
    of_cohort.max_by_key(|period| period.from).filter(|period| !period.open)
}

#[cfg(test)]
mod tests;
