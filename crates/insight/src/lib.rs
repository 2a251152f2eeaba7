//! Published figures for those who run and fund the service. They identify no one.

pub mod activity;
pub mod commissioning;
pub mod disclosure;
pub mod outcomes;
pub mod schema;

use platform::http::operations::ServiceConfig;

use disclosure::model::{Dataset, Published, Table};
use platform::Tx;
use platform::error::Result;
use reference::workforce;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    activity::configure(config);
    outcomes::configure(config);
    commissioning::configure(config);
}

/// Counts the next period of each dataset whose data is complete, and freezes the figures; returns how many periods were counted.
///
/// # Errors
/// When the database cannot be reached. A dataset that cannot be counted is logged, and the next run tries again.
pub fn publish_due(tx: &mut Tx) -> Result<usize> {
    let mut counted = 0;
    for dataset in Dataset::ALL {
        counted += tx.alone("statistics", dataset.as_str(), |tx| publish_next(tx, *dataset))?.unwrap_or_default();
    }
    Ok(counted)
}

/// Counts the next period of a dataset, if its data is complete; returns how many periods were counted.
fn publish_next(tx: &mut Tx, dataset: Dataset) -> Result<usize> {
    let Some(period) = disclosure::queries::next_due(tx, dataset)? else { return Ok(0) };
    let tables = |tables: Vec<Table<'static>>| -> Vec<Published> { tables.iter().map(disclosure::rules::publish).collect() };
    let published: Vec<Published> = match dataset {
        Dataset::Appointments => tables(activity::queries::appointments(tx, period)?),
        Dataset::AssessmentWaits | Dataset::TreatmentWaits => tables(activity::queries::waits(tx, dataset, period)?),
        Dataset::Courses => tables(outcomes::queries::courses(tx, period)?),
        Dataset::Feedback => tables(outcomes::queries::feedback(tx, period)?),
        Dataset::Funding => {
            let facts = commissioning::queries::funding(tx, period)?;
            commissioning::rules::publish_funding(&facts, &workforce::boards(tx)?, period)
        }
        Dataset::Registrations => {
            let registrations = commissioning::queries::registrations(tx, period)?;
            commissioning::rules::publish_registrations(&registrations, &workforce::boards(tx)?)
        }
    };
    disclosure::queries::store(tx, dataset, period, &published)
}
