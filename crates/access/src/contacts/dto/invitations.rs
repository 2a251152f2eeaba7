//! Invitations to register.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contacts::model::{Brought, InvitationChannel, InvitationState};
use crate::contacts::queries::invitations::Invitation;
use crate::contacts::rules;
use platform::ids::{Id, UtcTime};
use platform::outbox::MessageState;
use platform::private::Private;
use reference::workforce::model::{Nation, Profession, Region, Setting};

/// Somebody who is to get a link to register with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContactInvitation {
    /// By what it goes.
    pub channel: InvitationChannel,
    /// The mobile number for a text; the caller's own when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub phone: Option<Private<String>>,
    /// The address for an e-mail; the caller's own when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub email: Option<Private<String>>,
}

/// An invitation as whoever sent it sees it. Of a registration that came of it they see that there was one, and the day.
#[derive(Serialize, ToSchema)]
pub struct ContactInvitation {
    /// Names the invitation.
    pub id: Id,
    /// The contact that it comes from.
    pub contact_id: Option<Id>,
    /// By what it went.
    pub channel: InvitationChannel,
    /// Where it stands.
    pub state: InvitationState,
    /// How its message fares; null once that is no longer known.
    pub delivery: Option<MessageState>,
    /// When it was sent.
    pub created_at: UtcTime,
    /// Until when it is good.
    pub expires_at: UtcTime,
    /// The day on which somebody registered with it.
    pub used_on: Option<NaiveDate>,
}

impl ContactInvitation {
    /// An invitation as it stands at `now`.
    pub fn new(invitation: &Invitation, delivery: Option<MessageState>, now: UtcTime) -> Self {
        Self {
            id: invitation.id,
            contact_id: invitation.contact_id,
            channel: invitation.channel,
            state: rules::standing(invitation.facts(), now.get()),
            delivery,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            used_on: invitation.used_at.map(UtcTime::london_day),
        }
    }
}

/// The token of an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpInvitation {
    /// What stands behind the `#` of the link.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub token: Private<String>,
}

/// What an invitation brings along for the registration: what its holder gave, and nothing else.
#[derive(Serialize, ToSchema)]
pub struct PrefilledDetails {
    /// Until when it is good.
    pub expires_at: UtcTime,
    /// What they want to be called.
    #[schema(max_length = 60)]
    pub preferred_name: Option<String>,
    /// The telephone number.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// The e-mail address.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// What they work as.
    pub profession: Option<Profession>,
    /// Where they work.
    pub setting: Option<Setting>,
    /// In which nation.
    pub nation: Option<Nation>,
    /// In which region of England.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    #[schema(max_length = 10)]
    pub icb_code: Option<String>,
}

impl PrefilledDetails {
    /// What an invitation brings, and until when.
    pub fn new(brought: Brought, expires_at: UtcTime) -> Self {
        let Brought { called, phone, email, profession, setting, nation, region, icb_code } = brought;
        Self { expires_at, preferred_name: called, phone, email, profession, setting, nation, region, icb_code }
    }
}
