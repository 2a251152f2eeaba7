//! Finds listed words in a text, also where they are written so that a plain search misses them: with letters of other alphabets that look
//! the same, with digits for letters, with punctuation inside (`de-pression`), letter by letter (`d e p r e s s i o n`), in parts
//! (`de pression`), or as one word where the list has two.
//!
//! Source: `docs/clinical-rules.md#fit-note-confidentiality`.

use platform::text::{as_typed, folded};

/// How many letters a listed word has at least that is found with punctuation inside or letter by letter. Shorter ones are initials.
const SHORTEST: usize = 3;

/// How many letters a listed word has at least that is found in parts with white space between them. Two ordinary words make a shorter
/// one by chance.
const SHORTEST_IN_PARTS: usize = 7;

/// How many letters each such part has at least, and the last one of them: "depend entirely" is not `dependen*`, nor "concert a" a brand.
const PART: usize = 2;
const LAST_PART: usize = 3;

/// A first part that makes ordinary words into listed ones: "the bacon" is no opioid.
const ARTICLE: &str = "the";

/// A word of the text: letters and digits.
struct Word {
    text: String,
    /// Whether there is white space before it; otherwise punctuation alone.
    spaced: bool,
    /// Whether it has letters and digits, so that a digit may be meant as a letter.
    mixed: bool,
}

/// A text in which listed words are looked for.
pub struct SearchedText(Vec<Word>);

/// A listed word without its star.
#[derive(Clone, Copy)]
struct Listed<'a> {
    beginning: &'a str,
    /// How many letters and digits it has.
    length: usize,
}

impl SearchedText {
    /// Takes the words of a text, in the form in which look-alikes, case, accents and invisible characters do not count.
    pub fn new(text: &str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let (mut in_word, mut spaced) = (false, true);
        for c in folded(&as_typed(text)).chars() {
            if !c.is_alphanumeric() {
                in_word = false;
                spaced |= c == ' ';
                continue;
            }
            match words.last_mut() {
                Some(word) if in_word => word.text.push(c),
                _ => {
                    words.push(Word { text: c.to_string(), spaced, mixed: false });
                    (in_word, spaced) = (true, false);
                }
            }
        }
        for word in &mut words {
            word.mixed = word.text.contains(char::is_alphabetic) && word.text.contains(|c: char| c.is_ascii_digit());
        }
        Self(words)
    }

    /// The first place where a listed word is: the word, with the ending that it has there. A star at its end matches any ending.
    pub fn find(&self, listed: &str) -> Option<String> {
        let (beginning, any_ending) = listed.strip_suffix('*').map_or((listed, false), |beginning| (beginning, true));
        let wanted = Listed { beginning, length: beginning.chars().filter(|c| *c != ' ').count() };
        (0..self.0.len()).find_map(|first| {
            let ending = self.ending(first, wanted)?;
            (any_ending || ending.is_empty()).then(|| format!("{beginning}{ending}"))
        })
    }

    /// What follows the beginning of a listed word in the text's word with which it ends, if it begins with the `first` word.
    fn ending(&self, first: usize, listed: Listed<'_>) -> Option<&str> {
        let mut at = first;
        let mut word = self.0.get(at)?;
        let mut left = word.text.chars();
        // Whether the list has a space here, how many letters this part has, and whether white space is inside a listed word.
        let (mut may_part, mut used, mut in_parts) = (false, 0, false);
        for wanted in listed.beginning.chars() {
            if wanted == ' ' {
                may_part = true;
                continue;
            }
            let found = match left.next() {
                Some(found) => found,
                None => {
                    at += 1;
                    let next = self.0.get(at)?;
                    if !may_part && !joins(word, next, listed.length, used, &mut in_parts) {
                        return None;
                    }
                    (word, left, used) = (next, next.text.chars(), 0);
                    left.next()?
                }
            };
            if found != wanted && !(word.mixed && looks_like(found, wanted)) {
                return None;
            }
            used += 1;
            may_part = false;
        }
        (!in_parts || used >= LAST_PART).then_some(left.as_str())
    }
}

/// Whether two words of the text may be parts of one listed word of this length, of which the first has `used` letters.
fn joins(word: &Word, next: &Word, length: usize, used: usize, in_parts: &mut bool) -> bool {
    let is_letter = |word: &Word| word.text.chars().count() == 1;
    if length < SHORTEST {
        return false;
    }
    if !next.spaced || (is_letter(word) && is_letter(next)) {
        return true;
    }
    *in_parts = true;
    length >= SHORTEST_IN_PARTS && used >= PART && word.text != ARTICLE
}

/// Whether a digit looks like a letter.
const fn looks_like(digit: char, letter: char) -> bool {
    matches!((digit, letter), ('0', 'o') | ('1', 'i' | 'l') | ('3', 'e') | ('4', 'a') | ('5', 's') | ('7', 't') | ('8', 'b'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit_notes::catalogue::sensitive_words;

    fn found(text: &str) -> Vec<String> {
        let text = SearchedText::new(text);
        sensitive_words().iter().filter_map(|word| text.find(word)).collect()
    }

    #[test]
    fn listed_words_are_found_however_they_are_written() {
        for text in [
            // Conditions that the list has had no words for.
            "Insomnia",
            "Burnout",
            "burnt out after the winter",
            "HIV positive",
            "Living with a blood-borne virus",
            "Hepatitis C",
            "attends a sexual health clinic",
            "Recovering from a miscarriage",
            "after a stillbirth",
            "Postnatal illness",
            "Perimenopausal symptoms",
            "Early dementia",
            "Epilepsy",
            "Epileptic seizures",
            "Autism assessment",
            "Gambler",
            "Has harmed themselves: self-harming",
            "An overdose in May",
            "Abused as a child",
            "Domestic violence",
            "Coercive control at home",
            "Adjustment disorder",
            "Narcolepsy",
            "Moral injury",
            "takes an anticonvulsant",
            "on Zoloft",
            // With punctuation inside, letter by letter, in parts, in one word.
            "de-pression",
            "De.press.ion",
            "d e p r e s s i o n",
            "D-E-P-R-E-S-S-I-O-N",
            "H.I.V.",
            "h i v",
            "O.C.D.",
            "de pression",
            "in somnia",
            "over dose",
            "burn out",
            "post natal",
            "selfharm",
            "lowmood",
            "anti-depressants",
            "sert-raline",
            "dep\u{00AD}ression",
            "dep\u{200B}ression",
            // Letters of other alphabets, digits, other forms of letters.
            "d\u{0435}pr\u{0435}ssion",
            "\u{041E}CD",
            "H\u{0406}V",
            "\u{0391}nxiety",
            "DE\u{03A1}RESSION",
            "\u{FF44}\u{FF45}\u{FF50}\u{FF52}\u{FF45}\u{FF53}\u{FF53}\u{FF45}\u{FF44}",
            "d\u{00E9}pression",
            "depr3ssion",
            "0CD",
            "a1cohol",
            // As before.
            "therapist",
            "depressing weather",
            "Takes Sertraline",
            "Section 2",
        ] {
            assert!(!found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn ordinary_words_are_not_found() {
        for text in [
            "therapy",
            "Acute stress reaction",
            "Stress-related illness",
            "Post-viral fatigue",
            "Poor sleep",
            "Sleeps well again",
            "Back pain",
            "Broken wrist",
            "Chest infection",
            "Recovering from surgery",
            "Can work four days a week until the review.",
            "They depend entirely on public transport.",
            "Please counsel lawyers first.",
            "A concert a week is fine.",
            "Learns the lyric a day before.",
            "Bring the bacon in the morning.",
            "the rapid decline",
            "Wears a hi-vis jacket",
            "Say hi very often",
            "first aid(s) kit",
            "travels in continental Europe",
            "in fertile land",
            "M.G. Smith",
            "Ms O C Davies",
            "section 21",
            "section 12 of the handbook",
            "it's, we'll, can't and she'd",
            "press the button",
            "under pressure",
            "a good impression and expression",
            "compresses files",
            "panoramic views of Romania",
            "a manicure",
            "rapeseed oil",
            "additional duties",
            "addresses patients",
            "an episode of pneumonia",
            "automatic gates in autumn",
            "burn on the hand",
            "The bin burns outside the building",
            "still drives",
            "tabled a motion",
            "abundant rest",
            "end of life care for others",
            "termination of the contract",
            "10 am to 3 pm, bays B12 and D3",
            "Phase 1, phase 2 and phase 3",
            "Options a b c",
            "rehearse and rest",
            "Dr. Hadley, 15 High St., Essex",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_word_is_shown_as_the_list_has_it_with_its_ending() {
        for (text, listed, expected) in [
            ("Depressed", "depress*", Some("depressed")),
            ("de-pressed", "depress*", Some("depressed")),
            ("self-harming", "self harm*", Some("self harming")),
            ("selfharm", "self harm*", Some("self harm")),
            ("d e p r e s s", "depress*", Some("depress")),
            ("hives", "hiv", None),
            ("50 mg", "mg", Some("mg")),
            ("m g", "mg", None),
            ("m.g.", "mg", None),
            ("co deine", "codeine", Some("codeine")),
            ("c odeine", "codeine", None),
            ("codei ne", "codeine", None),
        ] {
            assert_eq!(SearchedText::new(text).find(listed).as_deref(), expected, "{text} {listed}");
        }
    }

    #[test]
    fn a_long_text_without_spaces_is_searched() {
        let text = "d-e-p-".repeat(2000);
        assert_eq!(SearchedText::new(&text).find("depress*"), None);
        assert_eq!(SearchedText::new(&format!("{text}r-e-s-s")).find("depress*").as_deref(), Some("depress"));
    }
}
