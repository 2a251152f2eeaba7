//! The eligibility rules and the intake periods embedded in the program, read and checked once.

use serde::Deserialize;

use super::model::{Conditions, EligibilityRules, IntakePeriod, Rule};
use reference::embedded;
use reference::embedded::{first_duplicate, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntakeFile {
    periods: Vec<IntakePeriod>,
}

embedded! {
    /// The eligibility rules embedded in the program.
    pub fn eligibility() -> EligibilityRules = eligibility_from("data/eligibility.json", "data/intake.json");
}

/// Reads and checks eligibility rules and intake periods.
///
/// # Errors
/// A text cannot be read; two rules share an id or an order; a rule ends before it begins, gives no reason or has no signposts;
/// no last rule applies to everyone else; a cohort has two intake periods from one day, or a closed one without signposts.
fn eligibility_from(rules: &str, intake: &str) -> Result<EligibilityRules, String> {
    let mut rules = parse::<RulesFile>(rules)?.rules;
    let intake = parse::<IntakeFile>(intake)?.periods;
    check_rules(&rules)?;
    check_intake(&intake)?;
    rules.sort_by_key(|rule| rule.order);
    Ok(EligibilityRules { rules, intake })
}

fn check_rules(rules: &[Rule]) -> Result<(), String> {
    if let Some(id) = first_duplicate(rules.iter().map(|rule| rule.id.as_str())) {
        return Err(format!("rule {id} appears twice"));
    }
    for (index, rule) in rules.iter().enumerate() {
        if rules[..index].iter().any(|earlier| earlier.order == rule.order) {
            return Err(format!("rule {} shares its order", rule.id));
        }
        if rule.valid_to.is_some_and(|last| last < rule.valid_from) {
            return Err(format!("rule {} ends before it begins", rule.id));
        }
        if rule.reason.code.is_empty() || rule.reason.text.trim().is_empty() || rule.signposts.is_empty() {
            return Err(format!("rule {} gives no reason or has no signposts", rule.id));
        }
    }
    let applies_to_everyone = |rule: &&Rule| rule.when == Conditions::default() && rule.valid_to.is_none();
    let last = rules.iter().max_by_key(|rule| rule.order).filter(applies_to_everyone);
    last.map_or_else(|| Err("the last rule must apply to everyone else".to_owned()), |_| Ok(()))
}

fn check_intake(periods: &[IntakePeriod]) -> Result<(), String> {
    for (index, period) in periods.iter().enumerate() {
        let name = period.cohort.as_str();
        if periods[..index].iter().any(|earlier| earlier.cohort == period.cohort && earlier.from == period.from) {
            return Err(format!("{name} has two intake periods from {}", period.from));
        }
        if period.reason.text.trim().is_empty() || (!period.open && period.signposts.is_empty()) {
            return Err(format!("the intake period of {name} from {} gives no reason or has no signposts", period.from));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn contradictory_rules_and_intake_periods_are_refused() {
        let (rules, intake) = (include_str!("data/eligibility.json"), include_str!("data/intake.json"));
        let cases = [
            ("\"order\": 21", "\"order\": 20", "shares its order"),
            ("\"social_care_workers\"", "\"social_care\"", "appears twice"),
            ("\"2023-03-31\"", "\"2018-03-31\"", "ends before"),
            ("\"order\": 99", "\"order\": 1", "everyone else"),
            ("\"doctor\"", "\"doktor\"", "unknown variant"),
            ("\"settings\"", "\"places\"", "unknown field"),
        ];
        assert_refused(rules, |rules| eligibility_from(rules, intake), &cases);
        let twice = eligibility_from(rules, &intake.replace("2024-04-16", "2024-04-15")).unwrap_err();
        assert!(twice.contains("two intake periods"), "{twice}");
    }
}
