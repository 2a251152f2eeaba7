//! How care ends, with everything that ends in the same transaction, and how it begins again. What ends for which reason is said in
//! one place, `records::rules::ends`.

mod ending;
mod routes;

use platform::http::operations::ServiceConfig;

use platform::Tx;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;

/// What ends elsewhere with a practitioner's care, in the same transaction. It belongs to crates above, which hand it in.
#[derive(Clone, Copy)]
pub struct EndsElsewhere {
    /// Ends a practitioner's referrals from and to hubs; returns how many.
    pub referrals: fn(&mut Tx, Id, Actor) -> Result<usize>,
    /// Takes these addresses out of every campaign.
    pub outreach: fn(&mut Tx, &[String]) -> Result<()>,
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::outcome::record_outcome)
        .service(routes::discharging::discharge_practitioner)
        .service(routes::discharging::get_discharge)
        .service(routes::discharging::readmit_practitioner);
}
