//! Identifiers with a check digit: dm+d codes and prescription numbers.

use crate::records::rules::is_snomed_code;

/// Whether this is the id of a SNOMED CT concept, as every dm+d code is: the two digits before the check digit are `00`, or `10`
/// in a national extension.
pub fn is_snomed_concept(code: &str) -> bool {
    is_snomed_code(code) && matches!(code.get(code.len() - 3..code.len() - 1), Some("00" | "10"))
}

const CHECK_ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+";
/// The length of the part that identifies the organisation.
const ORGANISATION_LENGTH: usize = 6;

/// The number of a prescription: six hexadecimal digits, the organisation's code, five more digits and a check character (ISO
/// 7064 modulus 37-2, with `+` for `*`), as in the Electronic Prescription Service.
pub fn format_short_id(random: [u8; 6], ods_code: &str) -> String {
    let hex: String = random.iter().map(|byte| format!("{byte:02X}")).collect();
    let ods: String = ods_code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let ods = format!("{ods:0>ORGANISATION_LENGTH$}");
    let ods = ods.get(ods.len() - ORGANISATION_LENGTH..).unwrap_or_default();
    let (head, tail) = (hex.get(..6).unwrap_or_default(), hex.get(6..11).unwrap_or_default());
    let check = check_character(&format!("{head}{ods}{tail}")).unwrap_or('+');
    format!("{head}-{ods}-{tail}{check}")
}

/// Whether a prescription number has the right format and check character.
pub fn is_short_id(text: &str) -> bool {
    let [head, ods, tail] = text.split('-').collect::<Vec<_>>()[..] else { return false };
    if head.len() != 6 || ods.len() != ORGANISATION_LENGTH || tail.len() != 6 || !text.is_ascii() {
        return false;
    }
    let (last, check) = tail.split_at(5);
    let hexadecimal = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    hexadecimal(head)
        && hexadecimal(last)
        && check_character(&format!("{head}{ods}{last}")).is_some_and(|expected| check.chars().eq([expected]))
}

fn check_character(text: &str) -> Option<char> {
    let total = text.bytes().try_fold(0, |total, byte| {
        let value = CHECK_ALPHABET.iter().take(36).position(|symbol| *symbol == byte)?;
        Some((total + value) * 2 % 37)
    })?;
    CHECK_ALPHABET.get((38 - total) % 37).copied().map(char::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_dm_d_code_is_a_snomed_concept() {
        // The second is well formed, but the id of a description.
        assert_eq!(["321196004", "321196015", "321196005"].map(is_snomed_concept), [true, false, false]);
    }

    #[test]
    fn check_characters_agree_with_the_electronic_prescription_service() {
        // Numbers in public tests of the electronic prescription service.
        for number in [
            "C0C757-A83008-C2D93O",
            "8B45A9-A83008-6F7A8L",
            "EB8B1F-A83008-42DC8L",
            "24F5DA-A83008-7EFE6Z",
            "FC6D78-A83008-EDF7BI",
            "0DA698-A83008-F50593",
        ] {
            assert!(is_short_id(number), "{number}");
        }
        for invalid in [
            "C0C757-A83008-C2D93P",
            "C0C757A83008C2D93O",
            "c0c757-a83008-c2d93o",
            "C0C757-A83008-C2D9O",
            "",
            "--",
            "G0C757-A83008-C2D93O",
        ] {
            assert!(!is_short_id(invalid), "{invalid}");
        }
    }

    proptest! {
        #[test]
        fn generated_numbers_are_valid_and_changed_ones_not(random: [u8; 6], ods in "[A-Z0-9]{1,6}", position in 0_usize..20) {
            let number = format_short_id(random, &ods);
            prop_assert!(is_short_id(&number), "{}", number);
            let mut characters = number.into_bytes();
            characters[position] = if characters[position] == b'0' { b'1' } else { b'0' };
            prop_assert!(!is_short_id(std::str::from_utf8(&characters).unwrap()));
        }
    }
}
