//! Who may prescribe, for which practitioners, and what.

use chrono::NaiveDate;

use super::Finding;
use crate::prescriptions::catalogue::{AllowedSubstance, PrescriberRule, Prescribers};
use crate::prescriptions::model::{Content, Item, PrescriberKind, PrescribingRight, PrescribingRightKind};
use people::practitioners::model::Pathway;
use platform::refusal::{Reason, Refusal};
use reference::workforce::model::RegistrationBody;
use scheduling::clinicians::model::Discipline;

/// What decides whether a clinician may prescribe, from the directory and the register of prescribing rights.
#[derive(Clone)]
pub struct PrescriberFacts {
    pub discipline: Discipline,
    /// Their register and number.
    pub registration: Option<(RegistrationBody, String)>,
    /// Their rights, past and future ones included.
    pub rights: Vec<PrescribingRight>,
}

/// The kind of prescriber a clinician is today.
///
/// Doctors and dentists prescribe by their registration; nurses, pharmacists, physiotherapists, podiatrists and paramedics by
/// an annotation; others never: <https://pduk.net/article/25/>,
/// <http://www.resourcepharm.com/pharmacy-law-and-ethics/supplementary-prescribing-independent-prescribing-and-PGDs.html>.
/// Pharmacists are on the register of the GPhC or, in Northern Ireland, of the PSNI (SI 2012/1916, regulation 8(1)).
/// That psychologists, psychotherapists, counsellors and recovery workers never do is general knowledge (`prescribers.json`).
///
/// # Errors
/// [`Reason::NotAPrescriber`], [`Reason::RegistrationNumberRequired`] or [`Reason::PrescribingRightRequired`].
pub fn kind_of<'a>(
    facts: &PrescriberFacts,
    prescribers: &'a Prescribers,
    today: NaiveDate,
) -> Result<&'a PrescriberRule, Refusal> {
    let never = prescribers.never.iter().any(|never| never.discipline == facts.discipline);
    let Some((body, number)) = &facts.registration else {
        return Err(if never { Reason::NotAPrescriber } else { Reason::RegistrationNumberRequired }.into());
    };
    let mut right_missing = false;
    // A doctor prescribes by the register, also one who works as a psychotherapist.
    let open = |kind: &&PrescriberRule| !never || kind.kind == PrescriberKind::Doctor;
    let of_register = |kind: &&PrescriberRule| kind.body == *body && prefix_matches(&kind.number_prefixes, number);
    for kind in prescribers.kinds.iter().filter(open).filter(of_register) {
        match kind.right {
            None => return Ok(kind),
            Some(right) if facts.rights.iter().any(|held| held.kind == right && held.in_force(today)) => return Ok(kind),
            Some(_) => right_missing = true,
        }
    }
    Err(if right_missing { Reason::PrescribingRightRequired } else { Reason::NotAPrescriber }.into())
}

fn prefix_matches(prefixes: &[String], number: &str) -> bool {
    prefixes.is_empty() || prefixes.iter().any(|prefix| number.starts_with(prefix.as_str()))
}

/// Whether a clinician on this register and with this number can have this right.
pub fn may_hold_right(right: PrescribingRightKind, body: RegistrationBody, number: &str, prescribers: &Prescribers) -> bool {
    let is_doctor = |kind: &PrescriberRule| kind.kind == PrescriberKind::Doctor;
    prescribers.kinds.iter().any(|kind| {
        (kind.right == Some(right) || right == PrescribingRightKind::HomeOfficeLicence && is_doctor(kind))
            && kind.body == body
            && prefix_matches(&kind.number_prefixes, number)
    })
}

/// Whether rights and the code for private prescriptions let a clinician prescribe what they could not before: a right that no
/// earlier one covers, or another code.
pub fn gives_more(before: (&[PrescribingRight], Option<&str>), after: (&[PrescribingRight], Option<&str>)) -> bool {
    let covered = |right: &PrescribingRight| before.0.iter().any(|earlier| earlier.covers(right));
    !after.0.iter().all(covered) || (after.1.is_some() && after.1 != before.1)
}

/// The relationship between a prescriber and a practitioner that they treat.
#[derive(Debug, Clone, Copy)]
pub struct PrescriberRelationship {
    /// Whether one of their appointments has started.
    pub met: bool,
    /// The practitioner's pathway.
    pub pathway: Pathway,
    /// Whether the practitioner has submitted an assessment.
    pub assessed: bool,
}

/// Checks whether a clinician may prescribe for a practitioner that they treat: only after an assessment and an appointment. That
/// no one prescribes for themselves or for a person they must not meet follows from who may act for a practitioner.
///
/// GMC: avoid prescribing for self or close persons:
/// <https://www.gmc-uk.org/professional-standards/the-professional-standards/good-practice-in-prescribing-and-managing-medicines-and-devices/controlled-drugs-and-other-medicines-where-additional-safeguards-are-needed>.
/// Excluded clinicians, and a linked assessment: the minimum checks of this service.
///
/// # Errors
/// [`Reason::NotEligible`], [`Reason::AssessmentRequired`] or [`Reason::NoAppointmentHeld`].
pub fn may_prescribe_for(between: &PrescriberRelationship) -> Result<(), Refusal> {
    check_pathway(between.pathway)?;
    if !between.assessed {
        return Err(Refusal::new(
            Reason::AssessmentRequired,
            "The practitioner has not submitted an assessment. Prescribe after they have submitted one.",
        ));
    }
    if !between.met {
        return Err(Reason::NoAppointmentHeld.into());
    }
    Ok(())
}

/// Checks that care is open to the practitioner.
///
/// # Errors
/// [`Reason::NotEligible`].
pub fn check_pathway(pathway: Pathway) -> Result<(), Refusal> {
    match pathway {
        Pathway::AwaitingFunding | Pathway::AwaitingDecision | Pathway::Signposted | Pathway::Discharged => {
            Err(Refusal::new(Reason::NotEligible, "Care is not open to this practitioner at this stage of their pathway."))
        }
        Pathway::Registered | Pathway::IntakeDone | Pathway::AssessmentBooked | Pathway::InCare => Ok(()),
    }
}

/// Checks what this kind of prescriber may not prescribe.
///
/// Nurse and pharmacist independent prescribers: schedules 2 to 5, but for cocaine, diamorphine and dipipanone for addiction;
/// physiotherapists, podiatrists and paramedics: few controlled drugs, each by some routes (lorazepam of paramedics by injection
/// only: SI 2001/3998, regulations 6C and 6D); dentists: dental need; supplementary prescribers: a written plan agreed with a
/// doctor or dentist: <https://pduk.net/article/25/>,
/// <http://www.resourcepharm.com/pharmacy-law-and-ethics/supplementary-prescribing-independent-prescribing-and-PGDs.html>.
pub fn check(kind: &PrescriberRule, licensed: bool, content: &Content, today: NaiveDate) -> Vec<Finding> {
    let mut findings = Vec::new();
    if kind.dental_need && !content.dental_need {
        findings.push(Finding::absolute(
            Reason::DentalNeedRequired,
            None,
            "Dentists may prescribe for dental treatment only. Confirm that this is for dental treatment.",
        ));
    }
    if kind.management_plan && content.management_plan.as_ref().is_none_or(|plan| plan.agreed_on > today) {
        let detail = "A supplementary prescriber needs an agreed clinical management plan. Add the plan.";
        findings.push(Finding::absolute(Reason::ManagementPlanRequired, None, detail));
    }
    for (number, item) in content.items.iter().enumerate() {
        if !allows(kind, item) {
            let detail =
                "You may not prescribe this controlled drug, or not by this route. Remove it, or ask a doctor to prescribe it.";
            findings.push(Finding::absolute(Reason::ScheduleNotAllowed, Some(number), detail));
        }
        let licence = kind.kind == PrescriberKind::Doctor && licensed;
        if item.medicine.addiction_licence && content.for_addiction && !licence {
            let detail = "Only a doctor with a Home Office licence may prescribe this for addiction. Remove it.";
            findings.push(Finding::absolute(Reason::HomeOfficeLicenceRequired, Some(number), detail));
        }
    }
    findings
}

/// Checks that a clinical management plan was agreed with a doctor or dentist other than the author; `body` is the register of
/// the person who agreed to it.
///
/// A written plan agreed by doctor or dentist and patient:
/// <http://www.resourcepharm.com/pharmacy-law-and-ethics/supplementary-prescribing-independent-prescribing-and-PGDs.html>.
pub fn check_plan(with_oneself: bool, body: Option<RegistrationBody>) -> Option<Finding> {
    let valid = !with_oneself && matches!(body, Some(RegistrationBody::Gmc | RegistrationBody::Gdc));
    let detail =
        "A clinical management plan must be agreed with another clinician who is a doctor or dentist. Choose that clinician.";
    (!valid).then(|| Finding::absolute(Reason::ManagementPlanRequired, None, detail))
}

fn allows(kind: &PrescriberRule, item: &Item) -> bool {
    let medicine = &item.medicine;
    if !kind.schedules.contains(&medicine.schedule) {
        return false;
    }
    match &kind.only_controlled {
        Some(only) if medicine.schedule.is_controlled() => {
            let by_its_routes = |allowed: &AllowedSubstance| item.dosage.iter().all(|step| allowed.routes.contains(&step.route));
            only.iter().any(|allowed| medicine.ingredients.contains(&allowed.substance) && by_its_routes(allowed))
        }
        _ => true,
    }
}
