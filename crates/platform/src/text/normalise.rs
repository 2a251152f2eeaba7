//! The normal form in which typed texts are stored.

use unicode_normalization::UnicodeNormalization;

use super::characters::{changes_direction, is_invisible, is_needed, is_noncharacter, sets_direction, shows_alone};

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// A name, a code, a sentence.
    One,
    /// A note, a plan, a statement.
    Many,
}

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// A line break in a text of one line.
    #[error("A line break is not allowed here. Use one line.")]
    LineBreak,
    /// A control character.
    #[error("Control characters are not allowed here. Remove them.")]
    Control,
    /// A character that sets the direction of the text around it, inside a text of one line.
    #[error("Characters that change the direction of the text are not allowed here. Remove them.")]
    Direction,
    /// An invisible character inside a text of one line.
    #[error("Invisible characters are not allowed inside this text. Remove them.")]
    Invisible,
}

impl InvalidText {
    /// The code of the reason in a response.
    pub fn code(self) -> &'static str {
        match self {
            Self::LineBreak => "line_break",
            Self::Control | Self::Direction => "control_character",
            Self::Invisible => "invisible_character",
        }
    }
}

/// A text as it is stored: composed (NFC), without white space or invisible characters at its ends, its lines ended by `\n`. A
/// text that shows nothing is empty. Lengths are those of the stored text.
///
/// Inside a text of one line, direction marks and invisible characters are refused unless the characters around them need them:
/// two names that look the same are then the same. A text of several lines is often pasted from where such characters are common;
/// it keeps them, except those that change its direction and those that only mark where a line may break.
///
/// # Errors
/// [`InvalidText`]: the text contains a character that it may not have.
pub fn normalise_text(text: &str, lines: Lines) -> Result<String, InvalidText> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(text.trim_matches(' ').to_owned());
    }
    let composed: Vec<char> = text.replace("\r\n", "\n").chars().filter_map(|c| stored_form(c, lines)).nfc().collect();
    let trimmed = trim_ends(&composed);
    for (at, c) in trimmed.iter().enumerate() {
        let (before, from_it) = trimmed.split_at(at);
        check_character(before, *c, from_it.get(1).copied(), lines)?;
    }
    let shows = trimmed.iter().any(|c| shows_alone(*c));
    Ok(if shows { trimmed.iter().collect() } else { String::new() })
}

/// Checks that a text may have a character in that position.
fn check_character(before: &[char], c: char, after: Option<char>, lines: Lines) -> Result<(), InvalidText> {
    match (c, lines) {
        (' '..='~', _) | ('\n' | '\t', Lines::Many) => Ok(()),
        ('\n', Lines::One) => Err(InvalidText::LineBreak),
        _ if c.is_control() || is_noncharacter(c) => Err(InvalidText::Control),
        (_, Lines::Many) => Ok(()),
        _ if sets_direction(c) => Err(InvalidText::Direction),
        _ if is_invisible(c) && !is_needed(before, c, after) => Err(InvalidText::Invisible),
        _ => Ok(()),
    }
}

/// A text without the characters that add nothing at its ends.
fn trim_ends(mut text: &[char]) -> &[char] {
    while let [first, rest @ ..] = text
        && adds_nothing(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && adds_nothing(*last)
        && !is_needed(rest, *last, None)
    {
        text = rest;
    }
    text
}

/// A character in its stored form, or nothing for one that is removed from a text of several lines.
fn stored_form(c: char, lines: Lines) -> Option<char> {
    match c {
        '\r' | '\u{000B}' | '\u{000C}' | '\u{0085}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' if lines == Lines::Many => None,
        _ if lines == Lines::Many && changes_direction(c) => None,
        _ => Some(c),
    }
}

/// True for a character that is removed at the ends.
fn adds_nothing(c: char) -> bool {
    c.is_whitespace() || (is_invisible(c) && !c.is_control())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_composed_and_trimmed() {
        for (typed, expected) in [
            ("Ada", "Ada"),
            ("  Ada Lovelace\t", "Ada Lovelace"),
            ("\u{00A0}\u{3000}Ada\u{2003}", "Ada"),
            ("Zoe\u{0308}", "Zo\u{00EB}"),
            ("\u{FEFF}Ada\u{200B}", "Ada"),
            ("\u{200E}Ada\u{200F}", "Ada"),
            ("Ada\u{3164}", "Ada"),
            ("Ada\n", "Ada"),
            ("\u{202D}07700 900123\u{202C}", "07700 900123"),
            ("Ada\u{FE0F}\u{E0041}\u{200D}", "Ada"),
            ("O\u{2019}Brien", "O\u{2019}Brien"),
            ("", ""),
        ] {
            assert_eq!(normalise_text(typed, Lines::One).as_deref(), Ok(expected), "{typed:?}");
            assert_eq!(normalise_text(typed, Lines::Many).as_deref(), Ok(expected), "{typed:?}");
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
            "\u{202E}\u{2066}",
            "\u{13441}",
            "\u{13442}",
            "\u{16FE4}",
            "\u{0301}",
            "\u{20DD}",
            "\u{093E}",
            "\u{0600}",
            "\u{E000}",
            "\u{0378}",
            "\u{1D159} \u{3164}\u{0301}",
        ] {
            assert_eq!(normalise_text(text, Lines::One).as_deref(), Ok(""), "{text:?}");
            assert_eq!(normalise_text(text, Lines::Many).as_deref(), Ok(""), "{text:?}");
        }
    }

    #[test]
    fn a_text_of_one_line_has_no_line_break() {
        for text in ["a\nb", "a\r\nb", "a\rb", "a\u{2028}b", "a\u{2029}b", "a\u{0085}b", "a\u{000B}b"] {
            assert_eq!(normalise_text(text, Lines::One), Err(InvalidText::LineBreak), "{text:?}");
            assert_eq!(normalise_text(text, Lines::Many).as_deref(), Ok("a\nb"), "{text:?}");
        }
        assert_eq!(normalise_text("a\tb", Lines::One), Err(InvalidText::Control));
        assert_eq!(normalise_text("a\tb", Lines::Many).as_deref(), Ok("a\tb"));
    }

    #[test]
    fn control_characters_are_refused_and_the_direction_is_not_changed() {
        for c in ['\0', '\u{0007}', '\u{001B}', '\u{007F}', '\u{009F}', '\u{FFFE}', '\u{FDD0}', '\u{10FFFF}'] {
            for text in [format!("a{c}b"), format!("{c}"), format!("a{c}")] {
                assert_eq!(normalise_text(&text, Lines::One), Err(InvalidText::Control), "{text:?}");
                assert_eq!(normalise_text(&text, Lines::Many), Err(InvalidText::Control), "{text:?}");
            }
        }
        for c in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}') {
            assert_eq!(normalise_text(&format!("a{c}b"), Lines::One), Err(InvalidText::Direction), "{c:?}");
            assert_eq!(normalise_text(&format!(" {c} b{c}"), Lines::One).as_deref(), Ok("b"), "{c:?}");
            assert_eq!(normalise_text(&format!("a{c}b"), Lines::Many).as_deref(), Ok("ab"), "{c:?}");
        }
    }

    #[test]
    fn invisible_characters_are_refused_inside_a_line_and_removed_at_its_ends() {
        for c in ['\u{200E}', '\u{200F}', '\u{061C}'] {
            assert_eq!(normalise_text(&format!("a{c}b"), Lines::One), Err(InvalidText::Direction), "{c:?}");
        }
        for c in HIDDEN {
            assert_eq!(normalise_text(&format!("a{c}b"), Lines::One), Err(InvalidText::Invisible), "{c:?}");
            assert_eq!(normalise_text(&format!("{c}a{c}"), Lines::One).as_deref(), Ok("a"), "{c:?}");
        }
        assert_eq!(normalise_text("Smith\u{00AD}son\u{200B}s", Lines::Many).as_deref(), Ok("Smithsons"));
    }

    const HIDDEN: [char; 24] = [
        '\u{00AD}',
        '\u{034F}',
        '\u{115F}',
        '\u{1160}',
        '\u{17B4}',
        '\u{180B}',
        '\u{180E}',
        '\u{200B}',
        '\u{200C}',
        '\u{200D}',
        '\u{2060}',
        '\u{2061}',
        '\u{2064}',
        '\u{206F}',
        '\u{2800}',
        '\u{3164}',
        '\u{FE00}',
        '\u{FE0F}',
        '\u{FEFF}',
        '\u{FFA0}',
        '\u{13441}',
        '\u{16FE4}',
        '\u{E0041}',
        '\u{E0100}',
    ];

    #[test]
    fn characters_that_a_script_or_an_emoji_needs_stay() {
        for needed in [
            "\u{1F469}\u{200D}\u{2695}\u{FE0F}",
            "\u{1F469}\u{1F3FD}\u{200D}\u{1F680} Ada",
            "Ada \u{2764}\u{FE0F} Byron",
            "1\u{FE0F}\u{20E3}",
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
            // Persian, Bengali, Sinhala, Mongolian, and a variant of an ideograph.
            "\u{0645}\u{06CC}\u{200C}\u{062E}\u{0648}\u{0627}\u{0647}\u{0645}",
            "\u{09B0}\u{200D}\u{09CD}\u{09AF}\u{09BE}",
            "\u{0DC1}\u{0DCA}\u{200D}\u{0DBB}\u{0DD3}",
            "\u{182D}\u{180B}\u{1820}",
            "\u{845B}\u{E0100}\u{98FE}",
        ] {
            assert_eq!(normalise_text(needed, Lines::One).as_deref(), Ok(needed), "{needed:?}");
            assert_eq!(normalise_text(needed, Lines::Many).as_deref(), Ok(needed), "{needed:?}");
        }
        for needless in
            ["1\u{FE0F}2", "a\u{E0067}b", "\u{0645}\u{200C}a", "a\u{200D}\u{1F680}", "\u{0645}\u{200C}\u{200C}\u{0645}"]
        {
            assert_eq!(normalise_text(needless, Lines::One), Err(InvalidText::Invisible), "{needless:?}");
        }
    }

    proptest! {
        #[test]
        fn a_stored_text_is_not_changed_again(text in any::<String>()) {
            for lines in [Lines::One, Lines::Many] {
                if let Ok(once) = normalise_text(&text, lines) {
                    prop_assert_eq!(normalise_text(&once, lines), Ok(once));
                }
            }
        }
    }
}
