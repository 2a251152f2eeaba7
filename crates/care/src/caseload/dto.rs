//! Practitioners as clinicians and coordinators see them.

mod care;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use self::care::{CaseloadAppointment, CaseloadFollowUp, CaseloadScore, PractitionerCare};
use access::registration::dto::EmergencyContactView;
use people::practitioners::model::Pathway;
use people::practitioners::queries::RegisteredPractitioner;
use people::relationships::Basis;
use platform::ids::{Id, UtcTime};
use reference::workforce::model::{Profession, Region};

/// A practitioner in a list. Lists contain no names.
#[derive(Serialize, ToSchema)]
pub struct PractitionerSummary {
    /// Identifies the practitioner.
    pub id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The name that the practitioner chose.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// Where the practitioner is on the pathway.
    pub pathway: Pathway,
    /// The profession of the practitioner.
    pub profession: Profession,
    /// The region of England in which they work.
    pub region: Option<Region>,
    /// When they registered.
    pub registered_at: UtcTime,
    /// Why the caller may know of them now.
    pub basis: Basis,
    /// A summary of their care.
    pub care: PractitionerCare,
}

impl PractitionerSummary {
    /// The practitioner with a summary of their care.
    pub fn new(person: RegisteredPractitioner, care: PractitionerCare, basis: Basis) -> Self {
        Self {
            care,
            basis,
            id: person.id,
            reference: person.reference,
            pseudonym: person.pseudonym,
            pathway: person.pathway,
            profession: person.details.profession,
            region: person.details.region,
            registered_at: person.created_at,
        }
    }
}

/// A practitioner.
#[derive(Serialize, ToSchema)]
pub struct PractitionerView {
    /// Identifies the practitioner.
    pub id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The name that the practitioner chose.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// Where the practitioner is on the pathway.
    pub pathway: Pathway,
    /// The profession of the practitioner.
    pub profession: Profession,
    /// The region of England in which they work.
    pub region: Option<Region>,
    /// When they registered.
    pub registered_at: UtcTime,
    /// Why the caller may know of them now.
    pub basis: Basis,
    /// A summary of their care.
    pub care: PractitionerCare,
    /// The person to call if a life may be in danger. Null unless a clinician requested it.
    pub emergency_contact: Option<EmergencyContactView>,
}

impl PractitionerView {
    /// The practitioner, with the emergency contact if it was requested.
    pub fn new(person: RegisteredPractitioner, care: PractitionerCare, basis: Basis, with_contact: bool) -> Self {
        let emergency_contact = with_contact.then(|| person.details.emergency_contact.clone().into());
        let PractitionerSummary { id, reference, pseudonym, pathway, profession, region, registered_at, basis, care } =
            PractitionerSummary::new(person, care, basis);
        Self { id, reference, pseudonym, pathway, profession, region, registered_at, basis, care, emergency_contact }
    }
}

/// Filters of the list of practitioners.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PractitionerQuery {
    /// Only the practitioner with this reference. Case, spaces and hyphens do not matter.
    #[param(min_length = 1, max_length = 30, nullable = false)]
    pub reference: Option<String>,
    /// Only practitioners on this pathway.
    #[param(nullable = false)]
    pub pathway: Option<Pathway>,
    /// True: only practitioners with an open risk alert. False: only those without.
    #[param(nullable = false)]
    pub has_open_alert: Option<bool>,
    /// True: only practitioners with an overdue follow-up. False: only those without.
    #[param(nullable = false)]
    pub overdue: Option<bool>,
    /// Only practitioners who have been seen, the last time before this date in Europe/London.
    #[param(nullable = false)]
    pub last_seen_before: Option<NaiveDate>,
}

/// Options of the operation that gets a practitioner.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PractitionerDetailQuery {
    /// True to include the emergency contact. Clinicians only; recorded separately. False when left out.
    #[param(nullable = false)]
    pub emergency_contact: Option<bool>,
}
