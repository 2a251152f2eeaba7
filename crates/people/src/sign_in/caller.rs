//! The caller as an argument of a handler. An operation whose handler takes none of these types is public.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, ResponseError as _};

use super::queries;
use super::tokens::{Claims, Tokens};
use crate::accounts::model::Role;
use platform::Platform;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::http::attempt::Requester;
use platform::http::contract::Contract;
use platform::http::query;
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};

/// A person who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The id of the account, and of the practitioner or clinician it belongs to.
    pub id: Id,
    pub role: Role,
    /// The id of the session.
    pub session: Id,
}

impl Caller {
    /// The caller as the audit trail records them.
    pub fn actor(&self) -> Actor {
        Actor { id: Some(self.id), role: self.role.as_str() }
    }

    /// True for every role except practitioners.
    pub fn is_staff(&self) -> bool {
        self.role != Role::Practitioner
    }

    /// The practitioner that a request is about: practitioners send requests for themselves, and staff name the practitioner.
    ///
    /// # Errors
    /// 422 `invalid_body` naming `/practitioner_id` when staff leave it out or a practitioner sends it.
    pub fn target_practitioner(&self, named: Option<Id>) -> Result<Id> {
        let wrong = |code, detail: &'static str| Err(Error::field(Reason::InvalidBody, "/practitioner_id", code, detail));
        match (self.is_staff(), named) {
            (false, None) => Ok(self.id),
            (true, Some(practitioner)) => Ok(practitioner),
            (false, Some(_)) => wrong("not_allowed", "Leave this out: you can do this only for yourself."),
            (true, None) => wrong("required", "Choose the practitioner that this is for."),
        }
    }
}

/// The caller with a valid token, stored in the request before anything else of the request is read.
#[derive(Debug, Clone, Copy)]
struct AuthenticatedCaller(Caller);

/// Middleware that checks the token before anything else of a request: its signature and expiry, then the session and the
/// account, so that an ended session or a closed account counts at once. A session that is not valid gets 401 from every address
/// that needs one. Public operations ignore the token.
///
/// # Errors
/// Those of the inner service; callers without a valid token get 401.
pub async fn authenticate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let contract = request.app_data::<Contract>();
    let address = contract.and_then(|contract| contract.route(request.match_info().as_str()));
    if !address.is_some_and(|address| address.requires_sign_in(request.method())) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    match authenticate_request(request.request()).await {
        Ok(caller) => {
            request.extensions_mut().insert(Requester(caller.id));
            request.extensions_mut().insert(AuthenticatedCaller(caller));
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(error) => Ok(request.into_response(error.error_response()).map_into_right_body()),
    }
}

/// The caller of a request that [`authenticate`] has passed on; none on an address that needs no sign-in.
pub fn caller_of(request: &ServiceRequest) -> Option<Caller> {
    request.extensions().get::<AuthenticatedCaller>().map(|AuthenticatedCaller(caller)| *caller)
}

async fn authenticate_request(request: &HttpRequest) -> Result<Caller> {
    let platform = request.app_data::<Platform>().cloned().ok_or_else(|| Error::internal("the platform is missing"))?;
    let tokens = request.app_data::<Data<Tokens>>().ok_or_else(|| Error::internal("the token service is missing"))?;
    let now = platform.clock.now();
    let token = bearer(request).ok_or(Reason::NotSignedIn)?;
    let Claims { sub, sid, role, .. } = tokens.read_access(token, now)?;
    match platform.read(move |tx| queries::status(tx, sid)).await? {
        Some(status) if status.is_valid(now) && status.account == sub && status.role == role => {
            Ok(Caller { id: sub, role, session: sid })
        }
        _ => Err(Reason::NotSignedIn.into()),
    }
}

/// The authenticated caller, if they have one of these roles. The parameters are checked only then.
///
/// # Errors
/// 401 for callers who are not signed in, 403 `wrong_role` for callers with another role, 400 for wrong parameters.
pub fn authorise(request: &HttpRequest, roles: &'static [Role]) -> Result<Caller> {
    let AuthenticatedCaller(caller) = request.extensions().get().copied().ok_or(Reason::NotSignedIn)?;
    if !roles.contains(&caller.role) {
        return Err(Refusal::new(Reason::WrongRole, "Your role cannot do this.").into());
    }
    query::check(request)?;
    Ok(caller)
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Declares the callers of operations: for each set of roles a type, which is the first argument of a handler. A set belongs to
/// the lowest module that uses it.
///
/// ```text
/// people::callers! {
///     /// Answers the contact line: a call handler, or a coordinator.
///     pub ContactDesk: &[Role::CallHandler, Role::Coordinator];
/// }
/// ```
#[macro_export]
macro_rules! callers {
    ($($(#[$doc:meta])+ pub $name:ident: $roles:expr;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy)]
        pub struct $name(pub $crate::Caller);

        impl ::std::ops::Deref for $name {
            type Target = $crate::Caller;

            fn deref(&self) -> &$crate::Caller {
                &self.0
            }
        }

        impl $name {
            /// The roles that may call an operation, as the OpenAPI document lists them.
            pub const ROLES: &[$crate::Role] = $roles;
        }

        impl ::actix_web::FromRequest for $name {
            type Error = ::platform::error::Error;
            type Future = ::std::future::Ready<::platform::error::Result<Self>>;

            fn from_request(request: &::actix_web::HttpRequest, _: &mut ::actix_web::dev::Payload) -> Self::Future {
                ::std::future::ready($crate::sign_in::caller::authorise(request, Self::ROLES).map(Self))
            }
        }
    )+};
}

callers! {
    /// Any person who is signed in.
    pub Anyone: Role::ALL;
    /// A person who seeks help.
    pub Practitioner: &[Role::Practitioner];
    /// Assesses and treats.
    pub Clinician: &[Role::Clinician];
    /// Runs the daily work of the service.
    pub Coordinator: &[Role::Coordinator];
    /// Manages accounts, hubs and settings.
    pub Administrator: &[Role::Administrator];
    /// Decides funding requests of their area.
    pub Commissioner: &[Role::Commissioner];
    /// Reads the audit trail and reviews break-glass access.
    pub PrivacyOfficer: &[Role::PrivacyOfficer];
    /// Handles the referrals of the hubs assigned to them.
    pub HubCoordinator: &[Role::HubCoordinator];
}
