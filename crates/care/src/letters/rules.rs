//! Rules of letters: which sections a draft contains, who it goes to, and what may be done with it in which state. `merge.rs` fills
//! sections with text from the record.
//!
//! Sources, and how sure each is: `docs/clinical-rules.md#letters`.

pub mod clinical_words;
pub mod medicines;
pub mod merge;
pub mod printed;
mod risk;
pub mod sending;
#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};

use super::model::templates::{Template, Templates};
use super::model::{LetterContent, LetterRecipientKind, LetterSection, LetterState, Recipient};
use crate::fit_notes::rules::wording::{PrivateIdentifiers, contains_identifier};
use people::practitioners::model::GpDetails;
use platform::refusal::{Reason, Refusal};
use platform::text::folded;
use platform::text::printable::unprintable;

/// A section that the clinician chose, with its text if they wrote one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenSection<'a> {
    pub section: LetterSection,
    /// The text; without one the section is filled from the record.
    pub text: Option<&'a str>,
}

/// The sections of a draft, in the order of the letter: those that the clinician chose, or those that the kind contains by default.
///
/// Source: `docs/clinical-rules.md#letters`: what each kind may contain at all, must contain, and contains by default.
///
/// # Errors
/// [`Reason::LetterSections`] at each section that the kind may not contain, that is listed twice, or whose text is not the clinician's to
/// write, and at `/sections` for each that is missing.
pub fn choose_sections<'a>(
    templates: &Templates,
    template: &Template,
    chosen: Option<&[ChosenSection<'a>]>,
) -> Result<Vec<ChosenSection<'a>>, Refusal> {
    let Some(chosen) = chosen else {
        let held = |section: &LetterSection| template.default_sections.contains(section);
        let all = templates.sections.iter().map(|definition| definition.section).filter(held);
        return Ok(all.map(|section| ChosenSection { section, text: None }).collect());
    };
    let mut refusal = Refusal::from(Reason::LetterSections);
    for (number, wanted) in chosen.iter().enumerate() {
        let at = format!("/sections/{number}");
        if !template.allowed_sections.contains(&wanted.section) {
            let detail = "This kind of letter does not hold this section. Remove it.";
            refusal = refusal.field(format!("{at}/section"), "not_allowed", detail);
        }
        if chosen.iter().take(number).any(|earlier| earlier.section == wanted.section) {
            refusal = refusal.field(format!("{at}/section"), "duplicate", "This section is there twice. Remove one of them.");
        }
        if wanted.text.is_some() && !template.is_editable(wanted.section, templates) {
            let detail = "The text of this section always comes from the record and from what you state beside the sections. Leave it out, and correct the record.";
            refusal = refusal.field(format!("{at}/text"), "not_allowed", detail);
        }
    }
    for section in template.required_sections.iter().filter(|section| !chosen.iter().any(|wanted| wanted.section == **section)) {
        let detail = format!("Add the section {}: this kind of letter must hold it.", section.as_str());
        refusal = refusal.field("/sections", "required", detail);
    }
    if !refusal.fields.is_empty() {
        return Err(refusal);
    }
    let in_order = templates.sections.iter();
    Ok(in_order.filter_map(|definition| chosen.iter().find(|wanted| wanted.section == definition.section).copied()).collect())
}

/// Checks that what the author states beside the sections goes into the letter: its section is there and has no text of its own.
///
/// # Errors
/// [`Reason::LetterSections`] at `/requested_actions` and `/medicines`.
pub fn check_stated(chosen: &[ChosenSection<'_>], has_actions: bool, has_medicines: bool) -> Result<(), Refusal> {
    let is_filled = |section| chosen.iter().any(|wanted| wanted.section == section && wanted.text.is_none());
    let mut refusal = Refusal::from(Reason::LetterSections);
    for (given, section, pointer) in [
        (has_actions, LetterSection::RequestedActions, "/requested_actions"),
        (has_medicines, LetterSection::Medications, "/medicines"),
    ] {
        if given && !is_filled(section) {
            let detail = format!("Include the section {} and leave its text out, or leave this out.", section.as_str());
            refusal = refusal.field(pointer, "not_allowed", detail);
        }
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// What a request says of a recipient.
#[derive(Debug, Clone, Copy)]
pub struct RecipientFacts {
    pub kind: LetterRecipientKind,
    /// Whether the request has a name, and an organisation.
    pub named: bool,
    pub organisation: bool,
    /// Whether the record names the general practitioner or the practice.
    pub gp_known: bool,
}

/// Checks that a kind of letter may go to this recipient, and that the recipient is known.
///
/// # Errors
/// [`Reason::LetterRecipient`] at the member.
pub fn check_recipient(template: &Template, facts: RecipientFacts) -> Result<(), Refusal> {
    let wrong = |pointer: &'static str, code: &'static str, detail: &'static str| {
        Err(Refusal::new(Reason::LetterRecipient, detail).field(pointer, code, detail))
    };
    let is_gp = facts.kind == LetterRecipientKind::Gp;
    match facts {
        _ if !template.recipients.contains(&facts.kind) && is_gp => {
            wrong("/recipient/kind", "not_allowed", "This kind of letter does not go to the GP. Name who it goes to.")
        }
        _ if !template.recipients.contains(&facts.kind) => {
            wrong("/recipient/kind", "not_allowed", "This kind of letter goes only to the GP of the record.")
        }
        RecipientFacts { named: true, .. } if is_gp => {
            wrong("/recipient/name", "not_allowed", "The name of the GP comes from the record. Leave it out.")
        }
        RecipientFacts { organisation: true, .. } if is_gp => {
            wrong("/recipient/organisation", "not_allowed", "The practice comes from the record. Leave it out.")
        }
        RecipientFacts { gp_known: false, .. } if is_gp => {
            wrong("/recipient/kind", "unknown", "The record names no GP and no practice. Record them with the consent first.")
        }
        RecipientFacts { named: false, organisation: false, .. } if !is_gp => {
            wrong("/recipient/name", "required", "Enter the name or the organisation that the letter goes to.")
        }
        _ => Ok(()),
    }
}

/// Checks that everything is there and filled in, can be printed, and has neither the pseudonym nor the reference nor an NHS number next
/// to the legal name.
///
/// Source: `docs/clinical-rules.md#letters`; the NHS number, `#identifiers`.
///
/// # Errors
/// [`Reason::LetterIncomplete`] at the text of each section and at what a medicine lacks, by their numbers in the letter, and at
/// `/sections` for each that is missing, as in a draft from before the kind had to contain it.
pub fn check_complete(template: &Template, content: &LetterContent, secrets: &PrivateIdentifiers<'_>) -> Result<(), Refusal> {
    let mut refusal =
        content.sections.iter().enumerate().fold(Refusal::from(Reason::LetterIncomplete), |refusal, (number, section)| {
            let at = format!("/sections/{number}/text");
            if section.text.trim().is_empty() {
                refusal.field(at, "required", "Write this section, or remove it where the letter need not hold it.")
            } else if section.text.contains(merge::DAMAGED) {
                let detail = "A part of the record for this section is damaged. Write the section yourself, leave it out, or report the damage.";
                refusal.field(at, "unreadable", detail)
            } else if unprintable(&section.text).is_some() {
                let detail = "This section contains a character that cannot be printed. Replace it, here or in the record.";
                refusal.field(at, "unprintable", detail)
            } else if contains_identifier(&section.text, secrets) {
                let detail = "Remove the practitioner's name in this service, their reference and any NHS number.";
                refusal.field(at, "reveals", detail)
            } else {
                refusal
            }
        });
    for (number, member) in medicines::missing(&content.medicines) {
        let detail = "The record does not hold this. State it with the medicine when you change the letter.";
        refusal = refusal.field(format!("/medicines/{number}/{member}"), "required", detail);
    }
    let is_held = |section: &&LetterSection| content.sections.iter().any(|held| held.section == **section);
    for section in template.required_sections.iter().filter(|section| !is_held(section)) {
        let detail = format!("Add the section {}: this kind of letter must hold it.", section.as_str());
        refusal = refusal.field("/sections", "required", detail);
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Whether the text may be changed. A change returns the letter to a draft, and the practitioner is asked again.
///
/// # Errors
/// [`Reason::LetterFinal`].
pub fn may_change(state: LetterState) -> Result<(), Refusal> {
    if state.is_final() { Err(Reason::LetterFinal.into()) } else { Ok(()) }
}

/// Whether the letter may be proposed to the practitioner.
///
/// # Errors
/// [`Reason::LetterNotDraft`].
pub fn may_propose(state: LetterState) -> Result<(), Refusal> {
    if state == LetterState::Draft { Ok(()) } else { Err(Reason::LetterNotDraft.into()) }
}

/// Whether the practitioner may agree or decline.
///
/// # Errors
/// [`Reason::LetterNotProposed`].
pub fn may_answer(state: LetterState) -> Result<(), Refusal> {
    if state == LetterState::AwaitingAgreement { Ok(()) } else { Err(Reason::LetterNotProposed.into()) }
}

/// Checks that the fingerprint of a text is the one that was agreed to, or that is agreed to now.
///
/// Source: GMC, Confidentiality, paragraph 115: the patient sees the report before it is sent; own: exactly that text is sent.
///
/// # Errors
/// [`Reason::LetterChanged`].
pub fn check_same_text(agreed: Option<&str>, fingerprint: &str) -> Result<(), Refusal> {
    if agreed == Some(fingerprint) { Ok(()) } else { Err(Reason::LetterChanged.into()) }
}

/// Checks that the general practitioner of the record is still the one that the letter names: the practice or, where neither names
/// one, the person.
///
/// Source: `docs/clinical-rules.md#letters`: a letter goes to the practice at which the patient is registered.
///
/// # Errors
/// [`Reason::LetterGpChanged`].
pub fn check_same_gp(letter: &Recipient, record: &GpDetails) -> Result<(), Refusal> {
    let same = |one: &Option<String>, other: &Option<String>| {
        folded(one.as_deref().unwrap_or_default()) == folded(other.as_deref().unwrap_or_default())
    };
    let has_practice = letter.organisation.is_some() || record.practice.is_some();
    let is_same = if has_practice { same(&letter.organisation, &record.practice) } else { same(&letter.name, &record.name) };
    if is_same { Ok(()) } else { Err(Reason::LetterGpChanged.into()) }
}

/// Whether the letter may be sent.
///
/// # Errors
/// [`Reason::LetterNotAgreed`], or [`Reason::LetterFinal`] after it was sent, withdrawn or cancelled.
pub fn may_send(state: LetterState) -> Result<(), Refusal> {
    match state {
        LetterState::Agreed => Ok(()),
        LetterState::Sent | LetterState::Withdrawn | LetterState::Cancelled => Err(Reason::LetterFinal.into()),
        LetterState::Draft | LetterState::AwaitingAgreement | LetterState::Declined => Err(Reason::LetterNotAgreed.into()),
    }
}

/// Checks the day on which a letter was sent: not before the practitioner agreed, and not in the future.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/sent_on`.
pub fn check_sent_on(sent_on: NaiveDate, agreed_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if (agreed_on..=today).contains(&sent_on) {
        return Ok(());
    }
    let detail = "Enter a day from the agreement of the practitioner until today.";
    Err(Refusal::new(Reason::InvalidBody, detail).field("/sent_on", "out_of_range", detail))
}

/// Whether the practitioner may withdraw consent: before the letter is sent, in whichever state (a draft again, too), which makes sending
/// impossible; and once after it, which is recorded and ends further copies.
///
/// # Errors
/// [`Reason::LetterConsentWithdrawn`], or [`Reason::LetterFinal`] for a cancelled letter.
pub fn may_withdraw(state: LetterState, withdrawn: bool) -> Result<(), Refusal> {
    match state {
        _ if withdrawn => Err(Reason::LetterConsentWithdrawn.into()),
        LetterState::Cancelled => Err(Reason::LetterFinal.into()),
        _ => Ok(()),
    }
}

/// Whether the author is still notified of the practitioner's answer: not when the letter has been sent or cancelled since, or is written
/// or proposed again. That consent was withdrawn after it was sent is news.
pub const fn answer_is_news(state: LetterState, withdrawn: bool) -> bool {
    match state {
        LetterState::Agreed | LetterState::Declined | LetterState::Withdrawn => true,
        LetterState::Sent => withdrawn,
        LetterState::Draft | LetterState::AwaitingAgreement | LetterState::Cancelled => false,
    }
}

/// Whether a clinician may cancel a letter.
///
/// # Errors
/// [`Reason::LetterFinal`].
pub fn may_cancel(state: LetterState) -> Result<(), Refusal> {
    may_change(state)
}

/// Whether a letter may be printed for this reader. The practitioner's own copy remains after they have withdrawn consent.
///
/// # Errors
/// [`Reason::LetterConsentWithdrawn`] for clinicians after the withdrawal; [`Reason::LetterNotProposed`] for the practitioner while the
/// text is being changed.
pub fn may_print(state: LetterState, withdrawn: bool, by_practitioner: bool) -> Result<(), Refusal> {
    match state {
        _ if withdrawn && !by_practitioner => Err(Reason::LetterConsentWithdrawn.into()),
        LetterState::Draft if by_practitioner => Err(Reason::LetterNotProposed.into()),
        _ => Ok(()),
    }
}

/// The word that is printed beside the title; none on a letter that was agreed.
pub const fn stamp(state: LetterState, withdrawn: bool) -> Option<&'static str> {
    match state {
        LetterState::Draft | LetterState::AwaitingAgreement => Some("DRAFT"),
        LetterState::Declined => Some("DRAFT, NOT AGREED"),
        LetterState::Withdrawn => Some("WITHDRAWN"),
        LetterState::Cancelled => Some("CANCELLED"),
        LetterState::Sent if withdrawn => Some("CONSENT WITHDRAWN"),
        LetterState::Agreed | LetterState::Sent => None,
    }
}

/// The last day of the time that the law gives the practitioner to see the letter, counted from the day on which it was proposed. Nothing
/// is sent when it has passed: without agreement nothing is sent at all.
///
/// Source: Access to Medical Reports Act 1988, section 4: 21 days.
pub fn answer_by(template: &Template, proposed_on: NaiveDate) -> Option<NaiveDate> {
    proposed_on.checked_add_days(Days::new(template.answer_days?.into()))
}
