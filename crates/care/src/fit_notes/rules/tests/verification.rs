//! Tests of issued notes: verification and withdrawal.

use super::{code, day};
use crate::fit_notes::model::{
    FitNoteAdaptation, FitNoteContent, FitNoteFitness, FitNoteGenuineness, FitNotePeriodUnit, FitNoteProfession, FitNoteState,
    NotePeriod, OtherPrintedDetails, PrintedDetails,
};
use crate::fit_notes::rules::verification::{check_not_withdrawn, may_withdraw, verify};
use platform::refusal::Reason;

fn content() -> FitNoteContent {
    FitNoteContent {
        name: "Rowena Skye".to_owned(),
        assessed_on: day("2027-01-11"),
        condition: "Stress at work".to_owned(),
        fitness: FitNoteFitness::NotFit,
        adaptations: Vec::new(),
        comments: None,
        stated: NotePeriod::Duration { count: 4, unit: FitNotePeriodUnit::Weeks },
        assess_again: true,
        issuer: "Maya Ellison".to_owned(),
        profession: FitNoteProfession::Doctor,
        issued_on: day("2027-01-12"),
        organisation: vec!["Northgate Clinic".to_owned()],
        check_at: None,
    }
}

/// `#fit-note-confidentiality`: only that a note is as written; tampering with duration and condition is the known fraud.
#[test]
fn verification_has_one_of_three_results() {
    use FitNoteGenuineness::{Altered, Genuine, Unknown};
    let (note, paper) = (content(), || PrintedDetails {
        issued_on: day("2027-01-12"),
        fitness: FitNoteFitness::NotFit,
        period: NotePeriod::Duration { count: 4, unit: FitNotePeriodUnit::Weeks },
        others: OtherPrintedDetails::default(),
    });
    let table = [
        (paper(), Genuine),
        (PrintedDetails { issued_on: day("2027-01-13"), ..paper() }, Altered),
        (PrintedDetails { fitness: FitNoteFitness::MayBeFit, ..paper() }, Altered),
        (PrintedDetails { period: NotePeriod::Duration { count: 14, unit: FitNotePeriodUnit::Weeks }, ..paper() }, Altered),
        (PrintedDetails { period: NotePeriod::Duration { count: 4, unit: FitNotePeriodUnit::Months }, ..paper() }, Altered),
    ];
    for (paper, expected) in table {
        assert_eq!(verify(Some(&note), &[], &paper), expected);
        assert_eq!(verify(None, &[], &paper), Unknown);
    }
}

/// `#fit-note-confidentiality`: anyone who holds the paper can check everything that is printed on it.
#[test]
fn every_printed_field_can_be_verified() {
    use FitNoteAdaptation::{AlteredHours, PhasedReturn};
    type Change = fn(&mut OtherPrintedDetails);
    let text = |text: &str| Some(text.to_owned());
    let note = FitNoteContent {
        fitness: FitNoteFitness::MayBeFit,
        adaptations: vec![PhasedReturn, AlteredHours],
        comments: text("Tires after four hours.\nNo nights."),
        organisation: vec!["Northgate Clinic".to_owned(), "12 Mill Lane".to_owned(), "Exampleton, EX1 2MP".to_owned()],
        ..content()
    };
    let all = || OtherPrintedDetails {
        name: text(" rowena  SKYE "),
        assessed_on: Some(day("2027-01-11")),
        condition: text("stress at work"),
        adaptations: Some(vec![AlteredHours, PhasedReturn]),
        comments: text("tires after four hours. No nights."),
        assess_again: Some(true),
        issuer_name: text("Maya Ellison"),
        issuer_profession: Some(FitNoteProfession::Doctor),
        issuer_address: text("Northgate Clinic\n12 Mill Lane\nExampleton EX1 2MP"),
        duplicate_issued_on: Some(day("2027-01-20")),
    };
    let result = |note: &FitNoteContent, others: OtherPrintedDetails| {
        let fitness = note.fitness;
        verify(
            Some(note),
            &[day("2027-01-20")],
            &PrintedDetails { issued_on: note.issued_on, fitness, period: note.stated, others },
        )
    };
    assert_eq!(result(&note, all()), FitNoteGenuineness::Genuine);
    let changes: [(&str, Change); 11] = [
        ("name", |paper| paper.name = Some("Rowan Skye".to_owned())),
        ("assessed_on", |paper| paper.assessed_on = paper.assessed_on.and_then(|day| day.pred_opt())),
        ("condition", |paper| paper.condition = Some("Back pain".to_owned())),
        ("one adaptation fewer", |paper| paper.adaptations = Some(vec![PhasedReturn])),
        ("no adaptations", |paper| paper.adaptations = Some(Vec::new())),
        ("comments", |paper| paper.comments = Some("Tires after four hours.".to_owned())),
        ("assess_again", |paper| paper.assess_again = Some(false)),
        ("issuer_name", |paper| paper.issuer_name = Some("Mia Ellison".to_owned())),
        ("issuer_profession", |paper| paper.issuer_profession = Some(FitNoteProfession::Nurse)),
        ("issuer_address", |paper| paper.issuer_address = Some("Northgate Clinic, 14 Mill Lane, Exampleton EX1 2MP".to_owned())),
        ("duplicate_issued_on", |paper| paper.duplicate_issued_on = paper.duplicate_issued_on.and_then(|day| day.succ_opt())),
    ];
    for (name, change) in changes {
        let mut paper = all();
        change(&mut paper);
        assert_eq!(result(&note, paper), FitNoteGenuineness::Altered, "{name}");
    }
    let silent = FitNoteContent { comments: None, ..note };
    let none = |comments: &str| OtherPrintedDetails { comments: text(comments), ..OtherPrintedDetails::default() };
    assert_eq!(result(&silent, none("None")), FitNoteGenuineness::Genuine, "as it is printed");
    assert_eq!(result(&silent, none("No nights.")), FitNoteGenuineness::Altered);
}

/// `#fit-note-duplicates`: a duplicate replaces a valid note; the note belongs to the patient, and an employer keeps a copy.
#[test]
fn a_note_is_withdrawn_once_and_not_after_the_employer_has_it() {
    use FitNoteState::{Issued, Withdrawn};
    assert_eq!(check_not_withdrawn(Issued), Ok(()));
    assert_eq!(code(check_not_withdrawn(Withdrawn)), Some(Reason::FitNoteWithdrawn));
    assert_eq!(may_withdraw(Issued, false), Ok(()));
    assert_eq!(code(may_withdraw(Issued, true)), Some(Reason::FitNoteWithEmployer));
    assert_eq!(code(may_withdraw(Withdrawn, false)), Some(Reason::FitNoteWithdrawn));
    assert_eq!(code(may_withdraw(Withdrawn, true)), Some(Reason::FitNoteWithdrawn));
}
