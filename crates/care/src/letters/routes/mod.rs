//! HTTP handlers of letters.

pub mod answering;
pub mod drafting;
pub mod reading;
pub mod sending;
pub mod waiting;

use super::catalogue::{template, templates};
use super::dto::views::LetterView;
use super::model::{LetterContent, LetterEventKind, LetterKind, LetterRecipientKind, Recipient};
use super::queries::{self, Letter};
use super::rules;
use super::rules::clinical_words;
use crate::fit_notes::catalogue::sensitive_words_with;
use crate::prescriptions;
use people::Caller;
use people::practitioners::queries as registration;
use people::practitioners::queries::gp;
use people::relationships::{Known, Permit, Purpose};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Answer;
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// The letter with this id, if the caller may know of its practitioner for this purpose, with the practitioner's row locked: consent, care
/// and letters of one practitioner change one request after the other. The practitioner does not know of a draft that was never proposed.
fn find_locked(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<(Known, Letter)> {
    let (known, _) = queries::find(tx, id)?.permit(tx, caller, purpose)?;
    registration::lock_pathway(tx, known.practitioner())?.ok_or_else(Error::not_found)?;
    let letter = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&known)?;
    if known.is_own() && letter.proposed_at.is_none() {
        return Err(Error::not_found());
    }
    Ok((known, letter))
}

/// The same for a clinician who finishes a letter: their own, or another author's if they may read the record.
fn find_to_finish(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Known, Letter)> {
    let (known, letter) = find_locked(tx, caller, id, Purpose::FinishOwn)?;
    care_relationship::check_own_or_readable(tx, caller, letter.clinician, known.practitioner())?;
    Ok((known, letter))
}

/// The same for its author. Others who may read it are refused.
fn find_own(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Known, Letter)> {
    let (known, letter) = find_to_finish(tx, caller, id)?;
    if letter.clinician == caller.id { Ok((known, letter)) } else { Err(Reason::LetterOfAnother.into()) }
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

/// The words of a letter to an employer that tell what is treated, with what, or where.
fn clinical_words_of(tx: &mut Tx, content: &LetterContent) -> Result<Vec<String>> {
    if content.kind != LetterKind::EmployerLetter {
        return Ok(Vec::new());
    }
    let words = sensitive_words_with(&prescriptions::in_force::catalogue(tx)?);
    Ok(clinical_words::clinical_words(templates(), content, &words))
}

/// The tag of the text as it is now.
fn fingerprint(tx: &Tx, id: Id, content: &LetterContent) -> Result<String> {
    queries::content_tag(tx.sealer, id, content)
}

/// Adds an entry to the history and a row to the audit trail.
fn record(
    tx: &mut Tx,
    known: &Known,
    id: Id,
    (event, action): (LetterEventKind, &'static str),
    reason: Option<&str>,
) -> Result<()> {
    let by = known.actor().id.ok_or_else(|| Error::internal("a letter is changed without an actor"))?;
    queries::insert_event(tx, id, by, event, reason)?;
    known.record(tx, action, ("letter", Some(id)))
}

/// The letter as this reader may see it, and its version.
fn letter_view(tx: &mut Tx, known: &Known, id: Id) -> Result<(LetterView, i32)> {
    let letter = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(known)?;
    let (version, tag) = (letter.version, fingerprint(tx, id, &letter.content)?);
    let (history, template) = (queries::events(tx, id)?, template(letter.content.kind)?);
    let words = clinical_words_of(tx, &letter.content)?;
    Ok((LetterView::new(letter, history, tag, words, (templates(), template), known.is_own()), version))
}

fn letter_response(tx: &mut Tx, known: &Known, id: Id) -> Result<Answer> {
    let (view, version) = letter_view(tx, known, id)?;
    Ok(Answer::ok(&view)?.with_version(version))
}
