//! HTTP handlers that sign in, refresh a session, list sessions and sign out.

use actix_web::web::Data;
use actix_web::{HttpRequest, delete, get, post};

use crate::accounts::model::{Account, Role};
use crate::accounts::queries as accounts;
use crate::sign_in::dto::{RefreshSession, SessionTokens, SessionView, SignIn};
use crate::sign_in::model::{EndReason, Refresh};
use crate::sign_in::passwords::{Match, Passwords};
use crate::sign_in::tokens::Tokens;
use crate::sign_in::{known_locations, queries, rules};
use crate::{Anyone, Caller};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::http::minimum_duration::with_minimum_duration;
use platform::http::{Json, Page, Paging, Path, Response};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Reason;
use platform::throttle::Throttle;

/// Sign in
///
/// With email address and password, to log in on a device. A wrong password, an unknown email address and one that is not confirmed yet
/// get the same answer in the same time. Attempts are limited by network address, and by account over all network addresses. The second
/// limit does not lock the owner out: it does not apply to a network address from which, within the last 90 days, the account was signed
/// in to or a new password was chosen with a link.
#[utoipa::path(
    operation_id = "signIn", tag = "Sessions", security(()), request_body = SignIn,
    extensions(("x-audit" = json!(["session.begun", "session.refused"])), ("x-problems" = json!(["invalid_credentials"]))),
    responses((status = 201, description = "Signed in.", body = SessionTokens))
)]
#[post("/v1/sessions")]
pub async fn sign_in(
    form: Json<SignIn>,
    platform: Platform,
    passwords: Data<Passwords>,
    tokens: Data<Tokens>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let (email_index, origin) = (accounts::email_index(&platform.sealer, form.email.reveal()), throttle.origin(&request));
    let throttled = throttle.password(&request, &email_index)?;
    let (from, checks_origin) = (origin.clone(), throttled.is_some());
    let looked_up = platform.read(move |tx| {
        let found = accounts::credentials(tx, &email_index)?;
        // This is done without an account too: otherwise the time of the answer would show that there is one.
        let account = found.as_ref().map_or(known_locations::NO_ACCOUNT, |(account, _)| account.id);
        let known = checks_origin && known_locations::is_known(tx, account, &from)?;
        Ok((found, known))
    });
    // A refusal that does not depend on the password must not come sooner where there is no account.
    let (found, known) = if checks_origin { with_minimum_duration(looked_up).await? } else { looked_up.await? };
    if let Some(refusal) = throttled.filter(|_| !known) {
        return Err(refusal);
    }
    let (account, stored) = found.unzip();
    let stored = stored.flatten();
    let matched = passwords.check(&form.password, stored).await?;
    let rehashed = match matched {
        Match::YesNeedsRehash => Some(passwords.hash(&form.password).await?),
        Match::Yes | Match::No => None,
    };
    let admitted = account.filter(|account| matched != Match::No && account.active);
    let tokens = tokens.into_inner();
    let response = platform
        .write(move |tx| {
            let Some(account) = admitted else {
                audit::record(tx, Actor::ANONYMOUS, "session.refused", ("account", account.map(|account| account.id)))?;
                return Ok(None);
            };
            if let Some(hash) = &rehashed {
                accounts::set_password_hash(tx, account.id, hash)?;
            }
            known_locations::record(tx, account.id, &origin)?;
            let signed_in = begin(tx, &tokens, &account, form.device.as_ref())?;
            Ok(Some(Response::created(format!("/v1/sessions/{}", signed_in.session_id), &signed_in)?))
        })
        .await?;
    response.ok_or_else(|| Reason::InvalidCredentials.into())
}

/// Begins a session for an account and returns its tokens.
///
/// # Errors
/// When the database fails or signing fails.
pub fn begin(tx: &mut Tx, tokens: &Tokens, account: &Account, device: Option<&Private<String>>) -> Result<SessionTokens> {
    let session = queries::begin(tx, account.id, device, tx.now + tx.policy.session_life)?;
    let caller = Caller { id: account.id, role: account.role, session };
    audit::record(tx, caller.actor(), "session.begun", ("session", Some(session)))?;
    session_tokens(tokens, account.id, account.role, session, 1, tx.now)
}

fn session_tokens(tokens: &Tokens, account: Id, role: Role, session: Id, generation: i32, now: UtcTime) -> Result<SessionTokens> {
    Ok(SessionTokens {
        session_id: session,
        account_id: account,
        role,
        access_token: tokens.access_token(account, role, session, now)?,
        expires_in: tokens.life_seconds(),
        refresh_token: tokens.refresh_token(session, generation).into_revealed(),
    })
}

/// Refresh a session
///
/// Each refresh token works once. Sending one that was exchanged before ends the session, because someone else may have it. The
/// last one may be sent again for 30 seconds and gets the same new tokens, in case the first answer was lost.
#[utoipa::path(
    operation_id = "refreshSession", tag = "Sessions", security(()), request_body = RefreshSession,
    extensions(("x-problems" = json!(["invalid_refresh_token"]))),
    responses((status = 200, description = "A new pair of tokens for the same session.", body = SessionTokens))
)]
#[post("/v1/session-refreshes")]
pub async fn refresh_session(
    form: Json<RefreshSession>,
    platform: Platform,
    tokens: Data<Tokens>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let (id, generation) = match tokens.read_refresh(form.refresh_token.reveal()) {
        Ok(read) => read,
        Err(error) => {
            throttle.secret(&request, None)?;
            return Err(error);
        }
    };
    let (idle, tokens) = (platform.policy.session_idle, tokens.into_inner());
    let response = platform
        .write(move |tx| {
            let Some(session) = queries::lock(tx, id)? else { return Ok(None) };
            let status = queries::status(tx, id)?.filter(|status| status.is_valid(tx.now));
            let Some(status) = status else { return Ok(None) };
            let generation = match rules::refresh(&session, generation, idle, tx.now) {
                Refresh::Rotate(next) => {
                    queries::rotate(tx, id, next)?;
                    next
                }
                Refresh::RepeatLast(current) => current,
                Refresh::Ended => return Ok(None),
                Refresh::Reused => {
                    queries::end(tx, session.account, id, EndReason::Reuse)?;
                    audit::record(tx, Actor::SYSTEM, "session.ended_by_reuse", ("session", Some(id)))?;
                    return Ok(None);
                }
            };
            Ok(Some(Response::ok(&session_tokens(&tokens, session.account, status.role, id, generation, tx.now)?)?))
        })
        .await?;
    response.ok_or_else(|| Reason::InvalidRefreshToken.into())
}

/// List my sessions
#[utoipa::path(
    operation_id = "listSessions", tag = "Sessions", extensions(("x-roles" = json!(Anyone::ROLES))),
    responses((status = 200, description = "The devices that are signed in, oldest first.", body = Page<SessionView>))
)]
#[get("/v1/sessions")]
pub async fn list_sessions(caller: Anyone, paging: Paging, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let rows = queries::list_active(tx, caller.id, paging.after, paging.rows())?;
            let page = paging
                .page(rows, |(session, _)| session.id)?
                .try_map(|(session, device)| Ok(SessionView::new(&session, device, caller.session)))?;
            Response::ok(&page)
        })
        .await
}

/// Sign out of a session
///
/// Its access and refresh tokens stop working at once. To sign out of this device, end the current session.
#[utoipa::path(
    operation_id = "signOut", tag = "Sessions",
    extensions(("x-roles" = json!(Anyone::ROLES)), ("x-audit" = json!("session.ended"))),
    params(("id" = Id, Path, description = "The id of the session.")),
    responses((status = 204, description = "Ended."))
)]
#[delete("/v1/sessions/{id}")]
pub async fn sign_out(caller: Anyone, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform
        .write(move |tx| {
            if !queries::end(tx, caller.id, id.0, EndReason::SignedOut)? {
                return Err(Error::not_found());
            }
            audit::record(tx, caller.actor(), "session.ended", ("session", Some(id.0)))?;
            Ok(Response::no_content())
        })
        .await
}
