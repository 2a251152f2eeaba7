//! Forms about telling the general practitioner.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use people::practitioners::model::{ConsentMethod, GpSharing, GpWords};
use people::practitioners::queries::gp::{Said, Statement};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said};

platform::words! {
    /// What a practitioner answers.
    pub enum GpSharingAnswer {
        /// The general practitioner may be told.
        Given = "given",
        /// They may not.
        Refused = "refused",
    }

    /// What a clinician can write down.
    pub enum GpSharingReport {
        /// The practitioner was asked, and wants to think about it.
        Asked = "asked",
        /// The practitioner agrees.
        Given = "given",
        /// The practitioner does not agree.
        Refused = "refused",
    }

    /// How it was said to a clinician.
    pub enum RecordedConsentMethod {
        /// In an appointment.
        InAnAppointment = "in_an_appointment",
        /// By telephone.
        ByPhone = "by_phone",
        /// In a letter or message.
        InWriting = "in_writing",
    }
}

/// Whether my general practitioner may be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceMyGpSharing {
    /// The answer. It may change at any time.
    pub consent: GpSharingAnswer,
    /// The general practitioner's name.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub gp_name: Option<Private<String>>,
    /// Their practice.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub gp_practice: Option<Private<String>>,
}

impl ReplaceMyGpSharing {
    /// What is said with it.
    pub fn told(&self) -> Said {
        let consent = match self.consent {
            GpSharingAnswer::Given => GpSharing::Given,
            GpSharingAnswer::Refused => GpSharing::Refused,
        };
        let words = GpWords { name: said(self.gp_name.as_ref()), practice: said(self.gp_practice.as_ref()), note: None };
        Said { consent, how: ConsentMethod::InTheApp, words }
    }
}

/// What a practitioner said about telling their general practitioner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceGpSharing {
    /// What came of it.
    pub consent: GpSharingReport,
    /// How it was said.
    pub method: RecordedConsentMethod,
    /// The general practitioner's name.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub gp_name: Option<Private<String>>,
    /// Their practice.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub gp_practice: Option<Private<String>>,
    /// What else was said, such as what may be told and what not.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
}

impl ReplaceGpSharing {
    /// What was said.
    pub fn told(&self) -> Said {
        let consent = match self.consent {
            GpSharingReport::Asked => GpSharing::Asked,
            GpSharingReport::Given => GpSharing::Given,
            GpSharingReport::Refused => GpSharing::Refused,
        };
        let how = match self.method {
            RecordedConsentMethod::InAnAppointment => ConsentMethod::InAnAppointment,
            RecordedConsentMethod::ByPhone => ConsentMethod::ByPhone,
            RecordedConsentMethod::InWriting => ConsentMethod::InWriting,
        };
        let words = GpWords {
            name: said(self.gp_name.as_ref()),
            practice: said(self.gp_practice.as_ref()),
            note: said(self.note.as_ref()),
        };
        Said { consent, how, words }
    }
}

/// Whether the general practitioner may be told, and who says so.
#[derive(Serialize, ToSchema)]
pub struct GpSharingView {
    /// Whether they may be told: only when it is `given`.
    pub consent: GpSharing,
    /// How it was said; null while nobody was asked.
    pub method: Option<ConsentMethod>,
    /// The general practitioner's name, where it is known.
    #[schema(max_length = 100)]
    pub gp_name: Option<String>,
    /// Their practice, where it is known.
    #[schema(max_length = 200)]
    pub gp_practice: Option<String>,
    /// What else was said.
    #[schema(max_length = 1000)]
    pub note: Option<String>,
    /// Whose account wrote it down: the practitioner's own, or a clinician's.
    pub recorded_by: Option<Id>,
    /// When.
    pub recorded_at: Option<UtcTime>,
}

impl From<Statement> for GpSharingView {
    fn from(said: Statement) -> Self {
        Self {
            consent: said.consent,
            method: said.how,
            gp_name: said.words.name,
            gp_practice: said.words.practice,
            note: said.words.note,
            recorded_by: said.by,
            recorded_at: said.at,
        }
    }
}
