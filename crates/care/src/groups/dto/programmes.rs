//! Groups: how they are set up and shown.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::groups::model::{GroupAudience, GroupKind, GroupMode, GroupRecordType, GroupState, GroupTopic, Programme, Series};
use crate::groups::queries::groups::{Figures, Group};
use platform::ids::{Id, UtcTime};
use platform::local_time::{Day, LocalTime};
use platform::private::{Private, trimmed, trimmed_non_empty};

/// All details of a group. Kind, audience and record type cannot be changed later.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupForm {
    /// Whether the group is a closed series or a slow-open group.
    pub kind: GroupKind,
    /// Whether a note is recorded for each member, or a head count only.
    pub record_type: GroupRecordType,
    /// The topic of the group.
    pub topic: GroupTopic,
    /// Who the group is for.
    pub audience: GroupAudience,
    /// The title.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub title: Private<String>,
    /// What the group is about. Everyone who can see the group can read it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub about: Private<String>,
    /// How many places there are; at most 12 in therapy.
    #[schema(minimum = 2, maximum = 15)]
    pub capacity: u16,
    /// How many members a series needs to start.
    #[schema(minimum = 1, maximum = 15)]
    pub minimum: u16,
    /// The first facilitator.
    pub first_facilitator_id: Id,
    /// The second facilitator.
    pub second_facilitator_id: Id,
    /// The day of the first session. All sessions are on the same day of the week.
    pub starts_on: NaiveDate,
    /// When sessions start, in UK time.
    pub starts_local: LocalTime,
    /// How long a session is, in minutes.
    #[schema(minimum = 15, maximum = 240)]
    pub minutes: u16,
    /// The number of weeks from one session to the next; 1 when left out.
    #[serde(default = "each_week")]
    #[schema(minimum = 1, maximum = 13)]
    pub every_weeks: u16,
    /// How many sessions a series has. Left out for a slow-open group.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 52)]
    pub sessions: Option<u16>,
    /// The number of the session at whose start enrolment in a series closes; 1 when left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 2)]
    pub closes_at_session: Option<u16>,
    /// Days on which the group would meet and does not.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub skipped_days: Vec<NaiveDate>,
    /// Whether the group meets in person or by video.
    pub mode: GroupMode,
    /// The town. Everyone who can see the group can read it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub town: Option<Private<String>>,
    /// The address, for members; required for a group that meets in person.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 300)]
    pub place: Option<Private<String>>,
    /// The link to the video call, for members; required for a group that meets by video.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500, pattern = "^https://[A-Za-z0-9./?=_%&:#-]+$")]
    pub link: Option<Private<String>>,
}

const fn each_week() -> u16 {
    1
}

impl GroupForm {
    /// The programme in this form.
    pub fn programme(&self) -> Programme {
        let mut skipped = self.skipped_days.clone();
        skipped.sort();
        skipped.dedup();
        let closes = (self.kind == GroupKind::ClosedSeries).then_some(1);
        Programme {
            kind: self.kind,
            record_type: self.record_type,
            topic: self.topic,
            audience: self.audience,
            title: trimmed(&self.title),
            about: trimmed(&self.about),
            capacity: self.capacity,
            minimum: self.minimum,
            facilitators: [self.first_facilitator_id, self.second_facilitator_id],
            series: Series {
                starts_on: self.starts_on,
                starts_local: self.starts_local.0,
                minutes: self.minutes,
                every_weeks: self.every_weeks,
                sessions: self.sessions,
                skipped,
            },
            closes_at_session: self.closes_at_session.or(closes),
            mode: self.mode,
            town: trimmed_non_empty(self.town.as_ref()),
            place: trimmed_non_empty(self.place.as_ref()),
            link: trimmed_non_empty(self.link.as_ref()),
        }
    }
}

/// Who reads a group. What they see depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupReader {
    /// A practitioner who is not a member.
    ProspectiveMember,
    /// A member, with the aliases of the members, and how many of these cannot be read.
    Member { aliases: Vec<String>, unreadable: u16 },
    /// A clinician who does not facilitate it: sees the programme and its numbers.
    OtherClinician,
    /// A facilitator or a coordinator.
    GroupStaff,
}

/// A facilitator of a group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacilitatorView {
    /// The clinician's id.
    pub id: Id,
    /// Their name in the directory.
    #[schema(max_length = 200)]
    pub name: String,
}

/// The name a member uses in the group.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 60)]
pub struct MemberAlias(pub String);

/// A group. Details for members or staff are null for other callers.
#[derive(Serialize, ToSchema)]
pub struct GroupView {
    /// The group's id.
    pub id: Id,
    /// The state of the group.
    pub state: GroupState,
    /// Whether the group is a closed series or a slow-open group.
    pub kind: GroupKind,
    /// Whether a note is recorded for each member, or a head count only.
    pub record_type: GroupRecordType,
    /// The topic of the group.
    pub topic: GroupTopic,
    /// Who the group is for.
    pub audience: GroupAudience,
    /// The title.
    #[schema(max_length = 100)]
    pub title: String,
    /// What the group is about.
    #[schema(max_length = 2000)]
    pub about: String,
    /// How many places there are.
    #[schema(minimum = 2, maximum = 15)]
    pub capacity: u16,
    /// How many members a series needs to start.
    #[schema(minimum = 1, maximum = 15)]
    pub minimum: u16,
    /// The two facilitators.
    #[schema(max_items = 2)]
    pub facilitators: Vec<FacilitatorView>,
    /// The day of the week on which it meets.
    pub weekday: Day,
    /// The day of the first session.
    pub starts_on: NaiveDate,
    /// When sessions start, in UK time.
    pub starts_local: LocalTime,
    /// How long a session is, in minutes.
    #[schema(minimum = 15, maximum = 240)]
    pub minutes: u16,
    /// The number of weeks from one session to the next.
    #[schema(minimum = 1, maximum = 13)]
    pub every_weeks: u16,
    /// How many sessions a series has. Left out for a slow-open group.
    #[schema(minimum = 1, maximum = 52)]
    pub sessions: Option<u16>,
    /// The number of the session at whose start enrolment closes.
    #[schema(minimum = 1, maximum = 2)]
    pub closes_at_session: Option<u16>,
    /// When enrolment closes; null when it never closes.
    pub enrolment_closes_at: Option<UtcTime>,
    /// Days on which the group would meet and does not.
    #[schema(max_items = 100)]
    pub skipped_days: Vec<NaiveDate>,
    /// Whether the group meets in person or by video.
    pub mode: GroupMode,
    /// The town.
    #[schema(max_length = 100)]
    pub town: Option<String>,
    /// When the next session starts.
    pub next_session_at: Option<UtcTime>,
    /// Whether a place is free. Whether a practitioner can have it depends on a screening.
    pub has_places: bool,
    /// Members, facilitators and coordinators: the address.
    #[schema(max_length = 300)]
    pub place: Option<String>,
    /// Members, facilitators and coordinators: the link to the video call.
    #[schema(max_length = 500)]
    pub link: Option<String>,
    /// Members: the names that the members use, the caller's included.
    #[schema(max_items = 15)]
    pub members: Vec<MemberAlias>,
    /// Members: how many members there are beside these, whose names cannot be read because they are damaged. Usually 0.
    #[schema(minimum = 0, maximum = 15)]
    pub unreadable_members: Option<u16>,
    /// Staff: how many members the caller may know of; the same applies to the next three.
    #[schema(minimum = 0, maximum = 15)]
    pub enrolled: Option<u16>,
    /// Staff: how many places are on offer.
    #[schema(minimum = 0, maximum = 15)]
    pub offered: Option<u16>,
    /// Staff: how many people are on the waiting list.
    #[schema(minimum = 0, maximum = 65_535)]
    pub waiting: Option<u16>,
    /// Staff: whether there are fewer members than the minimum.
    pub below_minimum: Option<bool>,
}

/// What a [`GroupView`] shows in addition to the group itself.
#[derive(Debug, Clone, Default)]
pub struct GroupViewContext {
    /// The names of the facilitators in the directory.
    pub facilitator_names: BTreeMap<Id, String>,
    /// How many places are taken.
    pub figures: Figures,
    /// When the next session starts.
    pub next_session_at: Option<UtcTime>,
}

impl GroupView {
    /// What this reader may see of the group.
    pub fn new(group: Group, context: &GroupViewContext, reader: GroupReader) -> Self {
        let Group { id, programme, state, enrolment_closes_at, .. } = group;
        let (series, figures) = (programme.series, context.figures);
        let sees_address = matches!(reader, GroupReader::Member { .. } | GroupReader::GroupStaff);
        let staff = matches!(reader, GroupReader::OtherClinician | GroupReader::GroupStaff);
        let name = |id: &Id| context.facilitator_names.get(id).cloned().unwrap_or_default();
        let facilitator = |id: Id| FacilitatorView { id, name: name(&id) };
        let (members, unreadable_members) = match reader {
            GroupReader::Member { aliases, unreadable } => (aliases.into_iter().map(MemberAlias).collect(), Some(unreadable)),
            _ => (Vec::new(), None),
        };
        Self {
            id,
            state,
            kind: programme.kind,
            record_type: programme.record_type,
            topic: programme.topic,
            audience: programme.audience,
            title: programme.title,
            about: programme.about,
            capacity: programme.capacity,
            minimum: programme.minimum,
            facilitators: programme.facilitators.map(facilitator).into(),
            weekday: series.starts_on.weekday().into(),
            starts_on: series.starts_on,
            starts_local: LocalTime(series.starts_local),
            minutes: series.minutes,
            every_weeks: series.every_weeks,
            sessions: series.sessions,
            closes_at_session: programme.closes_at_session,
            enrolment_closes_at,
            skipped_days: series.skipped,
            mode: programme.mode,
            town: programme.town,
            next_session_at: context.next_session_at,
            has_places: figures.seated() < programme.capacity,
            place: programme.place.filter(|_| sees_address),
            link: programme.link.filter(|_| sees_address),
            members,
            unreadable_members,
            enrolled: staff.then_some(figures.enrolled),
            offered: staff.then_some(figures.offered),
            waiting: staff.then_some(figures.waiting),
            below_minimum: staff.then_some(figures.enrolled < programme.minimum),
        }
    }
}

/// A group that was created or changed, and the appointments that this affects.
#[derive(Serialize, ToSchema)]
pub struct GroupSaved {
    /// The group's id.
    pub id: Id,
    /// The group.
    pub group: GroupView,
    /// The facilitators' booked appointments that are at the same time as its sessions. Move or cancel them.
    #[schema(max_items = 10_000)]
    pub orphaned_appointments: Vec<Id>,
}

/// Filters of groups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GroupQuery {
    /// Only groups on this topic.
    #[param(nullable = false)]
    pub topic: Option<GroupTopic>,
    /// Only groups that meet in this way.
    #[param(nullable = false)]
    pub mode: Option<GroupMode>,
    /// Only groups in this state. Practitioners see only groups that they could join.
    #[param(nullable = false)]
    pub state: Option<GroupState>,
    /// Staff: only groups for this audience.
    #[param(nullable = false)]
    pub audience: Option<GroupAudience>,
    /// True for groups with a free place only.
    #[param(nullable = false)]
    pub vacancies: Option<bool>,
    /// Staff: true for groups with fewer members than their minimum only.
    #[param(nullable = false)]
    pub below_minimum: Option<bool>,
    /// Clinicians: true for groups that the caller facilitates only.
    #[param(nullable = false)]
    pub mine: Option<bool>,
}

/// Why a group ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndGroup {
    /// The reason. Members see it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub reason: Option<Private<String>>,
}
