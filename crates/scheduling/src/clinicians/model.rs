//! The nouns of the directory: what a clinician is, speaks and knows about, and how one can be met.

use platform::ids::Id;
use platform::private::Private;
use reference::workforce::model::{Region, RegistrationBody};

platform::words! {
    /// What a slot or appointment is for.
    pub enum AppointmentKind {
        /// The first, in-depth assessment.
        Assessment = "assessment",
        /// Care that follows an accepted assessment.
        Treatment = "treatment",
    }

    /// How practitioner and clinician meet.
    pub enum AppointmentMode {
        /// In the same room.
        InPerson = "in_person",
        /// By telephone.
        Phone = "phone",
        /// By video call.
        Video = "video",
    }

    /// What a clinician works as.
    pub enum Discipline {
        /// A consultant or specialist in psychiatry.
        Psychiatrist = "psychiatrist",
        /// A general practitioner with an interest in mental health.
        Gp = "gp",
        /// A practitioner psychologist.
        Psychologist = "psychologist",
        /// A psychotherapist of any school.
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

    /// A clinician's gender, which some people who seek help care about.
    pub enum Gender {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Non-binary.
        NonBinary = "non_binary",
        /// Not said.
        NotStated = "not_stated",
    }

    /// What a clinician knows most about.
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
        /// Autism, ADHD and other ways of being wired.
        Neurodiversity = "neurodiversity",
        /// Pregnancy and the time after.
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

/// A clinician as the directory knows them.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The clinician's account.
    pub id: Id,
    /// The name that is shown.
    pub name: Private<String>,
    /// What they work as.
    pub discipline: Discipline,
    pub gender: Gender,
    /// Language codes, each once, in order.
    pub languages: Vec<String>,
    /// What they know most about, each once, in order.
    pub specialisms: Vec<Specialism>,
    /// The region they work in.
    pub region: Region,
    /// The town they see people in.
    pub place: String,
    /// A few words about them.
    pub biography: String,
    /// Who employs them and which register they are on.
    pub affiliation: Affiliation,
    /// Where they meet people by video, if they have a place of their own for it.
    pub video_link: Option<Private<String>>,
    /// Whether practitioners find them.
    pub listed: bool,
}

/// What keeps colleagues apart, and is shown to nobody who is not in charge of the entry.
#[derive(Debug, Clone, Default)]
pub struct Affiliation {
    /// The employer's ODS code.
    pub employer_ods: Option<Private<String>>,
    /// The register and the number on it.
    pub registration: Option<(RegistrationBody, Private<String>)>,
}
