//! Places in groups whose holder must not meet a facilitator or another member of the group.

use std::collections::BTreeSet;

use super::attendees;
use super::model::EnrolmentState;
use super::queries::{enrolments, facilitators, groups};
use super::rules;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// A place whose holder must not meet a person in the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceConflict {
    pub enrolment: Id,
    pub practitioner: Id,
    /// The facilitator they must not meet; none when it is another member.
    pub facilitator: Option<Id>,
}

/// Whether its holder still has the place, was offered it or waits for it.
///
/// # Errors
/// When the database fails.
pub fn is_live(tx: &mut Tx, enrolment: Id) -> Result<bool> {
    Ok(enrolments::state_of(tx, enrolment)?.is_some_and(EnrolmentState::is_live))
}

/// The places of one practitioner with a conflict.
///
/// # Errors
/// When the database fails.
pub fn for_practitioner(tx: &mut Tx, practitioner: Id) -> Result<Vec<PlaceConflict>> {
    let groups_of_theirs = enrolments::live_groups_of(tx, practitioner)?;
    let mut places = conflicts_in(tx, &groups_of_theirs)?;
    places.retain(|place| place.practitioner == practitioner);
    Ok(places)
}

/// The members of a practitioner's groups whose places have a conflict.
///
/// # Errors
/// When the database fails.
pub fn members_in_conflict(tx: &mut Tx, practitioner: Id) -> Result<BTreeSet<Id>> {
    let groups_of_theirs = enrolments::live_groups_of(tx, practitioner)?;
    Ok(conflicts_in(tx, &groups_of_theirs)?.into_iter().map(|place| place.practitioner).collect())
}

/// The places with a conflict with this facilitator.
///
/// # Errors
/// When the database fails.
pub fn for_clinician(tx: &mut Tx, clinician: Id) -> Result<Vec<PlaceConflict>> {
    let led = facilitators::open_led_by(tx, clinician)?;
    let mut places = conflicts_in(tx, &led)?;
    places.retain(|place| place.facilitator == Some(clinician));
    Ok(places)
}

/// All places with a conflict.
///
/// # Errors
/// When the database fails.
pub fn all(tx: &mut Tx) -> Result<Vec<PlaceConflict>> {
    let open = groups::open_ids(tx)?;
    conflicts_in(tx, &open)
}

fn conflicts_in(tx: &mut Tx, ids: &[Id]) -> Result<Vec<PlaceConflict>> {
    let mut found = Vec::new();
    for group in ids {
        let live = enrolments::live_places(tx, *group)?;
        let people: Vec<_> = live.iter().filter_map(|place| Some((place.practitioner?, place.willingness()))).collect();
        if people.is_empty() {
            continue;
        }
        let known = attendees::practitioners(tx, &people)?;
        let facilitators = facilitators::of(tx, *group)?;
        let facilitators = attendees::facilitators(tx, &facilitators)?;
        let has_seat = |id: Id| {
            live.iter().any(|place| place.practitioner == Some(id) && EnrolmentState::HOLDING_A_PLACE.contains(&place.state))
        };
        let mut others: Vec<_> = known.iter().filter(|one| has_seat(one.id)).cloned().collect();
        others.extend(facilitators.iter().cloned());
        for place in &live {
            let Some(one) = known.iter().find(|one| Some(one.id) == place.practitioner) else { continue };
            let barred = rules::check_conflicts(one, &others).conflicting;
            if barred.is_empty() {
                continue;
            }
            let facilitator = barred.iter().copied().find(|id| facilitators.iter().any(|known| known.id == *id));
            found.push(PlaceConflict { enrolment: place.id, practitioner: one.id, facilitator });
        }
    }
    Ok(found)
}
