//! Request and response bodies of the consent to share with the practitioner's own GP.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use people::practitioners::model::{ConsentMethod, GpSharing, GpWords};
use people::practitioners::queries::gp::{Said, Statement};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said};

platform::words! {
    /// A practitioner's answer.
    pub enum GpSharingAnswer {
        /// Information may be shared with the GP.
        Given = "given",
        /// Information may not be shared with the GP.
        Refused = "refused",
    }

    /// What a clinician can record.
    pub enum GpSharingReport {
        /// The practitioner was asked and wants to think about it.
        Asked = "asked",
        /// The practitioner agrees.
        Given = "given",
        /// The practitioner does not agree.
        Refused = "refused",
    }

    /// How the clinician learned of the answer.
    pub enum RecordedConsentMethod {
        /// In an appointment.
        InAnAppointment = "in_an_appointment",
        /// By telephone.
        ByPhone = "by_phone",
        /// In writing.
        InWriting = "in_writing",
    }
}

/// My consent to share with my GP.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceMyGpSharing {
    /// The answer. It can be changed at any time.
    pub consent: GpSharingAnswer,
    /// Name of the GP.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub gp_name: Option<Private<String>>,
    /// Name of the GP practice.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub gp_practice: Option<Private<String>>,
}

impl ReplaceMyGpSharing {
    pub fn told(&self) -> Said {
        let consent = match self.consent {
            GpSharingAnswer::Given => GpSharing::Given,
            GpSharingAnswer::Refused => GpSharing::Refused,
        };
        let words = GpWords { name: said(self.gp_name.as_ref()), practice: said(self.gp_practice.as_ref()), note: None };
        Said { consent, how: ConsentMethod::InTheApp, words }
    }
}

/// A practitioner's consent to share with their GP, as recorded by a clinician.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceGpSharing {
    /// The answer.
    pub consent: GpSharingReport,
    /// How the clinician learned of the answer.
    pub method: RecordedConsentMethod,
    /// Name of the GP.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub gp_name: Option<Private<String>>,
    /// Name of the GP practice.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub gp_practice: Option<Private<String>>,
    /// Note, for example on what may be shared and what not.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
}

impl ReplaceGpSharing {
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

/// The consent to share with the GP, and who recorded it.
#[derive(Serialize, ToSchema)]
pub struct GpSharingView {
    /// Information may be shared only if this is `given`.
    pub consent: GpSharing,
    /// How the answer was given; null before the practitioner has been asked.
    pub method: Option<ConsentMethod>,
    /// Name of the GP, if known.
    #[schema(max_length = 100)]
    pub gp_name: Option<String>,
    /// Name of the GP practice, if known.
    #[schema(max_length = 200)]
    pub gp_practice: Option<String>,
    /// Note on the answer.
    #[schema(max_length = 1000)]
    pub note: Option<String>,
    /// The account that recorded it: the practitioner's own or a clinician's.
    pub recorded_by: Option<Id>,
    pub recorded_at: Option<UtcTime>,
}

impl From<Statement> for GpSharingView {
    fn from(statement: Statement) -> Self {
        Self {
            consent: statement.consent,
            method: statement.how,
            gp_name: statement.words.name,
            gp_practice: statement.words.practice,
            note: statement.words.note,
            recorded_by: statement.by,
            recorded_at: statement.at,
        }
    }
}
