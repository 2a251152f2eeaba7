//! From a clinic's wall-clock pattern to slots in universal time, through both clock changes.
//!
//! Slots start every `slot_minutes + gap_minutes` of local time. On the two nights of the year on which the clocks in
//! Europe/London change:
//!
//! * Spring: local times from 01:00 up to 02:00 do not exist. A slot that would start in them, end in them or extend across them
//!   is left out. One that ends exactly at the change is kept. A slot is also left out when the missing hour would remove the gap
//!   after the slot before it.
//! * Autumn: local times from 01:00 up to 02:00 occur twice. A slot that starts in them starts at their first occurrence (summer
//!   time); the second occurrence stays empty. A slot that extends across the change keeps its real length, so that its local end
//!   reads an hour earlier than on other days.
//!
//! So every slot has exactly its length, no two overlap, and none starts before its clinic starts or ends after it.

use chrono::{DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;

use super::super::model::{Absence, Clinic, ClinicTerms, PlannedSlot};

/// How many weeks ahead slots are created.
pub const HORIZON_WEEKS: u64 = 12;

/// The first date without slots: twelve weeks after `today`. Since the end date of [`plan_slots`] is exclusive,
/// `plan_slots(clinic, today, horizon(today), …)` covers every weekday exactly twelve times, bank holidays included.
pub fn horizon(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(7 * HORIZON_WEEKS)).unwrap_or(NaiveDate::MAX)
}

/// The local date in Europe/London at this instant.
pub fn local_date(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&London).date_naive()
}

/// Whether an absence overlaps a slot. One that ends when the slot starts, or starts when it ends, does not.
pub fn absence_overlaps(absence: &Absence, slot: &PlannedSlot) -> bool {
    absence.starts_at < slot.ends_at && slot.starts_at < absence.ends_at
}

/// The slots of a clinic on the local dates from `from_date` (inclusive) to `until_date` (exclusive), in order of time, within
/// the clinic's validity and without those that an absence overlaps. On the days of `holidays`, in order, there are slots only if the
/// clinic is held on bank holidays. A date's slots depend on that date alone, so that planning
/// one range after another gives the same result as planning all of it.
///
/// The clinic's terms must have been checked; invalid terms give no slots rather than wrong ones.
pub fn plan_slots(
    clinic: &Clinic,
    from_date: NaiveDate,
    until_date: NaiveDate,
    absences: &[Absence],
    holidays: &[NaiveDate],
) -> Vec<PlannedSlot> {
    let terms = &clinic.terms;
    let days_to_weekday = terms.weekday.days_since(from_date.max(terms.valid_from).weekday());
    let first = from_date.max(terms.valid_from).checked_add_days(Days::new(days_to_weekday.into()));
    std::iter::successors(first, |date| date.checked_add_days(Days::new(7)))
        .take_while(|date| *date < until_date && terms.valid_until.is_none_or(|last| *date <= last))
        .filter(|date| terms.on_bank_holidays || holidays.binary_search(date).is_err())
        .flat_map(|date| plan_day(terms, date))
        .filter(|slot| !absences.iter().any(|absence| absence_overlaps(absence, slot)))
        .collect()
}

fn plan_day(terms: &ClinicTerms, date: NaiveDate) -> Vec<PlannedSlot> {
    let length = TimeDelta::minutes(terms.slot_minutes.into());
    let gap = TimeDelta::minutes(terms.gap_minutes.into());
    let mut slots: Vec<PlannedSlot> = Vec::new();
    for start in local_starts(terms) {
        let Some(slot) = slot_at(date, start, length) else { continue };
        if slots.last().is_none_or(|previous| slot.starts_at - previous.ends_at >= gap) {
            slots.push(slot);
        }
    }
    slots
}

/// The local times at which slots start on a normal day.
fn local_starts(terms: &ClinicTerms) -> impl Iterator<Item = NaiveTime> {
    let length = i64::from(terms.slot_minutes);
    let step = length + i64::from(terms.gap_minutes);
    let open = terms.open().num_minutes();
    let from = terms.from;
    // With a length of zero there would be no end to the slots.
    let count = if length == 0 || open < length { 0 } else { (open - length) / step + 1 };
    (0..count).map(move |number| from + TimeDelta::minutes(number * step))
}

/// The slot that starts at this local time, unless that time does not exist or the clocks go forward during the slot.
fn slot_at(date: NaiveDate, start: NaiveTime, length: TimeDelta) -> Option<PlannedSlot> {
    let starts_at = match London.from_local_datetime(&date.and_time(start)) {
        MappedLocalTime::Single(time) | MappedLocalTime::Ambiguous(time, _) => time.to_utc(),
        MappedLocalTime::None => return None,
    };
    let ends_at = starts_at.checked_add_signed(length)?;
    let last_instant = ends_at - TimeDelta::nanoseconds(1);
    (seconds_ahead(last_instant) <= seconds_ahead(starts_at)).then_some(PlannedSlot { starts_at, ends_at })
}

/// How many seconds the clocks in Europe/London are ahead of UTC at this instant.
fn seconds_ahead(instant: DateTime<Utc>) -> i32 {
    London.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()
}
