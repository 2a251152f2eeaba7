//! What an administrator may do with the rules of eligibility.

use chrono::NaiveDate;

use crate::registration::model::{Conditions, Rule};
use people::practitioners::model::EligibilityDecision;
use platform::refusal::{Reason, Refusal};
use reference::signposts::model::SignpostNeed;

/// A new rule begins today or later, and ends, if it does, not before it begins; whoever is not covered by it is pointed on; and
/// no other rule has its place on any of its days.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/valid_from`, `/valid_to` or `/signposts`; [`Reason::EligibilityPlaceTaken`].
pub fn check_rule(new: &Rule, all: &[Rule], today: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if new.valid_from < today {
        return refuse("/valid_from", "out_of_range", "What is past cannot be changed.");
    }
    if new.valid_to.is_some_and(|last| last < new.valid_from) {
        return refuse("/valid_to", "out_of_range", "It ends before it begins.");
    }
    if new.decision != EligibilityDecision::Eligible && new.signposts.iter().all(|need| *need == SignpostNeed::Crisis) {
        return refuse("/signposts", "required", "Say what people are pointed to help for.");
    }
    let meet = |other: &&Rule| {
        other.valid_to.is_none_or(|last| last >= new.valid_from && last >= other.valid_from)
            && new.valid_to.is_none_or(|last| last >= other.valid_from)
    };
    match all.iter().filter(|other| other.order == new.order).find(meet) {
        Some(_) => Err(Reason::EligibilityPlaceTaken.into()),
        None => Ok(()),
    }
}

/// A rule may end today or later, unless it is over already or nobody would decide on everybody else after it. One that has not
/// begun never does.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/valid_to`; [`Reason::EligibilityRuleOver`], [`Reason::EligibilityRuleNeeded`].
pub fn check_end(ending: &Rule, last: NaiveDate, all: &[Rule], today: NaiveDate) -> Result<(), Refusal> {
    if ending.valid_to.is_some_and(|over| over < today) {
        return Err(Reason::EligibilityRuleOver.into());
    }
    if last < today {
        let detail = "What is past cannot be changed.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/valid_to", "out_of_range", detail));
    }
    let takes_the_rest = |rule: &&Rule| {
        rule.id != ending.id
            && rule.when == Conditions::default()
            && rule.valid_to.is_none()
            && last.succ_opt().is_some_and(|next| rule.valid_from <= next)
    };
    if ending.when == Conditions::default() && !all.iter().any(|rule| takes_the_rest(&rule)) {
        return Err(Reason::EligibilityRuleNeeded.into());
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
    fn a_rule_lies_ahead_points_on_and_has_its_place_to_itself() {
        let (all, today) = (&eligibility().rules, day("2027-01-11"));
        let told = |rule: &Rule| match check_rule(rule, all, today) {
            Ok(()) => "fine".to_owned(),
            Err(refusal) => {
                refusal.fields.first().map_or(refusal.reason.code().as_str().to_owned(), |field| field.pointer.clone())
            }
        };
        assert_eq!(told(&new(29, "2027-01-11", None)), "fine");
        assert_eq!(told(&new(29, "2027-01-10", None)), "/valid_from");
        assert_eq!(told(&new(29, "2027-01-11", Some("2027-01-10"))), "/valid_to");
        assert_eq!(told(&Rule { signposts: vec![SignpostNeed::Crisis], ..new(29, "2027-01-11", None) }), "/signposts");
        let covered = Rule { decision: EligibilityDecision::Eligible, signposts: Vec::new(), ..new(29, "2027-01-11", None) };
        assert_eq!(told(&covered), "fine");
        assert_eq!(told(&new(20, "2027-01-11", None)), "eligibility_place_taken");
        assert_eq!(told(&new(30, "2027-01-11", None)), "fine", "that of the special arrangement for all has ended");
    }

    #[test]
    fn the_rule_for_everybody_else_ends_only_when_another_takes_over() {
        let (all, today) = (&eligibility().rules, day("2027-01-11"));
        let rule = |id: &str| all.iter().find(|rule| rule.id == id).unwrap();
        let code = |rule: &Rule, last, all: &[Rule]| check_end(rule, day(last), all, today).err().map(|refusal| refusal.reason);
        assert_eq!(code(rule("social_care"), "2027-01-11", all), None);
        assert_eq!(code(rule("social_care"), "2027-01-10", all), Some(Reason::InvalidBody));
        assert_eq!(code(rule("other_staff_special_arrangement"), "2027-01-11", all), Some(Reason::EligibilityRuleOver));
        assert_eq!(code(rule("everybody_else"), "2027-02-01", all), Some(Reason::EligibilityRuleNeeded));
        let heir = |from| Rule { when: Conditions::default(), ..new(98, from, None) };
        let with = |from| all.iter().cloned().chain([heir(from)]).collect::<Vec<_>>();
        assert_eq!(code(rule("everybody_else"), "2027-02-01", &with("2027-02-02")), None);
        assert_eq!(code(rule("everybody_else"), "2027-02-01", &with("2027-02-03")), Some(Reason::EligibilityRuleNeeded));
    }
}
