//! Request and response bodies of referrals.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::hubs::model::{
    HelpFormat, ReferralDeclineReason, ReferralDetails, ReferralEvent, ReferralKind, ReferralOutcome, ReferralParty,
    ReferralReason, ReferralState, ReferralUpdateChannel, Side,
};
use crate::hubs::queries::events::HistoryEntry;
use crate::hubs::queries::referrals::Referral;
use crate::hubs::rules;
use platform::ids::{Id, UtcTime};
use platform::outbox::MessageCarrier;
use platform::private::Private;
use reference::workforce::model::Profession;

/// A person to refer. What identifies them needs their consent; without it a referral has only a pseudonym, their profession,
/// their area and a category of reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReferral {
    /// The direction of the referral. A hub's coordinators refer from their hub; the service's coordinators and call handlers
    /// refer to one.
    pub kind: ReferralKind,
    /// The category of reason.
    pub reason: ReferralReason,
    /// Whether the person consents to sharing what identifies them.
    pub consent: bool,
    /// The practitioner, if the person is registered. Only for the service's coordinators.
    #[serde(default)]
    #[schema(value_type = Id, required = false)]
    pub practitioner_id: Option<Id>,
    /// The contact that the referral comes from. Only for referrals from the service.
    #[serde(default)]
    #[schema(value_type = Id, required = false)]
    pub contact_id: Option<Id>,
    /// What to call the person; it need not be a name.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub pseudonym: Option<Private<String>>,
    /// Their profession.
    #[serde(default)]
    pub profession: Option<Profession>,
    /// The integrated care board in whose area they work.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 9, example = "QWE")]
    pub icb_code: Option<String>,
    /// Their name. Only with consent.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Private<String>>,
    /// Their telephone number. Only with consent.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
    /// Their email address. Only with consent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "email", max_length = 254)]
    pub email: Option<Private<String>>,
    /// What else the receiver should know. Only with consent.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
    /// How they get updates; when left out, they look them up with their code. All messages are neutrally worded.
    #[serde(default)]
    #[schema(value_type = ReferralUpdateChannel, required = false)]
    pub update_channel: Option<ReferralUpdateChannel>,
    /// The kind of help that the hub refers on to.
    #[serde(default)]
    pub help: Option<HelpFormat>,
    /// The signpost that a hub refers on to.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub signpost_id: Option<String>,
}

/// A referral to a hub by the practitioner's clinician, with the practitioner's consent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePractitionerReferral {
    /// The hub.
    pub hub_id: Id,
    /// The category of reason.
    pub reason: ReferralReason,
    /// Whether the practitioner consents to sharing what identifies them. It must be true.
    pub consent: bool,
    /// The name to give the hub; the practitioner's pseudonym when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Private<String>>,
    /// A telephone number for the hub.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
    /// An email address for the hub.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "email", max_length = 254)]
    pub email: Option<Private<String>>,
    /// What else the hub should know.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
}

/// The acceptance of a referral.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptReferral {
    /// How to send an invitation to register to a person that a hub has referred to this service: to the telephone number or
    /// email address in the referral. No invitation is sent when left out.
    #[serde(default)]
    #[schema(value_type = MessageCarrier, required = false)]
    pub invitation_channel: Option<MessageCarrier>,
    /// A message to those who referred.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Option<Private<String>>,
}

/// The decline of a referral.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineReferral {
    /// The reason.
    pub reason: ReferralDeclineReason,
    /// A message to those who referred.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Option<Private<String>>,
}

/// A request for more information.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReferralInformation {
    /// The question.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub question: Private<String>,
}

/// The answer to a request for more information.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvideReferralInformation {
    /// The answer. Without the person's consent it must not identify them.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 4000)]
    pub text: Private<String>,
}

/// How an accepted referral ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseReferral {
    /// The outcome.
    pub outcome: ReferralOutcome,
}

/// The code that a person without an account was given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpReferral {
    /// The code, in any case, with or without hyphens.
    #[schema(value_type = String, min_length = 1, max_length = 40)]
    pub code: Private<String>,
}

/// Filters for referrals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HubReferralQuery {
    /// Only referrals in this state.
    #[param(nullable = false)]
    pub state: Option<ReferralState>,
    /// Only referrals of this kind.
    #[param(nullable = false)]
    pub kind: Option<ReferralKind>,
    /// Only referrals from or to this hub.
    #[param(nullable = false)]
    pub hub_id: Option<Id>,
}

/// A new referral.
#[derive(Serialize, ToSchema)]
pub struct ReferralCreated {
    /// The referral's id.
    pub id: Id,
    /// The referral's state.
    pub state: ReferralState,
    /// The code by which a person without an account can look up the state of their referral. It is shown only here: please give
    /// it to them. Null for practitioners, who see their referrals after signing in.
    #[schema(max_length = 40)]
    pub code: Option<String>,
}

/// A referral as its sender or receiver sees it.
#[derive(Serialize, ToSchema)]
pub struct ReferralView {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: ReferralSummary,
    /// The caller's roles in the referral.
    #[schema(max_items = 5)]
    pub parties: Vec<ReferralParty>,
    /// What the caller can do with it now.
    #[schema(max_items = 20)]
    pub allowed_actions: Vec<ReferralEvent>,
    /// For the service only: whether a registered practitioner was referred. It stays false when the person registers by the link
    /// of this referral: those who invite people do not learn who registers.
    pub registered: Option<bool>,
    /// Their name, while their consent is in force.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Their telephone number, while their consent is in force.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// Their email address, while their consent is in force.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Further information, while their consent is in force.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
    /// When they consented to sharing what identifies them; null when they did not.
    pub consented_at: Option<UtcTime>,
    /// When they withdrew that consent; null while it is in force.
    pub consent_withdrawn_at: Option<UtcTime>,
    /// The kind of help that the hub refers on to.
    pub help: Option<HelpFormat>,
    /// The signpost that a hub refers on to.
    #[schema(max_length = 100)]
    pub signpost_id: Option<String>,
    /// Its history, oldest first.
    #[schema(max_items = 100)]
    pub history: Vec<ReferralHistoryEntry>,
}

/// An entry in the history of a referral.
#[derive(Serialize, ToSchema)]
pub struct ReferralHistoryEntry {
    /// When it happened.
    pub at: UtcTime,
    /// Who acted.
    pub party: ReferralParty,
    /// The event.
    pub event: ReferralEvent,
    /// The referral's state as of this event.
    pub state: ReferralState,
    /// The message, if any. The receiver no longer gets the sender's messages once consent is withdrawn.
    #[schema(max_length = 4000)]
    pub text: Option<String>,
    /// Why it was declined.
    pub decline_reason: Option<ReferralDeclineReason>,
    /// How it ended.
    pub outcome: Option<ReferralOutcome>,
    /// The last day on which the invitation that was sent can be used.
    pub invitation_expires_on: Option<NaiveDate>,
}

/// A referral with everything that its views need.
pub struct ReferralWithContext {
    pub referral: Referral,
    pub history: Vec<HistoryEntry>,
    /// The side that the reader is on.
    pub side: Side,
}

impl From<ReferralWithContext> for ReferralView {
    fn from(context: ReferralWithContext) -> Self {
        let ReferralWithContext { referral, history, side } = context;
        let parties = rules::parties_of(referral.kind, side);
        // What the sender wrote with consent may identify the person: the receiver no longer sees it once consent is withdrawn.
        let hides_sender_texts = referral.consent_withdrawn_at.is_some() && !parties.contains(&ReferralParty::Sender);
        let to_view = |entry: HistoryEntry| ReferralHistoryEntry {
            at: entry.at,
            party: entry.party,
            event: entry.event,
            state: entry.state,
            text: entry.details.text.filter(|_| !hides_sender_texts || entry.party == ReferralParty::Receiver),
            decline_reason: entry.details.decline,
            outcome: entry.details.outcome,
            invitation_expires_on: entry.details.invited_until,
        };
        let summary = ReferralSummary::from(&referral);
        let ReferralDetails { name, phone, email, note, help, signpost, .. } = referral.details;
        Self {
            summary,
            parties: parties.to_vec(),
            allowed_actions: rules::allowed_actions(referral.state, parties),
            registered: (side == Side::Service).then_some(referral.practitioner.is_some()),
            name,
            phone,
            email,
            note,
            consented_at: referral.consented_at,
            consent_withdrawn_at: referral.consent_withdrawn_at,
            help,
            signpost_id: signpost,
            history: history.into_iter().map(to_view).collect(),
        }
    }
}

/// A referral in a list; nothing in it identifies the person.
#[derive(Serialize, ToSchema)]
pub struct ReferralSummary {
    /// The referral's id.
    pub id: Id,
    /// The direction of the referral.
    pub kind: ReferralKind,
    /// The hub that sends or receives it.
    pub hub_id: Id,
    /// The referral's state.
    pub state: ReferralState,
    /// When it was created.
    pub created_at: UtcTime,
    /// The category of reason.
    pub reason: ReferralReason,
    /// What to call the person; it need not be a name.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// Their profession.
    pub profession: Option<Profession>,
    /// The integrated care board in whose area they work.
    #[schema(max_length = 9)]
    pub icb_code: Option<String>,
}

impl From<&Referral> for ReferralSummary {
    fn from(referral: &Referral) -> Self {
        Self {
            id: referral.id,
            kind: referral.kind,
            hub_id: referral.hub,
            state: referral.state,
            created_at: referral.created_at,
            reason: referral.details.reason,
            pseudonym: referral.details.pseudonym.clone(),
            profession: referral.details.profession,
            icb_code: referral.details.icb_code.clone(),
        }
    }
}
