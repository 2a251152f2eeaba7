//! Finds the PostgreSQL of this machine. The tests use it to start a server, and `build.rs` to decide whether to mark them as
//! ignored.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The variable with the URL of a server to use.
pub const SERVER: &str = "TEST_DATABASE_URL";
/// The variable with the directory of the programs to start.
pub const PROGRAMS: &str = "CONFIDE_TEST_PG_BIN";
/// The variable that makes it an error to have no PostgreSQL, with the value 1.
pub const REQUIRED: &str = "CONFIDE_REQUIRE_POSTGRES";

/// The value of a variable that is set and not empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether it is an error to have no PostgreSQL.
pub fn is_required() -> bool {
    variable(REQUIRED).is_some_and(|value| value == "1")
}

/// Whether there is a server or a program to start one. Also true when the settings name one that does not work.
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
    let output = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output().ok();
    let bindir = output.and_then(|out| String::from_utf8(out.stdout).ok()).map(|dir| PathBuf::from(dir.trim()));
    Ok(versions.into_iter().map(|(_, dir)| dir).chain([PathBuf::from("/usr/local/bin")]).chain(bindir).find(|dir| complete(dir)))
}
