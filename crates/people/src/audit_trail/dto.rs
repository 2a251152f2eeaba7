//! JSON views of the audit trail, the access log and flags.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actors::People;
use super::flags::model::{AuditFlag, ExportReason, FlagKind, FlagOutcome};
use super::labels;
use crate::accounts::queries::Names;
use platform::audit::AuditRecord;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Reason;

platform::string_enum! {
    /// Who acted: the role of an account, or one of the two that have none.
    pub enum AuditRole {
        /// Seeks help from the service.
        Practitioner = "practitioner",
        /// Assesses and treats.
        Clinician = "clinician",
        /// Answers the contact line.
        CallHandler = "call_handler",
        /// Runs the daily work of the service.
        Coordinator = "coordinator",
        /// Handles the referrals of their hubs.
        HubCoordinator = "hub_coordinator",
        /// Decides funding requests.
        Commissioner = "commissioner",
        /// Reads the audit trail.
        PrivacyOfficer = "privacy_officer",
        /// Manages accounts and settings.
        Administrator = "administrator",
        /// A caller who is not signed in.
        Anonymous = "anonymous",
        /// The service itself.
        System = "system",
    }
}

/// Who acted.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// The id of the account; null for a caller who is not signed in and for the service itself.
    pub id: Option<Id>,
    /// The role in which they acted.
    pub role: AuditRole,
    /// The name of a member of staff. Practitioners are never named.
    #[schema(max_length = 100)]
    pub name: Option<String>,
}

/// The practitioner that an event is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPractitioner {
    /// The id of the practitioner.
    pub id: Id,
    /// Their reference; null where the id was only tried, or their record is gone.
    #[schema(max_length = 20)]
    pub reference: Option<String>,
}

/// An event of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEvent {
    /// The id of the event.
    pub id: Id,
    /// When it happened.
    pub at: UtcTime,
    /// Who acted.
    pub actor: AuditActor,
    /// What they did, such as `note.read`.
    #[schema(max_length = 80)]
    pub action: String,
    /// The kind of record.
    #[schema(max_length = 80)]
    pub subject_kind: String,
    /// The id of the record; of a refused attempt, the id that was tried.
    pub subject_id: Option<Id>,
    /// The practitioner it is about; null for an event about none, and for events from before this was recorded.
    pub practitioner: Option<AuditPractitioner>,
    /// Why the actor may know of the practitioner, such as `treats`.
    #[schema(max_length = 80)]
    pub basis: Option<String>,
    /// True when the actor was refused: nothing was shown or changed.
    pub refused: bool,
}

impl AuditEvent {
    /// The view of a stored event.
    ///
    /// # Errors
    /// When the role of the actor is not one of this program.
    pub fn new(event: AuditRecord, people: &People) -> Result<Self> {
        let name = event.actor_id.and_then(|id| people.staff.get(&id)).map(|name| name.reveal().clone());
        let practitioner =
            event.practitioner_id.map(|id| AuditPractitioner { id, reference: people.references.get(&id).cloned() });
        Ok(Self {
            id: event.id,
            at: event.at,
            actor: AuditActor { id: event.actor_id, role: role_of(&event)?, name },
            action: event.action,
            subject_kind: event.subject_kind,
            subject_id: event.subject_id,
            practitioner,
            basis: event.basis,
            refused: event.refused,
        })
    }

    /// The cells of the event in a table.
    pub fn cells(self) -> [String; 10] {
        let id = |id: Option<Id>| id.map_or_else(String::new, |id| id.to_string());
        let practitioner = self.practitioner.map(|one| one.reference.unwrap_or_else(|| one.id.to_string()));
        [
            self.at.get().to_rfc3339(),
            self.id.to_string(),
            id(self.actor.id),
            self.actor.role.as_str().to_owned(),
            self.actor.name.unwrap_or_default(),
            self.action,
            format!("{} {}", self.subject_kind, id(self.subject_id)).trim_end().to_owned(),
            practitioner.unwrap_or_default(),
            self.basis.unwrap_or_default(),
            self.refused.to_string(),
        ]
    }
}

/// The names of the columns of [`AuditEvent::cells`].
pub const COLUMNS: [&str; 10] =
    ["at", "id", "actor_id", "actor_role", "actor_name", "action", "subject", "practitioner", "basis", "refused"];

fn role_of(event: &AuditRecord) -> Result<AuditRole> {
    let unknown = || Error::unreadable("audit_events.actor_role", event.id, "it is not a role of this program");
    AuditRole::parse(&event.actor_role).ok_or_else(unknown)
}

/// Which events to list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditEventQuery {
    /// Only events about this practitioner.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only what this account did.
    #[param(nullable = false)]
    pub actor_id: Option<Id>,
    /// Only this action.
    #[param(min_length = 1, max_length = 80, nullable = false)]
    pub action: Option<String>,
    /// Only events about the record with this id.
    #[param(nullable = false)]
    pub subject_id: Option<Id>,
    /// Only events at this time or later.
    #[param(nullable = false)]
    pub from: Option<UtcTime>,
    /// Only events before this time.
    #[param(nullable = false)]
    pub until: Option<UtcTime>,
    /// True for refused attempts only, false for all others.
    #[param(nullable = false)]
    pub refused: Option<bool>,
    /// True for events of an account on a day that was flagged as unusual: the days of the 200 newest flags, of the account and the
    /// time that you choose. False is the same as leaving it out.
    #[param(nullable = false)]
    pub flagged: Option<bool>,
}

impl AuditEventQuery {
    /// True for a query about one practitioner, account or record.
    pub fn is_about_one(&self) -> bool {
        self.practitioner_id.is_some() || self.actor_id.is_some() || self.subject_id.is_some()
    }
}

/// Which events to export, and why.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditExportQuery {
    /// Why you need the table. It is kept with the number of rows, for the review by another privacy officer.
    pub reason: ExportReason,
    /// Only events about this practitioner.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only what this account did.
    #[param(nullable = false)]
    pub actor_id: Option<Id>,
    /// Only this action.
    #[param(min_length = 1, max_length = 80, nullable = false)]
    pub action: Option<String>,
    /// Only events about the record with this id.
    #[param(nullable = false)]
    pub subject_id: Option<Id>,
    /// Only events at this time or later. Needed unless you choose a practitioner, an account or a record.
    #[param(nullable = false)]
    pub from: Option<UtcTime>,
    /// Only events before this time: at most 31 days after `from`, unless you choose a practitioner, an account or a record. When left
    /// out, it is now.
    #[param(nullable = false)]
    pub until: Option<UtcTime>,
    /// True for refused attempts only, false for all others.
    #[param(nullable = false)]
    pub refused: Option<bool>,
    /// True for events of an account on a day that was flagged as unusual, as in the list.
    #[param(nullable = false)]
    pub flagged: Option<bool>,
}

/// The longest time that is exported for everyone.
const LONGEST_EXPORT: TimeDelta = TimeDelta::days(31);

impl AuditExportQuery {
    /// Which events, if they are about one practitioner, account or record, or of a short time.
    ///
    /// # Errors
    /// 400 `invalid_parameter` at `from`.
    pub fn events(self, now: UtcTime) -> Result<AuditEventQuery> {
        let Self { reason: _, practitioner_id, actor_id, action, subject_id, from, until, refused, flagged } = self;
        let query = AuditEventQuery { practitioner_id, actor_id, action, subject_id, from, until, refused, flagged };
        let too_much = match from {
            _ if query.is_about_one() => None,
            None => Some("required"),
            Some(from) => (until.unwrap_or(now).get() - from.get() > LONGEST_EXPORT).then_some("too_long"),
        };
        match too_much {
            None => Ok(query),
            Some(code) => {
                let detail = "Choose a practitioner, an account or a record, or a time of at most 31 days.";
                Err(Error::field(Reason::InvalidWindow, "from", code, detail))
            }
        }
    }
}

/// Which entries of the access log to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccessLogQuery {
    /// True to include what you did yourself.
    #[serde(default)]
    #[param(nullable = false)]
    pub include_own: bool,
}

/// One use of your record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessLogEntry {
    /// The id of the entry.
    pub id: Id,
    /// When it happened.
    pub at: UtcTime,
    /// What was done, such as `note.read`.
    #[schema(max_length = 80)]
    pub action: String,
    /// The same in words.
    #[schema(max_length = 100, example = "Note read")]
    pub label: String,
    /// True for what you did yourself.
    pub own: bool,
    /// The role of the person who did it.
    pub role: AuditRole,
    /// The name of a clinician who treats or treated you; null for everyone else.
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// Why they may use your record; null for entries from before this was recorded.
    #[schema(max_length = 200, example = "They treat you or have an appointment with you.")]
    pub reason: Option<String>,
}

impl AccessLogEntry {
    /// The view of an event to the practitioner that it is about.
    ///
    /// # Errors
    /// As [`AuditEvent::new`].
    pub fn new(event: AuditRecord, practitioner: Id, names: &Names) -> Result<Self> {
        // Earlier versions recorded the registration without its actor.
        let own = event.actor_id == Some(practitioner) || (event.actor_id.is_none() && event.action == labels::REGISTERED);
        let basis = if own { Some(labels::OWN) } else { event.basis.as_deref() };
        let reason = labels::reason_to_call(&event.action, &event.subject_kind).or_else(|| basis.and_then(labels::reason));
        Ok(Self {
            id: event.id,
            at: event.at,
            label: labels::label(&event.action),
            own,
            role: if own { AuditRole::Practitioner } else { role_of(&event)? },
            name: event.actor_id.and_then(|id| names.get(&id)).map(|name| name.reveal().clone()),
            reason: reason.map(str::to_owned),
            action: event.action,
        })
    }
}

/// Which flags to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditFlagQuery {
    /// True for reviewed flags only, false for those that wait for a review.
    #[param(nullable = false)]
    pub reviewed: Option<bool>,
    /// Only flags of this account.
    #[param(nullable = false)]
    pub actor_id: Option<Id>,
}

/// An unusual use of records by a member of staff on one day, or a practitioner who may have two records.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditFlagView {
    /// The id of the flag.
    pub id: Id,
    /// What was found.
    pub kind: FlagKind,
    /// The account that acted; of a possible duplicate, the practitioner who stated the registration number last.
    pub actor_id: Id,
    /// The name of the member of staff; null for a possible duplicate.
    #[schema(max_length = 100)]
    pub actor_name: Option<String>,
    /// The practitioners who have or had one registration number, for a possible duplicate; empty for the other kinds.
    #[schema(max_items = 50)]
    pub practitioners: Vec<AuditPractitioner>,
    /// The day in the UK.
    pub day: NaiveDate,
    /// How many practitioners, events, refusals or rows of the trail were counted; of a possible duplicate, the other records.
    #[schema(minimum = 0)]
    pub count: i32,
    /// Why the trail was exported; null for the other kinds.
    pub reason: Option<ExportReason>,
    /// When it was found.
    pub created_at: UtcTime,
    /// The review; null while it waits for one.
    pub review: Option<AuditFlagReview>,
}

/// How many practitioners a flag shows; the schema says so.
const MOST_PRACTITIONERS: usize = 50;

/// The review of a flag.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditFlagReview {
    /// The account of the privacy officer.
    pub reviewed_by: Id,
    /// When it was reviewed.
    pub reviewed_at: UtcTime,
    /// What the review found.
    pub outcome: FlagOutcome,
    /// What was found out and done.
    #[schema(max_length = 2000, extensions(("x-multiline" = json!(true))))]
    pub note: String,
}

impl AuditFlagView {
    /// The view of a flag, with the practitioners that it is about.
    pub fn new(flag: AuditFlag, about: &[Id], names: &Names, references: &BTreeMap<Id, String>) -> Self {
        let practitioner = |id: &Id| AuditPractitioner { id: *id, reference: references.get(id).cloned() };
        let review = flag.review.map(|review| AuditFlagReview {
            reviewed_by: review.by,
            reviewed_at: review.at,
            outcome: review.outcome,
            note: review.note.into_revealed(),
        });
        Self {
            id: flag.id,
            kind: flag.kind,
            actor_id: flag.actor,
            actor_name: names.get(&flag.actor).map(|name| name.reveal().clone()),
            practitioners: about.iter().take(MOST_PRACTITIONERS).map(practitioner).collect(),
            day: flag.day,
            count: flag.count,
            reason: flag.reason,
            created_at: flag.created_at,
            review,
        }
    }
}

/// The review of a flag.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewAuditFlag {
    /// What the review found: `one_person` or `different_people` of a possible duplicate, another value of every other flag.
    pub outcome: FlagOutcome,
    /// What was found out and done.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub note: Private<String>,
}
