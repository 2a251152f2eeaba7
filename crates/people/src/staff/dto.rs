//! JSON forms and views of staff accounts.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::accounts::identity::{IdentityEntry, IdentityKind};
use crate::accounts::model::Role;
use crate::accounts::queries::AccountDetails;
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

/// A new member of staff. They get an email with a link to choose a password.
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
}

/// A change to a staff account. A member that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateStaff {
    /// The person's name. It may be printed on forms.
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub name: Option<Private<String>>,
    /// False closes the account and ends its sessions at once.
    pub active: Option<bool>,
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
    /// False when the account is closed.
    pub active: bool,
    /// When the account was created.
    pub created_at: UtcTime,
}

impl From<AccountDetails> for StaffMember {
    fn from(details: AccountDetails) -> Self {
        Self {
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
        }
    }
}

/// An entry in the identity history of a member of staff: a name, registration, employer or discipline. Practitioners they must
/// not meet are found by these entries.
#[derive(Serialize, ToSchema)]
pub struct StaffIdentityEntry {
    /// The kind of entry.
    pub kind: StaffIdentityKind,
    /// The value; for a registration, the register and the number. Null for an employer that was entered before its code was
    /// recorded.
    #[schema(max_length = 200)]
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
