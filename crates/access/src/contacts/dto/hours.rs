//! Opening hours of the contact line.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::contacts::model::{ChannelStatus, ContactChannel, ContactHoursKind, ContactHoursState, Hours, MIDNIGHT, Span};
use crate::contacts::queries::hours::ContactHoursRecord;
use crate::contacts::rules::hours_state_at;
use people::staff_changes::rules::next_step;
use platform::ids::{Id, UtcTime};
use platform::local_time::Day;
use reference::signposts::dto::SignpostView;
use reference::workforce::model::Nation;

/// A time in Europe/London, as `HH:MM`; `24:00` for the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContactLineTime(u16);

impl TryFrom<String> for ContactLineTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (hours, minutes) = text.split_once(':').ok_or("not a time")?;
        let (hours, minutes): (u16, u16) = (hours.parse().map_err(|_| "not a time")?, minutes.parse().map_err(|_| "not a time")?);
        let time = hours * 60 + minutes;
        if hours <= 24 && minutes < 60 && time <= MIDNIGHT { Ok(Self(time)) } else { Err("not a time") }
    }
}

impl From<ContactLineTime> for String {
    fn from(time: ContactLineTime) -> Self {
        format!("{:02}:{:02}", time.0 / 60, time.0 % 60)
    }
}

/// One stretch of time in which a channel is answered.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactHoursSpanForm {
    /// The day of the week. Required for weekly hours, not allowed for hours of a single day.
    #[serde(default)]
    pub weekday: Option<Day>,
    /// The start, in Europe/London.
    #[schema(value_type = String, min_length = 5, max_length = 5, pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "08:00")]
    pub from: ContactLineTime,
    /// The end; `24:00` for the end of the day.
    #[schema(value_type = String, min_length = 5, max_length = 5, pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "20:00")]
    pub until: ContactLineTime,
}

/// Hours of a channel: weekly from a date on, or for a single day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContactHours {
    /// The channel.
    pub channel: ContactChannel,
    /// Whether the hours are weekly or for a single day.
    pub kind: ContactHoursKind,
    /// The first day of weekly hours, or the single day: today or later.
    pub starts_on: NaiveDate,
    /// Whether the channel is closed on bank holidays. For weekly hours only.
    #[serde(default)]
    pub closed_on_bank_holidays: bool,
    /// When the channel is answered. Empty: not at all.
    #[schema(max_items = 50)]
    pub hours: Vec<ContactHoursSpanForm>,
    /// Why the hours differ, as shown to the public.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub reason: Option<String>,
}

impl CreateContactHours {
    /// The hours as the rules know them.
    pub fn to_hours(&self) -> Hours {
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

/// One stretch of time in which a channel is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactHoursSpan {
    /// The day of the week; null in hours of a single day.
    pub weekday: Option<Day>,
    /// The start, in Europe/London.
    #[schema(value_type = String, max_length = 5, example = "08:00")]
    pub from: ContactLineTime,
    /// The end; `24:00` for the end of the day.
    #[schema(value_type = String, max_length = 5, example = "20:00")]
    pub until: ContactLineTime,
}

/// Hours of a channel. They apply once a second administrator has approved them: weekly hours until the next weekly hours of the channel,
/// and of two from the same day those that were approved last.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactHours {
    /// Identifies the hours.
    pub id: Id,
    /// The channel.
    pub channel: ContactChannel,
    /// Whether the hours are weekly or for a single day.
    pub kind: ContactHoursKind,
    /// The first day of weekly hours, or the single day. Weekly hours that are approved later than that apply from the day of the approval.
    pub starts_on: NaiveDate,
    /// Whether the channel is closed on bank holidays.
    pub closed_on_bank_holidays: bool,
    /// When the channel is answered.
    #[schema(max_items = 50)]
    pub hours: Vec<ContactHoursSpan>,
    /// Why the hours differ.
    #[schema(max_length = 200)]
    pub reason: Option<String>,
    /// Their state.
    pub state: ContactHoursState,
    /// What must happen next, to show to the administrator; null unless they wait.
    #[schema(max_length = 300)]
    pub next_step: Option<String>,
    /// The account of the administrator who proposed them; null for the initial hours.
    pub proposed_by: Option<Id>,
    /// When they were proposed.
    pub proposed_at: UtcTime,
    /// The account of the second administrator; null while none has approved them, and in hours that were made when none was needed.
    pub approved_by: Option<Id>,
    /// When they were approved; null while none has.
    pub approved_at: Option<UtcTime>,
    /// The account of the administrator who withdrew them.
    pub withdrawn_by: Option<Id>,
    /// When they were withdrawn.
    pub withdrawn_at: Option<UtcTime>,
}

impl ContactHours {
    /// Hours as they are now. `administrators` is how many have an open account.
    pub fn new(record: ContactHoursRecord, now: UtcTime, administrators: usize) -> Self {
        let state = hours_state_at(record.state, record.proposed_at, now);
        let ContactHoursRecord { id, hours, .. } = record;
        let span = |span: &Span| ContactHoursSpan {
            weekday: span.weekday,
            from: ContactLineTime(span.from),
            until: ContactLineTime(span.until),
        };
        Self {
            id,
            channel: hours.channel,
            kind: hours.kind,
            starts_on: hours.starts_on,
            closed_on_bank_holidays: hours.closed_on_bank_holidays,
            hours: hours.spans.iter().map(span).collect(),
            reason: hours.reason,
            state,
            next_step: (state == ContactHoursState::Pending).then(|| next_step(administrators).to_owned()),
            proposed_by: record.proposed_by,
            proposed_at: record.proposed_at,
            approved_by: record.approved_by,
            approved_at: record.approved_at,
            withdrawn_by: record.withdrawn_by,
            withdrawn_at: record.withdrawn_at,
        }
    }
}

/// Filters of the list of hours.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactHoursQuery {
    /// Only hours of this channel.
    #[param(nullable = false)]
    pub channel: Option<ContactChannel>,
}

/// A channel of the contact line and whether it is answered now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactRoute {
    /// The channel.
    pub channel: ContactChannel,
    /// Whether the channel is answered now.
    pub open_now: bool,
    /// When it closes; null while it is closed, or when it stays open around the clock.
    pub open_until: Option<UtcTime>,
    /// When it opens next; null while it is open.
    pub opens_at: Option<UtcTime>,
    /// Why the hours differ today.
    #[schema(max_length = 200)]
    pub reason: Option<String>,
}

impl From<ChannelStatus> for ContactRoute {
    fn from(route: ChannelStatus) -> Self {
        let ChannelStatus { channel, open, open_until, opens_at, reason } = route;
        Self { channel, open_now: open, open_until: open_until.map(UtcTime::from), opens_at: opens_at.map(UtcTime::from), reason }
    }
}

/// Where a person works who asks how to contact the service.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactRoutesQuery {
    /// The nation they work in. When left out, crisis help is that of England.
    #[param(nullable = false)]
    pub nation: Option<Nation>,
}

/// The channels of the contact line, and where to get urgent help.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactRoutes {
    /// Each channel, and whether it is answered now.
    #[schema(max_items = 10)]
    pub routes: Vec<ContactRoute>,
    /// Where to get help now, at any hour. Show it first. Ways for people who are deaf or do not speak on the telephone follow the others.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The question to ask before a call-back is requested, word for word. Show crisis help with it.
    #[schema(max_length = 300)]
    pub safety_question: String,
    /// What people are to know about confidentiality and its limits, before they give personal data.
    #[schema(max_length = 500)]
    pub confidentiality: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_time_ranges_up_to_the_end_of_the_day() {
        for (text, minutes) in
            [("00:00", Some(0)), ("08:30", Some(510)), ("24:00", Some(1440)), ("24:01", None), ("08:60", None), ("8", None)]
        {
            let read = ContactLineTime::try_from(text.to_owned()).ok();
            assert_eq!(read.map(|time| time.0), minutes, "{text}");
            assert!(read.is_none_or(|time| String::from(time) == text));
        }
    }
}
