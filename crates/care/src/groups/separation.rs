//! Places in groups of people who must not meet somebody there: one of the two who lead it, or another member.

use super::acquaintance;
use super::model::EnrolmentState;
use super::queries::{enrolments, groups};
use super::rules;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// A place of somebody who must not meet somebody there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarredPlace {
    /// The place.
    pub enrolment: Id,
    pub practitioner: Id,
    /// The facilitator whom they must not meet; none where it is another member.
    pub facilitator: Option<Id>,
}

/// Those of one practitioner.
///
/// # Errors
/// When the database refuses.
pub fn barred_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<BarredPlace>> {
    let of = enrolments::live_groups_of(tx, practitioner)?;
    let mut places = in_groups(tx, &of)?;
    places.retain(|place| place.practitioner == practitioner);
    Ok(places)
}

/// Those that are so because of one clinician.
///
/// # Errors
/// When the database refuses.
pub fn barred_with(tx: &mut Tx, clinician: Id) -> Result<Vec<BarredPlace>> {
    let led = groups::open_led_by(tx, clinician)?;
    let mut places = in_groups(tx, &led)?;
    places.retain(|place| place.facilitator == Some(clinician));
    Ok(places)
}

/// All there are.
///
/// # Errors
/// When the database refuses.
pub fn barred(tx: &mut Tx) -> Result<Vec<BarredPlace>> {
    let open = groups::open_ids(tx)?;
    in_groups(tx, &open)
}

fn in_groups(tx: &mut Tx, ids: &[Id]) -> Result<Vec<BarredPlace>> {
    let mut found = Vec::new();
    for group in ids {
        let live = enrolments::live_places(tx, *group)?;
        let people: Vec<_> = live.iter().filter_map(|kept| Some((kept.practitioner?, kept.meets))).collect();
        if people.is_empty() {
            continue;
        }
        let known = acquaintance::practitioners_as_known(tx, &people)?;
        let leading = groups::facilitators(tx, *group)?;
        let leading = acquaintance::facilitators_as_known(tx, &leading)?;
        let has_seat =
            |id: Id| live.iter().any(|kept| kept.practitioner == Some(id) && EnrolmentState::SEATED.contains(&kept.state));
        let mut others: Vec<_> = known.iter().filter(|one| has_seat(one.id)).cloned().collect();
        others.extend(leading.iter().cloned());
        for kept in &live {
            let Some(one) = known.iter().find(|one| Some(one.id) == kept.practitioner) else { continue };
            let barred = rules::conflicts(one, &others).barred;
            if barred.is_empty() {
                continue;
            }
            let facilitator = barred.iter().copied().find(|id| leading.iter().any(|known| known.id == *id));
            found.push(BarredPlace { enrolment: kept.id, practitioner: one.id, facilitator });
        }
    }
    Ok(found)
}
