//! Front desk of prescriptions.

pub mod course;
pub mod drafts;
pub mod medicines;
pub mod printing;
pub mod reading;
pub mod rights;
pub mod signing;

use chrono::NaiveDate;

use super::catalogue::{Catalogue, catalogue};
use super::dto::views::{PrescriptionFinding, PrescriptionView, Reader};
use super::facts::{self, Author};
use super::queries::{self, Prescription, issues};
use super::rules::{self, course as course_rules};
use crate::prescriptions::queries::lock_prescription;
use people::Caller;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use scheduling::booking::treating;

/// The prescription of that id, its row locked, when the caller treats its practitioner.
fn found_and_locked(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Prescription> {
    lock_prescription(tx, id)?.ok_or_else(Error::not_found)?;
    let prescription = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    treating::check_treats(tx, caller.id, prescription.practitioner)?;
    Ok(prescription)
}

/// The prescription of that id, its row locked, when the caller may read about its practitioner.
fn readable_and_locked(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Prescription> {
    lock_prescription(tx, id)?.ok_or_else(Error::not_found)?;
    let prescription = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    treating::check_may_read(tx, caller.id, prescription.practitioner)?;
    Ok(prescription)
}

/// The prescription of that id, its row locked, when it is the caller's own and they treat its practitioner.
fn own_and_locked(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Prescription> {
    let prescription = found_and_locked(tx, caller, id)?;
    if prescription.clinician == caller.id { Ok(prescription) } else { Err(Error::not_found()) }
}

/// What stands in the way of a draft's signature today, each with whether a reason for it is recorded. What the author may not do
/// at all comes first.
fn findings(tx: &mut Tx, prescription: &Prescription, catalogue: &'static Catalogue) -> Result<Vec<PrescriptionFinding>> {
    let today = tx.now.london_day();
    let author = match facts::author(tx, prescription.clinician, catalogue, today) {
        Ok(author) => author,
        Err(error) if error.reason().code().status() == 422 => {
            let refusal = error.refusal;
            return Ok(vec![PrescriptionFinding::new(&rules::Finding::absolute(refusal.reason, None, refusal.detail), false)]);
        }
        Err(error) => return Err(error),
    };
    let found = checked(tx, prescription, &author, catalogue, today)?;
    let (reasons, items) = (&prescription.content.justifications, prescription.content.items.len());
    let view = |finding: &rules::Finding| {
        PrescriptionFinding::new(finding, rules::settle(std::slice::from_ref(finding), reasons, items).is_ok())
    };
    Ok(found.iter().map(view).collect())
}

/// Every rule, run over a draft.
fn checked(
    tx: &mut Tx,
    prescription: &Prescription,
    author: &Author,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<Vec<rules::Finding>> {
    let content = &prescription.content;
    let validity = rules::controlled::validity(content, &catalogue.limits, today)
        .ok_or_else(|| Error::internal("a day is beyond the calendar"))?;
    let facts = facts::signing(tx, prescription.practitioner, author, catalogue, today)?;
    let mut findings = facts::plan_findings(tx, content, prescription.clinician)?;
    findings.extend(rules::check(content, &facts, &validity, catalogue, today));
    Ok(findings)
}

/// A prescription with all that this reader may see of it.
fn view(tx: &mut Tx, caller: &Caller, prescription: Prescription, reader: Reader) -> Result<PrescriptionView> {
    let issues = issues::of(tx, prescription.id)?;
    let drafting = course_rules::is_draft(prescription.state).is_ok() && prescription.clinician == caller.id;
    let findings = if drafting { findings(tx, &prescription, catalogue())? } else { Vec::new() };
    Ok(PrescriptionView::new(prescription, issues, findings, reader, tx.now.london_day()))
}
