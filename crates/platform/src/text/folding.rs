//! The normal form for comparison.

use icu_casemap::CaseMapper;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::is_invisible;

/// The normal form of a text for comparison. Two texts that look the same to a reader, or that differ only in how a keyboard or a
/// word processor writes them, have the same form; it is not for display.
///
/// Compatibility forms are unified (NFKD: full-width letters, ligatures); accents, case (`ß` is `ss`) and invisible characters do
/// not count. Latin letters that are not on an English keyboard are written as in passports (`ł` is `l`, `ø` is `o`, `þ` is
/// `th`). Every apostrophe becomes `'`, every quotation mark `"`, every hyphen or dash `-`, every run of white space one space,
/// with none at the ends. Folding a folded text again does not change it.
pub fn folded(text: &str) -> String {
    // Case folding can produce a letter with a mark, so the first step is repeated after it.
    let case_folded = CaseMapper::new().fold_string(&plain(text)).into_owned();
    spelled_out(&plain(&case_folded)).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compatibility decomposition without marks and invisible characters, and with one form of each apostrophe and dash.
fn plain(text: &str) -> String {
    // Punctuation is also mapped before decomposition: a stand-alone acute accent would become a space.
    text.chars().map(punctuation).nfkd().filter(|c| !is_mark(*c) && !is_invisible(*c)).map(punctuation).collect()
}

/// Lower-case Latin letters without a decomposition, as machine-readable passports write them.
///
/// Source: ICAO Doc 9303 part 3, section 6 A; where it gives two letters for a vowel with a stroke or an umlaut, the one that
/// people type.
fn spelled_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{0142}' => out.push('l'),
            '\u{00F8}' => out.push('o'),
            '\u{0111}' | '\u{00F0}' => out.push('d'),
            '\u{0127}' => out.push('h'),
            '\u{0131}' => out.push('i'),
            '\u{0167}' => out.push('t'),
            '\u{0138}' => out.push('k'),
            '\u{014B}' => out.push('n'),
            '\u{0180}' => out.push('b'),
            '\u{01E5}' => out.push('g'),
            '\u{0268}' => out.push('i'),
            '\u{0259}' | '\u{01DD}' => out.push('e'),
            '\u{00FE}' => out.push_str("th"),
            '\u{00E6}' => out.push_str("ae"),
            '\u{0153}' => out.push_str("oe"),
            other => out.push(other),
        }
    }
    out
}

/// A mark on another letter. Vowel signs of Indian and other scripts have class 0: they are letters, and count.
fn is_mark(c: char) -> bool {
    canonical_combining_class(c) != 0 || matches!(c, '\u{0488}' | '\u{0489}' | '\u{20DD}'..='\u{20E4}')
}

fn punctuation(c: char) -> char {
    match c {
        '`'
        | '\u{00B4}'
        | '\u{02B9}'
        | '\u{02BB}'..='\u{02BD}'
        | '\u{02C8}'
        | '\u{02CA}'
        | '\u{02CB}'
        | '\u{055A}'
        | '\u{05F3}'
        | '\u{2018}'..='\u{201B}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{A78C}'
        | '\u{FF07}'
        | '\u{FF40}' => '\'',
        '\u{201C}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}' | '\u{02BA}' | '\u{2033}' | '\u{2036}' => '"',
        other => dashed(other),
    }
}

/// `-` for every hyphen or dash; any other character is not changed.
pub fn dashed(c: char) -> char {
    match c {
        '\u{02D7}'
        | '\u{058A}'
        | '\u{05BE}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{207B}'
        | '\u{208B}'
        | '\u{2212}'
        | '\u{2E3A}'
        | '\u{2E3B}'
        | '\u{FE58}'
        | '\u{FE63}'
        | '\u{FF0D}' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_that_look_the_same_have_the_same_form() {
        let same = [
            ("the apostrophe of a word processor", "Nora O\u{2019}Brien", "Nora O'Brien"),
            ("the letter apostrophe", "O\u{02BC}Brien", "O'Brien"),
            ("an opening quotation mark", "O\u{2018}Brien", "O'Brien"),
            ("a grave accent", "O`Brien", "O'Brien"),
            ("an acute accent", "O\u{00B4}Brien", "O'Brien"),
            ("a full-width apostrophe", "O\u{FF07}Brien", "O'Brien"),
            ("a composed accent", "Zo\u{00EB} M\u{00F4}n", "Zoe Mon"),
            ("a decomposed accent", "Zoe\u{0308}", "Zo\u{00EB}"),
            ("two accents in either order", "a\u{0323}\u{0302}", "a\u{0302}\u{0323}"),
            ("a hyphen", "Smith\u{2010}Jones", "Smith-Jones"),
            ("a hyphen that does not break", "Smith\u{2011}Jones", "Smith-Jones"),
            ("a dash", "Smith\u{2013}Jones", "Smith-Jones"),
            ("a minus sign", "Smith\u{2212}Jones", "Smith-Jones"),
            ("a soft hyphen", "Smith\u{00AD}son", "Smithson"),
            ("capital letters", "YNYS M\u{00D4}N", "ynys m\u{00F4}n"),
            ("a sharp s", "Stra\u{00DF}e", "STRASSE"),
            ("a capital sharp s", "Stra\u{1E9E}e", "strasse"),
            ("the I of Istanbul", "\u{0130}nce", "ince"),
            ("a final sigma", "\u{039F}\u{0394}\u{039F}\u{03A3}", "\u{03BF}\u{03B4}\u{03BF}\u{03C2}"),
            ("full-width letters", "\u{FF33}\u{FF37}\u{FF11}\u{FF21}", "sw1a"),
            ("a ligature", "\u{FB01}rth", "firth"),
            ("white space", "\u{00A0} Ada\t\n Love\u{2009}lace \u{3000}", "Ada Love lace"),
            ("zero width", "A\u{200B}d\u{200D}a\u{FEFF}", "Ada"),
            ("direction marks", "\u{200E}Ada\u{202E}", "Ada"),
            ("a filler of Hangul", "Ada\u{3164}\u{115F}", "Ada"),
            ("an empty pattern of Braille", "Ada\u{2800}", "Ada"),
            ("a control character", "Ad\u{0007}a", "Ada"),
            ("a Polish stroke", "\u{0141}ukasz", "Lukasz"),
            ("a Danish stroke", "\u{00D8}rsted", "orsted"),
            ("a Serbian stroke", "\u{0110}or\u{0111}evi\u{0107}", "dordevic"),
            ("Icelandic letters", "\u{00DE}orvald \u{00C6}gisson", "thorvald aegisson"),
            ("a dotless i", "Y\u{0131}lmaz Ayd\u{0131}n", "YILMAZ AYDIN"),
            ("a geresh", "O\u{05F3}Brien", "O'Brien"),
            ("quotation marks", "\u{201C}Ada\u{201D}", "\"Ada\""),
        ];
        for (case, one, other) in same {
            assert_eq!(folded(one), folded(other), "{case}");
        }
    }

    #[test]
    fn texts_that_look_different_have_different_forms() {
        for (one, other) in [
            ("O'Brien", "OBrien"),
            ("Smith-Jones", "Smith Jones"),
            ("Smith-Jones", "SmithJones"),
            ("Ada", "Adam"),
            ("Ad a", "Ada"),
            ("S\u{00F8}ren", "Sren"),
            ("\u{0915}\u{093F}", "\u{0915}\u{0940}"),
        ] {
            assert_ne!(folded(one), folded(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_text_that_shows_nothing_is_empty() {
        for text in
            ["", "  ", "\u{200B}", "\u{3164}", "\u{00AD}", "\u{200E}", "\u{2800}", "\u{115F}", "\u{FEFF}", "\u{0007}", "\u{2028}"]
        {
            assert_eq!(folded(text), "", "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing(text in any::<String>()) {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }

        #[test]
        fn the_composition_of_a_text_does_not_count(text in any::<String>()) {
            let (composed, decomposed): (String, String) = (text.nfc().collect(), text.nfd().collect());
            prop_assert_eq!(folded(&composed), folded(&decomposed));
        }
    }
}
