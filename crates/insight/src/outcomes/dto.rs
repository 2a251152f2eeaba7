//! Forms about outcomes.

use serde::Serialize;
use utoipa::ToSchema;

use crate::disclosure::dto::FigurePeriod;

/// What came of care and what people said, quarter by quarter.
#[derive(Serialize, ToSchema)]
pub struct OutcomeFigures {
    /// Finished courses by the quarter in which care ended, with shares held against the plans of NHS Talking Therapies. A
    /// quarter is counted seven weeks after its end, when the last questionnaires are in, and never again.
    #[schema(max_items = 60)]
    pub courses: Vec<FigurePeriod>,
    /// What people said by the quarter in which they said it. A quarter is counted two weeks after its end, and never again.
    #[schema(max_items = 60)]
    pub feedback: Vec<FigurePeriod>,
}
