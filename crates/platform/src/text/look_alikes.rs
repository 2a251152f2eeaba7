//! Cyrillic and Greek letters that look like Latin ones. A reader cannot tell "Аda" with a Cyrillic first letter from "Ada", so where
//! names are compared they count as the Latin letter.
//!
//! Source: the intentional and the visual confusables of Unicode Technical Standard 39 for the two alphabets, without those that look alike
//! only in some typefaces. A capital and a small letter can look like two Latin ones: the capital Greek eta like H, the small one like n.

use unicode_normalization::UnicodeNormalization;

/// A folded text with every letter as its capital looks, so that a name is the same in capitals and in small letters. A letter whose
/// capital looks like no Latin one stays as it is.
pub fn as_capitals_look(folded: &str) -> String {
    folded.chars().map(|c| of_capital(c).unwrap_or(c)).collect()
}

/// A text with every letter as it looks the way it is typed. It is not folded yet.
pub fn as_typed(text: &str) -> String {
    let small = |capital: char| capital.to_lowercase().next().unwrap_or(capital);
    let latin = |c: char| match c.is_uppercase() {
        true => of_capital(small(c)).map(|latin| latin.to_ascii_uppercase()),
        false => of_small(c),
    };
    text.nfd().map(|c| latin(c).unwrap_or(c)).collect()
}

/// The Latin letter, in lower case, that the capital of this small letter looks like.
const fn of_capital(small: char) -> Option<char> {
    Some(match small {
        // Cyrillic.
        '\u{430}' => 'a',
        '\u{432}' | '\u{44C}' => 'b',
        '\u{435}' => 'e',
        '\u{43A}' => 'k',
        '\u{43C}' => 'm',
        '\u{43D}' | '\u{4BB}' => 'h',
        '\u{43E}' => 'o',
        '\u{440}' => 'p',
        '\u{441}' => 'c',
        '\u{442}' => 't',
        '\u{443}' | '\u{4AF}' => 'y',
        '\u{445}' => 'x',
        '\u{455}' => 's',
        '\u{456}' | '\u{4CF}' => 'i',
        '\u{458}' => 'j',
        '\u{475}' => 'v',
        '\u{501}' => 'd',
        '\u{50D}' => 'g',
        '\u{51B}' => 'q',
        '\u{51D}' => 'w',
        // Greek.
        '\u{3B1}' => 'a',
        '\u{3B2}' => 'b',
        '\u{3B5}' => 'e',
        '\u{3B6}' => 'z',
        '\u{3B7}' => 'h',
        '\u{3B9}' => 'i',
        '\u{3BA}' => 'k',
        '\u{3BC}' => 'm',
        '\u{3BD}' => 'n',
        '\u{3BF}' => 'o',
        '\u{3C1}' => 'p',
        '\u{3C4}' => 't',
        '\u{3C5}' => 'y',
        '\u{3C7}' => 'x',
        '\u{3DD}' => 'f',
        '\u{3F2}' => 'c',
        '\u{3F3}' => 'j',
        _ => return None,
    })
}

/// The Latin letter that this small letter looks like.
const fn of_small(small: char) -> Option<char> {
    Some(match small {
        // Cyrillic, where it is not the same as for the capital.
        '\u{433}' => 'r',
        '\u{43F}' => 'n',
        '\u{4CF}' => 'l',
        // Greek, likewise.
        '\u{3B3}' => 'y',
        '\u{3B7}' | '\u{3C0}' => 'n',
        '\u{3BC}' | '\u{3C5}' => 'u',
        '\u{3BD}' => 'v',
        '\u{3C2}' => 'c',
        '\u{3C3}' => 'o',
        '\u{3C9}' => 'w',
        other => return of_capital(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_other_alphabets_count_as_what_they_look_like() {
        for (typed, expected) in [
            ("\u{410}da", "Ada"),
            ("\u{421}\u{43E}ry", "Cory"),
            ("R\u{3C5}an", "Ruan"),
            ("\u{39D}\u{3AF}\u{3BA}\u{3B7}", "Ni\u{301}kn"),
            ("\u{395}\u{3BD}e", "Eve"),
            ("Ada", "Ada"),
            ("\u{418}\u{432}\u{430}\u{43D}", "\u{418}bah"),
        ] {
            assert_eq!(as_typed(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_name_in_capitals_is_the_same_as_in_small_letters() {
        for (capitals, small) in [
            ("\u{39D}\u{399}\u{39A}\u{397}", "\u{3BD}\u{3B9}\u{3BA}\u{3B7}"),
            ("\u{418}\u{412}\u{410}\u{41D}", "\u{438}\u{432}\u{430}\u{43D}"),
        ] {
            let folded = super::super::folded;
            assert_eq!(as_capitals_look(&folded(capitals)), as_capitals_look(&folded(small)));
        }
        assert_eq!(as_capitals_look("\u{3BD}\u{3B9}\u{3BA}\u{3B7}"), "nikh");
    }
}
