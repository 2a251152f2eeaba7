//! Reads what is needed to decide whether two people in a group know each other, and who each of them is willing to meet.

use std::collections::BTreeMap;

use super::model::{Attendee, WillingnessToMeet};
use people::relationships::identities::{self, PersonIdentity};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// These practitioners with the identities by which others may know them.
pub(super) fn practitioners(tx: &mut Tx, people: &[(Id, WillingnessToMeet)]) -> Result<Vec<Attendee>> {
    let known = identities::practitioner_identities(tx, &ids(people))?;
    Ok(attendees(known, people, false))
}

/// These facilitators with the identities by which others may know them.
pub(super) fn facilitators(tx: &mut Tx, people: &[(Id, WillingnessToMeet)]) -> Result<Vec<Attendee>> {
    let known = identities::staff_identities(tx, &ids(people))?;
    Ok(attendees(known, people, true))
}

fn ids(people: &[(Id, WillingnessToMeet)]) -> Vec<Id> {
    people.iter().map(|(id, _)| *id).collect()
}

fn attendees(known: Vec<PersonIdentity>, people: &[(Id, WillingnessToMeet)], facilitates: bool) -> Vec<Attendee> {
    let willing: BTreeMap<Id, WillingnessToMeet> = people.iter().copied().collect();
    let attendee = |PersonIdentity { id, keys: marks, employers, blocked: avoids }| {
        willing.get(&id).map(|meets| Attendee {
            id,
            identity: marks,
            employers,
            avoids,
            willing_to_meet: *meets,
            is_facilitator: facilitates,
        })
    };
    known.into_iter().filter_map(attendee).collect()
}
