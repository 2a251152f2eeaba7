//! The source files of the program, for guards that read them.

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
    /// The crate that it belongs to; of a file of the root package, its first folder or its own name.
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
    assert!(found.len() > 500, "the search finds hardly any: {}", found.len());
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

/// The files that declare tables.
pub fn schemas() -> Vec<Source> {
    let mut found = sources();
    found.retain(|source| source.name.ends_with("schema.rs"));
    assert!(found.len() >= CRATES.len() - 1, "{:?}", found.iter().map(|source| &source.name).collect::<Vec<_>>());
    found
}
