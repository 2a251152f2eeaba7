//! Practitioners as staff see them.

mod care;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use self::care::{CaseloadAppointment, CaseloadFollowUp, CaseloadScore, PractitionerCare};
use access::registration::dto::EmergencyContactView;
use people::practitioners::model::Pathway;
use people::practitioners::queries::Registered;
use platform::ids::{Id, UtcTime};
use reference::workforce::model::{Profession, Region};

/// A practitioner in a list. There are no names in lists.
#[derive(Serialize, ToSchema)]
pub struct PractitionerSummary {
    /// Names the practitioner.
    pub id: Id,
    /// The code that stands for a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// What they want to be called.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// Where they stand.
    pub pathway: Pathway,
    /// What they work as.
    pub profession: Profession,
    /// In which region of England they work.
    pub region: Option<Region>,
    /// When they registered.
    pub registered_at: UtcTime,
    /// How it stands with them.
    pub care: PractitionerCare,
}

impl PractitionerSummary {
    /// The practitioner, and how it stands with them.
    pub fn new(person: Registered, care: PractitionerCare) -> Self {
        Self {
            care,
            id: person.id,
            reference: person.reference,
            pseudonym: person.pseudonym,
            pathway: person.pathway,
            profession: person.told.profession,
            region: person.told.region,
            registered_at: person.created_at,
        }
    }
}

/// A practitioner.
#[derive(Serialize, ToSchema)]
pub struct PractitionerView {
    /// Names the practitioner.
    pub id: Id,
    /// The code that stands for a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// What they want to be called.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// Where they stand.
    pub pathway: Pathway,
    /// What they work as.
    pub profession: Profession,
    /// In which region of England they work.
    pub region: Option<Region>,
    /// When they registered.
    pub registered_at: UtcTime,
    /// How it stands with them.
    pub care: PractitionerCare,
    /// Whom to call when a life may be in danger. Null unless a clinician asked for it.
    pub emergency_contact: Option<EmergencyContactView>,
}

impl PractitionerView {
    /// The practitioner, with the emergency contact where it is asked for.
    pub fn new(person: Registered, care: PractitionerCare, with_contact: bool) -> Self {
        let emergency_contact = with_contact.then(|| person.told.emergency_contact.clone().into());
        let PractitionerSummary { id, reference, pseudonym, pathway, profession, region, registered_at, care } =
            PractitionerSummary::new(person, care);
        Self { id, reference, pseudonym, pathway, profession, region, registered_at, care, emergency_contact }
    }
}

/// Which practitioners.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PractitionerQuery {
    /// Only the one with this reference, in any way of writing it.
    #[param(min_length = 1, max_length = 30, nullable = false)]
    pub reference: Option<String>,
    /// Only those who stand here.
    #[param(nullable = false)]
    pub pathway: Option<Pathway>,
    /// True for those about whom there is an alert that nobody has looked at, false for the others.
    #[param(nullable = false)]
    pub has_open_alert: Option<bool>,
    /// True for those with an overdue follow-up, false for the others.
    #[param(nullable = false)]
    pub overdue: Option<bool>,
    /// Only those who were seen, the last time before this day in Europe/London.
    #[param(nullable = false)]
    pub seen_before: Option<NaiveDate>,
}

/// How much of a practitioner.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PractitionerDetailQuery {
    /// True to see the emergency contact too. For clinicians, and recorded by itself; false when left out.
    #[param(nullable = false)]
    pub emergency_contact: Option<bool>,
}
