//! Which clinics, absences and windows are valid, and which slots follow from a clinic.

mod planning;
mod reconcile;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};

pub use self::planning::{HORIZON_WEEKS, absence_overlaps, horizon, local_date, plan_slots};
pub use self::reconcile::reconcile;
use super::model::{AppointmentMode, Clinic, ClinicTerms, MIDNIGHT};
use platform::clock::days_later;
use platform::refusal::{Reason, Refusal};

/// The shortest slot, in minutes.
pub const MIN_SLOT_MINUTES: u16 = 10;
/// The longest slot, in minutes.
pub const MAX_SLOT_MINUTES: u16 = 240;
/// Slot lengths are multiples of this many minutes.
pub const SLOT_STEP_MINUTES: u16 = 5;
/// The longest gap after a slot, in minutes.
pub const MAX_GAP_MINUTES: u16 = 60;
/// The longest absence, in days in Europe/London; a longer one is entered in parts.
pub const MAX_ABSENCE_DAYS: i64 = 366;
/// The furthest end of an absence, in days of 24 hours from now.
pub const MAX_ABSENCE_AHEAD_DAYS: i64 = 5 * 366;
/// The longest window of a clinician's own calendar, in days in Europe/London.
pub const MAX_CALENDAR_DAYS: i64 = 31;
/// How far from now a calendar can be viewed, in days of 24 hours.
const MAX_CALENDAR_DISTANCE_DAYS: i64 = 10 * 366;
/// The longest window in which slots can be searched at once, in days in Europe/London.
pub const MAX_WINDOW_DAYS: i64 = 14;

/// Whether a clinic's terms are consistent.
///
/// # Errors
/// `invalid_clinic`, with one field for every invalid member.
pub fn check_clinic(terms: &ClinicTerms) -> Result<(), Refusal> {
    let refusal = check_dates(terms, check_lengths(terms, check_times(terms, Reason::InvalidClinic.into())));
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Whether a clinic of this mode can have this place.
///
/// # Errors
/// `invalid_clinic` at `/place`: a clinic in person needs one.
pub fn check_place(mode: AppointmentMode, place: Option<&str>) -> Result<(), Refusal> {
    if mode == AppointmentMode::InPerson && place.is_none() {
        return Err(Refusal::from(Reason::InvalidClinic).field(
            "/place",
            "required",
            "Give the place where practitioners are seen.",
        ));
    }
    Ok(())
}

fn check_times(terms: &ClinicTerms, mut refusal: Refusal) -> Refusal {
    for (pointer, time) in [("/from", terms.from), ("/until", terms.until)] {
        if !is_whole_minute(time) && time != MIDNIGHT {
            refusal = refusal.field(pointer, "not_whole_minutes", "Give the time in whole minutes.");
        }
    }
    if terms.until <= terms.from {
        return refusal.field("/until", "not_after_from", "The clinic must end after it starts, on the same day.");
    }
    // A slot of an invalid length is reported as such; reporting also that it does not fit would only confuse.
    if slot_length_allowed(terms.slot_minutes) && terms.open() < TimeDelta::minutes(terms.slot_minutes.into()) {
        refusal = refusal.field(
            "/until",
            "no_slot_fits",
            "No slot fits between the start and the end. Choose a later end or shorter slots.",
        );
    }
    refusal
}

fn check_lengths(terms: &ClinicTerms, mut refusal: Refusal) -> Refusal {
    if !slot_length_allowed(terms.slot_minutes) {
        refusal = refusal.field("/slot_minutes", "out_of_range", "Choose a slot length from 10 to 240 minutes.");
    } else if !terms.slot_minutes.is_multiple_of(SLOT_STEP_MINUTES) {
        refusal = refusal.field("/slot_minutes", "not_a_multiple", "Choose a slot length that is a multiple of five minutes.");
    }
    if terms.gap_minutes > MAX_GAP_MINUTES {
        refusal = refusal.field("/gap_minutes", "out_of_range", "Choose a gap of 60 minutes at most.");
    }
    refusal
}

fn check_dates(terms: &ClinicTerms, refusal: Refusal) -> Refusal {
    match terms.valid_until {
        Some(last) if last < terms.valid_from => {
            refusal.field("/valid_until", "before_valid_from", "The last day must not be before the first day.")
        }
        _ => refusal,
    }
}

fn slot_length_allowed(minutes: u16) -> bool {
    (MIN_SLOT_MINUTES..=MAX_SLOT_MINUTES).contains(&minutes)
}

fn is_whole_minute(time: NaiveTime) -> bool {
    time.second() == 0 && time.nanosecond() == 0
}

/// Whether two clinics of the same clinician overlap in weekday, time and validity (even if that weekday does not occur in the
/// days they have in common). Clinics that follow each other directly do not overlap.
pub fn overlaps(a: &Clinic, b: &Clinic) -> bool {
    let (x, y) = (&a.terms, &b.terms);
    a.clinician == b.clinician
        && x.weekday == y.weekday
        && x.from < y.until
        && y.from < x.until
        && x.valid_until.is_none_or(|last| y.valid_from <= last)
        && y.valid_until.is_none_or(|last| x.valid_from <= last)
}

/// Whether a new or changed clinic fits with the clinician's other clinics. `others` must not contain the clinic that is being
/// changed.
///
/// # Errors
/// `clinic_overlaps` when it overlaps one of them.
pub fn check_no_overlap(new: &Clinic, others: &[Clinic]) -> Result<(), Refusal> {
    if others.iter().any(|other| overlaps(new, other)) {
        return Err(Refusal::new(
            Reason::ClinicOverlaps,
            "The clinician already has a clinic at this time on this weekday. Choose another time, or change that clinic.",
        ));
    }
    Ok(())
}

/// Whether an absence's times are consistent: the end after the start, at most 366 days long, not entirely in the past, and
/// ending within five years.
///
/// # Errors
/// `invalid_absence` at `/ends_at`.
pub fn check_absence(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    let refuse = |code, detail| Err(Refusal::from(Reason::InvalidAbsence).field("/ends_at", code, detail));
    if ends_at <= starts_at {
        return refuse("not_after_start", "The absence must end after it starts.");
    }
    if ends_at > days_later(starts_at, MAX_ABSENCE_DAYS) {
        return refuse("too_long", "An absence can last 366 days at most. Enter a longer one in parts.");
    }
    if ends_at <= now {
        return refuse("in_the_past", "The absence is already over. Enter one that ends in the future.");
    }
    if ends_at - now > TimeDelta::days(MAX_ABSENCE_AHEAD_DAYS) {
        return refuse("too_far_ahead", "The absence must end within five years.");
    }
    Ok(())
}

/// Whether a search window is valid: `to` after `from`, at most `max_days` days in Europe/London and never more than
/// [`MAX_WINDOW_DAYS`].
///
/// # Errors
/// `invalid_window` at the parameters `from` and `to`.
pub fn check_window(from: DateTime<Utc>, to: DateTime<Utc>, max_days: u16) -> Result<(), Refusal> {
    check_span(from, to, i64::from(max_days).min(MAX_WINDOW_DAYS))
}

/// Whether a calendar can be viewed for this window: as [`check_window`], at most 31 days, and within ten years of now.
///
/// # Errors
/// `invalid_window` at the parameters `from` and `to`.
pub fn check_calendar_window(from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_span(from, to, MAX_CALENDAR_DAYS)?;
    if (from - now).abs() > TimeDelta::days(MAX_CALENDAR_DISTANCE_DAYS) {
        let detail = "The calendar can be viewed up to ten years from now only. Choose a nearer window.";
        return Err(Refusal::from(Reason::InvalidWindow).field("from", "too_far", detail).field("until", "too_far", detail));
    }
    Ok(())
}

fn check_span(from: DateTime<Utc>, to: DateTime<Utc>, most: i64) -> Result<(), Refusal> {
    if to <= from {
        return Err(Refusal::from(Reason::InvalidWindow)
            .field("from", "not_before_to", "The window must start before it ends.")
            .field("until", "not_after_from", "The window must end after it starts."));
    }
    if to > days_later(from, most) {
        let detail = format!("The window can be {most} days long at most. Choose an earlier end.");
        return Err(Refusal::from(Reason::InvalidWindow)
            .field("from", "too_long", detail.clone())
            .field("until", "too_long", detail));
    }
    Ok(())
}
