//! What a practitioner could book: the one place that narrows a search to it, for the search itself and for rooms that
//! suggest something.

use super::figures::policies;
use super::model::{ActorKind, BookingFacts, SlotFacts, SlotState};
use super::queries::booking::{LiveOne, counted, live_ones, seen_from};
use super::queries::slots::{self, Offer, Search};
use super::{meeting, rules};
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use crate::clinicians::Opening;
use access::funding::cover;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};
use platform::seal::optional;

/// What of booking is open to a practitioner at a moment, whatever slot they look at.
#[derive(Debug)]
pub struct Open {
    /// The kinds of which they could book a slot.
    pub kinds: Vec<AppointmentKind>,
    /// Why they could book none of the others.
    pub refused: Vec<(AppointmentKind, Refusal)>,
    /// When they are elsewhere.
    busy: Vec<(UtcTime, UtcTime)>,
    /// Whether there is a number at which they can be rung.
    has_number: bool,
}

impl Open {
    /// Why nothing of this kind, or of any, can be booked; none where something can.
    pub fn why_nothing(&self, kind: Option<AppointmentKind>, mode: Option<AppointmentMode>) -> Option<Refusal> {
        let wanted = |one: &AppointmentKind| kind.is_none_or(|kind| kind == *one);
        if !self.kinds.iter().any(wanted) {
            return self.refused.iter().find(|(one, _)| wanted(one)).map(|(_, refusal)| refusal.clone());
        }
        (mode == Some(AppointmentMode::Phone) && !self.has_number).then(|| Reason::PhoneRequired.into())
    }
}

/// What is open to a practitioner: by their stage, their live appointments and whoever pays. `moving` is an appointment that is to
/// move; then that counts, and nothing is booked anew.
///
/// # Errors
/// 404 when there is no such practitioner, or the appointment is not theirs or not live.
pub fn open_to(tx: &mut Tx, practitioner: Id, moving: Option<Id>) -> Result<Open> {
    let stage = registration::pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let live = live_ones(tx, practitioner)?;
    let (mut kinds, mut refused) = (Vec::new(), Vec::new());
    // The kind that comes next for them is named first where none is open.
    let next = if stage == Pathway::InCare { AppointmentKind::Treatment } else { AppointmentKind::Assessment };
    let mut all: Vec<AppointmentKind> = AppointmentKind::ALL.to_vec();
    all.sort_by_key(|kind| *kind != next);
    let moved = match moving {
        Some(id) => Some(live.iter().find(|(one, ..)| *one == id).map(|(_, kind, ..)| *kind).ok_or_else(Error::not_found)?),
        None => None,
    };
    let counts = counted(&live);
    for kind in all {
        let verdict = match moved {
            Some(own) if own == kind => rules::check_moving(kind, stage),
            Some(_) => Err(Reason::KindMismatch.into()),
            None => rules::check_kind(kind, stage, &counts, &policies()),
        };
        let verdict = match verdict {
            Ok(()) if moved.is_none() => unpaid(cover::check(tx, practitioner, kind.into()))?,
            verdict => verdict.err(),
        };
        match verdict {
            None => kinds.push(kind),
            Some(refusal) => refused.push((kind, refusal)),
        }
    }
    let busy = live.iter().filter(|(id, ..)| Some(*id) != moving).map(|(_, _, from, to)| (*from, *to)).collect();
    // What can be booked is shown even when the record that holds the number is damaged: booking asks for one.
    let has_number = optional(meeting::own_number(tx, practitioner))?.flatten().is_some();
    Ok(Open { kinds, refused, busy, has_number })
}

/// Why nobody pays, if so; what else went wrong stays an error.
fn unpaid(checked: Result<()>) -> Result<Option<Refusal>> {
    match checked {
        Ok(()) => Ok(None),
        Err(error) if matches!(error.reason(), Reason::FundingRequired | Reason::FundingExpired | Reason::FundingExhausted) => {
            Ok(Some(error.refusal))
        }
        Err(error) => Err(error),
    }
}

/// Adds to a search what is not the searcher's choice: whom the practitioner must not meet, what is open to them, where they are at
/// that time, and how they can be reached. What is left is what booking accepts.
///
/// # Errors
/// When the database refuses.
pub fn narrowed(tx: &mut Tx, practitioner: Id, open: &Open, wanted: Search) -> Result<Search> {
    let excluded = conflicts::excluded_for(tx, practitioner)?;
    Ok(Search {
        practitioner: Some(practitioner),
        excluded,
        kinds: Some(open.kinds.clone()),
        busy: open.busy.clone(),
        no_phone: !open.has_number,
        ..wanted
    })
}

/// Between which instants a practitioner may book slots of each kind themselves: minimum notice and booking window.
pub fn bookable_times(now: UtcTime) -> [(AppointmentKind, UtcTime, UtcTime); 2] {
    [AppointmentKind::Assessment, AppointmentKind::Treatment].map(|kind| {
        let times = rules::bookable_times(kind, now.get(), &policies());
        (kind, (*times.start()).into(), (*times.end()).into())
    })
}

/// Of which slots a practitioner could book one; none where none is open to them. For the directory of clinicians. At no stage are two
/// kinds open.
///
/// # Errors
/// As [`open_to`].
pub fn opening(tx: &mut Tx, practitioner: Id) -> Result<Option<Opening>> {
    let open = open_to(tx, practitioner, None)?;
    let times = bookable_times(tx.now).into_iter().find(|(kind, ..)| open.kinds.contains(kind));
    Ok(times.map(|(kind, from, to)| Opening { kind, from, to, by_phone: open.has_number }))
}

/// A few slots that the practitioner could book at this moment, earliest first: each would be let through by the rules of
/// booking. Looks at four times as many as are wanted, so one that is taken up with appointments may get fewer.
pub fn bookable(tx: &mut Tx, practitioner: Id, wanted: Search, window: (UtcTime, UtcTime), most: u16) -> Result<Vec<Offer>> {
    let stage = registration::pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let open = open_to(tx, practitioner, None)?;
    let wanted = Search { bookable: Some(bookable_times(tx.now)), ..wanted };
    let search = narrowed(tx, practitioner, &open, wanted)?;
    let live = live_ones(tx, practitioner)?;
    let mut offers = slots::search(tx, &search, window, i64::from(most) * 4)?;
    offers.retain(|offer| rules::check_slot(&facts(offer, practitioner, stage, &live), tx.now.get()).is_ok());
    offers.truncate(most.into());
    Ok(offers)
}

/// An offer as the rules see it: what is found is free, or held for whoever is searched for.
fn facts(offer: &Offer, practitioner: Id, stage: Pathway, live: &[LiveOne]) -> BookingFacts {
    let slot = SlotFacts {
        id: offer.id,
        clinician: offer.clinician,
        kind: offer.kind,
        mode: offer.mode,
        starts_at: offer.starts_at.get(),
        ends_at: offer.ends_at.get(),
        state: SlotState::Free,
        held_by: offer.held_until.map(|_| practitioner),
        held_until: offer.held_until.map(UtcTime::get),
    };
    BookingFacts::new(practitioner, ActorKind::Practitioner, stage, slot, seen_from(live, &slot, None))
}
