//! No file uses another one of its crate that uses it, be it by way of others: of files that go round in a circle none can be read,
//! changed or taken elsewhere without all of them. Put what both files need into a third one that uses neither, or give a function what
//! it needs as an argument.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::sources::{CRATES, Source, code, imports, is_word, paths, sources};

/// A file as a module of its crate.
struct Module {
    /// What it declares itself: functions, types, constants, modules in its own text.
    declared: BTreeSet<String>,
    /// What its `use` declarations bring in, by the name that it has here.
    imports: BTreeMap<String, Vec<String>>,
    /// Modules from which it brings in everything.
    everything: Vec<Vec<String>>,
    /// Every path in it.
    named: BTreeSet<Vec<String>>,
}

/// The modules of one crate by their paths; the path of `lib.rs` is empty.
type Modules = BTreeMap<Vec<String>, Module>;

/// Which modules each one uses.
type Uses = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

/// What a path of a crate leads to.
enum Target {
    Module(Vec<String>),
    /// Something that this module declares.
    Declared(Vec<String>),
}

/// How many names are followed from `pub use` to `pub use`.
const MOST_STEPS: usize = 12;

impl Module {
    fn read(text: &str) -> Self {
        let code = code(text);
        let (mut by_name, mut everything) = (BTreeMap::new(), Vec::new());
        for (name, path) in imports(&code) {
            if name == "*" {
                everything.push(path);
            } else {
                by_name.entry(name).or_insert(path);
            }
        }
        let declared = code.lines().filter_map(declared).collect();
        let named = paths(&code).into_iter().map(|(_, path)| path).collect();
        Self { declared, imports: by_name, everything, named }
    }
}

/// The name that a line declares. Functions and constants of an `impl` are known by its type alone, so of lines that are indented only
/// types count: those that a macro such as `words!` makes.
fn declared(line: &str) -> Option<String> {
    const TYPES: &[&str] = &["struct", "enum"];
    const OTHERS: &[&str] = &["fn", "const", "static", "type", "trait", "mod", "macro_rules"];
    let is_outermost = !line.starts_with(char::is_whitespace);
    let counts = |word: &str| TYPES.contains(&word) || (is_outermost && OTHERS.contains(&word));
    let mut words = line.split(|c| !is_word(c)).filter(|word| !word.is_empty());
    words.find(|word| counts(word))?;
    // A `const fn` is declared by its second word.
    words.find(|word| !counts(word)).map(str::to_owned)
}

/// The crate of a file, and its module there. Tests beside the code are none.
fn place(source: &Source) -> Option<(String, Vec<String>)> {
    let name = source.name.with_extension("");
    let mut path: Vec<String> = name.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let layer = if CRATES.contains(&source.layer()) { path.remove(0) } else { "root".to_owned() };
    if path.last().is_some_and(|last| last == "mod" || last == "lib") {
        path.pop();
    }
    (!path.iter().any(|part| part == "tests")).then_some((layer, path))
}

/// The modules of each crate.
fn crates(sources: &[Source]) -> BTreeMap<String, Modules> {
    let mut found: BTreeMap<String, Modules> = BTreeMap::new();
    for source in sources {
        if let Some((layer, path)) = place(source) {
            found.entry(layer).or_default().insert(path, Module::read(&source.text));
        }
    }
    found
}

/// What a path means in a module; nothing when it leads out of the crate.
fn resolve(modules: &Modules, from: &[String], path: &[String], steps: usize) -> Option<Target> {
    let mut at = from.to_vec();
    for segment in path {
        match segment.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => {
                at.pop()?;
            }
            name => match look_up(modules, &at, name, steps)? {
                Target::Module(module) => at = module,
                declared => return Some(declared),
            },
        }
    }
    Some(Target::Module(at))
}

/// What a name means in a module: a module below it, something that it declares, or what it brings in from elsewhere.
fn look_up(modules: &Modules, at: &[String], name: &str, steps: usize) -> Option<Target> {
    let below = [at, &[name.to_owned()]].concat();
    if modules.contains_key(&below) {
        return Some(Target::Module(below));
    }
    let module = modules.get(at)?;
    if module.declared.contains(name) {
        return Some(Target::Declared(at.to_vec()));
    }
    // `use name::…` is another crate.
    let path = module.imports.get(name).filter(|path| path.first().is_some_and(|first| first != name))?;
    resolve(modules, at, path, steps.checked_sub(1)?)
}

/// Which modules each module uses: those whose declarations it names, or of which it brings in everything.
fn uses(modules: &Modules) -> Uses {
    let mut uses = Uses::new();
    for (at, module) in modules {
        let named = module.named.iter().filter_map(|path| match resolve(modules, at, path, MOST_STEPS) {
            Some(Target::Declared(other)) => Some(other),
            _ => None,
        });
        let everything = module.everything.iter().filter_map(|path| match resolve(modules, at, path, MOST_STEPS) {
            Some(Target::Module(other) | Target::Declared(other)) => Some(other),
            None => None,
        });
        let others: BTreeSet<Vec<String>> = named.chain(everything).filter(|other| other != at).collect();
        uses.insert(at.clone(), others);
    }
    uses
}

/// The modules that one uses, be it by way of others; itself among them when it is in a circle.
fn reached(uses: &Uses, from: &[String]) -> BTreeSet<Vec<String>> {
    let (mut found, mut next) = (BTreeSet::new(), vec![from.to_vec()]);
    while let Some(at) = next.pop() {
        for other in uses.get(&at).into_iter().flatten() {
            if found.insert(other.clone()) {
                next.push(other.clone());
            }
        }
    }
    found
}

/// The modules that are part of a circle, each with those that it uses and by which it is used in turn.
fn in_circles(uses: &Uses) -> Uses {
    let reached: Uses = uses.keys().map(|at| (at.clone(), reached(uses, at))).collect();
    let leads = |from: &[String], to: &[String]| reached.get(from).is_some_and(|found| found.contains(to));
    let back = uses.iter().map(|(at, others)| {
        let back: BTreeSet<Vec<String>> = others.iter().filter(|other| leads(other, at)).cloned().collect();
        (at.clone(), back)
    });
    back.filter(|(_, back)| !back.is_empty()).collect()
}

fn written(module: &[String]) -> String {
    if module.is_empty() { "lib".to_owned() } else { module.join("/") }
}

#[test]
fn no_files_go_round_in_circles() {
    let crates = crates(&sources());
    let (mut complaints, mut arrows) = (Vec::new(), 0);
    for (layer, modules) in &crates {
        let uses = uses(modules);
        arrows += uses.values().map(BTreeSet::len).sum::<usize>();
        complaints.extend(in_circles(&uses).iter().map(|(at, back)| {
            let back: Vec<String> = back.iter().map(|other| written(other)).collect();
            format!("{layer}: {} uses {}", written(at), back.join(", "))
        }));
    }
    assert_eq!(crates.len(), CRATES.len() + 1, "the crates, and the root package");
    assert!(arrows > 1000, "the search finds hardly any uses: {arrows}");
    assert!(complaints.is_empty(), "these uses lead back in a circle:\n{}", complaints.join("\n"));
}

#[cfg(test)]
mod the_search {
    use super::*;

    /// The files of `care` that are in a circle.
    fn circles(files: &[(&str, &str)]) -> String {
        let sources: Vec<Source> =
            files.iter().map(|(name, text)| Source { name: format!("care/{name}").into(), text: (*text).to_owned() }).collect();
        let found = in_circles(&uses(&crates(&sources)["care"]));
        found.keys().map(|module| written(module)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn sees_two_files_that_use_each_other() {
        let queries = ("notes/queries.rs", "use super::rules::Verdict;\npub fn load() {}\npub struct Row;");
        for rules in [
            "use crate::notes::queries::Row;\npub enum Verdict {}",
            "use super::queries;\npub enum Verdict {}\nfn f() {\n    queries::load();\n}",
            "pub enum Verdict {}\nfn f() { super::queries::load(); }",
            "use super::{self, queries::{self as records, Row as Kept}};\npub enum Verdict {}",
            "use super::queries as records;\nfn f(row: records::Row) {}\npub enum Verdict {}",
            "use super::queries::*;\npub enum Verdict {}",
            "use crate::{\n    // Why.\n    notes::queries::Row,\n};\npub enum Verdict {}",
            "use super::queries::Row;\nplatform::words! {\n    pub enum Verdict { A = \"a\" }\n}",
        ] {
            let files =
                [("lib.rs", "pub mod notes;"), ("notes/mod.rs", "mod queries;\nmod rules;"), queries, ("notes/rules.rs", rules)];
            assert_eq!(circles(&files), "notes/queries notes/rules", "{rules}");
        }
    }

    #[test]
    fn sees_a_circle_of_three_and_not_what_only_leads_to_it() {
        let files = [
            ("a.rs", "use crate::b::B;\npub struct A;"),
            ("b.rs", "use crate::c::C;\npub struct B;"),
            ("c.rs", "use crate::a::A;\nuse crate::e::E;\npub struct C;"),
            ("d.rs", "use crate::a::A;\npub struct D;"),
            ("e.rs", "pub struct E;"),
        ];
        assert_eq!(circles(&files), "a b c");
    }

    #[test]
    fn follows_what_a_file_hands_on() {
        let files = [
            ("lib.rs", "pub mod notes;\npub use notes::Note;"),
            ("notes/mod.rs", "mod model;\nmod rules;\npub use model::Note;"),
            ("notes/model.rs", "use super::rules::check;\npub struct Note;"),
            ("notes/rules.rs", "use crate::Note;\npub fn check(note: &Note) {}"),
        ];
        assert_eq!(circles(&files), "notes/model notes/rules", "the files between declare nothing of it");
    }

    #[test]
    fn a_file_and_those_below_it_are_a_circle_when_each_uses_the_other() {
        let below = ("rules/care.rs", "use super::check;\npub fn ends() { check() }");
        assert_eq!(circles(&[("rules.rs", "mod care;\npub use care::ends;\npub fn check() {}"), below]), "rules rules/care");
        assert_eq!(circles(&[("rules.rs", "pub mod care;\npub fn check() {}"), below]), "");
    }

    #[test]
    fn does_not_count_modules_alone_tests_or_other_crates() {
        let rules = ("rules.rs", "use crate::queries::Row;\npub fn check() {}\n#[cfg(test)]\nmod tests;");
        assert_eq!(circles(&[rules, ("queries.rs", "use crate::rules;\npub struct Row;")]), "");
        assert_eq!(
            circles(&[rules, ("queries.rs", "pub struct Row;\n#[cfg(test)]\nmod tests {\n    use crate::rules::check;\n}")]),
            ""
        );
        assert_eq!(circles(&[rules, ("queries.rs", "pub struct Row;"), ("rules/tests.rs", "use super::check;")]), "");
        assert_eq!(circles(&[rules, ("queries.rs", "use people::rules::check;\npub struct Row;\n// crate::rules::check")]), "");
        assert_eq!(circles(&[rules, ("queries.rs", "pub struct Row;\nimpl Row {\n    fn check() {}\n}")]), "");
    }
}
