//! JSON forms about invitations to register.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contacts::model::{InvitationState, Prefill};
use crate::contacts::queries::invitations::Invitation;
use crate::contacts::rules;
use platform::ids::{Id, UtcTime};
use platform::outbox::{MessageCarrier, MessageState};
use platform::private::Private;
use reference::workforce::model::{Nation, Profession, Region, Setting};

/// Who receives a link to register with, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContactInvitation {
    /// How the link is sent.
    pub channel: MessageCarrier,
    /// The mobile number for a text message; the caller's own number when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub phone: Option<Private<String>>,
    /// The address for an email; the caller's own address when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub email: Option<Private<String>>,
}

/// An invitation as staff of the contact line see it. It never shows whether someone registered with it.
#[derive(Serialize, ToSchema)]
pub struct ContactInvitation {
    /// Identifies the invitation.
    pub id: Id,
    /// The contact it was sent to.
    pub contact_id: Option<Id>,
    /// How it was sent.
    pub channel: MessageCarrier,
    /// Whether it was sent, has expired or was revoked.
    pub state: InvitationState,
    /// The delivery state of its message; null once that is no longer known. One that was dropped counts as sent.
    pub delivery: Option<MessageState>,
    /// When it was sent.
    pub created_at: UtcTime,
    /// When it expires.
    pub expires_at: UtcTime,
}

impl ContactInvitation {
    /// An invitation and its state at `now`.
    pub fn new(invitation: &Invitation, delivery: Option<MessageState>, now: UtcTime) -> Self {
        Self {
            id: invitation.id,
            contact_id: invitation.contact_id,
            channel: invitation.channel,
            state: rules::invitation_state(invitation.facts(), now.get()),
            delivery: delivery.map(shown),
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// The delivery state as staff see it. Nothing is sent to the address of a practitioner who has died, and no one learns from that whose
/// address it was.
const fn shown(delivery: MessageState) -> MessageState {
    match delivery {
        MessageState::Dropped => MessageState::Sent,
        known => known,
    }
}

/// The token of an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpInvitation {
    /// The part of the link after the `#`.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub token: Private<String>,
}

/// What a caller gave about themselves that a registration can be prefilled with.
#[derive(Serialize, ToSchema)]
pub struct PrefilledCaller {
    /// The name they want to be called by.
    #[schema(max_length = 60)]
    pub preferred_name: Option<String>,
    /// The telephone number.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// The email address.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Their profession.
    pub profession: Option<Profession>,
    /// Where they work.
    pub setting: Option<Setting>,
    /// The nation they work in.
    pub nation: Option<Nation>,
    /// The region of England they work in.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    #[schema(max_length = 10)]
    pub icb_code: Option<String>,
}

impl From<Prefill> for PrefilledCaller {
    fn from(prefill: Prefill) -> Self {
        let Prefill { preferred_name, phone, email, profession, setting, nation, region, icb_code } = prefill;
        Self { preferred_name, phone, email, profession, setting, nation, region, icb_code }
    }
}

/// The details that an invitation prefills in the registration: only what its recipient gave.
#[derive(Serialize, ToSchema)]
pub struct PrefilledDetails {
    /// When the invitation expires.
    pub expires_at: UtcTime,
    /// The details.
    #[serde(flatten)]
    pub prefill: PrefilledCaller,
}
