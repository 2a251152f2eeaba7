//! Forms about confirming the e-mail address of a registration.

use serde::Deserialize;
use utoipa::ToSchema;

use platform::password::Password;
use platform::private::Private;

/// An address that wants another confirmation link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestEmailVerification {
    /// The e-mail address of the registration.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
}

/// The secret out of a confirmation link, and what shows that the person who opens it filled in the form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmail {
    /// The part of the link behind `#token=`.
    #[schema(value_type = String, min_length = 20, max_length = 100)]
    pub token: Private<String>,
    /// The password that was chosen in the registration.
    pub password: Password,
}
