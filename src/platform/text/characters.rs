//! Characters by what a reader sees of them.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// True of a character that shows nothing and is no white space: what Unicode calls default ignorable (zero-width characters,
/// soft hyphens, direction marks, variation selectors, the fillers of Hangul), the empty pattern of Braille, the marks around
/// annotations, and control characters that are no white space.
pub fn is_invisible(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{2800}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1D159}' => true,
        _ if c.is_control() => !c.is_whitespace(),
        _ => CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c),
    }
}

/// True of the characters that embed, override or isolate a direction until another one ends it: what is read is then not what
/// is stored.
pub(super) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// True of the code points that Unicode promises never to be characters.
pub(super) fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE
}
