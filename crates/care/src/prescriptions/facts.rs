//! Reads what the prescribing rules need from the directory, the prescribing rights, the clinical record and the appointments.

use chrono::NaiveDate;

use super::catalogue::{Catalogue, PrescriberRule};
use super::model::{Content, PrescribingRightKind};
use super::queries::rights::{self, Register};
use super::queries::{self, Prescription};
use super::rules::dosage::{Supply, supply};
use super::rules::prescriber::{self, PrescriberFacts, PrescriberRelationship};
use super::rules::safety::{KnownAllergies, KnownAllergy};
use super::rules::{Finding, SigningFacts, lifecycle};
use crate::records::model::{AllergySeverity, AllergyStatus};
use crate::records::queries as records;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;
use reference::workforce::model::RegistrationBody;
use scheduling::booking::care_relationship;
use scheduling::clinicians::model::Profile;
use scheduling::clinicians::queries as directory;

/// A clinician who may prescribe.
pub struct Author {
    /// Their directory entry.
    pub profile: Profile,
    /// Their register and number.
    pub registration: (RegistrationBody, String),
    /// What kind of prescriber they are.
    pub kind: &'static PrescriberRule,
    /// Their entry in the register of prescribing rights.
    pub register: Register,
}

/// A clinician's directory entry, what decides whether they may prescribe, and their prescribing rights.
pub fn prescriber_facts(tx: &mut Tx, clinician: Id) -> Result<(Profile, PrescriberFacts, Register)> {
    let entry = directory::find(tx, clinician)?.ok_or(Reason::RegistrationMissing)?;
    let register = rights::find(tx, clinician)?;
    let registration = entry.profile.affiliation.registration.as_ref();
    let facts = PrescriberFacts {
        discipline: entry.profile.discipline,
        registration: registration.map(|(body, number)| (*body, number.reveal().clone())),
        rights: register.rights.clone(),
    };
    Ok((entry.profile, facts, register))
}

/// The clinician as an author of prescriptions.
///
/// # Errors
/// As [`prescriber::kind_of`].
pub fn author(tx: &mut Tx, clinician: Id, catalogue: &'static Catalogue, today: NaiveDate) -> Result<Author> {
    let (profile, facts, register) = prescriber_facts(tx, clinician)?;
    let kind = prescriber::kind_of(&facts, &catalogue.prescribers, today)?;
    let registration = facts.registration.ok_or(Reason::RegistrationMissing)?;
    Ok(Author { profile, registration, kind, register })
}

/// The relationship between a clinician and a practitioner. Locks the practitioner's row, so that decisions about them are
/// taken one request at a time.
pub fn relationship(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<PrescriberRelationship> {
    let pathway = registration::lock_pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    Ok(PrescriberRelationship {
        in_conflict: conflicts::are_in_conflict(tx, practitioner, clinician)?,
        treats: care_relationship::has_care_relationship(tx, clinician, practitioner)?,
        met: care_relationship::has_met(tx, clinician, practitioner)?,
        pathway,
        assessed: queries::latest_assessment(tx, practitioner)?.is_some(),
    })
}

/// Everything that a signature depends on, other than the content.
pub fn signing_facts<'a>(
    tx: &mut Tx,
    practitioner: Id,
    author: &'a Author,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<SigningFacts<'a>> {
    let licence = |right: &super::model::PrescribingRight| right.kind == PrescribingRightKind::HomeOfficeLicence;
    Ok(SigningFacts {
        kind: author.kind,
        licensed: author.register.rights.iter().any(|right| licence(right) && right.in_force(today)),
        has_private_code: author.register.private_cd_code.is_some(),
        allergies: known_allergies(tx, practitioner)?,
        gp_sharing: registration::gp::gp_sharing(tx, practitioner)?.allows(),
        live_ingredients: live_ingredients(tx, practitioner, catalogue, today)?,
    })
}

fn known_allergies(tx: &mut Tx, practitioner: Id) -> Result<KnownAllergies> {
    let recorded = records::current_allergies(tx, practitioner)?;
    Ok(match recorded.status {
        AllergyStatus::NotAsked => KnownAllergies::NotAsked,
        AllergyStatus::NoneKnown => KnownAllergies::None,
        AllergyStatus::Known => {
            let known = recorded.entries.into_iter().map(|allergy| KnownAllergy {
                // A reaction of unknown severity may have been severe.
                severe: !matches!(allergy.severity, AllergySeverity::Mild | AllergySeverity::Moderate),
                substance: allergy.substance,
            });
            KnownAllergies::Some(known.collect())
        }
    })
}

fn live_ingredients(tx: &mut Tx, practitioner: Id, catalogue: &Catalogue, today: NaiveDate) -> Result<Vec<String>> {
    let tolerance = catalogue.limits.quantity_tolerance_percent.value;
    let mut ingredients = Vec::new();
    for prescription in queries::in_force(tx, practitioner)? {
        let Some(facts) = prescription.issue_facts() else { continue };
        let Prescription { content, .. } = prescription;
        for item in content.items {
            let days = match supply(&item, tolerance) {
                Supply::Known { days, .. } => Some(days),
                Supply::Unknown => None,
            };
            if lifecycle::is_live(&facts, days, today) {
                ingredients.extend(item.medicine.ingredients);
            }
        }
    }
    Ok(ingredients)
}

/// Checks that the practitioner is still in care: nothing is issued after care has ended.
pub fn check_in_care(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let pathway = registration::pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    Ok(prescriber::check_pathway(pathway)?)
}

/// Checks that the clinical management plan was agreed with another clinician, who is a doctor or a dentist.
pub fn plan_findings(tx: &mut Tx, content: &Content, clinician: Id) -> Result<Vec<Finding>> {
    let Some(plan) = &content.management_plan else { return Ok(Vec::new()) };
    let entry = directory::find(tx, plan.agreed_with)?;
    let body = entry.and_then(|entry| entry.profile.affiliation.registration).map(|(body, _)| body);
    Ok(prescriber::check_plan(plan.agreed_with == clinician, body).into_iter().collect())
}
