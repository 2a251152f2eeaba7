//! The forms of registration numbers and organisation codes. A right form does not prove that a number was issued.

use crate::workforce::model::{Profession, RegistrationBody};
use platform::refusal::{Reason, Refusal};
use platform::text::token;

const NUMBER: &str = "/registration_number";

/// A registration number in the form of its register.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistrationNumber {
    /// The register.
    pub body: RegistrationBody,
    /// The number, trimmed, in capitals.
    pub number: String,
    /// Whether the number's form alone shows the profession. A GDC number never does: dentists and dental care
    /// professionals share one form
    /// (<https://www.gdc-uk.org/about-us/what-we-do/the-registers/types-of-registrants>).
    pub shows_profession: bool,
}

// A registration number names a person: it must not slip into a log by way of `{:?}`.
impl std::fmt::Debug for RegistrationNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegistrationNumber").field("body", &self.body).finish_non_exhaustive()
    }
}

/// Checks profession, register and number together. `None` is right for those who are on no register.
///
/// A physician or anaesthesia associate's GMC number is a letter and seven digits, a doctor's seven digits: the one
/// never passes for the other.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/registration_body` (`mismatch`) where the profession is on another register, and at
/// `/registration_number` (`required`, `not_allowed`) where a number is missing or out of place;
/// [`Reason::InvalidRegistrationNumber`] at `/registration_number` where its form is wrong.
pub fn check_registration(
    profession: Profession,
    body: RegistrationBody,
    number: Option<&str>,
) -> Result<Option<RegistrationNumber>, Refusal> {
    if body != profession.body() {
        let detail = format!("Expected {} for this profession.", profession.body().as_str());
        return Err(Refusal::new(Reason::InvalidBody, "This profession is on another register.").field(
            "/registration_body",
            "mismatch",
            detail,
        ));
    }
    match (body, number) {
        (RegistrationBody::None, None) => Ok(None),
        (RegistrationBody::None, Some(_)) => Err(misplaced("not_allowed", "This profession has no registration number.")),
        (_, None) => Err(misplaced("required", "Give the registration number.")),
        (_, Some(text)) if profession == Profession::PhysicianAssociate => associate_number(text).map(Some),
        (_, Some(text)) => {
            let number = check_registration_number(body, text)?;
            let shows_profession = profession_shown(profession, &number);
            Ok(Some(RegistrationNumber { body, number, shows_profession }))
        }
    }
}

fn misplaced(code: &'static str, detail: &'static str) -> Refusal {
    Refusal::new(Reason::InvalidBody, detail).field(NUMBER, code, detail)
}

fn associate_number(text: &str) -> Result<RegistrationNumber, Refusal> {
    let number = tidy(text);
    if !shaped(&number, "A9999999") {
        return Err(wrong_number("One letter and seven digits."));
    }
    Ok(RegistrationNumber { body: RegistrationBody::Gmc, number, shows_profession: true })
}

fn profession_shown(profession: Profession, number: &str) -> bool {
    match profession {
        Profession::Doctor | Profession::Pharmacist => true,
        // The prefixes of physiotherapists, occupational therapists and practitioner psychologists are their own.
        Profession::Physiotherapist => number.starts_with("PH"),
        Profession::OccupationalTherapist => number.starts_with("OT"),
        Profession::Psychologist => number.starts_with("PYL"),
        _ => false,
    }
}

/// Checks the form of a registration number and gives it back trimmed, in capitals.
///
/// GMC: seven digits (doctors). GDC: three to six digits. NMC: two digits, a letter A to L, four digits, a letter.
/// GPhC: 2 and six digits. HCPC: two letters or PYL, and four to six digits.
///
/// # Errors
/// [`Reason::InvalidRegistrationNumber`] at `/registration_number`.
pub fn check_registration_number(body: RegistrationBody, text: &str) -> Result<String, Refusal> {
    let number = tidy(text);
    let (right, form) = match body {
        RegistrationBody::Gmc => (shaped(&number, "9999999"), "Seven digits."),
        RegistrationBody::Gdc => (digits(&number, 3, 6), "Three to six digits."),
        RegistrationBody::Nmc => (is_nmc_pin(&number), "Two digits, a letter from A to L, four digits and a letter."),
        RegistrationBody::Gphc => (shaped(&number, "9999999") && number.starts_with('2'), "Seven digits, the first a 2."),
        RegistrationBody::Hcpc => (is_hcpc_number(&number), "Two letters (or PYL) and four to six digits."),
        RegistrationBody::None => (false, "There is no number without a register."),
    };
    if right { Ok(number) } else { Err(wrong_number(form)) }
}

fn wrong_number(form: &'static str) -> Refusal {
    Refusal::from(Reason::InvalidRegistrationNumber).field(NUMBER, "invalid_format", form)
}

/// A code or number in its form for comparison. White space within it is left: it may be two codes.
pub(super) fn tidy(text: &str) -> String {
    let typed = text.trim();
    if typed.contains(char::is_whitespace) { typed.to_ascii_uppercase() } else { token(typed).to_ascii_uppercase() }
}

/// Compares with a picture in which `9` stands for any digit and `A` for any capital letter.
fn shaped(text: &str, picture: &str) -> bool {
    text.len() == picture.len()
        && text.bytes().zip(picture.bytes()).all(|(byte, kind)| match kind {
            b'9' => byte.is_ascii_digit(),
            _ => byte.is_ascii_uppercase(),
        })
}

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_nmc_pin(number: &str) -> bool {
    shaped(number, "99A9999A") && (b'A'..=b'L').contains(&number.as_bytes()[2])
}

fn is_hcpc_number(number: &str) -> bool {
    let letters = number.bytes().take_while(u8::is_ascii_uppercase).count();
    (letters == 2 || number.starts_with("PYL") && letters == 3) && digits(&number[letters..], 4, 6)
}

/// Checks the form of an organisation's ODS code, one to nine letters and digits, and gives it back trimmed, in
/// capitals. Since 2021 the form no longer tells what kind of organisation it is
/// (<https://digital.nhs.uk/services/organisation-data-service>).
///
/// # Errors
/// [`Reason::InvalidBody`] at `/employer_ods`.
pub fn check_ods_code(text: &str) -> Result<String, Refusal> {
    let code = tidy(text);
    if (1..=9).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(code);
    }
    let detail = "One to nine letters and digits.";
    Err(Refusal::new(Reason::InvalidBody, "This is not an ODS code.").field("/employer_ods", "invalid_format", detail))
}
