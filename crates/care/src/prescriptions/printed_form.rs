//! The printed prescription. It contains what the law requires and nothing about why: no indication, no reasons, no pseudonym.

use chrono::NaiveDate;

use super::catalogue::Catalogue;
use super::dto::views::Reader;
use super::model::{Content, Item, PrescriberKind, PrescriptionFormType, PrescriptionState, Signature};
use super::queries::Prescription;
use super::rules::{dosage, number_words};
use platform::config::Organisation;
use platform::ids::UtcTime;
use print::Form;
use reference::workforce::model::RegistrationBody;

/// The printed form of a signed prescription, and when it last changed; nothing before it is signed.
///
/// Patient's name and address, drug, dose, form, strength, total quantity in words and figures, instalments, prescriber's
/// signature and address in the United Kingdom, date, and "for dental treatment only" of dentists:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>.
///
/// An item that had expired on the day of the first issue keeps its mark at later ones: a repeat never brings it back.
pub fn form(
    prescription: &Prescription,
    last_days: Vec<Option<NaiveDate>>,
    first_issued_on: Option<NaiveDate>,
    catalogue: &Catalogue,
    reader: Reader,
    today: NaiveDate,
) -> Option<(Form, UtcTime)> {
    let (signature, signed_at) = (prescription.signature.as_ref()?, prescription.signed_at?);
    let organisation =
        Organisation { name: signature.practice_name.clone(), address: signature.practice_address.clone(), check_url: None };
    let content = &prescription.content;
    let mut form = Form::new("Prescription").from(&organisation).footer(format!("Prescription {}", prescription.short_id));
    if let Some(mark) = dispensing_warning(prescription, reader, today) {
        form = form.stamp(mark);
    }
    let mut patient = vec![("Name", signature.patient_name.clone())];
    patient.extend(signature.patient_born_on.iter().map(|born_on| ("Date of birth", day(*born_on))));
    let address = signature.patient_address.as_ref().or(content.address.as_ref());
    patient.extend(address.map(|home| ("Address", format!("{}\n{}", home.lines.join("\n"), home.postcode))));
    form = form.heading("Patient").fields(patient);
    let differ = last_days.iter().any(|last| Some(last) != last_days.first());
    form = form.heading("Prescription").fields(dates(prescription, signed_at, differ));
    for (number, (item, last)) in content.items.iter().zip(last_days).enumerate() {
        form = medicine(form, number + 1, item, catalogue);
        let missed = |last: &NaiveDate| prescription.issues_made <= 1 || first_issued_on.is_some_and(|first| first > *last);
        if let Some(last) = last.filter(|last| differ && missed(last)) {
            form = form.field("Valid until", format!("{}, 23:59", day(last)));
            if last < today {
                form = form.note("This item has expired. Not to be dispensed.");
            }
        }
    }
    form = prescriber(form, signature, content);
    let changed = [prescription.last_issued_at, prescription.cancellation.as_ref().map(|cancelled| cancelled.at)];
    let at = changed.into_iter().flatten().fold(signed_at, UtcTime::max);
    Some((form, at))
}

/// Why this copy cannot be used for dispensing, if it cannot.
fn dispensing_warning(prescription: &Prescription, reader: Reader, today: NaiveDate) -> Option<&'static str> {
    match prescription.state {
        PrescriptionState::Cancelled => Some("CANCELLED"),
        _ if prescription.is_expired(today) => Some("EXPIRED"),
        _ if reader == Reader::Practitioner => Some("COPY, NOT FOR DISPENSING"),
        PrescriptionState::Draft | PrescriptionState::Signed => Some("NOT ISSUED YET"),
        PrescriptionState::Issued => None,
    }
}

fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The dates of the whole prescription. Where the items are valid for different times, each has its own last day.
fn dates(prescription: &Prescription, signed_at: UtcTime, differ: bool) -> Vec<(&'static str, String)> {
    let mut dates = vec![("Number", prescription.short_id.clone()), ("Date", day(signed_at.london_day()))];
    if let Some(validity) = prescription.validity {
        if validity.valid_from > signed_at.london_day() {
            dates.push(("Not before", day(validity.valid_from)));
        }
        let later_issue = prescription.issues_made > 1;
        if later_issue || !differ {
            let last = if later_issue { validity.ends_on } else { validity.valid_until };
            dates.push(("Valid until", format!("{}, 23:59", day(last))));
        }
    }
    if prescription.issues_made > 0 {
        dates.push(("Issue", format!("{} of {}", prescription.issues_made, prescription.issues_allowed)));
    }
    if let Some(review) = prescription.content.repeat.and_then(|repeat| repeat.review_on) {
        dates.push(("Review by", day(review)));
    }
    dates
}

fn medicine(form: Form, number: usize, item: &Item, catalogue: &Catalogue) -> Form {
    let medicine = &item.medicine;
    let form_and_strength = [Some(&medicine.form), medicine.strength.as_ref()].into_iter().flatten();
    let form_and_strength: Vec<&str> = form_and_strength.map(String::as_str).collect();
    let mut facts = vec![
        ("Route", routes(item, catalogue)),
        ("Quantity", quantity(item, catalogue)),
        ("Form and strength", form_and_strength.join(", ")),
    ];
    if let Some(instalment) = &item.instalment {
        let unit = unit(catalogue, &item.quantity.unit, true);
        let every = match instalment.interval_days {
            1 => "each day".to_owned(),
            days => format!("every {days} days"),
        };
        facts.push(("Instalments", format!("{} {unit} {every}", instalment.amount)));
    }
    facts.extend(medicine.schedule.label().map(|label| ("Controlled drug", label.to_owned())));
    let brand = medicine.brand.as_ref().map_or_else(String::new, |brand| format!(" ({brand})"));
    form.heading(format!("{number}. {}{brand}", medicine.name)).field("Dose", dosage::joined_text(&item.dosage)).fields(facts)
}

/// The routes of the instructions, in plain English.
pub fn routes(item: &Item, catalogue: &Catalogue) -> String {
    let mut names: Vec<&str> = Vec::new();
    for step in &item.dosage {
        let name = catalogue.route(&step.route).map_or(step.route.as_str(), |route| route.name.as_str());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("; ")
}

fn unit(catalogue: &Catalogue, id: &str, plural: bool) -> String {
    let known = catalogue.unit(id).map(|unit| if plural { unit.many.clone() } else { unit.one.clone() });
    known.unwrap_or_else(|| id.to_owned())
}

/// The quantity in figures with its unit; for a controlled drug also in words.
pub fn quantity(item: &Item, catalogue: &Catalogue) -> String {
    let one = item.quantity.value.hundredths() == 100;
    let unit = unit(catalogue, &item.quantity.unit, !one);
    let figures = format!("{} {unit}", item.quantity.value);
    if item.medicine.schedule.is_controlled() {
        format!("{figures} ({} {unit})", number_words::in_words(item.quantity.value))
    } else {
        figures
    }
}

fn prescriber(form: Form, signature: &Signature, content: &Content) -> Form {
    let body = match signature.registration_body {
        RegistrationBody::Gmc => "GMC",
        RegistrationBody::Gdc => "GDC",
        RegistrationBody::Nmc => "NMC",
        RegistrationBody::Gphc => "GPhC",
        RegistrationBody::Hcpc => "HCPC",
        RegistrationBody::Goc => "GOC",
        RegistrationBody::Gosc => "GOsC",
        RegistrationBody::Gcc => "GCC",
        RegistrationBody::Psni => "PSNI",
        RegistrationBody::SocialWorkEngland => "Social Work England",
        RegistrationBody::None => "",
    };
    let mut facts = vec![
        ("Name", signature.prescriber_name.clone()),
        ("Profession", profession(signature.prescriber_kind).to_owned()),
        ("Registration", format!("{body} {}", signature.registration_number)),
    ];
    let strict = content.items.iter().any(|item| item.medicine.schedule.is_schedule_2_or_3());
    let private_code = signature.private_cd_code.as_ref().filter(|_| strict && content.form == PrescriptionFormType::Private);
    facts.extend(private_code.map(|code| ("Private CD code", code.clone())));
    let mut form = form.heading("Prescriber").fields(facts);
    form = form.field("Address", format!("{}, {}", signature.practice_name, signature.practice_address.join(", ")));
    form = form.field("Signature", " \n ");
    if signature.prescriber_kind == PrescriberKind::Dentist {
        form = form.paragraph("For dental treatment only.");
    }
    match content.form {
        PrescriptionFormType::Private if strict => {
            form.note("Private prescription of a controlled drug: to be dispensed against form FP10PCD with the code above.")
        }
        PrescriptionFormType::Private => form.note("Private prescription."),
        PrescriptionFormType::NhsInstalments => {
            form.note("To be dispensed in instalments, only with the form FP10MDA that accompanies it.")
        }
        PrescriptionFormType::NhsPaper => form.note("To be dispensed only with the NHS form that accompanies it."),
    }
}

const fn profession(kind: PrescriberKind) -> &'static str {
    match kind {
        PrescriberKind::Doctor => "Doctor",
        PrescriberKind::Dentist => "Dentist",
        PrescriberKind::IndependentNurse => "Nurse independent prescriber",
        PrescriberKind::IndependentPharmacist => "Pharmacist independent prescriber",
        PrescriberKind::IndependentPhysiotherapist => "Physiotherapist independent prescriber",
        PrescriberKind::IndependentPodiatrist => "Podiatrist independent prescriber",
        PrescriberKind::IndependentParamedic => "Paramedic independent prescriber",
        PrescriberKind::Supplementary => "Supplementary prescriber",
    }
}
