//! What a practitioner could book: the one place that narrows a search to it, for the search itself and for rooms that
//! suggest something.

use super::model::{BookingStage, By, SlotFacts, SlotState};
use super::queries::appointments;
use super::queries::slots::{self, Offer, Search};
use super::{policies, rules};
use crate::access::registration::queries as registration;
use crate::platform::db::Conn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{Id, UtcTime};
use crate::platform::seal::Sealer;
use crate::scheduling::calendar::model::Kind;
use crate::scheduling::clinicians::conflicts;

/// Adds to a search what is not the practitioner's choice: whom they must not meet, minimum notice and booking window.
pub fn narrowed(conn: &mut Conn, practitioner: Id, wanted: Search, now: UtcTime) -> Result<Search> {
    let bookable = [Kind::Assessment, Kind::Treatment].map(|kind| {
        let times = rules::bookable_times(kind, now.get(), &policies());
        (kind, (*times.start()).into(), (*times.end()).into())
    });
    let excluded = conflicts::excluded_for(conn, practitioner)?;
    Ok(Search { practitioner: Some(practitioner), bookable: Some(bookable), excluded, ..wanted })
}

/// A few slots that the practitioner could book at this moment, earliest first: each would be let through by the rules of
/// booking. Looks at four times as many as are wanted, so one that is taken up with appointments may get fewer.
pub fn bookable(
    conn: &mut Conn,
    sealer: &Sealer,
    practitioner: Id,
    wanted: Search,
    window: (UtcTime, UtcTime),
    most: u16,
    now: UtcTime,
) -> Result<Vec<Offer>> {
    let stage = registration::pathway(conn, practitioner)?.map(BookingStage::from).ok_or_else(Error::not_found)?;
    let search = narrowed(conn, practitioner, wanted, now)?;
    let live = appointments::live_ones(conn, practitioner)?;
    let mut offers = slots::search(conn, sealer, &search, window, i64::from(most) * 4, now)?;
    offers.retain(|offer| {
        let facts = facts(offer, practitioner);
        let live = appointments::seen_from(&live, &facts, None);
        rules::book(&facts, stage, By::Practitioner, &live, practitioner, now.get(), &policies()).is_ok()
    });
    offers.truncate(most.into());
    Ok(offers)
}

/// An offer as the rules see it: what is found is free, or held for whoever is searched for.
fn facts(offer: &Offer, practitioner: Id) -> SlotFacts {
    SlotFacts {
        id: offer.id,
        clinician: offer.clinician,
        kind: offer.kind,
        mode: offer.mode,
        starts_at: offer.starts_at.get(),
        ends_at: offer.ends_at.get(),
        state: SlotState::Free,
        held_by: offer.held_until.map(|_| practitioner),
        held_until: offer.held_until.map(UtcTime::get),
    }
}
