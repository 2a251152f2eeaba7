//! Types of the directory: a clinician's discipline, languages and specialisms, and how appointments with them are held.

pub use access::funding::model::AppointmentKind;
use platform::ids::Id;
use platform::private::Private;
use reference::workforce::model::{NmcProfession, Region, RegistrationBody};

platform::string_enum! {
    /// How practitioner and clinician meet.
    pub enum AppointmentMode {
        /// In person.
        InPerson = "in_person",
        /// By telephone.
        Phone = "phone",
        /// By video call.
        Video = "video",
    }

    /// A clinician's profession in the service.
    pub enum Discipline {
        /// A consultant or specialist in psychiatry.
        Psychiatrist = "psychiatrist",
        /// A general practitioner with an interest in mental health.
        Gp = "gp",
        /// A practitioner psychologist.
        Psychologist = "psychologist",
        /// A psychotherapist of any modality.
        Psychotherapist = "psychotherapist",
        /// A cognitive behavioural therapist.
        CbtTherapist = "cbt_therapist",
        /// A counsellor.
        Counsellor = "counsellor",
        /// A mental-health nurse.
        MentalHealthNurse = "mental_health_nurse",
        /// A specialist in addiction, of any profession.
        AddictionSpecialist = "addiction_specialist",
        /// An occupational therapist.
        OccupationalTherapist = "occupational_therapist",
        /// A recovery worker.
        RecoveryWorker = "recovery_worker",
        /// A social worker.
        SocialWorker = "social_worker",
    }

    /// A clinician's gender, which matters to some practitioners when they choose.
    pub enum Gender {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Non-binary.
        NonBinary = "non_binary",
        /// Not stated.
        NotStated = "not_stated",
    }

    /// What a clinician specialises in.
    pub enum Specialism {
        /// Depression.
        Depression = "depression",
        /// Anxiety.
        Anxiety = "anxiety",
        /// Trauma.
        Trauma = "trauma",
        /// Alcohol, drugs and other addictions.
        Addiction = "addiction",
        /// Burnout.
        Burnout = "burnout",
        /// Bereavement.
        Bereavement = "bereavement",
        /// Eating disorders.
        EatingDisorders = "eating_disorders",
        /// Autism, ADHD and other neurodivergence.
        Neurodiversity = "neurodiversity",
        /// Pregnancy and the time after it.
        Perinatal = "perinatal",
        /// Complaints, investigations and proceedings.
        RegulatoryStress = "regulatory_stress",
        /// Thoughts of suicide.
        Suicidality = "suicidality",
        /// Obsessive-compulsive disorder.
        Ocd = "ocd",
        /// Bipolar disorder.
        Bipolar = "bipolar",
        /// Psychosis.
        Psychosis = "psychosis",
        /// Relationships and family.
        Relationships = "relationships",
        /// Sleep.
        Sleep = "sleep",
        /// Long-term illness and pain.
        LongTermConditions = "long_term_conditions",
        /// Bullying, discrimination and moral injury at work.
        WorkplaceHarm = "workplace_harm",
    }
}

/// A clinician's directory entry.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The clinician's account.
    pub id: Id,
    /// The name that is shown.
    pub name: Private<String>,
    pub discipline: Discipline,
    pub gender: Gender,
    /// Language codes, without repeats, in order.
    pub languages: Vec<String>,
    /// Specialisms, without repeats, in order.
    pub specialisms: Vec<Specialism>,
    pub region: Region,
    /// The town where they see practitioners.
    pub place: String,
    /// A short description.
    pub biography: String,
    /// Their employer and registration.
    pub affiliation: Affiliation,
    /// The link to their own video room, if they have one.
    pub video_link: Option<Private<String>>,
    /// Whether practitioners can find them in the directory.
    pub listed: bool,
}

/// What conflicts between colleagues are found by; shown only to those who may change the entry.
#[derive(Debug, Clone, Default)]
pub struct Affiliation {
    /// The employer's ODS code.
    pub employer_ods: Option<Private<String>>,
    /// The register and the number on it.
    pub registration: Option<(RegistrationBody, Private<String>)>,
    /// As what the NMC registers them; only with its register.
    pub nmc_profession: Option<NmcProfession>,
}
