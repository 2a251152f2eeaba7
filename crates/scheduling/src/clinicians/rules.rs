//! The rules for a directory entry.

use super::model::{Affiliation, Profile};
use platform::refusal::{Reason, Refusal};
use platform::text::{Lines, normalise_text};
use reference::workforce::model::RegistrationBody;
use reference::workforce::rules::{check_ods_code, check_registration_number};

/// Checks employer and registration, and returns them in the form in which they are compared.
///
/// # Errors
/// `invalid_body` at `/employer_ods`, `/registration_body` or `/registration_number`; `invalid_registration_number` when the
/// number does not have the form of its register.
pub fn affiliation(
    employer_ods: Option<&str>,
    body: Option<RegistrationBody>,
    number: Option<&str>,
) -> Result<Affiliation, Refusal> {
    let employer_ods = employer_ods.map(check_ods_code).transpose()?.map(Into::into);
    let registration = match (body.filter(|body| *body != RegistrationBody::None), number) {
        (None, None) => None,
        (Some(body), Some(number)) => Some((body, check_registration_number(body, number)?.into())),
        (Some(_), None) => return Err(missing("/registration_number", "Enter the number on this register.")),
        (None, Some(_)) => return Err(missing("/registration_body", "Choose the register that the number is on.")),
    };
    Ok(Affiliation { employer_ods, registration })
}

/// Checks the link to a video room: https, with a host, and only characters that a link can have.
///
/// # Errors
/// `invalid_body` at `/video_link`.
pub fn video_link(typed: &str) -> Result<String, Refusal> {
    let link = typed.trim();
    let host = link.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let is_valid =
        host.contains('.') && !host.contains('@') && link.chars().all(|c| c.is_ascii_graphic() && !"<>\"\\".contains(c));
    if is_valid {
        return Ok(link.to_owned());
    }
    let detail = "Enter a link that starts with https://.";
    Err(Refusal::new(Reason::InvalidBody, detail).field("/video_link", "invalid", detail))
}

/// A name in its present normalised form; one that was stored before names were normalised may have another.
fn normalised_name(name: &str) -> String {
    normalise_text(name, Lines::One).unwrap_or_else(|_| name.to_owned())
}

/// Checks that someone other than an administrator leaves an entry's identity unchanged: conflicts between colleagues are found
/// by it, and it decides what may be prescribed. `present` is the entry as it is; without one, only the name of the account is
/// known.
///
/// # Errors
/// `administrator_only`, naming every member that would change.
pub fn check_identity_unchanged(present: Option<&Profile>, account_name: &str, new: &Profile) -> Result<(), Refusal> {
    let name = present.map_or(account_name, |entry| entry.name.reveal());
    let none = Affiliation::default();
    let (old_affiliation, new_affiliation) = (present.map_or(&none, |entry| &entry.affiliation), &new.affiliation);
    let body = |affiliation: &Affiliation| affiliation.registration.as_ref().map(|(body, _)| *body);
    let number = |affiliation: &Affiliation| affiliation.registration.as_ref().map(|(_, number)| number.reveal().clone());
    let changed = [
        ("/name", normalised_name(name) != normalised_name(new.name.reveal())),
        ("/discipline", present.map(|entry| entry.discipline) != Some(new.discipline)),
        ("/employer_ods", old_affiliation.employer_ods != new_affiliation.employer_ods),
        ("/registration_body", body(old_affiliation) != body(new_affiliation)),
        ("/registration_number", number(old_affiliation) != number(new_affiliation)),
    ];
    let changed: Vec<&str> = changed.into_iter().filter(|(_, changed)| *changed).map(|(pointer, _)| pointer).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let refusal =
        Refusal::new(Reason::AdministratorOnly, "Only an administrator can change who a clinician is. Ask one to do it.");
    let detail = "Only an administrator can change this.";
    Err(changed.into_iter().fold(refusal, |refusal, pointer| refusal.field(pointer, "not_allowed", detail)))
}

fn missing(pointer: &'static str, detail: &'static str) -> Refusal {
    Refusal::new(Reason::InvalidBody, detail).field(pointer, "required", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinicians::model::{Discipline, Gender};
    use platform::ids::Id;
    use reference::workforce::model::Region;

    #[test]
    fn register_and_number_must_be_given_together() {
        let fields = |body, number| affiliation(None, body, number).err().map(|refusal| refusal.fields[0].pointer.clone());
        assert_eq!(fields(None, None), None);
        assert_eq!(fields(Some(RegistrationBody::None), None), None);
        assert_eq!(fields(Some(RegistrationBody::Gmc), Some("7654321")), None);
        assert_eq!(fields(Some(RegistrationBody::Gmc), None).as_deref(), Some("/registration_number"));
        assert_eq!(fields(None, Some("7654321")).as_deref(), Some("/registration_body"));
        assert_eq!(fields(Some(RegistrationBody::Gmc), Some("12")).as_deref(), Some("/registration_number"));
    }

    fn entry(discipline: Discipline, affiliation: Affiliation) -> Profile {
        Profile {
            id: Id(uuid::Uuid::nil()),
            name: "Tobias Renn".to_owned().into(),
            discipline,
            gender: Gender::Male,
            languages: Vec::new(),
            specialisms: Vec::new(),
            region: Region::London,
            place: "London".to_owned(),
            biography: String::new(),
            affiliation,
            video_link: None,
            listed: true,
        }
    }

    #[test]
    fn only_an_administrator_changes_a_clinicians_identity() {
        let known = || affiliation(Some("RJ1"), Some(RegistrationBody::Gmc), Some("7654321")).expect("an affiliation");
        let present = entry(Discipline::Psychologist, known());
        let pointers = |present: Option<&Profile>, new: &Profile| -> Vec<String> {
            let refused = check_identity_unchanged(present, "Tobias Renn", new).err();
            refused.map(|refusal| refusal.fields.into_iter().map(|field| field.pointer).collect()).unwrap_or_default()
        };
        type Change = fn(&mut Profile);
        let cases: [(Change, &[&str]); 7] = [
            (|_| {}, &[]),
            (|entry| (entry.listed, entry.biography) = (false, "Sees doctors.".to_owned()), &[]),
            (|entry| entry.name = "Ada Quill".to_owned().into(), &["/name"]),
            (|entry| entry.discipline = Discipline::Psychiatrist, &["/discipline"]),
            (|entry| entry.affiliation.employer_ods = None, &["/employer_ods"]),
            (|entry| entry.affiliation.registration = None, &["/registration_body", "/registration_number"]),
            (
                |entry| entry.affiliation.registration = Some((RegistrationBody::Gmc, "7654322".to_owned().into())),
                &["/registration_number"],
            ),
        ];
        for (change, expected) in cases {
            let mut new = present.clone();
            change(&mut new);
            assert_eq!(pointers(Some(&present), &new), expected);
        }
        let (mut decomposed, mut composed) = (present.clone(), present.clone());
        decomposed.name = "Zoe\u{308} Renn ".to_owned().into();
        composed.name = "Zo\u{eb} Renn".to_owned().into();
        assert!(pointers(Some(&decomposed), &composed).is_empty(), "the same name in its normalised form");
        assert_eq!(
            pointers(None, &present),
            ["/discipline", "/employer_ods", "/registration_body", "/registration_number"],
            "a first entry"
        );
    }

    #[test]
    fn a_video_link_must_be_a_complete_https_link() {
        for valid in ["https://video.example.org/room-17", " https://meet.example.org/?r=a%20b#x ", "https://a.b"] {
            assert_eq!(video_link(valid).unwrap(), valid.trim());
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
    fn an_employer_code_is_stored_in_capitals() {
        let stored = affiliation(Some(" rj1 "), None, None).expect("a code");
        assert_eq!(stored.employer_ods.map(|code| code.reveal().clone()).as_deref(), Some("RJ1"));
        assert!(affiliation(Some("RJ1!"), None, None).is_err());
    }
}
