//! When risk alerts are due, when they are escalated, how severe an answer is, and when staff are notified of reviews: data embedded in the
//! program, read and checked once. With the times that administrators changed: [`super::in_force`].

use super::model::{AnswerPolicy, RiskPolicy, RiskSeverity, SameDayPolicy, SeverityPolicy};
use platform::error::{Error, Result};
use reference::embedded::{first_duplicate, parse};
use reference::reference_data::figures::{Figure, Figures, first_absurd};
use reference::{embedded, questionnaires};

embedded! {
    /// The embedded policy.
    pub fn policy() -> RiskPolicy = from_text("data/risk.json");
}

/// The times of a severity.
///
/// # Errors
/// [`Error::internal`] when the data has no entry for it, which the checks of the data rule out.
pub fn times(policy: &RiskPolicy, severity: RiskSeverity) -> Result<&SeverityPolicy> {
    policy
        .severities
        .iter()
        .find(|times| times.severity == severity)
        .ok_or_else(|| Error::internal("a severity of risk alerts has no times"))
}

/// Reads and checks a policy.
///
/// # Errors
/// The text cannot be read; a severity is missing or appears twice; a time makes no sense, or contradicts another; only one severity may be
/// due by the end of the day; or an answer is none that shows risk.
fn from_text(text: &str) -> std::result::Result<RiskPolicy, String> {
    let mut policy: RiskPolicy = parse(text)?;
    if let Some(severity) = first_duplicate(policy.severities.iter().map(|times| times.severity.as_str())) {
        return Err(format!("{severity} appears twice"));
    }
    for severity in RiskSeverity::ALL {
        let times = policy.severities.iter().find(|times| times.severity == *severity);
        let Some(times) = times else { return Err(format!("{} is missing", severity.as_str())) };
        check_times(times)?;
    }
    if policy.source.trim().is_empty() {
        return Err("the source is missing".to_owned());
    }
    if let Some(key) = first_absurd(&mut policy) {
        return Err(format!("{key} makes no sense"));
    }
    check_order(&policy).map_err(|(key, detail)| format!("{key}: {detail}"))?;
    policy.answers.iter().try_for_each(check_answers)?;
    Ok(policy)
}

fn check_times(times: &SeverityPolicy) -> std::result::Result<(), String> {
    if times.due_minutes.is_none() == (times.severity == RiskSeverity::SameDay) {
        return Ok(());
    }
    Err(format!("{} has the wrong due time", times.severity.as_str()))
}

/// Checks that no severity is due later than a lower one, and that the working day ends after the last hour for which it counts. Returns
/// the key that is wrong, and how.
///
/// # Errors
/// The key of the first time that contradicts another.
pub fn check_order(policy: &RiskPolicy) -> std::result::Result<(), (&'static str, &'static str)> {
    let due = |severity| times(policy, severity).ok().and_then(|times| times.due_minutes).unwrap_or_default();
    let SameDayPolicy { raised_until_hour, due_hour, otherwise_hours } = policy.same_day;
    if due(RiskSeverity::Immediate) > due(RiskSeverity::Urgent) {
        return Err(("immediate:due_minutes", "Danger now is due no later than what is urgent."));
    }
    if due(RiskSeverity::Urgent) > otherwise_hours.saturating_mul(60) {
        return Err(("same_day:otherwise_hours", "What is urgent is due no later than what is for the same day."));
    }
    if raised_until_hour >= due_hour {
        return Err(("same_day:due_hour", "The working day ends after the last hour for which it counts."));
    }
    Ok(())
}

impl Figures for RiskPolicy {
    /// The ranges are the service's own choice (`docs/clinical-rules.md#reference-data`): danger now is never due later than after half an hour.
    fn figures(&mut self) -> Vec<Figure<'_>> {
        let source = self.source.as_str();
        let SameDayPolicy { raised_until_hour, due_hour, otherwise_hours } = &mut self.same_day;
        let mut all = vec![
            Figure::number("same_day:raised_until_hour", raised_until_hour, 9..=18, source),
            Figure::number("same_day:due_hour", due_hour, 12..=22, source),
            Figure::number("same_day:otherwise_hours", otherwise_hours, 1..=12, source),
            Figure::number("same_alert_minutes", &mut self.same_alert_minutes, 5..=120, source),
            Figure::number("review_hour", &mut self.review_hour, 6..=12, source),
        ];
        for times in &mut self.severities {
            let severity = times.severity;
            let (due, second, repeat, contact) = match severity {
                RiskSeverity::Immediate => (5..=30, 5..=30, 5..=30, 5..=30),
                RiskSeverity::Urgent => (30..=480, 15..=120, 15..=120, 15..=240),
                RiskSeverity::SameDay => (60..=720, 30..=240, 60..=480, 30..=480),
            };
            let key = |name: &str| format!("{}:{name}", severity.as_str());
            all.extend(times.due_minutes.as_mut().map(|minutes| Figure::number(key("due_minutes"), minutes, due, source)));
            all.push(Figure::number(key("second_step_minutes"), &mut times.second_step_minutes, second, source));
            all.push(Figure::number(key("repeat_minutes"), &mut times.repeat_minutes, repeat, source));
            all.push(Figure::number(key("contact_postpones_minutes"), &mut times.contact_postpones_minutes, contact, source));
        }
        all
    }
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
            ("\"due_minutes\": 15", "\"due_minutes\": 0", "immediate:due_minutes makes no sense"),
            ("\"due_minutes\": 15", "\"due_minutes\": 31", "immediate:due_minutes makes no sense"),
            ("\"due_minutes\": 15", "\"due_minutes\": null", "wrong due time"),
            ("\"due_minutes\": null", "\"due_minutes\": 60", "wrong due time"),
            ("\"due_hour\": 17", "\"due_hour\": 24", "same_day:due_hour makes no sense"),
            ("\"raised_until_hour\": 15", "\"raised_until_hour\": 17", "same_day:due_hour: The working day"),
            ("\"otherwise_hours\": 8", "\"otherwise_hours\": 3", "same_day:otherwise_hours: What is urgent"),
            ("\"phq9_9\"", "\"phq9_8\"", "lowest answer that shows risk"),
            ("\"from\": 1", "\"from\": 2", "lowest answer that shows risk"),
            ("\"from\": 2, \"severity\": \"urgent\"", "\"from\": 2, \"severity\": \"same_day\"", "not more severe"),
            ("\"same_alert_minutes\": 60", "\"same_alert_minutes\": 0", "same_alert_minutes"),
            ("\"review_hour\": 8", "\"review_hour\": 24", "review_hour"),
            ("\"source\"", "\"origin\"", "unknown field"),
        ];
        assert_refused(good, from_text, &cases);
        assert!(from_text("{}").is_err());
        assert!(RiskSeverity::ALL.iter().all(|severity| times(policy(), *severity).is_ok()));
    }
}
