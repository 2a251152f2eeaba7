//! The rules for a directory entry.

use super::model::{Affiliation, Profile};
use platform::refusal::{Reason, Refusal};
use platform::text::{Lines, normalise_text};
use reference::workforce::model::{NmcProfession, RegistrationBody};
use reference::workforce::rules::{check_ods_code, check_registration_number};

/// Checks employer and registration, and returns them in the form in which they are compared.
///
/// # Errors
/// `invalid_body` at `/employer_ods`, `/registration_body`, `/registration_number` or `/nmc_profession`;
/// `invalid_registration_number` when the number does not have the form of its register.
pub fn affiliation(
    employer_ods: Option<&str>,
    body: Option<RegistrationBody>,
    number: Option<&str>,
    nmc_profession: Option<NmcProfession>,
) -> Result<Affiliation, Refusal> {
    let employer_ods = employer_ods.map(check_ods_code).transpose()?.map(Into::into);
    let registration = match (body.filter(|body| *body != RegistrationBody::None), number) {
        (None, None) => None,
        (Some(body), Some(number)) => Some((body, check_registration_number(body, number)?.into())),
        (Some(_), None) => return Err(missing("/registration_number", "Enter the number on this register.")),
        (None, Some(_)) => return Err(missing("/registration_body", "Choose the register that the number is on.")),
    };
    let on_nmc = registration.as_ref().is_some_and(|(body, _)| *body == RegistrationBody::Nmc);
    if nmc_profession.is_some() && !on_nmc {
        let detail = "Leave this out: only the NMC registers nurses, midwives and nursing associates.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/nmc_profession", "not_allowed", detail));
    }
    Ok(Affiliation { employer_ods, registration, nmc_profession })
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
        ("/nmc_profession", old_affiliation.nmc_profession != new_affiliation.nmc_profession),
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

/// What of an entry applies before a second administrator has approved the rest; `None` when all of it applies at once.
///
/// Practitioners are kept apart from a clinician by name and employer: who is gone from a list after a change tells who they are, so
/// both are approved. Discipline and registration together decide what a clinician may prescribe and whether they may issue fit
/// notes, so that a registration and another discipline are approved. Without a registration no one prescribes: it is removed at
/// once. A first entry of which a part waits is not listed. `account_name` is the name that applies without an entry.
pub fn before_approval(present: Option<&Profile>, account_name: &str, new: &Profile) -> Option<Profile> {
    let none = Affiliation::default();
    let (name, before) = present.map_or((account_name, &none), |entry| (entry.name.reveal().as_str(), &entry.affiliation));
    let has_same_name = normalised_name(name) == normalised_name(new.name.reveal());
    let has_same_employer = before.employer_ods == new.affiliation.employer_ods;
    let registration = &new.affiliation.registration;
    let has_no_other_registration = registration.is_none()
        || (*registration == before.registration && new.affiliation.nmc_profession == before.nmc_profession);
    let has_same_discipline = present.map_or(registration.is_none(), |entry| entry.discipline == new.discipline);
    if has_same_name && has_same_employer && has_no_other_registration && has_same_discipline {
        return None;
    }
    let mut stored = new.clone();
    if !has_same_name {
        stored.name = name.to_owned().into();
    }
    stored.affiliation.employer_ods.clone_from(&before.employer_ods);
    if !has_no_other_registration {
        stored.affiliation.registration.clone_from(&before.registration);
        stored.affiliation.nmc_profession = before.nmc_profession;
    }
    stored.discipline = present.map_or(new.discipline, |entry| entry.discipline);
    stored.listed = new.listed && present.is_some();
    Some(stored)
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
        let fields = |body, number| affiliation(None, body, number, None).err().map(|refusal| refusal.fields[0].pointer.clone());
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
        let known = || affiliation(Some("RJ1"), Some(RegistrationBody::Gmc), Some("7654321"), None).expect("an affiliation");
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
    fn a_name_an_employer_a_registration_and_a_discipline_with_one_wait_for_approval() {
        let registered =
            |number: &str| affiliation(Some("RJ1"), Some(RegistrationBody::Gmc), Some(number), None).expect("an affiliation");
        let without = || affiliation(Some("RJ1"), None, None, None).expect("an affiliation");
        let present = entry(Discipline::Counsellor, registered("7654321"));
        let before = |present: Option<&Profile>, new: &Profile| before_approval(present, "Tobias Renn", new);
        let waits = |present: Option<&Profile>, new: &Profile| {
            before(present, new).map(|entry| (entry.discipline, entry.affiliation.registration.is_some(), entry.listed))
        };
        let (mut moved, mut renamed) = (present.clone(), present.clone());
        (moved.affiliation.employer_ods, moved.biography) = (None, "Sees doctors.".to_owned());
        renamed.name = "Ada Quill".to_owned().into();
        let stored = before(Some(&present), &moved).expect("an employer waits");
        assert_eq!(
            (stored.affiliation.employer_ods, stored.biography),
            (present.affiliation.employer_ods.clone(), moved.biography)
        );
        let stored = before(Some(&present), &renamed).expect("a name waits");
        assert_eq!((stored.name.reveal().as_str(), stored.listed), ("Tobias Renn", true));
        let unregistered = entry(Discipline::Gp, affiliation(None, None, None, None).expect("an affiliation"));
        let stored = before(Some(&present), &unregistered).expect("an employer waits");
        assert_eq!(
            (stored.discipline, stored.affiliation.registration.is_some()),
            (Discipline::Counsellor, false),
            "a discipline waits, and a registration is removed at once"
        );
        assert_eq!(waits(Some(&present), &entry(Discipline::Counsellor, without())), None, "a registration is removed at once");
        let plain = entry(Discipline::Counsellor, without());
        let counsellor = Discipline::Counsellor;
        assert_eq!(waits(Some(&plain), &entry(Discipline::Gp, without())), Some((counsellor, false, true)));
        let gp = entry(Discipline::Gp, registered("7654321"));
        assert_eq!(waits(Some(&present), &gp), Some((counsellor, true, true)));
        assert_eq!(waits(Some(&plain), &gp), Some((counsellor, false, true)));
        assert_eq!(waits(Some(&present), &entry(counsellor, registered("7654322"))), Some((counsellor, true, true)));
        assert_eq!(waits(None, &gp), Some((Discipline::Gp, false, false)), "a first entry is not listed");
        assert_eq!(waits(None, &plain), Some((Discipline::Counsellor, false, false)), "its employer waits too");
        assert_eq!(waits(None, &unregistered), None);
        let mut another = unregistered.clone();
        another.name = "Ada Quill".to_owned().into();
        assert_eq!(before(None, &another).map(|entry| entry.name.reveal().clone()).as_deref(), Some("Tobias Renn"));
    }

    #[test]
    fn only_the_nmc_registers_nurses_and_what_it_says_is_approved() {
        let nurse = Some(NmcProfession::Nurse);
        let on = |body, number| {
            affiliation(None, Some(body), Some(number), nurse).err().map(|refusal| refusal.fields[0].pointer.clone())
        };
        assert_eq!(on(RegistrationBody::Nmc, "71A2998E"), None);
        assert_eq!(on(RegistrationBody::Gmc, "7654321").as_deref(), Some("/nmc_profession"));
        assert!(affiliation(None, None, None, nurse).is_err());
        let registered = |profession| {
            let affiliation =
                affiliation(None, Some(RegistrationBody::Nmc), Some("71A2998E"), profession).expect("an affiliation");
            entry(Discipline::CbtTherapist, affiliation)
        };
        let (present, new) = (registered(None), registered(nurse));
        let waiting = before_approval(Some(&present), "Tobias Renn", &new).expect("it waits");
        assert_eq!(waiting.affiliation.nmc_profession, None);
        assert_eq!(before_approval(Some(&new), "Tobias Renn", &new).map(|entry| entry.affiliation.nmc_profession), None);
        let refused = check_identity_unchanged(Some(&present), "Tobias Renn", &new).unwrap_err();
        assert_eq!(refused.fields[0].pointer, "/nmc_profession");
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
        let stored = affiliation(Some(" rj1 "), None, None, None).expect("a code");
        assert_eq!(stored.employer_ods.map(|code| code.reveal().clone()).as_deref(), Some("RJ1"));
        assert!(affiliation(Some("RJ1!"), None, None, None).is_err());
    }
}
