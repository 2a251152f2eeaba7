//! Request and response bodies of clinics, absences and the calendar.

mod entries;
pub mod messages;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use self::entries::{Calendar, CalendarEntry, CalendarQuery, OrphanReason, OrphanedAppointment};
use super::model::{AppointmentKind, AppointmentMode, ClinicRecord, ClinicTerms, MIDNIGHT};
use super::queries::absences::AbsenceRecord;
use crate::clinicians::dto::Town;
use platform::ids::{Id, UtcTime};
use platform::local_time::{Day, LocalTime};
use platform::private::Private;

/// The end of a day's hours as a local time in Europe/London; `24:00` for the end of the day.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 5, max_length = 5, pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "17:00")]
pub struct ClosingTime(pub NaiveTime);

impl TryFrom<String> for ClosingTime {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == END_OF_DAY { Ok(Self(MIDNIGHT)) } else { LocalTime::try_from(text).map(|time| Self(time.0)) }
    }
}

impl From<ClosingTime> for String {
    fn from(time: ClosingTime) -> Self {
        if time.0 == MIDNIGHT { END_OF_DAY.to_owned() } else { LocalTime(time.0).into() }
    }
}

const END_OF_DAY: &str = "24:00";

/// A clinic: the same hours every week, in local time of Europe/London.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClinicForm {
    /// The clinician. Clinicians may leave it out; a clinic cannot be passed to another clinician.
    pub clinician_id: Option<Id>,
    /// The day of the week.
    pub weekday: Day,
    /// When the first slot starts.
    pub from: LocalTime,
    /// The time by which the last slot has ended.
    pub until: ClosingTime,
    /// The length of a slot in minutes; a multiple of five.
    #[schema(minimum = 10, maximum = 240)]
    pub slot_minutes: u16,
    /// The minutes kept free after each slot; none when left out.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 60)]
    pub gap_minutes: u16,
    /// The kind of appointment the slots are for.
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where practitioners are seen; required for clinics in person.
    pub place: Option<Town>,
    /// The first day; today when left out.
    pub valid_from: Option<NaiveDate>,
    /// The last day (inclusive); no end when left out.
    pub valid_until: Option<NaiveDate>,
    /// Whether the clinic is held on bank holidays of England and Wales too; not when left out.
    #[serde(default)]
    pub on_bank_holidays: bool,
}

impl ClinicForm {
    /// The terms; valid from `today` when the form gives no first day.
    pub fn terms(&self, today: NaiveDate) -> ClinicTerms {
        ClinicTerms {
            weekday: self.weekday.into(),
            from: self.from.0,
            until: self.until.0,
            slot_minutes: self.slot_minutes,
            gap_minutes: self.gap_minutes,
            kind: self.kind,
            mode: self.mode,
            valid_from: self.valid_from.unwrap_or(today),
            valid_until: self.valid_until,
            on_bank_holidays: self.on_bank_holidays,
        }
    }
}

/// A clinic.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClinicView {
    /// Names the clinic.
    pub id: Id,
    /// The clinician.
    pub clinician_id: Id,
    /// The day of the week.
    pub weekday: Day,
    /// When the first slot starts.
    pub from: LocalTime,
    /// The time by which the last slot has ended.
    pub until: ClosingTime,
    /// The length of a slot in minutes.
    #[schema(minimum = 10, maximum = 240)]
    pub slot_minutes: u16,
    /// The minutes kept free after each slot.
    #[schema(minimum = 0, maximum = 60)]
    pub gap_minutes: u16,
    /// The kind of appointment the slots are for.
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where practitioners are seen.
    #[schema(max_length = 100)]
    pub place: Option<String>,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day (inclusive); null while no end is planned.
    pub valid_until: Option<NaiveDate>,
    /// Whether the clinic is held on bank holidays of England and Wales too.
    pub on_bank_holidays: bool,
    /// Slots exist up to this day (exclusive).
    pub slots_until: NaiveDate,
    /// When the clinic was ended; null while it runs.
    pub ended_at: Option<UtcTime>,
}

impl From<ClinicRecord> for ClinicView {
    fn from(record: ClinicRecord) -> Self {
        let terms = record.clinic.terms;
        Self {
            id: record.id,
            clinician_id: record.clinic.clinician,
            weekday: terms.weekday.into(),
            from: LocalTime(terms.from),
            until: ClosingTime(terms.until),
            slot_minutes: terms.slot_minutes,
            gap_minutes: terms.gap_minutes,
            kind: terms.kind,
            mode: terms.mode,
            place: record.place,
            valid_from: terms.valid_from,
            valid_until: terms.valid_until,
            on_bank_holidays: terms.on_bank_holidays,
            slots_until: record.slots_until,
            ended_at: record.ended_at,
        }
    }
}

/// A clinic after a change, or in a preview as it would be, and the appointments that the change affects.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClinicChange {
    /// The clinic.
    pub clinic: ClinicView,
    /// True for a preview: nothing was changed.
    pub preview: bool,
    /// The live appointments that lose their slots by the change.
    #[schema(max_items = 10_000)]
    pub orphaned_appointments: Vec<Id>,
}

/// Whether to preview only.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PreviewQuery {
    /// True to see what would happen without changing anything.
    #[serde(default)]
    #[param(value_type = Option<bool>, nullable = false)]
    pub preview: bool,
}

/// Filter by clinician.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClinicianPageQuery {
    /// The clinician. Clinicians may leave it out; coordinators must name one.
    #[param(nullable = false)]
    pub clinician_id: Option<Id>,
}

/// A time in which a clinician sees no practitioners.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAbsence {
    /// The clinician who is away. Clinicians may leave it out.
    pub clinician_id: Option<Id>,
    /// Start of the absence (inclusive).
    pub starts_at: UtcTime,
    /// End of the absence (exclusive).
    pub ends_at: UtcTime,
    /// The reason, for the clinician and the coordinators.
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 500)]
    pub note: Option<Private<String>>,
}

/// An absence.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbsenceView {
    /// Names the absence.
    pub id: Id,
    /// The clinician who is away.
    pub clinician_id: Id,
    /// Start of the absence (inclusive).
    pub starts_at: UtcTime,
    /// End of the absence (exclusive).
    pub ends_at: UtcTime,
    /// The reason.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// True for time that the service has reserved, such as that of a group session, which is released by moving or cancelling that
    /// session.
    pub reserved: bool,
}

impl From<AbsenceRecord> for AbsenceView {
    fn from(record: AbsenceRecord) -> Self {
        Self {
            id: record.id,
            clinician_id: record.clinician,
            starts_at: record.starts_at,
            ends_at: record.ends_at,
            note: record.note.map(Private::into_revealed),
            reserved: record.reserved_for.is_some(),
        }
    }
}

/// A new absence, and the appointments that it affects.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbsenceCreated {
    /// Names the absence.
    pub id: Id,
    /// The absence.
    pub absence: AbsenceView,
    /// The live appointments that lose their slots because of it.
    #[schema(max_items = 10_000)]
    pub orphaned_appointments: Vec<Id>,
}
