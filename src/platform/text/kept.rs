//! What is kept of a text that somebody typed.

use unicode_normalization::UnicodeNormalization;

use super::characters::{is_invisible, is_noncharacter, turns_direction};

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// A name, a code, a sentence.
    One,
    /// A note, a plan, a statement.
    Many,
}

/// Why a text is not kept at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A line break in a text of one line.
    #[error("A line break is not allowed here.")]
    LineBreak,
    /// A control character.
    #[error("Control characters are not allowed here.")]
    Control,
    /// A character that turns the direction of the text around it, in a text of one line.
    #[error("Characters that change the direction of the text are not allowed here.")]
    Direction,
}

impl Unfit {
    /// The word for it in an answer.
    pub fn code(self) -> &'static str {
        match self {
            Self::LineBreak => "line_break",
            Self::Control | Self::Direction => "control_character",
        }
    }
}

/// A text as it is kept: composed (NFC), without white space or invisible characters at its ends, its lines ended by `\n`. A text
/// that shows nothing is empty. Lengths are those of the text that is kept.
///
/// # Errors
/// [`Unfit`]: it holds a character that such a text cannot have.
pub fn kept(text: &str, lines: Lines) -> Result<String, Unfit> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(text.trim_matches(' ').to_owned());
    }
    let composed: String = text.replace("\r\n", "\n").chars().filter_map(|c| written(c, lines)).nfc().collect();
    let kept = composed.trim_end_matches(|c: char| adds_nothing(c) && !of_a_picture(c)).trim_start_matches(adds_nothing);
    for c in kept.chars() {
        match (c, lines) {
            ('\n' | '\t', Lines::Many) => {}
            ('\n', Lines::One) => return Err(Unfit::LineBreak),
            _ if c.is_control() || is_noncharacter(c) => return Err(Unfit::Control),
            _ if turns_direction(c) => return Err(Unfit::Direction),
            _ => {}
        }
    }
    Ok(kept.to_owned())
}

/// A character as it is written, or nothing for one that only says where a line may break. What turns the direction of a text is
/// left out where there may be many lines: it comes along with what is pasted from a word processor.
fn written(c: char, lines: Lines) -> Option<char> {
    match c {
        '\r' | '\u{000B}' | '\u{000C}' | '\u{0085}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' => None,
        _ if lines == Lines::Many && turns_direction(c) => None,
        _ => Some(c),
    }
}

/// True of what is cut off at the ends.
fn adds_nothing(c: char) -> bool {
    c.is_whitespace() || (is_invisible(c) && !turns_direction(c) && !c.is_control())
}

/// True of invisible characters that belong to the picture before them, such as the flag of Wales.
fn of_a_picture(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_kept_composed_and_trimmed() {
        for (typed, expected) in [
            ("Ada", "Ada"),
            ("  Ada Lovelace\t", "Ada Lovelace"),
            ("\u{00A0}\u{3000}Ada\u{2003}", "Ada"),
            ("Zoe\u{0308}", "Zo\u{00EB}"),
            ("\u{FEFF}Ada\u{200B}", "Ada"),
            ("\u{200E}Ada\u{200F}", "Ada"),
            ("Ada\u{3164}", "Ada"),
            ("Ada\n", "Ada"),
            ("Smith\u{00AD}son", "Smithson"),
            ("O\u{2019}Brien", "O\u{2019}Brien"),
            ("\u{1F469}\u{200D}\u{2695}\u{FE0F}", "\u{1F469}\u{200D}\u{2695}\u{FE0F}"),
            ("", ""),
        ] {
            assert_eq!(kept(typed, Lines::One).as_deref(), Ok(expected), "{typed:?}");
            assert_eq!(kept(typed, Lines::Many).as_deref(), Ok(expected), "{typed:?}");
        }
    }

    #[test]
    fn a_text_that_shows_nothing_is_empty() {
        for text in [
            "            ",
            "\u{200B}",
            "\u{3164}\u{3164}",
            "\u{00AD}",
            "\u{200E}\u{200F}",
            "\u{2800}",
            "\u{115F}",
            "\u{FEFF}",
            "\u{034F}",
            "\r\n",
            "\u{2029}",
            "\u{FE0F}",
            "\u{E0041}",
        ] {
            assert_eq!(kept(text, Lines::One).as_deref(), Ok(""), "{text:?}");
            assert_eq!(kept(text, Lines::Many).as_deref(), Ok(""), "{text:?}");
        }
    }

    #[test]
    fn one_line_is_one_line() {
        for text in ["a\nb", "a\r\nb", "a\rb", "a\u{2028}b", "a\u{2029}b", "a\u{0085}b", "a\u{000B}b"] {
            assert_eq!(kept(text, Lines::One), Err(Unfit::LineBreak), "{text:?}");
            assert_eq!(kept(text, Lines::Many).as_deref(), Ok("a\nb"), "{text:?}");
        }
        assert_eq!(kept("a\tb", Lines::One), Err(Unfit::Control));
        assert_eq!(kept("a\tb", Lines::Many).as_deref(), Ok("a\tb"));
    }

    #[test]
    fn control_characters_are_refused_and_direction_is_not_turned() {
        for c in ['\0', '\u{0007}', '\u{001B}', '\u{007F}', '\u{009F}', '\u{FFFE}', '\u{FDD0}', '\u{10FFFF}'] {
            for text in [format!("a{c}b"), format!("{c}"), format!("a{c}")] {
                assert_eq!(kept(&text, Lines::One), Err(Unfit::Control), "{text:?}");
                assert_eq!(kept(&text, Lines::Many), Err(Unfit::Control), "{text:?}");
            }
        }
        for c in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}') {
            assert_eq!(kept(&format!("a{c}b"), Lines::One), Err(Unfit::Direction), "{c:?}");
            assert_eq!(kept(&format!("{c}b"), Lines::One), Err(Unfit::Direction), "{c:?}");
            assert_eq!(kept(&format!("a{c}b"), Lines::Many).as_deref(), Ok("ab"), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_as_it_is(text in any::<String>()) {
            for lines in [Lines::One, Lines::Many] {
                if let Ok(once) = kept(&text, lines) {
                    prop_assert_eq!(kept(&once, lines), Ok(once));
                }
            }
        }
    }
}
