//! What a practitioner can book. The slot search, follow-ups and the directory all use this, so that they show only what booking
//! accepts.

use super::model::{ActorKind, BookingFacts, SlotFacts, SlotState};
use super::policy::policies;
use super::queries::booking::{LiveAppointment, count_by_kind, live_appointments, relative_to_slot};
use super::queries::slots::{self, Offer, Search};
use super::{meeting, rules};
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use crate::clinicians::BookableSlots;
use access::funding::funded_sessions;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};

/// What a practitioner can book at present, for any slot.
#[derive(Debug)]
pub struct BookingOptions {
    /// The kinds of appointment they can book.
    pub kinds: Vec<AppointmentKind>,
    /// Why they cannot book the other kinds.
    pub refused: Vec<(AppointmentKind, Refusal)>,
    /// When they have other appointments.
    busy: Vec<(UtcTime, UtcTime)>,
    /// Whether there is a number to call them at.
    has_phone_number: bool,
}

impl BookingOptions {
    /// Why nothing of this kind, or nothing at all, can be booked; none when something can.
    pub fn refusal_for(&self, kind: Option<AppointmentKind>, mode: Option<AppointmentMode>) -> Option<Refusal> {
        let matches = |other: &AppointmentKind| kind.is_none_or(|kind| kind == *other);
        if !self.kinds.iter().any(matches) {
            return self.refused.iter().find(|(other, _)| matches(other)).map(|(_, refusal)| refusal.clone());
        }
        (mode == Some(AppointmentMode::Phone) && !self.has_phone_number).then(|| Reason::PhoneRequired.into())
    }
}

/// What a practitioner can book: by their pathway, their live appointments and their funding. `moving` is an appointment that is
/// to be moved; then only its kind counts, and nothing new is booked.
///
/// # Errors
/// 404 when there is no such practitioner, or the appointment is not theirs or not live.
pub fn booking_options(tx: &mut Tx, practitioner: Id, moving: Option<Id>) -> Result<BookingOptions> {
    let pathway = registration::pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let live = live_appointments(tx, practitioner)?;
    let (mut kinds, mut refused) = (Vec::new(), Vec::new());
    // The kind that comes next for them is listed first, so that its refusal is the one shown when no kind is open.
    let next = if pathway == Pathway::InCare { AppointmentKind::Treatment } else { AppointmentKind::Assessment };
    let mut all: Vec<AppointmentKind> = AppointmentKind::ALL.to_vec();
    all.sort_by_key(|kind| *kind != next);
    let moved = match moving {
        Some(id) => Some(live.iter().find(|(own, ..)| *own == id).map(|(_, kind, ..)| *kind).ok_or_else(Error::not_found)?),
        None => None,
    };
    let counts = count_by_kind(&live);
    for kind in all {
        let checked = match moved {
            Some(own) if own == kind => rules::check_moving(kind, pathway),
            Some(_) => Err(Reason::KindMismatch.into()),
            None => rules::check_kind(kind, pathway, &counts, &policies()),
        };
        let checked = match checked {
            Ok(()) if moved.is_none() => funding_refusal(funded_sessions::check_funded(tx, practitioner, kind))?,
            checked => checked.err(),
        };
        match checked {
            None => kinds.push(kind),
            Some(refusal) => refused.push((kind, refusal)),
        }
    }
    let busy = live.iter().filter(|(id, ..)| Some(*id) != moving).map(|(_, _, from, to)| (*from, *to)).collect();
    // Slots are shown even when no number can be decrypted: booking asks for one.
    let has_number = meeting::practitioner_number(tx, practitioner)?.is_some();
    Ok(BookingOptions { kinds, refused, busy, has_phone_number: has_number })
}

/// Why funding is missing, if it is; any other error stays an error.
fn funding_refusal(checked: Result<()>) -> Result<Option<Refusal>> {
    match checked {
        Ok(()) => Ok(None),
        Err(error) if matches!(error.reason(), Reason::FundingRequired | Reason::FundingExpired | Reason::FundingExhausted) => {
            Ok(Some(error.refusal))
        }
        Err(error) => Err(error),
    }
}

/// Restricts a search to what booking accepts: no clinicians in conflict with the practitioner, only kinds they can book, no
/// overlap with their appointments, and telephone only when there is a number to call.
///
/// # Errors
/// When the database fails.
pub fn restrict_search(tx: &mut Tx, practitioner: Id, options: &BookingOptions, wanted: Search) -> Result<Search> {
    let excluded = conflicts::staff_excluded_for(tx, practitioner)?;
    Ok(Search {
        practitioner: Some(practitioner),
        excluded,
        kinds: Some(options.kinds.clone()),
        busy: options.busy.clone(),
        no_phone: !options.has_phone_number,
        ..wanted
    })
}

/// Between which instants practitioners can book slots of each kind: minimum notice and booking window.
pub fn bookable_times(now: UtcTime) -> [(AppointmentKind, UtcTime, UtcTime); 2] {
    [AppointmentKind::Assessment, AppointmentKind::Treatment].map(|kind| {
        let times = rules::bookable_times(kind, now.get(), &policies());
        (kind, (*times.start()).into(), (*times.end()).into())
    })
}

/// The slots that a practitioner can book, for the directory of clinicians; none when they can book nothing. At most one kind is
/// open on any pathway.
///
/// # Errors
/// As [`booking_options`].
pub fn bookable_slots(tx: &mut Tx, practitioner: Id) -> Result<Option<BookableSlots>> {
    let options = booking_options(tx, practitioner, None)?;
    let times = bookable_times(tx.now).into_iter().find(|(kind, ..)| options.kinds.contains(kind));
    Ok(times.map(|(kind, from, to)| BookableSlots { kind, from, to, by_phone: options.has_phone_number }))
}

/// A few slots that the practitioner can book at this moment, earliest first; each passes the rules of booking. Looks at four
/// times as many as are wanted, so a practitioner with many appointments may get fewer.
pub fn suggest_slots(tx: &mut Tx, practitioner: Id, wanted: Search, window: (UtcTime, UtcTime), most: u16) -> Result<Vec<Offer>> {
    let pathway = registration::pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let options = booking_options(tx, practitioner, None)?;
    let wanted = Search { bookable: Some(bookable_times(tx.now)), ..wanted };
    let search = restrict_search(tx, practitioner, &options, wanted)?;
    let live = live_appointments(tx, practitioner)?;
    let mut offers = slots::search(tx, &search, window, i64::from(most) * 4)?;
    offers.retain(|offer| rules::check_slot(&booking_facts(offer, practitioner, pathway, &live), tx.now.get()).is_ok());
    offers.truncate(most.into());
    Ok(offers)
}

/// The booking facts of an offer: a slot that is found is free, or held by this practitioner.
fn booking_facts(offer: &Offer, practitioner: Id, pathway: Pathway, live: &[LiveAppointment]) -> BookingFacts {
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
    BookingFacts::new(practitioner, ActorKind::Practitioner, pathway, slot, relative_to_slot(live, &slot, None))
}
