//! Scores and changes, at every threshold.

use proptest::prelude::*;

use super::*;
use crate::questionnaires::catalogue;

fn definition(code: &str) -> &'static Definition {
    catalogue().get(code).unwrap()
}

/// Answers with this total: points are given from the first item on, so that the last one (the risk item of the PHQ-9) is the
/// last to be above zero.
fn answers(definition: &Definition, mut total: u16) -> Vec<(String, i64)> {
    let mut answers = Vec::new();
    for item in definition.items.iter().filter(|item| !item.unscored) {
        let highest = u16::from(definition.choices(item).last().unwrap().value);
        let points = highest.min(total);
        total -= points;
        answers.push((item.id.clone(), i64::from(points)));
    }
    assert_eq!(total, 0, "this total cannot be reached");
    answers
}

fn fields(refusal: &Refusal) -> Vec<(&str, &str)> {
    refusal.fields.iter().map(|field| (field.pointer.as_str(), field.code)).collect()
}

#[test]
fn bands_and_caseness_change_at_their_thresholds() {
    let cases = [
        ("phq-9", 0, "minimal", false),
        ("phq-9", 4, "minimal", false),
        ("phq-9", 5, "mild", false),
        ("phq-9", 9, "mild", false),
        ("phq-9", 10, "moderate", true),
        ("phq-9", 14, "moderate", true),
        ("phq-9", 15, "moderately_severe", true),
        ("phq-9", 19, "moderately_severe", true),
        ("phq-9", 20, "severe", true),
        ("phq-9", 27, "severe", true),
        ("gad-7", 0, "minimal", false),
        ("gad-7", 4, "minimal", false),
        ("gad-7", 5, "mild", false),
        ("gad-7", 7, "mild", false),
        ("gad-7", 8, "mild", true),
        ("gad-7", 9, "mild", true),
        ("gad-7", 10, "moderate", true),
        ("gad-7", 14, "moderate", true),
        ("gad-7", 15, "severe", true),
        ("gad-7", 21, "severe", true),
        ("audit-c", 0, "lower_risk", false),
        ("audit-c", 4, "lower_risk", false),
        ("audit-c", 5, "increasing_or_higher_risk", true),
        ("audit-c", 12, "increasing_or_higher_risk", true),
        // https://portofcall.com/information-guides/alcohol-awareness/alcohol-screening-nhs-test-questions/
        ("audit", 7, "lower_risk", false),
        ("audit", 8, "increasing_risk", true),
        ("audit", 15, "increasing_risk", true),
        ("audit", 16, "higher_risk", true),
        ("audit", 19, "higher_risk", true),
        ("audit", 20, "possible_dependence", true),
        ("audit", 40, "possible_dependence", true),
        ("pcl-5", 30, "below_cut_off", false),
        ("pcl-5", 31, "above_cut_off", true),
    ];
    for (code, total, band, caseness) in cases {
        let definition = definition(code);
        let score = score(definition, &answers(definition, total)).unwrap();
        assert_eq!((score.total, score.band.as_str(), score.caseness), (total, band, caseness), "{code} at {total}");
    }
}

#[test]
fn the_ninth_item_of_the_phq_9_shows_risk_at_any_answer_above_zero() {
    let phq = definition("phq-9");
    for value in 0..=3 {
        let mut given = answers(phq, 0);
        given[8].1 = value;
        let score = score(phq, &given).unwrap();
        assert_eq!(score.risk, value > 0, "item 9 at {value}");
        assert_eq!(score.risk_items, if value > 0 { vec!["phq9_9".to_owned()] } else { vec![] });
        assert!(!score.caseness);
    }
    let severe_without = score(phq, &answers(phq, 24)).unwrap();
    assert!(severe_without.caseness && !severe_without.risk);
    let gad = definition("gad-7");
    assert!(!score(gad, &answers(gad, 21)).unwrap().risk);
}

#[test]
fn the_question_about_difficulty_counts_towards_no_total_and_may_be_left_out() {
    for (code, item) in [("phq-9", "phq9_difficulty"), ("gad-7", "gad7_difficulty")] {
        let definition = definition(code);
        let without = answers(definition, 12);
        for value in 0..=3 {
            let mut with = without.clone();
            with.push((item.to_owned(), value));
            assert_eq!(score(definition, &with), score(definition, &without), "{code} {value}");
        }
        let mut wrong = without.clone();
        wrong.push((item.to_owned(), 4));
        assert_eq!(score(definition, &wrong).unwrap_err().fields[0].code, "out_of_range");
        let alone = score(definition, &[(item, 1)]).unwrap_err();
        assert_eq!(alone.fields.len(), definition.items.len() - 1);
    }
}

#[test]
fn the_order_of_the_answers_does_not_matter() {
    let phq = definition("phq-9");
    let forwards = answers(phq, 26);
    let backwards: Vec<_> = forwards.iter().rev().cloned().collect();
    assert_eq!(score(phq, &forwards).unwrap(), score(phq, &backwards).unwrap());
}

#[test]
fn every_wrong_answer_is_listed_in_one_refusal() {
    let given = [
        ("gad7_1", 0),
        ("gad7_2", 4),
        ("gad7_3", -1),
        ("phq9_1", 1),
        ("gad7_1", 2),
        ("gad7_4", i64::MAX),
        ("gad7_4", 1),
        ("GAD7_5", 1),
        ("gad7_6", 3),
    ];
    let refusal = score(definition("gad-7"), &given).unwrap_err();
    assert_eq!(refusal.reason, Reason::InvalidBody);
    let expected = [
        ("/answers/1/value", "out_of_range"),
        ("/answers/2/value", "out_of_range"),
        ("/answers/3/item", "unknown_item"),
        ("/answers/4/item", "duplicate"),
        ("/answers/5/value", "out_of_range"),
        ("/answers/6/item", "duplicate"),
        ("/answers/7/item", "unknown_item"),
        ("/answers", "required"),
        ("/answers", "required"),
    ];
    assert_eq!(fields(&refusal), expected);
    let details: Vec<_> = refusal.fields.iter().map(|field| field.detail.as_ref()).collect();
    assert_eq!(details[0], "Choose one of 0, 1, 2, 3.");
    assert_eq!(details[7..], ["Question gad7_5 has no answer.", "Question gad7_7 has no answer."]);
    assert!(!details.iter().any(|detail| detail.contains("GAD7_5") || detail.contains("phq9")), "a detail repeats what was sent");
}

#[test]
fn a_refusal_of_an_empty_form_lists_every_item() {
    let phq = definition("phq-9");
    let refusal = score::<&str>(phq, &[]).unwrap_err();
    assert_eq!(fields(&refusal), vec![("/answers", "required"); 9]);
}

#[test]
fn change_is_reliable_from_the_agreed_amount_upwards() {
    use ReliableChange::{Deterioration, Improvement, None, Undefined};
    let cases = [
        ("phq-9", 15, 9, -6, Improvement, true),
        ("phq-9", 15, 10, -5, None, false),
        ("phq-9", 10, 9, -1, None, true),
        ("phq-9", 9, 0, -9, Improvement, false),
        ("phq-9", 9, 15, 6, Deterioration, false),
        ("phq-9", 9, 14, 5, None, false),
        ("phq-9", 12, 12, 0, None, false),
        ("gad-7", 8, 4, -4, Improvement, true),
        ("gad-7", 8, 7, -1, None, true),
        ("gad-7", 12, 9, -3, None, false),
        ("gad-7", 3, 7, 4, Deterioration, false),
        ("audit-c", 12, 0, -12, Undefined, true),
        ("pcl-5", 45, 35, -10, Improvement, false),
        ("core-10", 20, 15, -5, None, false),
        ("core-10", 16, 10, -6, Improvement, true),
        ("wemwbs", 40, 43, 3, Improvement, false),
        ("wemwbs", 43, 40, -3, Deterioration, false),
        ("wemwbs", 40, 42, 2, None, false),
        ("who-5", 28, 72, 44, Undefined, true),
    ];
    for (code, first, last, difference, reliable, recovered) in cases {
        let expected = ScoreChange { difference, reliable, recovered };
        assert_eq!(change(definition(code), first, last), expected, "{code} from {first} to {last}");
    }
}

#[test]
fn recovery_depends_on_all_measures_together() {
    let (phq, gad) = (definition("phq-9"), definition("gad-7"));
    let cases = [
        ("case on both, below both, reliably", (18, 6), (14, 5), true, true),
        ("case on one only", (18, 6), (7, 7), true, true),
        ("still a case on the other", (18, 6), (14, 8), false, false),
        ("never a case", (9, 0), (7, 0), false, false),
        ("below both, but by chance", (10, 9), (8, 7), true, false),
        ("below both, better on one, worse on the other", (16, 9), (3, 7), true, false),
    ];
    for (name, (phq_first, phq_last), (gad_first, gad_last), recovered, reliably_recovered) in cases {
        let got = recovery(&[(phq, phq_first, phq_last), (gad, gad_first, gad_last)]);
        assert_eq!((got.recovered, got.reliably_recovered), (recovered, reliably_recovered), "{name}");
    }
    assert!(!recovery(&[]).recovered);
}

/// Reliable improvement is improvement on either measure without deterioration on the other; deterioration is on either measure.
#[test]
fn improvement_and_deterioration_depend_on_all_measures_together() {
    let (phq, gad) = (definition("phq-9"), definition("gad-7"));
    for (name, (phq_first, phq_last), (gad_first, gad_last), case, improved, deteriorated) in [
        ("better on one", (18, 12), (14, 14), true, true, false),
        ("better on both", (18, 6), (14, 5), true, true, false),
        ("better on one, worse on the other", (18, 6), (8, 14), true, false, true),
        ("worse on one", (12, 18), (8, 8), true, false, true),
        ("no case, better", (9, 3), (7, 7), false, true, false),
        ("neither", (12, 10), (8, 7), true, false, false),
    ] {
        let got = recovery(&[(phq, phq_first, phq_last), (gad, gad_first, gad_last)]);
        assert_eq!(
            (got.case_at_start, got.reliably_improved, got.reliably_deteriorated),
            (case, improved, deteriorated),
            "{name}"
        );
    }
}

/// <https://mhscales.com/pcl5>: at least one of B, one of C, two of D and two of E at "moderately" or more.
#[test]
fn every_cluster_of_the_pcl_5_must_be_present() {
    let pcl = definition("pcl-5");
    let score_with = |present: &[(usize, i64)]| {
        let mut given = answers(pcl, 0);
        for (number, points) in present {
            given[number - 1].1 = *points;
        }
        score(pcl, &given).unwrap()
    };
    let all = [(1, 2), (6, 2), (8, 2), (9, 2), (15, 2), (16, 2)];
    assert_eq!(score_with(&all).clusters_met, Some(true));
    assert!(!score_with(&all).caseness, "the clusters do not depend on the total");
    for missing in 0..all.len() {
        let mut fewer = all;
        fewer[missing].1 = 1;
        assert_eq!(score_with(&fewer).clusters_met, Some(false), "without item {}", all[missing].0);
    }
    assert_eq!(score(definition("phq-9"), &answers(definition("phq-9"), 0)).unwrap().clusters_met, None);
}

#[test]
fn an_entered_total_must_be_in_range_and_gets_its_band_and_caseness() {
    for (code, total, band, caseness) in [
        ("core-10", 10, "low", false),
        ("core-10", 11, "mild", true),
        ("core-10", 25, "severe", true),
        ("who-5", 28, "very_low", true),
        ("who-5", 48, "low", true),
        ("who-5", 52, "fair_or_good", false),
        ("wsas", 9, "subclinical", false),
        ("wsas", 21, "severe", false),
        ("pss-10", 27, "high", false),
        ("wemwbs", 14, "very_low", false),
        ("wemwbs", 45, "average_or_high", false),
    ] {
        let score = score_entered_total(definition(code), total, Some(false)).unwrap();
        assert_eq!((score.band.as_str(), score.caseness, score.risk), (band, caseness, false), "{code} at {total}");
    }
    assert_eq!(score_entered_total(definition("core-10"), 0, Some(true)).unwrap().risk_items, ["core10_6"]);
    assert!(!score_entered_total(definition("wsas"), 9, None).unwrap().risk, "no question is about risk");
    for (code, total, risk, pointer, word) in [
        ("phq-9", 5, None, "/questionnaire", "not_allowed"),
        ("core-10", 41, Some(false), "/total", "out_of_range"),
        ("core-10", 10, None, "/risk", "required"),
        ("who-5", 50, None, "/total", "out_of_range"),
        ("wemwbs", 13, None, "/total", "out_of_range"),
        ("wsas", 5, Some(true), "/risk", "not_allowed"),
    ] {
        let refusal = score_entered_total(definition(code), total, risk).unwrap_err();
        let field = &refusal.fields[0];
        assert_eq!(
            (refusal.reason, field.pointer.as_str(), field.code),
            (Reason::InvalidBody, pointer, word),
            "{code} at {total}"
        );
    }
}

#[test]
fn loinc_codes_have_a_valid_check_digit() {
    for valid in ["44249-1", "69689-8", "75626-2", "69722-7"] {
        assert!(is_loinc(valid), "{valid}");
    }
    for invalid in ["69689-6", "44249-2", "44429-1", "44249", "-1", "44249-", "44249-11", "LA6568-5", "4a249-1", ""] {
        assert!(!is_loinc(invalid), "{invalid}");
    }
}

proptest! {
    #[test]
    fn the_total_is_the_sum_and_a_higher_total_is_never_a_lower_band(points in prop::collection::vec((0i64..=3, 0i64..=3), 9)) {
        let phq = definition("phq-9");
        let take = |pick: fn(&(i64, i64)) -> i64| -> Vec<(&str, i64)> {
            phq.items.iter().map(|item| item.id.as_str()).zip(points.iter().map(pick)).collect()
        };
        let (one, other) = (score(phq, &take(|pair| pair.0)).unwrap(), score(phq, &take(|pair| pair.1)).unwrap());
        prop_assert_eq!(i64::from(one.total), points.iter().map(|pair| pair.0).sum::<i64>());
        let rank = |score: &Score| phq.bands.iter().position(|band| band.code == score.band).unwrap();
        if one.total <= other.total {
            prop_assert!(rank(&one) <= rank(&other));
            prop_assert!(one.caseness <= other.caseness);
        }
    }

    #[test]
    fn any_answers_are_scored_or_refused(given in prop::collection::vec(("[a-z]{3}7_[0-9]|gad7_[1-7]", any::<i64>()), 0..12)) {
        if let Err(refusal) = score(definition("gad-7"), &given) {
            prop_assert_eq!(refusal.reason, Reason::InvalidBody);
            prop_assert!(!refusal.fields.is_empty());
        }
    }
}
