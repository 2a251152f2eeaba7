//! Reads what is needed to decide whether two people in a group know each other, and who each of them is willing to meet.

use std::collections::BTreeMap;

use super::model::{Attendee, WillingnessToMeet};
use people::relationships::acquaintance::{self, Known};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// These practitioners with the identities by which others may know them.
pub(super) fn practitioners_as_known(tx: &mut Tx, people: &[(Id, WillingnessToMeet)]) -> Result<Vec<Attendee>> {
    let known = acquaintance::practitioners_as_known(tx, &ids(people))?;
    Ok(attendees(known, people, false))
}

/// These facilitators with the identities by which others may know them.
pub(super) fn facilitators_as_known(tx: &mut Tx, people: &[(Id, WillingnessToMeet)]) -> Result<Vec<Attendee>> {
    let known = acquaintance::staff_as_known(tx, &ids(people))?;
    Ok(attendees(known, people, true))
}

fn ids(people: &[(Id, WillingnessToMeet)]) -> Vec<Id> {
    people.iter().map(|(id, _)| *id).collect()
}

fn attendees(known: Vec<Known>, people: &[(Id, WillingnessToMeet)], facilitates: bool) -> Vec<Attendee> {
    let willing: BTreeMap<Id, WillingnessToMeet> = people.iter().copied().collect();
    let attendee = |Known { id, marks, employers, avoids }| {
        willing.get(&id).map(|meets| Attendee { id, marks, employers, avoids, meets: *meets, facilitates })
    };
    known.into_iter().filter_map(attendee).collect()
}
