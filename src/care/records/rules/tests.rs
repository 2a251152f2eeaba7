use super::*;
use crate::care::records::model::{AllergyCertainty, AllergySeverity};

#[test]
fn a_snomed_code_has_its_check_digit() {
    // Codes whose check digits were run when the facts were gathered.
    for code in ["321196004", "321152004", "322236009", "415165003", "376689003", "428673006"] {
        assert!(is_snomed_code(code), "{code}");
        let last = code.as_bytes()[code.len() - 1] - b'0';
        for other in (0..10).filter(|digit| *digit != last) {
            let wrong = format!("{}{other}", &code[..code.len() - 1]);
            assert!(!is_snomed_code(&wrong), "{wrong}");
        }
        for at in 0..code.len() - 1 {
            let mut swapped = code.as_bytes().to_vec();
            swapped.swap(at, at + 1);
            let swapped = String::from_utf8(swapped).unwrap();
            assert!(swapped == code || !is_snomed_code(&swapped), "{swapped}: neighbours exchanged");
        }
    }
    for wrong in ["", "12345", "0321196004", "1234567890123456789", "32119600a", " 321196004", "３21196004"] {
        assert!(!is_snomed_code(wrong), "{wrong}");
    }
}

fn penicillin(code: Option<&str>) -> Allergy {
    Allergy {
        substance: "Penicillin".into(),
        snomed_code: code.map(str::to_owned),
        reaction: None,
        severity: AllergySeverity::Severe,
        certainty: AllergyCertainty::Confirmed,
    }
}

#[test]
fn allergies_fit_their_status() {
    let some = [penicillin(None)];
    assert_eq!(check_allergies(AllergyStatus::Known, &some), Ok(()));
    assert_eq!(check_allergies(AllergyStatus::NoneKnown, &[]), Ok(()));
    assert_eq!(check_allergies(AllergyStatus::NotAsked, &[]), Ok(()));
    for (status, entries) in
        [(AllergyStatus::Known, &[][..]), (AllergyStatus::NoneKnown, &some), (AllergyStatus::NotAsked, &some)]
    {
        assert_eq!(check_allergies(status, entries).unwrap_err().fields[0].pointer, "/allergies", "{status:?}");
    }
    let refusal = check_allergies(AllergyStatus::Known, &[penicillin(None), penicillin(Some("91936006"))]).unwrap_err();
    assert_eq!((refusal.code, refusal.fields[0].pointer.as_str()), (Code::InvalidSnomedCode, "/allergies/1/snomed_code"));
    assert_eq!(check_allergies(AllergyStatus::Known, &[penicillin(Some("91936005"))]), Ok(()));
}
