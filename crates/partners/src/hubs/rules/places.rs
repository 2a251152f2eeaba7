//! How an area is found: outcodes and employers.

use crate::hubs::model::Outcode;
use platform::refusal::{Reason, Refusal};
use platform::text::code;

/// Reads the first half of a postcode: A9, A99, AA9, AA99, A9A or AA9A, with the letters that each place may have, and GIR.
/// ZZ99 (no fixed abode and the like) and BFPO have no area (`docs/clinical-rules.md#areas`). A whole postcode is more than is
/// needed: it is refused, so that people do not get used to giving it.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/outcode`: `only_first_half` or `invalid_format`.
pub fn check_outcode(typed: &str) -> Result<Outcode, Refusal> {
    let refuse = |word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field("/outcode", word, detail));
    let plain = code(typed);
    if plain == "ZZ99" || plain == "BFPO" {
        return Ok(Outcode::WithoutArea);
    }
    if is_outcode(&plain) {
        return Ok(Outcode::InArea(codes_from_exact_to_letters(&plain)));
    }
    let whole = plain.is_ascii() && plain.len() > 4 && {
        let (first, second) = plain.split_at(plain.len() - 3);
        let second = second.as_bytes();
        (is_outcode(first) || first == "ZZ99") && second[0].is_ascii_digit() && second[1..].iter().all(u8::is_ascii_uppercase)
    };
    if whole {
        return refuse("only_first_half", "Give only the first half of the postcode, such as SW1A.");
    }
    refuse("invalid_format", "This is not the first half of a postcode. Check it, for example SW1A.")
}

/// The code under which administrators set the area of an outcode: a full outcode, or the one or two letters at the start of
/// outcodes.
pub fn place_code(typed: &str) -> Option<String> {
    let plain = code(typed);
    let letters = matches!(plain.as_bytes(), [first] if is_first(*first))
        || matches!(plain.as_bytes(), [first, second] if is_first(*first) && is_second(*second));
    (letters || is_outcode(&plain)).then_some(plain)
}

/// The first half of the postcode pattern in `docs/clinical-rules.md#areas`.
fn is_outcode(plain: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit();
    match *plain.as_bytes() {
        [b'G', b'I', b'R'] => true,
        [a, n] => is_first(a) && digit(n),
        [a, n, m] if digit(n) => is_first(a) && (digit(m) || b"ABCDEFGHJKPSTUW".contains(&m)),
        [a, b, n] => is_first(a) && is_second(b) && digit(n),
        [a, b, n, m] => is_first(a) && is_second(b) && digit(n) && (digit(m) || b"ABEHMNPRVWXY".contains(&m)),
        _ => false,
    }
}

fn is_first(byte: u8) -> bool {
    byte.is_ascii_uppercase() && !b"QVX".contains(&byte)
}

fn is_second(byte: u8) -> bool {
    byte.is_ascii_uppercase() && !b"IJZ".contains(&byte)
}

/// `SW1A`, `SW1`, `SW`: the codes that an outcode can be found by, the most exact first.
fn codes_from_exact_to_letters(outcode: &str) -> Vec<String> {
    let letters: String = outcode.chars().take_while(char::is_ascii_alphabetic).collect();
    let number: String = outcode[letters.len()..].chars().take_while(char::is_ascii_digit).collect();
    let mut known = vec![outcode.to_owned(), format!("{letters}{number}"), letters];
    known.dedup();
    known
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str) -> Result<Vec<String>, &'static str> {
        match check_outcode(typed) {
            Ok(Outcode::InArea(known)) => Ok(known),
            Ok(Outcode::WithoutArea) => Ok(Vec::new()),
            Err(refusal) => Err(refusal.fields[0].code),
        }
    }

    #[test]
    fn only_outcodes_are_accepted() {
        for (typed, expected) in [
            ("M1", vec!["M1", "M"]),
            ("b33", vec!["B33", "B"]),
            (" cr2 ", vec!["CR2", "CR"]),
            ("DN55", vec!["DN55", "DN"]),
            ("W1A", vec!["W1A", "W1", "W"]),
            ("E1W", vec!["E1W", "E1", "E"]),
            ("SW1A", vec!["SW1A", "SW1", "SW"]),
            ("EC1A", vec!["EC1A", "EC1", "EC"]),
            ("ZZ99", vec![]),
            ("BFPO", vec![]),
        ] {
            assert_eq!(read(typed), Ok(expected.into_iter().map(str::to_owned).collect()), "{typed}");
        }
        for whole in ["M1 1AE", "SW1A1AA", "dn55 1pt", "ZZ99 3VZ"] {
            assert_eq!(read(whole), Err("only_first_half"), "{whole}");
        }
        for wrong in ["", "M", "Q1", "V1", "X1", "AI1", "AJ1", "AZ1", "W1I", "SW1C", "AAA1", "1A", "M123", "É1", "SW1A1", "ZZ98"]
        {
            assert_eq!(read(wrong), Err("invalid_format"), "{wrong}");
        }
    }

    #[test]
    fn an_administrator_may_set_letters_or_an_outcode() {
        for (typed, expected) in
            [("ne", Some("NE")), ("B", Some("B")), ("SW1A", Some("SW1A")), ("Q", None), ("NEE", None), ("ZZ99", None), ("", None)]
        {
            assert_eq!(place_code(typed).as_deref(), expected, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_parsing_panic(typed in ".{0,12}") {
            let _ = check_outcode(&typed);
            let _ = place_code(&typed);
        }
    }
}
