//! HTTP handlers for reading letters: the register of what went to which recipient, and each letter with its text.

use actix_web::{get, web};

use super::{check_gp_consent, check_sendable, fingerprint, letter_response};
use crate::assessment::callers::PractitionerOrClinician;
use crate::letters::catalogue::template;
use crate::letters::document;
use crate::letters::dto::LetterQuery;
use crate::letters::dto::views::{LetterSummary, LetterView};
use crate::letters::model::LetterState;
use crate::letters::queries::{self, Filter, Letter};
use crate::letters::rules;
use people::relationships::{self, Permit, PermitExt, Purpose};
use people::{Caller, Clinician, Practitioner};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, PdfFile, Query, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// List a practitioner's letters
///
/// For clinicians who may read the record: the register of what was written, agreed and sent, to which recipient and when. Every read is
/// recorded.
#[utoipa::path(
    operation_id = "listLetters", tag = "Letters",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("letter.listed"))),
    params(("id" = Id, Path, description = "The practitioner."), LetterQuery),
    responses((status = 200, description = "The letters, the newest first.", body = Page<LetterSummary>))
)]
#[get("/v1/practitioners/{id}/letters")]
pub async fn list_letters(
    caller: Clinician,
    id: Path<Id>,
    query: Query<LetterQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let (practitioner, LetterQuery { state }) = (id.0, query.0);
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, practitioner)?;
            register(tx, &permit, state, &paging)
        })
        .await
}

/// List my letters
///
/// The letters about me that were proposed to me: what they are, who they go to, and when and how they were sent.
#[utoipa::path(
    operation_id = "listMyLetters", tag = "Letters",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("letter.listed"))),
    params(LetterQuery),
    responses((status = 200, description = "The letters, the newest first.", body = Page<LetterSummary>))
)]
#[get("/v1/me/letters")]
pub async fn list_my_letters(
    caller: Practitioner,
    query: Query<LetterQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let LetterQuery { state } = query.0;
    platform
        .write(move |tx| {
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::ReadRecord)?;
            register(tx, &permit, state, &paging)
        })
        .await
}

/// Get a letter
///
/// For clinicians who may read the record, and for the practitioner from when it is first proposed to them. Every read is recorded.
#[utoipa::path(
    operation_id = "getLetter", tag = "Letters",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("letter.read"))),
    params(("id" = Id, Path, description = "The letter.")),
    responses((status = 200, description = "The letter.", body = LetterView))
)]
#[get("/v1/letters/{id}")]
pub async fn get_letter(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, _) = readable(tx, &caller, id)?;
            permit.record(tx, "letter.read", ("letter", Some(id)))?;
            letter_response(tx, &permit, id)
        })
        .await
}

/// Download a letter as PDF
///
/// The printable letter, marked as a draft until the practitioner has agreed. After they have withdrawn consent only their own copy
/// remains; clinicians get no letter to the GP that was agreed while the practitioner does not consent that the GP is informed, or, before
/// it is sent, while the practice is no longer theirs or its author can no longer answer for it. Every download is recorded. The same letter in the same state always gives the
/// same bytes.
#[utoipa::path(
    operation_id = "getLetterPdf", tag = "Letters",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("letter.downloaded")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The letter.")),
    responses((status = 200, description = "The letter as PDF.", body = PdfFile, content_type = "application/pdf"))
)]
#[get("/v1/letters/{id}/pdf")]
pub async fn get_letter_pdf(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<PdfFile> {
    let id = id.0;
    let (form, at) = platform
        .write(move |tx| {
            let (permit, letter) = readable(tx, &caller, id)?;
            rules::may_print(letter.state, letter.withdrawn_at.is_some(), permit.is_own())?;
            let is_marked = rules::stamp(letter.state, letter.withdrawn_at.is_some()).is_some();
            if !permit.is_own() && !is_marked {
                // A copy without a mark can be posted, and no one is asked again. One of what was sent shows where it went.
                match letter.state {
                    LetterState::Sent => check_gp_consent(tx, permit.practitioner(), letter.content.recipient.kind)?,
                    _ => check_sendable(tx, &letter, caller.role)?,
                }
            }
            if letter.agreed_tag.is_some() {
                rules::check_same_text(letter.agreed_tag.as_deref(), &fingerprint(tx, id, &letter.content)?)?;
            }
            permit.record(tx, "letter.downloaded", ("letter", Some(id)))?;
            document::form(&letter)
        })
        .await?;
    let printed = web::block(move || form.print(at)).await;
    printed.map_err(|_| Error::internal("a document could not be rendered"))?.map(PdfFile)
}

/// The letter, if the caller may read it. The practitioner does not know of a draft that was never proposed.
fn readable(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, Letter)> {
    let (permit, letter) = queries::find(tx, id)?.permit(tx, caller, Purpose::ReadRecord)?;
    if permit.is_own() && letter.proposed_at.is_none() {
        return Err(Error::not_found());
    }
    Ok((permit, letter))
}

/// A page of the register, of all letters or of those in one state.
fn register(tx: &mut Tx, permit: &Permit, state: Option<LetterState>, paging: &Paging) -> Result<Response> {
    let practitioner = permit.practitioner();
    let filter = Filter { practitioner, state, proposed_only: permit.is_own(), before: paging.after };
    let rows = queries::list(tx, filter, paging.rows())?;
    let page = paging.readable(rows)?;
    permit.record(tx, "letter.listed", ("practitioner", Some(practitioner)))?;
    let mut items = Vec::with_capacity(page.items.len());
    for letter in page.items {
        let template = template(letter.content.kind)?;
        items.push(LetterSummary::new(&letter, template));
    }
    Response::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
}
