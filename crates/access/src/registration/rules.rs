//! Who may join on which day, and what somebody tells of themselves.

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
/// Of the rules in force that fit the person, the one with the lowest order decides. A closed intake then turns people
/// of its cohort away who would otherwise be covered or could be by funding; the rule's own reason stays in the answer
/// after that of the closure. Care under way is never touched by either. There is always at least one reason, and always
/// a way to crisis help.
pub fn decide(rules: &[Rule], intake: &[IntakeSwitch], person: &Applicant, on: NaiveDate) -> DecisionWithReasons {
    if person.in_care {
        let reason = built_in("already_in_care", "You are in our care already, and your care goes on.");
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

/// The rule that decides on this person on this day, before any closed intake.
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

/// The switch that keeps this person's cohort closed on this day, if it is closed. A cohort whose switch was never
/// turned is open.
pub fn closed_intake<'a>(intake: &'a [IntakeSwitch], person: &Applicant, on: NaiveDate) -> Option<&'a IntakeSwitch> {
    let of_cohort = intake.iter().filter(|switch| switch.cohort == person.cohort() && switch.from <= on);
    of_cohort.max_by_key(|switch| switch.from).filter(|switch| !switch.open)
}

#[cfg(test)]
mod tests;
