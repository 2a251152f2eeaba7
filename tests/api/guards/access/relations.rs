//! The relations between a caller and a practitioner: the columns of the table.

/// A relation between a caller and a practitioner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    Own,
    OtherPractitioner,
    Treats,
    ReadsAfterCare,
    CareEndedLongAgo,
    NeverMet,
    ClinicianBlocked,
    SameEmployer,
    OnDuty,
    ClinicianBreakGlass,
    OpenPurpose,
    NothingOpen,
    CoordinatorBlocked,
    CoordinatorSameTrust,
    PhoneCall,
    CoordinatorBreakGlass,
    ContactLine,
    CallHandlerBlocked,
    OwnHub,
    OtherHub,
    HubSameTrust,
    HubBlocked,
    OwnArea,
    OtherArea,
    CommissionerBlocked,
    Administrator,
    AdministratorBlocked,
    PrivacyOfficer,
    PrivacyOfficerBlocked,
    Anonymous,
}

use Relation::*;

/// Every relation with the caller's role (empty without a session) and the heading of its column.
pub const RELATIONS: &[(Relation, &str, &str)] = &[
    (Own, "practitioner", "themselves"),
    (OtherPractitioner, "practitioner", "another practitioner"),
    (Treats, "clinician", "treats"),
    (ReadsAfterCare, "clinician", "care ended 10 days ago"),
    (CareEndedLongAgo, "clinician", "care ended 60 days ago"),
    (NeverMet, "clinician", "never met"),
    (ClinicianBlocked, "clinician", "blocked"),
    (SameEmployer, "clinician", "same employer"),
    (OnDuty, "clinician", "on duty, alert open"),
    (ClinicianBreakGlass, "clinician", "break-glass"),
    (OpenPurpose, "coordinator", "something open"),
    (NothingOpen, "coordinator", "nothing open for 60 days"),
    (CoordinatorBlocked, "coordinator", "blocked"),
    (CoordinatorSameTrust, "coordinator", "same trust"),
    (PhoneCall, "coordinator", "phone call"),
    (CoordinatorBreakGlass, "coordinator", "break-glass"),
    (ContactLine, "call_handler", "logged the contact"),
    (CallHandlerBlocked, "call_handler", "blocked"),
    (OwnHub, "hub_coordinator", "hub of the referral"),
    (OtherHub, "hub_coordinator", "another hub"),
    (HubSameTrust, "hub_coordinator", "same trust"),
    (HubBlocked, "hub_coordinator", "blocked"),
    (OwnArea, "commissioner", "area of the request"),
    (OtherArea, "commissioner", "another area"),
    (CommissionerBlocked, "commissioner", "blocked"),
    (Administrator, "administrator", "not blocked"),
    (AdministratorBlocked, "administrator", "blocked"),
    (PrivacyOfficer, "privacy_officer", "not blocked"),
    (PrivacyOfficerBlocked, "privacy_officer", "blocked"),
    (Anonymous, "", "not signed in"),
];

impl Relation {
    pub fn role(self) -> &'static str {
        RELATIONS.iter().find(|(relation, ..)| *relation == self).unwrap().1
    }
}
