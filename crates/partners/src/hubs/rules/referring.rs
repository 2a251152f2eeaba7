//! What a referral must hold, what may happen to it, by whom, and where it then stands.

use crate::hubs::model::{ReferralEvent, ReferralKind, ReferralParty, ReferralState, ReferralUpdateChannel, Referred, Side};
use platform::refusal::{Reason, Refusal};
use reference::signposts::model::SignpostNeed;

/// As which party somebody acts who stands on a side of a referral. Where a hub refers on to help that others give, these
/// others have no accounts here: the hub writes down what they answer.
pub const fn sides(kind: ReferralKind, side: Side) -> &'static [ReferralParty] {
    use ReferralParty::{Person, Receiver, Sender};
    match (kind, side) {
        (_, Side::Person) => &[Person],
        (ReferralKind::HubToService, Side::Hub) | (ReferralKind::ServiceToHub, Side::Service) => &[Sender],
        (ReferralKind::HubToService, Side::Service) | (ReferralKind::ServiceToHub, Side::Hub) => &[Receiver],
        (ReferralKind::HubToHelp, Side::Hub) => &[Sender, Receiver],
        (ReferralKind::HubToHelp, Side::Service) => &[],
    }
}

/// Where a referral stands after something happens to it. The person may take theirs back as long as it is under way, and
/// the consent to what names them at any time (`docs/clinical-rules.md#hubs-and-referrals`).
///
/// # Errors
/// [`Reason::ReferralState`] when it does not stand where this can be done, or not by this party.
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
        (anywhere, E::ConsentWithdrawn, Sender | Person) => anywhere,
        _ => return Err(Refusal::new(Reason::ReferralState, "The referral does not stand where you can do this.")),
    };
    Ok(next)
}

/// Everything that these parties could do with a referral that stands so.
pub fn possible(state: ReferralState, parties: &[ReferralParty]) -> Vec<ReferralEvent> {
    let can = |event: &&ReferralEvent| parties.iter().any(|party| step(state, **event, *party).is_ok());
    ReferralEvent::ALL.iter().filter(can).copied().collect()
}

/// What a referral says must go with its kind, and name nobody without their consent (NHS Practitioner Health: a pseudonym
/// instead of a name, and no disclosure without consent). From this service on nobody is referred without it at all.
///
/// # Errors
/// [`Reason::ConsentRequired`], naming each member that is one too many; [`Reason::InvalidBody`].
pub fn check_referred(kind: ReferralKind, consent: bool, told: &Referred, registered: bool) -> Result<(), Refusal> {
    let invalid =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if !consent {
        let mut refusal = Refusal::new(Reason::ConsentRequired, "What names the person goes nowhere without their consent.");
        let named = [
            ("/name", told.name.is_some()),
            ("/phone", told.phone.is_some()),
            ("/email", told.email.is_some()),
            ("/note", told.note.is_some()),
            ("/consent", kind == ReferralKind::ServiceToHub),
        ];
        for (pointer, _) in named.into_iter().filter(|(_, is_there)| *is_there) {
            refusal = refusal.field(pointer, "consent_required", "This needs the person's consent.");
        }
        if !refusal.fields.is_empty() {
            return Err(refusal);
        }
    }
    if !registered && told.pseudonym.is_none() && told.profession.is_none() && told.name.is_none() {
        return invalid("/pseudonym", "required", "Say at least what to call the person, or what they work as.");
    }
    match (kind, told.help) {
        (ReferralKind::HubToHelp, None) => return invalid("/help", "required", "Say of which kind the help is."),
        (ReferralKind::HubToService | ReferralKind::ServiceToHub, Some(_)) => {
            return invalid("/help", "not_allowed", "Only what a hub refers on to is of a kind.");
        }
        _ => {}
    }
    if told.signpost.is_some() && kind != ReferralKind::HubToHelp {
        return invalid("/signpost_id", "not_allowed", "Only a hub refers on to a signpost.");
    }
    match told.news {
        _ if registered && told.news != ReferralUpdateChannel::Code => {
            invalid("/updates_by", "not_allowed", "Whoever is registered is written to as they wish.")
        }
        ReferralUpdateChannel::Sms if told.phone.is_none() => invalid("/phone", "required", "Texts need a number to go to."),
        ReferralUpdateChannel::Email if told.email.is_none() => {
            invalid("/email", "required", "E-mails need an address to go to.")
        }
        _ => Ok(()),
    }
}

/// What comes next, in plain words for the person.
pub const fn next_step(kind: ReferralKind, state: ReferralState) -> &'static str {
    match (state, kind) {
        (ReferralState::Sent, _) => "It has arrived and waits to be read. You need do nothing.",
        (ReferralState::InformationRequested, _) => {
            "Something more was asked of those who referred you. They may get in touch with you."
        }
        (ReferralState::Accepted, ReferralKind::HubToService) => {
            "You are welcome here. Register by the link that you were sent, or without one, whenever you like."
        }
        (ReferralState::Accepted, ReferralKind::ServiceToHub) => "The hub has taken it on and gets in touch with you.",
        (ReferralState::Accepted, ReferralKind::HubToHelp) => "It was taken on, and you will be helped as was agreed with you.",
        (ReferralState::Declined, _) => "It could not be taken on. There is other help for you: please see below.",
        (ReferralState::Withdrawn, _) => "It was taken back. You can ask for help again at any time.",
        (ReferralState::Closed, _) => "It has come to its end. You can ask for help again at any time.",
    }
}

/// What to point somebody to help for whose referral stands so: crisis help always, help elsewhere when it was declined.
pub const fn needs(state: ReferralState) -> &'static [SignpostNeed] {
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
    fn a_referral_goes_from_state_to_state_by_whom_it_may() {
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
                        let found = allowed.iter().find(|(from, what, by, _)| (from, what, by) == (state, event, party));
                        found.map(|(_, _, _, to)| *to)
                    };
                    assert_eq!(step(*state, *event, *party).ok(), expected, "{state:?} {event:?} {party:?}");
                }
            }
        }
        for over in [S::Declined, S::Withdrawn, S::Closed] {
            assert!(!over.is_open());
            assert_eq!(possible(over, &[Sender, Person]), [E::ConsentWithdrawn]);
        }
    }

    #[test]
    fn each_side_has_its_part() {
        use ReferralParty::{Person, Receiver, Sender};
        for (kind, hub, service) in [
            (ReferralKind::HubToService, &[Sender][..], &[Receiver][..]),
            (ReferralKind::ServiceToHub, &[Receiver], &[Sender]),
            (ReferralKind::HubToHelp, &[Sender, Receiver], &[]),
        ] {
            assert_eq!((sides(kind, Side::Hub), sides(kind, Side::Service)), (hub, service));
            assert_eq!(sides(kind, Side::Person), [Person]);
        }
    }

    fn a_nurse() -> Referred {
        Referred {
            reason: ReferralReason::Trauma,
            pseudonym: None,
            profession: Some(Profession::Nurse),
            icb_code: Some("QWE".to_owned()),
            name: None,
            phone: None,
            email: None,
            note: None,
            news: ReferralUpdateChannel::Code,
            help: None,
            signpost: None,
        }
    }

    #[test]
    fn nobody_is_named_without_their_consent() {
        let named = Referred { name: Some("Nora".to_owned()), phone: Some("1".to_owned()), ..a_nurse() };
        let noted = Referred { note: Some("Nora".to_owned()), ..a_nurse() };
        let mailed = Referred { email: Some("n@example.org".to_owned()), ..a_nurse() };
        let onward = Referred { help: Some(HelpFormat::Online), ..a_nurse() };
        let nobody = Referred { profession: None, ..a_nurse() };
        use ReferralKind::{HubToHelp, HubToService, ServiceToHub};
        for (kind, consent, told, registered, expected) in [
            (HubToService, false, &a_nurse(), false, vec![]),
            (HubToService, false, &named, false, vec!["/name", "/phone"]),
            (HubToService, false, &noted, false, vec!["/note"]),
            (HubToService, false, &mailed, false, vec!["/email"]),
            (HubToService, true, &named, false, vec![]),
            (HubToService, true, &nobody, false, vec!["/pseudonym"]),
            (ServiceToHub, false, &a_nurse(), true, vec!["/consent"]),
            (ServiceToHub, true, &nobody, true, vec![]),
            (HubToHelp, false, &onward, false, vec![]),
            (HubToHelp, false, &a_nurse(), false, vec!["/help"]),
            (HubToService, false, &onward, false, vec!["/help"]),
            (HubToService, true, &Referred { signpost: Some("gp".to_owned()), ..a_nurse() }, false, vec!["/signpost_id"]),
            (HubToService, true, &Referred { news: ReferralUpdateChannel::Sms, ..a_nurse() }, false, vec!["/phone"]),
            (HubToService, true, &Referred { news: ReferralUpdateChannel::Email, ..a_nurse() }, false, vec!["/email"]),
            (HubToService, true, &Referred { news: ReferralUpdateChannel::Sms, ..named.clone() }, false, vec![]),
            (ServiceToHub, true, &Referred { news: ReferralUpdateChannel::Sms, ..named.clone() }, true, vec!["/updates_by"]),
        ] {
            let refusal = check_referred(kind, consent, told, registered).err();
            let named: Vec<&str> =
                refusal.iter().flat_map(|refusal| &refusal.fields).map(|field| field.pointer.as_str()).collect();
            assert_eq!(named, expected, "{kind:?} {consent}");
        }
    }

    #[test]
    fn without_names_there_is_nothing_left_that_names_somebody() {
        let all = Referred {
            pseudonym: Some("Wren".to_owned()),
            name: Some("Nora".to_owned()),
            phone: Some("1".to_owned()),
            email: Some("n@example.org".to_owned()),
            note: Some("of ward 7".to_owned()),
            news: ReferralUpdateChannel::Sms,
            ..a_nurse()
        };
        assert!(all.names_somebody());
        let left = all.without_names();
        assert!(!left.names_somebody() && left.news == ReferralUpdateChannel::Code && left.pseudonym.is_some());
    }

    #[test]
    fn every_state_has_its_words_and_its_signposts() {
        for state in ReferralState::ALL {
            for kind in ReferralKind::ALL {
                assert!(!next_step(*kind, *state).is_empty());
            }
            assert_eq!(needs(*state)[0], SignpostNeed::Crisis);
        }
        assert!(needs(ReferralState::Declined).len() > 1);
    }
}
