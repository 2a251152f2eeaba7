//! Dates, registers and professions as letters print them.

use chrono::NaiveDate;

use reference::workforce::model::RegistrationBody;

/// `11 January 2027`.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The register and the number in it.
pub(super) fn registration((body, number): &(RegistrationBody, String)) -> String {
    format!("{} {number}", register(*body)).trim().to_owned()
}

const fn register(body: RegistrationBody) -> &'static str {
    match body {
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
    }
}

/// The profession as a register shows it. The numbers of associates, who are on a register of the GMC and are no doctors, have a letter.
pub(super) fn profession(body: RegistrationBody, number: &str) -> &'static str {
    match body {
        RegistrationBody::Gmc if number.bytes().all(|byte| byte.is_ascii_digit()) => "Doctor",
        RegistrationBody::Gmc => "Associate",
        RegistrationBody::Gdc => "Dental professional",
        RegistrationBody::Nmc => "Nurse or midwife",
        RegistrationBody::Gphc | RegistrationBody::Psni => "Pharmacist",
        RegistrationBody::SocialWorkEngland => "Social worker",
        RegistrationBody::Hcpc
        | RegistrationBody::Goc
        | RegistrationBody::Gosc
        | RegistrationBody::Gcc
        | RegistrationBody::None => "Registered health professional",
    }
}
