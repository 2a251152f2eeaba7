//! What is about a practitioner opens only for a caller who may know of them: handlers do not take it as the service.

use confide::people::relationships::repeats::{OF_NO_PRACTITIONER, OF_PEOPLE_WITHOUT_ACCOUNT};

use crate::support::sources::{code, sources};

#[test]
fn no_handler_takes_a_record_as_the_service() {
    let mut wrong = Vec::new();
    let mut elsewhere = 0;
    for source in sources() {
        let uses = code(&source.text).lines().filter(|line| line.contains("for_the_service")).count();
        let handles = source.name.iter().any(|part| part == "routes" || part == "routes.rs");
        if handles && uses > 0 {
            wrong.push(format!("{}: ask `relationships::permit`, or `permit` the record", source.name.display()));
        }
        elsewhere += uses;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(elsewhere > 5, "hardly any use is found: {elsewhere}");
}

/// Files in which the subject of a row is made elsewhere, each with where the practitioner comes from.
const SUBJECT_FROM_ELSEWHERE: &[(&str, &str)] = &[
    ("access/contacts/invitations.rs", "the caller passes who has registered"),
    ("access/contacts/visibility.rs", "of a contact from which no one has registered"),
    ("care/groups/routes/mod.rs", "of a guest, who is no practitioner"),
    ("partners/hubs/create.rs", "of a person without an account"),
    ("partners/hubs/queries/referrals.rs", "of a person without an account"),
    ("partners/outreach/routes/teams.rs", "of a team"),
    ("people/audit_trail/routes/events.rs", "of an event about no practitioner"),
];

/// The arguments of a call, from behind its opening parenthesis.
fn arguments(rest: &str) -> &str {
    let mut open = 1;
    let end = rest.find(|c: char| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    &rest[..end.unwrap_or(rest.len())]
}

/// Whether a row may have no practitioner: of a list or search, of a kind that belongs to none, of what the caller did themselves or
/// of a caller without an account.
fn may_name_no_one(arguments: &str) -> bool {
    let Some((kind, subject)) = arguments.split_once("(\"").and_then(|(_, rest)| rest.split_once("\", ")) else { return false };
    let is_itself = subject.starts_with("Some(caller.id)") || arguments.contains("Actor::ANONYMOUS");
    let belongs_to_none = OF_NO_PRACTITIONER.contains(&kind) || OF_PEOPLE_WITHOUT_ACCOUNT.contains(&kind);
    subject.starts_with("None") || belongs_to_none || (kind == "practitioner" && is_itself)
}

#[test]
fn rows_of_the_audit_trail_name_the_practitioner_of_a_record() {
    let (mut wrong, mut found) = (Vec::new(), 0);
    for source in sources() {
        let (code, name) = (code(&source.text), source.name.display().to_string());
        for (_, rest) in code.match_indices("audit::record(").map(|(at, call)| code.split_at(at + call.len())) {
            found += 1;
            let elsewhere = SUBJECT_FROM_ELSEWHERE.iter().any(|(file, _)| *file == name);
            let arguments = arguments(rest);
            if !may_name_no_one(arguments) && !elsewhere {
                wrong.push(format!("{name}: {arguments}: use `permit.record` or `audit::record_about`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found > 80, "hardly any call is found: {found}");
}
