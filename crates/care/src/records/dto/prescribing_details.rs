//! Request and response bodies of what prescribing needs to know about a practitioner.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::{PostalAddressForm, PostalAddressView};
use crate::records::model::{Pregnancy, PregnancyStatus, PrescribingDetails};
use crate::records::queries::prescribing_details::RecordedDetails;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// What prescribing needs to know about a practitioner, replacing what was recorded before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacePrescribingDetails {
    /// The date of birth. Some maximum doses depend on age.
    #[serde(default)]
    pub date_of_birth: Option<NaiveDate>,
    /// The home address. Every prescription has one.
    #[serde(default)]
    pub address: Option<PostalAddressForm>,
    /// The last answer about pregnancy. Ask only where a medicine may harm an unborn child.
    #[serde(default)]
    pub pregnancy: Option<PregnancyForm>,
}

impl ReplacePrescribingDetails {
    /// The details.
    ///
    /// # Errors
    /// 422 at a line of the address that cannot be printed.
    pub fn to_details(&self) -> Result<PrescribingDetails> {
        Ok(PrescribingDetails {
            date_of_birth: self.date_of_birth,
            address: self.address.as_ref().map(|address| address.to_address("/address")).transpose()?,
            pregnancy: self.pregnancy.as_ref().map(|answer| Pregnancy { status: answer.status, asked_on: answer.asked_on }),
        })
    }
}

/// An answer about pregnancy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PregnancyForm {
    /// Whether the practitioner is pregnant or may become so.
    pub status: PregnancyStatus,
    /// The day of the answer.
    pub asked_on: NaiveDate,
}

/// An answer about pregnancy.
#[derive(Serialize, ToSchema)]
pub struct PregnancyView {
    /// Whether the practitioner is pregnant or may become so.
    pub status: PregnancyStatus,
    /// The day of the answer.
    pub asked_on: NaiveDate,
}

/// What prescribing needs to know about a practitioner.
#[derive(Serialize, ToSchema)]
pub struct PrescribingDetailsView {
    /// The date of birth; null if it is not recorded.
    pub date_of_birth: Option<NaiveDate>,
    /// The home address; null if it is not recorded.
    pub address: Option<PostalAddressView>,
    /// The last answer about pregnancy; null if it was not asked.
    pub pregnancy: Option<PregnancyView>,
    /// The clinician who recorded this; null if nothing is recorded.
    pub recorded_by: Option<Id>,
    /// When this was recorded.
    pub recorded_at: Option<UtcTime>,
}

impl From<RecordedDetails> for PrescribingDetailsView {
    fn from(recorded: RecordedDetails) -> Self {
        let PrescribingDetails { date_of_birth, address, pregnancy } = recorded.details;
        Self {
            date_of_birth,
            address: address.map(PostalAddressView::from),
            pregnancy: pregnancy.map(|answer| PregnancyView { status: answer.status, asked_on: answer.asked_on }),
            recorded_by: recorded.recorded_by,
            recorded_at: recorded.recorded_at,
        }
    }
}
