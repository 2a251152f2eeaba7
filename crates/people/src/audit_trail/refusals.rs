//! Refusals in the audit trail. A request that is refused leaves nothing of its transaction, so the refusal is recorded in a
//! transaction of its own before it is sent.

use actix_web::ResponseError as _;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;

use crate::sign_in::caller::caller_of;
use platform::Platform;
use platform::audit::{self, Actor, RefusedAttempt};
use platform::error::Error;
use platform::http::contract::Contract;
use platform::refusal::{Code, Reason};

/// Middleware that records each refusal of a member of staff by an operation that is audited: which action on which record. A record
/// that does not exist and one that the caller may not know of are recorded by the same work. If the refusal cannot be recorded
/// it is not sent: the answer is 503, and the caller tries again.
///
/// # Errors
/// Those of the inner service.
pub async fn record_refusals<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let attempt = attempt(&request);
    let response = next.call(request).await?;
    let Some((platform, actor, mut attempt)) = attempt.filter(|_| is_recorded(&response)) else {
        return Ok(response.map_into_left_body());
    };
    attempt.practitioner = refusal(&response).and_then(Error::practitioner);
    match platform.write(move |tx| audit::record_refused(tx, actor, &attempt)).await {
        Ok(()) => Ok(response.map_into_left_body()),
        Err(error) => {
            let unavailable = match error.reason().code() {
                Code::Unavailable => error,
                _ => Error::unavailable(format!("a refusal could not be recorded: {}", error.for_operator())),
            };
            Ok(response.into_response(unavailable.error_response()).map_into_right_body())
        }
    }
}

/// What a member of staff attempts by a request to an operation that is audited. Practitioners are refused only their own affairs.
fn attempt(request: &ServiceRequest) -> Option<(Platform, Actor, RefusedAttempt)> {
    let caller = caller_of(request).filter(|caller| caller.is_staff())?;
    let path = request.match_info().as_str();
    let route = request.app_data::<Contract>()?.route(path)?;
    let action = route.audited_action(request.method())?.to_owned();
    let (collection, part) = route.subject(path);
    let subject = (kind(collection), part.and_then(|part| part.parse().ok()));
    let platform = request.app_data::<Platform>()?.clone();
    Some((platform, caller.actor(), RefusedAttempt { action, subject, practitioner: None }))
}

/// The error of a response.
fn refusal<B>(response: &ServiceResponse<B>) -> Option<&Error> {
    response.response().error().and_then(actix_web::Error::as_error)
}

/// Why something is not there of a practitioner whose record the caller may read. That refuses no one: the read is recorded like any other,
/// because the caller has learned from it.
const NOT_THERE: [Reason; 3] = [Reason::NoDischarge, Reason::NoSafetyPlan, Reason::NoSafetyPlanVersion];

/// True for a refusal after which the caller may know more than before. A body that is not valid and a repeated key are refused
/// whatever the record is, except for another look-up of a caller without a reason. 401, 412, 428 and 429 are about the request too.
fn is_recorded<B>(response: &ServiceResponse<B>) -> bool {
    let reason = refusal(response).map(Error::reason);
    match response.status() {
        StatusCode::NOT_FOUND if reason.is_some_and(|reason| NOT_THERE.contains(&reason)) => false,
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::GONE => true,
        StatusCode::UNPROCESSABLE_ENTITY if reason == Some(Reason::LookUpReasonNeeded) => true,
        StatusCode::UNPROCESSABLE_ENTITY => {
            !matches!(reason.map(Reason::code), Some(Code::InvalidBody | Code::IdempotencyKeyReused))
        }
        _ => false,
    }
}

/// Collections whose records have another name in the audit trail.
const KINDS: [(&str, &str); 4] =
    [("staff", "account"), ("referrals", "hub_referral"), ("break-glass", "break_glass"), ("practitioner-lookups", "phone_call")];

/// The kind of record of a collection: `risk-alerts` has `risk_alert`.
fn kind(collection: &str) -> String {
    if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == collection) {
        return (*kind).to_owned();
    }
    let name = collection.replace('-', "_");
    let singular = name.strip_suffix("ies").map(|stem| format!("{stem}y")).or_else(|| name.strip_suffix('s').map(str::to_owned));
    singular.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_names_the_kind_of_its_records() {
        for (collection, expected) in [
            ("practitioners", "practitioner"),
            ("risk-alerts", "risk_alert"),
            ("return-to-work-plans", "return_to_work_plan"),
            ("staff", "account"),
            ("break-glass", "break_glass"),
            ("feedback", "feedback"),
            ("companies", "company"),
        ] {
            assert_eq!(kind(collection), expected);
        }
    }
}
