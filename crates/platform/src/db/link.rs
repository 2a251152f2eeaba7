//! Opening connections, and making sure that a SQLite file is still the one that was opened.
//!
//! A process goes on writing into a file that was deleted or moved away; nobody else ever sees what it wrote. So the file at
//! the path is compared with the one that was opened, by device and number: before work is begun and before what was
//! committed is acknowledged. That costs two calls of the operating system, about 2 µs.

use std::ops::{Deref, DerefMut};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diesel::ConnectionError;

use super::conn::{Conn, Engine, log_path};
use super::outage::Outage;

/// Which file it is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    number: u64,
}

impl FileId {
    fn of(path: &Path) -> Result<Self, Outage> {
        let about = std::fs::metadata(path).map_err(|error| Outage::of_io(&error))?;
        Ok(Self { device: about.dev(), number: about.ino() })
    }
}

/// Opens connections to one database. Shared by all threads that use it.
#[derive(Debug)]
pub(super) struct Linker {
    engine: Engine,
    /// The SQLite file that was opened first. No other is used while this program runs.
    opened: OnceLock<FileId>,
}

/// An open connection.
pub(super) struct Link {
    conn: Conn,
    /// The write-ahead log of a SQLite file. It lives as long as any connection does.
    log: Option<(PathBuf, FileId)>,
}

impl Linker {
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
        // The driver's message may repeat the address and its password, so only what it means is passed on.
        let conn = self.engine.connect().map_err(|error| self.why(&error))?;
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

    fn why(&self, error: &ConnectionError) -> Outage {
        match (&self.engine, Outage::of_connecting(error)) {
            // SQLite does not say why it cannot open a file. The database itself must not be opened to find out: closing it again
            // would end the locks that SQLite has on it.
            (Engine::Sqlite(_), Outage::Unreachable) => match std::fs::File::open("/dev/null") {
                Err(error) if Outage::of_io(&error) == Outage::Exhausted => Outage::Exhausted,
                _ => Outage::Unreachable,
            },
            (_, outage) => outage,
        }
    }

    /// Makes sure that what this connection writes is what anybody else will read.
    pub(super) fn is_still_there(&self, link: &Link) -> Result<(), Outage> {
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
