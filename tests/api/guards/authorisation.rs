//! Every operation refuses callers who are not signed in and roles that are not allowed.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use confide::people::Role;
use confide::people::sign_in::tokens::Tokens;
use confide::platform::keys::KeyRing;
use confide::platform::seal::Sealer;

use super::journey::{people_of_every_role, person_with_role, row_counts};
use super::operation::{self, Operation};
use crate::support::actors::Actor;
use crate::support::{TestApp, apply, both_engines};

/// Operations that need no sign-in. Each line is a decision; the list may only shrink.
const PUBLIC: &str = include_str!("public_operations.txt");

#[test]
fn public_operations_match_the_approved_list() {
    let approved: Vec<&str> = PUBLIC.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let public: Vec<String> = operation::all().into_iter().filter(Operation::is_public).map(|operation| operation.id).collect();
    for id in &public {
        assert!(
            approved.contains(&id.as_str()),
            "{id} is public: require a caller, or add it to public_operations.txt with a reason"
        );
    }
    for id in approved {
        assert!(public.iter().any(|known| known == id), "{id} is in public_operations.txt, but is not a public operation");
    }
}

#[test]
fn every_operation_declares_its_roles() {
    for operation in operation::all() {
        let known = |role: &String| role == "any" || role == "public" || Role::parse(role).is_some();
        assert!(!operation.roles.is_empty(), "{} has no x-roles", operation.name());
        assert!(
            operation.roles.iter().all(known),
            "{} names a role that does not exist: {:?}",
            operation.name(),
            operation.roles
        );
        let exclusive = operation.roles.len() == 1 || !operation.roles.iter().any(|role| role == "any" || role == "public");
        assert!(exclusive, "{}: `any` and `public` are used alone", operation.name());
    }
}

/// The operations of scheduling and care that roles may call that neither treat nor coordinate. Each line is a decision.
const CARE_OPERATIONS_OF_OTHER_ROLES: &[(&str, &[&str])] = &[
    (
        "administrator",
        &[
            "approveDutyPeriod",
            "endDutyPeriod",
            "getClinician",
            "getDutyPeriod",
            "getPrescribingRights",
            "listDutyPeriods",
            "proposeDutyPeriod",
            "readmitPractitioner",
            "replaceClinician",
            "replacePrescribingRights",
        ],
    ),
    ("call_handler", &[]),
    ("commissioner", &[]),
    ("hub_coordinator", &[]),
    ("privacy_officer", &["getDutyPeriod", "listDutyPeriods"]),
];

/// The tags of operations of care and scheduling.
const CARE_TAGS: &[&str] = &[
    "Clinicians",
    "Calendar",
    "Appointments",
    "Assessments",
    "Risk alerts",
    "Practitioners",
    "Clinical record",
    "Prescriptions",
    "Fit notes",
    "Letters",
    "Follow-ups",
    "Group therapy",
    "Feedback",
];

/// Paths of records that callers, hubs, applicants and employers trust to the service: no administrator reads them.
const CONFIDENTIAL_PATHS: &[&str] =
    &["/v1/confidentiality-reasons", "/v1/contacts", "/v1/funding-requests", "/v1/outreach-campaigns", "/v1/referrals"];

#[test]
fn roles_without_care_duties_cannot_call_care_operations() {
    let operations = operation::all();
    let is_used = |tag: &&str| operations.iter().any(|operation| operation.tag == **tag);
    assert!(CARE_TAGS.iter().all(is_used), "a tag of care has no operation");
    for (role, approved) in CARE_OPERATIONS_OF_OTHER_ROLES {
        let mut found: Vec<&str> = operations
            .iter()
            .filter(|operation| CARE_TAGS.contains(&operation.tag.as_str()))
            .filter(|operation| operation.roles.iter().any(|allowed| allowed == role))
            .map(|operation| operation.id.as_str())
            .collect();
        found.sort_unstable();
        assert_eq!(found, *approved, "{role}");
    }
    let is_confidential = |operation: &&Operation| CONFIDENTIAL_PATHS.iter().any(|prefix| operation.path.starts_with(prefix));
    let confidential: Vec<&Operation> = operations.iter().filter(is_confidential).collect();
    assert!(confidential.len() > 40, "only {} operations", confidential.len());
    for operation in confidential {
        assert!(!operation.allows("administrator"), "{}", operation.name());
    }
}

/// Paths of a practitioner's clinical record: only the practitioner and clinicians may use them.
const RECORD: &[&str] = &[
    "/v1/assessments",
    "/v1/feedback",
    "/v1/fit-notes",
    "/v1/group-notes",
    "/v1/me/gp-sharing",
    "/v1/me/letters",
    "/v1/me/notes",
    "/v1/me/record",
    "/v1/me/safety-plan",
    "/v1/notes",
    "/v1/practitioners/{id}/allergies",
    "/v1/practitioners/{id}/assessments",
    "/v1/practitioners/{id}/care-plan",
    "/v1/practitioners/{id}/discharge-check",
    "/v1/practitioners/{id}/gp-sharing",
    "/v1/practitioners/{id}/group-notes",
    "/v1/practitioners/{id}/letters",
    "/v1/practitioners/{id}/notes",
    "/v1/practitioners/{id}/prescribing-details",
    "/v1/practitioners/{id}/problems",
    "/v1/practitioners/{id}/progress",
    "/v1/practitioners/{id}/referrals",
    "/v1/practitioners/{id}/risk-assessments",
    "/v1/practitioners/{id}/safety-plan",
    "/v1/practitioners/{id}/scores",
    "/v1/practitioners/{id}/self-checks",
    "/v1/prescriptions",
    "/v1/problems",
    "/v1/return-to-work-plans",
    "/v1/risk-assessments",
];

#[test]
fn clinical_record_is_for_practitioners_and_clinicians_only() {
    let operations = operation::all();
    for start in RECORD {
        let below = format!("{start}/");
        let operations_here =
            operations.iter().filter(|operation| operation.path == *start || operation.path.starts_with(&below));
        let operations_here: Vec<&Operation> = operations_here.collect();
        assert!(!operations_here.is_empty(), "no operation is at {start}");
        for operation in operations_here {
            let only = operation.roles.iter().all(|role| role == "practitioner" || role == "clinician");
            assert!(only, "{} is for {:?}", operation.name(), operation.roles);
        }
    }
}

/// Invalid values of `Authorization`, derived from the session of an actor who is signed in.
fn bad_credentials(app: &TestApp, actor: &Actor, role: Role) -> Vec<(&'static str, String)> {
    let other_keys = KeyRing::generate();
    let tokens = Tokens::new(&other_keys, &Sealer::new(&other_keys), TimeDelta::minutes(10)).unwrap();
    let forged = tokens.access_token(actor.id, role, actor.session_id.parse().unwrap(), app.now()).unwrap();
    let [_, claims, signature] = actor.token.split('.').collect::<Vec<_>>()[..] else { panic!("not a JWT") };
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT","kid":"k1"}"#);
    vec![
        ("garbage", "Bearer garbage".to_owned()),
        ("no token", "Bearer ".to_owned()),
        ("another scheme", format!("Basic {}", actor.token)),
        ("another installation's token", format!("Bearer {forged}")),
        ("no algorithm", format!("Bearer {none}.{claims}.")),
        ("no algorithm, old signature", format!("Bearer {none}.{claims}.{signature}")),
        ("a dropped signature", format!("Bearer {}", actor.token.rsplit_once('.').unwrap().0)),
        ("a refresh token", format!("Bearer {}", actor.refresh_token)),
    ]
}

#[apply(both_engines)]
async fn operations_refuse_requests_without_a_valid_token(app: TestApp) {
    let people = people_of_every_role(&app, "Everyone").await;
    for operation in operation::all().iter().filter(|operation| !operation.is_public()) {
        let (role, actor) = people.iter().find(|(role, _)| operation.allows(role)).unwrap();
        let body = operation.sample_body();
        let ask = || operation.ask(&app, &[], body.as_ref());
        let refused = |how: &str, reply: crate::support::reply::Reply| {
            assert_eq!(reply.status, 401, "{} with {how}: {}", operation.name(), reply.json);
            assert_eq!(reply.json["code"], "not_signed_in", "{} with {how}", operation.name());
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{} with {how}", operation.name());
        };
        refused("nothing", ask().send().await);
        for (how, value) in bad_credentials(&app, actor, Role::parse(role).unwrap()) {
            refused(how, ask().header("authorization", &value).send().await);
        }
    }
}

#[apply(both_engines)]
async fn tokens_are_refused_after_expiry_or_end_of_session(app: TestApp) {
    let (people, ended) = (people_of_every_role(&app, "Stays").await, people_of_every_role(&app, "Leaves").await);
    for actor in ended.values() {
        actor.delete(&format!("/v1/sessions/{}", actor.session_id)).send().await.expect(204);
    }
    let operations = operation::all();
    let signed_in = || operations.iter().filter(|operation| !operation.is_public());
    for operation in signed_in() {
        let (_, actor) = ended.iter().find(|(role, _)| operation.allows(role)).unwrap();
        let reply = operation.ask(&app, &[], operation.sample_body().as_ref()).bearer(&actor.token).send().await;
        assert_eq!(reply.status, 401, "{} in a session that has ended", operation.name());
    }
    app.clock.advance(TimeDelta::minutes(10));
    for operation in signed_in() {
        let (_, actor) = people.iter().find(|(role, _)| operation.allows(role)).unwrap();
        let reply = operation.ask(&app, &[], operation.sample_body().as_ref()).bearer(&actor.token).send().await;
        assert_eq!(reply.status, 401, "{} with an expired token", operation.name());
    }
}

#[apply(both_engines)]
async fn caller_is_checked_before_input(app: TestApp) {
    let (people, ended) = (people_of_every_role(&app, "Stays").await, people_of_every_role(&app, "Leaves").await);
    for actor in ended.values() {
        actor.delete(&format!("/v1/sessions/{}", actor.session_id)).send().await.expect(204);
    }
    for operation in operation::all().iter().filter(|operation| !operation.is_public()) {
        // A request in which everything is wrong.
        let ask = |token: Option<&str>| {
            let mut address = operation.path.replace('{', "%7B").replace('}', "%7D");
            address.push_str("?no_such_parameter=x&limit=x&limit=0&cursor=%00");
            let ask = app.request(operation.method.clone(), &address).if_match("nonsense").key("two words");
            let ask = ask.header("if-none-match", "*").raw("text/plain", "{").undocumented();
            token.into_iter().fold(ask, |ask, token| ask.bearer(token))
        };
        ask(None).send().await.expect(401).expect_problem("not_signed_in");
        for (role, actor) in &people {
            let theirs = ask(Some(&ended[role].token)).send().await.expect_problem("not_signed_in");
            assert_eq!(theirs.status, 401, "{} as {role} in a session that has ended", operation.name());
            let reply = ask(Some(&actor.token)).send().await;
            let expected = if operation.allows(role) { 400 } else { 403 };
            assert_eq!(reply.status, expected, "{} as {role}: {}", operation.name(), reply.json);
        }
    }
}

#[apply(both_engines)]
async fn roles_that_are_not_allowed_are_refused(app: TestApp) {
    let people = people_of_every_role(&app, "Everyone").await;
    let (before, mut tried) = (row_counts(&app).await, 0);
    for operation in operation::all() {
        for (role, actor) in people.iter().filter(|(role, _)| !operation.allows(role)) {
            tried += 1;
            // An empty body and an unknown id: the answer must reveal neither the expected body nor which records exist.
            let body = operation.body.is_some().then(|| serde_json::json!({}));
            let reply = operation.ask(&app, &[], body.as_ref()).bearer(&actor.token).send().await;
            assert_eq!(reply.status, 403, "{} as {role}: {}", operation.name(), reply.json);
            let refusal = (&reply.json["code"], &reply.json["errors"]);
            assert_eq!(refusal, (&serde_json::json!("wrong_role"), &serde_json::json!([])), "{} as {role}", operation.name());
        }
    }
    assert!(tried > 1000, "only {tried} were tried");
    assert_eq!(row_counts(&app).await, before, "nothing is written");
}

/// Operations that refuse a role of `x-roles` one member or parameter, which the refusal names: only an administrator changes the
/// name of a member of staff.
const PARTLY_REFUSED: &[&str] = &["updateMe"];

#[apply(both_engines)]
async fn allowed_roles_are_admitted(app: TestApp) {
    let mut partly = BTreeSet::new();
    for operation in operation::all().iter().filter(|operation| !operation.is_public()) {
        // A new actor for each operation, since some operations end sessions.
        let allowed: Vec<&Role> = Role::ALL.iter().filter(|role| operation.allows(role.as_str())).collect();
        for role in allowed {
            let name = format!("{} {}", operation.id, role.as_str());
            let actor = person_with_role(&app, &name, *role).await;
            let reply = operation.ask(&app, &[], operation.sample_body().as_ref()).bearer(&actor.token).send().await;
            assert_ne!(reply.status, 401, "{} as {}", operation.name(), role.as_str());
            if reply.json["code"] == "wrong_role" {
                assert_ne!(reply.json["errors"], serde_json::json!([]), "{} as {}", operation.name(), role.as_str());
                partly.insert(operation.id.clone());
            }
            assert!(reply.status.as_u16() < 500, "{} as {}: {}", operation.name(), role.as_str(), reply.json);
        }
    }
    assert_eq!(Vec::from_iter(partly), PARTLY_REFUSED, "the operations that refuse a role of `x-roles`");
}
