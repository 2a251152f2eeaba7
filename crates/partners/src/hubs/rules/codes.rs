//! The code by which a person without an account looks up their referral: easy to read out, and hard to guess.

use platform::text::code;

/// Digits and capitals without those that are easily confused: 0, 1, I and O. Thirty-two characters, so that each encodes five
/// bits.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const LENGTH: usize = 16;

/// Makes a code such as `7K3M-9QXA-…` from eighty random bits.
pub fn format_code(random: [u8; 10]) -> String {
    let number = random.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    let symbols = (0..LENGTH).map(|index| {
        let value = usize::try_from(number >> (5 * index) & 31).unwrap_or(0);
        ALPHABET.get(value).copied().map_or('?', char::from)
    });
    let mut code = String::with_capacity(LENGTH + 3);
    for (index, symbol) in symbols.enumerate() {
        if index > 0 && index % 4 == 0 {
            code.push('-');
        }
        code.push(symbol);
    }
    code
}

/// Reads a code as people write it, in any case, with or without hyphens and spaces; `None` for anything else.
pub fn parse_code(text: &str) -> Option<String> {
    let bare = code(text);
    (bare.len() == LENGTH && bare.bytes().all(|byte| ALPHABET.contains(&byte))).then_some(bare)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_code_is_read_back_as_people_write_it(random in any::<[u8; 10]>()) {
            let code = format_code(random);
            prop_assert_eq!(code.len(), 19);
            let bare = code.replace('-', "");
            for written in [code.clone(), bare.to_lowercase(), format!(" {} ", code.replace('-', " "))] {
                prop_assert_eq!(parse_code(&written), Some(bare.clone()));
            }
            prop_assert_eq!(parse_code(&bare[1..]), None);
        }

        #[test]
        fn other_bytes_make_another_code(one in any::<[u8; 10]>(), other in any::<[u8; 10]>()) {
            prop_assert_eq!(format_code(one) == format_code(other), one == other);
        }
    }

    #[test]
    fn text_that_is_not_a_code_is_rejected() {
        for wrong in ["", "7K3M", "0000-0000-0000-0000", "7K3M-9QXA-7K3M-9QX", "7K3M-9QXA-7K3M-9QXÄ"] {
            assert_eq!(parse_code(wrong), None, "{wrong}");
        }
    }
}
