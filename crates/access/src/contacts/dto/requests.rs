//! JSON forms about call-back requests, which need no account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ContactRoutes;
use crate::contacts::model::{ContactDetails, ContactTaskState, SafetyAnswer};
use platform::ids::UtcTime;
use platform::private::{Private, trimmed, trimmed_non_empty};
use reference::signposts::dto::SignpostView;
use reference::workforce::model::Nation;

/// A request to be called back. Only a telephone number is required.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContactRequest {
    /// The number to call.
    #[schema(value_type = String, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub phone: Private<String>,
    /// The name to be called by; any name will do.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub preferred_name: Option<Private<String>>,
    /// When it is safe to call.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub safe_times: Option<Private<String>>,
    /// Whether it is safe to send text messages.
    #[serde(default)]
    pub safe_to_text: Option<bool>,
    /// The languages they speak, or what else they need to be able to talk.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub languages: Option<Private<String>>,
    /// What the call handler should know before calling.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
    /// The answer to "Are you thinking of ending your life, or is anyone in danger now?"; null where it was not asked. Who answers yes,
    /// or prefers not to say, is called sooner.
    #[serde(default)]
    #[schema(value_type = Option<SafetyAnswer>)]
    pub safety_question: Option<Private<SafetyAnswer>>,
    /// The nation they work in: crisis help is then that of the nation.
    #[serde(default)]
    pub nation: Option<Nation>,
}

impl CreateContactRequest {
    /// The details as they are stored.
    pub fn to_details(&self) -> ContactDetails {
        ContactDetails {
            preferred_name: trimmed_non_empty(self.preferred_name.as_ref()),
            phone: Some(trimmed(&self.phone)),
            languages: trimmed_non_empty(self.languages.as_ref()),
            safe_to_call: Some(true),
            safe_to_text: self.safe_to_text,
            safe_times: trimmed_non_empty(self.safe_times.as_ref()),
            note: trimmed_non_empty(self.note.as_ref()),
            safety_answer: self.safety_question.as_ref().map(|answer| *answer.reveal()),
            nation: self.nation,
            ..ContactDetails::default()
        }
    }
}

/// The request was received and someone will call back.
#[derive(Serialize, ToSchema)]
pub struct ContactRequestReceived {
    /// Where to get help now. Show it first. Empty where the safety question was answered with no, or not asked.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The code for looking up the status of the request later. Shown only once.
    #[schema(max_length = 100)]
    pub code: String,
    /// The latest time of the call-back.
    pub call_back_due_at: UtcTime,
    /// The channels that are answered now, and where to get help that cannot wait.
    #[schema(inline = false)]
    pub contact_routes: ContactRoutes,
}

/// The code of a call-back request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpContactRequest {
    /// The code as it was shown.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub code: Private<String>,
}

/// The status of a call-back request.
#[derive(Serialize, ToSchema)]
pub struct ContactRequestStatus {
    /// Whether the call-back is waiting, taken by someone, or done.
    pub state: ContactTaskState,
    /// When the call-back was requested.
    pub requested_at: UtcTime,
    /// The latest time of the call-back.
    pub call_back_due_at: UtcTime,
}
