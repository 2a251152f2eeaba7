//! How a blocked colleague is named, and how many there may be.

use platform::refusal::{Reason, Refusal};
use reference::workforce::model::RegistrationBody;
use reference::workforce::rules::check_registration_number;

/// How many colleagues one person may block.
pub const MOST_BLOCKED: usize = 50;

/// Checks how a colleague is meant: at least one way, and a number with its register. `at` is the pointer of the
/// colleague in the body. Gives back the number in its register's form.
///
/// # Errors
/// [`Reason::InvalidBody`] or [`Reason::InvalidRegistrationNumber`].
pub fn check_colleague(
    at: &str,
    has_other_way: bool,
    body: Option<RegistrationBody>,
    number: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let refuse = |member: &str, word, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/{member}"), word, detail))
    };
    match (body, number) {
        (None, None) if !has_other_way => {
            refuse("name", "required", "Say who is meant: by clinician_id, by registration, or by name.")
        }
        (None, None) => Ok(None),
        (Some(_), None) => refuse("registration_number", "required", "Give the registration number too."),
        (None | Some(RegistrationBody::None), Some(_)) => {
            refuse("registration_body", "required", "Say which register the number belongs to.")
        }
        (Some(body), Some(number)) => match check_registration_number(body, number) {
            Ok(number) => Ok(Some(number)),
            Err(mut refusal) => {
                for field in &mut refusal.fields {
                    field.pointer = format!("{at}{}", field.pointer);
                }
                Err(refusal)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colleague_is_meant_in_at_least_one_way() {
        assert!(check_colleague("/0", false, None, None).is_err());
        assert_eq!(check_colleague("", true, None, None), Ok(None));
        assert!(check_colleague("", true, Some(RegistrationBody::Gmc), None).is_err());
        assert!(check_colleague("", true, None, Some("7654321")).is_err());
        assert!(check_colleague("", true, Some(RegistrationBody::None), Some("7654321")).is_err());
        assert_eq!(check_colleague("", false, Some(RegistrationBody::Gmc), Some(" 7654321 ")), Ok(Some("7654321".into())));
        let wrong = check_colleague("/blocked_colleagues/2", false, Some(RegistrationBody::Gmc), Some("12")).unwrap_err();
        assert_eq!(wrong.fields[0].pointer, "/blocked_colleagues/2/registration_number");
    }
}
