//! Referrals as the person they are about sees them, and as their clinician does.

use serde::Serialize;
use utoipa::ToSchema;

use crate::hubs::model::{ReferralDeclineReason, ReferralEvent, ReferralReason, ReferralState, Side};
use crate::hubs::queries::referrals::Referral;
use crate::hubs::rules;
use platform::ids::{Id, UtcTime};
use reference::signposts::dto::SignpostView;

/// A referral as the person it is about sees it.
#[derive(Serialize, ToSchema)]
pub struct MyReferral {
    /// The referral's id.
    pub id: Id,
    /// The hub's name.
    #[schema(max_length = 200)]
    pub hub_name: String,
    /// The referral's state.
    pub state: ReferralState,
    /// When it was created.
    pub created_at: UtcTime,
    /// What comes next, as a sentence.
    #[schema(max_length = 500)]
    pub next_step: String,
    /// Why it was declined; null when it was not.
    pub decline_reason: Option<ReferralDeclineReason>,
    /// What you can do with it now.
    #[schema(max_items = 20)]
    pub allowed_actions: Vec<ReferralEvent>,
    /// Whether the referral contains anything that identifies you.
    pub identified: bool,
    /// When you withdrew your consent; null while it is in force.
    pub consent_withdrawn_at: Option<UtcTime>,
    /// Other help.
    #[schema(max_items = 50)]
    pub signposts: Vec<SignpostView>,
}

impl MyReferral {
    /// The referral, with the name of its hub, the reason for a decline, and other help.
    pub fn new(
        referral: &Referral,
        hub_name: String,
        decline: Option<ReferralDeclineReason>,
        signposts: Vec<SignpostView>,
    ) -> Self {
        Self {
            id: referral.id,
            hub_name,
            state: referral.state,
            created_at: referral.created_at,
            next_step: rules::next_step(referral.kind, referral.state).to_owned(),
            decline_reason: decline,
            allowed_actions: rules::allowed_actions(referral.state, rules::parties_of(referral.kind, Side::Person)),
            identified: referral.details.identifies_person(),
            consent_withdrawn_at: referral.consent_withdrawn_at,
            signposts,
        }
    }
}

/// A referral of a practitioner as their clinician sees it.
#[derive(Serialize, ToSchema)]
pub struct PractitionerReferral {
    /// The referral's id.
    pub id: Id,
    /// The hub.
    pub hub_id: Id,
    /// The referral's state.
    pub state: ReferralState,
    /// When it was created.
    pub created_at: UtcTime,
    /// The category of reason.
    pub reason: ReferralReason,
}

impl From<Referral> for PractitionerReferral {
    fn from(referral: Referral) -> Self {
        let Referral { id, hub: hub_id, state, created_at, details, .. } = referral;
        Self { id, hub_id, state, created_at, reason: details.reason }
    }
}

/// The state of a person's referral, and nothing else.
#[derive(Serialize, ToSchema)]
pub struct ReferralStatus {
    /// The referral's state.
    pub state: ReferralState,
    /// What comes next, as a sentence.
    #[schema(max_length = 500)]
    pub next_step: String,
    /// Other help.
    #[schema(max_items = 50)]
    pub signposts: Vec<SignpostView>,
}
