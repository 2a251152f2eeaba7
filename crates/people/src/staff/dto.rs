//! Forms about staff accounts.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::accounts::marks::{Held, MarkKind};
use crate::accounts::model::Role;
use crate::accounts::queries::OpenAccount;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

platform::words! {
    /// What a member of staff is to the service.
    pub enum StaffRole {
        /// Assesses and treats.
        Clinician = "clinician",
        /// Answers the line.
        CallHandler = "call_handler",
        /// Runs the everyday.
        Coordinator = "coordinator",
        /// Handles the referrals of the hubs assigned to them, and sees nothing else.
        HubCoordinator = "hub_coordinator",
        /// Decides funding requests.
        Commissioner = "commissioner",
        /// Reads the audit trail.
        PrivacyOfficer = "privacy_officer",
        /// Keeps accounts and settings.
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

/// A new member of staff. They get a link with which to choose a password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateStaff {
    /// Where the link goes; the address to sign in with.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
    /// The person's name. It may come to be printed on forms.
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 100)]
    pub name: Private<String>,
    /// What they are to the service.
    pub role: StaffRole,
}

/// A change of a staff account. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateStaff {
    /// The person's name. It may come to be printed on forms.
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub name: Option<Private<String>>,
    /// False closes the account and ends its sessions at once.
    pub active: Option<bool>,
}

/// A staff account.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffMember {
    /// Names the account.
    pub id: Id,
    /// What the person is to the service.
    pub role: Role,
    /// The address to sign in with.
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// The person's name.
    #[schema(max_length = 100)]
    pub name: String,
    /// False when the account is closed.
    pub active: bool,
    /// When the account was made.
    pub created_at: UtcTime,
}

impl From<OpenAccount> for StaffMember {
    fn from(open: OpenAccount) -> Self {
        Self {
            id: open.account.id,
            role: open.account.role,
            email: open.email.into_revealed(),
            name: open.name.into_revealed(),
            active: open.account.active,
            created_at: open.account.created_at,
        }
    }
}

platform::words! {
    /// By what a member of staff is known.
    pub enum StaffIdentityKind {
        /// The name of the account.
        Name = "name",
        /// The name in the directory of clinicians.
        DirectoryName = "directory_name",
        /// The register and the number on it.
        Registration = "registration",
        /// The employer's ODS code.
        Employer = "employer",
        /// What a clinician works as.
        Discipline = "discipline",
    }
}

impl From<MarkKind> for StaffIdentityKind {
    fn from(kind: MarkKind) -> Self {
        match kind {
            MarkKind::AccountName | MarkKind::LegalName => Self::Name,
            MarkKind::EntryName => Self::DirectoryName,
            MarkKind::Registration | MarkKind::OwnRegistration => Self::Registration,
            MarkKind::Employer => Self::Employer,
            MarkKind::Discipline => Self::Discipline,
        }
    }
}

/// A mark by which a member of staff is or was known. Practitioners whom they must not meet are found by it.
#[derive(Serialize, ToSchema)]
pub struct StaffIdentityEntry {
    /// What kind of mark it is.
    pub kind: StaffIdentityKind,
    /// The mark itself; a registration is the register and the number. Null for an employer that was entered before its code was
    /// kept here.
    #[schema(max_length = 200)]
    pub value: Option<String>,
    /// Since when they have had it.
    pub held_from: UtcTime,
    /// Until when they had it; null for what they have now.
    pub held_until: Option<UtcTime>,
    /// False for an employer whom they left more than a year ago: it keeps nobody apart any more.
    pub in_force: bool,
    /// The account that set it; null where the service took it over from older data.
    pub set_by: Option<Id>,
    /// The account that changed it or took it away; null for what they have now, and where that was not kept.
    pub ended_by: Option<Id>,
}

impl From<Held> for StaffIdentityEntry {
    fn from(held: Held) -> Self {
        Self {
            kind: held.kind.into(),
            value: held.value.map(Private::into_revealed),
            held_from: held.from,
            held_until: held.until,
            in_force: !held.lapsed,
            set_by: held.set_by,
            ended_by: held.ended_by,
        }
    }
}

/// Which staff accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StaffQuery {
    /// Only those of this role.
    #[param(nullable = false)]
    pub role: Option<StaffRole>,
}
