use super::*;
use platform::ids::Id;

fn at(day: u32) -> UtcTime {
    UtcTime::from(format!("2027-01-{day:02}T09:00:00Z").parse::<chrono::DateTime<chrono::Utc>>().unwrap())
}

fn id(number: u128) -> Id {
    Id(uuid::Uuid::from_u128(number))
}

/// A tablet of sertraline a day, prescribed on this day of January.
fn prescribed(number: u128, day: u32) -> PrescribedMedicine {
    PrescribedMedicine {
        prescription: id(number),
        item: 1,
        name: "Sertraline 50mg tablets".to_owned(),
        ingredients: vec!["sertraline".to_owned()],
        indication: None,
        dosage: "1 tablet once a day.".to_owned(),
        route: "oral".to_owned(),
        supply: "28 tablets, 28 days".to_owned(),
        signed_at: at(day),
        is_current: true,
        was_current: true,
        ended_on: None,
    }
}

fn ended(number: u128, day: u32) -> PrescribedMedicine {
    PrescribedMedicine { is_current: false, ended_on: Some("2027-01-20".parse().unwrap()), ..prescribed(number, day) }
}

fn other_dose(one: PrescribedMedicine) -> PrescribedMedicine {
    PrescribedMedicine { dosage: "2 tablets once a day".to_owned(), ..one }
}

fn mirtazapine(one: PrescribedMedicine) -> PrescribedMedicine {
    PrescribedMedicine { name: "Mirtazapine 15mg tablets".to_owned(), ingredients: vec!["mirtazapine".to_owned()], ..one }
}

/// The numbers of the prescriptions that are listed, with their states, compared with the tenth of January.
fn listed(prescribed: &[PrescribedMedicine], since: Option<UtcTime>) -> Vec<(u128, &'static str)> {
    let found = medicines(prescribed, since, None);
    found.into_iter().map(|one| (one.prescription.0.as_u128(), one.status.as_str())).collect()
}

#[test]
fn the_status_of_a_medicine_is_what_changed_since_the_last_letter_or_the_start_of_care() {
    let since = Some(at(10));
    let not_current_then = |one: PrescribedMedicine| PrescribedMedicine { was_current: false, ..one };
    let cases = [
        ("known before", vec![prescribed(1, 4)], vec![(1, "continued")]),
        ("prescribed since", vec![prescribed(1, 12)], vec![(1, "new")]),
        ("prescribed again alike", vec![ended(1, 4), prescribed(2, 12)], vec![(2, "continued")]),
        ("another dose", vec![ended(1, 4), other_dose(prescribed(2, 12))], vec![(2, "changed")]),
        (
            "another dose beside the old supply",
            vec![prescribed(1, 4), other_dose(prescribed(2, 12))],
            vec![(1, "continued"), (2, "changed")],
        ),
        ("taken long before", vec![not_current_then(ended(1, 1)), prescribed(2, 12)], vec![(2, "new")]),
        ("ended since", vec![ended(1, 4)], vec![(1, "stopped")]),
        ("begun and ended since", vec![ended(1, 12)], vec![(1, "stopped")]),
        ("ended before", vec![not_current_then(ended(1, 1))], Vec::new()),
        ("ended twice", vec![ended(1, 4), ended(2, 12)], vec![(2, "stopped")]),
        ("another medicine instead", vec![ended(1, 4), mirtazapine(prescribed(2, 12))], vec![(1, "stopped"), (2, "new")]),
        ("nothing", Vec::new(), Vec::new()),
    ];
    for (case, prescribed, expected) in cases {
        assert_eq!(listed(&prescribed, since), expected, "{case}");
    }
    assert_eq!(listed(&[prescribed(1, 4)], None), [(1, "new")], "nothing to compare with");
    assert_eq!(listed(&[prescribed(1, 10)], Some(at(10))), [(1, "new")], "prescribed as the letter was proposed");
}

#[test]
fn what_a_discharge_has_decided_is_not_asked_again() {
    let all = [prescribed(1, 4), mirtazapine(ended(2, 5))];
    let of = |decided| -> Vec<Option<LetterPrescriber>> {
        medicines(&all, Some(at(3)), decided).into_iter().map(|one| one.next_prescriber).collect()
    };
    assert_eq!(of(None), [None, Some(LetterPrescriber::NoOne)]);
    assert_eq!(of(Some(LetterPrescriber::Gp)), [Some(LetterPrescriber::Gp), Some(LetterPrescriber::NoOne)]);
}

fn stated(number: u128, indication: Option<&str>, next_prescriber: Option<LetterPrescriber>) -> StatedMedicine {
    StatedMedicine { prescription: id(number), item: 1, indication: indication.map(str::to_owned), next_prescriber }
}

#[test]
fn the_author_adds_what_the_record_does_not_hold_and_replaces_nothing() {
    let with_indication = PrescribedMedicine { indication: Some("Insomnia".to_owned()), ..mirtazapine(prescribed(2, 4)) };
    let all = medicines(&[prescribed(1, 4), with_indication], Some(at(3)), None);
    assert_eq!(missing(&all), [(0, "indication"), (0, "next_prescriber"), (1, "next_prescriber")]);
    let gp = Some(LetterPrescriber::Gp);
    let whole = with_stated(all.clone(), &[stated(1, Some("Depression"), gp), stated(2, None, gp)]).unwrap();
    assert_eq!(missing(&whole), []);
    assert_eq!((whole[0].indication.as_deref(), whole[1].indication.as_deref()), (Some("Depression"), Some("Insomnia")));

    let refused = |stated: &[StatedMedicine], all: Vec<LetterMedicine>| -> Vec<String> {
        let refusal = with_stated(all, stated).unwrap_err();
        assert_eq!(refusal.reason, Reason::LetterMedicines);
        refusal.fields.iter().map(|field| format!("{} {}", field.pointer, field.code)).collect()
    };
    assert_eq!(refused(&[stated(2, Some("Sleep"), None)], all.clone()), ["/medicines/0/indication not_allowed"]);
    assert_eq!(refused(&[stated(9, None, gp)], all.clone()), ["/medicines/0/prescription_id unknown"]);
    assert_eq!(refused(&[stated(1, None, gp), stated(1, None, gp)], all), ["/medicines/1/item duplicate"]);
    let again = [stated(1, Some("Depression"), gp), stated(2, Some("Insomnia"), gp)];
    assert_eq!(with_stated(whole.clone(), &again).unwrap(), whole, "what is there may be stated again");
    let service = Some(LetterPrescriber::Service);
    assert_eq!(refused(&[stated(1, None, service)], whole), ["/medicines/0/next_prescriber not_allowed"]);
}

#[test]
fn a_row_of_the_table_says_what_is_not_stated() {
    let all = medicines(&[prescribed(1, 4), mirtazapine(ended(2, 5))], Some(at(3)), None);
    let expected = [
        "Sertraline 50mg tablets",
        "New, prescribed on 4 January 2027",
        "not stated",
        "1 tablet once a day; oral",
        "28 tablets, 28 days",
        "not stated",
    ];
    assert_eq!(cells(&all[0]), expected);
    assert_eq!(cells(&all[1])[1], "Stopped, until 20 January 2027");
    assert_eq!(cells(&all[1])[5], "no one");
    assert_eq!(missing(&all), [(0, "indication"), (0, "next_prescriber")], "a stopped medicine lacks nothing");
    let expected = "Sertraline 50mg tablets: status: New, prescribed on 4 January 2027; indication: not stated; dose, frequency and \
                    route: 1 tablet once a day; oral; supply: 28 tablets, 28 days; continued by: not stated";
    assert_eq!(line(&all[0]), expected);
}
