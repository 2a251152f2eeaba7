//! What a directory entry may look like.

use super::model::Affiliation;
use crate::access::workforce::model::RegistrationBody;
use crate::access::workforce::rules::{check_ods_code, check_registration_number};
use crate::platform::refusal::{Code, Refusal};

/// Checks employer and registration and gives them back in the form in which they are compared.
///
/// # Errors
/// `invalid_body` at `/employer_ods`, `/registration_body` or `/registration_number`; `invalid_registration_number` where
/// the number does not have its register's form.
pub fn affiliation(
    employer_ods: Option<&str>,
    body: Option<RegistrationBody>,
    number: Option<&str>,
) -> Result<Affiliation, Refusal> {
    let employer_ods = employer_ods.map(check_ods_code).transpose()?.map(Into::into);
    let registration = match (body.filter(|body| *body != RegistrationBody::None), number) {
        (None, None) => None,
        (Some(body), Some(number)) => Some((body, check_registration_number(body, number)?.into())),
        (Some(_), None) => return Err(missing("/registration_number", "Give the number on this register.")),
        (None, Some(_)) => return Err(missing("/registration_body", "Say which register the number is on.")),
    };
    Ok(Affiliation { employer_ods, registration })
}

/// The address of a video room: https, with a host, and nothing that a link cannot hold.
///
/// # Errors
/// `invalid_body` at `/video_link`.
pub fn video_link(typed: &str) -> Result<String, Refusal> {
    let link = typed.trim();
    let host = link.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let fine = host.contains('.') && !host.contains('@') && link.chars().all(|c| c.is_ascii_graphic() && !"<>\"\\".contains(c));
    if fine {
        return Ok(link.to_owned());
    }
    let detail = "Give an address that begins with https://.";
    Err(Refusal::new(Code::InvalidBody, detail).field("/video_link", "invalid", detail))
}

fn missing(pointer: &'static str, detail: &'static str) -> Refusal {
    Refusal::new(Code::InvalidBody, detail).field(pointer, "required", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn register_and_number_come_together_or_not_at_all() {
        let fields = |body, number| affiliation(None, body, number).err().map(|refusal| refusal.fields[0].pointer.clone());
        assert_eq!(fields(None, None), None);
        assert_eq!(fields(Some(RegistrationBody::None), None), None);
        assert_eq!(fields(Some(RegistrationBody::Gmc), Some("7654321")), None);
        assert_eq!(fields(Some(RegistrationBody::Gmc), None).as_deref(), Some("/registration_number"));
        assert_eq!(fields(None, Some("7654321")).as_deref(), Some("/registration_body"));
        assert_eq!(fields(Some(RegistrationBody::Gmc), Some("12")).as_deref(), Some("/registration_number"));
    }

    #[test]
    fn a_video_link_is_a_whole_https_address() {
        for fine in ["https://video.example.org/room-17", " https://meet.example.org/?r=a%20b#x ", "https://a.b"] {
            assert_eq!(video_link(fine).unwrap(), fine.trim());
        }
        for wrong in [
            "http://video.example.org",
            "https://",
            "https://localhost/x",
            "https://me@video.example.org",
            "javascript:x",
            "https://video.example.org/a b",
            "https://video.example.org/\"x",
            "video.example.org",
            "https://vidéo.example.org",
        ] {
            assert_eq!(video_link(wrong).unwrap_err().fields[0].pointer, "/video_link", "{wrong}");
        }
    }

    #[test]
    fn an_employer_is_kept_in_capitals() {
        let kept = affiliation(Some(" rj1 "), None, None).expect("a code");
        assert_eq!(kept.employer_ods.map(|code| code.reveal().clone()).as_deref(), Some("RJ1"));
        assert!(affiliation(Some("not a code"), None, None).is_err());
    }
}
