//! Statistics for those who run and fund the service. They identify nobody.

pub mod activity;
pub mod disclosure;
pub mod outcomes;
pub mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

use disclosure::model::Dataset;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::UtcTime;
use platform::seal::Sealer;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    activity::configure(config);
    outcomes::configure(config);
}

/// Counts each dataset's next period that has settled, once and for all; returns how many were counted.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn publish_due(conn: &mut Conn, sealer: &Sealer, now: UtcTime) -> Result<usize> {
    let mut counted = 0;
    for dataset in Dataset::ALL {
        let Some(period) = disclosure::queries::next_due(conn, *dataset, now)? else { continue };
        let tables = match dataset {
            Dataset::Appointments => activity::queries::appointments(conn, period)?,
            Dataset::AssessmentWaits | Dataset::TreatmentWaits => activity::queries::waits(conn, *dataset, period)?,
            Dataset::Courses => outcomes::queries::courses(conn, sealer, period)?,
            Dataset::Feedback => outcomes::queries::feedback(conn, sealer, period)?,
        };
        let published: Vec<_> = tables.iter().map(disclosure::rules::publish).collect();
        counted += disclosure::queries::keep(conn, *dataset, period, &published, now)?;
    }
    Ok(counted)
}
