//! The clinicians on duty, as a rota of dated periods. Someone must be able to answer a risk alert when the clinicians who treat the
//! practitioner cannot. A period opens every alert, so one person proposes it and a second one approves it. `crate::risk` gives the access.

mod callers;
pub mod dto;
mod model;
pub mod notifications;
mod queries;
mod routes;
mod rules;

use platform::Tx;
use platform::error::Result;
use platform::http::operations::ServiceConfig;
use platform::ids::{Id, UtcTime};

use people::Role;
use people::accounts::queries as accounts;
use scheduling::clinicians::queries as clinicians;

/// Whether a clinician is on duty now. A registration that is removed ends duty at once.
///
/// # Errors
/// When the database fails.
pub fn is_on_duty(tx: &mut Tx, clinician: Id) -> Result<bool> {
    Ok(since(tx, clinician)?.is_some() && clinicians::is_registered(tx, clinician)?)
}

/// Since when a clinician has been on duty by the rota; `None` for one who is not.
///
/// # Errors
/// When the database fails.
pub fn since(tx: &mut Tx, clinician: Id) -> Result<Option<UtcTime>> {
    queries::on_duty_since(tx, clinician)
}

/// The clinicians who are on duty now, each with an open account and a registration that was approved.
///
/// # Errors
/// When the database fails.
pub fn clinicians_on_duty(tx: &mut Tx) -> Result<Vec<Id>> {
    let on_rota = queries::on_duty_now(tx)?;
    let mut found = Vec::new();
    for clinician in accounts::active_among(tx, &on_rota, Role::Clinician)? {
        if clinicians::is_registered(tx, clinician)? {
            found.push(clinician);
        }
    }
    Ok(found)
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::propose_duty_period)
        .service(routes::list_duty_periods)
        .service(routes::get_duty_period)
        .service(routes::approve_duty_period)
        .service(routes::end_duty_period);
}
