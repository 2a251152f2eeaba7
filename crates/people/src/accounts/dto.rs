//! JSON forms and views of the caller's own account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Role;
use super::queries::AccountDetails;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// The caller's own account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The id of the account, and of the practitioner or clinician it belongs to.
    pub id: Id,
    /// The caller's role in the service.
    pub role: Role,
    /// The email address: messages are sent to it.
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// For staff their name, for practitioners the name they want to be called by.
    #[schema(max_length = 100)]
    pub name: String,
    /// When the account was created.
    pub created_at: UtcTime,
}

impl From<AccountDetails> for Me {
    fn from(details: AccountDetails) -> Self {
        Self {
            id: details.account.id,
            role: details.account.role,
            email: details.email.into_revealed(),
            name: details.name.into_revealed(),
            created_at: details.account.created_at,
        }
    }
}

/// A change to the caller's own account. A member that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// The name to be called by.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub name: Option<Private<String>>,
}

/// The answer to every request about an email address, whether or not the address has an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmailRequestReceived {
    /// A sentence to show to the person.
    #[schema(max_length = 300)]
    pub message: String,
}

impl EmailRequestReceived {
    /// The answer, which does not show whether the address has an account.
    pub fn neutral() -> Self {
        let message = "If there is something to send to this address, an email is on its way. If it does not arrive, check your spam folder.";
        Self { message: message.to_owned() }
    }
}
