//! When risk alerts are due, when they are escalated, how severe an answer is, and when reviews are notified: data embedded in the
//! program, read and checked once.

use super::model::{AnswerPolicy, RiskPolicy, RiskSeverity, SeverityPolicy};
use platform::error::{Error, Result};
use reference::embedded::{first_duplicate, parse};
use reference::{embedded, questionnaires};

embedded! {
    /// The embedded policy.
    pub fn policy() -> RiskPolicy = from_text("data/risk.json");
}

/// The times of a severity.
///
/// # Errors
/// [`Error::internal`] when the data has no entry for it, which a test rules out.
pub fn times(severity: RiskSeverity) -> Result<&'static SeverityPolicy> {
    policy()
        .severities
        .iter()
        .find(|times| times.severity == severity)
        .ok_or_else(|| Error::internal("a severity of risk alerts has no times"))
}

/// Reads and checks a policy.
///
/// # Errors
/// The text cannot be read; a severity is missing, appears twice or has a time of zero; only one severity may be due by the end of the
/// day; hours are wrong; or an answer is none that shows risk.
fn from_text(text: &str) -> std::result::Result<RiskPolicy, String> {
    let policy: RiskPolicy = parse(text)?;
    if let Some(severity) = first_duplicate(policy.severities.iter().map(|times| times.severity.as_str())) {
        return Err(format!("{severity} appears twice"));
    }
    for severity in RiskSeverity::ALL {
        let times = policy.severities.iter().find(|times| times.severity == *severity);
        let Some(times) = times else { return Err(format!("{} is missing", severity.as_str())) };
        check_times(times)?;
    }
    let same_day = policy.same_day;
    if same_day.raised_until_hour >= same_day.due_hour || same_day.due_hour > 23 || same_day.otherwise_hours == 0 {
        return Err("the hours of the same day are wrong".to_owned());
    }
    if policy.same_alert_minutes == 0 || policy.source.trim().is_empty() {
        return Err("same_alert_minutes or the source is missing".to_owned());
    }
    if policy.review_hour > 23 {
        return Err("review_hour is wrong".to_owned());
    }
    policy.answers.iter().try_for_each(check_answers)?;
    Ok(policy)
}

fn check_times(times: &SeverityPolicy) -> std::result::Result<(), String> {
    let SeverityPolicy { severity, due_minutes, second_step_minutes, repeat_minutes, contact_postpones_minutes } = *times;
    if due_minutes.is_none() != (severity == RiskSeverity::SameDay) {
        return Err(format!("{} has the wrong due time", severity.as_str()));
    }
    let all = [due_minutes.unwrap_or(1), second_step_minutes, repeat_minutes, contact_postpones_minutes];
    if all.contains(&0) { Err(format!("a time of {} is zero", severity.as_str())) } else { Ok(()) }
}

fn check_answers(answers: &AnswerPolicy) -> std::result::Result<(), String> {
    let definition = questionnaires::catalogue().get(&answers.questionnaire);
    let risk_from = definition.and_then(|definition| definition.item(&answers.item)).and_then(|item| item.risk_from);
    let points: Vec<u8> = answers.severities.iter().map(|one| one.from).collect();
    if points.first().copied() != risk_from || risk_from.is_none() {
        return Err(format!("the first severity of {} is not that of the lowest answer that shows risk", answers.item));
    }
    let rises = answers.severities.windows(2).all(|pair| pair[0].from < pair[1].from && pair[1].severity < pair[0].severity);
    if rises { Ok(()) } else { Err(format!("a higher answer to {} is not more severe", answers.item)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn an_inconsistent_data_file_is_refused() {
        let good = include_str!("data/risk.json");
        let cases = [
            ("\"severity\": \"immediate\"", "\"severity\": \"urgent\"", "appears twice"),
            ("\"due_minutes\": 15", "\"due_minutes\": 0", "is zero"),
            ("\"due_minutes\": 15", "\"due_minutes\": null", "wrong due time"),
            ("\"due_minutes\": null", "\"due_minutes\": 60", "wrong due time"),
            ("\"due_hour\": 17", "\"due_hour\": 24", "hours"),
            ("\"raised_until_hour\": 15", "\"raised_until_hour\": 17", "hours"),
            ("\"phq9_9\"", "\"phq9_8\"", "lowest answer that shows risk"),
            ("\"from\": 1", "\"from\": 2", "lowest answer that shows risk"),
            ("\"from\": 2, \"severity\": \"urgent\"", "\"from\": 2, \"severity\": \"same_day\"", "not more severe"),
            ("\"same_alert_minutes\": 60", "\"same_alert_minutes\": 0", "same_alert_minutes"),
            ("\"review_hour\": 8", "\"review_hour\": 24", "review_hour"),
            ("\"source\"", "\"origin\"", "unknown field"),
        ];
        assert_refused(good, from_text, &cases);
        assert!(from_text("{}").is_err());
        assert!(RiskSeverity::ALL.iter().all(|severity| times(*severity).is_ok()));
    }
}
