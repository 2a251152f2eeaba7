//! The steps around and after the bookings, one for each area: access to the service first, then care.

mod board_figures;
mod contacts;
mod directory;
mod feedback;
mod fit_notes;
mod follow_ups;
mod funding;
mod groups;
mod hubs;
mod letters;
mod outreach;
mod prescriptions;
mod reasons;
mod records;
mod reference_data;
mod retention;
pub(super) mod risk;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};

use super::scenario::{Scenario, Users};

/// Runs them in the order in which care proceeds.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    contacts::run(scenario, users).await?;
    directory::run(scenario, users).await?;
    reference_data::run(scenario, users).await?;
    funding::run(scenario, users).await?;
    reasons::run(scenario, users).await?;
    // Before the hubs have coordinators: a hub coordinator sees only the referrals of their hub.
    outreach::run(scenario, users).await?;
    hubs::run(scenario, users).await?;
    records::run(scenario, users).await?;
    prescriptions::run(scenario, users).await?;
    fit_notes::run(scenario, users).await?;
    letters::run(scenario, users).await?;
    follow_ups::run(scenario, users).await?;
    groups::run(scenario, users).await?;
    feedback::run(scenario, users).await?;
    retention::run(scenario, users).await?;
    Ok(())
}
