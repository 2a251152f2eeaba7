//! JSON forms and views of staff accounts.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::accounts::identity::IdentityKind;
use crate::accounts::identity_history::IdentityEntry;
use crate::accounts::model::Role;
use crate::accounts::queries::AccountDetails;
use crate::staff_changes::dto::PendingChange;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

platform::string_enum! {
    /// The role of a member of staff.
    pub enum StaffRole {
        /// Assesses and treats.
        Clinician = "clinician",
        /// Answers the contact line.
        CallHandler = "call_handler",
        /// Runs the daily work of the service.
        Coordinator = "coordinator",
        /// Handles the referrals of the hubs assigned to them, and sees nothing else.
        HubCoordinator = "hub_coordinator",
        /// Decides funding requests.
        Commissioner = "commissioner",
        /// Reads the audit trail.
        PrivacyOfficer = "privacy_officer",
        /// Manages accounts and settings.
        Administrator = "administrator",
    }
}

impl From<StaffRole> for Role {
    fn from(role: StaffRole) -> Self {
        match role {
            StaffRole::Clinician => Self::Clinician,
            StaffRole::CallHandler => Self::CallHandler,
            StaffRole::Coordinator => Self::Coordinator,
            StaffRole::HubCoordinator => Self::HubCoordinator,
            StaffRole::Commissioner => Self::Commissioner,
            StaffRole::PrivacyOfficer => Self::PrivacyOfficer,
            StaffRole::Administrator => Self::Administrator,
        }
    }
}

/// A new member of staff. When another administrator has approved the account, they get an email with a link to choose a password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateStaff {
    /// The email address. The link is sent to it, and the person signs in with it.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
    /// The person's name. It may be printed on forms.
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 100)]
    pub name: Private<String>,
    /// Their role.
    pub role: StaffRole,
    /// The ODS code of their employer, where it is not this service: for a commissioner their integrated care board. Practitioners of
    /// the same employer are kept apart from them. For clinicians it is set in the directory, for hub coordinators with their hub.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 9)]
    pub employer_ods: Option<Private<String>>,
    /// Why they need an account. The identity history shows it.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// A change to a staff account. A member that is left out stays as it is. A new name or employer applies when another administrator
/// has approved it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateStaff {
    /// The person's name. It may be printed on forms.
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub name: Option<Private<String>>,
    /// False closes the account and ends its sessions at once. True asks for a closed account to be opened again, which another
    /// administrator must approve.
    pub active: Option<bool>,
    /// The ODS code of their employer, where it is not this service; null for this service. Former employers count for a year. The
    /// identity history shows it. For clinicians it is set in the directory, for hub coordinators with their hub.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 9)]
    pub employer_ods: Option<Option<Private<String>>>,
    /// Why it is changed. The identity history shows it.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// A member that was sent, even as null; only a member that was left out is `None`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

platform::string_enum! {
    /// Whether a staff account can be used.
    pub enum StaffState {
        /// The person can sign in, once they have chosen a password.
        Open = "open",
        /// No one can sign in until another administrator approves that the account is opened.
        AwaitingApproval = "awaiting_approval",
        /// No one can sign in.
        Closed = "closed",
    }
}

/// A staff account.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffMember {
    /// The id of the account.
    pub id: Id,
    /// The person's role.
    pub role: Role,
    /// The email address they sign in with.
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// The person's name.
    #[schema(max_length = 100)]
    pub name: String,
    /// True when the account is open.
    pub active: bool,
    /// Whether the account can be used.
    pub state: StaffState,
    /// The change that waits for another administrator to open this account; null when there is none.
    pub pending_change: Option<PendingChange>,
    /// The change of name or employer that waits for another administrator; null when there is none.
    pub pending_identity_change: Option<PendingChange>,
    /// When the account was created.
    pub created_at: UtcTime,
}

impl StaffMember {
    /// The account, the change that would open it, and that of its name or employer.
    pub fn new(
        details: AccountDetails,
        pending_change: Option<PendingChange>,
        pending_identity_change: Option<PendingChange>,
    ) -> Self {
        let state = match (details.account.active, &pending_change) {
            (true, _) => StaffState::Open,
            (false, Some(_)) => StaffState::AwaitingApproval,
            (false, None) => StaffState::Closed,
        };
        Self {
            state,
            pending_change,
            pending_identity_change,
            id: details.account.id,
            role: details.account.role,
            email: details.email.into_revealed(),
            name: details.name.into_revealed(),
            active: details.account.active,
            created_at: details.account.created_at,
        }
    }
}

platform::string_enum! {
    /// The kind of an entry in the identity history of a member of staff.
    pub enum StaffIdentityKind {
        /// The name of the account.
        Name = "name",
        /// The name in the directory of clinicians.
        DirectoryName = "directory_name",
        /// The register and the number on it.
        Registration = "registration",
        /// The employer's ODS code.
        Employer = "employer",
        /// The discipline of a clinician.
        Discipline = "discipline",
        /// Whether the account is open.
        AccountStatus = "account_status",
        /// The prescribing rights of a clinician, with their days.
        PrescribingRights = "prescribing_rights",
        /// That they worked for this service without another employer, until they got one.
        ServiceEmployment = "service_employment",
        /// The names of the hubs of a hub coordinator.
        Hubs = "hubs",
    }
}

impl From<IdentityKind> for StaffIdentityKind {
    fn from(kind: IdentityKind) -> Self {
        match kind {
            IdentityKind::AccountName | IdentityKind::LegalName => Self::Name,
            IdentityKind::DirectoryName => Self::DirectoryName,
            IdentityKind::Registration | IdentityKind::PractitionerRegistration => Self::Registration,
            IdentityKind::Employer => Self::Employer,
            IdentityKind::Discipline => Self::Discipline,
            IdentityKind::AccountStatus => Self::AccountStatus,
            IdentityKind::PrescribingRights => Self::PrescribingRights,
            IdentityKind::ServiceEmployment => Self::ServiceEmployment,
            IdentityKind::Hubs => Self::Hubs,
        }
    }
}

/// An entry in the identity history of a member of staff: a name, registration, employer, discipline, prescribing rights, hubs, or
/// whether the account is open. Practitioners they must not meet are found by names, registrations and employers.
#[derive(Serialize, ToSchema)]
pub struct StaffIdentityEntry {
    /// The kind of entry.
    pub kind: StaffIdentityKind,
    /// The value; for a registration, the register and the number. Null for an employer that was entered before its code was
    /// recorded.
    #[schema(max_length = 12000)]
    pub value: Option<String>,
    /// When it began to apply.
    pub held_from: UtcTime,
    /// When it ceased to apply; null for a current value.
    pub held_until: Option<UtcTime>,
    /// False for an employer they left more than a year ago: it causes no conflict any more.
    pub in_force: bool,
    /// The id of the account that set it; null where the service took it from older data.
    pub set_by: Option<Id>,
    /// The id of the account that changed or removed it; null for a current value, and where it was not recorded.
    pub ended_by: Option<Id>,
    /// Why it was set; null where no reason was recorded.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Why it was changed or removed; null for a current value, and where no reason was recorded.
    #[schema(max_length = 500)]
    pub end_reason: Option<String>,
    /// The id of the second administrator, who approved it; null where none was needed.
    pub approved_by: Option<Id>,
}

impl From<IdentityEntry> for StaffIdentityEntry {
    fn from(entry: IdentityEntry) -> Self {
        Self {
            kind: entry.kind.into(),
            value: entry.value.map(Private::into_revealed),
            held_from: entry.from,
            held_until: entry.until,
            in_force: !entry.lapsed,
            set_by: entry.set_by,
            ended_by: entry.ended_by,
            reason: entry.reason.map(Private::into_revealed),
            end_reason: entry.end_reason.map(Private::into_revealed),
            approved_by: entry.approved_by,
        }
    }
}

/// Which staff accounts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StaffQuery {
    /// Only accounts with this role.
    #[param(nullable = false)]
    pub role: Option<StaffRole>,
}

/// What a practitioner knows of a colleague's name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchStaff {
    /// The beginning of the family name, at least three characters.
    #[schema(value_type = String, min_length = 3, max_length = 100)]
    pub name: Private<String>,
}

/// The members of staff with such a name.
#[derive(Serialize, ToSchema)]
pub struct StaffSearchResults {
    /// By name. Enter more characters if the colleague is not among them.
    #[schema(max_items = 20)]
    pub items: Vec<FoundStaff>,
}

/// A member of staff, as practitioners find them.
#[derive(Serialize, ToSchema)]
pub struct FoundStaff {
    /// The id of the account, for blocking it.
    pub account_id: Id,
    /// The person's role.
    pub role: Role,
    /// The person's name.
    #[schema(max_length = 100)]
    pub name: String,
}
