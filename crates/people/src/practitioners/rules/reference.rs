//! The reference that is used in place of a practitioner's name. It is easy to read out, and a typing error in it is detected.

use platform::text::code;

/// Digits and capitals without those that are easily confused (0 and O; 1, I and L). Their number, 31, is a prime, so that the
/// check character detects every single wrong character and every two swapped ones.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const SIZE: u64 = 31;
const PREFIX: &str = "CF";
const LENGTH: usize = 8;

/// Makes a reference such as `CF-7K3M-9QXA` from random bytes: seven random characters (about 27 thousand million references) and
/// a check character. It is not secret, and it may repeat in rare cases: a unique index refuses the second one.
pub fn format_reference(random: [u8; 5]) -> String {
    let mut number = random.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let mut values = Vec::with_capacity(LENGTH);
    for _ in 1..LENGTH {
        values.push(number % SIZE);
        number /= SIZE;
    }
    values.push(check_value(&values));
    let text: String = values.iter().map(|value| symbol(*value)).collect();
    format!("{PREFIX}-{}-{}", &text[..LENGTH / 2], &text[LENGTH / 2..])
}

/// Reads a reference as people type it, in any case, with or without prefix, hyphens and spaces, and returns it in its standard
/// form; `None` where it is not a reference or its check character is wrong.
pub fn parse_reference(text: &str) -> Option<String> {
    let bare = code(text);
    let bare = bare.strip_prefix(PREFIX).filter(|rest| rest.len() == LENGTH).unwrap_or(&bare);
    let values: Vec<u64> = bare.bytes().map(value).collect::<Option<_>>()?;
    let (check, random) = values.split_last()?;
    if values.len() != LENGTH || *check != check_value(random) {
        return None;
    }
    Some(format!("{PREFIX}-{}-{}", &bare[..LENGTH / 2], &bare[LENGTH / 2..]))
}

fn check_value(values: &[u64]) -> u64 {
    // Weights 2 to 8: all different and none a multiple of 31. The check character has weight 1.
    let sum: u64 = values.iter().zip(2..).map(|(value, weight)| value * weight).sum();
    (SIZE - sum % SIZE) % SIZE
}

fn symbol(value: u64) -> char {
    usize::try_from(value).ok().and_then(|index| ALPHABET.get(index)).copied().map_or('?', char::from)
}

fn value(byte: u8) -> Option<u64> {
    ALPHABET.iter().zip(0..).find(|(symbol, _)| **symbol == byte).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reference_is_read_as_people_type_it() {
        let reference = format_reference([7, 77, 177, 27, 127]);
        let bare = reference.replace('-', "");
        for typed in [reference.clone(), bare.to_lowercase(), bare[2..].to_owned(), format!(" {} ", reference.replace('-', " "))]
        {
            assert_eq!(parse_reference(&typed).as_ref(), Some(&reference), "{typed}");
        }
        let extra = format!("{reference}2");
        for wrong in ["", "CF", "CF-", "CF-7K3M", extra.as_str(), "CF-0000-0000", "CF-ÄÄÄÄ", "AB-2222-2222"] {
            assert_eq!(parse_reference(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_reference_has_the_standard_form_and_is_read_back(random in any::<[u8; 5]>()) {
            let reference = format_reference(random);
            prop_assert_eq!(reference.len(), 12);
            prop_assert!(reference.starts_with("CF-") && !reference[3..].contains(['0', 'O', '1', 'I', 'L', '?']));
            prop_assert_eq!(parse_reference(&reference), Some(reference));
        }

        #[test]
        fn one_wrong_character_or_two_swapped_ones_are_detected(
            random in any::<[u8; 5]>(), place in 0usize..8, other in 0usize..8, by in 1u64..31,
        ) {
            let body: Vec<u8> = format_reference(random)[3..].bytes().filter(|byte| *byte != b'-').collect();
            let mut wrong = body.clone();
            wrong[place] = ALPHABET[usize::try_from((value(body[place]).unwrap() + by) % SIZE).unwrap()];
            prop_assert_eq!(parse_reference(std::str::from_utf8(&wrong).unwrap()), None);
            let mut swapped = body.clone();
            swapped.swap(place, other);
            let read = parse_reference(std::str::from_utf8(&swapped).unwrap());
            prop_assert_eq!(read.is_some(), swapped == body);
        }

        #[test]
        fn any_text_can_be_parsed_without_a_panic(text in ".{0,20}") {
            if let Some(reference) = parse_reference(&text) {
                prop_assert_eq!(parse_reference(&reference), Some(reference));
            }
        }
    }
}
