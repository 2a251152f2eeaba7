//! HTTP handlers with which clinicians draft, change, propose and cancel letters.

use actix_web::{post, put};

use super::{check_gp, check_gp_consent, find_own, find_to_finish, letter_response, letter_view, record};
use crate::fit_notes::rules::wording::PrivateIdentifiers;
use crate::letters::catalogue::{template, templates};
use crate::letters::dto::views::LetterView;
use crate::letters::dto::{CreateLetter, LetterReasonForm, LetterRecipientForm, LetterSectionForm, ReplaceLetter};
use crate::letters::model::record::AuthorStatements;
use crate::letters::model::{
    FORMAT, LetterContent, LetterEventKind, LetterKind, LetterRecipientKind, LetterSection, LetterState, Recipient, SectionText,
};
use crate::letters::rules::{ChosenSection, RecipientFacts, merge};
use crate::letters::{facts, notifications, queries, rules};
use people::practitioners::queries as registration;
use people::practitioners::queries::gp;
use people::relationships::Purpose;
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::config::Organisation;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Path, Response};
use platform::ids::Id;
use platform::outbox;
use platform::private::{trimmed, trimmed_non_empty};
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// Create a draft letter
///
/// By a clinician who treats the practitioner and, for the time in which they may read the record, after care. Each section is filled
/// from the record, unless the request has a text for it. A letter to the GP needs the practitioner's consent to inform the GP.
#[utoipa::path(
    operation_id = "createLetter", tag = "Letters", request_body = CreateLetter,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("letter.drafted")),
        ("x-problems" = json!(["directory_entry_required", "organisation_required", "recorded_as_dead", "state_conflict"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "The draft.", body = LetterView))
)]
#[post("/v1/practitioners/{id}/letters")]
pub async fn create_letter(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateLetter>,
    platform: Platform,
) -> Result<Response> {
    let (practitioner, organisation) = (id.0, required_organisation(&platform)?);
    platform
        .write_once(attempt, move |tx| {
            let (permit, _) = care_relationship::lock_and_permit(tx, &caller, practitioner, Purpose::FinishOwn)?;
            // The draft shows the record, so finishing one's own is not enough.
            care_relationship::check_may_read(tx, &caller, practitioner)?;
            // No one could agree to the letter.
            registration::deaths::check_alive(tx, practitioner)?;
            let draft =
                Draft { kind: form.kind, recipient: &form.recipient, sections: form.sections.as_deref(), stated: form.stated() };
            let content = compose(tx, &caller, practitioner, &organisation, draft)?;
            let letter = queries::insert(tx, practitioner, caller.id, &content)?;
            record(tx, &permit, letter, (LetterEventKind::Drafted, "letter.drafted"), None)?;
            let (view, version) = letter_view(tx, &permit, letter)?;
            Ok(Response::created(format!("/v1/letters/{letter}"), &view)?.with_version(version))
        })
        .await
}

/// Replace a letter
///
/// By its author. Replaces recipient and sections; what has no text is filled from the record. The letter is a draft again: an earlier
/// agreement no longer counts.
#[utoipa::path(
    operation_id = "replaceLetter", tag = "Letters", request_body = ReplaceLetter,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("letter.changed")),
        ("x-problems" = json!(["directory_entry_required", "organisation_required", "state_conflict"]))),
    params(("id" = Id, Path, description = "The letter."), IfMatch),
    responses((status = 200, description = "The draft as it is now.", body = LetterView))
)]
#[put("/v1/letters/{id}")]
pub async fn replace_letter(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceLetter>,
    platform: Platform,
) -> Result<Response> {
    let (id, organisation) = (id.0, required_organisation(&platform)?);
    platform
        .write(move |tx| {
            let (permit, letter) = find_own(tx, &caller, id)?;
            rules::may_change(letter.state)?;
            seen.check(letter.version)?;
            // Without the right to read the record, text from it is not shown again.
            care_relationship::check_may_read(tx, &caller, permit.practitioner())?;
            let (person, kind) = (permit.practitioner(), letter.content.kind);
            let draft = Draft { kind, recipient: &form.recipient, sections: Some(&form.sections), stated: form.stated() };
            let content = compose(tx, &caller, person, &organisation, draft)?;
            queries::replace(tx, id, &content)?;
            outbox::discard_waiting(tx, id)?;
            record(tx, &permit, id, (LetterEventKind::Changed, "letter.changed"), None)?;
            letter_response(tx, &permit, id)
        })
        .await
}

/// Propose a letter to the practitioner
///
/// By its author, when every section is written and each medicine has its indication and who continues it. A letter to the GP must name the
/// present one. The practitioner is notified with neutral words, reads the letter, and agrees or declines.
#[utoipa::path(
    operation_id = "proposeLetter", tag = "Letters",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("letter.proposed")),
        ("x-problems" = json!(["state_conflict", "incomplete"]))),
    params(("id" = Id, Path, description = "The letter.")),
    responses((status = 200, description = "Proposed.", body = LetterView))
)]
#[post("/v1/letters/{id}/propose")]
pub async fn propose_letter(caller: Clinician, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, letter) = find_own(tx, &caller, id)?;
            rules::may_propose(letter.state)?;
            let practitioner = permit.practitioner();
            check_gp(tx, practitioner, &letter.content.recipient)?;
            let person = registration::find(tx, practitioner)?.ok_or_else(Error::not_found)?;
            let secrets = PrivateIdentifiers {
                pseudonym: &person.pseudonym,
                reference: &person.reference,
                legal_name: &person.details.legal_name,
            };
            rules::check_complete(template(letter.content.kind)?, &letter.content, &secrets)?;
            queries::propose(tx, id)?;
            record(tx, &permit, id, (LetterEventKind::Proposed, "letter.proposed"), None)?;
            notifications::answer_awaited(tx, practitioner, id)?;
            letter_response(tx, &permit, id)
        })
        .await
}

/// Cancel a letter
///
/// By its author or another clinician who may read the record, until it is sent. It cannot be undone.
#[utoipa::path(
    operation_id = "cancelLetter", tag = "Letters", request_body = LetterReasonForm,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("letter.cancelled")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The letter.")),
    responses((status = 200, description = "Cancelled.", body = LetterView))
)]
#[post("/v1/letters/{id}/cancel")]
pub async fn cancel_letter(
    caller: Clinician,
    id: Path<Id>,
    form: Json<LetterReasonForm>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, letter) = find_to_finish(tx, &caller, id)?;
            rules::may_cancel(letter.state)?;
            queries::set_state(tx, id, LetterState::Cancelled)?;
            outbox::discard_waiting(tx, id)?;
            let reason = trimmed_non_empty(form.reason.as_ref());
            record(tx, &permit, id, (LetterEventKind::Cancelled, "letter.cancelled"), reason.as_deref())?;
            letter_response(tx, &permit, id)
        })
        .await
}

/// The organisation whose name and address are printed.
fn required_organisation(platform: &Platform) -> Result<Organisation> {
    platform.policy.organisation.clone().ok_or_else(|| Reason::OrganisationRequired.into())
}

/// What the author wants in a letter.
struct Draft<'a> {
    kind: LetterKind,
    recipient: &'a LetterRecipientForm,
    sections: Option<&'a [LetterSectionForm]>,
    stated: AuthorStatements,
}

/// What is printed: the chosen sections, each with its text, or filled from the record and from what the author states.
fn compose(
    tx: &mut Tx,
    caller: &Caller,
    practitioner: Id,
    organisation: &Organisation,
    draft: Draft<'_>,
) -> Result<LetterContent> {
    let Draft { kind, recipient, sections, stated } = draft;
    let template = template(kind)?;
    let recipient = resolve(tx, practitioner, kind, recipient)?;
    let texts: Option<Vec<(_, Option<String>)>> =
        sections.map(|forms| forms.iter().map(|form| (form.section, form.written())).collect());
    let chosen: Option<Vec<ChosenSection<'_>>> = texts
        .as_ref()
        .map(|texts| texts.iter().map(|(section, text)| ChosenSection { section: *section, text: text.as_deref() }).collect());
    let chosen = rules::choose_sections(templates(), template, chosen.as_deref())?;
    rules::check_stated(&chosen, stated.actions.is_some(), !stated.medicines.is_empty())?;
    let person = registration::find(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let record = facts::record_extract(tx, &person, caller.id, organisation, recipient, stated)?;
    let written = |wanted: &ChosenSection<'_>| SectionText {
        section: wanted.section,
        text: wanted.text.map_or_else(|| merge::section_text(wanted.section, template, &record), str::to_owned),
    };
    let has_table = chosen.iter().any(|wanted| wanted.section == LetterSection::Medications && wanted.text.is_none());
    let sections = chosen.iter().map(written).collect();
    let lines = std::iter::once(&organisation.name).chain(&organisation.address).cloned().collect();
    let medicines = if has_table { record.medicines } else { Vec::new() };
    let (recipient, written_on) = (record.recipient, tx.now.london_day());
    Ok(LetterContent { kind, recipient, written_on, sections, organisation: lines, format: FORMAT, medicines })
}

/// The recipient, with the names of the record where it is the general practitioner.
fn resolve(tx: &mut Tx, practitioner: Id, kind: LetterKind, form: &LetterRecipientForm) -> Result<Recipient> {
    let (name, organisation) = (trimmed_non_empty(form.name.as_ref()), trimmed_non_empty(form.organisation.as_ref()));
    let is_gp = form.kind == LetterRecipientKind::Gp;
    let gp = if is_gp { gp::latest(tx, practitioner)?.gp } else { Default::default() };
    let facts = RecipientFacts {
        kind: form.kind,
        named: name.is_some(),
        organisation: organisation.is_some(),
        gp_known: gp.name.is_some() || gp.practice.is_some(),
    };
    check_gp_consent(tx, practitioner, form.kind)?;
    rules::check_recipient(template(kind)?, facts)?;
    let (name, organisation) = if is_gp { (gp.name, gp.practice) } else { (name, organisation) };
    let address = form.address_lines.iter().map(|line| trimmed(&line.0)).collect();
    Ok(Recipient { kind: form.kind, name, organisation, address })
}
