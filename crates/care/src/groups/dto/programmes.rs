//! Programmes.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::groups::model::{GroupAudience, GroupKind, GroupMode, GroupRecordType, GroupState, GroupTopic, Programme, Series};
use crate::groups::queries::groups::{Figures, KeptGroup};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said, trimmed};
use scheduling::calendar::dto::{Day, LocalTime};

/// A group, as it shall be. Kind, audience and form of the record never change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupForm {
    /// How it runs.
    pub kind: GroupKind,
    /// What is recorded of it.
    pub record_type: GroupRecordType,
    /// The reason for which it meets.
    pub topic: GroupTopic,
    /// For whom it is.
    pub audience: GroupAudience,
    /// What it is called.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub title: Private<String>,
    /// What it is about, for everybody who looks.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub about: Private<String>,
    /// How many places there are, at most 12 in therapy.
    #[schema(minimum = 2, maximum = 15)]
    pub capacity: u16,
    /// How many members a series needs to start.
    #[schema(minimum = 1, maximum = 15)]
    pub minimum: u16,
    /// The first of the two who lead it.
    pub first_facilitator_id: Id,
    /// The second.
    pub second_facilitator_id: Id,
    /// The day of the first session; its weekday is that of all.
    pub starts_on: NaiveDate,
    /// When sessions begin.
    pub starts_local: LocalTime,
    /// How long a session is, in minutes.
    #[schema(minimum = 15, maximum = 240)]
    pub minutes: u16,
    /// Every how many weeks it meets; each week when left out.
    #[serde(default = "each_week")]
    #[schema(minimum = 1, maximum = 13)]
    pub every_weeks: u16,
    /// How many sessions a series has.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 52)]
    pub sessions: Option<u16>,
    /// With the beginning of which session enrolment in a series closes; the first when left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 2)]
    pub closes_at_session: Option<u16>,
    /// Days of the series on which it does not meet.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub skipped_days: Vec<NaiveDate>,
    /// How it meets.
    pub mode: GroupMode,
    /// In which town, for everybody who looks.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub town: Option<Private<String>>,
    /// Where exactly, for members; required when they come in person.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 300)]
    pub place: Option<Private<String>>,
    /// The address of the video call, for members; required for one.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500, pattern = "^https://[A-Za-z0-9./?=_%&:#-]+$")]
    pub link: Option<Private<String>>,
}

const fn each_week() -> u16 {
    1
}

impl GroupForm {
    /// The programme that the form says.
    pub fn programme(&self) -> Programme {
        let mut skipped = self.skipped_days.clone();
        skipped.sort();
        skipped.dedup();
        let closes = (self.kind == GroupKind::ClosedSeries).then_some(1);
        Programme {
            kind: self.kind,
            form: self.record_type,
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
            town: said(self.town.as_ref()),
            place: said(self.place.as_ref()),
            link: said(self.link.as_ref()),
        }
    }
}

/// Who looks at a group: what is shown depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupReader {
    /// A practitioner who might join.
    Seeker,
    /// A member, with what the members are called.
    Member(Vec<String>),
    /// A clinician who does not lead it: the programme and its figures.
    Onlooker,
    /// Whoever leads or runs it.
    Insider,
}

/// One who leads a group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacilitatorView {
    /// The clinician.
    pub id: Id,
    /// Their name in the directory.
    #[schema(max_length = 200)]
    pub name: String,
}

/// What a member is called in the group.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 60)]
pub struct MemberAlias(pub String);

/// A group. What is for members or staff is null for others.
#[derive(Serialize, ToSchema)]
pub struct GroupView {
    /// Names it.
    pub id: Id,
    /// Where it stands.
    pub state: GroupState,
    /// How it runs.
    pub kind: GroupKind,
    /// What is recorded of it.
    pub record_type: GroupRecordType,
    /// The reason for which it meets.
    pub topic: GroupTopic,
    /// For whom it is.
    pub audience: GroupAudience,
    /// What it is called.
    #[schema(max_length = 100)]
    pub title: String,
    /// What it is about.
    #[schema(max_length = 2000)]
    pub about: String,
    /// How many places there are.
    #[schema(minimum = 2, maximum = 15)]
    pub capacity: u16,
    /// How many members a series needs to start.
    #[schema(minimum = 1, maximum = 15)]
    pub minimum: u16,
    /// The two who lead it.
    #[schema(max_items = 2)]
    pub facilitators: Vec<FacilitatorView>,
    /// The day of the week on which it meets.
    pub weekday: Day,
    /// The day of the first session.
    pub starts_on: NaiveDate,
    /// When sessions begin.
    pub starts_local: LocalTime,
    /// How long a session is, in minutes.
    #[schema(minimum = 15, maximum = 240)]
    pub minutes: u16,
    /// Every how many weeks it meets.
    #[schema(minimum = 1, maximum = 13)]
    pub every_weeks: u16,
    /// How many sessions a series has.
    #[schema(minimum = 1, maximum = 52)]
    pub sessions: Option<u16>,
    /// With the beginning of which session enrolment closes.
    #[schema(minimum = 1, maximum = 2)]
    pub closes_at_session: Option<u16>,
    /// When that is; null where enrolment never closes.
    pub enrolment_closes_at: Option<UtcTime>,
    /// Days on which it does not meet.
    #[schema(max_items = 100)]
    pub skipped_days: Vec<NaiveDate>,
    /// How it meets.
    pub mode: GroupMode,
    /// In which town.
    #[schema(max_length = 100)]
    pub town: Option<String>,
    /// When it meets next.
    pub next_session_at: Option<UtcTime>,
    /// Whether a place is free. Whether one can be given depends on a screening.
    pub has_places: bool,
    /// Members and those who lead or run it: where exactly.
    #[schema(max_length = 300)]
    pub place: Option<String>,
    /// Members and those who lead or run it: the address of the video call.
    #[schema(max_length = 500)]
    pub link: Option<String>,
    /// Members: what the members are called, the caller included.
    #[schema(max_items = 15)]
    pub members: Vec<MemberAlias>,
    /// Staff: how many members there are.
    #[schema(minimum = 0, maximum = 15)]
    pub enrolled: Option<u16>,
    /// Staff: how many places are on offer.
    #[schema(minimum = 0, maximum = 15)]
    pub offered: Option<u16>,
    /// Staff: how many wait.
    #[schema(minimum = 0, maximum = 65_535)]
    pub waiting: Option<u16>,
    /// Staff: whether there are fewer members than the minimum.
    pub below_minimum: Option<bool>,
}

/// What a group's view is made of besides the group.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The names of clinicians.
    pub names: BTreeMap<Id, String>,
    /// The group's figures.
    pub figures: Figures,
    /// When it meets next.
    pub next: Option<UtcTime>,
}

impl GroupView {
    /// What this reader may see of it.
    pub fn new(group: KeptGroup, around: &Surroundings, reader: GroupReader) -> Self {
        let KeptGroup { id, programme, state, enrolment_closes_at, .. } = group;
        let (series, figures) = (programme.series, around.figures);
        let inside = matches!(reader, GroupReader::Member(_) | GroupReader::Insider);
        let staff = matches!(reader, GroupReader::Onlooker | GroupReader::Insider);
        let name = |id: &Id| around.names.get(id).cloned().unwrap_or_default();
        let facilitator = |id: Id| FacilitatorView { id, name: name(&id) };
        let members = match reader {
            GroupReader::Member(aliases) => aliases.into_iter().map(MemberAlias).collect(),
            _ => Vec::new(),
        };
        Self {
            id,
            state,
            kind: programme.kind,
            record_type: programme.form,
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
            next_session_at: around.next,
            has_places: figures.seated() < programme.capacity,
            place: programme.place.filter(|_| inside),
            link: programme.link.filter(|_| inside),
            members,
            enrolled: staff.then_some(figures.enrolled),
            offered: staff.then_some(figures.offered),
            waiting: staff.then_some(figures.waiting),
            below_minimum: staff.then_some(figures.enrolled < programme.minimum),
        }
    }
}

/// A group that was made or changed, and what that costs.
#[derive(Serialize, ToSchema)]
pub struct GroupSaved {
    /// Names it.
    pub id: Id,
    /// The group.
    pub group: GroupView,
    /// The facilitators' live appointments that lose their slots to its sessions, and must be moved or called off.
    #[schema(max_items = 10_000)]
    pub orphaned_appointments: Vec<Id>,
}

/// Which groups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GroupQuery {
    /// Only about this.
    #[param(nullable = false)]
    pub topic: Option<GroupTopic>,
    /// Only those that meet so.
    #[param(nullable = false)]
    pub mode: Option<GroupMode>,
    /// Only those that stand so. Practitioners see only groups that they could join.
    #[param(nullable = false)]
    pub state: Option<GroupState>,
    /// Staff: only for these people.
    #[param(nullable = false)]
    pub audience: Option<GroupAudience>,
    /// True for those with a free place only: the vacancy list.
    #[param(nullable = false)]
    pub vacancies: Option<bool>,
    /// Staff: true for those with fewer members than they need only.
    #[param(nullable = false)]
    pub below_minimum: Option<bool>,
    /// Clinicians: true for those that the caller leads only.
    #[param(nullable = false)]
    pub mine: Option<bool>,
}

/// Why a group is over.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndGroup {
    /// Why, for members.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub reason: Option<Private<String>>,
}
