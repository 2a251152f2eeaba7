//! Rules of the end of care about what is stated beside the answers: the letter to the general practitioner, and why notes stay unsigned.

use crate::records::model::{HandoverAnswer, OpenItemDecision, OpenItemKind};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};

/// What is recorded about the letter where prescriptions continue with the general practitioner: the letter that informs them, or why
/// there is none. In all other cases nothing is asked, and an answer does not count.
///
/// Source: `docs/clinical-rules.md#letters`.
///
/// # Errors
/// [`Reason::OpenItemsUnanswered`] at `/open_items/letter_id` without an answer or with a letter that is not one of `to_gp`, and at
/// `/open_items/no_letter_reason` beside a letter.
pub fn handover(
    settled: &[(OpenItemKind, usize, OpenItemDecision)],
    answer: HandoverAnswer,
    to_gp: &[Id],
) -> Result<HandoverAnswer, Refusal> {
    if !settled.iter().any(|(_, _, decision)| *decision == OpenItemDecision::ContinueElsewhere) {
        return Ok(HandoverAnswer::default());
    }
    let refused = |member: &str, code: &'static str, detail: &'static str| {
        Err(Refusal::from(Reason::OpenItemsUnanswered).field(format!("/open_items/{member}"), code, detail))
    };
    match (answer.letter, &answer.no_letter_reason) {
        (None, None) => refused(
            "letter_id",
            "required",
            "Name the letter that informs the GP, or state in `no_letter_reason` why there is none.",
        ),
        (Some(_), Some(_)) => refused("no_letter_reason", "not_allowed", "There is a letter. Leave the reason out."),
        (Some(letter), None) if !to_gp.contains(&letter) => {
            refused("letter_id", "unknown", "Name a letter to the GP that is proposed, agreed or sent.")
        }
        _ => Ok(answer),
    }
}

/// Why notes stay unsigned whose author has left, where there are such notes. In all other cases a reason does not count.
///
/// # Errors
/// [`Reason::OpenItemsUnanswered`] at `/open_items/orphaned_notes_reason` without a reason.
pub fn orphaned_notes_reason(
    settled: &[(OpenItemKind, usize, OpenItemDecision)],
    stated: Option<String>,
) -> Result<Option<String>, Refusal> {
    let are_left = settled.iter().any(|(_, _, decision)| *decision == OpenItemDecision::LeaveUnsigned);
    if are_left && stated.is_none() {
        let detail = "State why these notes stay unsigned, and where what they were about is recorded.";
        let refusal = Refusal::from(Reason::OpenItemsUnanswered);
        return Err(refusal.field("/open_items/orphaned_notes_reason", "required", detail));
    }
    Ok(stated.filter(|_| are_left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_stay_unsigned_need_a_reason_and_nothing_else_has_one() {
        let left = [(OpenItemKind::OrphanedNotes, 2, OpenItemDecision::LeaveUnsigned)];
        let finished = [(OpenItemKind::UnsignedNotes, 2, OpenItemDecision::FinishWithinReadingTime)];
        let reason = || Some("Seen again in May.".to_owned());
        assert_eq!(orphaned_notes_reason(&left, reason()).unwrap(), reason());
        assert_eq!(orphaned_notes_reason(&finished, reason()).unwrap(), None);
        assert_eq!(orphaned_notes_reason(&finished, None).unwrap(), None);
        let refusal = orphaned_notes_reason(&left, None).unwrap_err();
        assert_eq!(refusal.reason, Reason::OpenItemsUnanswered);
        let named: Vec<_> = refusal.fields.iter().map(|field| (field.pointer.as_str(), field.code)).collect();
        assert_eq!(named, [("/open_items/orphaned_notes_reason", "required")]);
    }

    #[test]
    fn treatment_that_continues_with_the_gp_needs_a_letter_or_a_reason() {
        let (letter, other) = (Id(uuid::Uuid::from_u128(1)), Id(uuid::Uuid::from_u128(2)));
        let continues = [(OpenItemKind::Prescriptions, 1, OpenItemDecision::ContinueElsewhere)];
        let answer =
            |letter: Option<Id>, reason: Option<&str>| HandoverAnswer { letter, no_letter_reason: reason.map(str::to_owned) };
        let found = |given: HandoverAnswer| {
            handover(&continues, given, &[letter])
                .map_err(|refusal| format!("{} {}", refusal.fields[0].pointer, refusal.fields[0].code))
        };
        for allowed in [answer(Some(letter), None), answer(None, Some("She hands it over herself."))] {
            assert_eq!(found(allowed.clone()), Ok(allowed));
        }
        for (given, expected) in [
            (answer(None, None), "/open_items/letter_id required"),
            (answer(Some(other), None), "/open_items/letter_id unknown"),
            (answer(Some(letter), Some("No need.")), "/open_items/no_letter_reason not_allowed"),
        ] {
            assert_eq!(found(given).unwrap_err(), expected);
        }
    }

    #[test]
    fn no_letter_is_asked_for_in_other_cases() {
        let given = HandoverAnswer { letter: Some(Id(uuid::Uuid::from_u128(3))), no_letter_reason: Some("x".to_owned()) };
        for decision in [OpenItemDecision::Cancel, OpenItemDecision::PractitionerArranges] {
            let settled = [(OpenItemKind::Prescriptions, 1, decision)];
            assert_eq!(handover(&settled, given.clone(), &[]).unwrap(), HandoverAnswer::default(), "{decision:?}");
        }
        assert_eq!(handover(&[], given, &[]).unwrap(), HandoverAnswer::default());
    }
}
