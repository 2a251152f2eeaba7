//! Forms about one's own account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Role;
use super::queries::OpenAccount;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// The caller's own account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Names the account; for a practitioner or clinician, names them too.
    pub id: Id,
    /// What the caller is to the service.
    pub role: Role,
    /// Where messages go.
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// Staff: the name. Practitioners: what they want to be called.
    #[schema(max_length = 100)]
    pub name: String,
    /// When the account was made.
    pub created_at: UtcTime,
}

impl From<OpenAccount> for Me {
    fn from(open: OpenAccount) -> Self {
        Self {
            id: open.account.id,
            role: open.account.role,
            email: open.email.into_revealed(),
            name: open.name.into_revealed(),
            created_at: open.account.created_at,
        }
    }
}

/// A change of one's own account. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// What to be called.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub name: Option<Private<String>>,
}

/// What is said whatever is true: the message is on its way if the address has an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmailRequestReceived {
    /// A sentence for people.
    #[schema(max_length = 300)]
    pub message: String,
}

impl EmailRequestReceived {
    /// The one neutral sentence.
    pub fn neutral() -> Self {
        Self { message: "If this address has an account, a message is on its way to it.".to_owned() }
    }
}
