//! Who is calling, as an argument: an operation whose function asks for none of these is public, visibly.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::queries;
use super::tokens::{Claims, Tokens};
use crate::identity::accounts::model::Role;
use crate::platform::Platform;
use crate::platform::audit::Actor;
use crate::platform::error::{Error, Result};
use crate::platform::ids::Id;
use crate::platform::refusal::{Code, Refusal};

/// Somebody who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The account; for practitioners and clinicians it names them too.
    pub id: Id,
    /// Their role.
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
}

type Identified<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

/// The token is looked at before anything else of the request; the session and the account's present state then decide, so that
/// what was ended or closed ends at once. Only then is the role judged: a session that is no good is 401 wherever it is shown.
fn identify(request: &HttpRequest, roles: &'static [Role]) -> Result<impl Future<Output = Result<Caller>> + 'static> {
    let platform = request.app_data::<Platform>().cloned().ok_or_else(|| Error::internal("no platform"))?;
    let tokens = request.app_data::<Data<Tokens>>().ok_or_else(|| Error::internal("no token maker"))?;
    let now = platform.clock.now();
    let token = bearer(request).ok_or(Code::NotSignedIn)?;
    let Claims { sub, sid, role, .. } = tokens.read_access(token, now)?;
    Ok(async move {
        let standing = platform.db.read(move |conn| queries::standing(conn, sid)).await?;
        match standing {
            Some(standing) if standing.is_good(now) && standing.account == sub && standing.role == role => {
                if !roles.contains(&role) {
                    return Err(Refusal::new(Code::WrongRole, "Nobody with your role can do this.").into());
                }
                Ok(Caller { id: sub, role, session: sid })
            }
            _ => Err(Code::NotSignedIn.into()),
        }
    })
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

macro_rules! callers {
    ($($(#[$doc:meta])+ $name:ident: $roles:expr;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy)]
        pub struct $name(pub Caller);

        impl Deref for $name {
            type Target = Caller;

            fn deref(&self) -> &Caller {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = Error;
            type Future = Identified<Self>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                const ROLES: &[Role] = $roles;
                match identify(request, ROLES) {
                    Ok(identified) => Box::pin(async move { identified.await.map(Self) }),
                    Err(error) => Box::pin(std::future::ready(Err(error))),
                }
            }
        }
    )+};
}

callers! {
    /// Anybody who is signed in.
    Anyone: Role::ALL;
    /// Somebody who seeks help.
    Practitioner: &[Role::Practitioner];
    /// Somebody who assesses and treats.
    Clinician: &[Role::Clinician];
    /// Somebody who runs the service's everyday.
    Coordinator: &[Role::Coordinator];
    /// A coordinator, who readmits, or an administrator, who undoes a death recorded in error.
    Readmitter: &[Role::Coordinator, Role::Administrator];
    /// Somebody who keeps accounts, hubs and settings.
    Administrator: &[Role::Administrator];
    /// Somebody who decides funding requests of their area.
    Commissioner: &[Role::Commissioner];
    /// Somebody who answers the contact line: a call handler, or a coordinator.
    ContactDesk: &[Role::CallHandler, Role::Coordinator];
    /// Somebody who asks for funding: a practitioner, or a coordinator for them.
    FundingApplicant: &[Role::Practitioner, Role::Coordinator];
    /// Somebody whom a funding request has reached: a coordinator or a commissioner.
    FundingDesk: &[Role::Coordinator, Role::Commissioner];
    /// Somebody with a part in a funding request.
    FundingMember: &[Role::Practitioner, Role::Coordinator, Role::Commissioner];
    /// Somebody who refers people to and from hubs.
    ReferralDesk: &[Role::CallHandler, Role::Coordinator, Role::HubCoordinator];
    /// Somebody with a part in a referral.
    ReferralMember: &[Role::Practitioner, Role::CallHandler, Role::Coordinator, Role::HubCoordinator];
    /// A coordinator of hubs.
    HubCoordinator: &[Role::HubCoordinator];
    /// A clinician or a coordinator.
    CareTeam: &[Role::Clinician, Role::Coordinator];
    /// One of the two between whom care takes place: a practitioner or a clinician.
    CareParty: &[Role::Practitioner, Role::Clinician];
    /// Somebody with a part in a booking: a practitioner, a clinician or a coordinator.
    Member: &[Role::Practitioner, Role::Clinician, Role::Coordinator];
    /// Somebody who may change a directory entry, if only their own.
    DirectoryEditor: &[Role::Clinician, Role::Coordinator, Role::Administrator];
    /// Somebody who may look a clinician up.
    DirectoryReader: &[Role::Practitioner, Role::Clinician, Role::Coordinator, Role::Administrator];
    /// Somebody who runs or funds the service and reads its figures.
    FigureReader: &[Role::Coordinator, Role::Commissioner, Role::Administrator];
    /// Everybody who works here.
    Staff: &[Role::Clinician, Role::CallHandler, Role::Coordinator, Role::Commissioner, Role::PrivacyOfficer, Role::Administrator];
}
