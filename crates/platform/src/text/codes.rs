//! Codes, tokens and telephone numbers as people write them.

use unicode_normalization::UnicodeNormalization;

use super::{dashed, is_invisible};

/// The normal form of a code that is read out and typed: capital letters and digits, without white space, hyphens and invisible
/// characters. Any other character stays and makes it a different code.
pub fn code(text: &str) -> String {
    token(text).chars().filter(|c| *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

/// The normal form of a code that is copied and pasted, where case and hyphens count: without white space and invisible
/// characters.
pub fn token(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).map(dashed).collect()
}

/// A telephone number in E.164, such as `+442079460018`, as far as it can be determined: a number without a country code belongs
/// to the United Kingdom, and a `0` before a number of the United Kingdom does not count. `None` for a text that is not a number.
/// It is not checked whether the number is in use.
///
/// Source: ITU-T E.164 (at most fifteen digits); Ofcom's national numbering plan (nine or ten digits after the `0`, and a few
/// short numbers, which are not changed).
pub fn phone(typed: &str) -> Option<String> {
    let plain: String = token(typed).replace("(0)", "").chars().filter(|c| !matches!(c, '-' | '(' | ')' | '.' | '/')).collect();
    let international = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"));
    let digits = international.unwrap_or(&plain);
    if !(3..=17).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let british = |national: &str| format!("+44{}", national.strip_prefix('0').unwrap_or(national));
    let number = match (international, digits.strip_prefix("44"), digits.strip_prefix('0')) {
        (Some(_), Some(national), _) => british(national),
        (Some(_), None, None) => format!("+{digits}"),
        (Some(_), None, Some(_)) => return None,
        (None, _, Some(national)) => british(national),
        // Written without the plus, but too long for a national number.
        (None, Some(national), None) if digits.len() >= 11 => british(national),
        (None, ..) => digits.to_owned(),
    };
    (number.len() <= 16).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        for typed in [
            "7K3M-9QXA",
            "7k3m9qxa",
            " 7K3M 9QXA ",
            "7K3M\u{2011}9QXA",
            "7K3M\u{2013}9QXA\n",
            "\u{FF17}\u{FF2B}\u{FF13}\u{FF2D}9QXA",
            "7K3M\u{00A0}9QXA\u{200B}",
            "7K3M\u{00AD}9QXA",
        ] {
            assert_eq!(code(typed), "7K3M9QXA", "{typed:?}");
        }
        assert_ne!(code("7K3M-9QX\u{00C4}"), code("7K3M-9QXA"));
    }

    #[test]
    fn a_token_keeps_its_case_and_hyphens() {
        assert_eq!(token(" aB-c_\u{2011}D\u{200B} e\n"), "aB-c_-De");
    }

    #[test]
    fn one_number_has_one_form() {
        for typed in [
            "07700 900123",
            "+44 7700 900123",
            "+4407700900123",
            "+44 (0)7700 900123",
            "0044 7700 900123",
            "0044 07700 900123",
            "(07700) 900-123",
            "07700\u{2011}900\u{2011}123",
            "07700.900.123",
            "07700\u{00A0}900123",
            "447700900123",
            "\u{FF10}7700900123",
            "\u{202D}07700900123",
        ] {
            assert_eq!(phone(typed).as_deref(), Some("+447700900123"), "{typed:?}");
        }
        for (typed, expected) in [
            ("+353 85 012 3456", Some("+353850123456")),
            ("00 33 1 23 45 67 89", Some("+33123456789")),
            ("+39 06 1234 5678", Some("+390612345678")),
            ("020 7946 0018", Some("+442079460018")),
            ("111", Some("111")),
            ("+0 123 456", None),
            ("a name", None),
            ("", None),
            ("12", None),
            ("+12345678901234567", None),
        ] {
            assert_eq!(phone(typed).as_deref(), expected, "{typed:?}");
        }
    }
}
