//! The formats of registration numbers and organisation codes. The right format does not prove that a number was issued.

use crate::workforce::model::{Profession, RegistrationBody};
use platform::refusal::{Reason, Refusal};
use platform::text::token;

const NUMBER: &str = "/registration_number";

/// A registration number in the format of its register.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistrationNumber {
    /// The register.
    pub body: RegistrationBody,
    /// The number without surrounding white space, in capitals.
    pub number: String,
    /// Whether the format of the number alone shows the profession. A GDC number never does: dentists and dental care
    /// professionals share one format
    /// (<https://www.gdc-uk.org/about-us/what-we-do/the-registers/types-of-registrants>).
    pub shows_profession: bool,
}

// A registration number identifies a person, so `{:?}` must not write it to a log.
impl std::fmt::Debug for RegistrationNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegistrationNumber").field("body", &self.body).finish_non_exhaustive()
    }
}

/// Checks profession, register and number together: the register is one of those of the profession. `None` is right for professions
/// without a register.
///
/// The GMC number of a physician or anaesthesia associate is the letter A and seven digits, and a doctor's is seven digits: neither
/// is accepted for the other.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/registration_body` (`mismatch`) where the profession is on another register, and at
/// `/registration_number` (`required`, `not_allowed`) where a number is missing or not allowed;
/// [`Reason::InvalidRegistrationNumber`] at `/registration_number` where its format is wrong.
pub fn check_registration(
    profession: Profession,
    body: RegistrationBody,
    number: Option<&str>,
) -> Result<Option<RegistrationNumber>, Refusal> {
    let bodies = profession.bodies();
    if !bodies.contains(&body) {
        let names: Vec<&str> = bodies.iter().map(|body| body.as_str()).collect();
        let detail = format!("Choose {} for this profession.", names.join(" or "));
        return Err(Refusal::new(Reason::InvalidBody, "This profession is on another register. Choose that register.").field(
            "/registration_body",
            "mismatch",
            detail,
        ));
    }
    match (body, number) {
        (RegistrationBody::None, None) => Ok(None),
        (RegistrationBody::None, Some(_)) => Err(number_refusal("not_allowed", "This profession has no registration number.")),
        (_, None) => Err(number_refusal("required", "Enter the registration number.")),
        (_, Some(text)) if profession == Profession::PhysicianAssociate => associate_number(text).map(Some),
        (_, Some(text)) => {
            let number = check_registration_number(body, text)?;
            let shows_profession = profession_shown(profession, &number);
            Ok(Some(RegistrationNumber { body, number, shows_profession }))
        }
    }
}

fn number_refusal(code: &'static str, detail: &'static str) -> Refusal {
    Refusal::new(Reason::InvalidBody, detail).field(NUMBER, code, detail)
}

fn associate_number(text: &str) -> Result<RegistrationNumber, Refusal> {
    let number = normalise(text);
    if !(matches_pattern(&number, "A9999999") && number.starts_with('A')) {
        return Err(wrong_number("Enter the letter A and seven digits."));
    }
    Ok(RegistrationNumber { body: RegistrationBody::Gmc, number, shows_profession: true })
}

fn profession_shown(profession: Profession, number: &str) -> bool {
    match profession {
        Profession::Doctor | Profession::Pharmacist => true,
        // Physiotherapists, occupational therapists and practitioner psychologists have prefixes of their own.
        Profession::Physiotherapist => number.starts_with("PH"),
        Profession::OccupationalTherapist => number.starts_with("OT"),
        Profession::Psychologist => number.starts_with("PYL"),
        _ => false,
    }
}

/// Checks the format of a registration number and returns it without surrounding white space, in capitals.
///
/// GMC: seven digits (doctors). GDC: three to six digits. NMC: two digits, a letter A to L, four digits, a letter.
/// GPhC: 2 and six digits. HCPC: two letters or PYL, and four to six digits. GOC: `01-` (optometrists) or `D-` (dispensing opticians)
/// and four to six digits. GOsC: up to six digits, which one or two digits and a slash may precede. GCC and PSNI: three to six digits.
/// Social Work England: SW and three to seven digits.
///
/// # Errors
/// [`Reason::InvalidRegistrationNumber`] at `/registration_number`.
pub fn check_registration_number(body: RegistrationBody, text: &str) -> Result<String, Refusal> {
    let number = normalise(text);
    let (right, format) = match body {
        RegistrationBody::Gmc => (matches_pattern(&number, "9999999"), "Enter seven digits."),
        RegistrationBody::Gdc => (digits(&number, 3, 6), "Enter three to six digits."),
        RegistrationBody::Nmc => (is_nmc_pin(&number), "Enter two digits, a letter from A to L, four digits and a letter."),
        RegistrationBody::Gphc => {
            (matches_pattern(&number, "9999999") && number.starts_with('2'), "Enter seven digits, of which the first is 2.")
        }
        RegistrationBody::Hcpc => (is_hcpc_number(&number), "Enter two letters (or PYL) and four to six digits."),
        RegistrationBody::Goc => (is_goc_number(&number), "Enter 01- or D- and four to six digits."),
        RegistrationBody::Gosc => (is_gosc_number(&number), "Enter up to six digits, such as 1234 or 1/1234."),
        RegistrationBody::Gcc | RegistrationBody::Psni => (digits(&number, 3, 6), "Enter three to six digits."),
        RegistrationBody::SocialWorkEngland => {
            (number.strip_prefix("SW").is_some_and(|rest| digits(rest, 3, 7)), "Enter SW and three to seven digits.")
        }
        RegistrationBody::None => (false, "There is no number without a register. Leave it out."),
    };
    if right { Ok(number) } else { Err(wrong_number(format)) }
}

fn wrong_number(format: &'static str) -> Refusal {
    Refusal::from(Reason::InvalidRegistrationNumber).field(NUMBER, "invalid_format", format)
}

/// A code or number in the form used for comparison. White space inside it stays, because it may separate two codes.
pub(super) fn normalise(text: &str) -> String {
    let typed = text.trim();
    if typed.contains(char::is_whitespace) { typed.to_ascii_uppercase() } else { token(typed).to_ascii_uppercase() }
}

/// Whether a text matches a pattern in which `9` means any digit and `A` any capital letter.
fn matches_pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, kind)| match kind {
            b'9' => byte.is_ascii_digit(),
            _ => byte.is_ascii_uppercase(),
        })
}

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_nmc_pin(number: &str) -> bool {
    matches_pattern(number, "99A9999A") && (b'A'..=b'L').contains(&number.as_bytes()[2])
}

fn is_hcpc_number(number: &str) -> bool {
    let letters = number.bytes().take_while(u8::is_ascii_uppercase).count();
    (letters == 2 || number.starts_with("PYL") && letters == 3) && digits(&number[letters..], 4, 6)
}

fn is_goc_number(number: &str) -> bool {
    let rest = number.strip_prefix("01-").or_else(|| number.strip_prefix("D-"));
    rest.is_some_and(|rest| digits(rest, 4, 6))
}

fn is_gosc_number(number: &str) -> bool {
    match number.split_once('/') {
        Some((before, rest)) => digits(before, 1, 2) && digits(rest, 1, 6),
        None => digits(number, 1, 6),
    }
}

/// Checks the format of an organisation's ODS code, one to nine letters and digits, and returns it without surrounding
/// white space, in capitals. Since 2021 the format no longer shows the kind of organisation
/// (<https://digital.nhs.uk/services/organisation-data-service>).
///
/// # Errors
/// [`Reason::InvalidBody`] at `/employer_ods`.
pub fn check_ods_code(text: &str) -> Result<String, Refusal> {
    let code = normalise(text);
    if (1..=9).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(code);
    }
    let detail = "Enter one to nine letters and digits.";
    Err(Refusal::new(Reason::InvalidBody, "This is not an ODS code.").field("/employer_ods", "invalid_format", detail))
}
