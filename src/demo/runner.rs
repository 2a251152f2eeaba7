//! Runs the whole scenario: the weeks, and the steps around them.

use super::api::ApiClient;
use super::people::{self, PASSWORD};
use super::scenario::{Scenario, Users};
use super::steps;
use crate::people::sign_in::passwords::{Cost, Passwords};
use crate::platform::ids::UtcTime;
use crate::platform::password::Password;
use crate::server::{Parts, application, load_reference_data};

/// What was created, for the operator's information.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The number of hubs.
    pub hubs: usize,
    /// The number of clinicians.
    pub clinicians: usize,
    /// The number of practitioners.
    pub practitioners: usize,
}

/// Runs the scenario.
pub(super) async fn run(parts: &Parts, now: UtcTime) -> Result<Loaded, String> {
    load_reference_data(&parts.platform).await.map_err(|error| error.to_string())?;
    let people = people::load_people()?;
    let api = ApiClient(actix_web::test::init_service(application(parts)).await);
    let password = Password::new(PASSWORD).map_err(|too_long| too_long.to_string())?;
    let hash = Passwords::new(Cost::Full, 1)?.hash(&password).await.map_err(|error| error.to_string())?;
    let scenario = Scenario { parts, api, hash };
    let staff = scenario.create_staff(&people).await?;
    let hubs = scenario.create_hubs(&staff).await?;
    let clinicians = scenario.create_clinicians(&people, &staff).await?;
    let practitioners = scenario.register(&people, &clinicians).await?;
    let users = Users { staff: &staff, clinicians: &clinicians, practitioners: &practitioners };
    scenario.fill_in_questionnaires(&practitioners).await?;
    steps::risk::answer_alerts(&scenario, &users).await?;
    scenario.assess(&practitioners, &clinicians).await?;
    scenario.treat(&practitioners, &clinicians).await?;
    steps::run(&scenario, &users).await?;
    scenario.advance_to(now).await?;
    scenario.book_upcoming(&practitioners).await?;
    steps::risk::raise_concern(&scenario, &users).await?;
    scenario.sign_everyone_out().await?;
    Ok(Loaded { hubs, clinicians: clinicians.len(), practitioners: practitioners.len() })
}
