//! The nouns of the calendar: clinics, absences and the slots laid out from them.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc, Weekday};

use crate::platform::ids::Id;
pub use crate::scheduling::clinicians::model::{Kind, Mode};

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

/// The recurring pattern of a clinic. Times are wall time in Europe/London; a clinic never crosses midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClinicTerms {
    /// The day of the week on which the clinic is held.
    pub weekday: Weekday,
    /// Local time at which the first slot starts.
    pub from: NaiveTime,
    /// Local time by which the last slot has ended.
    pub until: NaiveTime,
    /// Length of a slot in minutes, 10 to 240.
    pub slot_minutes: u16,
    /// Minutes kept free after each slot, 0 to 60.
    pub gap_minutes: u16,
    /// What the slots are for.
    pub kind: Kind,
    /// How the slots are held.
    pub mode: Mode,
    /// The first local date on which the clinic may be held.
    pub valid_from: NaiveDate,
    /// The last local date on which the clinic may be held (that day included); `None` while no end is planned.
    pub valid_until: Option<NaiveDate>,
}

/// One clinician's clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clinic {
    /// Whose clinic it is.
    pub clinician: Id,
    /// When it is held and what for.
    pub terms: ClinicTerms,
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn every_word_is_read_back_from_its_text_and_from_json() {
        for (kind, text) in [(Kind::Assessment, "assessment"), (Kind::Treatment, "treatment")] {
            assert_eq!((kind.as_str(), Kind::parse(text)), (text, Some(kind)));
        }
        for (mode, text) in [(Mode::InPerson, "in_person"), (Mode::Phone, "phone"), (Mode::Video, "video")] {
            let json: StrDeserializer<'_, Error> = text.into_deserializer();
            assert_eq!((mode.as_str(), Mode::parse(text), Mode::deserialize(json)), (text, Some(mode), Ok(mode)));
        }
        assert_eq!(Kind::parse("Assessment"), None);
        assert_eq!(Mode::parse(""), None);
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
