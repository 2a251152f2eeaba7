//! What happens around and after the bookings, a chapter a room: the way in first, then care.

mod contacts;
mod directory;
mod feedback;
mod fit_notes;
mod follow_ups;
mod funding;
mod groups;
mod hubs;
mod outreach;
mod prescriptions;
mod records;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};

use super::story::{Cast, Story};

/// Tells them, in the order in which care goes.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    contacts::tell(story, cast).await?;
    directory::tell(story, cast).await?;
    funding::tell(story, cast).await?;
    // Before somebody is given a hub to run: whoever runs one sees to its referrals only.
    outreach::tell(story, cast).await?;
    hubs::tell(story, cast).await?;
    records::tell(story, cast).await?;
    prescriptions::tell(story, cast).await?;
    fit_notes::tell(story, cast).await?;
    follow_ups::tell(story, cast).await?;
    groups::tell(story, cast).await?;
    feedback::tell(story, cast).await?;
    Ok(())
}
