//! Why a database cannot work at the moment: one table of causes, recognised by the errors of either engine.
//!
//! diesel passes on an error kind for a few SQLSTATEs and only the text of the message for the others, so those are recognised by
//! their text. SQLite's texts are compiled in. PostgreSQL's are in English where the role may choose the language; where they are
//! not, the operator is warned ([`super::language`]). libpq's are always in English, because this program never sets a language.

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use rustix::io::Errno;

/// No more files may be opened: by this process, or on the whole machine.
const TOO_MANY_FILES: [i32; 2] = [Errno::MFILE.raw_os_error(), Errno::NFILE.raw_os_error()];

/// Why the database cannot work at the moment. Every cause is answered with 503, because trying again is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// The connection broke while it was in use. A new one may work.
    Lost,
    /// Two transactions conflicted (SQLSTATE class 40). The same work may be done again.
    Contended,
    /// No connection can be opened.
    Unreachable,
    /// The database does not accept writes: a standby, a read-only file or file system (SQLSTATE 25006).
    ReadOnly,
    /// The disk is full (SQLSTATE 53100).
    Full,
    /// The stored data are corrupt (SQLSTATE XX001 and XX002).
    Damaged,
    /// The disk or the operating system does not read or write (SQLSTATE class 58).
    Failing,
    /// Another program or transaction keeps its lock longer than this program waits (SQLSTATE 55P03).
    Locked,
    /// No answer came in time (SQLSTATE 57014).
    TooSlow,
    /// The database's user lacks a right that it needs (SQLSTATE 42501 and class 28).
    Denied,
    /// Memory, connections or open files are exhausted (SQLSTATE class 53).
    Exhausted,
    /// The SQLite file or its write-ahead log is not the one that was opened: it was deleted, moved or replaced.
    Replaced,
    /// The database does not have the tables of this program.
    NotMigrated,
    /// More work is waiting than this program accepts.
    Overloaded,
}

/// A part of an error message and its meaning. The first entry that matches is used.
const TEXTS: &[(&str, Outage)] = &[
    ("deadlock detected", Outage::Contended),
    ("could not serialize access", Outage::Contended),
    ("canceling statement due to conflict with recovery", Outage::Contended),
    ("session is read-only", Outage::ReadOnly),
    ("session is not read-only", Outage::Unreachable),
    ("server is in hot standby mode", Outage::ReadOnly),
    ("in a read-only transaction", Outage::ReadOnly),
    ("during recovery", Outage::ReadOnly),
    ("attempt to write a readonly database", Outage::ReadOnly),
    ("Read-only file system", Outage::ReadOnly),
    ("No space left on device", Outage::Full),
    ("Disk quota exceeded", Outage::Full),
    ("database or disk is full", Outage::Full),
    ("disk full", Outage::Full),
    ("database disk image is malformed", Outage::Damaged),
    ("malformed database schema", Outage::Damaged),
    ("file is not a database", Outage::Damaged),
    ("invalid page in block", Outage::Damaged),
    ("invalid page header in block", Outage::Damaged),
    ("contains corrupted page", Outage::Damaged),
    ("contains unexpected zero page", Outage::Damaged),
    ("missing chunk number", Outage::Damaged),
    ("unexpected chunk number", Outage::Damaged),
    ("data is corrupt", Outage::Damaged),
    ("could not access status of transaction", Outage::Damaged),
    ("could not read block", Outage::Damaged),
    ("too many clients already", Outage::Exhausted),
    ("too many connections for", Outage::Exhausted),
    ("remaining connection slots", Outage::Exhausted),
    ("no more connections allowed", Outage::Exhausted),
    ("Too many open files", Outage::Exhausted),
    ("out of memory", Outage::Exhausted),
    ("out of shared memory", Outage::Exhausted),
    ("Cannot allocate memory", Outage::Exhausted),
    ("canceling statement due to lock timeout", Outage::Locked),
    ("could not obtain lock on", Outage::Locked),
    ("database is locked", Outage::Locked),
    ("database table is locked", Outage::Locked),
    ("database schema is locked", Outage::Locked),
    ("locking protocol", Outage::Locked),
    ("canceling statement due to", Outage::TooSlow),
    ("canceling authentication due to timeout", Outage::TooSlow),
    ("timeout expired", Outage::Unreachable),
    ("terminating connection", Outage::Lost),
    ("server closed the connection", Outage::Lost),
    ("no connection to the server", Outage::Lost),
    ("connection not open", Outage::Lost),
    ("could not receive data from server", Outage::Lost),
    ("could not send data to server", Outage::Lost),
    ("SSL connection has been closed", Outage::Lost),
    ("SSL SYSCALL error", Outage::Lost),
    ("server conn crashed", Outage::Lost),
    ("server login has been failing", Outage::Unreachable),
    ("query_wait_timeout", Outage::TooSlow),
    ("the database system is", Outage::Unreachable),
    ("password authentication failed", Outage::Denied),
    ("authentication failed for user", Outage::Denied),
    ("no pg_hba.conf entry", Outage::Denied),
    ("is not permitted to log in", Outage::Denied),
    ("permission denied", Outage::Denied),
    ("must be owner of", Outage::Denied),
    ("connection to server", Outage::Lost),
    ("unable to open database file", Outage::Unreachable),
    ("disk I/O error", Outage::Failing),
    ("Input/output error", Outage::Failing),
    ("could not open file", Outage::Failing),
    ("could not extend file", Outage::Failing),
    ("could not write", Outage::Failing),
    ("could not fsync", Outage::Failing),
];

impl Outage {
    /// The outage that caused an error of a query; `None` when the query itself is wrong.
    pub fn of(error: &DieselError) -> Option<Self> {
        let (kind, info) = match error {
            DieselError::DatabaseError(kind, info) => (kind, info),
            DieselError::BrokenTransactionManager => return Some(Self::Lost),
            _ => return None,
        };
        match kind {
            DatabaseErrorKind::ReadOnlyTransaction => Some(Self::ReadOnly),
            DatabaseErrorKind::SerializationFailure => Some(Self::Contended),
            DatabaseErrorKind::ClosedConnection => Some(Self::Lost),
            // A statement with more parameters than the protocol allows is an error of this program, not of the connection.
            DatabaseErrorKind::UnableToSendCommand if !info.message().contains("number of parameters") => Some(Self::Lost),
            DatabaseErrorKind::Unknown => Self::in_text(info.message()),
            _ => None,
        }
    }

    /// The outage that prevented a connection from being opened.
    pub fn of_connecting(error: &ConnectionError) -> Self {
        let found = match error {
            ConnectionError::BadConnection(text) => Self::in_text(text),
            ConnectionError::CouldntSetupConfiguration(error) => Self::of(error),
            _ => None,
        };
        match found {
            None | Some(Self::Lost) => Self::Unreachable,
            Some(outage) => outage,
        }
    }

    /// The outage that caused an error of the operating system about a file.
    pub fn of_io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::Replaced,
            ErrorKind::PermissionDenied => Self::Denied,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::OutOfMemory => Self::Exhausted,
            _ if error.raw_os_error().is_some_and(|code| TOO_MANY_FILES.contains(&code)) => Self::Exhausted,
            _ => Self::Failing,
        }
    }

    fn in_text(message: &str) -> Option<Self> {
        // All tables exist after the migrations: when one is missing, this is not the right database.
        let no_table = message.starts_with("no such table: ")
            || (message.starts_with("relation \"") && message.ends_with("\" does not exist"));
        if no_table {
            return Some(Self::NotMigrated);
        }
        TEXTS.iter().find(|(text, _)| message.contains(text)).map(|(_, outage)| *outage)
    }

    /// A stable name for logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Contended => "contended",
            Self::Unreachable => "unreachable",
            Self::ReadOnly => "read_only",
            Self::Full => "disk_full",
            Self::Damaged => "damaged",
            Self::Failing => "failing",
            Self::Locked => "locked",
            Self::TooSlow => "too_slow",
            Self::Denied => "denied",
            Self::Exhausted => "exhausted",
            Self::Replaced => "replaced",
            Self::NotMigrated => "unprepared",
            Self::Overloaded => "overloaded",
        }
    }

    /// A sentence for the operator. It never repeats the engine's message, which may contain an address.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Lost => "the database connection was lost",
            Self::Contended => "the work conflicted with other transactions each time it was tried",
            Self::Unreachable => "the database cannot be reached",
            Self::ReadOnly => "the database is read-only: it is a standby, or its file or file system does not accept writes",
            Self::Full => "the disk of the database is full",
            Self::Damaged => "the database is damaged: keep a copy of the damaged files, check them, and restore a backup",
            Self::Failing => "the disk or file system of the database does not work",
            Self::Locked => "another program has locked the database",
            Self::TooSlow => "the database did not answer in time",
            Self::Denied => "the database does not accept this user, or the user lacks a right",
            Self::Exhausted => "the database has run out of connections, memory or open files",
            Self::Replaced => {
                "the database file or its write-ahead log is not the one that was opened (deleted, moved or replaced): \
                 put it back, or stop the service, restore a backup and start again"
            }
            Self::NotMigrated => {
                "the database does not have the tables of this program: check that it is the right one, and run `confide migrate`"
            }
            Self::Overloaded => "more work is waiting for the database than it can do",
        }
    }

    /// True when the database as a whole cannot work, not only one statement or transaction. Such an outage is logged when it
    /// begins and when it ends, not at every request.
    pub(crate) fn is_logged_once(self) -> bool {
        !matches!(self, Self::Lost | Self::Contended | Self::Locked | Self::TooSlow)
    }

    /// True when ordinary work may succeed during the outage, so that a success does not show that it has ended.
    pub(super) fn is_partial(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Full | Self::Damaged | Self::Failing | Self::Denied | Self::NotMigrated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: DatabaseErrorKind, message: &str) -> DieselError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn the_text_of_an_engines_error_tells_the_cause() {
        for (message, outage) in [
            ("could not extend file \"base/16384/16997\": No space left on device", Outage::Full),
            ("could not write to file \"pg_wal/xlogtemp.77\": No space left on device", Outage::Full),
            ("could not extend file \"base/5/1259\": Disk quota exceeded", Outage::Full),
            ("database or disk is full", Outage::Full),
            ("attempt to write a readonly database", Outage::ReadOnly),
            ("cannot execute INSERT in a read-only transaction", Outage::ReadOnly),
            ("cannot assign TransactionIds during recovery", Outage::ReadOnly),
            ("database disk image is malformed", Outage::Damaged),
            ("file is not a database", Outage::Damaged),
            ("invalid page in block 4 of relation base/16384/16997", Outage::Damaged),
            ("disk I/O error", Outage::Failing),
            ("could not open file \"base/16384/16997\": Input/output error", Outage::Failing),
            ("database is locked", Outage::Locked),
            ("canceling statement due to lock timeout", Outage::Locked),
            ("canceling statement due to statement timeout", Outage::TooSlow),
            ("canceling statement due to user request", Outage::TooSlow),
            ("deadlock detected", Outage::Contended),
            ("permission denied for table sessions", Outage::Denied),
            ("out of shared memory", Outage::Exhausted),
            ("unable to open database file", Outage::Unreachable),
            ("no such table: signposts", Outage::NotMigrated),
            ("relation \"signposts\" does not exist", Outage::NotMigrated),
            ("terminating connection due to administrator command", Outage::Lost),
        ] {
            assert_eq!(Outage::of(&error(DatabaseErrorKind::Unknown, message)), Some(outage), "{message}");
        }
    }

    #[test]
    fn an_error_kind_from_the_driver_needs_no_text() {
        for (kind, outage) in [
            (DatabaseErrorKind::ReadOnlyTransaction, Outage::ReadOnly),
            (DatabaseErrorKind::SerializationFailure, Outage::Contended),
            (DatabaseErrorKind::ClosedConnection, Outage::Lost),
            (DatabaseErrorKind::UnableToSendCommand, Outage::Lost),
        ] {
            assert_eq!(Outage::of(&error(kind, "irgendetwas ist geschehen")), Some(outage));
        }
    }

    #[test]
    fn a_file_error_of_the_operating_system_tells_the_cause() {
        for (errno, outage) in [
            (Errno::MFILE, Outage::Exhausted),
            (Errno::NFILE, Outage::Exhausted),
            (Errno::NOSPC, Outage::Full),
            (Errno::DQUOT, Outage::Full),
            (Errno::ROFS, Outage::ReadOnly),
            (Errno::ACCESS, Outage::Denied),
            (Errno::NOENT, Outage::Replaced),
            (Errno::IO, Outage::Failing),
        ] {
            let error = std::io::Error::from_raw_os_error(errno.raw_os_error());
            assert_eq!(Outage::of_io(&error), outage, "{error}");
        }
    }

    #[test]
    fn an_error_in_the_query_is_not_an_outage() {
        for (kind, message) in [
            (DatabaseErrorKind::Unknown, "syntax error at or near \"SELEKT\""),
            (DatabaseErrorKind::Unknown, "no such column: x"),
            (DatabaseErrorKind::Unknown, "appointments_no_overlap"),
            (DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: accounts.email"),
            (DatabaseErrorKind::CheckViolation, "permission denied, in a value"),
            (DatabaseErrorKind::UnableToSendCommand, "number of parameters must be between 0 and 65535"),
        ] {
            assert_eq!(Outage::of(&error(kind, message)), None, "{message}");
        }
        assert_eq!(Outage::of(&DieselError::NotFound), None);
    }

    #[test]
    fn a_connection_that_cannot_be_opened_tells_the_cause() {
        let before = "connection to server at \"db\" (192.0.2.1), port 5432 failed: ";
        for (message, outage) in [
            ("Connection refused", Outage::Unreachable),
            ("timeout expired", Outage::Unreachable),
            ("server closed the connection unexpectedly", Outage::Unreachable),
            ("FATAL:  database \"confide\" does not exist", Outage::Unreachable),
            ("FATAL:  the database system is starting up", Outage::Unreachable),
            ("FATAL:  sorry, too many clients already", Outage::Exhausted),
            ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", Outage::Exhausted),
            ("FATAL:  too many connections for role \"confide\"", Outage::Exhausted),
            ("FATAL:  password authentication failed for user \"confide\"", Outage::Denied),
            ("session is read-only", Outage::ReadOnly),
        ] {
            let error = ConnectionError::BadConnection(format!("{before}{message}"));
            assert_eq!(Outage::of_connecting(&error), outage, "{message}");
        }
    }
}
