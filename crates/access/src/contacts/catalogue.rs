//! What follows from each triage need, and how soon: data embedded in the program. With the times that administrators changed:
//! [`super::in_force`].

use std::ops::RangeInclusive;

use serde::Deserialize;

use super::model::{
    ContactTaskKind, OverdueRules, RepeatRule, SafetyAnswer, SafetyQuestion, SafetyRule, SourcedText, TaskRule, TriageNeed,
    TriageRule,
};
use reference::embedded;
use reference::embedded::{first_duplicate, parse};
use reference::reference_data::figures::{Figure, Figures, first_absurd};
use reference::signposts::model::SignpostNeed;

/// The triage: what follows from each need, how soon a call-back is due, which overdue tasks are reported again, and the safety question
/// that is asked with a request for a call-back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triage {
    source: String,
    call_back_within_minutes: u16,
    overdue: OverdueRules,
    safety_question: SafetyQuestion,
    confidentiality: SourcedText,
    /// What follows from each need, the most urgent first.
    pub rules: Vec<TriageRule>,
}

impl Triage {
    /// The task of calling someone back.
    pub const fn call_back(&self) -> TaskRule {
        TaskRule { kind: ContactTaskKind::CallBack, within_minutes: self.call_back_within_minutes }
    }

    /// The safety question, word for word.
    pub fn safety_question(&self) -> &str {
        &self.safety_question.text
    }

    /// What people are to know about confidentiality and its limits.
    pub fn confidentiality(&self) -> &str {
        &self.confidentiality.text
    }

    /// The task of calling someone back who answered the safety question so; `None` where it was not asked.
    pub fn call_back_after(&self, answer: Option<SafetyAnswer>) -> TaskRule {
        let rule = self.safety_question.answers.iter().find(|rule| Some(rule.answer) == answer);
        rule.and_then(|rule| rule.task).unwrap_or_else(|| self.call_back())
    }

    /// Which overdue tasks are reported again, and how often.
    pub fn repeats(&self) -> &[RepeatRule] {
        &self.overdue.repeats
    }

    /// The task that a need raises.
    pub fn task_of(&self, need: TriageNeed) -> Option<TaskRule> {
        self.rules.iter().find(|rule| rule.need == need).and_then(|rule| rule.task)
    }
}

embedded! {
    /// The triage embedded in the program.
    pub fn triage() -> Triage = from_text("data/triage.json");
}

/// Reads and checks a triage.
///
/// # Errors
/// The text cannot be read; a need is missing, appears twice or shares its order with another; danger is not first, or does not
/// point to crisis help; a time makes no sense, or contradicts another; overdue danger is not reported again; an answer to the safety
/// question is missing, or "yes" is not about danger.
fn from_text(text: &str) -> Result<Triage, String> {
    let mut triage: Triage = parse(text)?;
    triage.rules.sort_by_key(|rule| rule.order);
    let broken = |problem: &str| Err(problem.to_owned());
    for need in TriageNeed::ALL {
        if triage.rules.iter().filter(|rule| rule.need == *need).count() != 1 {
            return broken(&format!("{} must appear exactly once", need.as_str()));
        }
    }
    if triage.rules.windows(2).any(|pair| pair[0].order == pair[1].order) {
        return broken("two needs have the same order");
    }
    let danger = triage.rules.first().filter(|rule| rule.need == TriageNeed::ImmediateDanger);
    if !danger.is_some_and(|rule| rule.task.is_some() && rule.signposts.contains(&SignpostNeed::Crisis)) {
        return broken("danger must be first, point to crisis help and raise a task");
    }
    let lacks_text = |rule: &TriageRule| rule.next_step_text.trim().is_empty() || rule.to_do.is_empty();
    if triage.rules.iter().any(lacks_text) {
        return broken("a need has no instructions");
    }
    let question = &triage.safety_question;
    let SourcedText { text, source } = &triage.confidentiality;
    let texts = [&question.text, &question.source, text, source, &triage.overdue.source];
    if texts.into_iter().chain(triage.rules.iter().map(|rule| &rule.source)).any(|text| text.trim().is_empty()) {
        return broken("a need or the safety question has no text or no source");
    }
    check_repeats(&triage.overdue.repeats)?;
    for answer in SafetyAnswer::ALL {
        if question.answers.iter().filter(|rule| rule.answer == *answer).count() != 1 {
            return broken(&format!("the answer {} must appear exactly once", answer.as_str()));
        }
    }
    let after_yes = triage.call_back_after(Some(SafetyAnswer::Yes));
    if after_yes.kind != ContactTaskKind::Danger {
        return broken("who answers yes must be called sooner");
    }
    if let Some(key) = first_absurd(&mut triage) {
        return broken(&format!("{key} makes no sense"));
    }
    check_order(&triage).map_err(|(key, detail)| format!("{key}: {detail}"))?;
    Ok(triage)
}

/// Danger is reported again, also to the clinicians on duty; no kind twice, and none without a pause.
fn check_repeats(repeats: &[RepeatRule]) -> Result<(), String> {
    if !repeats.iter().any(|rule| rule.kind == ContactTaskKind::Danger && rule.clinicians_on_duty) {
        return Err("danger must be reported again, also to the clinicians on duty".to_owned());
    }
    if let Some(kind) = first_duplicate(repeats.iter().map(|rule| rule.kind.as_str())) {
        return Err(format!("{kind} is reported again by two rules"));
    }
    Ok(())
}

/// Checks that who may be in danger is called no later than everyone else. Returns the key that is wrong, and how.
///
/// # Errors
/// The key of the first time that contradicts another.
pub(super) fn check_order(triage: &Triage) -> Result<(), (&'static str, &'static str)> {
    let call_back = triage.call_back_within_minutes;
    for (answer, key) in [(SafetyAnswer::Yes, "answer:yes"), (SafetyAnswer::PreferNotToSay, "answer:prefer_not_to_say")] {
        if triage.call_back_after(Some(answer)).within_minutes > call_back {
            return Err((key, "This call is due no later than an ordinary one."));
        }
    }
    Ok(())
}

/// The times of a task that make sense. The service's own choice (`docs/clinical-rules.md#reference-data`): danger never waits for more than half an hour.
const fn range_of(kind: ContactTaskKind) -> RangeInclusive<u16> {
    match kind {
        ContactTaskKind::Danger => 5..=30,
        ContactTaskKind::Safeguarding | ContactTaskKind::Today => 15..=480,
        ContactTaskKind::CallBack | ContactTaskKind::PatientSafety => 60..=2880,
    }
}

/// How often an overdue task is reported again at least, and at most.
const fn repeat_range_of(kind: ContactTaskKind) -> RangeInclusive<u16> {
    match kind {
        ContactTaskKind::Danger => 5..=30,
        _ => 15..=120,
    }
}

impl Figures for Triage {
    fn figures(&mut self) -> Vec<Figure<'_>> {
        let Self { source, call_back_within_minutes, overdue, safety_question, rules, .. } = self;
        let mut all = vec![Figure::number("call_back", call_back_within_minutes, range_of(ContactTaskKind::CallBack), source)];
        for TriageRule { need, task, source, .. } in rules {
            let (key, source): (_, &str) = (format!("need:{}", need.as_str()), source);
            all.extend(task.as_mut().map(|task| Figure::number(key, &mut task.within_minutes, range_of(task.kind), source)));
        }
        for SafetyRule { answer, task } in &mut safety_question.answers {
            let (key, source): (_, &str) = (format!("answer:{}", answer.as_str()), &safety_question.source);
            all.extend(task.as_mut().map(|task| Figure::number(key, &mut task.within_minutes, range_of(task.kind), source)));
        }
        for rule in &mut overdue.repeats {
            let key = format!("repeat:{}", rule.kind.as_str());
            all.push(Figure::number(key, &mut rule.every_minutes, repeat_range_of(rule.kind), &overdue.source));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn embedded_triage_covers_every_need() {
        let triage = triage();
        assert_eq!(triage.rules.len(), TriageNeed::ALL.len());
        assert_eq!(triage.rules[0].need, TriageNeed::ImmediateDanger);
        for need in [
            TriageNeed::SafeguardingChild,
            TriageNeed::SafeguardingAdult,
            TriageNeed::Bereavement,
            TriageNeed::ExistingPatient,
            TriageNeed::WorriedColleagueOrFamily,
            TriageNeed::PatientSafety,
        ] {
            let rule = triage.rules.iter().find(|rule| rule.need == need).unwrap();
            assert!(rule.task.is_some() && !rule.signposts.is_empty() && rule.to_do.len() > 3, "{need:?}");
        }
    }

    #[test]
    fn call_back_is_due_sooner_the_more_the_answer_shows() {
        let due = |answer| {
            let task = triage().call_back_after(answer);
            (task.kind, task.within_minutes)
        };
        assert_eq!(due(Some(SafetyAnswer::Yes)), (ContactTaskKind::Danger, 15));
        assert_eq!(due(Some(SafetyAnswer::PreferNotToSay)), (ContactTaskKind::Today, 240));
        assert_eq!(due(Some(SafetyAnswer::No)), (ContactTaskKind::CallBack, 1440));
        assert_eq!(due(None), (ContactTaskKind::CallBack, 1440), "it was not asked");
    }

    #[test]
    fn overdue_tasks_are_reported_again_where_someone_may_come_to_harm() {
        let rules = triage().repeats().iter().map(|rule| (rule.kind, rule.every_minutes, rule.clinicians_on_duty));
        let expected = [
            (ContactTaskKind::Danger, 15, true),
            (ContactTaskKind::Safeguarding, 60, false),
            (ContactTaskKind::Today, 60, false),
        ];
        assert_eq!(rules.collect::<Vec<_>>(), expected);
    }

    /// Sentences that no one who knows the limits of confidentiality would promise.
    #[test]
    fn script_promises_no_absolute_confidentiality() {
        let (text, script) = (include_str!("data/triage.json"), triage());
        for promise in ["regulators are not informed", "never be shared", "no one will know", "completely confidential"] {
            assert!(!text.contains(promise), "{promise}");
        }
        let information = script.rules.iter().find(|rule| rule.need == TriageNeed::WantsInformation).unwrap().to_do.join(" ");
        for shown in [information.as_str(), script.confidentiality()] {
            for limit in ["confidential", "die or come to serious harm", "if possible with", "consent", "after speaking to"] {
                assert!(shown.contains(limit), "{limit} is not in {shown}");
            }
        }
    }

    #[test]
    fn unsafe_triage_data_is_refused() {
        let good = include_str!("data/triage.json");
        let cases = [
            ("\"order\": 1,", "\"order\": 99,", "danger must be first"),
            ("\"order\": 5,", "\"order\": 4,", "same order"),
            ("\"signposts\": [\"crisis\"],", "\"signposts\": [],", "danger must be first"),
            ("\"within_minutes\": 15", "\"within_minutes\": 0", "answer:yes makes no sense"),
            ("\"within_minutes\": 15", "\"within_minutes\": 31", "answer:yes makes no sense"),
            ("\"kind\": \"danger\", \"within", "\"kind\": \"today\", \"within", "must be called sooner"),
            ("\"wants_information\"", "\"needs_today\"", "exactly once"),
            ("Life may be in danger. Help comes first; everything else waits.", " ", "no instructions"),
            ("\"order\": 3,", "\"rank\": 3,", "unknown field"),
            ("\"answer\": \"no\"", "\"answer\": \"yes\"", "must appear exactly once"),
            ("\"call_back_within_minutes\": 1440", "\"call_back_within_minutes\": 15", "call_back makes no sense"),
            ("\"call_back_within_minutes\": 1440", "\"call_back_within_minutes\": 120", "answer:prefer_not_to_say: This call"),
            ("\"source\": \"Own.\"", "\"source\": \"\"", "no source"),
            ("\"source\": \"Own, to be set", "\"origin\": \"Own, to be set", "unknown field"),
            ("\"clinicians_on_duty\": true", "\"clinicians_on_duty\": false", "danger must be reported again"),
            (
                "\"kind\": \"danger\", \"every_minutes\"",
                "\"kind\": \"call_back\", \"every_minutes\"",
                "danger must be reported again",
            ),
            ("\"kind\": \"today\", \"every_minutes\"", "\"kind\": \"danger\", \"every_minutes\"", "two rules"),
            ("\"every_minutes\": 60", "\"every_minutes\": 0", "repeat:safeguarding makes no sense"),
        ];
        assert_refused(good, from_text, &cases);
    }
}
