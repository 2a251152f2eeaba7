//! JSON views of outcome figures.

use serde::Serialize;
use utoipa::ToSchema;

use crate::disclosure::dto::FigurePeriod;

/// Outcomes of care and feedback for each quarter.
#[derive(Serialize, ToSchema)]
pub struct OutcomeFigures {
    /// Finished courses of care by the quarter in which care ended, with shares that are compared with the plans of NHS Talking
    /// Therapies. A quarter is counted once, seven weeks after its end, when the last questionnaires have been answered.
    #[schema(max_items = 60)]
    pub courses: Vec<FigurePeriod>,
    /// Feedback by the quarter in which it was given. A quarter is counted once, two weeks after its end.
    #[schema(max_items = 60)]
    pub feedback: Vec<FigurePeriod>,
}
