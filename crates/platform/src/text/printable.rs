//! The characters that printed forms can show: those that both fonts contain, regular and bold. A test of `print` compares this
//! table with the fonts.

use unicode_normalization::UnicodeNormalization;

use super::is_invisible;

/// The first character of a text for which the fonts have no glyph. A text without one prints exactly as it was written.
pub fn unprintable(text: &str) -> Option<char> {
    // Invisible characters are not printed.
    let seen = |c: char| c.is_control() || !is_invisible(c);
    text.nfc().find(|c| seen(*c) && !(c.is_whitespace() || is_printable(*c)))
}

/// True when the fonts have a glyph for the character.
pub fn is_printable(c: char) -> bool {
    let place = TYPEFACE.partition_point(|(_, last)| *last < c);
    TYPEFACE.get(place).is_some_and(|(first, _)| *first <= c)
}

/// First and last of each range of characters, in order.
const TYPEFACE: &[(char, char)] = &[
    ('\u{20}', '\u{7E}'),
    ('\u{A0}', '\u{17F}'),
    ('\u{192}', '\u{192}'),
    ('\u{1A0}', '\u{1A1}'),
    ('\u{1AF}', '\u{1B0}'),
    ('\u{1F0}', '\u{1F0}'),
    ('\u{1FA}', '\u{1FF}'),
    ('\u{218}', '\u{21B}'),
    ('\u{237}', '\u{237}'),
    ('\u{2BC}', '\u{2BC}'),
    ('\u{2C6}', '\u{2C7}'),
    ('\u{2C9}', '\u{2C9}'),
    ('\u{2D8}', '\u{2DD}'),
    ('\u{2F3}', '\u{2F3}'),
    ('\u{300}', '\u{301}'),
    ('\u{303}', '\u{303}'),
    ('\u{309}', '\u{309}'),
    ('\u{30F}', '\u{30F}'),
    ('\u{323}', '\u{323}'),
    ('\u{384}', '\u{38A}'),
    ('\u{38C}', '\u{38C}'),
    ('\u{38E}', '\u{3A1}'),
    ('\u{3A3}', '\u{3CE}'),
    ('\u{3D1}', '\u{3D2}'),
    ('\u{3D6}', '\u{3D6}'),
    ('\u{400}', '\u{486}'),
    ('\u{488}', '\u{513}'),
    ('\u{1E00}', '\u{1E01}'),
    ('\u{1E3E}', '\u{1E3F}'),
    ('\u{1E80}', '\u{1E85}'),
    ('\u{1EA0}', '\u{1EF9}'),
    ('\u{1F4D}', '\u{1F4D}'),
    ('\u{2000}', '\u{200B}'),
    ('\u{2013}', '\u{2015}'),
    ('\u{2017}', '\u{201E}'),
    ('\u{2020}', '\u{2022}'),
    ('\u{2026}', '\u{2026}'),
    ('\u{2030}', '\u{2030}'),
    ('\u{2032}', '\u{2033}'),
    ('\u{2039}', '\u{203A}'),
    ('\u{203C}', '\u{203C}'),
    ('\u{2044}', '\u{2044}'),
    ('\u{2070}', '\u{2070}'),
    ('\u{2074}', '\u{2079}'),
    ('\u{207F}', '\u{207F}'),
    ('\u{20A3}', '\u{20A4}'),
    ('\u{20A7}', '\u{20A7}'),
    ('\u{20AB}', '\u{20AC}'),
    ('\u{2105}', '\u{2105}'),
    ('\u{2113}', '\u{2113}'),
    ('\u{2116}', '\u{2116}'),
    ('\u{2120}', '\u{2120}'),
    ('\u{2122}', '\u{2122}'),
    ('\u{2126}', '\u{2126}'),
    ('\u{212E}', '\u{212E}'),
    ('\u{215B}', '\u{215E}'),
    ('\u{2202}', '\u{2202}'),
    ('\u{2206}', '\u{2206}'),
    ('\u{220F}', '\u{220F}'),
    ('\u{2211}', '\u{2212}'),
    ('\u{221A}', '\u{221A}'),
    ('\u{221E}', '\u{221E}'),
    ('\u{222B}', '\u{222B}'),
    ('\u{2248}', '\u{2248}'),
    ('\u{2260}', '\u{2260}'),
    ('\u{2264}', '\u{2265}'),
    ('\u{25CA}', '\u{25CA}'),
    ('\u{FB00}', '\u{FB04}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFFC}', '\u{FFFD}'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn european_names_are_printable_and_emoji_are_not() {
        assert_eq!(unprintable("Ng\u{169}g\u{129}, S\u{f8}ren \u{c5}ngstr\u{f6}m"), None);
        assert_eq!(unprintable("ok \u{1F642}"), Some('\u{1F642}'));
    }
}
