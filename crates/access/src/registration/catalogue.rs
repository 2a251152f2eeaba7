//! The rules of eligibility and the intake switches that travel inside the program, read and checked once.

use serde::Deserialize;

use super::model::{Conditions, EligibilityRules, IntakeSwitch, Rule};
use reference::embedded;
use reference::embedded::{first_repeated, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntakeFile {
    switches: Vec<IntakeSwitch>,
}

embedded! {
    /// The rules of eligibility inside the program.
    pub fn eligibility() -> EligibilityRules = eligibility_from("data/eligibility.json", "data/intake.json");
}

/// Reads and checks rules and intake switches.
///
/// # Errors
/// A text cannot be read; two rules share an id or an order; a rule ends before it begins, gives no reason or points
/// nowhere; no rule takes everybody else; a cohort's switch is turned twice on one day, or closed without pointing on.
fn eligibility_from(rules: &str, intake: &str) -> Result<EligibilityRules, String> {
    let mut rules = parse::<RulesFile>(rules)?.rules;
    let intake = parse::<IntakeFile>(intake)?.switches;
    check_rules(&rules)?;
    check_intake(&intake)?;
    rules.sort_by_key(|rule| rule.order);
    Ok(EligibilityRules { rules, intake })
}

fn check_rules(rules: &[Rule]) -> Result<(), String> {
    if let Some(id) = first_repeated(rules.iter().map(|rule| rule.id.as_str())) {
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
            return Err(format!("rule {} gives no reason or points nowhere", rule.id));
        }
    }
    let takes_the_rest = |rule: &&Rule| rule.when == Conditions::default() && rule.valid_to.is_none();
    let last = rules.iter().max_by_key(|rule| rule.order).filter(takes_the_rest);
    last.map_or_else(|| Err("the last rule must take everybody else".to_owned()), |_| Ok(()))
}

fn check_intake(switches: &[IntakeSwitch]) -> Result<(), String> {
    for (index, switch) in switches.iter().enumerate() {
        let name = switch.cohort.as_str();
        if switches[..index].iter().any(|earlier| earlier.cohort == switch.cohort && earlier.from == switch.from) {
            return Err(format!("the switch of {name} is turned twice on {}", switch.from));
        }
        if switch.reason.text.trim().is_empty() || (!switch.open && switch.signposts.is_empty()) {
            return Err(format!("the switch of {name} on {} gives no reason or points nowhere", switch.from));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::refuses;

    #[test]
    fn a_contradiction_in_a_file_is_refused() {
        let (rules, intake) = (include_str!("data/eligibility.json"), include_str!("data/intake.json"));
        let cases = [
            ("\"order\": 21", "\"order\": 20", "shares its order"),
            ("\"social_care_workers\"", "\"social_care\"", "appears twice"),
            ("\"2023-03-31\"", "\"2018-03-31\"", "ends before"),
            ("\"order\": 99", "\"order\": 1", "everybody else"),
            ("\"doctor\"", "\"doktor\"", "unknown variant"),
            ("\"settings\"", "\"places\"", "unknown field"),
        ];
        refuses(rules, |rules| eligibility_from(rules, intake), &cases);
        let twice = eligibility_from(rules, &intake.replace("2024-04-16", "2024-04-15")).unwrap_err();
        assert!(twice.contains("turned twice"), "{twice}");
    }
}
