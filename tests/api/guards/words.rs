//! Code, documents and contract use the words of the field. Words of an earlier vocabulary that a reader had to learn do not come back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::contract::Complaints;

/// Old words and phrases, in lower case and with spaces, and what to write instead. Identifiers are split at capitals and underscores,
/// so that a phrase is found in each of its spellings.
const OLD_WORDS: &[(&str, &str)] = &[
    ("anew", "again"),
    ("anybody", "anyone"),
    ("at the door", "before the handler"),
    ("call off", "cancel"),
    ("called off", "cancelled"),
    ("calling off", "cancelling"),
    ("calls off", "cancels"),
    ("chapter", "step"),
    ("chapters", "steps"),
    ("errand", "task"),
    ("errands", "tasks"),
    ("everybody", "everyone"),
    ("floor", "layer"),
    ("floors", "layers"),
    ("forgotten", "erased"),
    ("front desk", "HTTP handlers"),
    ("furnish", "load reference data"),
    ("furnished", "with reference data"),
    ("furnishes", "loads reference data"),
    ("gave back", "released"),
    ("give back", "release"),
    ("given back", "released"),
    ("gives back", "releases"),
    ("hand in", "submit"),
    ("handed in", "submitted"),
    ("handing in", "submitting"),
    ("hands in", "submits"),
    ("happening", "history entry"),
    ("happenings", "history"),
    ("heir", "successor"),
    ("heirs", "successors"),
    ("house", "program"),
    ("let go", "erased"),
    ("lets go", "erases"),
    ("letter", "email"),
    ("letters", "emails"),
    ("letting go", "erasing"),
    ("lie", "be assigned to"),
    ("lies", "is assigned to"),
    ("live ones", "active"),
    ("nobody", "no one"),
    ("nobody home", "not found"),
    ("notice", "notification"),
    ("notices", "notifications"),
    ("nought", "zero"),
    ("put off", "postpone"),
    ("puts off", "postpones"),
    ("putting off", "postponing"),
    ("recall", "remind"),
    ("recalled", "reminded"),
    ("recalls", "reminds"),
    ("reckon", "calculate"),
    ("reckoned", "calculated"),
    ("reckoning", "calculating"),
    ("reckons", "calculates"),
    ("ring back", "call back"),
    ("rings back", "calls back"),
    ("roof", "entry points"),
    ("roofs", "entry points"),
    ("room", "module"),
    ("rooms", "modules"),
    ("rung", "called"),
    ("said", "recorded, stated or written"),
    ("seen from", "relative to"),
    ("somebody", "someone"),
    ("stand", "be, apply"),
    ("standing", "status"),
    ("stands", "is, applies"),
    ("stood", "was, applied"),
    ("story", "scenario"),
    ("told", "informed, details"),
    ("turn to us", "contact the service"),
    ("turned to us", "contacted the service"),
    ("turns to us", "contacts the service"),
    ("whoever", "the person who"),
    ("whom", "who, or another sentence"),
    ("whomever", "the person who"),
    ("wishes", "preferences"),
];

/// Phrases that contain such a word in its plain meaning, or a name that is stored, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("about somebody else", "a stored value of 0.1 in the test of the migration"),
    ("actually happening again", "the published words of a questionnaire"),
    ("cancellation notice", "how early a cancellation must be made"),
    ("capital letter", "of the alphabet"),
    ("capital letters", "of the alphabet"),
    ("contain room", "the placeholder in the address of video rooms"),
    ("contains room", "the placeholder in the address of video rooms"),
    ("day s notice", "how early something must be announced"),
    ("everybody else", "the code of an eligibility rule of 0.2 in the test of the migration"),
    ("gave no notice", "of an attendance code of the NHS Data Dictionary"),
    ("hours notice", "how early something must be announced"),
    ("its letters", "the letters of an outcode"),
    ("kind ring back", "a stored value of 0.1 in the test of the migration"),
    ("letters and digits", "of the alphabet"),
    ("letters at the start", "of an outcode"),
    ("letters of the outcode", "of the alphabet"),
    ("lower case letter", "of the alphabet"),
    ("lower case letters", "of the alphabet"),
    ("matches room", "the placeholder in the address of video rooms"),
    ("minimum notice", "how early a booking must be made"),
    ("not notice", "a verb"),
    ("org room", "the address of an invented video room"),
    ("org rooms", "the address of an invented video room"),
    ("org rooms room", "the address of an invented video room with its placeholder"),
    ("postgres nobody", "the user of the operating system"),
    ("recall period", "the field's word for the time that a questionnaire asks about"),
    ("rename told", "a stored name in a sealed form"),
    ("replace room", "the placeholder in the address of video rooms"),
    ("ring back shipped", "stored values of 0.1 in the test of the migration"),
    ("room of", "a video room of the service"),
    ("rooms room", "the address of video rooms with its placeholder"),
    ("short notice", "the usual words for it"),
    ("special letters", "of the alphabet"),
    ("stand alone", "the usual words for it"),
    ("the notice is longer", "how early something must be announced"),
    ("two or three letters", "of the alphabet"),
    ("user nobody", "the user of the operating system"),
    ("video room", "where a video appointment takes place"),
    ("video rooms", "where video appointments take place"),
    ("waiting room", "of a clinic"),
    ("with room in place of the room", "the placeholder in the address of video rooms"),
    ("you or somebody else", "the published words of a questionnaire"),
];

/// Words that are plain in some files: the start of the path, the word, and why.
const ALLOWED_IN: &[(&str, &str, &str)] = &[
    ("ARCHITECTURE.md", "letters", "printed clinical letters"),
    ("README.md", "letters", "printed clinical letters"),
    ("crates/care/Cargo.toml", "letters", "printed clinical letters"),
    ("crates/care/src/discharge/", "letter", "printed clinical letters"),
    ("crates/care/src/discharge/", "letters", "printed clinical letters"),
    ("crates/care/src/fit_notes/rules/listed_words.rs", "letter", "of the alphabet"),
    ("crates/care/src/fit_notes/rules/listed_words.rs", "letters", "of the alphabet"),
    ("crates/care/src/letters/", "letter", "printed clinical letters"),
    ("crates/care/src/letters/", "letters", "printed clinical letters"),
    ("crates/care/src/lib.rs", "letters", "printed clinical letters"),
    ("crates/care/src/records/", "letter", "printed clinical letters"),
    ("crates/care/src/records/", "letters", "printed clinical letters"),
    ("crates/care/src/retention.rs", "letter", "the tables of printed clinical letters"),
    ("crates/care/src/retention.rs", "letters", "the tables of printed clinical letters"),
    ("crates/care/src/schema.rs", "letter", "printed clinical letters"),
    ("crates/care/src/schema.rs", "letters", "printed clinical letters"),
    ("crates/partners/src/hubs/", "letters", "of outcodes"),
    ("crates/people/src/relationships/episodes.rs", "letter", "a printed clinical letter"),
    ("crates/platform/src/config/", "letter", "printed clinical letters"),
    ("crates/platform/src/names.rs", "letter", "of the alphabet"),
    ("crates/platform/src/password.rs", "letters", "of the alphabet"),
    ("crates/platform/src/refusal/reasons.rs", "letter", "printed clinical letters"),
    ("crates/platform/src/text/", "letter", "of the alphabet"),
    ("crates/platform/src/text/", "letters", "of the alphabet"),
    ("docs/hazard-log.md", "letter", "printed clinical letters"),
    ("docs/hazard-log.md", "letters", "printed clinical letters"),
    ("crates/reference/src/workforce/rules/identifiers.rs", "letter", "of registration numbers"),
    ("crates/reference/src/workforce/rules/identifiers.rs", "letters", "of registration numbers"),
    ("docs/access", "letter", "printed clinical letters"),
    ("docs/access", "letters", "printed clinical letters"),
    ("docs/clinical-rules.md", "letter", "of registration numbers; printed clinical letters"),
    ("docs/clinical-rules.md", "letters", "of registration numbers; printed clinical letters"),
    ("docs/glossary.md", "letter", "printed clinical letters"),
    ("docs/glossary.md", "letters", "printed clinical letters"),
    ("docs/operations.md", "letter", "printed clinical letters"),
    ("docs/operations.md", "letters", "printed clinical letters"),
    ("openapi/", "letter", "printed clinical letters"),
    ("openapi/", "letters", "printed clinical letters"),
    ("src/demo/steps/", "letter", "printed clinical letters"),
    ("src/demo/steps/", "letters", "printed clinical letters"),
    ("src/server/background.rs", "letters", "printed clinical letters"),
    ("src/server/document.rs", "letter", "printed clinical letters"),
    ("src/server/document.rs", "letters", "printed clinical letters"),
    ("src/server/document/examples/values.rs", "letter", "printed clinical letters"),
    ("src/server/document/patterns.rs", "letters", "of outcodes"),
    ("src/server/notifications.rs", "letter", "printed clinical letters"),
    ("src/server/notifications.rs", "letters", "printed clinical letters"),
    ("tests/README.md", "letter", "printed clinical letters"),
    ("tests/README.md", "letters", "printed clinical letters"),
    ("tests/api/care/death.rs", "letter", "printed clinical letters"),
    ("tests/api/care/death.rs", "letters", "printed clinical letters"),
    ("tests/api/care/letters/", "letter", "printed clinical letters"),
    ("tests/api/care/letters/", "letters", "printed clinical letters"),
    ("tests/api/care/records/open_items.rs", "letter", "printed clinical letters"),
    ("tests/api/care/records/open_items.rs", "letters", "printed clinical letters"),
    ("tests/api/care/risk_alerts/levels.rs", "letter", "printed clinical letters"),
    ("tests/api/care/risk_alerts/levels.rs", "letters", "printed clinical letters"),
    ("tests/api/care/mod.rs", "letters", "printed clinical letters"),
    ("tests/api/demo.rs", "letters", "printed clinical letters"),
    ("tests/api/guards/", "letter", "printed clinical letters"),
    ("tests/api/guards/", "letters", "printed clinical letters"),
    ("tests/api/people/retention.rs", "letters", "the table of printed clinical letters"),
    ("tests/api/platform/docs.rs", "letter", "an operation about printed clinical letters"),
    ("tests/api/support/letters.rs", "letter", "printed clinical letters"),
    ("tests/api/support/letters.rs", "letters", "printed clinical letters"),
    ("tests/api/support/mod.rs", "letters", "printed clinical letters"),
];

const FOLDERS: &[&str] = &["src", "crates", "tests", "openapi", "docs"];
const FILES: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];
const KINDS: &[&str] = &["rs", "md", "txt", "json", "toml", "js", "html", "css"];

/// The words of a text with their lines: camel case and snake case are split, and upper case is lowered.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let (mut word, mut was_lower) = (String::new(), false);
        let mut chars = line.chars().chain([' ']);
        while let Some(c) = chars.next() {
            if c == '\\' {
                chars.next(); // the `n` of `\n` is no part of a word
            }
            let is_boundary = !c.is_ascii_alphabetic() || c.is_ascii_uppercase() && was_lower;
            if is_boundary && !word.is_empty() {
                found.push((number, std::mem::take(&mut word)));
            }
            if c.is_ascii_alphabetic() {
                word.push(c.to_ascii_lowercase());
            }
            was_lower = c.is_ascii_lowercase();
        }
        if !word.is_empty() {
            found.push((number, word));
        }
    }
    found
}

/// Phrases by their first word, the longest first.
struct Phrases(BTreeMap<&'static str, Vec<&'static str>>);

impl Phrases {
    fn new(phrases: impl Iterator<Item = &'static str>) -> Self {
        let mut by_first = BTreeMap::<_, Vec<_>>::new();
        for phrase in phrases {
            by_first.entry(phrase.split(' ').next().unwrap()).or_default().push(phrase);
        }
        for same in by_first.values_mut() {
            same.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        }
        Self(by_first)
    }

    /// The phrase at the start of these words, and its number of words.
    fn at(&self, words: &[(usize, String)]) -> Option<(&'static str, usize)> {
        let candidates = self.0.get(words.first()?.1.as_str())?;
        let lengths = candidates.iter().map(|phrase| (*phrase, phrase.split(' ').count()));
        lengths
            .into_iter()
            .find(|(phrase, length)| phrase.split(' ').eq(words.iter().take(*length).map(|(_, word)| word.as_str())))
    }
}

/// Searches texts for old words and notes which exceptions were used.
struct Search {
    old: Phrases,
    allowed: Phrases,
    used: BTreeSet<(&'static str, &'static str)>,
}

impl Search {
    fn new() -> Self {
        let old = Phrases::new(OLD_WORDS.iter().map(|(phrase, _)| *phrase));
        let allowed = Phrases::new(ALLOWED.iter().map(|(phrase, _)| *phrase));
        Self { old, allowed, used: BTreeSet::new() }
    }

    /// The old words in a file, each with its line.
    fn old_words(&mut self, path: &str, text: &str) -> Vec<(usize, &'static str)> {
        let (words, mut found, mut at) = (words(text), Vec::new(), 0);
        while at < words.len() {
            let rest = &words[at..];
            if let Some((phrase, length)) = self.allowed.at(rest) {
                self.used.insert(("", phrase));
                at += length;
            } else if let Some((phrase, length)) = self.old.at(rest) {
                match ALLOWED_IN.iter().find(|(start, word, _)| path.starts_with(start) && *word == phrase) {
                    Some((start, word, _)) => _ = self.used.insert((start, word)),
                    None => found.push((rest[0].0, phrase)),
                }
                at += length;
            } else {
                at += 1;
            }
        }
        found
    }
}

/// Every file to search, by its path below the root.
fn files() -> Vec<PathBuf> {
    let mut found: Vec<_> = FILES.iter().map(PathBuf::from).collect();
    let mut folders: Vec<_> = FOLDERS.iter().map(PathBuf::from).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let is_searched = path.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known));
            if entry.file_type().unwrap().is_dir() {
                folders.extend((entry.file_name() != "target").then_some(path));
            } else if is_searched && !path.ends_with("guards/words.rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 800, "only {} files found", found.len());
    found
}

#[test]
fn old_words_do_not_come_back() {
    let (mut search, mut wrong) = (Search::new(), Complaints::default());
    let instead: BTreeMap<_, _> = OLD_WORDS.iter().copied().collect();
    for path in files() {
        let name = path.to_str().unwrap();
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).unwrap();
        for (line, word) in search.old_words(name, &text) {
            wrong.0.push(format!("{name}:{line}: `{word}`; write: {}", instead[word]));
        }
    }
    let phrases = ALLOWED.iter().map(|(phrase, _)| ("", *phrase));
    for exception in phrases.chain(ALLOWED_IN.iter().map(|(start, word, _)| (*start, *word))) {
        wrong.require(search.used.contains(&exception), || format!("{exception:?} is allowed and occurs nowhere"));
    }
    wrong.assert_empty();
}

#[test]
fn old_words_are_found_in_identifiers_comments_and_data() {
    let found = |text: &str| Search::new().old_words("src/planted.rs", text);
    assert_eq!(found("let is_called_off = true;"), [(1, "called off")]);
    assert_eq!(found("fn one() {}\nstruct CalledOff;"), [(2, "called off")]);
    assert_eq!(found("/// What has been called\n/// off."), [(1, "called off")]);
    assert_eq!(found("// Nobody."), [(1, "nobody")]);
    assert_eq!(found("{\"toldAt\": \"first\\nsomebody\"}"), [(1, "told"), (1, "somebody")]);
    assert_eq!(found("The minimum notice of a video room, \"hours_notice\"; a household, a roommate and an understanding."), []);
}

#[test]
fn each_exception_is_about_an_old_word() {
    let old = Phrases::new(OLD_WORDS.iter().map(|(phrase, _)| *phrase));
    for (phrase, reason) in ALLOWED {
        let words = words(phrase);
        assert!((0..words.len()).any(|at| old.at(&words[at..]).is_some()), "{phrase} needs no exception");
        assert!(!reason.is_empty(), "{phrase}");
        assert_eq!(ALLOWED.iter().filter(|(other, _)| other == phrase).count(), 1, "{phrase} is allowed twice");
    }
    for (_, word, reason) in ALLOWED_IN {
        assert!(OLD_WORDS.iter().any(|(old, _)| old == word) && !reason.is_empty(), "{word}");
    }
}
