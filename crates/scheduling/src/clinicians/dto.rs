//! Request and response bodies of the directory.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{AppointmentKind, AppointmentMode, Discipline, Gender, Profile, Specialism};
use super::search::NextSlot;
use people::staff_changes::dto::PendingChange;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::{NmcProfession, Region, RegistrationBody};

/// A language by its BCP 47 code of two or three letters, such as `en`, `cy` or `yue`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 2, max_length = 3, pattern = "^[a-z]{2,3}$", example = "en")]
pub struct Language(String);

impl TryFrom<String> for Language {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        let fine = matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase());
        if fine { Ok(Self(code)) } else { Err("not a language code") }
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

/// The name of a town.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 1, max_length = 100)]
pub struct Town(String);

impl TryFrom<String> for Town {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let name = name.trim();
        let fine = (1..=100).contains(&name.chars().count()) && !name.contains('\0');
        if fine { Ok(Self(name.to_owned())) } else { Err("not a town") }
    }
}

impl From<Town> for String {
    fn from(town: Town) -> Self {
        town.0
    }
}

/// A clinician's complete directory entry.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceClinician {
    /// The name that is shown, and printed on forms.
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 100)]
    pub name: Private<String>,
    /// Their profession in the service.
    pub discipline: Discipline,
    /// Their gender.
    pub gender: Gender,
    /// The languages they can hold appointments in.
    #[schema(min_items = 1, max_items = 20)]
    pub languages: Vec<Language>,
    /// Their specialisms.
    #[schema(max_items = 20)]
    pub specialisms: Vec<Specialism>,
    /// The region they work in.
    pub region: Region,
    /// The town where they see practitioners.
    pub place: Town,
    /// A short description for practitioners who choose a clinician.
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), max_length = 1000)]
    pub biography: String,
    /// The ODS code of the employer, if any. Practitioners with the same employer do not see this clinician.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 9)]
    pub employer_ods: Option<Private<String>>,
    /// The register they are on, if any.
    pub registration_body: Option<RegistrationBody>,
    /// Their number on that register.
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 12)]
    pub registration_number: Option<Private<String>>,
    /// As what the NMC registers them; only with its register. A registered nurse may issue fit notes.
    #[serde(default)]
    pub nmc_profession: Option<NmcProfession>,
    /// The https link to their own video room. When left out, each appointment gets a room of the service.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300)]
    pub video_link: Option<Private<String>>,
    /// Whether practitioners can find them in the directory.
    pub listed: bool,
    /// Why the clinician's name, discipline, employer or registration is set or changed; required then. The identity history shows it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub reason: Option<Private<String>>,
}

/// A slot that can be booked now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextFreeSlot {
    /// The slot's id.
    pub id: Id,
    /// When it starts.
    pub starts_at: UtcTime,
    /// Whether it is for assessment or treatment.
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
}

impl From<NextSlot> for NextFreeSlot {
    fn from(next: NextSlot) -> Self {
        Self { id: next.id, starts_at: next.starts_at, kind: next.kind, mode: next.mode }
    }
}

/// A clinician in the list to choose from.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClinicianSummary {
    /// The clinician's id.
    pub id: Id,
    /// The name that is shown.
    #[schema(max_length = 100)]
    pub name: String,
    /// Their profession in the service.
    pub discipline: Discipline,
    /// Their gender.
    pub gender: Gender,
    /// The languages they can hold appointments in.
    #[schema(max_items = 20)]
    pub languages: Vec<Language>,
    /// Their specialisms.
    #[schema(max_items = 20)]
    pub specialisms: Vec<Specialism>,
    /// The region they work in.
    pub region: Region,
    /// The town where they see practitioners.
    #[schema(max_length = 100)]
    pub place: String,
    /// The first slot that can be booked now; in a list, the first that matches the query. Null when there is none.
    pub next_free_slot: Option<NextFreeSlot>,
}

impl ClinicianSummary {
    /// The summary of an entry.
    pub fn new(profile: Profile, next: Option<NextSlot>) -> Self {
        Self {
            id: profile.id,
            name: profile.name.into_revealed(),
            discipline: profile.discipline,
            gender: profile.gender,
            languages: profile.languages.into_iter().map(Language).collect(),
            specialisms: profile.specialisms,
            region: profile.region,
            place: profile.place,
            next_free_slot: next.map(NextFreeSlot::from),
        }
    }
}

/// A clinician's directory entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClinicianProfile {
    /// What lists show of them.
    #[serde(flatten)]
    pub summary: ClinicianSummary,
    /// A short description.
    #[schema(max_length = 1000)]
    pub biography: String,
    /// The ODS code of the employer. Null for callers who may not change the entry.
    #[schema(max_length = 9)]
    pub employer_ods: Option<String>,
    /// The register they are on. Null for callers who may not change the entry.
    pub registration_body: Option<RegistrationBody>,
    /// Their number on that register. Null for callers who may not change the entry.
    #[schema(max_length = 12)]
    pub registration_number: Option<String>,
    /// As what the NMC registers them. Null for callers who may not change the entry.
    pub nmc_profession: Option<NmcProfession>,
    /// The link to their own video room. Null for callers who may not change the entry; participants get the link with each
    /// appointment.
    #[schema(max_length = 300)]
    pub video_link: Option<String>,
    /// Whether practitioners can find them in the directory.
    pub listed: bool,
    /// The change of name, employer, discipline or registration that waits for another administrator. Null for callers other than
    /// administrators.
    pub pending_change: Option<PendingChange>,
}

impl ClinicianProfile {
    /// The entry; employer, registration and video link only for those who may change it.
    pub fn new(profile: Profile, next: Option<NextSlot>, can_edit: bool, pending_change: Option<PendingChange>) -> Self {
        let affiliation = if can_edit { profile.affiliation.clone() } else { Default::default() };
        let nmc_profession = affiliation.nmc_profession;
        let (body, number) = affiliation.registration.unzip();
        Self {
            biography: profile.biography.clone(),
            employer_ods: affiliation.employer_ods.map(Private::into_revealed),
            registration_body: body,
            registration_number: number.map(Private::into_revealed),
            nmc_profession,
            video_link: profile.video_link.clone().filter(|_| can_edit).map(Private::into_revealed),
            listed: profile.listed,
            pending_change,
            summary: ClinicianSummary::new(profile, next),
        }
    }
}

/// Filters for clinicians, and for their slots.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClinicianQuery {
    /// Only clinicians of this discipline.
    #[param(nullable = false)]
    pub discipline: Option<Discipline>,
    /// Only clinicians with this specialism.
    #[param(nullable = false)]
    pub specialism: Option<Specialism>,
    /// Only clinicians who speak this language.
    #[param(nullable = false)]
    pub language: Option<Language>,
    /// Only clinicians of this gender.
    #[param(nullable = false)]
    pub gender: Option<Gender>,
    /// Only clinicians in this region.
    #[param(nullable = false)]
    pub region: Option<Region>,
    /// Only clinicians in this town; its full name, in any case.
    #[param(nullable = false)]
    pub place: Option<Town>,
    /// Only slots of this kind count as free.
    #[param(nullable = false)]
    pub kind: Option<AppointmentKind>,
    /// Only slots of this mode count as free.
    #[param(nullable = false)]
    pub mode: Option<AppointmentMode>,
    /// Only slots that start at this time or later count as free.
    #[param(nullable = false)]
    pub free_from: Option<UtcTime>,
    /// Only slots that start before this time count as free.
    #[param(nullable = false)]
    pub free_until: Option<UtcTime>,
}
