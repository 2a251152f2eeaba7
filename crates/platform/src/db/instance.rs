//! One process at a time on a SQLite file: an operating-system lock on a file next to the database.
//!
//! The lock is on the open file, so it ends with the process, however that ends; the file itself stays and is used again. It
//! keeps servers, migrations and restores apart. Reading (a backup, `sqlite3`) needs no lock.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::Engine;
use crate::clock::Clock;
use crate::files;

/// The lock of the one process that may serve or migrate a database. PostgreSQL allows several processes, so there it does
/// nothing.
#[derive(Debug)]
#[must_use = "the lock ends with this value"]
pub struct InstanceLock {
    _lock: Option<File>,
}

impl InstanceLock {
    /// Takes the lock. `purpose` names the holder, such as `serve`, in the refusal that other processes get.
    ///
    /// # Errors
    /// One line for the operator that names the process that has the lock.
    pub fn take(engine: &Engine, purpose: &str) -> Result<Self, String> {
        let Engine::Sqlite(database) = engine else { return Ok(Self { _lock: None }) };
        refuse_hard_links(database)?;
        if let Some(folder) = database.parent() {
            files::create_folder(folder).map_err(|error| format!("the folder of the database cannot be created: {error}"))?;
        }
        let path = lock_path(database);
        let unusable = |error: std::io::Error| format!("the lock file {} cannot be used: {error}", path.display());
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).clone();
        let mut file = options.open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(format!(
                    "the SQLite file {} is in use by another confide ({}): only one process can serve a SQLite file. Stop that \
                     process, then try again",
                    database.display(),
                    holder(&mut file)
                ));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host = if host.trim().is_empty() { String::new() } else { format!(" on {}", host.trim()) };
        let line = format!("process {}{host}, {purpose}, since {}\n", std::process::id(), Clock::system().now());
        // The text is only for the refusal that other processes get; the lock itself decides.
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(line.as_bytes()));
        Ok(Self { _lock: Some(file) })
    }
}

/// The lock file of a database: next to the real file, so that a symbolic link leads to the same lock.
pub fn lock_path(database: &Path) -> PathBuf {
    files::with_suffix(&database.canonicalize().unwrap_or_else(|_| database.to_owned()), ".lock")
}

/// Refuses a file that has several names (hard links). The lock and the write-ahead log are next to the name that was given: two
/// names mean two locks and two logs for one file, and the second log destroys the file.
///
/// # Errors
/// One line for the operator.
pub fn refuse_hard_links(database: &Path) -> Result<(), String> {
    match database.metadata() {
        Ok(metadata) if metadata.is_file() && metadata.nlink() > 1 => Err(format!(
            "the SQLite file {0} has {1} names (hard links), and its log and lock belong to one name only: remove the other \
             names \
             (`find / -xdev -samefile {0}` lists them) and use a symbolic link instead",
            database.display(),
            metadata.nlink()
        )),
        _ => Ok(()),
    }
}

fn holder(file: &mut File) -> String {
    let mut line = String::new();
    let read = file.take(200).read_to_string(&mut line);
    if read.is_err() || line.trim().is_empty() { "another process".to_owned() } else { line.trim().to_owned() }
}
