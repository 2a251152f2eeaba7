//! The clinicians on duty, as a rota of dated periods. Someone must be able to answer a risk alert when the clinicians who treat the
//! practitioner cannot. A period opens every alert, so one person proposes it and a second one confirms it.

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
use platform::ids::Id;

use crate::assessment::queries::alerts;
use people::Role;
use people::relationships::sources::{Facts, Source};
use people::relationships::{Basis, Purpose};
use scheduling::clinicians::queries as clinicians;

/// Clinicians on duty know of practitioners with an open risk alert: the alert and the practitioner's page with the emergency
/// contact, but not the clinical record.
pub const SOURCES: &[Source] = &[Source {
    basis: Basis::OnDuty,
    roles: &[Role::Clinician],
    purposes: &[Purpose::Know, Purpose::AnswerAlert],
    facts: Facts::Functions {
        includes: |tx, clinician, practitioner| {
            Ok(is_on_duty(tx, clinician)? && alerts::with_open_alert(tx, &[practitioner])?.contains(&practitioner))
        },
        all: |tx, clinician| {
            if is_on_duty(tx, clinician)? { alerts::practitioners_with_open_alert(tx) } else { Ok(Vec::new()) }
        },
    },
}];

/// A registration that is removed ends duty at once.
fn is_on_duty(tx: &mut Tx, clinician: Id) -> Result<bool> {
    Ok(queries::is_on_duty(tx, clinician)? && clinicians::is_registered(tx, clinician)?)
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::create_duty_period)
        .service(routes::list_duty_periods)
        .service(routes::get_duty_period)
        .service(routes::confirm_duty_period)
        .service(routes::end_duty_period);
}
