//! Scores a set of answers, and assesses the change between two totals.

use std::borrow::Cow;

use super::model::{Definition, Item, Recovery, ReliableChange, Score, ScoreChange};
use platform::refusal::{Reason, Refusal};

/// Scores a complete set of answers, each an item id and the points chosen, in any order. An item that does not count, such as the
/// one about difficulty that follows the PHQ-9 and the GAD-7, may be left out.
///
/// Incomplete sets are refused and not completed, because the questionnaires do not agree on how to do that. An item that shows
/// risk (for the PHQ-9 its ninth, at any answer above "not at all") is reported apart from the total, because a person must
/// review it whatever the total is.
///
/// # Errors
/// [`Reason::InvalidBody`] naming every wrong answer: `/answers/{i}/item` (`unknown_item`, `duplicate`),
/// `/answers/{i}/value` (`out_of_range`), and `/answers` (`required`) once for each item without an answer.
pub fn score<S: AsRef<str>>(definition: &Definition, answers: &[(S, i64)]) -> Result<Score, Refusal> {
    let mut refusal = Refusal::new(Reason::InvalidBody, "Some answers are missing or not valid. Correct them and send again.");
    let mut chosen: Vec<Option<u8>> = vec![None; definition.items.len()];
    let mut seen = vec![false; definition.items.len()];
    for (index, (id, value)) in answers.iter().enumerate() {
        let Some(position) = definition.items.iter().position(|item| item.id == id.as_ref()) else {
            refusal = refusal.field(item_pointer(index), "unknown_item", "This questionnaire has no such question.");
            continue;
        };
        if std::mem::replace(&mut seen[position], true) {
            refusal = refusal.field(item_pointer(index), "duplicate", "This question is answered more than once.");
            continue;
        }
        chosen[position] = points(definition, &definition.items[position], *value);
        if chosen[position].is_none() {
            let detail = allowed(definition, &definition.items[position]);
            refusal = refusal.field(format!("/answers/{index}/value"), "out_of_range", detail);
        }
    }
    for (item, _) in definition.items.iter().zip(&seen).filter(|(item, seen)| !**seen && !item.unscored) {
        refusal = refusal.field("/answers", "required", format!("Question {} has no answer.", item.id));
    }
    if refusal.fields.is_empty() { total(definition, &chosen) } else { Err(refusal) }
}

fn item_pointer(index: usize) -> String {
    format!("/answers/{index}/item")
}

fn points(definition: &Definition, item: &Item, value: i64) -> Option<u8> {
    definition.choices(item).iter().map(|choice| choice.value).find(|points| i64::from(*points) == value)
}

fn allowed(definition: &Definition, item: &Item) -> Cow<'static, str> {
    let values: Vec<_> = definition.choices(item).iter().map(|choice| choice.value.to_string()).collect();
    format!("Choose one of {}.", values.join(", ")).into()
}

fn total(definition: &Definition, chosen: &[Option<u8>]) -> Result<Score, Refusal> {
    let counted = definition.items.iter().zip(chosen).filter(|(item, _)| !item.unscored);
    let total = counted.filter_map(|(_, points)| points.map(u16::from)).sum();
    let band = definition.band(total).ok_or_else(|| Refusal::from(Reason::Internal))?;
    let risk_items: Vec<String> = definition
        .items
        .iter()
        .zip(chosen)
        .filter(|(item, points)| item.risk_from.is_some_and(|from| points.is_some_and(|points| points >= from)))
        .map(|(item, _)| item.id.clone())
        .collect();
    let clusters_met = clusters_met(definition, chosen);
    let (caseness, risk) = (is_case(definition, total), !risk_items.is_empty());
    Ok(Score { total, band: band.code.clone(), caseness, risk, risk_items, clusters_met })
}

/// Whether enough items of every cluster are present. For the PCL-5, an item is present from "moderately" (2) upwards, and at
/// least one of cluster B, one of C, two of D and two of E must be present (<https://mhscales.com/pcl5>).
fn clusters_met(definition: &Definition, chosen: &[Option<u8>]) -> Option<bool> {
    let clusters = definition.clusters.as_ref()?;
    let present = |id: &&String| {
        let index = definition.items.iter().position(|item| item.id == **id);
        index.and_then(|index| chosen.get(index).copied().flatten()).is_some_and(|points| points >= clusters.present_from)
    };
    Some(clusters.groups.iter().all(|group| group.items.iter().filter(present).count() >= group.at_least))
}

/// Scores a total that a clinician enters, for a questionnaire whose questions may not be shown. `risk` is true when the item
/// that shows risk was answered above its lowest value. Where there is such an item it must be given: left out, it would count as no
/// risk.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/questionnaire` for a questionnaire that is answered here, at `/total` for an impossible
/// total, at `/risk` where an item shows risk and it is missing, or none does and it is true.
pub fn score_entered_total(definition: &Definition, total: u16, risk: Option<bool>) -> Result<Score, Refusal> {
    let wrong = |pointer: &str, code, detail: Cow<'static, str>| {
        Err(Refusal::new(Reason::InvalidBody, detail.clone()).field(pointer, code, detail))
    };
    let Some(range) = &definition.entered else {
        return wrong(
            "/questionnaire",
            "not_allowed",
            "Answer the questions of this questionnaire. Its total cannot be entered.".into(),
        );
    };
    if total < range.min || total > range.max || !(total - range.min).is_multiple_of(range.step) {
        let detail = format!("Enter a total from {} to {}, in steps of {}.", range.min, range.max, range.step);
        return wrong("/total", "out_of_range", detail.into());
    }
    let risk = match (risk, &range.risk_item) {
        (None, Some(_)) => {
            let detail = "State whether the question about risk was answered with more than the lowest value.";
            return wrong("/risk", "required", detail.into());
        }
        (Some(true), None) => {
            return wrong("/risk", "not_allowed", "No question of this questionnaire is about risk. Leave this out.".into());
        }
        (given, _) => given.unwrap_or_default(),
    };
    let band = definition.band(total).ok_or_else(|| Refusal::from(Reason::Internal))?;
    let risk_items: Vec<String> = range.risk_item.iter().filter(|_| risk).cloned().collect();
    let caseness = is_case(definition, total);
    Ok(Score { total, band: band.code.clone(), caseness, risk, risk_items, clusters_met: None })
}

/// Whether a total reaches the threshold for a case: 10 on the PHQ-9 and 8 on the GAD-7 in NHS Talking Therapies
/// (<https://mpft.nhs.uk/services/talking-therapies>), 31 on the PCL-5, the lower end of its cut-off
/// (<https://mhscales.com/pcl5>), 11 on the CORE-10, and 50 or less on the WHO-5, where a higher total is better
/// (<https://www.psytoolkit.org/survey-library/who5.html>). False for a questionnaire without a threshold.
pub fn is_case(definition: &Definition, total: u16) -> bool {
    definition.caseness_from.is_some_and(|from| total >= from) || definition.caseness_to.is_some_and(|to| total <= to)
}

/// Assesses the change of one measure between a first and a last total.
///
/// Reliable improvement is a fall of at least 6 points on the PHQ-9 and 4 on the GAD-7, as NHS Talking Therapies counts it
/// (<http://www.cbtwatch.com/tag/no-justification-for-nhs-talking-theapies/>, which cites its manual), 10 on the PCL-5 and 6 on
/// the CORE-10; a rise by as much is counted as reliable deterioration. Where a higher total is better (WEMWBS, 3 points), it is
/// the other way round.
pub fn change(definition: &Definition, first: u16, last: u16) -> ScoreChange {
    let difference = i32::from(last) - i32::from(first);
    let worse = if definition.more_is_better { -difference } else { difference };
    let reliable = match definition.reliable_change.map(i32::from) {
        None => ReliableChange::Undefined,
        Some(amount) if worse <= -amount => ReliableChange::Improvement,
        Some(amount) if worse >= amount => ReliableChange::Deterioration,
        Some(_) => ReliableChange::None,
    };
    ScoreChange { difference, reliable, recovered: is_case(definition, first) && !is_case(definition, last) }
}

/// Assesses several measures together, each with its first and last total: a person who is a case on at least one at the start
/// and on none at the end has recovered
/// (<https://fingertips.phe.org.uk/profile/common-mental-disorders/supporting-information/Glossary>).
pub fn recovery(measures: &[(&Definition, u16, u16)]) -> Recovery {
    let changes: Vec<_> = measures.iter().map(|(definition, first, last)| change(definition, *first, *last)).collect();
    let any = |kind: ReliableChange| changes.iter().any(|change| change.reliable == kind);
    let case_at_start = measures.iter().any(|(definition, first, _)| is_case(definition, *first));
    let case_at_end = measures.iter().any(|(definition, _, last)| is_case(definition, *last));
    let recovered = case_at_start && !case_at_end;
    let reliably_deteriorated = any(ReliableChange::Deterioration);
    let reliably_improved = any(ReliableChange::Improvement) && !reliably_deteriorated;
    let reliably_recovered = recovered && reliably_improved;
    Recovery { case_at_start, recovered, reliably_improved, reliably_deteriorated, reliably_recovered }
}

/// Whether a text has the format of a LOINC code (`44249-1`) and a valid check digit: counted from the right, every other digit
/// is doubled and all digits are summed, modulo ten. Answer codes (`LA6568-5`) have another format and are not checked here.
pub fn is_loinc(code: &str) -> bool {
    let Some((digits, check)) = code.rsplit_once('-') else { return false };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(digits) || !all_digits(check) || check.len() != 1 || digits.len() > 7 {
        return false;
    }
    let sum: u32 = digits.bytes().rev().enumerate().map(|(index, byte)| check_value(index, u32::from(byte - b'0'))).sum();
    u32::from(check.as_bytes()[0] - b'0') == (10 - sum % 10) % 10
}

fn check_value(index: usize, digit: u32) -> u32 {
    let doubled = if index.is_multiple_of(2) { digit * 2 } else { digit };
    doubled / 10 + doubled % 10
}

#[cfg(test)]
mod tests;
