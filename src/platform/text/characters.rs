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
