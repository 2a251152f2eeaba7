//! Forms about referrals.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::hubs::model::{
    HelpFormat, ReferralDeclineReason, ReferralEvent, ReferralKind, ReferralOutcome, ReferralParty, ReferralReason,
    ReferralState, ReferralUpdateChannel, Referred, Side,
};
use crate::hubs::queries::events::Happening;
use crate::hubs::queries::referrals::Referral;
use crate::hubs::rules;
use access::contacts::model::InvitationChannel;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::Profession;

/// Somebody who is referred. What names them needs their consent; without it there is only what to call them, what they work
/// as, where, and a category of why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReferral {
    /// From where to where. A hub's coordinators refer from their hub; the service's coordinators and call handlers refer to one.
    pub kind: ReferralKind,
    /// Why: a category.
    pub reason: ReferralReason,
    /// That the person agrees to be referred with what names them.
    pub consent: bool,
    /// Who it is, if they are registered. For the service's coordinators.
    #[serde(default)]
    #[schema(value_type = Id, required = false)]
    pub practitioner_id: Option<Id>,
    /// The contact that it comes from. For whoever answers the line.
    #[serde(default)]
    #[schema(value_type = Id, required = false)]
    pub contact_id: Option<Id>,
    /// What to call the person, which need not be a name.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub pseudonym: Option<Private<String>>,
    /// What they work as.
    #[serde(default)]
    pub profession: Option<Profession>,
    /// The board in whose area they work.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 9, example = "QWE")]
    pub icb_code: Option<String>,
    /// Their name. By consent only.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Private<String>>,
    /// Their telephone number. By consent only.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
    /// Their e-mail address. By consent only.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "email", max_length = 254)]
    pub email: Option<Private<String>>,
    /// What else the receiver should know. By consent only.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
    /// How they hear of news; by their code alone when left out. The words that are sent are neutral.
    #[serde(default)]
    #[schema(value_type = ReferralUpdateChannel, required = false)]
    pub updates_by: Option<ReferralUpdateChannel>,
    /// Of which kind the help is that a hub refers on to.
    #[serde(default)]
    pub help: Option<HelpFormat>,
    /// The signpost that a hub refers on to.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub signpost_id: Option<String>,
}

/// A practitioner whom their clinician refers to a hub, with their consent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePractitionerReferral {
    /// The hub.
    pub hub_id: Id,
    /// Why: a category.
    pub reason: ReferralReason,
    /// That the person agrees to be referred with what names them. It must be given.
    pub consent: bool,
    /// The name by which the hub may know them; their pseudonym when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Private<String>>,
    /// A telephone number for the hub.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
    /// An e-mail address for the hub.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "email", max_length = 254)]
    pub email: Option<Private<String>>,
    /// What else the hub should know.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
}

/// That a referral is taken on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptReferral {
    /// By what an invitation to register goes to somebody whom a hub has referred here, to the number or address that they let
    /// the hub give. None is sent when left out.
    #[serde(default)]
    #[schema(value_type = InvitationChannel, required = false)]
    pub invitation_channel: Option<InvitationChannel>,
    /// Words for those who referred.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub text: Option<Private<String>>,
}

/// That a referral is not taken on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineReferral {
    /// Why.
    pub reason: ReferralDeclineReason,
    /// Words for those who referred.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub text: Option<Private<String>>,
}

/// What more is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReferralInformation {
    /// The question.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub question: Private<String>,
}

/// What more is told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvideReferralInformation {
    /// The answer. Without the person's consent it must not name them.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 4000)]
    pub text: Private<String>,
}

/// How a referral that was taken on came to its end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseReferral {
    /// How.
    pub outcome: ReferralOutcome,
}

/// The code that somebody without an account was given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpReferral {
    /// The code, in any case, with or without hyphens.
    #[schema(value_type = String, min_length = 1, max_length = 40)]
    pub code: Private<String>,
}

/// Which referrals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HubReferralQuery {
    /// Only those that stand so.
    #[param(nullable = false)]
    pub state: Option<ReferralState>,
    /// Only those of this kind.
    #[param(nullable = false)]
    pub kind: Option<ReferralKind>,
    /// Only those from or to this hub.
    #[param(nullable = false)]
    pub hub_id: Option<Id>,
}

/// A referral that was just made.
#[derive(Serialize, ToSchema)]
pub struct CreatedReferral {
    /// Names the referral.
    pub id: Id,
    /// Where it stands.
    pub state: ReferralState,
    /// The code by which somebody without an account sees how theirs stands. It is told only here: please hand it over. Null
    /// for practitioners, who see theirs where they sign in.
    #[schema(max_length = 40)]
    pub status_code: Option<String>,
}

/// A referral as those who have a part in it see it.
#[derive(Serialize, ToSchema)]
pub struct ReferralView {
    /// Names the referral.
    pub id: Id,
    /// From where to where.
    pub kind: ReferralKind,
    /// The hub that sends or that is sent to.
    pub hub_id: Id,
    /// Where it stands.
    pub state: ReferralState,
    /// Your part in it.
    #[schema(max_items = 5)]
    pub parties: Vec<ReferralParty>,
    /// What you can do with it now.
    #[schema(max_items = 20)]
    pub allowed_actions: Vec<ReferralEvent>,
    /// When it was made.
    pub created_at: UtcTime,
    /// Why: a category.
    pub reason: ReferralReason,
    /// For the service only: whether a registered practitioner was referred. It stays false when the person registers by the link of
    /// this referral: who registers is kept from those who invited them.
    pub is_registered: Option<bool>,
    /// What to call the person.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// What they work as.
    pub profession: Option<Profession>,
    /// The board in whose area they work.
    #[schema(max_length = 9)]
    pub icb_code: Option<String>,
    /// Their name, while they consent.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Their telephone number, while they consent.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// Their e-mail address, while they consent.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// What else was told, while they consent.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
    /// When they consented to what names them; null when they did not.
    pub consented_at: Option<UtcTime>,
    /// When they took that back; null while it holds.
    pub consent_withdrawn_at: Option<UtcTime>,
    /// Of which kind the help is that a hub refers on to.
    pub help: Option<HelpFormat>,
    /// The signpost that a hub refers on to.
    #[schema(max_length = 100)]
    pub signpost_id: Option<String>,
    /// What happened to it, oldest first.
    #[schema(max_items = 100)]
    pub history: Vec<ReferralHistoryEntry>,
}

/// Something that happened to a referral.
#[derive(Serialize, ToSchema)]
pub struct ReferralHistoryEntry {
    /// When.
    pub at: UtcTime,
    /// Whose doing it was.
    pub party: ReferralParty,
    /// What.
    pub event: ReferralEvent,
    /// Where the referral stood from then on.
    pub state: ReferralState,
    /// The words that were said, if any. What the sender said is gone for the receiver once the consent is taken back.
    #[schema(max_length = 4000)]
    pub text: Option<String>,
    /// Why it was not taken on.
    pub decline_reason: Option<ReferralDeclineReason>,
    /// How it ended.
    pub outcome: Option<ReferralOutcome>,
    /// The last day of an invitation that was sent to the person.
    pub invitation_expires_on: Option<NaiveDate>,
}

/// A referral with everything that its views are made of.
pub struct Shown {
    pub referral: Referral,
    /// What happened to it.
    pub history: Vec<Happening>,
    /// On which side the reader stands.
    pub side: Side,
}

impl From<Shown> for ReferralView {
    fn from(shown: Shown) -> Self {
        let Shown { referral, history, side } = shown;
        let parties = rules::sides(referral.kind, side);
        // What the sender wrote in consent may name the person: the receiver reads it no more once that is taken back.
        let hidden = referral.consent_withdrawn_at.is_some() && !parties.contains(&ReferralParty::Sender);
        let happening = |happening: Happening| ReferralHistoryEntry {
            at: happening.at,
            party: happening.party,
            event: happening.event,
            state: happening.state,
            text: happening.said.text.filter(|_| !hidden || happening.party == ReferralParty::Receiver),
            decline_reason: happening.said.decline,
            outcome: happening.said.outcome,
            invitation_expires_on: happening.said.invited_until,
        };
        let Referred { reason, pseudonym, profession, icb_code, name, phone, email, note, help, signpost, news: _ } =
            referral.told;
        Self {
            id: referral.id,
            kind: referral.kind,
            hub_id: referral.hub,
            state: referral.state,
            parties: parties.to_vec(),
            allowed_actions: rules::possible(referral.state, parties),
            created_at: referral.created_at,
            reason,
            is_registered: (side == Side::Service).then_some(referral.practitioner.is_some()),
            pseudonym,
            profession,
            icb_code,
            name,
            phone,
            email,
            note,
            consented_at: referral.consented_at,
            consent_withdrawn_at: referral.consent_withdrawn_at,
            help,
            signpost_id: signpost,
            history: history.into_iter().map(happening).collect(),
        }
    }
}

/// A referral in a list: nothing in it names anybody.
#[derive(Serialize, ToSchema)]
pub struct ReferralSummary {
    /// Names the referral.
    pub id: Id,
    /// From where to where.
    pub kind: ReferralKind,
    /// The hub that sends or that is sent to.
    pub hub_id: Id,
    /// Where it stands.
    pub state: ReferralState,
    /// When it was made.
    pub created_at: UtcTime,
    /// Why: a category.
    pub reason: ReferralReason,
    /// What to call the person.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// What they work as.
    pub profession: Option<Profession>,
    /// The board in whose area they work.
    #[schema(max_length = 9)]
    pub icb_code: Option<String>,
}

impl From<Referral> for ReferralSummary {
    fn from(referral: Referral) -> Self {
        Self {
            id: referral.id,
            kind: referral.kind,
            hub_id: referral.hub,
            state: referral.state,
            created_at: referral.created_at,
            reason: referral.told.reason,
            pseudonym: referral.told.pseudonym,
            profession: referral.told.profession,
            icb_code: referral.told.icb_code,
        }
    }
}
