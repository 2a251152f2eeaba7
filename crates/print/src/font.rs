//! The font in two weights, regular and bold: which characters it has, how wide a text is, and its glyphs in order.

use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use unicode_normalization::UnicodeNormalization;

use platform::text::is_invisible;

/// The weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A font in the two forms that are needed: to embed, and to shape text.
pub(super) struct Face {
    pub(super) embedded: Font,
    shaping: rustybuzz::Face<'static>,
}

/// A text as glyphs of a font; one em is one unit.
#[derive(Debug, Clone)]
pub(super) struct Shaped {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// Without the white space at the end.
    pub(super) width: f32,
}

static REGULAR: LazyLock<Face> = LazyLock::new(|| Face::embedded(include_bytes!("fonts/OpenSans-Regular.ttf")));
static BOLD: LazyLock<Face> = LazyLock::new(|| Face::embedded(include_bytes!("fonts/OpenSans-Bold.ttf")));

/// Printed in place of a character that the font does not have.
const REPLACEMENT: char = '\u{FFFD}';

impl Weight {
    /// The font of this weight.
    pub(super) fn face(self) -> &'static Face {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }
}

impl Face {
    /// A font that is part of the program; a test reads both.
    fn embedded(data: &'static [u8]) -> Self {
        let read = || Some(Self { embedded: Font::new(data.into(), 0)?, shaping: rustybuzz::Face::from_slice(data, 0)? });
        read().unwrap_or_else(|| panic!("a font inside the program cannot be read"))
    }

    fn has(&self, character: char) -> bool {
        self.shaping.glyph_index(character).is_some()
    }

    /// The glyphs of a text without line breaks.
    pub(super) fn shape(&self, text: &str) -> Shaped {
        let seen = text.nfc().filter(|c| c.is_control() || !is_invisible(*c));
        let text: String = seen.map(|c| if self.has(c) { c } else { REPLACEMENT }).collect();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(&self.shaping, &[], buffer);
        let em = self.embedded.units_per_em();
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let starts: Vec<usize> = infos.iter().map(|info| usize::try_from(info.cluster).unwrap_or(0)).collect();
        let mut glyphs = Vec::with_capacity(infos.len());
        let (mut reached, mut width) = (0.0, 0.0);
        for (at, (info, position)) in infos.iter().zip(positions).enumerate() {
            let start = starts.get(at).copied().unwrap_or(0);
            let end = starts.iter().skip(at).find(|next| **next > start).copied().unwrap_or(text.len());
            let scaled = |units: i32| units as f32 / em;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                scaled(position.x_advance),
                scaled(position.x_offset),
                scaled(position.y_offset),
                scaled(position.y_advance),
                start..end,
                None,
            ));
            reached += scaled(position.x_advance);
            if text.get(start..end).is_some_and(|cluster| !cluster.trim().is_empty()) {
                width = reached;
            }
        }
        Shaped { text, glyphs, width }
    }

    /// The width of a text in ems, including the white space at its end.
    pub(super) fn advance(&self, text: &str) -> f32 {
        self.shape(text).glyphs.iter().map(|glyph| glyph.x_advance).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::text::printable::unprintable;

    #[test]
    fn the_table_of_printable_characters_matches_both_fonts() {
        let (regular, bold) = (Weight::Regular.face(), Weight::Bold.face());
        // U+FFFF is not a character: it ends the font's own table.
        for c in ('\0'..=char::MAX).filter(|c| *c != '\u{FFFF}') {
            let both = regular.has(c) && bold.has(c);
            assert_eq!(platform::text::printable::is_printable(c), both, "{c:?}");
        }
    }

    #[test]
    fn european_names_are_printable_and_emoji_are_not() {
        for text in [
            "Zoë Brontë",
            "Łukasz Źdźbło",
            "Ngũgĩ",
            "Nguyễn Thị",
            "Ελένη",
            "Søren Ångström",
            "O’Neill — “quoted” £5 ½",
            "a\tb\nc",
            "left\u{200E}to\u{FEFF}right\u{FE0F}",
        ] {
            assert_eq!(unprintable(text), None, "{text}");
        }
        for (text, character) in [("ok 🙂", '🙂'), ("שלום", 'ש'), ("李", '李'), ("a\u{7}", '\u{7}')] {
            assert_eq!(unprintable(text), Some(character), "{text}");
        }
    }

    #[test]
    fn a_shaped_text_has_its_characters_and_its_width() {
        let face = Weight::Regular.face();
        let shaped = face.shape("office e\u{301} ");
        assert_eq!(shaped.text, "office é ", "composed");
        let mut covered: Vec<_> = shaped.glyphs.iter().map(|glyph| glyph.text_range.clone()).collect();
        covered.dedup();
        assert_eq!(covered.iter().map(|range| &shaped.text[range.clone()]).collect::<String>(), shaped.text);
        assert!(shaped.width < face.advance("office é "), "white space at the end does not count");
        assert!((shaped.width - face.advance("office é")).abs() < 0.001);
        assert!(face.advance("mmmm") > 2.0 * face.advance("iiii"));
    }
}
