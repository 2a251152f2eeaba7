//! HTTP handlers of prescriptions.

pub mod drafts;
pub mod lifecycle;
pub mod medicines;
pub mod printing;
pub mod reading;
pub mod rights;
pub mod signing;

use chrono::NaiveDate;

use super::catalogue::Catalogue;
use super::dto::views::{PrescriptionFinding, PrescriptionView, Reader};
use super::facts::{self, Author};
use super::in_force;
use super::queries::{self, Prescription, issues};
use super::rules::{self, lifecycle as lifecycle_rules};
use crate::prescriptions::queries::lock_prescription;
use people::Caller;
use people::relationships::{Permit, PermitExt, Purpose};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// The prescription with this id, its row locked, if the caller treats its practitioner.
fn lock_for_treating_clinician(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, Prescription)> {
    lock_prescription(tx, id)?;
    queries::find(tx, id)?.permit(tx, caller, Purpose::Act)
}

/// The prescription with this id, its row locked, if the caller may stop its practitioner's documents.
fn lock_to_cancel(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, Prescription)> {
    lock_prescription(tx, id)?;
    let (permit, prescription) = queries::find(tx, id)?.permit(tx, caller, Purpose::FinishOwn)?;
    care_relationship::check_own_or_readable(tx, caller, prescription.clinician, permit.practitioner())?;
    Ok((permit, prescription))
}

/// The prescription with this id, its row locked, if the caller is its author and treats its practitioner.
fn lock_own(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, Prescription)> {
    let (permit, prescription) = lock_for_treating_clinician(tx, caller, id)?;
    if prescription.clinician == caller.id { Ok((permit, prescription)) } else { Err(Error::not_found()) }
}

/// The rules that prevent signing a draft today, each with whether a reason for an exception is recorded. If the author may not
/// prescribe at all, that is the only finding.
fn draft_findings(tx: &mut Tx, prescription: &Prescription, catalogue: &Catalogue) -> Result<Vec<PrescriptionFinding>> {
    let today = tx.now.london_day();
    let author = match facts::author(tx, prescription.clinician, catalogue, today) {
        Ok(author) => author,
        Err(error) if error.reason().code().status() == 422 => {
            let refusal = error.refusal;
            return Ok(vec![PrescriptionFinding::new(&rules::Finding::absolute(refusal.reason, None, refusal.detail), false)]);
        }
        Err(error) => return Err(error),
    };
    let found = all_findings(tx, prescription, &author, catalogue, today)?;
    let (reasons, items) = (&prescription.content.justifications, prescription.content.items.len());
    let view = |finding: &rules::Finding| {
        PrescriptionFinding::new(finding, rules::apply_justifications(std::slice::from_ref(finding), reasons, items).is_ok())
    };
    Ok(found.iter().map(view).collect())
}

/// The findings of every rule for a draft.
fn all_findings(
    tx: &mut Tx,
    prescription: &Prescription,
    author: &Author<'_>,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<Vec<rules::Finding>> {
    let content = &prescription.content;
    let validity = rules::controlled::validity(content, &catalogue.limits, today)
        .ok_or_else(|| Error::internal("a date is outside the supported range"))?;
    let facts = facts::signing_facts(tx, prescription.practitioner, author, catalogue, today)?;
    let mut findings = facts::plan_findings(tx, content, prescription.clinician)?;
    findings.extend(rules::check(content, &facts, &validity, catalogue, today));
    Ok(findings)
}

/// What this reader may see of a prescription.
fn prescription_view(tx: &mut Tx, caller: &Caller, prescription: Prescription, reader: Reader) -> Result<PrescriptionView> {
    let issues = issues::for_prescription(tx, prescription.id)?;
    let is_own_draft = lifecycle_rules::check_draft(prescription.state).is_ok() && prescription.clinician == caller.id;
    let findings = if is_own_draft {
        let catalogue = in_force::catalogue(tx)?;
        draft_findings(tx, &prescription, &catalogue)?
    } else {
        Vec::new()
    };
    let limits = in_force::limits_of(tx, &prescription)?;
    Ok(PrescriptionView::new(prescription, &limits, issues, findings, reader, tx.now.london_day()))
}
