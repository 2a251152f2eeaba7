//! What a flag is.

use chrono::NaiveDate;

use platform::ids::{Id, UtcTime};
use platform::private::Private;

platform::string_enum! {
    /// What was unusual.
    pub enum FlagKind {
        /// Used the records of many practitioners.
        ManyPractitioners = "many_practitioners",
        /// Used records between midnight and five in the morning in the UK.
        Night = "night",
        /// Used the record of a practitioner they must not meet, such as a colleague.
        Colleague = "colleague",
        /// Was refused often.
        ManyRefusals = "many_refusals",
        /// Looked up many practitioners as callers.
        PhoneLookups = "phone_lookups",
        /// A coordinator raised alerts from contacts whose caller they recorded themselves.
        ContactAlerts = "contact_alerts",
        /// A privacy officer listed the audit trail without a filter.
        TrailListed = "trail_listed",
        /// A privacy officer exported a part of the audit trail.
        TrailExported = "trail_exported",
        /// A practitioner states a registration number that another practitioner has or had: one person may have two records.
        PossibleDuplicate = "possible_duplicate",
    }

    /// Why a privacy officer exports a part of the audit trail.
    pub enum ExportReason {
        /// A practitioner asked who used their record.
        PractitionerAsked = "practitioner_asked",
        /// An incident is looked into.
        Incident = "incident",
        /// Someone outside the service inspects or audits it.
        Inspection = "inspection",
        /// The use of records is reviewed as a routine.
        RoutineReview = "routine_review",
    }

    /// What the review of a flag found.
    pub enum FlagOutcome {
        /// The use was part of the person's work.
        Explained = "explained",
        /// The use was a mistake and is talked over with the person.
        Mistake = "mistake",
        /// The use was improper and is followed up outside this service.
        Improper = "improper",
        /// Of a possible duplicate: both records are of one person.
        OnePerson = "one_person",
        /// Of a possible duplicate: the records are of different people.
        DifferentPeople = "different_people",
    }
}

/// A flag of one account.
#[derive(Debug, Clone)]
pub struct AuditFlag {
    pub id: Id,
    pub kind: FlagKind,
    /// The member of staff; of a possible duplicate, the practitioner.
    pub actor: Id,
    /// The day in Britain.
    pub day: NaiveDate,
    /// How many practitioners, uses, refusals, alerts or rows of the trail were counted; of a possible duplicate, the other records.
    pub count: i32,
    pub created_at: UtcTime,
    pub review: Option<FlagReview>,
    /// Why the trail was exported.
    pub reason: Option<ExportReason>,
}

impl AuditFlag {
    /// The practitioner that a possible duplicate is about; none for the other kinds, which are about staff.
    pub fn practitioner(&self) -> Option<Id> {
        (self.kind == FlagKind::PossibleDuplicate).then_some(self.actor)
    }
}

/// The review of a flag.
#[derive(Debug, Clone)]
pub struct FlagReview {
    pub by: Id,
    pub at: UtcTime,
    pub outcome: FlagOutcome,
    pub note: Private<String>,
}

/// From how many on a count is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagThresholds {
    /// Practitioners in a day, for clinicians.
    pub clinician_practitioners: i32,
    /// Practitioners in a day, for other staff.
    pub staff_practitioners: i32,
    /// Practitioners in a day that were only seen in lists.
    pub listed: i32,
    /// Refusals in a day.
    pub refusals: i32,
    /// Practitioners who were looked up in a day.
    pub phone_lookups: i32,
}
