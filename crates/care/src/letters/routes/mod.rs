//! HTTP handlers of letters.

pub mod answering;
pub mod drafting;
pub mod reading;
pub mod sending;
pub mod waiting;

use super::catalogue::{template, templates};
use super::dto::views::LetterView;
use super::facts::{self, AgreedLetter};
use super::model::{LetterContent, LetterEventKind, LetterKind, LetterRecipientKind, Recipient};
use super::queries::{self, Letter};
use super::rules;
use super::rules::clinical_words;
use crate::fit_notes::catalogue::sensitive_words_with;
use crate::prescriptions;
use people::practitioners::queries as registration;
use people::practitioners::queries::gp;
use people::relationships::{Permit, PermitExt, Purpose};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Response;
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// The letter with this id, if the caller may know of its practitioner for this purpose, with the practitioner's row locked: consent, care
/// and letters of one practitioner change one request after the other. The practitioner does not know of a draft that was never proposed.
fn find_locked(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<(Permit, Letter)> {
    let (permit, _) = queries::find(tx, id)?.permit(tx, caller, purpose)?;
    registration::lock_practitioner(tx, permit.practitioner())?.ok_or_else(Error::not_found)?;
    let letter = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
    if permit.is_own() && letter.proposed_at.is_none() {
        return Err(Error::not_found());
    }
    Ok((permit, letter))
}

/// The same for a clinician who finishes a letter: their own, or another author's if they may read the record.
fn find_to_finish(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, Letter)> {
    let (permit, letter) = find_locked(tx, caller, id, Purpose::FinishOwn)?;
    care_relationship::check_own_or_readable(tx, caller, letter.clinician, permit.practitioner())?;
    Ok((permit, letter))
}

/// The same for its author. Others who may read it are refused.
fn find_own(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, Letter)> {
    let (permit, letter) = find_to_finish(tx, caller, id)?;
    if letter.clinician == caller.id { Ok((permit, letter)) } else { Err(Reason::LetterOfAnother.into()) }
}

/// Checks that the general practitioner may be informed, where the letter goes there.
///
/// # Errors
/// 409 with [`Reason::LetterGpConsent`].
fn check_gp_consent(tx: &mut Tx, practitioner: Id, recipient: LetterRecipientKind) -> Result<()> {
    if recipient == LetterRecipientKind::Gp && !gp::gp_sharing(tx, practitioner)?.allows() {
        return Err(Reason::LetterGpConsent.into());
    }
    Ok(())
}

/// The same, and that the record still names the general practitioner of the letter: an agreed one must not leave for a practice that
/// the practitioner has left.
///
/// # Errors
/// 409 with [`Reason::LetterGpConsent`] or [`Reason::LetterGpChanged`].
fn check_gp(tx: &mut Tx, practitioner: Id, recipient: &Recipient) -> Result<()> {
    check_gp_consent(tx, practitioner, recipient.kind)?;
    if recipient.kind == LetterRecipientKind::Gp {
        rules::check_same_gp(recipient, &gp::latest(tx, practitioner)?.gp)?;
    }
    Ok(())
}

/// Checks that nothing keeps an agreed letter from being sent, or printed for posting, see [`sending`](rules::sending).
///
/// # Errors
/// 409; a coordinator is not shown why.
fn check_sendable(tx: &mut Tx, letter: &Letter, role: Role) -> Result<()> {
    match facts::sending_obstacle(tx, &AgreedLetter::of(letter)?)? {
        Some(obstacle) => Err(obstacle.refusal(role).into()),
        None => Ok(()),
    }
}

/// The words in a letter to an employer that reveal what is treated, with what, or where.
fn clinical_words_of(tx: &mut Tx, content: &LetterContent) -> Result<Vec<String>> {
    if content.kind != LetterKind::EmployerLetter {
        return Ok(Vec::new());
    }
    let words = sensitive_words_with(&prescriptions::in_force::catalogue(tx)?);
    Ok(clinical_words::clinical_words(templates(), content, &words))
}

/// The fingerprint of the text as it is now.
fn fingerprint(tx: &Tx, id: Id, content: &LetterContent) -> Result<String> {
    queries::content_fingerprint(tx.sealer, id, content)
}

/// Adds an entry to the history and a row to the audit trail.
fn record(
    tx: &mut Tx,
    permit: &Permit,
    id: Id,
    (event, action): (LetterEventKind, &'static str),
    reason: Option<&str>,
) -> Result<()> {
    let by = permit.actor().id.ok_or_else(|| Error::internal("a letter is changed without an actor"))?;
    queries::insert_event(tx, id, by, event, reason)?;
    permit.record(tx, action, ("letter", Some(id)))
}

/// The letter as this reader may see it, and its version.
fn letter_view(tx: &mut Tx, permit: &Permit, id: Id) -> Result<(LetterView, i32)> {
    let letter = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    let (version, fingerprint) = (letter.version, fingerprint(tx, id, &letter.content)?);
    let (history, template) = (queries::events(tx, id)?, template(letter.content.kind)?);
    let words = clinical_words_of(tx, &letter.content)?;
    Ok((LetterView::new(letter, history, fingerprint, words, (templates(), template), permit.is_own()), version))
}

fn letter_response(tx: &mut Tx, permit: &Permit, id: Id) -> Result<Response> {
    let (view, version) = letter_view(tx, permit, id)?;
    Ok(Response::ok(&view)?.with_version(version))
}
