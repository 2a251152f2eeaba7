//! Reads what is needed to decide whether two people in a group know each other, and who each of them is willing to meet.

use std::collections::BTreeMap;

use super::model::{Attendee, Willingness, WillingnessToMeet};
use people::relationships::identities::{self, PersonIdentity};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// These practitioners with the identities by which others may know them.
pub(super) fn practitioners(tx: &mut Tx, people: &[(Id, Willingness)]) -> Result<Vec<Attendee>> {
    let known = identities::practitioner_identities(tx, &ids(people))?;
    Ok(attendees(known, people, false))
}

/// A practitioner without what they stated about themselves after this time.
pub(super) fn practitioner_as_of(tx: &mut Tx, person: (Id, Willingness), until: UtcTime) -> Result<Option<Attendee>> {
    let known = identities::practitioner_identity_as_of(tx, person.0, until)?;
    Ok(attendees(vec![known], &[person], false).pop())
}

/// These facilitators with the identities by which others may know them.
pub(super) fn facilitators(tx: &mut Tx, people: &[(Id, WillingnessToMeet)]) -> Result<Vec<Attendee>> {
    let people: Vec<_> = people.iter().map(|(id, to_meet)| (*id, Willingness { to_meet: *to_meet, since: None })).collect();
    let known = identities::staff_identities(tx, &ids(&people))?;
    Ok(attendees(known, &people, true))
}

fn ids(people: &[(Id, Willingness)]) -> Vec<Id> {
    people.iter().map(|(id, _)| *id).collect()
}

fn attendees(known: Vec<PersonIdentity>, people: &[(Id, Willingness)], facilitates: bool) -> Vec<Attendee> {
    let willing: BTreeMap<Id, Willingness> = people.iter().copied().collect();
    let attendee = |PersonIdentity { id, keys, employers, blocked: avoids }| {
        willing.get(&id).map(|meets| Attendee {
            id,
            identity: keys,
            employers,
            avoids,
            willing_to_meet: meets.to_meet,
            willing_since: meets.since,
            is_facilitator: facilitates,
        })
    };
    known.into_iter().filter_map(attendee).collect()
}
