//! The account and its role.

use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// The role of an account in the service. An account has one role.
    pub enum Role {
        /// Seeks help from the service.
        Practitioner = "practitioner",
        /// Assesses and treats.
        Clinician = "clinician",
        /// Answers the contact line by phone, text message and email.
        CallHandler = "call_handler",
        /// Runs groups, outreach and funding paperwork; books on a practitioner's behalf; refers to and from hubs.
        Coordinator = "coordinator",
        /// Handles the referrals of the hubs that an administrator assigned to them, and sees nothing else.
        HubCoordinator = "hub_coordinator",
        /// Decides funding requests of their area.
        Commissioner = "commissioner",
        /// Reads the audit trail and reviews break-glass access.
        PrivacyOfficer = "privacy_officer",
        /// Manages staff accounts, hubs, the directory and settings. Sees no care record.
        Administrator = "administrator",
    }

    /// What a one-time token may be used for.
    pub enum TokenPurpose {
        /// Choosing a new password. Valid for ten minutes (OWASP ASVS 5.0, 6.5.5), and for three days for a new member of staff.
        ResetPassword = "reset_password",
    }
}

/// An account without personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The id of the account, and of the practitioner or clinician it belongs to.
    pub id: Id,
    /// The person's role in the service.
    pub role: Role,
    /// False once an administrator has closed it.
    pub active: bool,
    /// When the person confirmed the email address.
    pub email_verified_at: Option<UtcTime>,
    pub created_at: UtcTime,
    pub version: i32,
}
