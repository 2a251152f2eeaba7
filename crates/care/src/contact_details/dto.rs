//! Request and response bodies of contact details.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::facts::Reachable;
use super::model::{ContactPart, ContactReason, PhoneNumber, PhoneSource};
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
    /// The name that the practitioner chose. Ask for them by this name. The reference where the name cannot be read.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// The reason for which they are shown.
    pub reason: ContactReason,
    /// The phone numbers, the best one first: a mobile number that was never confirmed comes last. Empty if there is none.
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
    /// The person to call if a life may be in danger. Only for the reason `risk_alert`; null otherwise, and where `registration` cannot be
    /// read.
    pub emergency_contact: Option<EmergencyContactView>,
    /// The parts that cannot be read because they are damaged: what is missing above may exist. Report them to the operator. Usually empty.
    #[schema(max_items = 6)]
    pub unreadable: Vec<ContactPart>,
}

/// A phone number of a practitioner.
#[derive(Serialize, ToSchema)]
pub struct ContactPhone {
    /// Where it comes from.
    pub source: PhoneSource,
    /// The number.
    #[schema(max_length = 30)]
    pub number: String,
    /// Whether it is the mobile number that the practitioner has confirmed with a code. If not, another person may answer: make sure who it
    /// is before you state who calls.
    pub confirmed: bool,
}

impl From<PhoneNumber> for ContactPhone {
    fn from(phone: PhoneNumber) -> Self {
        Self { source: phone.source, number: phone.number.into_revealed(), confirmed: phone.confirmed }
    }
}

impl ContactDetailsView {
    /// How to reach a practitioner, as far as this reason needs it.
    pub(super) fn new(found: Reachable, reason: ContactReason) -> Self {
        let Reachable { person, email, preferences, phones, unreadable } = found;
        let CallPreferences { safe_to_call, safe_to_leave_voicemail, best_time } = preferences.calls;
        let pseudonym = person.pseudonym.map_or_else(|| person.reference.clone(), Private::into_revealed);
        let agreed_to_name = person.details.as_ref().is_some_and(|details| details.consents.service_name_in_messages);
        let has_mobile = preferences.mobile.is_some() && preferences.mobile_verified;
        let contact = person.details.filter(|_| reason == ContactReason::RiskAlert).map(|details| details.emergency_contact);
        Self {
            practitioner_id: person.id,
            reference: person.reference,
            pseudonym,
            reason,
            phones: phones.into_iter().map(ContactPhone::from).collect(),
            email: email.map(Private::into_revealed),
            safe_to_call,
            safe_to_leave_voicemail,
            best_time,
            takes_text_messages: preferences.channel == MessageChannel::Sms && has_mobile,
            quiet_hours: preferences.quiet_hours.map(QuietHoursForm::from),
            may_name_service: preferences.wording == MessageWording::Named && agreed_to_name,
            emergency_contact: contact.map(EmergencyContactView::from),
            unreadable,
        }
    }
}
