//! Characters by what a reader sees of them.

use icu_properties::props::{DefaultIgnorableCodePoint, Emoji, ExtendedPictographic, GeneralCategory, Ideographic, JoiningType};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::char::canonical_combining_class;

/// True for a character that shows nothing and is not white space: what Unicode calls default ignorable (zero-width characters,
/// soft hyphens, direction marks, variation selectors, Hangul fillers), the blank Braille pattern, annotation marks, blanks of
/// hieroglyphs and of Khitan, and control characters that are not white space.
pub fn is_invisible(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{2800}' | '\u{FFF9}'..='\u{FFFC}' | '\u{13441}' | '\u{13442}' | '\u{16FE4}' | '\u{1D159}' => true,
        _ if c.is_control() => !c.is_whitespace(),
        _ => CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c),
    }
}

/// True for a character that a reader sees when it is alone. A mark needs a letter; unassigned and private-use characters have no
/// glyph that all readers have.
pub(super) fn shows_alone(c: char) -> bool {
    let is_unseen = |c| {
        matches!(
            CodePointMapData::<GeneralCategory>::new().get(c),
            GeneralCategory::NonspacingMark
                | GeneralCategory::EnclosingMark
                | GeneralCategory::SpacingMark
                | GeneralCategory::Format
                | GeneralCategory::PrivateUse
                | GeneralCategory::Unassigned
        )
    };
    matches!(c, '!'..='~') || !(c.is_whitespace() || is_invisible(c) || is_unseen(c))
}

/// True for the characters that embed, override or isolate a direction until another character ends it: what is read then differs
/// from what is stored.
pub(super) fn changes_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// True for every character that only sets the direction of the text around it: those above, and the direction marks.
pub(super) fn sets_direction(c: char) -> bool {
    changes_direction(c) || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}')
}

/// True for the code points that Unicode reserves as noncharacters.
pub(super) fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE
}

/// The zero-width joiner.
const JOINER: char = '\u{200D}';
/// The black flag, which may be followed by tags: the flags of England, Scotland and Wales are written this way.
const BLACK_FLAG: char = '\u{1F3F4}';
/// The flag of a subdivision is followed by six tags at most: five letters and the end.
const MAX_TAGS: usize = 7;
/// The canonical combining class of the signs that remove the vowel of a letter.
const VIRAMA: u8 = 9;

/// True for an invisible character that changes how its neighbours are written: a joiner within a word of a script that uses
/// joiners, a variation selector after a character that has variants, and what holds an emoji together.
pub(super) fn is_needed(before: &[char], c: char, after: Option<char>) -> bool {
    let Some(last) = before.last().copied() else { return false };
    match c {
        JOINER if after.is_some_and(|next| is_pictographic(next) && ends_in_pictographic(before)) => true,
        '\u{200C}' | JOINER => after.is_some_and(|next| joins(before, last, next)),
        '\u{180B}'..='\u{180D}' | '\u{180F}' => matches!(last, '\u{1820}'..='\u{18AA}'),
        // A digit is an emoji only in a keycap.
        '\u{FE0E}' | '\u{FE0F}' if last.is_ascii() => after == Some('\u{20E3}') && is_emoji(last),
        '\u{FE0E}' | '\u{FE0F}' => is_emoji(last),
        '\u{FE00}'..='\u{FE0D}' => is_ideograph(last) || matches!(last, '\u{1000}'..='\u{109F}' | '\u{A840}'..='\u{A877}'),
        '\u{E0100}'..='\u{E01EF}' => is_ideograph(last),
        '\u{E0020}'..='\u{E007F}' => {
            before.iter().rev().take(MAX_TAGS).find(|c| !matches!(c, '\u{E0020}'..='\u{E007F}')) == Some(&BLACK_FLAG)
        }
        _ => false,
    }
}

/// True where a joiner or non-joiner changes how two letters are written: next to a virama, and between letters that join (as in
/// RFC 5892, appendix A, for domain names, but a little wider: Bengali writes a joiner before the virama, and Persian is often
/// typed with one after letters that do not join).
fn joins(before: &[char], last: char, next: char) -> bool {
    let joining = |c: char| CodePointMapData::<JoiningType>::new().get(c);
    let is_joining =
        |c: char| matches!(joining(c), JoiningType::DualJoining | JoiningType::RightJoining | JoiningType::LeftJoining);
    let is_virama = |c: char| canonical_combining_class(c) == VIRAMA;
    let letter = before.iter().rfind(|c| joining(**c) != JoiningType::Transparent);
    (is_virama(last) && next.is_alphabetic())
        || (is_virama(next) && last.is_alphabetic())
        || (is_joining(next) && letter.is_some_and(|letter| is_joining(*letter)))
}

/// True for a text that ends in an emoji, whatever its colour.
fn ends_in_pictographic(text: &[char]) -> bool {
    text.iter().rfind(|c| !matches!(c, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')).is_some_and(|c| is_pictographic(*c))
}

fn is_pictographic(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

fn is_emoji(c: char) -> bool {
    CodePointSetData::new::<Emoji>().contains(c)
}

fn is_ideograph(c: char) -> bool {
    CodePointSetData::new::<Ideographic>().contains(c)
}
