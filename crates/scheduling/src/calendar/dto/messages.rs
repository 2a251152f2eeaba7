//! Request and response bodies about messages on calendar changes.

use crate::calendar::model::CalendarMessages;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When a clinician gets messages about changes in their calendar.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarMessagePreferences {
    /// When changes that others made are reported.
    pub calendar: CalendarMessages,
}
