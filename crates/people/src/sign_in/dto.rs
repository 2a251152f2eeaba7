//! JSON forms and views of sessions and passwords.

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
    /// The email address of the account.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
    /// The password.
    pub password: Password,
    /// A name of the device, shown in the list of sessions.
    #[schema(extensions(("x-may-be-empty" = json!(true))), value_type = Option<String>, max_length = 100)]
    pub device: Option<Private<String>>,
}

/// The tokens of a session that has just begun or been refreshed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionTokens {
    /// The id of the session.
    pub session_id: Id,
    /// The id of the account, and of the practitioner or clinician it belongs to.
    pub account_id: Id,
    /// The caller's role in the service.
    pub role: Role,
    /// The access token. Send it as `Authorization: Bearer …` with every request.
    #[schema(max_length = 2000)]
    pub access_token: String,
    /// For how many seconds the access token is valid.
    #[schema(minimum = 60, maximum = 900)]
    pub expires_in: i64,
    /// The refresh token. Exchange it for a new pair before the access token expires. Each one works once. Sending one that was
    /// exchanged before ends the session, except that the last one may be sent again for 30 seconds in case the answer was lost.
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
    /// The id of the session.
    pub id: Id,
    /// True for the session that sends the request.
    pub current: bool,
    /// The name that the device gave when it signed in.
    #[schema(max_length = 100)]
    pub device: Option<String>,
    /// When it signed in.
    pub created_at: UtcTime,
    /// When it was last refreshed.
    pub last_used_at: UtcTime,
    /// When it ends, even if it is in use.
    pub expires_at: UtcTime,
}

impl SessionView {
    /// The view of a session for its owner; `present` is the id of the session that sends the request.
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

/// A new password, and the current one to prove that the owner sends the request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The current password.
    pub current_password: Password,
    /// The new password: at least 15 characters and not easily guessed. Any characters are allowed.
    pub new_password: Password,
}

/// The address to which a link to choose a new password is sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPasswordReset {
    /// The email address of the account.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
}

/// The secret from a reset link, and the new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletePasswordReset {
    /// The text after `#token=` in the link.
    #[schema(value_type = String, min_length = 20, max_length = 100)]
    pub token: Private<String>,
    /// The new password: at least 15 characters and not easily guessed. Any characters are allowed.
    pub new_password: Password,
}
