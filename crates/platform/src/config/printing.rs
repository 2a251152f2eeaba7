//! The settings of what is printed: the sender, and how a recipient reaches it.

use clap::Args;

use crate::text::printable::unprintable;
use crate::text::{Lines, normalise_text, phone};

/// The name and address on printed forms.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Printed forms")]
pub struct PrintSettings {
    /// Name of the organisation on printed forms; choose a neutral one that does not reveal what is treated. No form is issued
    /// until it is set
    #[arg(long, env = "CONFIDE_ORGANISATION_NAME", value_name = "NAME", requires = "organisation_address", value_parser = printed)]
    pub organisation_name: Option<String>,
    /// Postal address of the organisation on printed forms, its lines separated by `;`
    #[arg(long, env = "CONFIDE_ORGANISATION_ADDRESS", value_name = "LINES", requires = "organisation_name", value_delimiter = ';', value_parser = printed)]
    pub organisation_address: Vec<String>,
    /// Web address where the holder of a printed form can have its code checked; choose a neutral one
    #[arg(long, env = "CONFIDE_ORGANISATION_CHECK_URL", value_name = "URL", requires = "organisation_name", value_parser = printed)]
    pub organisation_check_url: Option<String>,
    /// Telephone number that the recipient of a printed letter calls with a question; none is printed without it
    #[arg(long, env = "CONFIDE_ORGANISATION_PHONE", value_name = "NUMBER", requires = "organisation_name", value_parser = reply_phone)]
    pub organisation_phone: Option<String>,
    /// Email address to which the recipient of a printed letter replies; choose a neutral one; none is printed without it
    #[arg(long, env = "CONFIDE_ORGANISATION_EMAIL", value_name = "ADDRESS", requires = "organisation_name", value_parser = reply_email)]
    pub organisation_email: Option<String>,
}

impl PrintSettings {
    /// A warning for each setting that a printed form or letter needs and that is not set: its name, and what is missing without it.
    pub fn warnings(&self) -> Vec<String> {
        let nothing = "no prescription and no fit note is issued, and no letter is written";
        let settings = [
            ("CONFIDE_ORGANISATION_NAME", self.organisation_name.is_none(), nothing),
            ("CONFIDE_ORGANISATION_ADDRESS", self.organisation_address.is_empty(), nothing),
            ("CONFIDE_ORGANISATION_PHONE", self.organisation_phone.is_none(), "a letter has no telephone number for questions"),
            ("CONFIDE_ORGANISATION_EMAIL", self.organisation_email.is_none(), "a letter has no email address for questions"),
            (
                "CONFIDE_ORGANISATION_CHECK_URL",
                self.organisation_check_url.is_none(),
                "a printed form does not say where its code can be checked",
            ),
        ];
        let missing = settings.into_iter().filter(|(_, is_missing, _)| *is_missing);
        missing.map(|(name, _, effect)| format!("{name} is not set: {effect}")).collect()
    }
}

/// Parses a line that can be printed on forms.
fn printed(line: &str) -> Result<String, String> {
    let line = normalise_text(line, Lines::One).map_err(|unfit| unfit.to_string())?;
    match unprintable(&line) {
        _ if line.is_empty() || line.chars().count() > 80 => Err("a line has 1 to 80 characters".to_owned()),
        Some(character) => Err(format!("{character:?} cannot be printed")),
        None => Ok(line),
    }
}

/// The most characters of a telephone number and of an email address, which together fit one line of a page.
const LONGEST_PHONE: usize = 24;
const LONGEST_EMAIL: usize = 50;

/// Parses a telephone number that can be printed.
fn reply_phone(text: &str) -> Result<String, String> {
    let number = printed(text)?;
    let is_number = number.chars().all(|c| c.is_ascii_digit() || "+()- ".contains(c)) && phone(&number).is_some();
    if is_number && number.chars().count() <= LONGEST_PHONE {
        Ok(number)
    } else {
        Err(format!("a telephone number has digits and spaces, and at most {LONGEST_PHONE} characters"))
    }
}

/// Parses an email address that can be printed.
fn reply_email(text: &str) -> Result<String, String> {
    let email = printed(text)?;
    let has_domain = email.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    if has_domain && email.parse::<lettre::Address>().is_ok() && email.chars().count() <= LONGEST_EMAIL {
        Ok(email)
    } else {
        Err(format!("an email address has a name, an @ and a domain, and at most {LONGEST_EMAIL} characters"))
    }
}

/// How the recipient of a letter reaches the sender with a question. Each part is printed only where it is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyContact {
    pub phone: Option<String>,
    pub email: Option<String>,
}

impl ReplyContact {
    /// An invented one, for the demo. The number is one of those that Ofcom keeps for invented people.
    pub fn for_demo() -> Self {
        Self { phone: Some("01632 960 123".to_owned()), email: Some("replies@northgate.example".to_owned()) }
    }
}

/// The neutral name and address on printed forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub name: String,
    /// The lines of the postal address.
    pub address: Vec<String>,
    /// Where the code on a form can be checked.
    pub check_url: Option<String>,
}

impl Organisation {
    /// An invented organisation, for the demo.
    pub fn for_demo() -> Self {
        let address = ["Northgate Centre", "12 Mill Lane", "Exampleton", "EX1 2MP"].map(str::to_owned);
        Self { name: "Northgate Clinic".to_owned(), address: address.into(), check_url: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_that_is_missing_is_named() {
        let nothing = PrintSettings {
            organisation_name: None,
            organisation_address: Vec::new(),
            organisation_check_url: None,
            organisation_phone: None,
            organisation_email: None,
        };
        let named = |settings: &PrintSettings| -> Vec<String> {
            let first = |warning: &String| warning.split(' ').next().unwrap_or_default().replace("CONFIDE_ORGANISATION_", "");
            settings.warnings().iter().map(first).collect()
        };
        assert_eq!(named(&nothing), ["NAME", "ADDRESS", "PHONE", "EMAIL", "CHECK_URL"]);
        let demo = Organisation::for_demo();
        let with_name = PrintSettings { organisation_name: Some(demo.name), organisation_address: demo.address, ..nothing };
        assert_eq!(named(&with_name), ["PHONE", "EMAIL", "CHECK_URL"]);
        let ReplyContact { phone, email } = ReplyContact::for_demo();
        let reached = PrintSettings { organisation_phone: phone, organisation_email: email.clone(), ..with_name.clone() };
        assert_eq!(named(&reached), ["CHECK_URL"]);
        let address = PrintSettings { organisation_email: email, ..with_name };
        assert!(!address.warnings().concat().contains("northgate"), "no values");
        let all = PrintSettings { organisation_check_url: Some("https://check.northgate.example".to_owned()), ..reached };
        assert_eq!(named(&all), [""; 0]);
    }

    #[test]
    fn a_telephone_number_has_figures_and_the_signs_between_them() {
        for (typed, expected) in [
            ("01632 960 123", Some("01632 960 123")),
            (" +44 (0)1632 960123 ", Some("+44 (0)1632 960123")),
            ("", None),
            ("ask at reception", None),
            ("01632 960 123 ext 4", None),
            ("12", None),
            ("0163296012301632960123016", None),
        ] {
            assert_eq!(reply_phone(typed).ok().as_deref(), expected, "{typed}");
        }
    }

    #[test]
    fn an_email_address_has_a_domain_and_fits_a_line() {
        for (typed, expected) in [
            ("replies@northgate.example", true),
            ("replies", false),
            ("replies@northgate", false),
            ("Replies <replies@northgate.example>", false),
            ("", false),
            ("two words@northgate.example", false),
            (&format!("{}@northgate.example", "r".repeat(40)), false),
        ] {
            assert_eq!(reply_email(typed).is_ok(), expected, "{typed}");
        }
    }
}
