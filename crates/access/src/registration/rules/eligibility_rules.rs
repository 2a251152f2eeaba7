//! What an administrator may do with eligibility rules.

use chrono::NaiveDate;

use crate::registration::model::{Conditions, EligibilityRuleDecision, Rule};
use platform::refusal::{Reason, Refusal};
use reference::signposts::model::SignpostNeed;

/// A new rule starts today or later and does not end before it starts; a rule that does not cover people names signposts for
/// them; and no other rule has its priority on any of its days.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/valid_from`, `/valid_until` or `/signposts`; [`Reason::EligibilityPlaceTaken`].
pub fn check_rule(new: &Rule, all: &[Rule], today: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if new.valid_from < today {
        return refuse("/valid_from", "out_of_range", "This day is in the past. Choose today or a later day.");
    }
    if new.valid_to.is_some_and(|last| last < new.valid_from) {
        return refuse("/valid_until", "out_of_range", "The last day must not be before the first.");
    }
    if new.decision != EligibilityRuleDecision::Eligible && new.signposts.iter().all(|need| *need == SignpostNeed::Crisis) {
        return refuse("/signposts", "required", "Choose at least one need besides crisis help.");
    }
    let overlaps = |other: &&Rule| {
        other.valid_to.is_none_or(|last| last >= new.valid_from && last >= other.valid_from)
            && new.valid_to.is_none_or(|last| last >= other.valid_from)
    };
    match all.iter().filter(|other| other.order == new.order).find(overlaps) {
        Some(_) => Err(Reason::EligibilityPlaceTaken.into()),
        None => Ok(()),
    }
}

/// A rule may end today or later, unless it has ended already or no rule would apply to everyone else after it. A rule that
/// starts after its last day never applies.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/valid_until`; [`Reason::EligibilityRuleOver`], [`Reason::EligibilityRuleRequired`].
pub fn check_end(ending: &Rule, last: NaiveDate, all: &[Rule], today: NaiveDate) -> Result<(), Refusal> {
    if ending.valid_to.is_some_and(|over| over < today) {
        return Err(Reason::EligibilityRuleOver.into());
    }
    if last < today {
        let detail = "This day is in the past. Choose today or a later day.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/valid_until", "out_of_range", detail));
    }
    let applies_to_everyone = |rule: &&Rule| {
        rule.id != ending.id
            && rule.when == Conditions::default()
            && rule.valid_to.is_none()
            && last.succ_opt().is_some_and(|next| rule.valid_from <= next)
    };
    if ending.when == Conditions::default() && !all.iter().any(|rule| applies_to_everyone(&rule)) {
        return Err(Reason::EligibilityRuleRequired.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::catalogue::eligibility;
    use reference::workforce::model::Profession;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn new(order: u16, from: &str, to: Option<&str>) -> Rule {
        let mut rule = eligibility().rules[0].clone();
        "new".clone_into(&mut rule.id);
        rule.order = order;
        rule.valid_from = day(from);
        rule.valid_to = to.map(day);
        rule.when = Conditions { professions: vec![Profession::Midwife], ..Conditions::default() };
        rule
    }

    #[test]
    fn new_rule_is_not_in_the_past_has_signposts_and_its_own_priority() {
        let (all, today) = (&eligibility().rules, day("2027-01-11"));
        let problem = |rule: &Rule| match check_rule(rule, all, today) {
            Ok(()) => "fine".to_owned(),
            Err(refusal) => refusal.fields.first().map_or(refusal.reason.as_str().to_owned(), |field| field.pointer.clone()),
        };
        assert_eq!(problem(&new(29, "2027-01-11", None)), "fine");
        assert_eq!(problem(&new(29, "2027-01-10", None)), "/valid_from");
        assert_eq!(problem(&new(29, "2027-01-11", Some("2027-01-10"))), "/valid_until");
        assert_eq!(problem(&Rule { signposts: vec![SignpostNeed::Crisis], ..new(29, "2027-01-11", None) }), "/signposts");
        let covered = Rule { decision: EligibilityRuleDecision::Eligible, signposts: Vec::new(), ..new(29, "2027-01-11", None) };
        assert_eq!(problem(&covered), "fine");
        assert_eq!(problem(&new(20, "2027-01-11", None)), "eligibility_place_taken");
        assert_eq!(problem(&new(30, "2027-01-11", None)), "fine", "the special arrangement for everyone has ended");
    }

    #[test]
    fn rule_for_everyone_else_ends_only_when_another_replaces_it() {
        let (all, today) = (&eligibility().rules, day("2027-01-11"));
        let rule = |id: &str| all.iter().find(|rule| rule.id == id).unwrap();
        let code = |rule: &Rule, last, all: &[Rule]| check_end(rule, day(last), all, today).err().map(|refusal| refusal.reason);
        assert_eq!(code(rule("social_care"), "2027-01-11", all), None);
        assert_eq!(code(rule("social_care"), "2027-01-10", all), Some(Reason::InvalidBody));
        assert_eq!(code(rule("other_staff_special_arrangement"), "2027-01-11", all), Some(Reason::EligibilityRuleOver));
        assert_eq!(code(rule("everyone_else"), "2027-02-01", all), Some(Reason::EligibilityRuleRequired));
        let successor = |from| Rule { when: Conditions::default(), ..new(98, from, None) };
        let with = |from| all.iter().cloned().chain([successor(from)]).collect::<Vec<_>>();
        assert_eq!(code(rule("everyone_else"), "2027-02-01", &with("2027-02-02")), None);
        assert_eq!(code(rule("everyone_else"), "2027-02-01", &with("2027-02-03")), Some(Reason::EligibilityRuleRequired));
    }
}
