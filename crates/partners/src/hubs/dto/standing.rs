//! Referrals as those see them who are not at a desk: the person, and the clinician who treats them.

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
    /// Names the referral.
    pub id: Id,
    /// The hub.
    #[schema(max_length = 200)]
    pub hub_name: String,
    /// Where it stands.
    pub state: ReferralState,
    /// When it was made.
    pub created_at: UtcTime,
    /// What comes next, in plain words.
    #[schema(max_length = 500)]
    pub next_step: String,
    /// Why it was not taken on; null when it was, or is not decided.
    pub decline_reason: Option<ReferralDeclineReason>,
    /// What you can do with it now.
    #[schema(max_items = 20)]
    pub allowed_actions: Vec<ReferralEvent>,
    /// What of you was told by your consent: true as long as it is.
    pub is_identified: bool,
    /// When you took your consent back; null while it holds.
    pub consent_withdrawn_at: Option<UtcTime>,
    /// Where there is other help.
    #[schema(max_items = 50)]
    pub signposts: Vec<SignpostView>,
}

impl MyReferral {
    /// The referral, with the name of its hub, why it was not taken on, and where to point the person.
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
            allowed_actions: rules::possible(referral.state, rules::sides(referral.kind, Side::Person)),
            is_identified: referral.told.names_somebody(),
            consent_withdrawn_at: referral.consent_withdrawn_at,
            signposts,
        }
    }
}

/// A referral of a practitioner, as those who treat them see it.
#[derive(Serialize, ToSchema)]
pub struct PractitionerReferral {
    /// Names the referral.
    pub id: Id,
    /// The hub.
    pub hub_id: Id,
    /// Where it stands.
    pub state: ReferralState,
    /// When it was made.
    pub created_at: UtcTime,
    /// Why: a category.
    pub reason: ReferralReason,
}

impl From<Referral> for PractitionerReferral {
    fn from(referral: Referral) -> Self {
        let Referral { id, hub: hub_id, state, created_at, told, .. } = referral;
        Self { id, hub_id, state, created_at, reason: told.reason }
    }
}

/// How somebody's referral stands: nothing but that.
#[derive(Serialize, ToSchema)]
pub struct ReferralStatus {
    /// Where it stands.
    pub state: ReferralState,
    /// What comes next, in plain words.
    #[schema(max_length = 500)]
    pub next_step: String,
    /// Where there is other help.
    #[schema(max_items = 50)]
    pub signposts: Vec<SignpostView>,
}
