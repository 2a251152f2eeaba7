//! Eligibility at the dates that matter.

use super::*;
use crate::registration::catalogue::eligibility;
use crate::registration::model::EligibilityRules;
use people::practitioners::model::ConfidentialityReason as Why;
use reference::workforce::model::{Nation, Profession, Setting};

/// Decides by these rules and intake periods.
fn decide_by(rules: &EligibilityRules, person: &Applicant, on: NaiveDate) -> DecisionWithReasons {
    decide(&rules.rules, &rules.intake, person, on)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn person(profession: Profession, setting: Setting, nation: Nation, reason: Why) -> Applicant {
    Applicant { profession, setting, nation, reason, in_care: false }
}

#[test]
fn people_are_covered_by_the_rules_of_the_day() {
    use EligibilityDecision::{AwaitingDecision, Eligible, NeedsFunding, Signposted};
    use Nation::{England, Guernsey, IsleOfMan, Jersey, NorthernIreland, Scotland, Wales};
    use Profession::*;
    use Setting::{Other, PrimaryCare as Gp, SecondaryCare as Trust, SocialCare};
    let now = "2026-11-22";
    let cases = [
        // 2019: commissioned for doctors and dentists in England; NHS colleagues by special arrangement only.
        ("2019-11-01", Doctor, Trust, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        ("2019-11-01", Dentist, Gp, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        ("2019-11-01", Doctor, Other, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        ("2019-11-01", Nurse, Trust, England, Why::None, NeedsFunding, "special_arrangement_only"),
        ("2019-11-01", Nurse, Trust, England, Why::Seniority, NeedsFunding, "special_arrangement_only"),
        // No reason made a difference then, so there was nothing to decide.
        ("2019-11-01", Nurse, Trust, England, Why::Other, NeedsFunding, "special_arrangement_only"),
        ("2019-11-01", Manager, Trust, England, Why::None, NeedsFunding, "special_arrangement_only"),
        ("2019-11-01", NonClinical, Gp, England, Why::None, NeedsFunding, "special_arrangement_only"),
        ("2019-11-01", Paramedic, Trust, England, Why::None, NeedsFunding, "special_arrangement_only"),
        ("2019-11-01", PhysicianAssociate, Gp, England, Why::None, NeedsFunding, "special_arrangement_only"),
        ("2019-11-01", DentalCareProfessional, Gp, England, Why::None, NeedsFunding, "special_arrangement_only"),
        ("2019-11-01", Nurse, Other, England, Why::None, Signposted, "not_covered"),
        ("2019-11-01", SocialCareWorker, SocialCare, England, Why::None, Signposted, "social_care"),
        ("2019-11-01", MedicalStudent, Trust, England, Why::None, Signposted, "medical_student"),
        ("2019-11-01", Doctor, Trust, Scotland, Why::None, Signposted, "not_covered_where_you_work"),
        ("2019-10-20", Doctor, Trust, England, Why::None, Signposted, "no_rule_in_force"),
        // 2021: the hubs had opened, the commission was unchanged.
        ("2021-03-01", Doctor, Gp, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        ("2021-03-01", Nurse, Trust, England, Why::Team, NeedsFunding, "special_arrangement_only"),
        ("2021-03-01", HealthcareAssistant, SocialCare, England, Why::None, Signposted, "social_care"),
        ("2023-03-31", Nurse, Trust, England, Why::Team, NeedsFunding, "special_arrangement_only"),
        ("2023-04-01", Nurse, Trust, England, Why::Team, Eligible, "genuine_confidentiality_reason"),
        // April 2024: intake from secondary care was closed for a day; other cohorts stayed open.
        ("2024-04-14", Doctor, Trust, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        ("2024-04-15", Doctor, Trust, England, Why::None, Signposted, "intake_closed_secondary_care"),
        ("2024-04-15", Nurse, Trust, England, Why::Team, Signposted, "intake_closed_secondary_care"),
        ("2024-04-15", Nurse, Trust, England, Why::None, Signposted, "intake_closed_secondary_care"),
        ("2024-04-15", Nurse, Trust, England, Why::Other, Signposted, "intake_closed_secondary_care"),
        ("2024-04-15", MedicalStudent, Trust, England, Why::None, Signposted, "medical_student"),
        ("2024-04-15", Doctor, Gp, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        ("2024-04-15", Doctor, Trust, IsleOfMan, Why::None, Eligible, "doctor_or_dentist_in_isle_of_man"),
        ("2024-05-10", Doctor, Trust, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        ("2024-05-10", Manager, Trust, England, Why::Seniority, Eligible, "genuine_confidentiality_reason"),
        // Today.
        (now, Doctor, Trust, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        (now, Doctor, SocialCare, England, Why::None, Eligible, "doctor_or_dentist_in_england"),
        (now, Nurse, Gp, England, Why::Seniority, Eligible, "genuine_confidentiality_reason"),
        (now, NonClinical, Trust, England, Why::LocalServiceIsEmployer, Eligible, "genuine_confidentiality_reason"),
        (now, Nurse, Gp, England, Why::None, NeedsFunding, "no_confidentiality_reason"),
        (now, Nurse, Gp, England, Why::Other, AwaitingDecision, "reason_awaits_decision"),
        (now, NonClinical, Trust, England, Why::Other, AwaitingDecision, "reason_awaits_decision"),
        (now, Doctor, Trust, England, Why::Other, Eligible, "doctor_or_dentist_in_england"),
        (now, Nurse, Other, England, Why::Other, Signposted, "not_covered"),
        (now, Nurse, Trust, Wales, Why::Other, Signposted, "not_covered_where_you_work"),
        (now, MedicalStudent, Trust, England, Why::Other, Signposted, "medical_student"),
        (now, Nurse, Other, England, Why::Seniority, Signposted, "not_covered"),
        (now, HealthcareAssistant, SocialCare, England, Why::Seniority, Signposted, "social_care"),
        (now, SocialCareWorker, Other, England, Why::Seniority, Signposted, "social_care"),
        (now, MedicalStudent, Trust, England, Why::Team, Signposted, "medical_student"),
        (now, MedicalStudent, Trust, Scotland, Why::None, Signposted, "medical_student"),
        (now, Doctor, Trust, IsleOfMan, Why::None, Eligible, "doctor_or_dentist_in_isle_of_man"),
        (now, Dentist, Gp, IsleOfMan, Why::None, Eligible, "doctor_or_dentist_in_isle_of_man"),
        (now, Nurse, Trust, IsleOfMan, Why::Team, Signposted, "not_covered_where_you_work"),
        (now, Doctor, Gp, Guernsey, Why::None, Eligible, "doctor_in_channel_islands"),
        (now, Doctor, Gp, Jersey, Why::None, Eligible, "doctor_in_channel_islands"),
        (now, Dentist, Gp, Jersey, Why::None, Signposted, "not_covered_where_you_work"),
        (now, Paramedic, Trust, Scotland, Why::None, Eligible, "regulated_professional_in_scotland"),
        (now, NonClinical, Trust, Scotland, Why::Seniority, Signposted, "not_covered_where_you_work"),
        (now, Doctor, Trust, Wales, Why::None, Signposted, "not_covered_where_you_work"),
        (now, Doctor, Trust, NorthernIreland, Why::None, Signposted, "not_covered_where_you_work"),
    ];
    for (date, profession, setting, nation, reason, decision, code) in cases {
        let got = decide_by(eligibility(), &person(profession, setting, nation, reason), day(date));
        let name = format!("{date} {} {} {}", profession.as_str(), setting.as_str(), nation.as_str());
        assert_eq!((got.decision, got.reasons[0].code.as_str()), (decision, code), "{name}");
    }
}

#[test]
fn closed_intake_gives_both_reasons_and_signposts() {
    let doctor = person(Profession::Doctor, Setting::SecondaryCare, Nation::England, Why::None);
    let got = decide_by(eligibility(), &doctor, day("2024-04-15"));
    let codes: Vec<_> = got.reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(codes, ["intake_closed_secondary_care", "doctor_or_dentist_in_england"]);
    assert!(got.signposts.contains(&SignpostNeed::WorkSupport) && got.signposts.contains(&SignpostNeed::Crisis));
}

#[test]
fn closed_intake_lasts_until_the_next_period_and_spares_those_in_care() {
    let mut rules = eligibility().clone();
    rules.intake.retain(|period| period.from != day("2024-04-16"));
    let mut doctor = person(Profession::Doctor, Setting::SecondaryCare, Nation::England, Why::None);
    for date in ["2024-04-15", "2024-05-10", "2026-11-22"] {
        doctor.in_care = false;
        assert_eq!(decide_by(&rules, &doctor, day(date)).decision, EligibilityDecision::Signposted, "{date}");
        doctor.in_care = true;
        let got = decide_by(&rules, &doctor, day(date));
        assert_eq!((got.decision, got.reasons[0].code.as_str()), (EligibilityDecision::Eligible, "already_in_care"), "{date}");
    }
}

#[test]
fn words_that_staff_accept_cover_and_words_that_they_decline_do_what_the_rules_say() {
    let nurse = person(Profession::Nurse, Setting::PrimaryCare, Nation::England, Why::Other);
    let (rules, today) = (&eligibility().rules, day("2026-11-22"));
    let codes = |decided: &DecisionWithReasons| decided.reasons.iter().map(|reason| reason.code.clone()).collect::<Vec<_>>();

    let waiting = decide_by(eligibility(), &nurse, today);
    assert!(waiting.signposts.contains(&SignpostNeed::Crisis) && waiting.signposts.contains(&SignpostNeed::MedicalHelp));
    let accepted = decide_accepted(rules, &nurse, today);
    assert_eq!((accepted.decision, codes(&accepted)), (EligibilityDecision::Eligible, vec!["reason_accepted".to_owned()]));
    let declined = decide_declined(rules, &nurse, today);
    assert_eq!(
        (declined.decision, codes(&declined)),
        (EligibilityDecision::NeedsFunding, vec!["reason_not_recognised".to_owned()])
    );
    assert!(declined.signposts.contains(&SignpostNeed::Funding) && declined.signposts.contains(&SignpostNeed::Crisis));
    assert_eq!(decide_declined(&[], &nurse, today).decision, EligibilityDecision::Signposted, "no rule is in force any more");
    assert_eq!(decide_accepted(&[], &nurse, today).decision, EligibilityDecision::Eligible, "what was accepted counts");
}

#[test]
fn rule_that_covers_every_reason_still_leaves_words_to_staff() {
    let mut rules = eligibility().clone();
    let covers_all = |rule: &mut Rule| {
        rule.when.reasons = vec![Why::Seniority, Why::Team, Why::LocalServiceIsEmployer, Why::Other];
    };
    rules.rules.iter_mut().filter(|rule| rule.id == "staff_with_confidentiality_reason").for_each(covers_all);
    let nurse = person(Profession::Nurse, Setting::PrimaryCare, Nation::England, Why::Other);
    let today = day("2026-11-22");
    assert_eq!(decide_by(&rules, &nurse, today).decision, EligibilityDecision::AwaitingDecision);
    let declined = decide_declined(&rules.rules, &nurse, today);
    assert_eq!(
        (declined.decision, declined.reasons[0].code.as_str()),
        (EligibilityDecision::NeedsFunding, "no_confidentiality_reason")
    );
}

#[test]
fn people_who_need_funding_are_signposted_to_it() {
    let nurse = person(Profession::Nurse, Setting::PrimaryCare, Nation::England, Why::None);
    let got = decide_by(eligibility(), &nurse, day("2026-11-22"));
    assert!(got.signposts.contains(&SignpostNeed::Funding));
}

#[test]
fn everyone_gets_a_reason_and_crisis_help_on_any_day() {
    let rules = eligibility();
    for date in ["2019-01-01", "2019-10-21", "2021-03-01", "2024-04-15", "2026-11-22", "2040-01-01"].map(day) {
        for (&profession, &setting) in Profession::ALL.iter().flat_map(|p| Setting::ALL.iter().map(move |s| (p, s))) {
            for (&nation, &reason) in Nation::ALL.iter().flat_map(|n| Why::ALL.iter().map(move |r| (n, r))) {
                for in_care in [false, true] {
                    let got = decide_by(rules, &Applicant { profession, setting, nation, reason, in_care }, date);
                    assert!(got.reasons.iter().all(|reason| !reason.text.is_empty()) && !got.reasons.is_empty());
                    assert_eq!(got.signposts.iter().filter(|need| **need == SignpostNeed::Crisis).count(), 1);
                    assert_eq!(in_care, got.reasons[0].code == "already_in_care");
                }
            }
        }
    }
}

#[test]
fn each_decision_leads_to_its_point_on_the_pathway() {
    use people::practitioners::model::Pathway;
    let points = EligibilityDecision::ALL.iter().map(|decision| decision.pathway()).collect::<Vec<_>>();
    assert_eq!(points, [Pathway::Registered, Pathway::AwaitingFunding, Pathway::AwaitingDecision, Pathway::Signposted]);
}
