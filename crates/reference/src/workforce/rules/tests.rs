//! The formats of numbers and codes, and boards on the days of their changes.

use chrono::NaiveDate;

use super::*;
use crate::workforce::catalogue::boards;
use crate::workforce::model::{Profession, Region, RegistrationBody};
use platform::refusal::{Reason, Refusal};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn only_field(refusal: &Refusal) -> (Reason, &str, &str) {
    assert_eq!(refusal.fields.len(), 1);
    (refusal.reason, refusal.fields[0].pointer.as_str(), refusal.fields[0].code)
}

#[test]
fn registration_numbers_have_the_format_of_their_register() {
    use RegistrationBody::{Gcc, Gdc, Gmc, Goc, Gosc, Gphc, Hcpc, Nmc, None, Psni, SocialWorkEngland};
    let right = [
        (Gmc, "1234567", "1234567"),
        (Gmc, "  0123456\t", "0123456"),
        (Gdc, "123", "123"),
        (Gdc, "123456", "123456"),
        (Nmc, "71a2998e", "71A2998E"),
        (Nmc, "99L0000Z", "99L0000Z"),
        (Gphc, "2012345", "2012345"),
        (Hcpc, "ph1234", "PH1234"),
        (Hcpc, "OT123456", "OT123456"),
        (Hcpc, "PYL01234", "PYL01234"),
        // The prefixes of the GOC: https://optical.org/en/registration/join-the-register/lifetime-registration-numbers/
        (Goc, "01-12345", "01-12345"),
        (Goc, "01\u{2011}12345", "01-12345"),
        (Goc, "d-1234", "D-1234"),
        (Gosc, "1234", "1234"),
        (Gosc, "5/1234", "5/1234"),
        (Gcc, "01234", "01234"),
        (Psni, "4567", "4567"),
        (SocialWorkEngland, "sw12345", "SW12345"),
        (SocialWorkEngland, "SW1234567", "SW1234567"),
    ];
    for (body, text, number) in right {
        assert_eq!(check_registration_number(body, text).as_deref(), Ok(number), "{} {text}", body.as_str());
    }
    let wrong = [
        (Gmc, "123456"),
        (Gmc, "12345678"),
        (Gmc, "A1234567"),
        (Gmc, "123 456"),
        (Gmc, "12345é"),
        (Gmc, "١٢٣٤٥٦٧"),
        (Gmc, ""),
        (Gdc, "12"),
        (Gdc, "1234567"),
        (Gdc, "12a"),
        (Nmc, "71M2998E"),
        (Nmc, "71A29988"),
        (Nmc, "7AA2998E"),
        (Nmc, "71A2998"),
        (Nmc, "71Ä998E"),
        (Gphc, "1012345"),
        (Gphc, "201234"),
        (Gphc, "20123456"),
        (Hcpc, "P12345"),
        (Hcpc, "PHX12345"),
        (Hcpc, "PH123"),
        (Hcpc, "PH1234567"),
        (Hcpc, "PYL123"),
        (Hcpc, "12345"),
        (Hcpc, "PH12é4"),
        (Goc, "12345"),
        (Goc, "SO-12345"),
        (Goc, "01-123"),
        (Gosc, "123/1234"),
        (Gosc, "5/"),
        (Gosc, ""),
        (Gcc, "12"),
        (Gcc, "A1234"),
        (Psni, "1234567"),
        (SocialWorkEngland, "12345"),
        (SocialWorkEngland, "SW12"),
        (SocialWorkEngland, "SW12345678"),
        (None, "1234567"),
        (None, ""),
    ];
    let expected = (Reason::InvalidRegistrationNumber, "/registration_number", "invalid_format");
    for (body, text) in wrong {
        let refusal = check_registration_number(body, text).unwrap_err();
        assert_eq!(only_field(&refusal), expected, "{} {text}", body.as_str());
    }
}

#[test]
fn profession_register_and_number_must_match() {
    use Profession::*;
    let right = [
        (Doctor, Some("1234567"), Some(true)),
        (Dentist, Some("12345"), Some(false)),
        (DentalCareProfessional, Some("12345"), Some(false)),
        (PhysicianAssociate, Some("a1234567"), Some(true)),
        (Nurse, Some("71A2998E"), Some(false)),
        (Physiotherapist, Some("PH12345"), Some(true)),
        (Physiotherapist, Some("RA12345"), Some(false)),
        (Psychologist, Some("PYL12345"), Some(true)),
        (Manager, Option::None, Option::None),
    ];
    for (profession, number, shows) in right {
        let got = check_registration(profession, profession.bodies()[0], number).unwrap();
        assert_eq!(got.map(|number| number.shows_profession), shows, "{} {number:?}", profession.as_str());
    }
    for (profession, body, number) in [
        (Pharmacist, RegistrationBody::Psni, "4567"),
        (OtherRegisteredProfessional, RegistrationBody::Hcpc, "RA12345"),
        (OtherRegisteredProfessional, RegistrationBody::Goc, "01-12345"),
        (OtherRegisteredProfessional, RegistrationBody::Gosc, "1234"),
        (OtherRegisteredProfessional, RegistrationBody::Gcc, "01234"),
        (OtherRegisteredProfessional, RegistrationBody::SocialWorkEngland, "SW12345"),
    ] {
        let got = check_registration(profession, body, Some(number)).unwrap();
        assert_eq!(got.map(|number| number.body), Some(body), "{} {}", profession.as_str(), body.as_str());
    }
    let body = (Reason::InvalidBody, "/registration_body", "mismatch");
    let form = (Reason::InvalidRegistrationNumber, "/registration_number", "invalid_format");
    let wrong = [
        (Doctor, RegistrationBody::Gdc, Some("12345"), body),
        (Dentist, RegistrationBody::Gmc, Some("1234567"), body),
        (Manager, RegistrationBody::Gmc, Some("1234567"), body),
        (SocialCareWorker, RegistrationBody::SocialWorkEngland, Some("SW12345"), body),
        (Physiotherapist, RegistrationBody::Goc, Some("01-12345"), body),
        (OtherRegisteredProfessional, RegistrationBody::Psni, Some("4567"), body),
        (Doctor, RegistrationBody::None, Option::None, body),
        (Doctor, RegistrationBody::Gmc, Option::None, (Reason::InvalidBody, "/registration_number", "required")),
        (Manager, RegistrationBody::None, Some("1"), (Reason::InvalidBody, "/registration_number", "not_allowed")),
        (Doctor, RegistrationBody::Gmc, Some("A1234567"), form),
        (PhysicianAssociate, RegistrationBody::Gmc, Some("1234567"), form),
        // GMC: the numbers of physician and anaesthesia associates begin with A.
        (PhysicianAssociate, RegistrationBody::Gmc, Some("B1234567"), form),
    ];
    for (profession, register, number, expected) in wrong {
        let refusal = check_registration(profession, register, number).unwrap_err();
        assert_eq!(only_field(&refusal), expected, "{} {}", profession.as_str(), register.as_str());
    }
}

/// Section 25(3) of the National Health Service Reform and Health Care Professions Act 2002:
/// <https://legislation.gov.uk/ukpga/2002/17/section/25>; Social Work England since the Children and Social Work Act 2017.
#[test]
fn every_regulator_of_the_act_registers_a_profession() {
    use RegistrationBody::{Gcc, Gdc, Gmc, Goc, Gosc, Gphc, Hcpc, Nmc, None, Psni, SocialWorkEngland};
    let of_the_act = [Gmc, Gdc, Nmc, Gphc, Hcpc, Goc, Gosc, Gcc, Psni, SocialWorkEngland];
    assert_eq!([&of_the_act[..], &[None]].concat(), RegistrationBody::ALL);
    for body in RegistrationBody::ALL {
        assert!(Profession::ALL.iter().any(|profession| profession.bodies().contains(body)), "{}", body.as_str());
    }
}

#[test]
fn debug_output_does_not_contain_a_registration_number() {
    let number = check_registration(Profession::Doctor, RegistrationBody::Gmc, Some("7654321")).unwrap();
    assert!(!format!("{number:?}").contains("7654321"));
    assert!(!format!("{:?}", check_registration_number(RegistrationBody::Gdc, "7654321").unwrap_err()).contains("7654321"));
}

#[test]
fn organisation_codes_have_one_to_nine_letters_and_digits() {
    for (text, code) in [("rxx", "RXX"), (" G7H8J ", "G7H8J"), ("A", "A"), ("ABCDEFGH9", "ABCDEFGH9")] {
        assert_eq!(check_ods_code(text).as_deref(), Ok(code));
    }
    for text in ["", "   ", "ABCDEFGHIJ", "R-1", "RÄ1", "R 1"] {
        let refusal = check_ods_code(text).unwrap_err();
        assert_eq!(only_field(&refusal), (Reason::InvalidBody, "/employer_ods", "invalid_format"), "{text}");
    }
    assert_eq!(check_region("y58"), Ok(Region::SouthWest));
    assert_eq!(check_region("north_east_and_yorkshire"), Ok(Region::NorthEastAndYorkshire));
    assert_eq!(only_field(&check_region("Y57").unwrap_err()), (Reason::InvalidBody, "/region", "unknown"));
}

#[test]
fn boards_exist_between_their_dates() {
    let all = boards();
    let cases = [
        ("qop", "2026-11-22", Ok("QOP")),
        ("QNQ", "2026-03-31", Ok("QNQ")),
        ("QNQ", "2026-04-01", Err("dissolved")),
        ("S0E4D", "2026-03-31", Err("not_yet")),
        ("S0E4D", "2026-04-01", Ok("S0E4D")),
        ("QOP", "2022-06-30", Err("not_yet")),
        ("QQQ", "2026-11-22", Err("unknown")),
    ];
    for (code, date, expected) in cases {
        let got = check_icb(all, code, day(date));
        let got = got.as_ref().map(|icb| icb.code.as_str()).map_err(|refusal| refusal.fields[0].code);
        assert_eq!(got, expected, "{code} on {date}");
    }
    let refusal = check_icb(all, "QNQ", day("2026-11-22")).unwrap_err();
    assert_eq!(only_field(&refusal), (Reason::InvalidBody, "/icb_code", "dissolved"));
    assert!(refusal.fields[0].detail.contains("S0E4D, S9B9J, QRL"), "{}", refusal.fields[0].detail);
}

#[test]
fn requests_to_a_dissolved_board_pass_to_its_successors() {
    let boards = boards();
    assert_eq!(successor_boards(boards, "QM7", day("2026-03-31")), ["QM7"]);
    assert_eq!(successor_boards(boards, "QM7", day("2026-04-01")), ["S1Y5D", "D7T5G"]);
    assert_eq!(successor_boards(boards, "QWU", day("2026-04-01")), ["QWU"]);
    assert!(successor_boards(boards, "ZZZ", day("2026-04-01")).is_empty());
    let covered = |area: &str, on: &str| {
        let mut codes = boards_covered_by(boards, &[area.to_owned()], day(on));
        codes.sort();
        codes
    };
    assert_eq!(covered("QM7", "2026-03-31"), ["QM7"]);
    assert!(covered("QM7", "2026-04-01").is_empty(), "a dissolved board covers nothing");
    assert_eq!(covered("D7T5G", "2026-04-01"), ["D7T5G", "QH8", "QJG", "QM7"]);
    assert!(!covered("QRL", "2026-03-31").contains(&"QNQ".to_owned()));
    assert_eq!(covered("QRL", "2026-04-01"), ["QNQ", "QRL"]);
    assert!(boards_covered_by(boards, &[], day("2026-04-01")).is_empty());
}
