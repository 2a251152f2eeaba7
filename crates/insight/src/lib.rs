//! Published figures for those who run and fund the service. They identify no one.

pub mod activity;
pub mod disclosure;
pub mod outcomes;
pub mod schema;

use platform::http::operations::ServiceConfig;

use disclosure::model::Dataset;
use platform::Tx;
use platform::error::Result;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    activity::configure(config);
    outcomes::configure(config);
}

/// Counts the next period of each dataset whose data is complete, and freezes the figures; returns how many periods were counted.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn publish_due(tx: &mut Tx) -> Result<usize> {
    let mut counted = 0;
    for dataset in Dataset::ALL {
        let Some(period) = disclosure::queries::next_due(tx, *dataset)? else { continue };
        let tables = match dataset {
            Dataset::Appointments => activity::queries::appointments(tx, period)?,
            Dataset::AssessmentWaits | Dataset::TreatmentWaits => activity::queries::waits(tx, *dataset, period)?,
            Dataset::Courses => outcomes::queries::courses(tx, period)?,
            Dataset::Feedback => outcomes::queries::feedback(tx, period)?,
        };
        let published: Vec<_> = tables.iter().map(disclosure::rules::publish).collect();
        counted += disclosure::queries::store(tx, *dataset, period, &published)?;
    }
    Ok(counted)
}
