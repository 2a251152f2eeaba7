//! JSON forms about messages on changes in a calendar.

use crate::calendar::model::CalendarMessages;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When a clinician is told of changes in their calendar.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarMessagePreferences {
    /// When they are told of what others changed.
    pub calendar: CalendarMessages,
}
