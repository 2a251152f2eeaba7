//! Who may join on which day, and the checks of a registration.

mod eligibility_rules;
mod intake;
mod reasons;
mod registering;

use chrono::NaiveDate;

pub use eligibility_rules::{check_end, check_rule};
pub use intake::{check_not_started, check_period};
pub use reasons::{check_other_words, check_waiting, decide_by, other_words_until, steps};
pub use registering::{
    check_consents, check_emergency_contact, check_reason_words, check_still_changeable, next_step, normalise_employer,
    normalise_place, normalise_registration,
};

use super::model::{Applicant, Conditions, DecisionWithReasons, EligibilityRuleDecision, IntakePeriod, Rule};
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, EligibilityReason};
use reference::signposts::model::SignpostNeed;

/// Decides whether a person may join on a day.
///
/// Of the rules in force that match the person, the one with the lowest order decides. A closed intake then signposts people of
/// its cohort who would otherwise be covered or could be by funding; the reason of the rule stays in the answer, after that of
/// the closed intake. Neither touches care that has begun. A reason in the person's own words is decided by staff, where a reason
/// makes a difference. There is always at least one reason, and crisis help is always included.
pub fn decide(rules: &[Rule], intake: &[IntakePeriod], person: &Applicant, on: NaiveDate) -> DecisionWithReasons {
    if person.in_care {
        let reason = built_in("already_in_care", "You are already in our care, and your care continues.");
        return decision_with_crisis_help(EligibilityDecision::Eligible, vec![reason], &[]);
    }
    let Some(rule) = deciding_rule(rules, person, on) else { return no_rule() };
    let awaits_staff = words_decide(rules, person, on);
    match closed_intake(intake, person, on) {
        Some(closure) if awaits_staff => {
            decision_with_crisis_help(EligibilityDecision::Signposted, vec![closure.reason.clone()], &closure.signposts)
        }
        Some(closure) if rule.decision != EligibilityRuleDecision::Signposted => decision_with_crisis_help(
            EligibilityDecision::Signposted,
            vec![closure.reason.clone(), rule.reason.clone()],
            &closure.signposts,
        ),
        _ if awaits_staff => {
            let text =
                "You gave a reason in your own words. A member of staff reads it and decides; until then nothing can be booked.";
            let reason = built_in("reason_awaits_decision", text);
            decision_with_crisis_help(EligibilityDecision::AwaitingDecision, vec![reason], WHILE_AWAITING)
        }
        _ => by_rule(rule),
    }
}

/// The needs for which people are shown sources of help while they wait for a decision about their reason.
const WHILE_AWAITING: &[SignpostNeed] = &[
    SignpostNeed::Crisis,
    SignpostNeed::SelfCheck,
    SignpostNeed::MedicalHelp,
    SignpostNeed::LocalServices,
    SignpostNeed::WorkSupport,
];

/// The reasons that a person can give.
const REASONS: [ConfidentialityReason; 4] = [
    ConfidentialityReason::Seniority,
    ConfidentialityReason::Team,
    ConfidentialityReason::LocalServiceIsEmployer,
    ConfidentialityReason::Other,
];

/// Whether staff decide about a person's own words: when the person would be covered with a reason that counts, and not without any.
fn words_decide(rules: &[Rule], person: &Applicant, on: NaiveDate) -> bool {
    person.reason == ConfidentialityReason::Other
        && covering_rule(rules, person, on).is_some()
        && !deciding_rule(rules, &with_reason(person, ConfidentialityReason::None), on).is_some_and(covers)
}

/// The decision about a person whose own words were accepted: that of a reason that counts, by the rules in force on the day.
pub fn decide_accepted(rules: &[Rule], person: &Applicant, on: NaiveDate) -> DecisionWithReasons {
    let accepted = built_in("reason_accepted", "We have accepted the reason that you gave, so we may see you.");
    let signposts = covering_rule(rules, person, on).map_or(&[][..], |rule| rule.signposts.as_slice());
    decision_with_crisis_help(EligibilityDecision::Eligible, vec![accepted], signposts)
}

/// The decision about a person whose own words were declined: that of the rule for such a reason, or of none where the rule would
/// cover everyone who writes something.
pub fn decide_declined(rules: &[Rule], person: &Applicant, on: NaiveDate) -> DecisionWithReasons {
    let own = deciding_rule(rules, person, on).filter(|rule| !covers(rule));
    let without = with_reason(person, ConfidentialityReason::None);
    own.or_else(|| deciding_rule(rules, &without, on)).map_or_else(no_rule, by_rule)
}

/// The first rule by which a person would be covered with some reason.
fn covering_rule<'a>(rules: &'a [Rule], person: &Applicant, on: NaiveDate) -> Option<&'a Rule> {
    REASONS.iter().find_map(|reason| deciding_rule(rules, &with_reason(person, *reason), on).filter(|rule| covers(rule)))
}

fn covers(rule: &Rule) -> bool {
    rule.decision == EligibilityRuleDecision::Eligible
}

fn with_reason(person: &Applicant, reason: ConfidentialityReason) -> Applicant {
    Applicant { reason, ..*person }
}

fn by_rule(rule: &Rule) -> DecisionWithReasons {
    decision_with_crisis_help(rule.decision.into(), vec![rule.reason.clone()], &rule.signposts)
}

fn no_rule() -> DecisionWithReasons {
    let reason = built_in("no_rule_in_force", "No arrangement covers you on this day.");
    let needs = [SignpostNeed::MedicalHelp, SignpostNeed::LocalServices];
    decision_with_crisis_help(EligibilityDecision::Signposted, vec![reason], &needs)
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
