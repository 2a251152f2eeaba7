//! When which channel answers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::contacts::model::{ContactChannel, ContactHoursDay, ContactHoursKind, Hours, MIDNIGHT, Route, Span};
use crate::contacts::queries::hours::Kept;
use platform::ids::{Id, UtcTime};
use reference::signposts::dto::SignpostView;

/// A time on a clock in Britain, in hours and minutes; `24:00` for the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LineTime(u16);

impl TryFrom<String> for LineTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (hours, minutes) = text.split_once(':').ok_or("not a time")?;
        let (hours, minutes): (u16, u16) = (hours.parse().map_err(|_| "not a time")?, minutes.parse().map_err(|_| "not a time")?);
        let time = hours * 60 + minutes;
        if hours <= 24 && minutes < 60 && time <= MIDNIGHT { Ok(Self(time)) } else { Err("not a time") }
    }
}

impl From<LineTime> for String {
    fn from(time: LineTime) -> Self {
        format!("{:02}:{:02}", time.0 / 60, time.0 % 60)
    }
}

/// From when until when somebody answers.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactHoursSpanForm {
    /// On which day of the week; left out for hours of one day.
    #[serde(default)]
    pub weekday: Option<ContactHoursDay>,
    /// From this time on, on a clock in Britain,
    #[schema(value_type = String, min_length = 5, max_length = 5, pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "08:00")]
    pub from: LineTime,
    /// until this time; `24:00` for the end of the day.
    #[schema(value_type = String, min_length = 5, max_length = 5, pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "20:00")]
    pub until: LineTime,
}

/// Hours of a channel, from a day on or on one day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContactHours {
    /// Of which channel.
    pub channel: ContactChannel,
    /// Of every week, or of one day.
    pub kind: ContactHoursKind,
    /// The first day, or the only one: today or later.
    pub starts_on: NaiveDate,
    /// Whether nobody answers on bank holidays. Only hours of a week ask for it.
    #[serde(default)]
    pub closed_on_bank_holidays: bool,
    /// When somebody answers; none for not at all.
    #[schema(max_items = 50)]
    pub hours: Vec<ContactHoursSpanForm>,
    /// Why it is otherwise, in words for everybody.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub reason: Option<String>,
}

impl CreateContactHours {
    /// The hours that the form tells of.
    pub fn told(&self) -> Hours {
        let span = |form: &ContactHoursSpanForm| Span { weekday: form.weekday, from: form.from.0, until: form.until.0 };
        Hours {
            channel: self.channel,
            kind: self.kind,
            starts_on: self.starts_on,
            closed_on_bank_holidays: self.closed_on_bank_holidays,
            spans: self.hours.iter().map(span).collect(),
            reason: self.reason.as_ref().map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty()),
        }
    }
}

/// From when until when somebody answers, as it was set.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactHoursSpan {
    /// On which day of the week; null in hours of one day.
    pub weekday: Option<ContactHoursDay>,
    /// From this time on, on a clock in Britain,
    #[schema(value_type = String, max_length = 5, example = "08:00")]
    pub from: LineTime,
    /// until this time; `24:00` for the end of the day.
    #[schema(value_type = String, max_length = 5, example = "20:00")]
    pub until: LineTime,
}

/// Hours of a channel. Those of a week hold until the channel's next.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactHours {
    /// Names them.
    pub id: Id,
    /// Of which channel.
    pub channel: ContactChannel,
    /// Of every week, or of one day.
    pub kind: ContactHoursKind,
    /// The first day, or the only one.
    pub starts_on: NaiveDate,
    /// Whether nobody answers on bank holidays.
    pub closed_on_bank_holidays: bool,
    /// When somebody answers.
    #[schema(max_items = 50)]
    pub hours: Vec<ContactHoursSpan>,
    /// Why it is otherwise.
    #[schema(max_length = 200)]
    pub reason: Option<String>,
    /// Who set them; null for those that the service began with.
    pub set_by: Option<Id>,
}

impl From<Kept> for ContactHours {
    fn from(kept: Kept) -> Self {
        let Kept { id, hours, set_by } = kept;
        let span =
            |span: &Span| ContactHoursSpan { weekday: span.weekday, from: LineTime(span.from), until: LineTime(span.until) };
        Self {
            id,
            channel: hours.channel,
            kind: hours.kind,
            starts_on: hours.starts_on,
            closed_on_bank_holidays: hours.closed_on_bank_holidays,
            hours: hours.spans.iter().map(span).collect(),
            reason: hours.reason,
            set_by,
        }
    }
}

/// Which hours.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactHoursQuery {
    /// Only those of this channel.
    #[param(nullable = false)]
    pub channel: Option<ContactChannel>,
}

/// A way to turn to us.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactRoute {
    /// The channel.
    pub channel: ContactChannel,
    /// Whether somebody answers now.
    pub open_now: bool,
    /// Until when; null when nobody does now, or at any hour of the days to come.
    pub open_until: Option<UtcTime>,
    /// When somebody answers next; null when somebody does now.
    pub opens_at: Option<UtcTime>,
    /// Why it is otherwise today.
    #[schema(max_length = 200)]
    pub reason: Option<String>,
}

impl From<Route> for ContactRoute {
    fn from(route: Route) -> Self {
        let Route { channel, open, open_until, opens_at, reason } = route;
        Self { channel, open_now: open, open_until: open_until.map(UtcTime::from), opens_at: opens_at.map(UtcTime::from), reason }
    }
}

/// The ways to turn to us, and where to turn when life may be in danger.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactRoutes {
    /// Each channel, and whether somebody answers now.
    #[schema(max_items = 10)]
    pub routes: Vec<ContactRoute>,
    /// The urgent routes, at any hour.
    #[schema(max_items = 100)]
    pub urgent: Vec<SignpostView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_the_line_reaches_to_the_end_of_the_day() {
        for (text, minutes) in
            [("00:00", Some(0)), ("08:30", Some(510)), ("24:00", Some(1440)), ("24:01", None), ("08:60", None), ("8", None)]
        {
            let read = LineTime::try_from(text.to_owned()).ok();
            assert_eq!(read.map(|time| time.0), minutes, "{text}");
            assert!(read.is_none_or(|time| String::from(time) == text));
        }
    }
}
