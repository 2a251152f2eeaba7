//! When two personal names mean one person.
//!
//! A name is compared by its words: titles and post-nominals do not count, nor do accents, case, apostrophes and hyphens, the
//! order of given and family name, or a middle name that only one side has. An initial counts as any name that begins with it. A Cyrillic
//! or Greek letter counts as the Latin one that it looks like. The comparison serves to keep people apart, so in doubt two names count as
//! the same.

mod affixes;

use std::collections::BTreeSet;

use super::seal::Sealer;
use super::text;
use affixes::{POST_NOMINALS, TITLES};

/// The version of the comparison of names and of employers, and of the purposes of their indexes. Keyed indexes of another version are
/// created again at start-up.
pub const COMPARISON_VERSION: i32 = 4;

/// In a name with more words than this, the words between are skipped, so that the last word counts.
const MAX_WORDS: usize = 8;

/// Scripts from here on, Chinese and Korean among them, write a whole name as one word.
const FIRST_UNSPACED: char = '\u{2E80}';

/// A name in its form for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedName {
    /// The first and the last word, in alphabetical order.
    pub main: String,
    /// Every two of its words, each pair in alphabetical order, `main` included. Two or three neighbouring words also count as one word,
    /// because some people write "O Brien" and "De La Croix", and others "O'Brien" and "Delacroix". Each word also counts as its
    /// initial, so that "T Renn" is found. A small letter of another alphabet can look like another Latin one than its capital: `main` has
    /// what the capital looks like, so that a name in capitals is the same one, and the pairs have both.
    pub pairs: BTreeSet<String>,
}

impl ComparedName {
    /// The form of a name for comparison; `None` when it contains nothing that can be compared.
    pub fn new(name: &str) -> Option<Self> {
        let words = words_of(&text::as_capitals_look(&text::folded(name)));
        let typed = words_of(&text::folded(&text::as_typed(name)));
        let main = pair(words.first()?, words.last()?);
        let mut pairs = pairs_of(&words);
        if typed != words {
            pairs.extend(pairs_of(&typed));
        }
        Some(Self { main, pairs })
    }

    /// True when the two may mean one person: the first and last word of either name are among the words of the other.
    pub fn may_match(&self, other: &Self) -> bool {
        self.pairs.contains(&other.main) || other.pairs.contains(&self.main)
    }

    /// The keyed indexes of the name: first that of `main`, then those of all pairs.
    pub fn indexes(&self, sealer: &Sealer, purpose: &'static str) -> (String, Vec<String>) {
        let index = |value: &String| sealer.blind_index(purpose, value);
        (index(&self.main), self.pairs.iter().map(index).collect())
    }
}

/// True for a name that can be compared: at least one word is neither a title nor a post-nominal.
pub fn is_comparable(name: &str) -> bool {
    words(name).iter().any(|word| !TITLES.contains(&word.as_str()) && !POST_NOMINALS.contains(&word.as_str()))
}

/// True for a name by which one person can be found: two words that count, or one word of a script that writes names without
/// spaces.
pub fn is_full(name: &str) -> bool {
    let words = words(name);
    let counts = |word: &&String| !POST_NOMINALS.contains(&word.as_str());
    let unspaced = |word: &String| word.chars().filter(|letter| *letter >= FIRST_UNSPACED).count() > 1;
    words.iter().filter(counts).count() > 1 || words.iter().any(unspaced)
}

/// True for a name that uses the Latin alphabet and another one: signs that look alike hide that two names are the same.
pub fn mixes_alphabets(name: &str) -> bool {
    let is_latin = |c: char| matches!(c, 'a'..='z' | 'A'..='Z' | '\u{AA}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}');
    // Marks and apostrophes that count as characters belong to every alphabet.
    let counts = |c: &char| c.is_alphabetic() && !matches!(c, '\u{2B0}'..='\u{36F}');
    let (latin, others): (Vec<char>, Vec<char>) = name.chars().filter(counts).partition(|c| is_latin(*c));
    !latin.is_empty() && !others.is_empty()
}

/// True when a word of the name after the first begins with what was typed: family names are looked up by it.
pub fn has_family_name(name: &str, typed: &str) -> bool {
    let (typed, words) = (words(typed).concat(), words(name));
    let first = usize::from(words.len() > 1);
    !typed.is_empty() && (first..words.len()).any(|from| words[from..].concat().starts_with(&typed))
}

/// True when two names may mean one person.
pub fn may_be_same_person(one: &str, other: &str) -> bool {
    ComparedName::new(one).zip(ComparedName::new(other)).is_some_and(|(one, other)| one.may_match(&other))
}

/// True when two spellings are the same name: all their words match, in order. Titles, post-nominals, accents, case, apostrophes,
/// hyphens and a family name before a comma do not matter; an omitted or added word does.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let (of_one, of_other) = (words(one), words(other));
    if of_one.is_empty() { text::folded(one) == text::folded(other) } else { of_one == of_other }
}

/// The keyed indexes of a name: of its first and last word, and of every two of its words. A name without a comparable word has
/// an index of its own text. Indexes of different purposes have nothing in common.
pub fn indexes(sealer: &Sealer, purpose: &'static str, name: &str) -> (String, Vec<String>) {
    match ComparedName::new(name) {
        Some(compared) => compared.indexes(sealer, purpose),
        None => {
            let index = sealer.blind_index(purpose, &text::folded(name));
            (index.clone(), vec![index])
        }
    }
}

fn pair(one: &str, other: &str) -> String {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    if first == second { first.to_owned() } else { format!("{first} {second}") }
}

/// Every two of these words, as [`ComparedName::pairs`] has them.
fn pairs_of(words: &[String]) -> BTreeSet<String> {
    let mut pairs: BTreeSet<String> =
        words.first().zip(words.last()).map(|(first, last)| pair(first, last)).into_iter().collect();
    for (at, one) in words.iter().enumerate() {
        for other in &words[at + 1..] {
            pairs.extend([pair(one, other), pair(initial(one), other), pair(one, initial(other))]);
        }
    }
    for length in 2..=3 {
        for (at, run) in words.windows(length).enumerate() {
            let joined = run.concat();
            pairs.extend(words[..at].iter().chain(&words[at + length..]).map(|other| pair(&joined, other)));
        }
    }
    pairs
}

/// The first letter of a word.
fn initial(word: &str) -> &str {
    word.chars().next().map_or(word, |first| &word[..first.len_utf8()])
}

/// The words that count, given name first.
fn words(name: &str) -> Vec<String> {
    words_of(&text::folded(name))
}

/// The same of a name that is folded.
fn words_of(folded: &str) -> Vec<String> {
    let folded = folded.replace('\'', "");
    // A comma separates a family name from given names, or post-nominals from the name.
    let mut parts: Vec<Vec<&str>> = folded.split(',').map(|part| split(part)).filter(|part| !part.is_empty()).collect();
    let mut at = 0;
    parts.retain(|part| {
        at += 1;
        at == 1 || !part.iter().all(|word| POST_NOMINALS.contains(word))
    });
    if parts.len() > 1 {
        parts.rotate_left(1);
    }
    let mut words: Vec<&str> = parts.concat();
    while words.len() > 1 && words.first().is_some_and(|word| TITLES.contains(word)) {
        words.remove(0);
    }
    while words.len() > 2 && words.last().is_some_and(|word| POST_NOMINALS.contains(word)) {
        words.pop();
    }
    if words.len() > MAX_WORDS {
        words.drain(MAX_WORDS - 1..words.len() - 1);
    }
    words.into_iter().map(str::to_owned).collect()
}

/// Words are separated by everything that is neither a letter nor a digit: spaces, hyphens, full stops, brackets. A spacing mark
/// (a vowel sign) belongs to its word.
fn split(part: &str) -> Vec<&str> {
    let separates = |c: char| c.is_ascii_punctuation() || c.is_whitespace();
    part.split(separates).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        may_be_same_person(one, other)
    }

    #[test]
    fn names_that_may_mean_one_person_match() {
        for (case, one, other) in [
            ("a title", "Dr Tobias Renn", "Tobias Renn"),
            ("a title with a full stop", "Prof. Tobias Renn", "Tobias Renn"),
            ("two titles", "Prof Dame Sarah Lowe", "Sarah Lowe"),
            ("post-nominals", "Tobias Renn MBBS MRCPsych", "Tobias Renn"),
            ("post-nominals after a comma", "Tobias Renn, MRCPsych", "Dr Tobias Renn"),
            ("family name first", "Renn, Tobias", "Tobias Renn"),
            ("family name first, with a title", "Renn, Dr Tobias", "Tobias Renn"),
            ("family name first, with post-nominals", "RENN, Tobias, MRCPsych", "Tobias Renn"),
            ("family name first, no comma", "Renn Tobias", "Tobias Renn"),
            ("a middle name", "Tobias James Renn", "Tobias Renn"),
            ("a middle name on the other side", "Tobias Renn", "Tobias J. Renn"),
            ("a middle name after the comma", "Renn, Tobias James", "Tobias Renn"),
            ("a nickname", "Tobias (Toby) Renn", "Toby Renn"),
            ("a straight apostrophe", "Nora O'Brien", "Nora O\u{2019}Brien"),
            ("no apostrophe", "Nora OBrien", "Nora O\u{2019}Brien"),
            ("a decomposed accent", "Zoe\u{0308} Brontë", "Zoë Bronte\u{0308}"),
            ("no accent", "Zoe Bronte", "Zoë Brontë"),
            ("a hyphen", "Ann Smith-Jones", "Ann Smith\u{2011}Jones"),
            ("half of a double name", "Ann Smith-Jones", "Ann Smith"),
            ("capitals and space", "  ada   QUILL ", "Ada Quill"),
            ("zero width", "Ada\u{200B} Quill", "Ada Quill"),
            ("an apostrophe that is a space", "Siobhan O Brien", "Siobhan O\u{2019}Brien"),
            ("an apostrophe and a space", "Siobhan O' Brien", "Siobhan O'Brien"),
            ("an apostrophe that is a hyphen", "Siobhan O-Brien", "Siobhan O'Brien"),
            ("a given name joined", "Annemarie Strasse", "Anne-Marie Stra\u{00DF}e"),
            ("a family name with a space", "Mac Donald, Ian", "Ian MacDonald"),
            ("a family name of three words", "Cory De La Croix", "Cory Delacroix"),
            ("a letter that is not on an English keyboard", "\u{0141}ukasz \u{00D8}rsted", "Lukasz Orsted"),
            ("nine words", "Bea Maria Luisa Teresa Carmen Rosa Elena Sofia Garcia", "Bea Garcia"),
            ("one word", "Madonna", "MADONNA"),
            ("an initial", "T. Renn", "Tobias Renn"),
            ("an initial after the comma", "Renn, T", "Tobias James Renn"),
            ("initials", "T.J. Renn", "Tobias Renn"),
            ("the initial of a middle name", "J Renn", "Tobias James Renn"),
            ("the initial of a family name", "Tobias R.", "Tobias Renn"),
            ("a Cyrillic capital", "\u{410}da Quill", "Ada Quill"),
            ("a small Cyrillic letter", "T\u{43E}bias Renn", "Tobias Renn"),
            ("a whole name of Cyrillic look-alikes", "\u{421}\u{43E}\u{440}\u{443} \u{420}\u{430}\u{441}\u{435}", "Copy Pace"),
            ("a whole name of Greek capitals", "\u{391}\u{39D}\u{39D}\u{391} \u{39A}\u{399}\u{3A4}", "Anna Kit"),
            ("a small Greek letter that looks unlike its capital", "R\u{3C5}an Quill", "Ruan Quill"),
            ("a capital Greek letter that looks unlike the small one", "R\u{3A5}AN Quill", "Ryan Quill"),
            ("look-alikes of two alphabets", "\u{391}da Quill", "\u{410}da Quill"),
            ("another one in each word", "R\u{3C5}an Quill", "Ruan Qu\u{456}ll"),
            (
                "a Greek name in capitals",
                "\u{39D}\u{399}\u{39A}\u{397} \u{3A0}\u{391}\u{3A0}\u{391}",
                "\u{39D}\u{3AF}\u{3BA}\u{3B7} \u{3A0}\u{3B1}\u{3C0}\u{3AC}",
            ),
            (
                "a Cyrillic name in capitals",
                "\u{418}\u{412}\u{410}\u{41D} \u{41B}\u{423}\u{41D}\u{418}\u{41D}",
                "\u{418}\u{432}\u{430}\u{43D} \u{41B}\u{443}\u{43D}\u{438}\u{43D}",
            ),
        ] {
            assert!(same(one, other) && same(other, one), "{case}");
        }
    }

    #[test]
    fn names_of_different_people_do_not_match() {
        for (one, other) in [
            ("Anna Maria Smith", "Anna Maria Jones"),
            ("Tobias Renn", "Tobias Rennie"),
            ("Dr Renn", "Tobias Renn"),
            ("Sir", "Dame"),
            ("Yo-Yo Ma", "Yo-Yo Lee"),
            ("T. Renn", "Bea Renn"),
            ("T. Renn", "Tobias Lowe"),
            ("Thea Renn", "Tobias Renn"),
            ("T. R.", "Tobias Renn"),
            ("Ada Quill", "Bea Quill"),
            ("Jones, Ada", "Bea Jones"),
            (
                "\u{418}\u{432}\u{430}\u{43D} \u{41B}\u{443}\u{43D}\u{438}\u{43D}",
                "\u{41E}\u{43B}\u{435}\u{433} \u{41B}\u{443}\u{43D}\u{438}\u{43D}",
            ),
            ("\u{410}da Quill", "Bea Quill"),
        ] {
            assert!(!same(one, other), "{one} and {other}");
        }
        assert_eq!(ComparedName::new(" .,-"), None);
    }

    #[test]
    fn spellings_of_one_name_are_the_same_name() {
        let name = "Siobhán O\u{2019}Brien-Smith";
        for spelling in [
            "SIOBHÁN O'BRIEN SMITH",
            "Siobhan O\u{00B4}Brien - Smith",
            "Siobhán OBrien\u{2010}Smith",
            "Dr Siobhán O'Brien-Smith",
            "O'Brien-Smith, Siobhán",
            "Siobha\u{0301}n O\u{02BC}Brien\u{2013}Smith MRCGP",
        ] {
            assert!(is_same_name(name, spelling) && is_same_name(spelling, name), "{spelling}");
        }
        for other in ["Siobhán O'Brien", "Siobhán Mary O'Brien-Smith", "O'Brien Siobhán Smith", "Siobhan O'Brian-Smith", ""] {
            assert!(!is_same_name(name, other) && !is_same_name(other, name), "{other}");
        }
        assert!(is_same_name(".,-", ".,-") && !is_same_name(".,-", "Ada"));
    }

    #[test]
    fn a_text_without_a_name_cannot_be_compared() {
        for text in ["'", "-", ".", "!!!", "Dr Mr", "MBBS", "Dr", " "] {
            assert!(!is_comparable(text), "{text}");
        }
        for name in ["Renn", "Dr Renn", "Ma", "Jane Lord", "\u{738B}\u{7F8E}"] {
            assert!(is_comparable(name), "{name}");
        }
    }

    #[test]
    fn a_full_name_has_two_words() {
        for name in ["Tobias Renn", "T. Renn", "Renn, Tobias", "Dr Tobias Renn MBBS", "Jane Lord", "\u{738B}\u{7F8E}"] {
            assert!(is_full(name), "{name}");
        }
        for name in ["Renn", "Dr Renn", "Prof. Dame Renn", "Renn MBBS", "Renn, MRCPsych", "", "\u{738B}"] {
            assert!(!is_full(name), "{name}");
        }
    }

    #[test]
    fn names_in_two_alphabets_are_noticed() {
        for name in ["Quill\u{43E}n Renn", "\u{410}da Quill", "Ada Qu\u{3B9}ll"] {
            assert!(mixes_alphabets(name), "{name}");
        }
        for name in [
            "Siobhán O\u{2BC}Brien",
            "Zoe\u{308} Bront\u{EB}",
            "\u{141}ukasz \u{D8}rsted",
            "\u{738B}\u{7F8E}",
            "Nguy\u{1EC5}n Th\u{1ECB} An",
        ] {
            assert!(!mixes_alphabets(name), "{name}");
        }
    }

    #[test]
    fn a_family_name_is_found_by_its_beginning() {
        for (name, typed) in [
            ("Tobias Renn", "ren"),
            ("Dr Tobias James Renn", "Renn"),
            ("Nora O\u{2019}Brien", "obri"),
            ("Ann Smith-Jones", "jon"),
            ("Ann Smith-Jones", "Smith Jo"),
            ("Madonna", "mad"),
        ] {
            assert!(has_family_name(name, typed), "{name} by {typed}");
        }
        for (name, typed) in [("Tobias Renn", "tob"), ("Tobias Renn", "enn"), ("Tobias Renn", "..."), ("", "ren")] {
            assert!(!has_family_name(name, typed), "{name} by {typed}");
        }
    }

    #[test]
    fn the_main_pair_is_among_the_pairs() {
        for name in ["Ada", "Ada Quill", "Ada Bea Cleo Dan Eve Fay Gus Hal Ivo", "Yo Yo"] {
            let compared = ComparedName::new(name).unwrap();
            assert!(compared.pairs.contains(&compared.main), "{name}");
        }
    }
}
