//! Sessions.

use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// Why a session ended.
    pub enum EndReason {
        /// The person signed out.
        SignedOut = "signed_out",
        /// A refresh token was used that had been exchanged before: someone else may have it.
        Reuse = "reuse",
        /// The password was changed or reset.
        PasswordChanged = "password_changed",
        /// The account was closed.
        Deactivated = "deactivated",
    }
}

/// A signed-in device. Its refresh token is exchanged at each use, and only the newest one is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: Id,
    pub account: Id,
    /// The number of the newest refresh token, counted from 1.
    pub generation: i32,
    /// When it was last exchanged.
    pub rotated_at: UtcTime,
    /// When the person signed in.
    pub created_at: UtcTime,
    /// When the session was last used to refresh.
    pub last_used_at: UtcTime,
    /// When it ends, even if it is in use.
    pub expires_at: UtcTime,
    pub ended_at: Option<UtcTime>,
}

/// The decision about a refresh token that a client sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// It is the newest: exchange it for a token of this generation.
    Rotate(i32),
    /// It is the one before, sent again within the grace period because the answer was lost: return the same successor.
    RepeatLast(i32),
    /// It was exchanged before: the session is ended.
    Reused,
    /// The session has been ended or has expired.
    Ended,
}
