//! The source files of the program, for guards that check them.

use std::fs;
use std::path::{Path, PathBuf};

/// The crates under `crates/`, lowest first: a crate uses only those before it. The root package uses them all.
pub const CRATES: [&str; 9] = ["platform", "print", "reference", "people", "access", "scheduling", "care", "partners", "insight"];

/// One source file.
#[derive(Debug)]
pub struct Source {
    /// The crate and the path inside it, as in `people/accounts/queries.rs`; of the root package the path under `src`.
    pub name: PathBuf,
    /// Its text.
    pub text: String,
}

impl Source {
    /// The crate of the file; in the root package, its first folder or its own name.
    pub fn layer(&self) -> &str {
        let first = self.name.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

/// Every source file of the root package and of the crates, by name.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    gather(&root.join("src"), Path::new(""), &mut found);
    for name in CRATES {
        gather(&root.join("crates").join(name).join("src"), Path::new(name), &mut found);
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(found.len() > 500, "only {} source files found", found.len());
    found
}

fn gather(folder: &Path, name: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = name.join(path.file_name().unwrap());
        if path.is_dir() {
            gather(&path, &name, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(Source { name, text: fs::read_to_string(path).unwrap() });
        }
    }
}

/// The code of a file, without the tests at its end and with its comment lines blanked.
pub fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let plain: Vec<&str> = code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect();
    plain.join("\n")
}

/// Whether a character can be part of an identifier.
pub fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Paths by their segments, each with its line.
type Paths = Vec<(usize, Vec<String>)>;

/// Every path in the code, with `use` trees split into single paths: the line and the segments.
pub fn paths(code: &str) -> Paths {
    let (mut found, declarations) = parts(code);
    for (line, tree) in declarations {
        found.extend(branches(&tree).into_iter().map(|(path, _)| (line, path)));
    }
    found
}

/// The imports of the `use` declarations: the name in this file, `*` for a glob import, and the path.
pub fn imports(code: &str) -> Vec<(String, Vec<String>)> {
    let (_, declarations) = parts(code);
    let imports = declarations.iter().flat_map(|(_, tree)| branches(tree)).filter_map(|(path, alias)| {
        let last = path.iter().rev().find(|segment| *segment != "self");
        Some((alias.or_else(|| last.cloned())?, path))
    });
    imports.collect()
}

/// The paths outside `use` declarations, and the trees of the declarations, each with its line.
fn parts(code: &str) -> (Paths, Vec<(usize, String)>) {
    let (mut found, mut trees, mut declaration) = (Vec::new(), Vec::new(), None::<(usize, String)>);
    for (number, line) in (1..).zip(code.lines()) {
        let (first_line, text) = match (declaration.take(), use_declaration(line)) {
            (Some((first_line, before)), _) => (first_line, format!("{before}\n{line}")),
            (None, Some(rest)) => (number, rest.to_owned()),
            (None, None) => {
                let runs = line.split(|c: char| !(is_word(c) || c == ':')).filter(|run| run.contains("::"));
                found.extend(runs.map(|run| (number, segments(run))));
                continue;
            }
        };
        match text.split_once(';') {
            Some((used, _)) => trees.push((first_line, used.to_owned())),
            None => declaration = Some((first_line, text)),
        }
    }
    (found, trees)
}

/// What follows `use` in a line that starts a `use` declaration.
fn use_declaration(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let public = line.strip_prefix("pub").map(|rest| match rest.split_once(')') {
        Some((within, rest)) if within.starts_with('(') => rest,
        _ => rest,
    });
    let used = public.unwrap_or(line).trim_start().strip_prefix("use ")?.trim_start_matches(['$', ':']);
    let rest = used.trim_start_matches(is_word);
    // A sentence inside a string may also start with `use`.
    ["::", "{", ";", " as "].iter().any(|next| rest.starts_with(*next)).then_some(used)
}

fn segments(text: &str) -> Vec<String> {
    let end = text.find(|c: char| !(is_word(c) || c == ':')).unwrap_or(text.len());
    text[..end].split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The paths of a `use` tree, each with its alias, if it has one: `a::{b, c::{d as e, f::*}}` is `a::b`, `a::c::d` as `e` and
/// `a::c::f` as `*`.
fn branches(text: &str) -> Vec<(Vec<String>, Option<String>)> {
    let text = text.trim();
    let Some(open) = text.find('{') else {
        let glob = text.ends_with('*').then(|| "*".to_owned());
        let alias = text.split_once(" as ").map(|(_, alias)| alias.trim().to_owned());
        return vec![(segments(text), glob.or(alias))];
    };
    let stem = segments(&text[..open]);
    let (mut depth, mut start, mut inside) = (0, open + 1, Vec::new());
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if (c == ',' && depth == 1) || depth == 0 {
            inside.push(&text[start..at]);
            start = at + 1;
            if depth == 0 {
                break;
            }
        }
    }
    let found = inside.into_iter().filter(|branch| !branch.trim().is_empty()).flat_map(branches);
    found.map(|(branch, name)| (stem.iter().cloned().chain(branch).collect(), name)).collect()
}

/// The files that declare tables.
pub fn schemas() -> Vec<Source> {
    let mut found = sources();
    found.retain(|source| source.name.ends_with("schema.rs"));
    assert!(found.len() >= CRATES.len() - 1, "{:?}", found.iter().map(|source| &source.name).collect::<Vec<_>>());
    found
}
