//! The results of a self-check.

use chrono::{Days, NaiveDate};

use super::model::{CheckResult, GivenAnswers, OfferedQuestionnaire};
use platform::refusal::{Reason, Refusal};
use reference::questionnaires::catalogue::Catalogue;
use reference::questionnaires::rules::score;
use reference::signposts::model::SignpostNeed;

/// Scores the answers: complete questionnaires, each offered and each once.
///
/// # Errors
/// [`Reason::InvalidBody`], naming the first questionnaire that is wrong (`/questionnaires/{i}/questionnaire`: `unknown`,
/// `repeated`), or each wrong answer in it.
pub fn results(
    known: &Catalogue,
    offered: &[OfferedQuestionnaire],
    given: Vec<GivenAnswers>,
) -> Result<Vec<CheckResult>, Refusal> {
    let mut found: Vec<CheckResult> = Vec::with_capacity(given.len());
    for (index, GivenAnswers { questionnaire, answers }) in given.into_iter().enumerate() {
        let at = format!("/questionnaires/{index}");
        let refuse = |word, detail: &'static str| {
            Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/questionnaire"), word, detail))
        };
        let is_offered = offered.iter().any(|one| one.code == questionnaire);
        let Some(definition) = known.get(&questionnaire).filter(|_| is_offered) else {
            return refuse("unknown", "The self-check has no such questionnaire. Choose another one.");
        };
        if found.iter().any(|result| result.questionnaire == questionnaire) {
            return refuse("repeated", "This questionnaire appears twice. Remove one of the two.");
        }
        let pairs: Vec<(&str, i64)> = answers.iter().map(|answer| (answer.item.as_str(), i64::from(answer.value))).collect();
        let score = score(definition, &pairs).map_err(|refusal| with_pointer_prefix(&at, refusal))?;
        found.push(CheckResult { version: definition.version, questionnaire, answers, score });
    }
    Ok(found)
}

/// The refusal of one questionnaire's answers, with pointers into the whole body.
fn with_pointer_prefix(at: &str, mut refusal: Refusal) -> Refusal {
    for field in &mut refusal.fields {
        field.pointer.insert_str(0, at);
    }
    refusal
}

/// Whether the answers call for crisis help at once (`docs/clinical-rules.md#risk`): item 9 of the PHQ-9 at anything above "not at
/// all", or a severe total.
pub fn calls_for_help(known: &Catalogue, results: &[CheckResult]) -> bool {
    results.iter().any(|result| known.get(&result.questionnaire).is_some_and(|found| found.calls_for_help(&result.score)))
}

/// The needs for which sources of help are shown: each once, those of the first questionnaire first.
pub fn needs(offered: &[OfferedQuestionnaire], results: &[CheckResult]) -> Vec<SignpostNeed> {
    let text = |result: &CheckResult| {
        offered.iter().find(|one| one.code == result.questionnaire).and_then(|one| one.band_text(&result.score.band))
    };
    let mut found = Vec::new();
    for need in results.iter().filter_map(text).flat_map(|text| &text.needs) {
        if !found.contains(need) {
            found.push(*need);
        }
    }
    found
}

/// The last day on which answers can be moved into a record.
pub fn expires_on(taken_on: NaiveDate, days: u32) -> NaiveDate {
    taken_on.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::self_check::catalogue::offered;
    use crate::self_check::model::CheckAnswer;
    use reference::questionnaires::catalogue;

    fn given(code: &str, prefix: &str, values: &[i32]) -> GivenAnswers {
        let answers = values.iter().enumerate();
        let answers = answers.map(|(n, value)| CheckAnswer { item: format!("{prefix}_{}", n + 1), value: *value });
        GivenAnswers { questionnaire: code.to_owned(), answers: answers.collect() }
    }

    fn scored(given: Vec<GivenAnswers>) -> Result<Vec<CheckResult>, Refusal> {
        results(catalogue(), offered(), given)
    }

    #[test]
    fn answers_give_bands_and_needs_and_risk_is_independent_of_them() {
        let calm = [given("gad-7", "gad7", &[0; 7]), given("audit-c", "audit_c", &[0, 0, 0])];
        for (ninth, risk) in [(0, false), (1, true), (3, true)] {
            let mut all = vec![given("phq-9", "phq9", &[0, 0, 0, 0, 0, 0, 0, 0, ninth])];
            all.extend(calm.clone());
            let found = scored(all).unwrap();
            let bands: Vec<_> = found.iter().map(|result| result.score.band.as_str()).collect();
            assert_eq!(bands, ["minimal", "minimal", "lower_risk"]);
            assert_eq!(calls_for_help(catalogue(), &found), risk, "{ninth}");
            assert_eq!(needs(offered(), &found), [SignpostNeed::SelfHelp], "each once");
        }
        let found = scored(vec![given("phq-9", "phq9", &[3, 3, 3, 3, 3, 3, 3, 3, 0])]).unwrap();
        assert_eq!((found[0].score.band.as_str(), found[0].score.total), ("severe", 24));
        assert!(calls_for_help(catalogue(), &found) && !found[0].score.risk, "without a risk answer");
        assert_eq!(needs(offered(), &found)[0], SignpostNeed::MedicalHelp);
    }

    #[test]
    fn wrong_answers_are_named_by_their_pointer() {
        let gad = || given("gad-7", "gad7", &[1; 7]);
        let pointers = |all| -> Vec<String> { scored(all).unwrap_err().fields.into_iter().map(|field| field.pointer).collect() };
        assert_eq!(pointers(vec![gad(), given("pcl-5", "pcl5", &[0; 20])]), ["/questionnaires/1/questionnaire"], "not offered");
        assert_eq!(pointers(vec![gad(), given("mbi", "mbi", &[0])]), ["/questionnaires/1/questionnaire"]);
        assert_eq!(pointers(vec![gad(), gad()]), ["/questionnaires/1/questionnaire"]);
        assert_eq!(pointers(vec![gad(), given("audit-c", "audit_c", &[0, 9, 0])]), ["/questionnaires/1/answers/1/value"]);
        assert_eq!(pointers(vec![given("audit-c", "audit_c", &[0, 0])]), ["/questionnaires/0/answers"]);
    }

    #[test]
    fn answers_are_stored_for_whole_days() {
        let taken = NaiveDate::from_ymd_opt(2027, 1, 11).unwrap();
        assert_eq!(expires_on(taken, 30), NaiveDate::from_ymd_opt(2027, 2, 10).unwrap());
    }
}
