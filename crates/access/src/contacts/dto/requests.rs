//! Those who ask to be rung, without an account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ContactRoutes;
use crate::contacts::model::{ContactTaskState, Told};
use platform::ids::UtcTime;
use platform::private::{Private, said, trimmed};

/// Somebody who asks to be rung. No more than a number is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContactRequest {
    /// The number to ring.
    #[schema(value_type = String, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub phone: Private<String>,
    /// What to be called; any name will do.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub preferred_name: Option<Private<String>>,
    /// When it is safe to ring.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub safe_times: Option<Private<String>>,
    /// Whether it is safe to send texts.
    #[serde(default)]
    pub safe_to_text: Option<bool>,
    /// Which languages they speak, or what else they need for talking.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub languages: Option<Private<String>>,
    /// What whoever rings should know first.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
}

impl CreateContactRequest {
    /// What was given, as it is kept.
    pub fn told(&self) -> Told {
        Told {
            called: said(self.preferred_name.as_ref()),
            phone: Some(trimmed(&self.phone)),
            languages: said(self.languages.as_ref()),
            safe_to_ring: Some(true),
            safe_to_text: self.safe_to_text,
            safe_times: said(self.safe_times.as_ref()),
            note: said(self.note.as_ref()),
            ..Told::default()
        }
    }
}

/// Somebody will ring.
#[derive(Serialize, ToSchema)]
pub struct ContactRequestReceived {
    /// With this code alone one sees later how it stands. It is shown once.
    #[schema(max_length = 100)]
    pub code: String,
    /// Until when somebody rings.
    pub call_back_by: UtcTime,
    /// Who answers now, and where to turn when it cannot wait.
    #[schema(inline = false)]
    pub contact_routes: ContactRoutes,
}

/// The code of a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpContactRequest {
    /// As it was shown.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub code: Private<String>,
}

/// How a request stands.
#[derive(Serialize, ToSchema)]
pub struct ContactRequestStatus {
    /// Whether somebody sees to it, or has rung.
    pub state: ContactTaskState,
    /// When it was asked for.
    pub requested_at: UtcTime,
    /// Until when somebody rings.
    pub call_back_by: UtcTime,
}
