//! No modules of a crate use each other in a cycle, directly or through others: modules in a cycle can only be read, changed or
//! moved together. Put what both need into a third module that uses neither, or pass it to a function as an argument.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::sources::{CRATES, Source, code, imports, is_word, paths, sources};

/// A file as a module of its crate.
struct Module {
    /// What it declares itself: functions, types, constants, inline modules.
    declared: BTreeSet<String>,
    /// Its imports, by their name in this file.
    imports: BTreeMap<String, Vec<String>>,
    /// Modules from which it imports everything.
    glob_imports: Vec<Vec<String>>,
    /// Every path in its code.
    named: BTreeSet<Vec<String>>,
}

/// The modules of one crate by their paths; the path of `lib.rs` is empty.
type Modules = BTreeMap<Vec<String>, Module>;

/// Which modules each one uses.
type Uses = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

/// What a path of a crate resolves to.
enum Target {
    Module(Vec<String>),
    /// Something that this module declares.
    Declared(Vec<String>),
}

/// How many re-exports are followed.
const MOST_STEPS: usize = 12;

impl Module {
    fn read(text: &str) -> Self {
        let code = code(text);
        let (mut by_name, mut glob_imports) = (BTreeMap::new(), Vec::new());
        for (name, path) in imports(&code) {
            if name == "*" {
                glob_imports.push(path);
            } else {
                by_name.entry(name).or_insert(path);
            }
        }
        let declared = code.lines().filter_map(declared).collect();
        let named = paths(&code).into_iter().map(|(_, path)| path).collect();
        Self { declared, imports: by_name, glob_imports, named }
    }
}

/// The name that a line declares. Functions and constants of an `impl` are used through its type, so among indented lines only
/// types count, such as those in the macro `string_enum!`.
fn declared(line: &str) -> Option<String> {
    const TYPES: &[&str] = &["struct", "enum"];
    const OTHERS: &[&str] = &["fn", "const", "static", "type", "trait", "mod", "macro_rules"];
    let is_outermost = !line.starts_with(char::is_whitespace);
    let counts = |word: &str| TYPES.contains(&word) || (is_outermost && OTHERS.contains(&word));
    let mut words = line.split(|c| !is_word(c)).filter(|word| !word.is_empty());
    words.find(|word| counts(word))?;
    // In `const fn name` both keywords come before the name.
    words.find(|word| !counts(word)).map(str::to_owned)
}

/// The crate of a file, and its module there; `None` for tests.
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

/// Resolves a path in a module; `None` when it leads out of the crate.
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

/// Resolves a name in a module: a child module, a declaration, or an import.
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

/// Which modules each module uses: those whose declarations it names, or from which it imports everything.
fn uses(modules: &Modules) -> Uses {
    let mut uses = Uses::new();
    for (at, module) in modules {
        let named = module.named.iter().filter_map(|path| match resolve(modules, at, path, MOST_STEPS) {
            Some(Target::Declared(other)) => Some(other),
            _ => None,
        });
        let glob_imports = module.glob_imports.iter().filter_map(|path| match resolve(modules, at, path, MOST_STEPS) {
            Some(Target::Module(other) | Target::Declared(other)) => Some(other),
            None => None,
        });
        let others: BTreeSet<Vec<String>> = named.chain(glob_imports).filter(|other| other != at).collect();
        uses.insert(at.clone(), others);
    }
    uses
}

/// The modules that a module uses, directly or through others; includes itself when it is in a cycle.
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

/// The modules in a cycle, each with the modules that it uses and that use it in turn.
fn in_cycles(uses: &Uses) -> Uses {
    let reached: Uses = uses.keys().map(|at| (at.clone(), reached(uses, at))).collect();
    let leads = |from: &[String], to: &[String]| reached.get(from).is_some_and(|found| found.contains(to));
    let back = uses.iter().map(|(at, others)| {
        let back: BTreeSet<Vec<String>> = others.iter().filter(|other| leads(other, at)).cloned().collect();
        (at.clone(), back)
    });
    back.filter(|(_, back)| !back.is_empty()).collect()
}

fn display_path(module: &[String]) -> String {
    if module.is_empty() { "lib".to_owned() } else { module.join("/") }
}

#[test]
fn no_modules_use_each_other_in_a_cycle() {
    let crates = crates(&sources());
    let (mut complaints, mut edges) = (Vec::new(), 0);
    for (layer, modules) in &crates {
        let uses = uses(modules);
        edges += uses.values().map(BTreeSet::len).sum::<usize>();
        complaints.extend(in_cycles(&uses).iter().map(|(at, back)| {
            let back: Vec<String> = back.iter().map(|other| display_path(other)).collect();
            format!("{layer}: {} uses {}", display_path(at), back.join(", "))
        }));
    }
    assert_eq!(crates.len(), CRATES.len() + 1, "the crates, and the root package");
    assert!(edges > 1000, "only {edges} uses found");
    assert!(complaints.is_empty(), "these uses form a cycle:\n{}", complaints.join("\n"));
}

#[cfg(test)]
mod search {
    use super::*;

    /// The modules of `care` that are in a cycle.
    fn cycles(files: &[(&str, &str)]) -> String {
        let sources: Vec<Source> =
            files.iter().map(|(name, text)| Source { name: format!("care/{name}").into(), text: (*text).to_owned() }).collect();
        let found = in_cycles(&uses(&crates(&sources)["care"]));
        found.keys().map(|module| display_path(module)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn finds_two_modules_that_use_each_other() {
        let queries = ("notes/queries.rs", "use super::rules::Verdict;\npub fn load() {}\npub struct Row;");
        for rules in [
            "use crate::notes::queries::Row;\npub enum Verdict {}",
            "use super::queries;\npub enum Verdict {}\nfn f() {\n    queries::load();\n}",
            "pub enum Verdict {}\nfn f() { super::queries::load(); }",
            "use super::{self, queries::{self as records, Row as Record}};\npub enum Verdict {}",
            "use super::queries as records;\nfn f(row: records::Row) {}\npub enum Verdict {}",
            "use super::queries::*;\npub enum Verdict {}",
            "use crate::{\n    // Why.\n    notes::queries::Row,\n};\npub enum Verdict {}",
            "use super::queries::Row;\nplatform::string_enum! {\n    pub enum Verdict { A = \"a\" }\n}",
        ] {
            let files =
                [("lib.rs", "pub mod notes;"), ("notes/mod.rs", "mod queries;\nmod rules;"), queries, ("notes/rules.rs", rules)];
            assert_eq!(cycles(&files), "notes/queries notes/rules", "{rules}");
        }
    }

    #[test]
    fn finds_a_cycle_of_three_but_not_modules_that_only_lead_to_it() {
        let files = [
            ("a.rs", "use crate::b::B;\npub struct A;"),
            ("b.rs", "use crate::c::C;\npub struct B;"),
            ("c.rs", "use crate::a::A;\nuse crate::e::E;\npub struct C;"),
            ("d.rs", "use crate::a::A;\npub struct D;"),
            ("e.rs", "pub struct E;"),
        ];
        assert_eq!(cycles(&files), "a b c");
    }

    #[test]
    fn follows_re_exports() {
        let files = [
            ("lib.rs", "pub mod notes;\npub use notes::Note;"),
            ("notes/mod.rs", "mod model;\nmod rules;\npub use model::Note;"),
            ("notes/model.rs", "use super::rules::check;\npub struct Note;"),
            ("notes/rules.rs", "use crate::Note;\npub fn check(note: &Note) {}"),
        ];
        assert_eq!(cycles(&files), "notes/model notes/rules", "re-exporting modules are not part of the cycle");
    }

    #[test]
    fn parent_and_child_are_a_cycle_when_each_uses_the_other() {
        let below = ("rules/care.rs", "use super::check;\npub fn ends() { check() }");
        assert_eq!(cycles(&[("rules.rs", "mod care;\npub use care::ends;\npub fn check() {}"), below]), "rules rules/care");
        assert_eq!(cycles(&[("rules.rs", "pub mod care;\npub fn check() {}"), below]), "");
    }

    #[test]
    fn ignores_module_paths_tests_and_other_crates() {
        let rules = ("rules.rs", "use crate::queries::Row;\npub fn check() {}\n#[cfg(test)]\nmod tests;");
        assert_eq!(cycles(&[rules, ("queries.rs", "use crate::rules;\npub struct Row;")]), "");
        assert_eq!(
            cycles(&[rules, ("queries.rs", "pub struct Row;\n#[cfg(test)]\nmod tests {\n    use crate::rules::check;\n}")]),
            ""
        );
        assert_eq!(cycles(&[rules, ("queries.rs", "pub struct Row;"), ("rules/tests.rs", "use super::check;")]), "");
        assert_eq!(cycles(&[rules, ("queries.rs", "use people::rules::check;\npub struct Row;\n// crate::rules::check")]), "");
        assert_eq!(cycles(&[rules, ("queries.rs", "pub struct Row;\nimpl Row {\n    fn check() {}\n}")]), "");
    }
}
