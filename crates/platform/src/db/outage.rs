//! Why a database cannot do its work at the moment: one table of causes, read from what either engine says.
//!
//! diesel passes on a kind for a few SQLSTATEs and the text of the message for the rest, so the rest is recognised by its
//! text. SQLite's texts are compiled in. PostgreSQL's are English where the role may choose that, and the operator is warned
//! where they are not ([`super::language`]); those of libpq always are, because this program never chooses a language.

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use rustix::io::Errno;

/// No more files may be opened: by this process, by the whole machine.
const NO_FILES: [i32; 2] = [Errno::MFILE.raw_os_error(), Errno::NFILE.raw_os_error()];

/// Why the database cannot do its work at the moment. Every one is answered with 503: trying again is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// The connection broke while it was used. A new one may work.
    Lost,
    /// Two transactions were in each other's way (SQLSTATE class 40). The same work may be done again.
    Contended,
    /// No connection can be opened.
    Unreachable,
    /// The database takes no writes: a standby, a read-only file or file system (SQLSTATE 25006).
    ReadOnly,
    /// There is no room left on the disk (SQLSTATE 53100).
    Full,
    /// The stored data cannot be read as it was written (SQLSTATE XX001 and XX002).
    Damaged,
    /// The disk or the operating system refuses to read or write (SQLSTATE class 58).
    Failing,
    /// Another program or transaction holds the lock for longer than this program waits (SQLSTATE 55P03).
    Locked,
    /// No answer came in time (SQLSTATE 57014).
    TooSlow,
    /// The database's user lacks a right that it needs (SQLSTATE 42501 and class 28).
    Denied,
    /// Memory, connections or open files have run out (SQLSTATE class 53).
    Exhausted,
    /// The SQLite file or its write-ahead log is not the one that was opened: it was deleted, moved or replaced.
    Replaced,
    /// It has not the tables of this program.
    Unprepared,
    /// More work is waiting than this program takes on.
    Overloaded,
}

/// What the message of an error contains, and what that means. The first line that matches decides.
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
    /// What lies behind an error of a query; `None` when the query itself is to blame.
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
            // A statement with more parameters than the protocol can carry is a fault of ours, not of the connection.
            DatabaseErrorKind::UnableToSendCommand if !info.message().contains("number of parameters") => Some(Self::Lost),
            DatabaseErrorKind::Unknown => Self::in_text(info.message()),
            _ => None,
        }
    }

    /// What lies behind a connection that could not be opened.
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

    /// What lies behind an error of the operating system about a file.
    pub fn of_io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::Replaced,
            ErrorKind::PermissionDenied => Self::Denied,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::OutOfMemory => Self::Exhausted,
            _ if error.raw_os_error().is_some_and(|code| NO_FILES.contains(&code)) => Self::Exhausted,
            _ => Self::Failing,
        }
    }

    fn in_text(message: &str) -> Option<Self> {
        // Every table of ours is there after the migrations: when one is missing, this is not the database it should be.
        let no_table = message.starts_with("no such table: ")
            || (message.starts_with("relation \"") && message.ends_with("\" does not exist"));
        if no_table {
            return Some(Self::Unprepared);
        }
        TEXTS.iter().find(|(text, _)| message.contains(text)).map(|(_, outage)| *outage)
    }

    /// One stable word, for logs and figures.
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
            Self::Unprepared => "unprepared",
            Self::Overloaded => "overloaded",
        }
    }

    /// The same as a sentence for the operator. It never repeats what the engine said, which may hold an address.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Lost => "the database connection was lost",
            Self::Contended => "the work kept losing its race with other transactions",
            Self::Unreachable => "the database cannot be reached",
            Self::ReadOnly => "the database is read-only: it is a standby, or its file or file system takes no writes",
            Self::Full => "there is no room left on the database's disk",
            Self::Damaged => "the database is damaged: keep a copy of it as it is, check it, and restore a backup",
            Self::Failing => "the database's disk or file system fails",
            Self::Locked => "another program holds the database's lock",
            Self::TooSlow => "the database did not answer in time",
            Self::Denied => "the database refuses this user, or its rights were taken away",
            Self::Exhausted => "the database has run out of connections, memory or open files",
            Self::Replaced => {
                "the database file or its write-ahead log is not the one that was opened (deleted, moved or replaced): \
                 put it back, or stop the service, restore a backup and start again"
            }
            Self::Unprepared => {
                "the database has not the tables of this program: is it the right one, and was `confide migrate` run?"
            }
            Self::Overloaded => "more work is waiting for the database than it can do",
        }
    }

    /// True when the database as a whole is in trouble, not one statement or one transaction: then the log says so when it
    /// begins and when it ends, not at every request.
    pub(crate) fn is_said_once(self) -> bool {
        !matches!(self, Self::Lost | Self::Contended | Self::Locked | Self::TooSlow)
    }

    /// True when ordinary work may still succeed beside the trouble, so that its success proves nothing.
    pub(super) fn is_partial(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Full | Self::Damaged | Self::Failing | Self::Denied | Self::Unprepared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: DatabaseErrorKind, message: &str) -> DieselError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn what_an_engine_says_is_known_for_what_it_is() {
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
            ("no such table: signposts", Outage::Unprepared),
            ("relation \"signposts\" does not exist", Outage::Unprepared),
            ("terminating connection due to administrator command", Outage::Lost),
        ] {
            assert_eq!(Outage::of(&error(DatabaseErrorKind::Unknown, message)), Some(outage), "{message}");
        }
    }

    #[test]
    fn a_kind_that_the_driver_knows_needs_no_text() {
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
    fn what_the_operating_system_says_of_a_file_is_known_for_what_it_is() {
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
    fn what_the_query_is_to_blame_for_is_no_outage() {
        for (kind, message) in [
            (DatabaseErrorKind::Unknown, "syntax error at or near \"SELEKT\""),
            (DatabaseErrorKind::Unknown, "no such column: x"),
            (DatabaseErrorKind::Unknown, "appointments_no_overlap"),
            (DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: accounts.email"),
            (DatabaseErrorKind::CheckViolation, "permission denied, said a value"),
            (DatabaseErrorKind::UnableToSendCommand, "number of parameters must be between 0 and 65535"),
        ] {
            assert_eq!(Outage::of(&error(kind, message)), None, "{message}");
        }
        assert_eq!(Outage::of(&DieselError::NotFound), None);
    }

    #[test]
    fn a_connection_that_cannot_be_opened_says_why() {
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
