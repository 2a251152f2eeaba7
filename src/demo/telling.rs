//! Tells the whole story: the weeks, and the chapters around them.

use super::chapters;
use super::desk::Desk;
use super::people::{self, PASSWORD};
use super::story::{Cast, Story};
use crate::people::sign_in::passwords::{Cost, Passwords};
use crate::platform::ids::UtcTime;
use crate::platform::password::Password;
use crate::server::{Parts, application, furnish};

/// What was made, for the person who will look around in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// How many hubs.
    pub hubs: usize,
    /// How many clinicians.
    pub clinicians: usize,
    /// How many practitioners.
    pub practitioners: usize,
}

/// Tells the story.
pub(super) async fn tell(parts: &Parts, now: UtcTime) -> Result<Loaded, String> {
    furnish(&parts.platform).await.map_err(|error| error.to_string())?;
    let people = people::everybody()?;
    let desk = Desk(actix_web::test::init_service(application(parts)).await);
    let password = Password::new(PASSWORD).map_err(|too_long| too_long.to_string())?;
    let hash = Passwords::new(Cost::Full, 1)?.hash(&password).await.map_err(|error| error.to_string())?;
    let story = Story { parts, desk, hash };
    let staff = story.hire(&people).await?;
    let hubs = story.open_hubs(&staff).await?;
    let clinicians = story.open_clinics(&people, &staff).await?;
    let practitioners = story.register(&people, &clinicians).await?;
    story.fill_in_questionnaires(&practitioners).await?;
    story.assess(&practitioners, &clinicians).await?;
    story.treat(&practitioners, &clinicians).await?;
    let cast = Cast { staff: &staff, clinicians: &clinicians, practitioners: &practitioners };
    chapters::tell(&story, &cast).await?;
    story.come_to(now).await?;
    story.look_ahead(&practitioners).await?;
    story.leave().await?;
    Ok(Loaded { hubs, clinicians: clinicians.len(), practitioners: practitioners.len() })
}
