//! JSON view of a signpost.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Signpost, SignpostAudience, SignpostChannel, SignpostNeed, Urgency};

/// A service elsewhere that a person may be signposted to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignpostView {
    /// The stable id.
    #[schema(max_length = 100)]
    pub id: String,
    /// The name of the service.
    #[schema(max_length = 200)]
    pub name: String,
    /// What it does, in one sentence.
    #[schema(max_length = 500)]
    pub summary: String,
    /// Who it is for.
    pub audience: SignpostAudience,
    /// The area it covers, as text; null where no text is needed.
    #[schema(max_length = 200)]
    pub area: Option<String>,
    /// The needs it meets.
    #[schema(max_items = 20)]
    pub needs: Vec<SignpostNeed>,
    /// How to reach it.
    pub channel: SignpostChannel,
    /// The number to call, the text to send, or how to find it.
    #[schema(max_length = 500)]
    pub contact: String,
    /// Its opening hours, as text; null where they differ from place to place.
    #[schema(max_length = 200)]
    pub hours: Option<String>,
    /// How soon it helps.
    pub urgency: Urgency,
    /// Whether it is a way for people who are deaf or do not speak on the telephone.
    pub accessible: bool,
}

impl From<&Signpost> for SignpostView {
    fn from(signpost: &Signpost) -> Self {
        Self {
            id: signpost.id.clone(),
            name: signpost.name.clone(),
            summary: signpost.summary.clone(),
            audience: signpost.audience,
            area: signpost.area.clone(),
            needs: signpost.needs.clone(),
            channel: signpost.channel,
            contact: signpost.contact.clone(),
            hours: signpost.hours.clone(),
            urgency: signpost.urgency,
            accessible: signpost.accessible,
        }
    }
}
