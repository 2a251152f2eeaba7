//! Who is calling, as an argument: an operation whose function asks for none of these is public, visibly.

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

/// Somebody who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The account; for practitioners and clinicians it names them too.
    pub id: Id,
    pub role: Role,
    /// The session they act in.
    pub session: Id,
}

impl Caller {
    /// The caller as the audit trail knows them.
    pub fn actor(&self) -> Actor {
        Actor { id: Some(self.id), role: self.role.as_str() }
    }

    /// True for everybody who works here.
    pub fn is_staff(&self) -> bool {
        self.role != Role::Practitioner
    }

    /// For whom they act: practitioners for themselves, staff for whom they name.
    ///
    /// # Errors
    /// 422 `invalid_body` naming `/practitioner_id` when staff leave it out or a practitioner sends it.
    pub fn beneficiary(&self, named: Option<Id>) -> Result<Id> {
        let wrong = |code, detail: &'static str| Err(Error::field(Reason::InvalidBody, "/practitioner_id", code, detail));
        match (self.is_staff(), named) {
            (false, None) => Ok(self.id),
            (true, Some(practitioner)) => Ok(practitioner),
            (false, Some(_)) => wrong("not_allowed", "Practitioners ask for themselves."),
            (true, None) => wrong("required", "Say for whom you ask."),
        }
    }
}

/// Who is behind a good token, left with the request before any part of it is looked at.
#[derive(Debug, Clone, Copy)]
struct Recognised(Caller);

/// Looks at the token before anything else of a request: its signature and time, and then the session and the account's present
/// state, so that what was ended or closed ends at once. A session that is no good is 401 wherever it is shown. Public operations
/// look at no token.
///
/// # Errors
/// What the inner service returns; whoever is not recognised is answered with 401.
pub async fn recognise<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let contract = request.app_data::<Contract>();
    let address = contract.and_then(|contract| contract.address(request.match_info().as_str()));
    if !address.is_some_and(|address| address.is_secured(request.method())) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    match recognised(request.request()).await {
        Ok(caller) => {
            request.extensions_mut().insert(Requester(caller.id));
            request.extensions_mut().insert(Recognised(caller));
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(error) => Ok(request.into_response(error.error_response()).map_into_right_body()),
    }
}

async fn recognised(request: &HttpRequest) -> Result<Caller> {
    let platform = request.app_data::<Platform>().cloned().ok_or_else(|| Error::internal("no platform"))?;
    let tokens = request.app_data::<Data<Tokens>>().ok_or_else(|| Error::internal("no token maker"))?;
    let now = platform.clock.now();
    let token = bearer(request).ok_or(Reason::NotSignedIn)?;
    let Claims { sub, sid, role, .. } = tokens.read_access(token, now)?;
    match platform.read(move |tx| queries::standing(tx, sid)).await? {
        Some(standing) if standing.is_good(now) && standing.account == sub && standing.role == role => {
            Ok(Caller { id: sub, role, session: sid })
        }
        _ => Err(Reason::NotSignedIn.into()),
    }
}

/// Whoever was recognised, if they have one of these roles; only then are the parameters looked at.
///
/// # Errors
/// 401 for callers who are not signed in, 403 `wrong_role` for everybody with another role, 400 for wrong parameters.
pub fn admitted(request: &HttpRequest, roles: &'static [Role]) -> Result<Caller> {
    let Recognised(caller) = request.extensions().get().copied().ok_or(Reason::NotSignedIn)?;
    if !roles.contains(&caller.role) {
        return Err(Refusal::new(Reason::WrongRole, "Nobody with your role can do this.").into());
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

/// Declares who may call some operations: for each set of roles a type, to be the first argument of a function. A set belongs to the
/// lowest module that asks for it.
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
            /// Who may call: the operations say so in the document by this.
            pub const ROLES: &[$crate::Role] = $roles;
        }

        impl ::actix_web::FromRequest for $name {
            type Error = ::platform::error::Error;
            type Future = ::std::future::Ready<::platform::error::Result<Self>>;

            fn from_request(request: &::actix_web::HttpRequest, _: &mut ::actix_web::dev::Payload) -> Self::Future {
                ::std::future::ready($crate::sign_in::caller::admitted(request, Self::ROLES).map(Self))
            }
        }
    )+};
}

callers! {
    /// Anybody who is signed in.
    pub Anyone: Role::ALL;
    /// Somebody who seeks help.
    pub Practitioner: &[Role::Practitioner];
    /// Somebody who assesses and treats.
    pub Clinician: &[Role::Clinician];
    /// Somebody who runs the service's everyday.
    pub Coordinator: &[Role::Coordinator];
    /// Somebody who keeps accounts, hubs and settings.
    pub Administrator: &[Role::Administrator];
    /// Somebody who decides funding requests of their area.
    pub Commissioner: &[Role::Commissioner];
    /// A coordinator of hubs.
    pub HubCoordinator: &[Role::HubCoordinator];
}
