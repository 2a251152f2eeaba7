//! Creating referrals: by a hub's coordinators, by the service's coordinators and call handlers, and by clinicians for
//! practitioners in their care.

use super::dto::CreatePractitionerReferral;
use super::letters;
use super::model::{ReferralEvent, ReferralKind, ReferralParty, ReferralSaid, ReferralState, ReferralUpdateChannel, Referred};
use super::queries::events::{self, Happening};
use super::queries::referrals::{self, Filter, Referral};
use super::{notices, queries, rules};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::outbox;
use platform::private::said;
use platform::refusal::Reason;
use platform::rests;
use platform::seal::{Opened, random};

/// A referral to be created.
#[derive(Debug)]
pub struct New {
    pub kind: ReferralKind,
    /// The hub that sends or receives it.
    pub hub: Id,
    /// The practitioner it is about, if they are registered.
    pub practitioner: Option<Id>,
    /// The contact it comes from.
    pub contact: Option<Id>,
    /// Whether the person consents to sharing what identifies them.
    pub consent: bool,
    /// Who is referred and why.
    pub told: Referred,
}

/// A new referral, and the status code for a person without an account. The code itself is not stored.
#[derive(Debug)]
pub struct Made {
    pub referral: Referral,
    pub code: Option<String>,
}

/// Creates a referral, notifies the receivers, and sends the person the code if they want messages.
///
/// # Errors
/// 404 for an unknown hub; `hub_closed`; as [`rules::check_details`].
pub fn make(tx: &mut Tx, by: (Id, Actor), new: New) -> Result<Made> {
    let hub = queries::find(tx, new.hub)?.ok_or_else(Error::not_found)?;
    if !hub.is_open(tx.now.london_day()) {
        return Err(Reason::HubClosed.into());
    }
    rules::check_referred(new.kind, new.consent, &new.told, new.practitioner.is_some())?;
    let referral = Referral {
        id: Id::new(tx.now),
        kind: new.kind,
        hub: new.hub,
        practitioner: new.practitioner,
        contact: new.contact,
        made_by: by.0,
        state: ReferralState::Sent,
        told: new.told,
        consented_at: new.consent.then_some(tx.now),
        consent_withdrawn_at: None,
        version: 1,
        created_at: tx.now,
    };
    let code = referral.practitioner.is_none().then(|| {
        let mut bytes = [0; 10];
        random(&mut bytes);
        rules::format_code(bytes)
    });
    let tag = code.as_deref().and_then(rules::parse_code).map(|bare| referrals::code_tag(tx.sealer, &bare));
    referrals::insert(tx, &referral, tag.as_deref())?;
    let entry = Happening {
        at: tx.now,
        party: ReferralParty::Sender,
        event: ReferralEvent::Created,
        state: ReferralState::Sent,
        said: ReferralSaid::default(),
    };
    events::note(tx, referral.id, Some(by.0), &entry)?;
    audit::record(tx, by.1, "hub_referral.made", ("hub_referral", Some(referral.id)))?;
    notices::tell_receivers(tx, &referral)?;
    let message = code.as_deref().and_then(|code| letters::code(&referral.told, &tx.policy.app_url, code));
    match (message, referral.practitioner) {
        (Some(message), _) => {
            rests::check(tx, &rests::recipient(tx.sealer, &message), &notices::CODES)?;
            outbox::queue_message(tx, "referral_code", &message)?;
        }
        (None, Some(_)) => notices::tell_person(tx, &referral)?,
        (None, None) => {}
    }
    Ok(Made { referral, code })
}

/// The details that a clinician gives of a practitioner in their care.
pub fn told(form: &CreatePractitionerReferral, pseudonym: &str) -> Referred {
    Referred {
        reason: form.reason,
        pseudonym: Some(pseudonym.to_owned()),
        profession: None,
        icb_code: None,
        name: said(form.name.as_ref()),
        phone: said(form.phone.as_ref()),
        email: said(form.email.as_ref()),
        note: said(form.note.as_ref()),
        news: ReferralUpdateChannel::Code,
        help: None,
        signpost: None,
    }
}

/// The referrals about a practitioner, newest first, before the one with id `before`.
///
/// # Errors
/// When the database fails.
pub fn about(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, Referral>> {
    let filter = Filter { practitioner: Some(practitioner), before, ..Filter::default() };
    referrals::list(tx, &filter, limit)
}
