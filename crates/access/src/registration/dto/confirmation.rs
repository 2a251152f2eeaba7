//! JSON forms about confirming the email address of a registration.

use serde::Deserialize;
use utoipa::ToSchema;

use platform::password::Password;
use platform::private::Private;

/// A request for another confirmation link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestEmailConfirmation {
    /// The email address of the registration.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
}

/// The token of a confirmation link, and the password that shows that the same person filled in the form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmail {
    /// The part of the link after `#token=`.
    #[schema(value_type = String, min_length = 20, max_length = 100)]
    pub token: Private<String>,
    /// The password chosen in the registration.
    pub password: Password,
}
