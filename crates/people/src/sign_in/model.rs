//! What a session is.

use platform::ids::{Id, UtcTime};

platform::words! {
    /// Why a session ended.
    pub enum EndReason {
        /// The person ended it.
        SignedOut = "signed_out",
        /// A refresh token came that had been exchanged before: somebody else may have it.
        Reuse = "reuse",
        /// The password was changed or reset.
        PasswordChanged = "password_changed",
        /// The account was closed.
        Deactivated = "deactivated",
    }
}

/// One device's stay. Its refresh token is exchanged at each use; only the newest is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names the session.
    pub id: Id,
    pub account: Id,
    /// How often the refresh token has been exchanged.
    pub generation: i32,
    /// When it was last exchanged.
    pub rotated_at: UtcTime,
    /// When the person signed in.
    pub created_at: UtcTime,
    /// When the session was last used to refresh.
    pub last_used_at: UtcTime,
    /// When it ends in any case.
    pub expires_at: UtcTime,
    pub ended_at: Option<UtcTime>,
}

/// What becomes of a refresh token that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// It is the newest: exchange it for this generation.
    Rotate(i32),
    /// It is the one before, shown again at once: its answer was lost, so the same successor is given again.
    Again(i32),
    /// It was exchanged before: the session dies.
    Reused,
    /// The session has ended or run out.
    Over,
}
