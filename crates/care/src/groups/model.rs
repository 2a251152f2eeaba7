//! The nouns of group therapy: programmes, sessions, places and records.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use people::practitioners::model::Pathway;
use people::relationships::model::Marks;
use platform::ids::Id;

platform::words! {
    /// How a group runs.
    pub enum GroupKind {
        /// So many sessions from a first day on, with the same members throughout.
        ClosedSeries = "closed_series",
        /// Without an end; new members join when a place frees.
        SlowOpen = "slow_open",
    }

    /// What is recorded of a group's sessions.
    pub enum GroupRecordType {
        /// Members are named in advance, and each has a note in their own record.
        Therapy = "therapy",
        /// No individual notes: a head count only.
        Session = "session",
    }

    /// The reason for which a group meets.
    pub enum GroupTopic {
        /// Alcohol, drugs and other addictions.
        Addiction = "addiction",
        /// Suspended from work, or under investigation.
        UnderInvestigation = "under_investigation",
        /// Bereaved of a colleague.
        BereavedOfColleague = "bereaved_of_colleague",
        /// Bereaved of a patient.
        BereavedOfPatient = "bereaved_of_patient",
        /// Bereaved of somebody of the family.
        BereavedOfFamily = "bereaved_of_family",
        /// Trainees and junior doctors.
        Trainees = "trainees",
        /// Dentists.
        Dentists = "dentists",
        /// General practitioners.
        GeneralPractitioners = "general_practitioners",
        /// Women.
        Women = "women",
        /// Those who graduated in another country.
        InternationalGraduates = "international_graduates",
        /// Burnout.
        Burnout = "burnout",
        /// Trauma, that of the pandemic included.
        Trauma = "trauma",
        /// Autism, ADHD and other ways of being wired.
        Neurodiversity = "neurodiversity",
        /// Long-term illness.
        LongTermIllness = "long_term_illness",
        /// Reflective practice, which goes on and is no therapy.
        ReflectivePractice = "reflective_practice",
    }

    /// For whom a group is.
    pub enum GroupAudience {
        /// Practitioners in care.
        Practitioners = "practitioners",
        /// Families bereaved by a practitioner's death, who are not practitioners themselves.
        BereavedFamily = "bereaved_family",
    }

    /// Where a group stands.
    pub enum GroupState {
        /// Members are gathered; it has not started.
        Forming = "forming",
        /// It meets.
        Running = "running",
        /// It has met, and is over.
        Ended = "ended",
        /// It never started.
        Cancelled = "cancelled",
    }

    /// How a group meets.
    pub enum GroupMode {
        /// In the same room.
        InPerson = "in_person",
        /// By video call.
        Video = "video",
    }

    /// Whether a session takes place.
    pub enum GroupSessionState {
        /// It does, or did.
        Planned = "planned",
        /// It does not.
        Cancelled = "cancelled",
    }

    /// Where somebody stands with a group.
    pub enum EnrolmentState {
        /// On the list of those who wait for a place.
        Waiting = "waiting",
        /// A place is kept for them until they answer.
        Offered = "offered",
        /// A member.
        Enrolled = "enrolled",
        /// Left by themselves.
        Left = "left",
        /// Taken out by staff.
        Removed = "removed",
        /// Said no to an offer.
        Declined = "declined",
        /// The offer ran out, or the group ended while they waited.
        Expired = "expired",
        /// A member to the end of the group.
        Completed = "completed",
    }

    /// What came of a screening.
    pub enum ScreeningVerdict {
        /// The group suits them.
        Suitable = "suitable",
        /// It does not.
        NotSuitable = "not_suitable",
        /// It may later.
        NotNow = "not_now",
    }

    /// Whom somebody agrees to meet in a group. Everybody is asked the same question, whoever is in the group.
    pub enum WillingnessToMeet {
        /// Nobody who knows them or works for their employer.
        StrangersOnly = "strangers_only",
        /// Also people of their own employer, whom they have not listed as colleagues to avoid.
        Colleagues = "colleagues",
        /// Anybody, even somebody on their own list or whose list they are on.
        Anybody = "anyone",
    }

    /// Why two people should not meet in a group.
    pub enum ConflictGround {
        /// One has listed the other as somebody to avoid.
        Acquainted = "acquainted",
        /// They work for the same employer.
        SameEmployer = "same_employer",
    }

    /// Whether a note may still be changed.
    pub enum GroupNoteState {
        /// It may, by its author.
        Draft = "draft",
        /// It may not, by anybody.
        Signed = "signed",
    }
}

impl EnrolmentState {
    /// The states in which somebody has or wants a place.
    pub const LIVE: [Self; 3] = [Self::Waiting, Self::Offered, Self::Enrolled];

    /// The states that take up a place.
    pub const SEATED: [Self; 2] = [Self::Offered, Self::Enrolled];

    /// True while somebody has or wants a place.
    pub fn is_live(self) -> bool {
        Self::LIVE.contains(&self)
    }
}

impl GroupState {
    /// True while there is anything to come of it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Forming | Self::Running)
    }
}

/// The figures that groups go by. They are the service's choice; the sources say what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupPolicies {
    /// The largest therapy group: six to eight, up to ten at times and twelve at the most.
    pub most_in_therapy: u16,
    /// The largest group without notes, such as a class: ten to fifteen.
    pub most_in_session: u16,
    /// How long a screening holds good.
    pub screening_life: TimeDelta,
    /// How long an offered place is kept.
    pub offer_life: TimeDelta,
    /// For how long after its first recording attendance may be corrected.
    pub correction: TimeDelta,
    /// How many weeks ahead the sessions of a group without an end are laid out. More than slots are, so that no
    /// appointment is booked where a session will be.
    pub horizon_weeks: u16,
}

impl Default for GroupPolicies {
    fn default() -> Self {
        Self {
            most_in_therapy: 12,
            most_in_session: 15,
            screening_life: TimeDelta::weeks(12),
            offer_life: TimeDelta::hours(72),
            correction: TimeDelta::days(7),
            horizon_weeks: 26,
        }
    }
}

/// The figures that groups go by at present.
pub fn policies() -> GroupPolicies {
    GroupPolicies::default()
}

/// When a group meets: on the wall in Europe/London, on the weekday of its first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The day of the first session.
    pub starts_on: NaiveDate,
    /// When sessions begin.
    pub starts_local: NaiveTime,
    /// How long they are.
    pub minutes: u16,
    /// Every how many weeks.
    pub every_weeks: u16,
    /// How many sessions; none for a group without an end.
    pub sessions: Option<u16>,
    /// Days of the series on which it does not meet.
    pub skipped: Vec<NaiveDate>,
}

/// What a coordinator says of a group. Its words are for those who may see it.
#[derive(Clone, PartialEq, Eq)]
pub struct Programme {
    /// How it runs.
    pub kind: GroupKind,
    /// What is recorded.
    pub form: GroupRecordType,
    /// The reason for which it meets.
    pub topic: GroupTopic,
    pub audience: GroupAudience,
    /// What it is called.
    pub title: String,
    pub about: String,
    /// How many places there are.
    pub capacity: u16,
    /// How many members a series needs to start.
    pub minimum: u16,
    /// The two who lead it.
    pub facilitators: [Id; 2],
    /// When it meets.
    pub series: Series,
    /// With the beginning of which session enrolment closes; none for a group without an end.
    pub closes_at_session: Option<u16>,
    /// How it meets.
    pub mode: GroupMode,
    /// In which town, for everybody who looks.
    pub town: Option<String>,
    /// Where exactly, for members.
    pub place: Option<String>,
    /// The address of the video call, for members.
    pub link: Option<String>,
}

platform::redacted_debug!(Programme);

/// What a place in a group depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// Where the group stands.
    pub state: GroupState,
    pub audience: GroupAudience,
    /// When enrolment closes; never where there is none.
    pub closes_at: Option<DateTime<Utc>>,
    /// How many places there are.
    pub capacity: u16,
    /// How many of them are taken or on offer.
    pub seated: u16,
}

/// What is known of a practitioner who shall have a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Where they stand in care.
    pub pathway: Pathway,
    /// Where they stand with the group, if they have or want a place.
    pub live: Option<EnrolmentState>,
    /// The latest screening for the group.
    pub screening: Option<(ScreeningVerdict, DateTime<Utc>)>,
    /// When they last gave up a place in it, or lost one.
    pub last_ended: Option<DateTime<Utc>>,
    /// Whether they reached for a place before and could not have it.
    pub held: bool,
    /// Whether somebody in the group must not meet them, agreement considered.
    pub conflict: bool,
}

/// A member or facilitator of a group, present or to come, as far as others may know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// The account.
    pub id: Id,
    /// How others would recognise them.
    pub marks: Marks,
    /// The blind indexes of employers.
    pub employers: BTreeSet<String>,
    /// Those on their list of colleagues to avoid.
    pub avoids: Vec<Marks>,
    /// Whom they agree to meet.
    pub meets: WillingnessToMeet,
    /// Whether they lead the group.
    pub facilitates: bool,
}

/// Somebody's membership, as far as the record of a session depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Since when.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// Until when; on while there is none.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A session, as far as its record depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// Where the group stands.
    pub group: GroupState,
    /// What is recorded.
    pub form: GroupRecordType,
    /// Whether it takes place.
    pub state: GroupSessionState,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// When attendance was first recorded.
    pub recorded_at: Option<DateTime<Utc>>,
}
