//! Types of the calendar: clinics, absences, the slots that follow from them, and changes to report.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

pub use crate::clinicians::model::{AppointmentKind, AppointmentMode};
use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// Whether a slot may be booked.
    pub enum SlotState {
        /// It can be booked, unless it is held.
        Free = "free",
        /// It belongs to a live appointment.
        Booked = "booked",
        /// It is no longer offered.
        Withdrawn = "withdrawn",
    }
}

platform::string_enum! {
    /// When a clinician gets messages about changes in their calendar that others made.
    pub enum CalendarMessages {
        /// A few minutes after each change.
        Immediately = "immediately",
        /// Once a day, in the morning. What starts before the next morning is reported at once.
        Daily = "daily",
        /// Not at all.
        Never = "never",
    }

    /// What changed in a calendar.
    pub enum ChangeKind {
        /// An appointment.
        Appointment = "appointment",
        /// A session of a group that the clinician leads.
        Session = "session",
        /// The places in a group that the clinician leads.
        Places = "places",
        /// The practitioners in the clinician's care; the subject is the practitioner.
        Caseload = "caseload",
        /// The follow-ups that were agreed; the subject is the practitioner.
        FollowUp = "follow_up",
        /// Appointments that have lost their slots; the subject is the clinician.
        Orphaned = "orphaned",
    }
}

/// A change in a calendar, with the time before and the time after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    pub subject: Id,
    /// The start before; none for what is new or has no time.
    pub from: Option<UtcTime>,
    /// The start after; none for what is cancelled or has no time.
    pub to: Option<UtcTime>,
}

impl Change {
    /// A change of something that has no time of its own.
    pub fn of(what: ChangeKind, subject: Id) -> Self {
        Self { kind: what, subject, from: None, to: None }
    }

    /// An appointment that was booked, moved or cancelled.
    pub fn appointment(subject: Id, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Self {
        Self { kind: ChangeKind::Appointment, subject, from: from.map(Into::into), to: to.map(Into::into) }
    }

    /// A group session that was moved or cancelled.
    pub fn session(subject: Id, from: UtcTime, to: Option<UtcTime>) -> Self {
        Self { kind: ChangeKind::Session, subject, from: Some(from), to }
    }
}

/// The end of the day as the end of a clinic: chrono's time of day has no 24:00. It sorts correctly in SQLite and PostgreSQL.
pub const MIDNIGHT: NaiveTime = match NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// The weekly pattern of a clinic. Times are local times in Europe/London; a clinic never crosses midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClinicTerms {
    /// The day of the week on which the clinic is held.
    pub weekday: Weekday,
    /// Local time at which the first slot starts.
    pub from: NaiveTime,
    /// Local time by which the last slot has ended; [`MIDNIGHT`] for the end of the day.
    pub until: NaiveTime,
    /// Length of a slot in minutes, 10 to 240.
    pub slot_minutes: u16,
    /// Minutes kept free after each slot, 0 to 60.
    pub gap_minutes: u16,
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// The first local date on which the clinic may be held.
    pub valid_from: NaiveDate,
    /// The last local date on which the clinic may be held (inclusive); `None` while no end is planned.
    pub valid_until: Option<NaiveDate>,
    /// Whether it is held on bank holidays too.
    pub on_bank_holidays: bool,
}

impl ClinicTerms {
    /// How long the clinic lasts.
    pub fn open(&self) -> TimeDelta {
        let to_midnight = if self.until == MIDNIGHT { TimeDelta::microseconds(1) } else { TimeDelta::zero() };
        self.until - self.from + to_midnight
    }
}

/// One clinician's clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clinic {
    pub clinician: Id,
    pub terms: ClinicTerms,
}

/// A clinic as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClinicRecord {
    pub id: Id,
    /// The clinician and the terms.
    pub clinic: Clinic,
    /// Where practitioners are seen, if set.
    pub place: Option<String>,
    /// Slots exist up to this day (exclusive).
    pub slots_until: NaiveDate,
    pub ended_at: Option<UtcTime>,
    pub version: i32,
}

/// A time in which a clinician sees no practitioners: from `starts_at` (inclusive) to `ends_at` (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// A slot of a clinic's pattern, before it is stored: from `starts_at` (inclusive) to `ends_at` (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlannedSlot {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// A slot as it should be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The clinic it belongs to.
    pub clinic: Id,
    pub slot: PlannedSlot,
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where they meet, if set.
    pub place: Option<String>,
}

/// A slot as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingSlot {
    pub id: Id,
    pub offer: Offer,
    /// Whether it can be booked.
    pub state: SlotState,
}

/// The changes that make a clinician's slots match their clinics and absences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlotChanges {
    /// Free slots that are no longer offered, or not in their present form.
    pub withdraw: Vec<Id>,
    /// Withdrawn slots that are offered again in their present form.
    pub offer_again: Vec<Id>,
    /// Slots that are offered again in a different form.
    pub change: Vec<(Id, Offer)>,
    /// Slots that do not exist yet.
    pub add: Vec<Offer>,
    /// Booked slots that are no longer offered.
    pub lost: Vec<Id>,
    /// Booked slots that are still offered.
    pub still_offered: Vec<Id>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn every_value_is_read_back_from_its_text_and_from_json() {
        for (kind, text) in [(AppointmentKind::Assessment, "assessment"), (AppointmentKind::Treatment, "treatment")] {
            assert_eq!((kind.as_str(), AppointmentKind::parse(text)), (text, Some(kind)));
        }
        for (mode, text) in
            [(AppointmentMode::InPerson, "in_person"), (AppointmentMode::Phone, "phone"), (AppointmentMode::Video, "video")]
        {
            let json: StrDeserializer<'_, Error> = text.into_deserializer();
            assert_eq!(
                (mode.as_str(), AppointmentMode::parse(text), AppointmentMode::deserialize(json)),
                (text, Some(mode), Ok(mode))
            );
        }
        assert_eq!(AppointmentKind::parse("Assessment"), None);
        assert_eq!(AppointmentMode::parse(""), None);
    }
}
