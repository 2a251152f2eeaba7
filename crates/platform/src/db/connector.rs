//! Opening connections, and checking that a SQLite file is still the file that was opened.
//!
//! A process continues to write into a file that was deleted or moved away, and no other process sees those writes. Therefore the
//! file at the path is compared with the opened one, by device and inode number: before work begins and before a commit is
//! acknowledged. That costs two system calls, about 2 µs.

use std::ops::{Deref, DerefMut};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diesel::ConnectionError;

use super::conn::{Conn, Engine, log_path};
use super::outage::Outage;

/// Identifies a file independently of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    number: u64,
}

impl FileId {
    fn of(path: &Path) -> Result<Self, Outage> {
        let metadata = std::fs::metadata(path).map_err(|error| Outage::of_io(&error))?;
        Ok(Self { device: metadata.dev(), number: metadata.ino() })
    }
}

/// Opens connections to one database. Shared by all threads that use it.
#[derive(Debug)]
pub(super) struct Connector {
    engine: Engine,
    /// The SQLite file that was opened first. No other file is used while this program runs.
    opened: OnceLock<FileId>,
}

/// An open connection.
pub(super) struct Link {
    conn: Conn,
    /// The write-ahead log of a SQLite file. It exists as long as any connection does.
    log: Option<(PathBuf, FileId)>,
}

impl Connector {
    pub(super) fn new(engine: &Engine) -> Self {
        Self { engine: engine.clone(), opened: OnceLock::new() }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Opens a connection.
    pub(super) fn open(&self) -> Result<Link, Outage> {
        if let (Engine::Sqlite(path), Some(opened)) = (&self.engine, self.opened.get())
            && FileId::of(path)? != *opened
        {
            return Err(Outage::Replaced);
        }
        // The driver's message may repeat the address and its password, so only its meaning is passed on.
        let conn = self.engine.connect().map_err(|error| self.outage_of(&error))?;
        let mut link = Link { conn, log: None };
        if let Engine::Sqlite(path) = &self.engine {
            let log = log_path(path);
            link.log = Some((log.clone(), FileId::of(&log)?));
            let found = FileId::of(path)?;
            if self.opened.get_or_init(|| found) != &found {
                return Err(Outage::Replaced);
            }
        }
        Ok(link)
    }

    fn outage_of(&self, error: &ConnectionError) -> Outage {
        match (&self.engine, Outage::of_connecting(error)) {
            // SQLite does not report why it cannot open a file. The database itself must not be opened to find out: closing it
            // again would release the locks that SQLite has on it.
            (Engine::Sqlite(_), Outage::Unreachable) => match std::fs::File::open("/dev/null") {
                Err(error) if Outage::of_io(&error) == Outage::Exhausted => Outage::Exhausted,
                _ => Outage::Unreachable,
            },
            (_, outage) => outage,
        }
    }

    /// Checks that other processes will read what this connection writes.
    pub(super) fn check_same_file(&self, link: &Link) -> Result<(), Outage> {
        let (Engine::Sqlite(path), Some((log_path, log))) = (&self.engine, &link.log) else { return Ok(()) };
        if self.opened.get() != Some(&FileId::of(path)?) {
            return Err(Outage::Replaced);
        }
        if FileId::of(log_path)? != *log {
            return Err(Outage::Replaced);
        }
        Ok(())
    }
}

impl Deref for Link {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Link {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
