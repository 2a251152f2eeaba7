//! Reads what the prescribing rules need from the directory, the prescribing rights, the clinical record and the appointments.

use chrono::NaiveDate;

use super::catalogue::{Catalogue, PrescriberRule};
use super::in_force;
use super::model::{Content, JustifiableRule, PrescribingRightKind};
use super::queries::rights::{self, RightsRecord};
use super::queries::{self, Prescription};
use super::rules::dosage::supply;
use super::rules::interactions::Stopped;
use super::rules::lifecycle::IssueFacts;
use super::rules::person::{self, PersonFacts};
use super::rules::prescriber::{self, PrescriberFacts, PrescriberRelationship};
use super::rules::safety::{self, KnownAllergies, KnownAllergy};
use super::rules::{Finding, SigningFacts, lifecycle};
use crate::records::model::{AllergySeverity, AllergyStatus};
use crate::records::queries as records;
use crate::risk::queries as alerts;
use people::Caller;
use people::practitioners::queries as registration;
use people::relationships::Permit;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;
use reference::workforce::model::RegistrationBody;
use scheduling::booking::care_relationship;
use scheduling::clinicians::model::Profile;
use scheduling::clinicians::queries as directory;

/// A clinician who may prescribe.
pub struct Author<'a> {
    /// Their directory entry.
    pub profile: Profile,
    /// Their register and number.
    pub registration: (RegistrationBody, String),
    /// What kind of prescriber they are.
    pub kind: &'a PrescriberRule,
    /// Their entry in the register of prescribing rights.
    pub register: RightsRecord,
}

/// A clinician's directory entry, what decides whether they may prescribe, and their prescribing rights.
pub fn prescriber_facts(tx: &mut Tx, clinician: Id) -> Result<(Profile, PrescriberFacts, RightsRecord)> {
    let entry = directory::find(tx, clinician)?.ok_or(Reason::RegistrationNumberRequired)?;
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
pub fn author<'a>(tx: &mut Tx, clinician: Id, catalogue: &'a Catalogue, today: NaiveDate) -> Result<Author<'a>> {
    let (profile, facts, register) = prescriber_facts(tx, clinician)?;
    let kind = prescriber::kind_of(&facts, &catalogue.prescribers, today)?;
    let registration = facts.registration.ok_or(Reason::RegistrationNumberRequired)?;
    Ok(Author { profile, registration, kind, register })
}

/// The relationship between a clinician and a practitioner that they treat. Locks the practitioner's row, so that decisions about
/// them are taken one request at a time.
///
/// # Errors
/// 404 for a clinician who does not treat the practitioner or must not know of them, including the practitioner themselves: a
/// reason of its own would reveal who is behind a pseudonym.
pub fn relationship(tx: &mut Tx, clinician: &Caller, practitioner: Id) -> Result<(Permit, PrescriberRelationship)> {
    let pathway = registration::lock_practitioner(tx, practitioner)?;
    // Asked also when there is no such practitioner: a 404 takes the same time for every reason.
    let permit = care_relationship::check_may_act_for(tx, clinician, practitioner)?;
    let pathway = pathway.ok_or_else(Error::not_found)?;
    let met = care_relationship::has_met(tx, clinician.id, practitioner)?;
    let assessed = queries::latest_assessment(tx, practitioner)?.is_some();
    Ok((permit, PrescriberRelationship { met, pathway, assessed }))
}

/// Everything that a signature depends on, other than the content.
pub fn signing_facts<'a>(
    tx: &mut Tx,
    practitioner: Id,
    author: &'a Author<'_>,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<SigningFacts<'a>> {
    let licence = |right: &super::model::PrescribingRight| right.kind == PrescribingRightKind::HomeOfficeLicence;
    let recorded = records::prescribing_details::current(tx, practitioner)?.details;
    let (current_ingredients, stopped) = taken(tx, practitioner, catalogue, today)?;
    Ok(SigningFacts {
        kind: author.kind,
        licensed: author.register.rights.iter().any(|right| licence(right) && right.in_force(today)),
        has_private_code: author.register.private_cd_code.is_some(),
        has_address: recorded.address.is_some(),
        person: PersonFacts { born_on: recorded.date_of_birth, pregnancy: recorded.pregnancy },
        allergies: known_allergies(tx, practitioner)?,
        gp_sharing: registration::gp::gp_sharing(tx, practitioner)?.allows(),
        has_open_alert: alerts::has_open_alert(tx, practitioner)?,
        current_ingredients,
        stopped,
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

/// The ingredients of what the practitioner is taking or may still be given, and of what they took until its supply ended.
fn taken(tx: &mut Tx, practitioner: Id, catalogue: &Catalogue, today: NaiveDate) -> Result<(Vec<String>, Vec<Stopped>)> {
    let tolerance = catalogue.limits.quantity_tolerance_percent.value;
    let (mut current, mut stopped) = (Vec::new(), Vec::new());
    for prescription in queries::in_force(tx, practitioner)? {
        let Some(facts) = prescription.issue_facts() else { continue };
        let limits = in_force::limits_of(tx, &prescription)?;
        let last_days = prescription.last_days(&limits);
        let Prescription { content, .. } = prescription;
        for (item, last_day) in content.items.into_iter().zip(last_days) {
            let facts = IssueFacts { valid_until: last_day.unwrap_or(facts.valid_until), ..facts };
            let days = supply(&item, tolerance).days();
            let names = item.medicine.ingredients.iter().map(|name| catalogue.base_name(name));
            if lifecycle::is_current(&facts, days, today) {
                current.extend(names);
            } else if let Some(until) = lifecycle::supplied_until(&facts, days) {
                let days_ago = u64::try_from((today - until).num_days()).unwrap_or(0);
                stopped.extend(names.map(|substance| Stopped { substance, days_ago }));
            }
        }
    }
    Ok((current, stopped))
}

/// Checks that what was signed is not above a maximum dose of today: one may have been lowered since, or begin at an age.
///
/// # Errors
/// [`Reason::MedicineNoLongerIssued`].
pub fn check_doses(tx: &mut Tx, prescription: &Prescription, catalogue: &Catalogue, today: NaiveDate) -> Result<()> {
    let recorded = records::prescribing_details::current(tx, prescription.practitioner)?.details;
    let facts = PersonFacts { born_on: recorded.date_of_birth, pregnancy: recorded.pregnancy };
    let is_above = person::is_above_maximum(&prescription.content, &facts, catalogue, today);
    if is_above { Err(Reason::MedicineNoLongerIssued.into()) } else { Ok(()) }
}

/// Checks that no more than a limited quantity is issued while a risk alert is open, unless its author recorded why more is safe.
///
/// # Errors
/// [`Reason::IssueAtRisk`].
pub fn check_supply_at_risk(tx: &mut Tx, prescription: &Prescription, catalogue: &Catalogue) -> Result<()> {
    let has_open_alert = alerts::has_open_alert(tx, prescription.practitioner)?;
    let found = safety::check_supply_at_risk(&prescription.content, has_open_alert, &catalogue.limits);
    let justified = prescription.content.justifications.iter().any(|reason| reason.rule == JustifiableRule::SupplyAtRisk);
    if found.is_empty() || justified { Ok(()) } else { Err(Reason::IssueAtRisk.into()) }
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
