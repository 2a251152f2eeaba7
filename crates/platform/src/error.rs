//! The error that queries and rules return to the HTTP handlers.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use diesel::result::Error as DieselError;

use super::db::Outage;
use super::ids::Id;
use super::refusal::{FieldError, Reason, Refusal};

/// Why a request was refused or failed: the reason that is sent to the caller, and the cause that is only logged.
#[derive(Debug)]
pub struct Error {
    /// The reason that is sent to the caller.
    pub refusal: Refusal,
    /// When to try again, for 429 and 503.
    pub retry_after: Option<Duration>,
    /// The cause. Logged, never sent.
    pub cause: Option<Cause>,
    /// Signposts to other help, as a JSON list: public texts from the directory.
    pub signposts: Option<Box<serde_json::Value>>,
    /// The practitioner that the caller was refused, for the audit trail. Never sent.
    pub practitioner: Option<Box<Id>>,
}

/// The cause of an error. Its text names tables and constraints at most, never a value.
#[derive(Debug)]
pub enum Cause {
    /// The database returned an error.
    Database(DieselError),
    /// A sealed value cannot be opened, or does not contain what it should.
    Unreadable(Box<Unreadable>),
    /// The database cannot work at the moment.
    Outage(Outage),
    /// Any other cause, as a text of this program.
    Other(Cow<'static, str>),
}

/// A sealed value that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The table and column.
    column: &'static str,
    row: Id,
    /// The reason why it cannot be read.
    why: Cow<'static, str>,
}

/// The result of everything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure of the service, with its cause for the log.
    pub fn internal(cause: impl Into<Cow<'static, str>>) -> Self {
        Self { cause: Some(Cause::Other(cause.into())), ..Self::from(Refusal::from(Reason::Internal)) }
    }

    /// A sealed value that cannot be read. The row's id is for the log; the row's content is not repeated.
    pub fn unreadable(column: &'static str, row: Id, why: impl Into<Cow<'static, str>>) -> Self {
        let cause = Cause::Unreadable(Box::new(Unreadable { column, row, why: why.into() }));
        Self { cause: Some(cause), ..Self::internal("") }
    }

    /// The row whose sealed value cannot be read, if that is the cause.
    pub fn unreadable_row(&self) -> Option<Id> {
        match &self.cause {
            Some(Cause::Unreadable(value)) => Some(value.row),
            _ => None,
        }
    }

    /// The database cannot be reached or is too busy; trying again is right.
    pub fn unavailable(cause: impl Into<Cow<'static, str>>) -> Self {
        let cause = Some(Cause::Other(cause.into()));
        Self { retry_after: Some(Duration::from_secs(1)), cause, ..Self::from(Reason::Unavailable) }
    }

    /// The database cannot work at the moment.
    pub fn outage(outage: Outage) -> Self {
        Self { cause: Some(Cause::Outage(outage)), ..Self::unavailable("") }
    }

    /// Too many requests; the next one is allowed after `wait`.
    pub fn too_many(wait: Duration) -> Self {
        Self { retry_after: Some(wait.max(Duration::from_secs(1))), ..Self::from(Reason::TooManyRequests) }
    }

    /// The record does not exist, or the caller may not know of it: the answer is the same in both cases.
    pub fn not_found() -> Self {
        Refusal::new(Reason::NotFound, "This does not exist, or you do not have access to it.").into()
    }

    /// A parameter, header or member is wrong.
    pub fn field(reason: Reason, pointer: impl Into<String>, word: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Refusal::new(reason, detail.clone()).field(pointer, word, detail).into()
    }

    /// The same error with signposts to other help. If the signposts cannot be serialised they are left out; the refusal matters
    /// more.
    #[must_use]
    pub fn with_signposts<T: serde::Serialize>(mut self, signposts: &[T]) -> Self {
        self.signposts = serde_json::to_value(signposts).ok().map(Box::new);
        self
    }

    /// The same error about a practitioner. The answer stays the same; the audit trail then names them.
    #[must_use]
    pub fn about(mut self, practitioner: Id) -> Self {
        self.practitioner = Some(Box::new(practitioner));
        self
    }

    /// The practitioner that the refused request was about.
    pub fn practitioner(&self) -> Option<Id> {
        self.practitioner.as_deref().copied()
    }

    /// The reason of the refusal.
    pub fn reason(&self) -> Reason {
        self.refusal.reason
    }

    /// The members that the error is about.
    pub fn fields(&self) -> &[FieldError] {
        &self.refusal.fields
    }

    /// The outage of the database, if that is the cause.
    pub fn database_outage(&self) -> Option<Outage> {
        match &self.cause {
            Some(Cause::Outage(outage)) => Some(*outage),
            Some(Cause::Database(error)) => Outage::of(error),
            _ => None,
        }
    }

    /// True when the cause was logged when it began, so that it is not logged again at each of thousands of requests.
    pub(crate) fn is_already_logged(&self) -> bool {
        match &self.cause {
            Some(Cause::Outage(outage)) => !matches!(outage, Outage::Lost | Outage::Contended),
            Some(Cause::Database(error)) => Outage::of(error).is_some_and(Outage::is_logged_once),
            _ => false,
        }
    }

    /// One line for the operator: the cause if there is one.
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

/// True when the named constraint or guard refused a row, on either engine. A unique index is identified by its name on
/// PostgreSQL and by `table.column` on SQLite, so both are given: `"index_name|table.column"`.
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
        let mut converted = if Outage::of(&error).is_some() { Self::unavailable("") } else { Self::internal("") };
        converted.cause = Some(Cause::Database(error));
        converted
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, retry_after: None, cause: None, signposts: None, practitioner: None }
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
            // The message of a database error names constraints and columns. Its details may quote values and are left out.
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
