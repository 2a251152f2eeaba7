//! Rules of safety plans (`docs/clinical-rules.md#safety-plan`).

use super::model::SafetyPlanSteps;
use platform::refusal::{Reason, Refusal};

/// Checks that at least one step has an item, and that no signpost is listed twice. A plan may leave steps open: it is often written over
/// several conversations.
///
/// # Errors
/// [`Reason::InvalidBody`] at the first step, or at the signpost.
pub fn check_steps(steps: &SafetyPlanSteps) -> Result<(), Refusal> {
    let SafetyPlanSteps {
        warning_signs,
        coping_strategies,
        distractions,
        helpers,
        signpost_ids,
        professionals,
        safer_environment,
    } = steps;
    let texts = [warning_signs, coping_strategies, signpost_ids, safer_environment];
    let contacts = [distractions, helpers, professionals];
    if texts.iter().all(|items| items.is_empty()) && contacts.iter().all(|items| items.is_empty()) {
        let detail = "Write at least one item in at least one step.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/warning_signs", "required", detail));
    }
    for (index, id) in signpost_ids.iter().enumerate() {
        if signpost_ids.iter().take(index).any(|earlier| earlier == id) {
            let detail = "This signpost is listed twice. Remove one of the two.";
            return Err(Refusal::new(Reason::InvalidBody, detail).field(format!("/signpost_ids/{index}"), "repeated", detail));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::safety_plans::model::PlanContact;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    fn contact() -> Vec<PlanContact> {
        vec![PlanContact { name: "Sam".to_owned(), phone: None }]
    }

    /// Where the refusal points to, and its word.
    fn refused(steps: SafetyPlanSteps) -> Option<(String, &'static str)> {
        check_steps(&steps).err().map(|refusal| (refusal.fields[0].pointer.clone(), refusal.fields[0].code))
    }

    #[test]
    fn one_item_in_any_step_is_enough_and_none_is_not() {
        let empty = SafetyPlanSteps::default;
        for steps in [
            SafetyPlanSteps { warning_signs: texts(&["No sleep."]), ..empty() },
            SafetyPlanSteps { coping_strategies: texts(&["A walk."]), ..empty() },
            SafetyPlanSteps { distractions: contact(), ..empty() },
            SafetyPlanSteps { helpers: contact(), ..empty() },
            SafetyPlanSteps { signpost_ids: texts(&["samaritans"]), ..empty() },
            SafetyPlanSteps { professionals: contact(), ..empty() },
            SafetyPlanSteps { safer_environment: texts(&["The tablets are with Sam."]), ..empty() },
        ] {
            assert_eq!(refused(steps), None);
        }
        assert_eq!(refused(empty()), Some(("/warning_signs".to_owned(), "required")));
    }

    #[test]
    fn a_signpost_is_listed_once() {
        let with = |ids: &[&str]| SafetyPlanSteps { signpost_ids: texts(ids), ..SafetyPlanSteps::default() };
        for (ids, expected) in [
            (&["samaritans", "shout"][..], None),
            (&["samaritans", "samaritans"], Some("/signpost_ids/1")),
            (&["shout", "samaritans", "shout"], Some("/signpost_ids/2")),
        ] {
            assert_eq!(refused(with(ids)), expected.map(|pointer| (pointer.to_owned(), "repeated")), "{ids:?}");
        }
    }
}
