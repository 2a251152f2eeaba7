//! Practitioners as clinicians and coordinators see them.

mod care;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use self::care::{CaseloadAppointment, CaseloadFollowUp, CaseloadScore, PractitionerCare};
use access::registration::dto::EmergencyContactView;
use people::practitioners::model::Pathway;
use people::practitioners::queries::RegisteredPractitioner;
use people::practitioners::queries::parts::PractitionerParts;
use people::relationships::Basis;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::{Profession, Region};

/// A practitioner in a list. Lists contain no names.
#[derive(Serialize, ToSchema)]
pub struct PractitionerSummary {
    /// Identifies the practitioner.
    pub id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The name that the practitioner chose. The reference where the name cannot be read.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// Where the practitioner is on the pathway.
    pub pathway: Pathway,
    /// The profession of the practitioner; null where the registration cannot be read, which is never so in lists.
    pub profession: Option<Profession>,
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
            profession: Some(person.details.profession),
            region: person.details.region,
            registered_at: person.created_at,
        }
    }
}

/// A practitioner.
#[derive(Serialize, ToSchema)]
pub struct PractitionerView {
    /// What lists show of them.
    #[serde(flatten)]
    pub summary: PractitionerSummary,
    /// The person to call if a life may be in danger. Null unless a clinician requested it, and where `registration` cannot be read.
    pub emergency_contact: Option<EmergencyContactView>,
    /// The parts that cannot be read because they are damaged: what is missing above may exist. Report them to the operator. Usually empty.
    #[schema(max_items = 3)]
    pub unreadable: Vec<PractitionerPart>,
}

platform::string_enum! {
    /// A part of what is known of a practitioner.
    pub enum PractitionerPart {
        /// The name that they chose: their reference is shown in its place.
        Pseudonym = "pseudonym",
        /// What is in the registration: profession, region and the emergency contact.
        Registration = "registration",
        /// The scores, with whether one shows risk.
        Scores = "scores",
    }
}

impl PractitionerView {
    /// The practitioner as far as they can be read, with the emergency contact if it was requested. `care` is without scores where these
    /// cannot be read.
    pub fn new(
        person: PractitionerParts,
        care: PractitionerCare,
        scores_are_readable: bool,
        basis: Basis,
        with_contact: bool,
    ) -> Self {
        let PractitionerParts { id, reference, pathway, created_at, pseudonym, details } = person;
        let parts = [
            (PractitionerPart::Pseudonym, pseudonym.is_some()),
            (PractitionerPart::Registration, details.is_some()),
            (PractitionerPart::Scores, scores_are_readable),
        ];
        Self {
            summary: PractitionerSummary {
                id,
                pseudonym: pseudonym.map_or_else(|| reference.clone(), Private::into_revealed),
                reference,
                pathway,
                profession: details.as_ref().map(|details| details.profession),
                region: details.as_ref().and_then(|details| details.region),
                registered_at: created_at,
                basis,
                care,
            },
            emergency_contact: details.filter(|_| with_contact).map(|details| details.emergency_contact.into()),
            unreadable: parts.into_iter().filter_map(|(part, readable)| (!readable).then_some(part)).collect(),
        }
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
