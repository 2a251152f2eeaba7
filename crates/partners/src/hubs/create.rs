//! Creating referrals: by a hub's coordinators, by the service's coordinators and call handlers, and by clinicians for
//! practitioners in their care.

use super::dto::CreatePractitionerReferral;
use super::messages;
use super::model::{
    ReferralDetails, ReferralEvent, ReferralEventDetails, ReferralKind, ReferralParty, ReferralState, ReferralUpdateChannel,
};
use super::queries::events::{self, HistoryEntry};
use super::queries::referrals::{self, Filter, Referral};
use super::{notifications, queries, rules};
use access::contacts::visibility::ContactPermit;
use people::relationships::Permit;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::outbox;
use platform::private::trimmed_non_empty;
use platform::recipient_limits;
use platform::refusal::Reason;
use platform::seal::{Opened, fill_random};

/// A referral to be created.
#[derive(Debug)]
pub struct NewReferral {
    pub kind: ReferralKind,
    /// The hub that sends or receives it.
    pub hub: Id,
    /// The practitioner it is about, if they are registered.
    pub practitioner: Option<Permit>,
    /// The contact it comes from.
    pub contact: Option<ContactPermit>,
    /// Whether the person consents to sharing what identifies them.
    pub consent: bool,
    /// Who is referred and why.
    pub details: ReferralDetails,
}

/// A new referral, and the status code for a person without an account. The code itself is not stored.
#[derive(Debug)]
pub struct ReferralWithCode {
    pub referral: Referral,
    pub code: Option<String>,
}

/// Creates a referral, notifies the receivers, and sends the person the code if they want messages.
///
/// # Errors
/// 404 for an unknown hub; `hub_closed`; as [`rules::check_details`].
pub fn create(tx: &mut Tx, by: (Id, Actor), new: NewReferral) -> Result<ReferralWithCode> {
    let hub = queries::find(tx, new.hub)?.ok_or_else(Error::not_found)?;
    if !hub.is_open(tx.now.london_day()) {
        return Err(Reason::HubClosed.into());
    }
    rules::check_details(new.kind, new.consent, &new.details, new.practitioner.is_some())?;
    let referral = Referral {
        id: Id::new(tx.now),
        kind: new.kind,
        hub: new.hub,
        practitioner: new.practitioner.map(|permit| permit.practitioner()),
        contact: new.contact.map(|permit| permit.id()),
        created_by: by.0,
        state: ReferralState::Sent,
        details: new.details,
        consented_at: new.consent.then_some(tx.now),
        consent_withdrawn_at: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let code = referral.practitioner.is_none().then(|| {
        let mut bytes = [0; 10];
        fill_random(&mut bytes);
        rules::format_code(bytes)
    });
    let tag = code.as_deref().and_then(rules::parse_code).map(|bare| referrals::code_tag(tx.sealer, &bare));
    referrals::insert(tx, &referral, tag.as_deref())?;
    let entry = HistoryEntry {
        at: tx.now,
        party: ReferralParty::Sender,
        event: ReferralEvent::Created,
        state: ReferralState::Sent,
        details: ReferralEventDetails::default(),
    };
    events::record(tx, referral.id, Some(by.0), &entry)?;
    let subject = ("hub_referral", Some(referral.id));
    match (&new.practitioner, &new.contact) {
        (Some(permit), _) => permit.record(tx, "hub_referral.created", subject)?,
        (None, Some(permit)) => permit.record(tx, "hub_referral.created", subject)?,
        (None, None) => audit::record(tx, by.1, "hub_referral.created", subject)?,
    }
    notifications::notify_receivers(tx, &referral)?;
    let message = code.as_deref().and_then(|code| messages::status_code(&referral.details, &tx.policy.app_url, code));
    match (message, referral.practitioner) {
        (Some(message), _) => {
            recipient_limits::check(tx, &recipient_limits::recipient(tx.sealer, &message), &notifications::CODES_LIMIT)?;
            outbox::queue_message(tx, "referral_code", &message)?;
        }
        (None, Some(_)) => notifications::notify_person(tx, &referral)?,
        (None, None) => {}
    }
    Ok(ReferralWithCode { referral, code })
}

/// The details that a clinician gives of a practitioner in their care.
pub fn details_from_form(form: &CreatePractitionerReferral, pseudonym: &str) -> ReferralDetails {
    ReferralDetails {
        reason: form.reason,
        pseudonym: Some(pseudonym.to_owned()),
        profession: None,
        icb_code: None,
        name: trimmed_non_empty(form.name.as_ref()),
        phone: trimmed_non_empty(form.phone.as_ref()),
        email: trimmed_non_empty(form.email.as_ref()),
        note: trimmed_non_empty(form.note.as_ref()),
        updates_by: ReferralUpdateChannel::Code,
        help: None,
        signpost: None,
    }
}

/// The referrals about a practitioner, newest first, before the one with id `before`.
///
/// # Errors
/// When the database fails.
pub fn list_about(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, Referral>> {
    let filter = Filter { practitioner: Some(practitioner), before, ..Filter::default() };
    referrals::list(tx, &filter, limit)
}
