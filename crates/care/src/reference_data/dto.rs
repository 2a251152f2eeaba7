//! Request and response bodies of reference data.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::prescriptions::dto::entries::{AgeLimitEntry, DoseLimitEntry, MedicineEntry, PrescriberEntry, SubstanceEntry};
use access::funding::dto::{SessionPriceEntry, TimeLimitEntry};
use platform::ids::{Id, UtcTime};
use reference::reference_data::dto::{FigureEntry, TimeOfDayEntry};
use reference::reference_data::model::{ReferenceChangeState, ReferenceDataset, ReferenceSource};
use reference::workforce::dto::{BankHolidayEntry, BoardEntry};

/// An entry of a dataset: exactly the member that belongs to the dataset.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceEntry {
    /// An entry of `bank_holidays`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_holiday: Option<BankHolidayEntry>,
    /// An entry of `boards`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board: Option<BoardEntry>,
    /// An entry of `medicines`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medicine: Option<MedicineEntry>,
    /// An entry of `controlled_substances`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substance: Option<SubstanceEntry>,
    /// An entry of `medicine_limits` whose key begins with `dose:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose_limit: Option<DoseLimitEntry>,
    /// An entry of `medicine_limits` whose key begins with `age:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_limit: Option<AgeLimitEntry>,
    /// An entry of `funding_prices`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<SessionPriceEntry>,
    /// An entry of `funding_limits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<TimeLimitEntry>,
    /// An entry of `prescribers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescriber: Option<PrescriberEntry>,
    /// An entry of `prescribing_limits`, `triage_times`, `alert_times`, `follow_up_policy`, `outreach_limits` or `waiting_times` that is a
    /// number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<FigureEntry>,
    /// An entry of `follow_up_policy` or `outreach_limits` that is a time of day: `messages_from`, `messages_until`, `quiet_from` and
    /// `quiet_until`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_of_day: Option<TimeOfDayEntry>,
}

/// A change of one entry from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReferenceChange {
    /// The key of the entry, new or known; see the dataset.
    #[schema(min_length = 1, max_length = 150)]
    pub key: String,
    /// The first day on which it is in force: today or later. One that is approved later than that is in force from the day of the
    /// approval.
    pub valid_from: NaiveDate,
    /// The whole entry; null to remove it. Boards, prices and figures cannot be removed.
    #[schema(required = true)]
    pub entry: Option<ReferenceEntry>,
    /// Why, such as the law or the publication. Name no person.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub reason: String,
}

/// An entry in force on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReferenceEntryView {
    /// The key of the entry.
    #[schema(max_length = 150)]
    pub key: String,
    /// Where it comes from.
    pub source: ReferenceSource,
    /// The first day of the change that it comes from; null for a shipped entry.
    pub valid_from: Option<NaiveDate>,
    /// The change that it comes from; null for a shipped entry.
    pub change_id: Option<Id>,
    /// The entry.
    pub entry: ReferenceEntry,
}

platform::string_enum! {
    /// State of a change of reference data.
    pub enum ReferenceDataChangeState {
        /// It waits for a second administrator.
        Pending = "pending",
        /// It is in force from its first day on.
        Approved = "approved",
        /// An administrator withdrew it before it was approved.
        Withdrawn = "withdrawn",
        /// No second administrator approved it within 14 days.
        Expired = "expired",
    }
}

impl From<ReferenceChangeState> for ReferenceDataChangeState {
    fn from(stored: ReferenceChangeState) -> Self {
        match stored {
            ReferenceChangeState::Waiting => Self::Pending,
            ReferenceChangeState::Approved => Self::Approved,
            ReferenceChangeState::Withdrawn => Self::Withdrawn,
            ReferenceChangeState::Expired => Self::Expired,
        }
    }
}

/// A change of one entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceChangeView {
    /// Identifies the change.
    pub id: Id,
    /// The dataset.
    pub dataset: ReferenceDataset,
    /// The key of the entry.
    #[schema(max_length = 150)]
    pub key: String,
    /// The first day on which it is or will be in force.
    pub valid_from: NaiveDate,
    /// The entry; null where it is removed.
    pub entry: Option<ReferenceEntry>,
    /// Why it was made.
    #[schema(max_length = 500)]
    pub reason: String,
    /// Its state.
    pub state: ReferenceDataChangeState,
    /// What must happen next, to show to the administrator; null unless it waits.
    #[schema(max_length = 300)]
    pub next_step: Option<String>,
    /// The account of the administrator who made it.
    pub proposed_by: Id,
    /// When it was made.
    pub proposed_at: UtcTime,
    /// The account of the second administrator; null while none has approved it, and in changes that were made when none was needed.
    pub approved_by: Option<Id>,
    /// When it was approved; null while none has.
    pub approved_at: Option<UtcTime>,
    /// The account of the administrator who withdrew it.
    pub withdrawn_by: Option<Id>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<UtcTime>,
}

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReferenceDataQuery {
    /// The entries in force on this day; today when left out.
    #[param(nullable = false)]
    pub on: Option<NaiveDate>,
}

/// Which changes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReferenceChangeQuery {
    /// Only changes of the entry with this key.
    #[param(min_length = 1, max_length = 150, nullable = false)]
    pub key: Option<String>,
}
