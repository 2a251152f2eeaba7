//! Request and response bodies of contact details.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::facts::Reachable;
use super::model::{ContactReason, PhoneNumber, PhoneSource};
use access::registration::dto::EmergencyContactView;
use people::notifications::dto::QuietHoursForm;
use people::notifications::model::{CallPreferences, MessageChannel, MessageWording};
use platform::ids::Id;
use platform::private::Private;

/// Why the caller must reach the practitioner.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactDetailsQuery {
    /// The reason. It must be true now. It is recorded, and the practitioner sees it in their access log.
    pub reason: ContactReason,
}

/// How to reach a practitioner.
#[derive(Serialize, ToSchema)]
pub struct ContactDetailsView {
    /// The practitioner.
    pub practitioner_id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The name that the practitioner chose. Ask for them by this name.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// The reason for which they are shown.
    pub reason: ContactReason,
    /// The phone numbers, the best one first. Empty if there is none.
    #[schema(max_items = 3)]
    pub phones: Vec<ContactPhone>,
    /// The email address; null when it cannot be read.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Whether it is safe to call; null when the practitioner has not stated it.
    pub safe_to_call: Option<bool>,
    /// Whether it is safe to leave a voicemail; null when the practitioner has not stated it: leave none.
    pub safe_to_leave_voicemail: Option<bool>,
    /// When a call suits them best; null when they have not stated it.
    #[schema(max_length = 100)]
    pub best_time: Option<String>,
    /// Whether they chose text messages, and have confirmed the number for them.
    pub takes_text_messages: bool,
    /// When messages do not reach them; null for no quiet hours.
    pub quiet_hours: Option<QuietHoursForm>,
    /// Whether the service may be named to them and in messages. If not, use neutral words only.
    pub may_name_service: bool,
    /// The person to call if a life may be in danger. Only for the reason `risk_alert`; null otherwise.
    pub emergency_contact: Option<EmergencyContactView>,
}

/// A phone number of a practitioner.
#[derive(Serialize, ToSchema)]
pub struct ContactPhone {
    /// Where it comes from.
    pub source: PhoneSource,
    /// The number.
    #[schema(max_length = 30)]
    pub number: String,
}

impl From<PhoneNumber> for ContactPhone {
    fn from(phone: PhoneNumber) -> Self {
        Self { source: phone.source, number: phone.number }
    }
}

impl ContactDetailsView {
    /// How to reach a practitioner, as far as this reason needs it.
    pub(super) fn new(found: Reachable, reason: ContactReason) -> Self {
        let Reachable { person, email, preferences, phones } = found;
        let CallPreferences { safe_to_call, safe_to_leave_voicemail, best_time } = preferences.calls;
        let details = person.details;
        Self {
            practitioner_id: person.id,
            reference: person.reference,
            pseudonym: person.pseudonym,
            reason,
            phones: phones.into_iter().map(ContactPhone::from).collect(),
            email: email.map(Private::into_revealed),
            safe_to_call,
            safe_to_leave_voicemail,
            best_time,
            takes_text_messages: preferences.channel == MessageChannel::Sms && preferences.mobile_verified,
            quiet_hours: preferences.quiet_hours.map(QuietHoursForm::from),
            may_name_service: preferences.wording == MessageWording::Named && details.consents.service_name_in_messages,
            emergency_contact: (reason == ContactReason::RiskAlert).then(|| details.emergency_contact.into()),
        }
    }
}
