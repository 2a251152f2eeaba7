//! Who may join on which day, and the checks of a registration.

mod eligibility_rules;
mod intake;
mod registering;

use chrono::NaiveDate;

pub use eligibility_rules::{check_end, check_rule};
pub use intake::{check_turn, check_turn_ahead};
pub use registering::{
    check_consents, check_emergency_contact, check_unsettled, next_step, settle_employer, settle_place, settle_registration,
};

use super::model::{Applicant, Conditions, DecisionWithReasons, IntakeSwitch, Rule};
use people::practitioners::model::{EligibilityDecision, EligibilityReason};
use reference::signposts::model::SignpostNeed;

/// Decides whether a person may join on a day.
///
/// Of the rules in force that match the person, the one with the lowest order decides. A closed intake then signposts people of
/// its cohort who would otherwise be covered or could be by funding; the reason of the rule stays in the answer, after that of
/// the closed intake. Neither touches care that has begun. There is always at least one reason, and crisis help is always
/// included.
pub fn decide(rules: &[Rule], intake: &[IntakeSwitch], person: &Applicant, on: NaiveDate) -> DecisionWithReasons {
    if person.in_care {
        let reason = built_in("already_in_care", "You are already in our care, and your care continues.");
        return verdict(EligibilityDecision::Eligible, vec![reason], &[]);
    }
    let Some(rule) = deciding_rule(rules, person, on) else {
        let reason = built_in("no_rule_in_force", "No arrangement covers you on this day.");
        return verdict(EligibilityDecision::Signposted, vec![reason], &[SignpostNeed::MedicalHelp, SignpostNeed::LocalServices]);
    };
    match closed_intake(intake, person, on) {
        Some(closure) if rule.decision != EligibilityDecision::Signposted => {
            verdict(EligibilityDecision::Signposted, vec![closure.reason.clone(), rule.reason.clone()], &closure.signposts)
        }
        _ => verdict(rule.decision, vec![rule.reason.clone()], &rule.signposts),
    }
}

fn built_in(code: &str, text: &str) -> EligibilityReason {
    EligibilityReason { code: code.to_owned(), text: text.to_owned() }
}

fn verdict(decision: EligibilityDecision, reasons: Vec<EligibilityReason>, needs: &[SignpostNeed]) -> DecisionWithReasons {
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
    any_or(&when.professions, person.profession)
        && any_or(&when.settings, person.setting)
        && any_or(&when.nations, person.nation)
        && any_or(&when.reasons, person.reason)
}

fn any_or<T: PartialEq>(allowed: &[T], value: T) -> bool {
    allowed.is_empty() || allowed.contains(&value)
}

/// The period that keeps the intake of this person's cohort closed on this day, if it is closed. A cohort without a period is
/// open.
pub fn closed_intake<'a>(intake: &'a [IntakeSwitch], person: &Applicant, on: NaiveDate) -> Option<&'a IntakeSwitch> {
    let of_cohort = intake.iter().filter(|period| period.cohort == person.cohort() && period.from <= on);
    of_cohort.max_by_key(|period| period.from).filter(|period| !period.open)
}

#[cfg(test)]
mod tests;
