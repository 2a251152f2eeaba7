//! Self-checks that a practitioner takes over into their record: a prior result, never an intake by itself.

use actix_web::{get, post};

use super::reading::reader;
use crate::assessment::dto::Reader;
use crate::assessment::dto::self_checks::{ClaimSelfCheck, SelfCheckTakenOver, TakenOverSelfCheck, TakenOverSelfCheckPage};
use crate::assessment::notices;
use crate::assessment::queries::alerts;
use crate::assessment::queries::alerts::About;
use access::registration::pointing;
use access::self_check::model::TakenOver;
use access::self_check::queries as self_checks;
use people::practitioners::queries as registration;
use people::{CareParty, Practitioner};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, IdempotencyKey, Json, Page, PageQuery, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::refusal::{Code, Refusal};
use platform::seal::Sealer;
use reference::questionnaires;
use reference::signposts::dto::SignpostView;
use reference::signposts::model::Need;

/// Take a self-check over
///
/// By the code that came with its results, once, until its last day. The answers become a prior result in one's record, which
/// clinicians who treat can read and which the intake offers again; they are not handed in as an intake. Where an answer
/// shows risk, somebody of the service is alerted, as in an intake.
#[utoipa::path(
    operation_id = "claimSelfCheck", tag = "care", request_body = ClaimSelfCheck,
    extensions(("x-roles" = json!(["practitioner"])), ("x-problems" = json!(["token_expired", "not_found"]))),
    params(("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "Taken over.", body = SelfCheckTakenOver,
        headers(("Location" = String, description = "The self-checks in the record."))))
)]
#[post("/v1/me/self-checks")]
pub async fn claim_self_check(
    caller: Practitioner,
    key: IdempotencyKey,
    form: Json<ClaimSelfCheck>,
    platform: Platform,
) -> Result<Answer> {
    let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
    platform
        .db
        .write(move |conn| {
            key.once(conn, &sealer, caller.id, &form.digest, now, |conn| {
                registration::lock_pathway(conn, caller.id)?.ok_or_else(Error::not_found)?;
                let taken = self_checks::claim(conn, &sealer, form.code.reveal().trim(), caller.id, now)?
                    .ok_or_else(|| Refusal::new(Code::TokenExpired, "This code was used, is too old, or was never given out."))?;
                audit::record(conn, caller.actor(), "self_check.taken_over", ("self_check", Some(taken.id)), now)?;
                let crisis_help = alert(conn, &sealer, caller.id, &taken, now)?;
                let self_check = TakenOverSelfCheck::new(taken, questionnaires::catalogue()?, Reader::Practitioner);
                let location = format!("/v1/practitioners/{}/self-checks", caller.id);
                Answer::created(location, &SelfCheckTakenOver { crisis_help, self_check })
            })
        })
        .await
}

/// Alerts somebody of every answer that shows risk, and says where to turn.
fn alert(conn: &mut Conn, sealer: &Sealer, practitioner: Id, taken: &TakenOver, now: UtcTime) -> Result<Vec<SignpostView>> {
    let risky: Vec<&str> =
        taken.results.iter().filter(|result| result.score.risk).map(|result| result.questionnaire.as_str()).collect();
    if risky.is_empty() {
        return Ok(Vec::new());
    }
    for questionnaire in risky {
        let alert = alerts::raise(conn, practitioner, About::SelfCheck(taken.id), questionnaire, now)?;
        audit::record(conn, audit::Actor::SYSTEM, "risk_alert.raised", ("risk_alert", Some(alert)), now)?;
        notices::raised(conn, alert, practitioner, now)?;
    }
    pointing::for_person(conn, sealer, practitioner, &[Need::Crisis], now.london_day())
}

/// List the self-checks that somebody took over
///
/// Practitioners read their own, in plain words; clinicians who treat them see figures and risk, too. Every reading is recorded.
#[utoipa::path(
    operation_id = "listTakenOverSelfChecks", tag = "care", extensions(("x-roles" = json!(["practitioner", "clinician"]))),
    params(("id" = Id, Path, description = "The practitioner."), PageQuery),
    responses((status = 200, description = "The self-checks, the newest first.", body = TakenOverSelfCheckPage))
)]
#[get("/v1/practitioners/{id}/self-checks")]
pub async fn list_taken_over_self_checks(
    caller: CareParty,
    id: Path<Id>,
    query: Query<PageQuery>,
    platform: Platform,
) -> Result<Answer> {
    const LIST: &str = "taken_over_self_checks";
    let (sealer, now, id, PageQuery { limit, cursor }) = (platform.sealer.clone(), platform.clock.now(), id.0, query.0);
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    platform
        .db
        .write(move |conn| {
            let reader = reader(conn, &caller, id, now)?;
            audit::record(conn, caller.actor(), "self_checks.read", ("practitioner", Some(id)), now)?;
            let rows = self_checks::of(conn, &sealer, id, before, limit.plus_one())?;
            let (page, unreadable) = Page::cut_readable(rows, limit, &sealer, LIST)?;
            let known = questionnaires::catalogue()?;
            let items = page.items.into_iter().map(|taken| TakenOverSelfCheck::new(taken, known, reader)).collect();
            Answer::ok(&TakenOverSelfCheckPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}
