//! <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>,
//! <https://www.buckshealthcare.nhs.uk/documents/good-practice-guidance-for-controlled-drugs/>,
//! <http://www.resourcepharm.com/pharmacy-law-and-ethics/controlled-drugs.html>, and public repository
//! NHSDigital/electronic-prescription-service-api, `MedicationRequest.yaml`.

use super::*;
use crate::prescriptions::model::Repeat;
use crate::prescriptions::rules::controlled::{check, check_repeat, check_start, last_day, validity};

fn found(content: &Content) -> Vec<&'static str> {
    codes(&check(content, true, false, the_catalogue()))
}

#[test]
fn schedules_2_to_4_allow_thirty_days_unless_a_need_is_recorded() {
    for (medicine, days, expected) in [
        ("zopiclone-7-5mg-tablets", 30, &[][..]),
        ("zopiclone-7-5mg-tablets", 31, &["supply_too_long"]),
        ("diazepam-2mg-tablets", 56, &["supply_too_long"]),
        ("temazepam-10mg-tablets", 30, &[]),
        ("temazepam-10mg-tablets", 31, &["supply_too_long"]),
        ("methylphenidate-10mg-tablets", 31, &["supply_too_long"]),
        // Schedule 5 and medicines that are not controlled have no such limit.
        ("codeine-30mg-tablets", 60, &[]),
        ("sertraline-50mg-tablets", 90, &[]),
    ] {
        let content = content(vec![daily(medicine, days)]);
        let findings = check(&content, true, false, the_catalogue());
        assert_eq!(codes(&findings), expected, "{medicine} for {days} days");
        assert!(findings.iter().all(|finding| finding.justifiable().is_some()), "a recorded need makes an exception");
    }
}

#[test]
fn the_supply_is_also_calculated_from_the_quantity() {
    // Sixty tablets for an instruction of one a day for thirty days.
    let long = content(vec![item("zopiclone-7-5mg-tablets", "60", vec![step("1", "tablet", 1, Some(30))])]);
    assert_eq!(found(&long), ["supply_too_long"]);
    let open = content(vec![item("zopiclone-7-5mg-tablets", "31", vec![step("1", "tablet", 1, None)])]);
    assert_eq!(found(&open), ["supply_too_long"]);
    // It is not clear how long the quantity lasts.
    let mut unclear = content(vec![item("methadone-1mg-ml-oral-solution", "140", vec![step("1", "dose", 1, Some(14))])]);
    assert_eq!(found(&unclear), ["dosage_unclear"]);
    unclear.items[0].dosage = vec![step("10", "mg", 1, Some(14))];
    assert!(found(&unclear).is_empty(), "1 mg is in 1 ml");
}

#[test]
fn every_prescription_needs_an_address_and_a_private_one_of_schedule_2_or_3_the_code() {
    for (medicine, schedule_2_or_3) in [
        ("methylphenidate-10mg-tablets", true),
        ("temazepam-10mg-tablets", true),
        ("diazepam-2mg-tablets", false),
        ("codeine-30mg-tablets", false),
        ("sertraline-50mg-tablets", false),
    ] {
        let mut content = content(vec![daily(medicine, 14)]);
        assert!(check(&content, true, false, the_catalogue()).is_empty(), "{medicine}");
        let needs_code = codes(&check(&content, false, false, the_catalogue())) == ["private_code_required"];
        assert_eq!(needs_code, schedule_2_or_3, "{medicine}");
        content.form = PrescriptionFormType::NhsPaper;
        assert!(check(&content, false, false, the_catalogue()).is_empty(), "{medicine}: the NHS form needs no private code");
        // SI 2012/1916, regulation 217(4)(d): name and address of the person, whatever the medicine.
        content.address = None;
        assert_eq!(found(&content), ["address_required"], "{medicine}");
        assert!(check(&content, false, true, the_catalogue()).is_empty(), "{medicine}: the address is in the record");
    }
}

#[test]
fn words_and_figures_must_agree() {
    for (words, allowed) in
        [("fourteen", true), ("Fourteen tablets", true), ("forty", false), ("fourteen capsules", false), ("", false)]
    {
        let mut content = content(vec![daily("temazepam-10mg-tablets", 14)]);
        content.items[0].quantity_words = words.to_owned();
        assert_eq!(found(&content).is_empty(), allowed, "{words:?}");
    }
}

#[test]
fn schedules_2_and_3_cannot_be_repeated_and_4_and_5_can() {
    for (medicine, allowed) in [
        ("methylphenidate-10mg-tablets", false),
        ("temazepam-10mg-tablets", false),
        ("diazepam-2mg-tablets", true),
        ("codeine-30mg-tablets", true),
        ("sertraline-50mg-tablets", true),
    ] {
        let mut content = content(vec![daily(medicine, 28)]);
        content.repeat = Some(Repeat { issues: 3, interval_days: 28, review_on: Some(day("2027-04-01")) });
        assert_eq!(found(&content) != ["repeat_not_allowed"], allowed, "{medicine}");
    }
}

#[test]
fn an_item_is_valid_for_28_days_or_six_months() {
    use PrescriptionFormType::{NhsPaper, Private};
    for (medicine, form, start, from, until) in [
        // Schedules 2, 3 and 4: 28 days after the appropriate date (SI 2001/3998, regulation 16).
        ("methylphenidate-10mg-tablets", Private, None, "2027-01-11", "2027-02-08"),
        ("temazepam-10mg-tablets", NhsPaper, None, "2027-01-11", "2027-02-08"),
        ("diazepam-2mg-tablets", Private, None, "2027-01-11", "2027-02-08"),
        // From the stated start, if it is later, also on a private prescription.
        ("diazepam-2mg-tablets", Private, Some("2027-01-20"), "2027-01-20", "2027-02-17"),
        // Others: six months beginning with the appropriate date (SI 2012/1916, regulation 217(5)): 11 January to 10 July.
        ("codeine-30mg-tablets", Private, None, "2027-01-11", "2027-07-10"),
        ("sertraline-50mg-tablets", NhsPaper, None, "2027-01-11", "2027-07-10"),
        // An NHS prescription from the stated start, a private one from the signature (regulation 217(7)).
        ("sertraline-50mg-tablets", NhsPaper, Some("2027-02-01"), "2027-02-01", "2027-07-31"),
        ("sertraline-50mg-tablets", Private, Some("2027-02-01"), "2027-02-01", "2027-07-10"),
        // Where the last month has no corresponding day, until its end; otherwise until the day before.
        ("sertraline-50mg-tablets", NhsPaper, Some("2027-08-31"), "2027-08-31", "2028-02-29"),
        ("sertraline-50mg-tablets", NhsPaper, Some("2027-08-29"), "2027-08-29", "2028-02-28"),
        ("sertraline-50mg-tablets", NhsPaper, Some("2027-03-01"), "2027-03-01", "2027-08-31"),
        ("sertraline-50mg-tablets", NhsPaper, Some("2027-01-01"), "2027-01-11", "2027-07-10"),
    ] {
        let mut content = content(vec![daily(medicine, 14)]);
        (content.form, content.starts_on) = (form, start.map(day));
        let limits = &the_catalogue().limits;
        let validity = validity(&content, limits, today()).unwrap();
        assert_eq!((validity.valid_from, validity.valid_until), (day(from), day(until)), "{medicine} {form:?} {start:?}");
        assert_eq!(validity.ends_on, validity.valid_until, "issued once");
    }
}

#[test]
fn each_item_has_its_own_last_day_and_a_repeat_ends_after_twelve_months() {
    // SI 2001/3998, regulation 16, and SI 2012/1916, regulation 217: each medicine by its own rule.
    let mut both = content(vec![daily("sertraline-50mg-tablets", 28), daily("diazepam-2mg-tablets", 14)]);
    both.repeat = Some(Repeat { issues: 2, interval_days: 28, review_on: None });
    let limits = &the_catalogue().limits;
    let last_days: Vec<_> = both.items.iter().map(|item| last_day(item, &both, limits, today()).unwrap()).collect();
    assert_eq!(last_days, [day("2027-07-10"), day("2027-02-08")]);
    // Twelve months, counted in the same way.
    let validity = validity(&both, limits, today()).unwrap();
    assert_eq!((validity.valid_until, validity.ends_on), (day("2027-07-10"), day("2028-01-10")));
}

#[test]
fn a_repeat_needs_a_review_date_and_ends_in_time() {
    for (issues, interval, review, expected) in [
        (6, 28, Some("2027-06-01"), &[][..]),
        (6, 28, None, &["review_date_required"]),
        (6, 28, Some("2027-01-11"), &["review_date_required"]),
        (6, 28, Some("2028-01-10"), &[]),
        (6, 28, Some("2028-01-11"), &["review_date_required"]),
        (12, 28, Some("2027-06-01"), &[]),
        (13, 28, Some("2027-06-01"), &["repeats_too_long"]),
        (5, 92, Some("2027-06-01"), &["repeats_too_long"]),
        (4, 92, Some("2027-06-01"), &[]),
        (99, 366, None, &["review_date_required", "repeats_too_long"]),
    ] {
        let mut content = content(vec![daily("sertraline-50mg-tablets", 28)]);
        content.repeat = Some(Repeat { issues, interval_days: interval, review_on: review.map(day) });
        let validity = validity(&content, &the_catalogue().limits, today()).unwrap();
        let found = check_repeat(&content, &validity, &the_catalogue().limits, today());
        assert_eq!(codes(&found), expected, "{issues} issues every {interval} days, reviewed {review:?}");
    }
}

#[test]
fn the_start_is_today_or_later_while_the_prescription_is_valid() {
    use PrescriptionFormType::{NhsPaper, Private};
    for (form, start, allowed) in [
        (NhsPaper, "2027-01-10", false),
        (NhsPaper, "2027-01-11", true),
        (NhsPaper, "2027-07-13", true),
        (NhsPaper, "2027-07-14", false),
        (NhsPaper, "9999-12-31", false),
        // The six months of a private prescription begin with the signature (SI 2012/1916, regulation 217(7)).
        (Private, "2027-07-10", true),
        (Private, "2027-07-11", false),
    ] {
        let mut content = content(vec![daily("sertraline-50mg-tablets", 28)]);
        (content.form, content.starts_on) = (form, Some(day(start)));
        assert_eq!(check_start(&content, &the_catalogue().limits, today()).is_none(), allowed, "{form:?} {start}");
    }
}

#[test]
fn a_cannabis_based_product_is_never_prescribed() {
    // SI 2001/3998, regulation 16A: only on the order of a doctor on the specialist register.
    let mut cannabis = item("methadone-1mg-ml-oral-solution", "14", vec![step("1", "ml", 1, Some(14))]);
    cannabis.medicine.ingredients = vec!["cannabis-based product for medicinal use".to_owned()];
    let found = check(&content(vec![cannabis]), true, true, the_catalogue());
    assert_eq!((codes(&found), found[0].absolute), (vec!["schedule_not_allowed"], true));
}
