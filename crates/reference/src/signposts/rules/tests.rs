use super::*;
use crate::signposts::catalogue;
use crate::signposts::model::SignpostChannel;
use crate::workforce;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The directory with the built-in entries.
fn directory() -> Vec<DirectoryEntry> {
    let entries = catalogue::built_in().iter().enumerate();
    entries
        .map(|(index, signpost)| DirectoryEntry { signpost: signpost.clone(), position: position(index), version: 1 })
        .collect()
}

fn ids(found: Vec<&DirectoryEntry>) -> Vec<&str> {
    found.into_iter().map(|entry| entry.signpost.id.as_str()).collect()
}

fn unknown_person() -> Seeker {
    Seeker::default()
}

fn crisis(all: &[DirectoryEntry], on: NaiveDate) -> Vec<&str> {
    ids(matching(all, &[SignpostNeed::Crisis], &unknown_person(), on))
}

/// The crisis help of a person whose nation is not known: first what everyone uses, then the ways for people who do not speak on the
/// telephone.
const ROUTES: [&str; 10] = [
    "emergency_999",
    "accident_and_emergency",
    "nhs_111_mental_health",
    "samaritans",
    "shout",
    "bsl_999",
    "emergency_sms",
    "relay_uk",
    "nhs_111_bsl",
    "nhs_111_relay",
];

#[test]
fn emergency_services_come_first_in_a_crisis_on_any_day() {
    let all = directory();
    assert_eq!(crisis(&all, day("2026-11-22")), ROUTES);
    for date in ["2019-10-21", "2020-04-08", "2021-03-01", "2024-05-01"] {
        let found = crisis(&all, day(date));
        assert_eq!(found[..2], ROUTES[..2], "{date}");
        assert!(found.contains(&"samaritans") && found.contains(&"shout"), "{date}");
    }
}

#[test]
fn crisis_contacts_are_the_published_ones() {
    let contact = |id: &str| catalogue::built_in().iter().find(|s| s.id == id).unwrap().contact.as_str();
    assert_eq!(contact("emergency_999"), "999");
    assert_eq!(contact("nhs_111_mental_health"), "111, then option 2");
    assert_eq!(contact("samaritans"), "116 123");
    assert_eq!(contact("shout"), "Text SHOUT to 85258");
    assert_eq!(contact("nhs_24_mental_health"), "111, and ask for the mental health hub");
    assert_eq!(contact("breathing_space"), "0800 83 85 87");
    assert_eq!(contact("lifeline_northern_ireland"), "0808 808 8000");
    assert_eq!(contact("lifeline_textphone"), "18001 0808 808 8000");
    assert_eq!(contact("jersey_crisis_line"), "01534 445290");
    assert_eq!(contact("isle_of_man_crisis_team"), "01624 642860");
    assert!(contact("bsl_999").contains("999bsl.co.uk") && contact("relay_uk").contains("18001 116 123"));
}

#[test]
fn an_emergency_route_is_returned_as_built_in_whatever_its_row_contains() {
    let (list, today) = (catalogue::built_in(), day("2026-11-22"));
    assert_eq!(crisis(&with_emergency_routes(list, Vec::new()), today), ROUTES, "an empty directory");
    let changed = |change: &dyn Fn(&mut Signpost)| {
        let mut all = directory();
        all.iter_mut().for_each(|entry| change(&mut entry.signpost));
        with_emergency_routes(list, all)
    };
    let changes: [&dyn Fn(&mut Signpost); 6] = [
        &|s| s.valid_to = Some(day("2026-01-01")),
        &|s| s.valid_from = day("2030-01-01"),
        &|s| s.needs = vec![SignpostNeed::SelfHelp],
        &|s| s.contact = "0".to_owned(),
        &|s| s.professions = vec![Profession::Dentist],
        &|s| s.urgency = Urgency::Routine,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let all = changed(change);
        assert_eq!(crisis(&all, today), ROUTES, "change {number}");
        assert_eq!(all.iter().find(|entry| entry.signpost.id == "emergency_999").unwrap().signpost.contact, "999");
    }
    let checked = changed(&|s| s.last_checked = day("2027-01-01"));
    assert!(checked.iter().all(|entry| entry.signpost.last_checked == day("2027-01-01")), "the day of the last check stays");
}

#[test]
fn signposts_are_in_force_between_their_dates() {
    let all = directory();
    let cases = [
        ("staff_support_line", "2020-04-07", false),
        ("staff_support_line", "2020-04-08", true),
        ("staff_support_line", "2026-11-22", false),
        ("local_hub", "2020-09-30", false),
        ("local_hub", "2020-10-01", true),
        ("local_hub", "2024-03-31", true),
        ("local_hub", "2024-04-01", false),
        ("workplace_support", "2024-04-01", true),
        ("calmer_text", "2025-10-16", false),
        ("calmer_text", "2025-10-17", true),
        ("nhs_111_mental_health", "2026-11-22", true),
    ];
    for (id, date, expected) in cases {
        assert_eq!(ids(in_force(&all, day(date))).contains(&id), expected, "{id} on {date}");
    }
}

#[test]
fn matching_puts_urgent_help_first_and_then_the_closest_fit() {
    let all = directory();
    let needs = [SignpostNeed::LocalServices, SignpostNeed::MoodAndAnxiety, SignpostNeed::Crisis];
    let in_england = Seeker { nation: Some(Nation::England), ..unknown_person() };
    let found = matching(&all, &needs, &in_england, day("2026-11-22"));
    let spoken = found.iter().filter(|entry| !entry.signpost.accessible);
    assert!(spoken.is_sorted_by_key(|entry| entry.signpost.urgency));
    let crisis: Vec<_> = found.iter().filter(|entry| entry.signpost.meets_crisis()).collect();
    assert_eq!(found.iter().take(crisis.len()).collect::<Vec<_>>(), crisis, "crisis help before other help");
    assert!(crisis.is_sorted_by_key(|entry| entry.signpost.accessible), "the accessible routes follow the others");
    let routine: Vec<_> = found.iter().filter(|entry| entry.signpost.urgency == Urgency::Routine).collect();
    let met = |entry: &DirectoryEntry| entry.signpost.needs.iter().filter(|need| needs.contains(need)).count();
    assert!(routine.len() > 2 && routine.is_sorted_by_key(|entry| std::cmp::Reverse(met(entry))));
    assert!(found.iter().all(|entry| met(entry) > 0));
}

#[test]
fn no_needs_find_no_signpost_and_every_need_finds_one() {
    let all = directory();
    assert!(matching(&all, &[], &unknown_person(), day("2026-11-22")).is_empty());
    for need in SignpostNeed::ALL {
        let in_england = Seeker { nation: Some(Nation::England), ..unknown_person() };
        assert!(!matching(&all, &[*need], &in_england, day("2026-11-22")).is_empty(), "{}", need.as_str());
    }
}

/// An entry for nurses in London and in the area of one board elsewhere.
fn narrow() -> Signpost {
    Signpost {
        id: "narrow".to_owned(),
        name: "A line".to_owned(),
        summary: "For few.".to_owned(),
        audience: SignpostAudience::HealthAndSocialCareStaff,
        area: None,
        nations: Vec::new(),
        professions: vec![Profession::Nurse],
        regions: vec![Region::London],
        icb_codes: vec!["QWU".to_owned(), "QJG".to_owned()],
        needs: vec![SignpostNeed::WorkSupport],
        channel: SignpostChannel::Phone,
        contact: "0300 000 0000".to_owned(),
        hours: None,
        urgency: Urgency::Routine,
        valid_from: day("2020-01-01"),
        valid_to: None,
        last_checked: day("2020-01-01"),
        source: "https://example.org".to_owned(),
        accessible: false,
    }
}

#[test]
fn a_signpost_fits_by_profession_and_area_as_far_as_they_are_known() {
    let boards = workforce::catalogue::boards();
    let at = |region, icb| seeker_in_area(boards, region, icb, day("2026-11-22"));
    let with = |profession, seeker: Seeker| Seeker { profession: Some(profession), ..seeker };
    for (seeker, expected, why) in [
        (unknown_person(), true, "nothing is known"),
        (with(Profession::Nurse, unknown_person()), true, "the profession fits"),
        (with(Profession::Doctor, unknown_person()), false, "another profession"),
        (at(Some(Region::London), None), true, "the region fits"),
        (at(Some(Region::SouthWest), None), false, "another region"),
        (at(None, Some("QWU")), true, "the board fits"),
        (at(None, Some("qwu")), true, "in lower case"),
        (at(None, Some("QWE")), true, "a board in the region"),
        (at(None, Some("QNC")), false, "another board of the same region as a named one"),
        (at(None, Some("D7T5G")), true, "a board that took over a named one"),
        (Seeker { nation: Some(Nation::Wales), ..unknown_person() }, false, "not in England at all"),
        (at(None, Some("ZZZ")), false, "no such board"),
        (with(Profession::Doctor, at(None, Some("QWU"))), false, "the board fits, but another profession"),
    ] {
        assert_eq!(fits(&narrow(), &seeker), expected, "{why}");
    }
}

#[test]
fn a_signpost_for_nhs_staff_is_not_for_social_care_staff() {
    let nhs = Signpost { audience: SignpostAudience::NhsStaff, professions: Vec::new(), ..narrow() };
    let seeker = |profession, setting| Seeker { profession: Some(profession), setting: Some(setting), ..Seeker::default() };
    assert!(fits(&nhs, &seeker(Profession::Nurse, Setting::SecondaryCare)));
    assert!(!fits(&nhs, &seeker(Profession::Nurse, Setting::SocialCare)));
    assert!(!fits(&nhs, &seeker(Profession::SocialCareWorker, Setting::Other)));
}

#[test]
fn every_service_that_staff_were_ever_signposted_to_is_built_in() {
    // The services listed in docs/clinical-rules.md#signposts, one by one.
    for (destination, id, name) in [
        ("the GP", "gp", "Your GP"),
        ("NHS Talking Therapies", "nhs_talking_therapies", "NHS Talking Therapies"),
        ("local mental health services", "local_mental_health_services", "Local mental health services"),
        ("wellbeing apps", "wellbeing_apps", "Health and wellbeing apps for staff"),
        ("staff wellbeing offers", "staff_wellbeing_offers", "Staff wellbeing offers"),
        ("the self-check tool", "check_my_wellbeing", "Check My Wellbeing"),
        ("Practitioner Health", "practitioner_health", "NHS Practitioner Health"),
        ("the telephone support line", "staff_support_line", "NHS staff support line"),
        ("the text support service", "frontline_text", "Text support for NHS and care staff"),
        ("the bereavement line", "bereavement_line", "Bereavement and trauma support line"),
        ("Liberate", "liberate_app", "Liberate"),
        ("the local hub", "local_hub", "Staff mental health and wellbeing hub"),
        ("HR, occupational health, the local wellbeing team", "workplace_support", "Occupational health, HR or wellbeing team"),
    ] {
        let found = catalogue::built_in().iter().find(|signpost| signpost.id == id);
        assert_eq!(found.map(|signpost| signpost.name.as_str()), Some(name), "{destination}");
    }
}

#[test]
fn each_nation_is_signposted_to_its_own_services_only() {
    let all = directory();
    let for_nation = |nation, need| {
        let seeker = Seeker { nation, ..unknown_person() };
        ids(matching(&all, &[need], &seeker, day("2026-11-30")))
    };
    let everywhere = ["emergency_999", "accident_and_emergency", "samaritans"];
    let own: [(Nation, &[&str]); 7] = [
        (
            Nation::England,
            &["nhs_111_mental_health", "shout", "bsl_999", "emergency_sms", "relay_uk", "nhs_111_bsl", "nhs_111_relay"],
        ),
        (
            Nation::Wales,
            &["nhs_111_mental_health", "shout", "call_wales", "bsl_999", "emergency_sms", "relay_uk", "nhs_111_relay"],
        ),
        (
            Nation::Scotland,
            &["shout", "nhs_24_mental_health", "breathing_space", "bsl_999", "emergency_sms", "relay_uk", "contact_scotland_bsl"],
        ),
        (
            Nation::NorthernIreland,
            &["shout", "lifeline_northern_ireland", "bsl_999", "emergency_sms", "relay_uk", "lifeline_textphone"],
        ),
        (Nation::IsleOfMan, &["isle_of_man_crisis_team", "isle_of_man_emergency_text"]),
        (Nation::Guernsey, &["guernsey_emergency_department"]),
        (Nation::Jersey, &["jersey_crisis_line"]),
    ];
    assert_eq!(own.len(), Nation::ALL.len());
    for (nation, expected) in own {
        let mut found = for_nation(Some(nation), SignpostNeed::Crisis);
        found.retain(|id| !everywhere.contains(id));
        assert_eq!(found, expected, "{nation:?}");
        let found = for_nation(Some(nation), SignpostNeed::Crisis);
        assert!(everywhere.iter().all(|id| found.contains(id)), "{nation:?}");
        assert_eq!(found[..2], everywhere[..2], "{nation:?}");
        for need in [
            SignpostNeed::MoodAndAnxiety,
            SignpostNeed::LocalServices,
            SignpostNeed::WorkSupport,
            SignpostNeed::SelfCheck,
            SignpostNeed::Funding,
        ] {
            let found = for_nation(Some(nation), need);
            for english in ["nhs_talking_therapies", "check_my_wellbeing", "local_commissioner", "staff_wellbeing_offers"] {
                assert!(nation == Nation::England || !found.contains(&english), "{nation:?} {need:?}: {english}");
            }
        }
    }
    assert!(for_nation(Some(Nation::England), SignpostNeed::MoodAndAnxiety).contains(&"nhs_talking_therapies"));
    // Where the nation is not known: services in all nations, and crisis help that most people can reach, with the area it
    // covers.
    assert!(!for_nation(None, SignpostNeed::MoodAndAnxiety).contains(&"nhs_talking_therapies"));
    assert!(for_nation(None, SignpostNeed::MoodAndAnxiety).contains(&"gp"));
    let nhs_111 = all.iter().find(|entry| entry.signpost.id == "nhs_111_mental_health").unwrap();
    assert_eq!(nhs_111.signpost.area.as_deref(), Some("England and Wales"));
    // A person who browses the directory sees everything.
    let browsing = Seeker { browsing: true, ..unknown_person() };
    let found = ids(browse(&all, &[], &browsing, day("2026-11-30")));
    for id in ["nhs_talking_therapies", "lifeline_northern_ireland", "breathing_space", "canopi_wales"] {
        assert!(found.contains(&id), "{id}");
    }
}

/// The groups of digits in how a service is reached.
fn numbers(contact: &str) -> Vec<&str> {
    contact.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect()
}

#[test]
fn no_area_gets_a_number_that_is_not_answered_there() {
    let all = directory();
    // What is answered in parts of the United Kingdom only: 111 in Great Britain, with option 2 in England and Wales; text messages to
    // 85258 and 999, and Relay UK (18000 and 18001), in the four nations.
    let areas: [(Nation, bool, bool, bool, &str); 7] = [
        (Nation::England, true, true, true, "111, then option 2"),
        (Nation::Wales, true, true, true, "111, then option 2"),
        (Nation::Scotland, true, false, true, "111, and ask for the mental health hub"),
        (Nation::NorthernIreland, false, false, true, "0808 808 8000"),
        (Nation::IsleOfMan, false, false, false, "01624 642860"),
        (Nation::Guernsey, false, false, false, "Princess Elizabeth Hospital"),
        (Nation::Jersey, false, false, false, "01534 445290"),
    ];
    assert!(Nation::ALL.iter().all(|nation| areas.iter().any(|(area, ..)| area == nation)));
    for (nation, has_111, has_option_2, has_uk, own) in areas {
        let seeker = Seeker { nation: Some(nation), ..unknown_person() };
        let crisis = matching(&all, &[SignpostNeed::Crisis], &seeker, day("2026-12-07"));
        for contact in ["999", "116 123", own] {
            assert!(crisis.iter().any(|entry| entry.signpost.contact == contact), "{nation:?}: {contact}");
        }
        let shown = matching(&all, SignpostNeed::ALL, &seeker, day("2026-12-07"));
        assert!(shown.len() > crisis.len(), "{nation:?}: every need is tried");
        for Signpost { id, contact, summary, .. } in shown.iter().map(|entry| &entry.signpost) {
            let found = numbers(contact);
            let is_uk_text = contact.starts_with("Text 999") || found.contains(&"85258");
            let is_uk = is_uk_text || found.contains(&"18000") || found.contains(&"18001");
            assert!(has_111 || !(found.contains(&"111") || numbers(summary).contains(&"111")), "{nation:?}: {id}");
            assert!(has_option_2 || !contact.contains("option 2"), "{nation:?}: {id}");
            assert!(has_uk || !is_uk, "{nation:?}: {id}");
        }
    }
}

#[test]
fn only_what_is_answered_on_the_islands_too_is_for_every_area() {
    let everywhere: Vec<&str> = catalogue::built_in()
        .iter()
        .filter(|signpost| signpost.meets_crisis() && signpost.nations.is_empty())
        .map(|signpost| signpost.id.as_str())
        .collect();
    assert_eq!(everywhere, ["emergency_999", "accident_and_emergency", "samaritans"]);
}
