//! The rules of eligibility, the intake switches and the boards that travel inside the program, read and checked once.

use std::sync::LazyLock;

use serde::Deserialize;

use super::model::{Conditions, EligibilityRules, Icb, IntakeSwitch, Rule};
use crate::access::embedded::{BrokenData, first_repeated, parse};

const RULES: &str = "eligibility.json";
const INTAKE: &str = "intake.json";
const ICBS: &str = "icbs.json";

static ELIGIBILITY: LazyLock<Result<EligibilityRules, BrokenData>> =
    LazyLock::new(|| eligibility_from(include_str!("data/eligibility.json"), include_str!("data/intake.json")));
static BOARDS: LazyLock<Result<Vec<Icb>, BrokenData>> = LazyLock::new(|| icbs_from(include_str!("data/icbs.json")));

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IcbsFile {
    icbs: Vec<Icb>,
}

/// The rules of eligibility inside the program. Ask once at the start, so that a broken file stops it there.
///
/// # Errors
/// A file cannot be read or contradicts itself.
pub fn eligibility() -> Result<&'static EligibilityRules, &'static BrokenData> {
    ELIGIBILITY.as_ref()
}

/// Every integrated care board inside the program, dissolved ones included.
///
/// # Errors
/// The file cannot be read or contradicts itself.
pub fn icbs() -> Result<&'static [Icb], &'static BrokenData> {
    BOARDS.as_deref()
}

/// Reads and checks rules and intake switches.
///
/// # Errors
/// A text cannot be read; two rules share an id or an order; a rule ends before it begins, gives no reason or points
/// nowhere; no rule takes everybody else; a cohort's switch is turned twice on one day, or closed without pointing on.
pub fn eligibility_from(rules: &str, intake: &str) -> Result<EligibilityRules, BrokenData> {
    let mut rules = parse::<RulesFile>(RULES, rules)?.rules;
    let intake = parse::<IntakeFile>(INTAKE, intake)?.switches;
    check_rules(&rules).map_err(|problem| BrokenData::new(RULES, problem))?;
    check_intake(&intake).map_err(|problem| BrokenData::new(INTAKE, problem))?;
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

/// Reads and checks the boards.
///
/// # Errors
/// The text cannot be read, a code appears twice, or a dissolved board has no successor that exists the day after.
pub fn icbs_from(text: &str) -> Result<Vec<Icb>, BrokenData> {
    let all = parse::<IcbsFile>(ICBS, text)?.icbs;
    if let Some(code) = first_repeated(all.iter().map(|icb| icb.code.as_str())) {
        return Err(BrokenData::new(ICBS, format!("{code} appears twice")));
    }
    match all.iter().find(|icb| !succession_is_whole(&all, icb)) {
        Some(icb) => Err(BrokenData::new(ICBS, format!("{} has no successors that fit", icb.code))),
        None => Ok(all),
    }
}

fn succession_is_whole(all: &[Icb], icb: &Icb) -> bool {
    let Some(next_day) = icb.valid_to.and_then(|last| last.succ_opt()) else { return icb.successors.is_empty() };
    let exists = |code: &String| all.iter().any(|other| other.code == *code && other.in_force(next_day));
    !icb.successors.is_empty() && icb.successors.iter().all(exists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::registration::model::Region;

    #[test]
    fn there_were_42_boards_and_there_are_36() {
        let all = icbs().unwrap();
        let count = |day: &str| all.iter().filter(|icb| icb.in_force(day.parse().unwrap())).count();
        assert_eq!([count("2022-06-30"), count("2022-07-01"), count("2026-03-31")], [0, 42, 42]);
        assert_eq!([count("2026-04-01"), count("2026-11-22")], [36, 36]);
        assert!(Region::ALL.iter().all(|region| all.iter().any(|icb| icb.region == *region && icb.valid_to.is_none())));
    }

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
        for (from, to, expected) in cases {
            assert!(rules.contains(from), "the case replaces nothing: {from}");
            let error = eligibility_from(&rules.replacen(from, to, 1), intake).unwrap_err();
            assert!(error.problem.contains(expected), "{from} -> {to}: {error}");
        }
        let twice = eligibility_from(rules, &intake.replace("2024-04-16", "2024-04-15")).unwrap_err();
        assert!(twice.problem.contains("turned twice"), "{twice}");
    }

    #[test]
    fn a_dissolved_board_needs_a_successor_that_exists() {
        let good = include_str!("data/icbs.json");
        let orphan = icbs_from(&good.replace("\"D7T5G\", \"name\"", "\"XXXXX\", \"name\"")).unwrap_err();
        assert!(orphan.problem.contains("no successors"), "{orphan}");
        assert!(icbs_from(&good.replacen("QWE", "QKK", 1)).unwrap_err().problem.contains("appears twice"));
    }
}
