//! The one error that travels from queries and rules to the front desk.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use diesel::result::Error as DieselError;

use super::db::Outage;
use super::ids::Id;
use super::refusal::{FieldError, Reason, Refusal};

/// Why a request could not be granted: the reason that is sent, and the cause that is only logged.
#[derive(Debug)]
pub struct Error {
    /// What the caller is told.
    pub refusal: Refusal,
    /// When to try again, for 429 and 503.
    pub retry_after: Option<Duration>,
    /// What really happened. Logged, never sent.
    pub cause: Option<Cause>,
    /// Where else there is help, a list ready to be sent: public words of the directory.
    pub signposts: Option<Box<serde_json::Value>>,
}

/// What lies behind an error. Its text names tables and constraints at most, never a value.
#[derive(Debug)]
pub enum Cause {
    /// The database said no.
    Database(DieselError),
    /// A sealed value does not open, or holds something else than it should.
    Unreadable(Box<Unreadable>),
    /// The database cannot do its work at the moment.
    Outage(Outage),
    /// Anything else, in words of our own.
    Other(Cow<'static, str>),
}

/// A sealed value that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The table and column.
    column: &'static str,
    row: Id,
    /// What is wrong with it.
    why: Cow<'static, str>,
}

/// The result of everything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure on our side, with its cause for the log.
    pub fn internal(cause: impl Into<Cow<'static, str>>) -> Self {
        Self { refusal: Reason::Internal.into(), retry_after: None, cause: Some(Cause::Other(cause.into())), signposts: None }
    }

    /// A sealed value that cannot be read. The row's id is for the log: what the row holds stays unknown.
    pub fn unreadable(column: &'static str, row: Id, why: impl Into<Cow<'static, str>>) -> Self {
        let cause = Cause::Unreadable(Box::new(Unreadable { column, row, why: why.into() }));
        Self { cause: Some(cause), ..Self::internal("") }
    }

    /// The row of which a sealed value cannot be read, when that is what happened.
    pub fn unreadable_row(&self) -> Option<Id> {
        match &self.cause {
            Some(Cause::Unreadable(value)) => Some(value.row),
            _ => None,
        }
    }

    /// The database is away or too busy; trying again is right.
    pub fn unavailable(cause: impl Into<Cow<'static, str>>) -> Self {
        Self {
            refusal: Refusal::new(Reason::Unavailable, "The service cannot answer right now. Please try again shortly."),
            retry_after: Some(Duration::from_secs(1)),
            cause: Some(Cause::Other(cause.into())),
            signposts: None,
        }
    }

    /// The database cannot do its work at the moment.
    pub fn outage(outage: Outage) -> Self {
        Self { cause: Some(Cause::Outage(outage)), ..Self::unavailable("") }
    }

    /// Too many requests; `wait` says when the next may come.
    pub fn too_many(wait: Duration) -> Self {
        Self {
            refusal: Refusal::new(Reason::TooManyRequests, "Please wait before trying again."),
            retry_after: Some(wait.max(Duration::from_secs(1))),
            cause: None,
            signposts: None,
        }
    }

    /// There is no such record, or none that the caller may know of: the two are never told apart.
    pub fn not_found() -> Self {
        Refusal::new(Reason::NotFound, "There is nothing here that you can see.").into()
    }

    /// A parameter, header or member that is wrong.
    pub fn field(reason: Reason, pointer: impl Into<String>, word: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Refusal::new(reason, detail.clone()).field(pointer, word, detail).into()
    }

    /// The same, saying where else there is help. What cannot be written is left out: the refusal counts.
    #[must_use]
    pub fn pointing_to<T: serde::Serialize>(mut self, signposts: &[T]) -> Self {
        self.signposts = serde_json::to_value(signposts).ok().map(Box::new);
        self
    }

    /// Why the request is refused.
    pub fn reason(&self) -> Reason {
        self.refusal.reason
    }

    /// The members that the error is about.
    pub fn fields(&self) -> &[FieldError] {
        &self.refusal.fields
    }

    /// What keeps the database from its work, if that is the cause.
    pub fn database_outage(&self) -> Option<Outage> {
        match &self.cause {
            Some(Cause::Outage(outage)) => Some(*outage),
            Some(Cause::Database(error)) => Outage::of(error),
            _ => None,
        }
    }

    /// True when the log has said the cause when it began, so that it need not say it at each of thousands of requests.
    pub(crate) fn is_said_already(&self) -> bool {
        match &self.cause {
            Some(Cause::Outage(outage)) => !matches!(outage, Outage::Lost | Outage::Contended),
            Some(Cause::Database(error)) => Outage::of(error).is_some_and(Outage::is_said_once),
            _ => false,
        }
    }

    /// What happened, in one line for the operator: the cause where there is one.
    pub fn for_operator(&self) -> String {
        match (&self.cause, self.database_outage()) {
            (Some(cause), Some(outage)) if !matches!(cause, Cause::Outage(_)) => format!("{} ({cause})", outage.sentence()),
            (Some(cause), _) => cause.to_string(),
            (None, _) => self.refusal.detail.to_string(),
        }
    }

    /// True when the named constraint refused a row, on either engine.
    pub fn violates(&self, constraint: &str) -> bool {
        matches!(&self.cause, Some(Cause::Database(error)) if violates(error, constraint))
    }
}

/// True when the named constraint or guard refused a row, on either engine. A unique index is named by itself on
/// PostgreSQL and as `table.column` on SQLite, so it is asked for as `"index_name|table.column"`.
pub fn violates(error: &DieselError, constraint: &str) -> bool {
    let DieselError::DatabaseError(_, info) = error else { return false };
    constraint.split('|').any(|name| {
        info.constraint_name() == Some(name)
            || info.message() == name
            || info.message().strip_prefix("UNIQUE constraint failed: ").is_some_and(|columns| columns == name)
    })
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        let mut answer = if Outage::of(&error).is_some() { Self::unavailable("") } else { Self::internal("") };
        answer.cause = Some(Cause::Database(error));
        answer
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, retry_after: None, cause: None, signposts: None }
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Refusal::from(reason).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.refusal.reason.code().as_str(), self.refusal.detail)
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The message of a database error names constraints and columns; its details, which may quote values, are left out.
            Self::Database(error) => match error {
                DieselError::DatabaseError(kind, info) => write!(f, "{kind:?}: {}", info.message()),
                DieselError::DeserializationError(_) => f.write_str("a column could not be read"),
                DieselError::SerializationError(_) => f.write_str("a value could not be written"),
                other => write!(f, "{other}"),
            },
            Self::Unreadable(value) => {
                let Unreadable { column, row, why } = &**value;
                write!(f, "the sealed value of {column} in row {row} cannot be read: {why}")
            }
            Self::Outage(outage) => f.write_str(outage.sentence()),
            Self::Other(text) => f.write_str(text),
        }
    }
}
