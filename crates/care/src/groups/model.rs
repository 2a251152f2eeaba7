//! The types of group therapy: programmes, sessions, places and records.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use people::practitioners::model::Pathway;
use people::relationships::model::IdentityKeys;
use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// Whether a group has a fixed number of sessions.
    pub enum GroupKind {
        /// A fixed number of sessions with the same members throughout.
        ClosedSeries = "closed_series",
        /// No planned end; new members join when a place becomes free.
        SlowOpen = "slow_open",
    }

    /// What is recorded about a group's sessions.
    pub enum GroupRecordType {
        /// Group therapy: members are known in advance, and each has a note in their own record.
        Therapy = "therapy",
        /// Group session: a head count only, no individual notes.
        Session = "session",
    }

    /// The topic of a group.
    pub enum GroupTopic {
        /// Alcohol, drugs and other addictions.
        Addiction = "addiction",
        /// Suspended from work, or under investigation.
        UnderInvestigation = "under_investigation",
        /// Bereaved by the death of a colleague.
        BereavedOfColleague = "bereaved_of_colleague",
        /// Bereaved by the death of a patient.
        BereavedOfPatient = "bereaved_of_patient",
        /// Bereaved by the death of a family member.
        BereavedOfFamily = "bereaved_of_family",
        /// Trainees and resident (junior) doctors.
        Trainees = "trainees",
        /// Dentists.
        Dentists = "dentists",
        /// General practitioners.
        GeneralPractitioners = "general_practitioners",
        /// Women.
        Women = "women",
        /// Doctors and dentists who qualified in another country.
        InternationalGraduates = "international_graduates",
        /// Burnout.
        Burnout = "burnout",
        /// Trauma, including trauma from the pandemic.
        Trauma = "trauma",
        /// Autism, ADHD and other forms of neurodivergence.
        Neurodiversity = "neurodiversity",
        /// Long-term illness.
        LongTermIllness = "long_term_illness",
        /// Reflective practice: continuing meetings that are not therapy.
        ReflectivePractice = "reflective_practice",
    }

    /// Who a group is for.
    pub enum GroupAudience {
        /// Practitioners in care.
        Practitioners = "practitioners",
        /// Families bereaved by a practitioner's death. They are not practitioners themselves.
        BereavedFamily = "bereaved_family",
    }

    /// The state of a group.
    pub enum GroupState {
        /// Members are being enrolled; the group has not started.
        Forming = "forming",
        /// The group has started and meets.
        Running = "running",
        /// The group has met and has ended.
        Ended = "ended",
        /// The group was cancelled before it started.
        Cancelled = "cancelled",
    }

    /// Whether a group meets in person or by video.
    pub enum GroupMode {
        /// At the group's address.
        InPerson = "in_person",
        /// By video call.
        Video = "video",
    }

    /// Whether a session takes place.
    pub enum GroupSessionState {
        /// It takes place, or took place.
        Planned = "planned",
        /// It does not take place.
        Cancelled = "cancelled",
    }

    /// The state of an enrolment in a group.
    pub enum EnrolmentState {
        /// On the waiting list.
        Waiting = "waiting",
        /// A place is offered and reserved until the offer expires.
        Offered = "offered",
        /// A member.
        Enrolled = "enrolled",
        /// The member left, or gave up waiting.
        Left = "left",
        /// Staff removed the member.
        Removed = "removed",
        /// The practitioner declined an offer.
        Declined = "declined",
        /// The offer expired, or the group ended while they waited.
        Expired = "expired",
        /// A member until the end of the group.
        Completed = "completed",
    }

    /// The result of a screening.
    pub enum ScreeningVerdict {
        /// The group is suitable for the practitioner.
        Suitable = "suitable",
        /// The group is not suitable.
        NotSuitable = "not_suitable",
        /// The group may be suitable later.
        NotNow = "not_now",
    }

    /// Who a person is willing to meet in a group. Every member is asked the same question.
    pub enum WillingnessToMeet {
        /// No one who knows them or works for their employer.
        StrangersOnly = "strangers_only",
        /// Also people who work for their employer and are not among their blocked colleagues.
        Colleagues = "colleagues",
        /// Every person, even a colleague they have blocked or who has blocked them.
        Anyone = "anyone",
    }

    /// Why two people should not meet in a group.
    pub enum ConflictGround {
        /// One has blocked the other.
        Acquainted = "acquainted",
        /// They work for the same employer.
        SameEmployer = "same_employer",
    }
}

impl EnrolmentState {
    /// The states in which a person has or wants a place.
    pub const LIVE: [Self; 3] = [Self::Waiting, Self::Offered, Self::Enrolled];

    /// The states that take up one of the group's places.
    pub const HOLDING_A_PLACE: [Self; 2] = [Self::Offered, Self::Enrolled];

    /// True while the person has or wants a place.
    pub fn is_live(self) -> bool {
        Self::LIVE.contains(&self)
    }
}

impl GroupState {
    /// True until the group has ended or was cancelled.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Forming | Self::Running)
    }
}

/// Limits and periods for groups. They are the service's choice; the sources say what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupPolicies {
    /// Places in a therapy group: usually six to eight, sometimes ten, twelve at most.
    pub max_therapy_members: u16,
    /// Places in a group without individual notes, such as a class: usually ten to fifteen.
    pub max_session_participants: u16,
    /// How long a screening is valid.
    pub screening_validity: TimeDelta,
    /// How long an offered place is reserved.
    pub offer_duration: TimeDelta,
    /// How long attendance can be corrected after it was first recorded.
    pub correction_window: TimeDelta,
    /// How many weeks ahead the sessions of a slow-open group are planned. Longer than slots are, so that no appointment is
    /// booked at the time of a later session.
    pub horizon_weeks: u16,
}

impl Default for GroupPolicies {
    fn default() -> Self {
        Self {
            max_therapy_members: 12,
            max_session_participants: 15,
            screening_validity: TimeDelta::weeks(12),
            offer_duration: TimeDelta::hours(72),
            correction_window: TimeDelta::days(7),
            horizon_weeks: 26,
        }
    }
}

/// The limits and periods in force.
pub fn policies() -> GroupPolicies {
    GroupPolicies::default()
}

/// When a group meets: at a local time in Europe/London, on the weekday of its first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The day of the first session.
    pub starts_on: NaiveDate,
    /// When sessions start, in local time.
    pub starts_local: NaiveTime,
    /// The length of a session.
    pub minutes: u16,
    /// The number of weeks from one session to the next.
    pub every_weeks: u16,
    /// How many sessions; none for a slow-open group.
    pub sessions: Option<u16>,
    /// Days on which the group would meet and does not.
    pub skipped: Vec<NaiveDate>,
}

/// All that a coordinator enters about a group. Its texts are redacted in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Programme {
    /// A closed series or a slow-open group.
    pub kind: GroupKind,
    /// Notes for each member, or a head count.
    pub record_type: GroupRecordType,
    /// Why the group meets.
    pub topic: GroupTopic,
    pub audience: GroupAudience,
    pub title: String,
    pub about: String,
    /// How many places there are.
    pub capacity: u16,
    /// How many members a series needs to start.
    pub minimum: u16,
    /// The two clinicians who facilitate the group.
    pub facilitators: [Id; 2],
    /// When it meets.
    pub series: Series,
    /// The number of the session at whose start enrolment closes; none for a slow-open group.
    pub closes_at_session: Option<u16>,
    /// In person or by video.
    pub mode: GroupMode,
    /// The town, shown to everyone who can see the group.
    pub town: Option<String>,
    /// The address, for members.
    pub place: Option<String>,
    /// The link to the video call, for members.
    pub link: Option<String>,
}

platform::redacted_debug!(Programme);

/// What an enrolment depends on, as far as the group is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnrolmentFacts {
    pub state: GroupState,
    pub audience: GroupAudience,
    /// When enrolment closes; none when it never closes.
    pub closes_at: Option<DateTime<Utc>>,
    /// How many places there are.
    pub capacity: u16,
    /// How many of them are taken or on offer.
    pub places_taken: u16,
}

/// What an enrolment depends on, as far as the practitioner is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CandidateFacts {
    pub pathway: Pathway,
    /// The state of their enrolment, if they have or want a place.
    pub enrolment_state: Option<EnrolmentState>,
    /// The latest screening for the group.
    pub screening: Option<(ScreeningVerdict, DateTime<Utc>)>,
    /// When they last gave up or lost a place in the group.
    pub last_ended: Option<DateTime<Utc>>,
    /// Whether a place was refused them, so that they must be screened again.
    pub needs_new_screening: bool,
    /// Whether a person in the group must not meet them. Pairs that have agreed to meet do not count.
    pub conflict: bool,
}

/// Who a person is willing to meet, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Willingness {
    pub to_meet: WillingnessToMeet,
    /// When they last stated so; none for a facilitator, who can never agree to meet a person that blocked them.
    pub since: Option<UtcTime>,
}

/// A member, candidate or facilitator of a group, with what decides whether others know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Their account.
    pub id: Id,
    /// The identities by which others would recognise them.
    pub identity: IdentityKeys,
    /// The blind indexes of their employers.
    pub employers: BTreeSet<String>,
    /// The colleagues they have blocked.
    pub avoids: Vec<IdentityKeys>,
    /// Who they are willing to meet.
    pub willing_to_meet: WillingnessToMeet,
    /// When they last stated so.
    pub willing_since: Option<UtcTime>,
    /// Whether they facilitate the group.
    pub is_facilitator: bool,
}

/// The period of a membership, which decides what may be recorded about the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The start; none when they never became a member.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// The end; none while they are a member.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What may be recorded about a session, or changed in it, depends on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// The state of the group.
    pub group_state: GroupState,
    /// Notes for each member, or a head count.
    pub record_type: GroupRecordType,
    pub state: GroupSessionState,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// When attendance was first recorded.
    pub recorded_at: Option<DateTime<Utc>>,
}
