//! What a referral must contain, who may do what with it, and the state that follows.

use crate::hubs::model::{
    ReferralDetails, ReferralEvent, ReferralKind, ReferralParty, ReferralState, ReferralUpdateChannel, Side,
};
use platform::refusal::{Reason, Refusal};
use reference::signposts::model::SignpostNeed;

/// The parties that a side of a referral acts as. Where a hub refers on to help that third parties give, these have no accounts
/// here: the hub records their answers.
pub const fn parties_of(kind: ReferralKind, side: Side) -> &'static [ReferralParty] {
    use ReferralParty::{Person, Receiver, Sender};
    match (kind, side) {
        (_, Side::Person) => &[Person],
        (ReferralKind::HubToService, Side::Hub) | (ReferralKind::ServiceToHub, Side::Service) => &[Sender],
        (ReferralKind::HubToService, Side::Service) | (ReferralKind::ServiceToHub, Side::Hub) => &[Receiver],
        (ReferralKind::HubToHelp, Side::Hub) => &[Sender, Receiver],
        (ReferralKind::HubToHelp, Side::Service) => &[],
    }
}

/// The state of a referral after an event. The person may withdraw theirs until it has ended, and their consent to sharing
/// what identifies them at any time (`docs/clinical-rules.md#hubs-and-referrals`).
///
/// # Errors
/// [`Reason::ReferralState`] when the referral's state or the party does not allow it.
pub fn step(state: ReferralState, event: ReferralEvent, party: ReferralParty) -> Result<ReferralState, Refusal> {
    use crate::hubs::model::ReferralEvent as E;
    use crate::hubs::model::ReferralState as S;
    use ReferralParty::{Person, Receiver, Sender};
    let next = match (state, event, party) {
        (S::Sent, E::InformationRequested, Receiver) => S::InformationRequested,
        (S::InformationRequested, E::InformationProvided, Sender) => S::Sent,
        (S::Sent | S::InformationRequested, E::Accepted, Receiver) => S::Accepted,
        (S::Sent | S::InformationRequested, E::Declined, Receiver) => S::Declined,
        (S::Sent | S::InformationRequested, E::Withdrawn, Sender | Person) | (S::Accepted, E::Withdrawn, Person) => S::Withdrawn,
        (S::Accepted, E::Closed, Receiver) => S::Closed,
        (unchanged, E::ConsentWithdrawn, Sender | Person) => unchanged,
        _ => {
            return Err(Refusal::new(
                Reason::ReferralState,
                "The state of the referral does not allow this. Read it again to see what you can do.",
            ));
        }
    };
    Ok(next)
}

/// Everything that these parties can do with a referral in this state.
pub fn allowed_actions(state: ReferralState, parties: &[ReferralParty]) -> Vec<ReferralEvent> {
    let can = |event: &&ReferralEvent| parties.iter().any(|party| step(state, **event, *party).is_ok());
    ReferralEvent::ALL.iter().filter(can).copied().collect()
}

/// The details of a referral must match its kind, and identify the person only with their consent (NHS Practitioner Health: a
/// pseudonym instead of a name, and no disclosure without consent). This service refers a person only with their consent.
///
/// # Errors
/// [`Reason::ConsentRequired`], naming each member that is not allowed without consent; [`Reason::InvalidBody`].
pub fn check_details(kind: ReferralKind, consent: bool, details: &ReferralDetails, registered: bool) -> Result<(), Refusal> {
    let invalid =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if !consent {
        let mut refusal = Refusal::new(
            Reason::ConsentRequired,
            "Information that identifies the person can only be shared with their consent.",
        );
        let named = [
            ("/name", details.name.is_some()),
            ("/phone", details.phone.is_some()),
            ("/email", details.email.is_some()),
            ("/note", details.note.is_some()),
            ("/consent", kind == ReferralKind::ServiceToHub),
        ];
        for (pointer, _) in named.into_iter().filter(|(_, is_present)| *is_present) {
            refusal = refusal.field(pointer, "consent_required", "This can only be shared with the person's consent.");
        }
        if !refusal.fields.is_empty() {
            return Err(refusal);
        }
    }
    if !registered && details.pseudonym.is_none() && details.profession.is_none() && details.name.is_none() {
        return invalid("/pseudonym", "required", "Give at least a pseudonym or a profession.");
    }
    match (kind, details.help) {
        (ReferralKind::HubToHelp, None) => return invalid("/help", "required", "Choose the kind of help."),
        (ReferralKind::HubToService | ReferralKind::ServiceToHub, Some(_)) => {
            return invalid("/help", "not_allowed", "Leave this out: it is only for a hub that refers on to other help.");
        }
        _ => {}
    }
    if details.signpost.is_some() && kind != ReferralKind::HubToHelp {
        return invalid("/signpost_id", "not_allowed", "Leave this out: it is only for a hub that refers on to other help.");
    }
    match details.updates_by {
        _ if registered && details.updates_by != ReferralUpdateChannel::Code => invalid(
            "/update_channel",
            "not_allowed",
            "Leave this out: a registered practitioner gets messages by their own preferences.",
        ),
        ReferralUpdateChannel::Sms if details.phone.is_none() => {
            invalid("/phone", "required", "Give the mobile number that text messages should go to.")
        }
        ReferralUpdateChannel::Email if details.email.is_none() => {
            invalid("/email", "required", "Give the address that emails should go to.")
        }
        _ => Ok(()),
    }
}

/// What comes next, as a sentence for the person.
pub const fn next_step(kind: ReferralKind, state: ReferralState) -> &'static str {
    match (state, kind) {
        (ReferralState::Sent, _) => "The referral has arrived and is waiting to be read. You do not need to do anything.",
        (ReferralState::InformationRequested, _) => {
            "Those who referred you were asked for more information. They may contact you."
        }
        (ReferralState::Accepted, ReferralKind::HubToService) => {
            "You are welcome here. Register whenever you like, with the link that you were sent or without one."
        }
        (ReferralState::Accepted, ReferralKind::ServiceToHub) => "The hub has accepted the referral and will contact you.",
        (ReferralState::Accepted, ReferralKind::HubToHelp) => {
            "The referral was accepted. You will get the help that was agreed with you."
        }
        (ReferralState::Declined, _) => "The referral was not accepted. There is other help for you: please see below.",
        (ReferralState::Withdrawn, _) => "The referral was withdrawn. You can ask for help again at any time.",
        (ReferralState::Closed, _) => "The referral has ended. You can ask for help again at any time.",
    }
}

/// The signposts for a person whose referral is in this state: crisis help always, other help when it was declined.
pub const fn signpost_needs(state: ReferralState) -> &'static [SignpostNeed] {
    match state {
        ReferralState::Declined => {
            &[SignpostNeed::Crisis, SignpostNeed::MedicalHelp, SignpostNeed::LocalServices, SignpostNeed::WorkSupport]
        }
        _ => &[SignpostNeed::Crisis],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubs::model::{HelpFormat, ReferralReason};
    use reference::workforce::model::Profession;

    #[test]
    fn only_the_right_party_can_take_each_step() {
        use ReferralEvent as E;
        use ReferralParty::{Person, Receiver, Sender};
        use ReferralState as S;
        let allowed = [
            (S::Sent, E::InformationRequested, Receiver, S::InformationRequested),
            (S::Sent, E::Accepted, Receiver, S::Accepted),
            (S::Sent, E::Declined, Receiver, S::Declined),
            (S::Sent, E::Withdrawn, Sender, S::Withdrawn),
            (S::Sent, E::Withdrawn, Person, S::Withdrawn),
            (S::InformationRequested, E::InformationProvided, Sender, S::Sent),
            (S::InformationRequested, E::Accepted, Receiver, S::Accepted),
            (S::InformationRequested, E::Declined, Receiver, S::Declined),
            (S::InformationRequested, E::Withdrawn, Sender, S::Withdrawn),
            (S::InformationRequested, E::Withdrawn, Person, S::Withdrawn),
            (S::Accepted, E::Withdrawn, Person, S::Withdrawn),
            (S::Accepted, E::Closed, Receiver, S::Closed),
        ];
        // Every other combination is refused.
        for state in S::ALL {
            for event in E::ALL {
                for party in ReferralParty::ALL {
                    let expected = if *event == E::ConsentWithdrawn && *party != Receiver {
                        Some(*state)
                    } else {
                        let found = allowed.iter().find(|(from, action, by, _)| (from, action, by) == (state, event, party));
                        found.map(|(_, _, _, to)| *to)
                    };
                    assert_eq!(step(*state, *event, *party).ok(), expected, "{state:?} {event:?} {party:?}");
                }
            }
        }
        for ended in [S::Declined, S::Withdrawn, S::Closed] {
            assert!(!ended.is_open());
            assert_eq!(allowed_actions(ended, &[Sender, Person]), [E::ConsentWithdrawn]);
        }
    }

    #[test]
    fn each_side_acts_as_its_parties() {
        use ReferralParty::{Person, Receiver, Sender};
        for (kind, hub, service) in [
            (ReferralKind::HubToService, &[Sender][..], &[Receiver][..]),
            (ReferralKind::ServiceToHub, &[Receiver], &[Sender]),
            (ReferralKind::HubToHelp, &[Sender, Receiver], &[]),
        ] {
            assert_eq!((parties_of(kind, Side::Hub), parties_of(kind, Side::Service)), (hub, service));
            assert_eq!(parties_of(kind, Side::Person), [Person]);
        }
    }

    fn a_nurse() -> ReferralDetails {
        ReferralDetails {
            reason: ReferralReason::Trauma,
            pseudonym: None,
            profession: Some(Profession::Nurse),
            icb_code: Some("QWE".to_owned()),
            name: None,
            phone: None,
            email: None,
            note: None,
            updates_by: ReferralUpdateChannel::Code,
            help: None,
            signpost: None,
        }
    }

    #[test]
    fn no_one_is_identified_without_their_consent() {
        let named = ReferralDetails { name: Some("Nora".to_owned()), phone: Some("1".to_owned()), ..a_nurse() };
        let noted = ReferralDetails { note: Some("Nora".to_owned()), ..a_nurse() };
        let mailed = ReferralDetails { email: Some("n@example.org".to_owned()), ..a_nurse() };
        let onward = ReferralDetails { help: Some(HelpFormat::Online), ..a_nurse() };
        let undescribed = ReferralDetails { profession: None, ..a_nurse() };
        use ReferralKind::{HubToHelp, HubToService, ServiceToHub};
        for (kind, consent, details, registered, expected) in [
            (HubToService, false, &a_nurse(), false, vec![]),
            (HubToService, false, &named, false, vec!["/name", "/phone"]),
            (HubToService, false, &noted, false, vec!["/note"]),
            (HubToService, false, &mailed, false, vec!["/email"]),
            (HubToService, true, &named, false, vec![]),
            (HubToService, true, &undescribed, false, vec!["/pseudonym"]),
            (ServiceToHub, false, &a_nurse(), true, vec!["/consent"]),
            (ServiceToHub, true, &undescribed, true, vec![]),
            (HubToHelp, false, &onward, false, vec![]),
            (HubToHelp, false, &a_nurse(), false, vec!["/help"]),
            (HubToService, false, &onward, false, vec!["/help"]),
            (HubToService, true, &ReferralDetails { signpost: Some("gp".to_owned()), ..a_nurse() }, false, vec!["/signpost_id"]),
            (HubToService, true, &ReferralDetails { updates_by: ReferralUpdateChannel::Sms, ..a_nurse() }, false, vec!["/phone"]),
            (
                HubToService,
                true,
                &ReferralDetails { updates_by: ReferralUpdateChannel::Email, ..a_nurse() },
                false,
                vec!["/email"],
            ),
            (HubToService, true, &ReferralDetails { updates_by: ReferralUpdateChannel::Sms, ..named.clone() }, false, vec![]),
            (
                ServiceToHub,
                true,
                &ReferralDetails { updates_by: ReferralUpdateChannel::Sms, ..named.clone() },
                true,
                vec!["/update_channel"],
            ),
        ] {
            let refusal = check_details(kind, consent, details, registered).err();
            let named: Vec<&str> =
                refusal.iter().flat_map(|refusal| &refusal.fields).map(|field| field.pointer.as_str()).collect();
            assert_eq!(named, expected, "{kind:?} {consent}");
        }
    }

    #[test]
    fn removing_identifying_details_leaves_nothing_that_identifies_the_person() {
        let all = ReferralDetails {
            pseudonym: Some("Wren".to_owned()),
            name: Some("Nora".to_owned()),
            phone: Some("1".to_owned()),
            email: Some("n@example.org".to_owned()),
            note: Some("of ward 7".to_owned()),
            updates_by: ReferralUpdateChannel::Sms,
            ..a_nurse()
        };
        assert!(all.identifies_person());
        let left = all.without_identifying_details();
        assert!(!left.identifies_person() && left.updates_by == ReferralUpdateChannel::Code && left.pseudonym.is_some());
    }

    #[test]
    fn every_state_has_a_next_step_and_signposts() {
        for state in ReferralState::ALL {
            for kind in ReferralKind::ALL {
                assert!(!next_step(*kind, *state).is_empty());
            }
            assert_eq!(signpost_needs(*state)[0], SignpostNeed::Crisis);
        }
        assert!(signpost_needs(ReferralState::Declined).len() > 1);
    }
}
