//! Rules about what is open when care ends.

use crate::records::model::{OpenItemAnswers, OpenItemDecision, OpenItemKind};
use people::relationships::model::DischargeReason;
use platform::refusal::{Reason, Refusal};

/// Whether care may end with what is open. Each kind that has something open needs an answer that is possible. After death nothing is
/// asked: everything ends, and the authors of notes may still finish them. An answer about a kind without open items does not count. Notes
/// whose author has left are a kind of their own: no one finishes them, so that answer is not possible for them.
///
/// Returns the kinds that have something open, with their numbers and what was decided.
///
/// # Errors
/// [`Reason::OpenItemsUnanswered`], naming each kind without an answer, or with one that is not possible, and its number.
pub fn settle(
    open: &[(OpenItemKind, usize)],
    answers: &OpenItemAnswers,
    gp_may_be_informed: bool,
    reason: DischargeReason,
) -> Result<Vec<(OpenItemKind, usize, OpenItemDecision)>, Refusal> {
    if reason == DischargeReason::Died {
        return Ok(Vec::new());
    }
    let (mut settled, mut refusal) = (Vec::new(), Refusal::from(Reason::OpenItemsUnanswered));
    for (kind, count) in open.iter().copied().filter(|(_, count)| *count > 0) {
        let pointer = format!("/open_items/{}", kind.as_str());
        match answers.about(kind) {
            Some(decision) if kind.decisions(gp_may_be_informed).contains(&decision) => settled.push((kind, count, decision)),
            Some(_) => {
                let detail =
                    "The practitioner has not agreed that their general practitioner is informed. Choose another answer.";
                refusal = refusal.field(pointer, "not_allowed", detail);
            }
            None => refusal = refusal.field(pointer, "required", question(kind, count)),
        }
    }
    if refusal.fields.is_empty() { Ok(settled) } else { Err(refusal) }
}

/// What is open, and what is asked about it.
fn question(kind: OpenItemKind, count: usize) -> String {
    let one = count == 1;
    match kind {
        OpenItemKind::Prescriptions if one => "1 prescription is in force. State what happens to it.".to_owned(),
        OpenItemKind::Prescriptions => format!("{count} prescriptions are in force. State what happens to them."),
        OpenItemKind::FollowUps if one => "1 follow-up is open. State what happens to it.".to_owned(),
        OpenItemKind::FollowUps => format!("{count} follow-ups are open. State what happens to them."),
        OpenItemKind::UnsignedNotes if one => {
            "1 note is not signed. Sign or delete it first, or state that it is finished later.".to_owned()
        }
        OpenItemKind::UnsignedNotes => {
            format!("{count} notes are not signed. Sign or delete them first, or state that they are finished later.")
        }
        OpenItemKind::OrphanedNotes if one => {
            "1 note is not signed and its author has left. State that it stays unsigned, and why.".to_owned()
        }
        OpenItemKind::OrphanedNotes => {
            format!("{count} notes are not signed and their authors have left. State that they stay unsigned, and why.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::model::{FollowUpsDecision, OrphanedNotesDecision, PrescriptionsDecision, UnsignedNotesDecision};
    use DischargeReason::{Completed, Died};
    use OpenItemKind::{FollowUps, OrphanedNotes, Prescriptions, UnsignedNotes};

    const OPEN: [(OpenItemKind, usize); 4] = [(Prescriptions, 2), (FollowUps, 1), (UnsignedNotes, 3), (OrphanedNotes, 1)];

    fn all(prescriptions: PrescriptionsDecision) -> OpenItemAnswers {
        OpenItemAnswers {
            prescriptions: Some(prescriptions),
            follow_ups: Some(FollowUpsDecision::Close),
            unsigned_notes: Some(UnsignedNotesDecision::FinishWithinReadingTime),
            orphaned_notes: Some(OrphanedNotesDecision::LeaveUnsigned),
        }
    }

    fn refused(refusal: Refusal) -> Vec<(String, &'static str, String)> {
        assert_eq!(refusal.reason, Reason::OpenItemsUnanswered);
        refusal.fields.into_iter().map(|field| (field.pointer, field.code, field.detail.into_owned())).collect()
    }

    #[test]
    fn each_kind_with_something_open_needs_an_answer() {
        let named = refused(settle(&OPEN, &OpenItemAnswers::default(), true, Completed).unwrap_err());
        let expected = [
            ("/open_items/prescriptions", "2 prescriptions are in force. State what happens to them."),
            ("/open_items/follow_ups", "1 follow-up is open. State what happens to it."),
            (
                "/open_items/unsigned_notes",
                "3 notes are not signed. Sign or delete them first, or state that they are finished later.",
            ),
            (
                "/open_items/orphaned_notes",
                "1 note is not signed and its author has left. State that it stays unsigned, and why.",
            ),
        ];
        assert_eq!(named, expected.map(|(pointer, detail)| (pointer.to_owned(), "required", detail.to_owned())));
        let only_one = [(Prescriptions, 1), (FollowUps, 0), (UnsignedNotes, 0)];
        let named = refused(settle(&only_one, &OpenItemAnswers::default(), true, Completed).unwrap_err());
        assert_eq!(named.len(), 1);
        assert!(named[0].2.starts_with("1 prescription is in force"), "{named:?}");
    }

    #[test]
    fn answers_are_kept_for_what_is_open_only() {
        let answers = all(PrescriptionsDecision::Cancel);
        assert_eq!(
            settle(&OPEN, &answers, false, Completed).unwrap(),
            [
                (Prescriptions, 2, OpenItemDecision::Cancel),
                (FollowUps, 1, OpenItemDecision::Close),
                (UnsignedNotes, 3, OpenItemDecision::FinishWithinReadingTime),
                (OrphanedNotes, 1, OpenItemDecision::LeaveUnsigned),
            ]
        );
        assert!(settle(&[(Prescriptions, 0)], &answers, false, Completed).unwrap().is_empty());
    }

    #[test]
    fn note_of_an_author_who_has_left_is_not_settled_by_the_answer_for_the_others() {
        let answers = OpenItemAnswers { orphaned_notes: None, ..all(PrescriptionsDecision::Cancel) };
        let named = refused(settle(&[(UnsignedNotes, 1), (OrphanedNotes, 2)], &answers, false, Completed).unwrap_err());
        let detail = "2 notes are not signed and their authors have left. State that they stay unsigned, and why.";
        assert_eq!(named, [("/open_items/orphaned_notes".to_owned(), "required", detail.to_owned())]);
    }

    #[test]
    fn general_practitioner_continues_only_where_they_may_be_informed() {
        for (decision, informed, expected) in [
            (PrescriptionsDecision::Cancel, false, true),
            (PrescriptionsDecision::PractitionerArranges, false, true),
            (PrescriptionsDecision::ContinueElsewhere, true, true),
            (PrescriptionsDecision::ContinueElsewhere, false, false),
        ] {
            let result = settle(&OPEN, &all(decision), informed, Completed);
            assert_eq!(result.is_ok(), expected, "{decision:?} {informed}");
            if let Err(refusal) = result {
                let named = refused(refusal);
                assert_eq!((named.len(), named[0].0.as_str(), named[0].1), (1, "/open_items/prescriptions", "not_allowed"));
            }
        }
    }

    #[test]
    fn nothing_is_asked_after_death() {
        assert!(settle(&OPEN, &OpenItemAnswers::default(), false, Died).unwrap().is_empty());
    }
}
