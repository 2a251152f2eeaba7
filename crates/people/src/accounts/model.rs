//! What an account is.

use platform::ids::{Id, UtcTime};

platform::words! {
    /// What a person is to the service. One account has one role.
    pub enum Role {
        /// Seeks help.
        Practitioner = "practitioner",
        /// Assesses and treats.
        Clinician = "clinician",
        /// Answers the phone, text and e-mail line.
        CallHandler = "call_handler",
        /// Runs groups, outreach and funding paperwork; books on a practitioner's behalf; refers to and from hubs.
        Coordinator = "coordinator",
        /// Handles the referrals of the hubs that an administrator assigned to them, and sees nothing else.
        HubCoordinator = "hub_coordinator",
        /// Decides funding requests of their area.
        Commissioner = "commissioner",
        /// Reads the audit trail, reviews break-glass.
        PrivacyOfficer = "privacy_officer",
        /// Staff accounts, hubs, directory, settings. Sees no care record.
        Administrator = "administrator",
    }

    /// What a one-time token is good for.
    pub enum TokenPurpose {
        /// Choosing a new password. Good for ten minutes (OWASP ASVS 5.0, 6.5.5); a new member of staff gets three days.
        ResetPassword = "reset_password",
    }
}

/// An account as rooms see it: nothing here is personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Names the account, and the practitioner or clinician whose account it is.
    pub id: Id,
    /// What the person is to the service.
    pub role: Role,
    /// False once an administrator has closed it.
    pub active: bool,
    /// When the e-mail address was shown to be theirs.
    pub email_verified_at: Option<UtcTime>,
    pub created_at: UtcTime,
    pub version: i32,
}
