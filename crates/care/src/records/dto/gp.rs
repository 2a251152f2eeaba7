//! Request and response bodies of the consent to share with the practitioner's own GP.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use people::practitioners::model::{ConsentMethod, GpDetails, GpSharing};
use people::practitioners::queries::gp::{GpSharingRecord, NewGpSharing};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed_non_empty};

platform::string_enum! {
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
    /// Name of the GP, as it is printed on letters.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub gp_name: Option<Private<String>>,
    /// Name of the GP practice, as it is printed on letters.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub gp_practice: Option<Private<String>>,
}

impl ReplaceMyGpSharing {
    pub fn statement(&self) -> NewGpSharing {
        let consent = match self.consent {
            GpSharingAnswer::Given => GpSharing::Given,
            GpSharingAnswer::Refused => GpSharing::Refused,
        };
        let words = GpDetails {
            name: trimmed_non_empty(self.gp_name.as_ref()),
            practice: trimmed_non_empty(self.gp_practice.as_ref()),
            note: None,
        };
        NewGpSharing { consent, method: ConsentMethod::InTheApp, gp: words }
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
    /// Name of the GP, as it is printed on letters.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub gp_name: Option<Private<String>>,
    /// Name of the GP practice, as it is printed on letters.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub gp_practice: Option<Private<String>>,
    /// Note, for example on what may be shared and what not.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
}

impl ReplaceGpSharing {
    pub fn statement(&self) -> NewGpSharing {
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
        let words = GpDetails {
            name: trimmed_non_empty(self.gp_name.as_ref()),
            practice: trimmed_non_empty(self.gp_practice.as_ref()),
            note: trimmed_non_empty(self.note.as_ref()),
        };
        NewGpSharing { consent, method: how, gp: words }
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
    /// When the consent was recorded.
    pub recorded_at: Option<UtcTime>,
}

impl From<GpSharingRecord> for GpSharingView {
    fn from(statement: GpSharingRecord) -> Self {
        Self {
            consent: statement.consent,
            method: statement.method,
            gp_name: statement.gp.name,
            gp_practice: statement.gp.practice,
            note: statement.gp.note,
            recorded_by: statement.recorded_by,
            recorded_at: statement.recorded_at,
        }
    }
}
