//! Breaks a text into lines.

use super::font::{Face, Shaped, Weight};

/// The typographic style of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) weight: Weight,
    /// In points.
    pub(super) size: f32,
    /// The distance of baselines, in points.
    pub(super) leading: f32,
    pub(super) grey: bool,
}

/// The no-break space: it keeps two words on one line.
pub(super) const NO_BREAK_SPACE: char = '\u{A0}';

/// Lines that are not wider than `width` points. Line breaks of the text are kept; a word that is wider than a line is broken. A
/// line that continues ends with its space, so that a reader of the document, or a copy of its text, gets whole words.
pub(super) fn break_lines(text: &str, style: Style, width: f32) -> Vec<Shaped> {
    let face = style.weight.face();
    let max = width / style.size;
    let mut lines = Vec::new();
    let mut paragraphs = text.split('\n').peekable();
    while let Some(paragraph) = paragraphs.next() {
        let mut line = String::new();
        let mut reached = 0.0;
        let breaks = |c: char| c.is_whitespace() && c != NO_BREAK_SPACE;
        for word in paragraph.split(breaks).filter(|word| !word.is_empty()) {
            let space = if line.is_empty() { 0.0 } else { face.advance(" ") };
            let advance = face.advance(word);
            if reached + space + advance <= max {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
                reached += space + advance;
                continue;
            }
            if !line.is_empty() {
                line.push(' ');
                lines.push(face.shape(&line));
                line.clear();
            }
            let mut pieces = divide_word(word, face, max);
            line = pieces.pop().unwrap_or_default();
            lines.extend(pieces.iter().map(|piece| face.shape(piece)));
            reached = face.advance(&line);
        }
        if paragraphs.peek().is_some() && !line.is_empty() {
            line.push(' ');
        }
        lines.push(face.shape(&line));
    }
    lines
}

/// A word divided where it would leave its line; all pieces but the last are full.
fn divide_word(word: &str, face: &Face, max: f32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut reached = 0.0;
    for character in word.chars() {
        let combines = unicode_normalization::char::is_combining_mark(character);
        let advance = if combines { 0.0 } else { face.advance(character.encode_utf8(&mut [0; 4])) };
        if reached + advance > max && !combines && reached > 0.0 {
            pieces.push(String::new());
            reached = 0.0;
        }
        reached += advance;
        if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STYLE: Style = Style { weight: Weight::Regular, size: 10.0, leading: 14.0, grey: false };

    fn texts(text: &str, width: f32) -> Vec<String> {
        break_lines(text, STYLE, width).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_keep_the_line_breaks_of_the_text() {
        assert_eq!(texts("one two", 500.0), ["one two"]);
        assert_eq!(texts("one two", 25.0), ["one ", "two"]);
        assert_eq!(texts("a\n\nb", 500.0), ["a ", "", "b"]);
        assert_eq!(texts("", 500.0), [""]);
    }

    #[test]
    fn words_with_a_no_break_space_between_them_stay_on_one_line() {
        assert_eq!(texts("one two", 25.0), ["one ", "two"]);
        assert_eq!(texts("to 4\u{A0}May", 35.0), ["to ", "4\u{A0}May"]);
        assert_eq!(texts("to 4 May", 35.0), ["to 4 ", "May"]);
    }

    #[test]
    fn a_word_that_is_wider_than_its_line_is_broken() {
        let lines = texts(&format!("see {} end", "x".repeat(60)), 100.0);
        assert!(lines.len() > 3 && lines.concat() == format!("see {} end", "x".repeat(60)), "{lines:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_character_is_lost(text in "[a-zA-Zé ,.\n-]{0,300}", width in 20.0_f32..400.0) {
            let lines = break_lines(&text, STYLE, width);
            for line in &lines {
                // Characters are measured one by one where a word is divided; set together they may differ by their kerning.
                prop_assert!(line.width * STYLE.size <= width + 1.0, "{} in {width}", line.text);
            }
            let characters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(characters(&lines.iter().map(|line| line.text.as_str()).collect::<String>()), characters(&text));
        }
    }
}
