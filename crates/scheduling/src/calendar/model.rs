//! The nouns of the calendar: clinics, absences and the slots laid out from them, and what changes in it.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

pub use crate::clinicians::model::{AppointmentKind, AppointmentMode};
use platform::ids::{Id, UtcTime};

platform::words! {
    /// Whether a slot may be booked.
    pub enum SlotState {
        /// Nobody has booked it. It may be held.
        Free = "free",
        /// It belongs to a live appointment.
        Booked = "booked",
        /// It is no longer offered.
        Withdrawn = "withdrawn",
    }
}

platform::words! {
    /// When a clinician is told of changes in their calendar that others made.
    pub enum CalendarMessages {
        /// A few minutes after each change.
        Immediately = "immediately",
        /// Once a day, in the morning. What begins before then is told at once.
        Daily = "daily",
        /// Not at all.
        Never = "never",
    }

    /// What of a calendar was changed.
    pub enum Changed {
        /// An appointment.
        Appointment = "appointment",
        /// A session of a group that they lead.
        Session = "session",
        /// The places of a group that they lead.
        Places = "places",
        /// Whom they look after.
        Caseload = "caseload",
        /// What is agreed for later.
        FollowUp = "follow_up",
        /// Appointments that have lost their slots.
        Orphaned = "orphaned",
    }
}

/// A change: when something was to be, and when it is to be now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What kind of thing.
    pub what: Changed,
    pub subject: Id,
    /// When it was to begin; none for what is new or has no time.
    pub from: Option<UtcTime>,
    /// When it begins now; none for what is cancelled or has no time.
    pub to: Option<UtcTime>,
}

impl Change {
    /// A change of something that has no time of its own.
    pub fn of(what: Changed, subject: Id) -> Self {
        Self { what, subject, from: None, to: None }
    }

    /// An appointment that is new, moved or cancelled.
    pub fn appointment(subject: Id, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Self {
        Self { what: Changed::Appointment, subject, from: from.map(Into::into), to: to.map(Into::into) }
    }

    /// A session of a group that is moved or cancelled.
    pub fn session(subject: Id, from: UtcTime, to: Option<UtcTime>) -> Self {
        Self { what: Changed::Session, subject, from: Some(from), to }
    }
}

/// The stable text form of a weekday (`monday` to `sunday`).
pub const fn weekday_as_str(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}

/// The weekday with this text form (`monday` to `sunday`), if there is one.
pub fn parse_weekday(text: &str) -> Option<Weekday> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    [Mon, Tue, Wed, Thu, Fri, Sat, Sun].into_iter().find(|weekday| weekday_as_str(*weekday) == text)
}

/// The end of the day as the end of a clinic: chrono's time of day has no 24:00, and SQLite's and PostgreSQL's order is kept.
pub const MIDNIGHT: NaiveTime = match NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// The recurring pattern of a clinic. Times are wall time in Europe/London; a clinic never crosses midnight.
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
    /// What the slots are for.
    pub kind: AppointmentKind,
    /// How the slots are held.
    pub mode: AppointmentMode,
    /// The first local date on which the clinic may be held.
    pub valid_from: NaiveDate,
    /// The last local date on which the clinic may be held (that day included); `None` while no end is planned.
    pub valid_until: Option<NaiveDate>,
}

impl ClinicTerms {
    /// How long the clinic is open.
    pub fn open(&self) -> TimeDelta {
        let to_midnight = if self.until == MIDNIGHT { TimeDelta::microseconds(1) } else { TimeDelta::zero() };
        self.until - self.from + to_midnight
    }
}

/// One clinician's clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clinic {
    /// Whose clinic it is.
    pub clinician: Id,
    /// When it is held and what for.
    pub terms: ClinicTerms,
}

/// A clinic as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptClinic {
    /// Names the clinic.
    pub id: Id,
    /// Whose it is, when it is held and what for.
    pub clinic: Clinic,
    /// Where people are seen, if anywhere.
    pub place: Option<String>,
    /// Slots are laid out up to and without this day.
    pub laid_out_until: NaiveDate,
    pub ended_at: Option<UtcTime>,
    pub version: i32,
}

/// A stretch of time in which a clinician sees nobody: from `starts_at` up to, but not including, `ends_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// First instant of the absence.
    pub starts_at: DateTime<Utc>,
    /// First instant after the absence.
    pub ends_at: DateTime<Utc>,
}

/// A slot that a clinic yields, before it is a row: from `starts_at` up to, but not including, `ends_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlannedSlot {
    /// First instant of the slot.
    pub starts_at: DateTime<Utc>,
    /// First instant after the slot.
    pub ends_at: DateTime<Utc>,
}

/// A slot as it shall be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The clinic that yields it.
    pub clinic: Id,
    pub slot: PlannedSlot,
    pub kind: AppointmentKind,
    /// How it is held.
    pub mode: AppointmentMode,
    /// Where, if anywhere.
    pub place: Option<String>,
}

/// A slot as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Names the slot.
    pub id: Id,
    pub offer: Offer,
    /// Whether it may be booked.
    pub state: SlotState,
}

/// What must happen to the slots of a clinician, so that they are what clinics and absences say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Free slots that are no longer offered, or not as they stand.
    pub withdraw: Vec<Id>,
    /// Withdrawn slots that are offered again as they stand.
    pub revive: Vec<Id>,
    /// Slots that are offered again otherwise than they stand.
    pub change: Vec<(Id, Offer)>,
    /// Slots that do not exist yet.
    pub add: Vec<Offer>,
    /// Booked slots that are no longer offered.
    pub lost: Vec<Id>,
    /// Booked slots that are.
    pub kept: Vec<Id>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn every_word_is_read_back_from_its_text_and_from_json() {
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

    #[test]
    fn weekdays_have_whole_lower_case_names() {
        assert_eq!(weekday_as_str(Weekday::Wed), "wednesday");
        for number in 0..7u8 {
            let weekday = Weekday::try_from(number).expect("0 to 6 are weekdays");
            assert_eq!(parse_weekday(weekday_as_str(weekday)), Some(weekday));
        }
        assert_eq!(parse_weekday("Mon"), None);
    }
}
