//! Identifiers that carry a check: dm+d codes and the number of a prescription.

/// The table of the dihedral group of order ten, by which Verhoeff's check digit is reckoned.
const PRODUCT: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// How a digit counts by its place from the right; the eighth place is like the first.
const PERMUTED: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// Whether this is the id of a SNOMED CT concept, as every dm+d code is: 6 to 18 digits, the last a Verhoeff check digit, the
/// two before it telling a concept (`00`, or `10` in a national extension).
pub fn is_snomed_concept(code: &str) -> bool {
    let digits: Option<Vec<usize>> = code.chars().map(|c| c.to_digit(10).and_then(|digit| usize::try_from(digit).ok())).collect();
    let Some(digits) = digits.filter(|digits| (6..=18).contains(&digits.len()) && digits.first() != Some(&0)) else {
        return false;
    };
    let check = digits.iter().rev().enumerate().fold(0, |check, (place, digit)| {
        let permuted = PERMUTED.get(place % 8).and_then(|row| row.get(*digit)).copied().unwrap_or(0);
        PRODUCT.get(usize::from(check)).and_then(|row| row.get(usize::from(permuted))).copied().unwrap_or(0)
    });
    let partition = code.get(code.len() - 3..code.len() - 1);
    check == 0 && matches!(partition, Some("00" | "10"))
}

const CHECK: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+";
/// The part of the number that names the organisation.
const ORGANISATION: usize = 6;

/// The number of a prescription, by which people name it: six hexadecimal digits, the organisation's code, five more and a check
/// character (ISO 7064 modulus 37-2, with `+` for `*`), as the electronic prescription service writes them.
pub fn format_short_id(random: [u8; 6], ods_code: &str) -> String {
    let hex: String = random.iter().map(|byte| format!("{byte:02X}")).collect();
    let ods: String = ods_code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let ods = format!("{ods:0>ORGANISATION$}");
    let ods = ods.get(ods.len() - ORGANISATION..).unwrap_or_default();
    let (head, tail) = (hex.get(..6).unwrap_or_default(), hex.get(6..11).unwrap_or_default());
    let check = check_character(&format!("{head}{ods}{tail}")).unwrap_or('+');
    format!("{head}-{ods}-{tail}{check}")
}

/// Whether a number has the right form and check character.
pub fn is_short_id(text: &str) -> bool {
    let [head, ods, tail] = text.split('-').collect::<Vec<_>>()[..] else { return false };
    if head.len() != 6 || ods.len() != ORGANISATION || tail.len() != 6 || !text.is_ascii() {
        return false;
    }
    let (last, check) = tail.split_at(5);
    let hexadecimal = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    hexadecimal(head)
        && hexadecimal(last)
        && check_character(&format!("{head}{ods}{last}")).is_some_and(|right| check.chars().eq([right]))
}

fn check_character(text: &str) -> Option<char> {
    let total = text.bytes().try_fold(0, |total, byte| {
        let value = CHECK.iter().take(36).position(|symbol| *symbol == byte)?;
        Some((total + value) * 2 % 37)
    })?;
    CHECK.get((38 - total) % 37).copied().map(char::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_of_the_dictionary_pass_and_altered_ones_do_not() {
        // Codes labelled as medicines and a unit in public examples of the electronic prescription service.
        for code in ["321196004", "321152004", "322236009", "415165003", "376689003", "428673006"] {
            assert!(is_snomed_concept(code), "{code}");
            for place in 0..code.len() {
                let mut digits = code.as_bytes().to_vec();
                digits[place] = b'0' + (digits[place] - b'0' + 1) % 10;
                assert!(!is_snomed_concept(std::str::from_utf8(&digits).unwrap()), "{code} altered at {place}");
            }
        }
        for wrong in ["", "12345", "000000", "1234567890123456789", "32119600x", "-321196004", "３21196004"] {
            assert!(!is_snomed_concept(wrong), "{wrong}");
        }
    }

    #[test]
    fn numbers_of_the_electronic_service_have_the_check_character_that_we_reckon() {
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
        for wrong in [
            "C0C757-A83008-C2D93P",
            "C0C757A83008C2D93O",
            "c0c757-a83008-c2d93o",
            "C0C757-A83008-C2D9O",
            "",
            "--",
            "G0C757-A83008-C2D93O",
        ] {
            assert!(!is_short_id(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_made_is_right_and_one_wrong_character_shows(random: [u8; 6], ods in "[A-Z0-9]{1,6}", place in 0_usize..20) {
            let number = format_short_id(random, &ods);
            prop_assert!(is_short_id(&number), "{}", number);
            let mut letters = number.into_bytes();
            letters[place] = if letters[place] == b'0' { b'1' } else { b'0' };
            prop_assert!(!is_short_id(std::str::from_utf8(&letters).unwrap()));
        }
    }
}
