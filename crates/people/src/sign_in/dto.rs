//! Forms about signing in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Session;
use crate::accounts::model::Role;
use platform::ids::{Id, UtcTime};
use platform::password::Password;
use platform::private::Private;

/// Credentials.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The e-mail address of the account.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
    /// The password.
    pub password: Password,
    /// What the device calls itself, shown in the list of sessions.
    #[schema(extensions(("x-may-be-empty" = json!(true))), value_type = Option<String>, max_length = 100)]
    pub device: Option<Private<String>>,
}

/// A session that has just begun or been refreshed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionTokens {
    /// Names the session.
    pub session_id: Id,
    /// Names the account; for a practitioner or clinician, names them too.
    pub account_id: Id,
    /// What the caller is to the service.
    pub role: Role,
    /// Send as `Authorization: Bearer …` with every call.
    #[schema(max_length = 2000)]
    pub access_token: String,
    /// Seconds that the access token is good for.
    #[schema(minimum = 60, maximum = 900)]
    pub expires_in: i64,
    /// Exchange for a new pair before the access token runs out. Each is good once; showing an exchanged one ends the session,
    /// except that the last one may be shown again for 30 seconds, in case its answer was lost.
    #[schema(max_length = 200)]
    pub refresh_token: String,
}

/// A refresh token to exchange.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshSession {
    /// The newest refresh token.
    #[schema(value_type = String, min_length = 20, max_length = 200)]
    pub refresh_token: Private<String>,
}

/// A device that is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Names the session.
    pub id: Id,
    /// True for the session that asks.
    pub current: bool,
    /// What the device called itself.
    #[schema(max_length = 100)]
    pub device: Option<String>,
    /// When it signed in.
    pub created_at: UtcTime,
    /// When it last refreshed.
    pub last_used_at: UtcTime,
    /// When it ends in any case.
    pub expires_at: UtcTime,
}

impl SessionView {
    /// The session as its owner sees it, from within the session `present`.
    pub fn new(session: &Session, device: Option<Private<String>>, present: Id) -> Self {
        Self {
            id: session.id,
            current: session.id == present,
            device: device.map(Private::into_revealed),
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        }
    }
}

/// A new password, and the present one to show that it is the owner who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present password.
    pub current_password: Password,
    /// The new one: at least 15 characters, not easily guessed, any characters.
    pub new_password: Password,
}

/// An address that wants a link for a new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPasswordReset {
    /// The e-mail address of the account.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
}

/// The secret out of a reset link, and the new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletePasswordReset {
    /// What stood behind `#token=` in the link.
    #[schema(value_type = String, min_length = 20, max_length = 100)]
    pub token: Private<String>,
    /// The new password: at least 15 characters, not easily guessed, any characters.
    pub new_password: Password,
}
