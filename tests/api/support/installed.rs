//! What PostgreSQL this machine has for the tests. The tests ask before they start a server, and `build.rs` asks whether to mark
//! them as ignored.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names a server to use, by its URL.
pub const SERVER: &str = "TEST_DATABASE_URL";
/// Names the directory of the programs to start.
pub const PROGRAMS: &str = "CONFIDE_TEST_PG_BIN";
/// With the value 1 it is an error to have no PostgreSQL.
pub const REQUIRED: &str = "CONFIDE_REQUIRE_POSTGRES";

/// A variable that is set to something.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// True when it is an error to have no PostgreSQL.
pub fn is_required() -> bool {
    variable(REQUIRED).is_some_and(|value| value == "1")
}

/// True when there is a server or a program to start one, or the settings say so.
pub fn is_there() -> bool {
    variable(SERVER).is_some() || !matches!(programs(), Ok(None))
}

/// The directory of the server's programs; an error when one was named and is wrong.
pub fn programs() -> Result<Option<PathBuf>, String> {
    let complete = |dir: &Path| dir.join("initdb").is_file() && dir.join("postgres").is_file();
    if let Some(named) = variable(PROGRAMS) {
        let dir = PathBuf::from(named);
        return if complete(&dir) {
            Ok(Some(dir))
        } else {
            Err(format!("no initdb and postgres in {PROGRAMS}={}", dir.display()))
        };
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    let told = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output().ok();
    let told = told.and_then(|out| String::from_utf8(out.stdout).ok()).map(|dir| PathBuf::from(dir.trim()));
    Ok(versions.into_iter().map(|(_, dir)| dir).chain([PathBuf::from("/usr/local/bin")]).chain(told).find(|dir| complete(dir)))
}
