//! Asking before registering.

use actix_web::get;

use super::decide;
use crate::access::registration::dto::{Eligibility, EligibilityQuery};
use crate::access::registration::model::{Applicant, ConfidentialityReason};
use crate::access::registration::pointing;
use crate::access::registration::queries::intake;
use crate::access::signposting;
use crate::platform::Platform;
use crate::platform::error::Result;
use crate::platform::http::{Answer, Query};

/// Ask whether the service covers somebody
///
/// By the rules of today. Needs no account, and nothing is kept of the question.
#[utoipa::path(
    operation_id = "getEligibility", tag = "access", security(()), params(EligibilityQuery),
    responses((status = 200, description = "The verdict, its grounds, and help elsewhere.", body = Eligibility))
)]
#[get("/v1/eligibility")]
pub async fn get_eligibility(query: Query<EligibilityQuery>, platform: Platform) -> Result<Answer> {
    let now = platform.clock.now();
    let person = Applicant {
        profession: query.0.profession,
        setting: query.0.setting,
        nation: query.0.nation,
        reason: query.0.confidentiality_reason.unwrap_or(ConfidentialityReason::None),
        in_care: false,
    };
    platform
        .db
        .read(move |conn| {
            let decided = decide(&person, &intake::switches(conn)?, now)?;
            let signposts = signposting::for_seeker(conn, &decided.signposts, &pointing::applicant(&person), now.london_day())?;
            Answer::ok(&Eligibility::new(decided, signposts))
        })
        .await
}
