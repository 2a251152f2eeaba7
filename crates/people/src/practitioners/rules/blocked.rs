//! How a blocked colleague is identified, and how many there may be.

use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use reference::workforce::model::RegistrationBody;
use reference::workforce::rules::check_registration_number;

/// How many colleagues one practitioner may block.
pub const MAX_BLOCKED: usize = 50;

/// The account that was chosen in the directory of clinicians or among all staff.
///
/// # Errors
/// [`Reason::InvalidBody`] when both were chosen and differ.
pub fn chosen_account(at: &str, clinician: Option<Id>, account: Option<Id>) -> Result<Option<Id>, Refusal> {
    if let (Some(one), Some(other)) = (clinician, account)
        && one != other
    {
        let detail = "These are two people. Block them one after the other.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/account_id"), "not_allowed", detail));
    }
    Ok(clinician.or(account))
}

/// Checks that a colleague is identified in at least one way, and that a number comes with its register. `at` is the pointer of
/// the colleague in the body. Returns the number in the format of its register.
///
/// # Errors
/// [`Reason::InvalidBody`] or [`Reason::InvalidRegistrationNumber`].
pub fn check_colleague(
    at: &str,
    has_other_identifier: bool,
    body: Option<RegistrationBody>,
    number: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let refuse = |member: &str, word, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/{member}"), word, detail))
    };
    match (body, number) {
        (None, None) if !has_other_identifier => {
            refuse("name", "required", "Choose the colleague in the directory, or enter a registration number or a name.")
        }
        (None, None) => Ok(None),
        (Some(_), None) => refuse("registration_number", "required", "Enter the registration number too."),
        (None | Some(RegistrationBody::None), Some(_)) => {
            refuse("registration_body", "required", "Choose the register that the number belongs to.")
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
    fn a_blocked_colleague_is_identified_in_at_least_one_way() {
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
