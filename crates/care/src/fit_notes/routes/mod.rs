//! HTTP handlers of fit notes and return-to-work plans.

pub mod duplicates;
pub mod issuing;
pub mod plan_reading;
pub mod plans;
pub mod reading;
pub mod verification;
pub mod withdrawal;

use actix_web::web;

use super::dto::views::FitNoteView;
use super::model::FitNoteProfession;
use super::queries::{self, FitNote};
use super::rules::{self, IssuerFacts, wording};
use people::Caller;
use people::practitioners::details::registration_key;
use people::practitioners::queries as registration;
use people::practitioners::queries::RegisteredPractitioner;
use people::relationships::Permit;
use platform::Platform;
use platform::Tx;
use platform::config::Organisation;
use platform::error::{Error, Result};
use platform::http::PdfFile;
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;
use scheduling::clinicians::queries as clinicians;

/// A practitioner the clinician treats, their row locked.
fn lock_treated(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<(Permit, RegisteredPractitioner)> {
    let permit = care_relationship::check_may_act_for(tx, caller, practitioner)?;
    Ok((permit, lock_and_read_practitioner(tx, practitioner)?))
}

fn lock_and_read_practitioner(tx: &mut Tx, practitioner: Id) -> Result<RegisteredPractitioner> {
    registration::lock_practitioner(tx, practitioner)?.ok_or_else(Error::not_found)?;
    registration::find(tx, practitioner)?.ok_or_else(Error::not_found)
}

/// Checks that the clinician may issue fit notes for this practitioner; returns the clinician's name and profession.
fn check_issuer(tx: &mut Tx, clinician: Id, person: &RegisteredPractitioner) -> Result<(String, FitNoteProfession)> {
    let entry = clinicians::find(tx, clinician)?.ok_or(Reason::DirectoryEntryRequired)?;
    let registration = entry.profile.affiliation.registration.as_ref();
    let profession = rules::issuer_profession(IssuerFacts {
        registration: registration.map(|(body, number)| (*body, number.reveal().as_str())),
        nmc_profession: entry.profile.affiliation.nmc_profession,
        discipline: entry.profile.discipline,
    })?;
    let index = |key: String| tx.sealer.blind_index("registration", &key);
    let own = registration.map(|(body, number)| index(registration_key(*body, number.reveal())));
    rules::check_not_own_note(own.as_deref(), person.details.registration_key().map(index).as_deref())?;
    Ok((entry.profile.name.into_revealed(), profession))
}

/// The organisation whose name and address are printed.
fn required_organisation(platform: &Platform) -> Result<Organisation> {
    platform.policy.organisation.clone().ok_or_else(|| Reason::OrganisationRequired.into())
}

/// Name and address lines of the organisation, as they are stored with a document.
fn organisation_lines(organisation: &Organisation) -> Vec<String> {
    std::iter::once(&organisation.name).chain(&organisation.address).cloned().collect()
}

/// Checks that a text to be printed contains nothing that must not be on the document. That its characters can be printed is
/// checked with the schema (`x-printed`).
fn check_printable_text(pointer: &'static str, text: &str, person: &RegisteredPractitioner) -> Result<()> {
    let secrets = wording::PrivateIdentifiers {
        pseudonym: &person.pseudonym,
        reference: &person.reference,
        legal_name: &person.details.legal_name,
    };
    Ok(wording::check_no_identifiers(pointer, text, &secrets)?)
}

/// A note with everything that this reader may see.
fn note_view(tx: &mut Tx, note: FitNote, for_clinician: bool) -> Result<FitNoteView> {
    let duplicates = queries::duplicates(tx, note.id)?;
    let code = queries::verification_code(tx.sealer, note.id);
    Ok(FitNoteView::new(note, code, duplicates, for_clinician))
}

/// Renders a PDF on a blocking thread, because it takes long.
async fn render_pdf(print: impl FnOnce() -> Result<Vec<u8>> + Send + 'static) -> Result<PdfFile> {
    let done = web::block(print).await.map_err(|_| Error::internal("a document could not be rendered"))?;
    done.map(PdfFile)
}
