//! Every operation refuses whoever is not signed in and every role that it is not for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use confide::people::Role;
use confide::people::sign_in::tokens::Tokens;
use confide::platform::keys::KeyRing;
use confide::platform::seal::Sealer;

use super::journey::{everybody, row_counts, somebody};
use super::operation::{self, Operation};
use crate::support::actors::Actor;
use crate::support::{TestApp, apply, both_engines};

/// Operations that nobody need be signed in for. A line here is a decision; the list may only shrink.
const PUBLIC: &str = include_str!("public_operations.txt");

#[test]
fn the_public_operations_are_exactly_those_that_were_decided_on() {
    let decided: Vec<&str> = PUBLIC.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let public: Vec<String> = operation::all().into_iter().filter(Operation::is_public).map(|operation| operation.id).collect();
    for id in &public {
        assert!(decided.contains(&id.as_str()), "{id} is public: give it a caller, or decide on it in public_operations.txt");
    }
    for id in decided {
        assert!(public.iter().any(|known| known == id), "{id} is in public_operations.txt, but no public operation any more");
    }
}

#[test]
fn every_operation_says_who_may_call_it() {
    for operation in operation::all() {
        let known = |role: &String| role == "any" || role == "public" || Role::parse(role).is_some();
        assert!(!operation.roles.is_empty(), "{} has no x-roles", operation.name());
        assert!(operation.roles.iter().all(known), "{} names a role that there is not: {:?}", operation.name(), operation.roles);
        let exclusive = operation.roles.len() == 1 || !operation.roles.iter().any(|role| role == "any" || role == "public");
        assert!(exclusive, "{}: `any` and `public` stand alone", operation.name());
    }
}

/// What those may do of scheduling and care who neither treat nor coordinate. A line here is a decision.
const NEAR_THE_WAY_IN: &[(&str, &[&str])] = &[
    (
        "administrator",
        &["getClinician", "getPrescribingRights", "readmitPractitioner", "replaceClinician", "replacePrescribingRights"],
    ),
    ("call_handler", &[]),
    ("commissioner", &[]),
    ("hub_coordinator", &[]),
    ("privacy_officer", &[]),
];

/// What care and its appointments are grouped under.
const TAGS_OF_CARE: &[&str] = &[
    "Clinicians",
    "Calendar",
    "Appointments",
    "Assessments",
    "Risk alerts",
    "Practitioners",
    "Clinical record",
    "Prescriptions",
    "Fit notes",
    "Follow-ups",
    "Group therapy",
    "Feedback",
];

/// Where what callers, hubs, nurses and employers said is kept: no administrator reads it.
const DESKS: &[&str] = &["/v1/contacts", "/v1/funding-requests", "/v1/outreach-campaigns", "/v1/referrals"];

#[test]
fn whoever_neither_treats_nor_coordinates_has_no_part_in_care() {
    let operations = operation::all();
    let is_used = |tag: &&str| operations.iter().any(|operation| operation.tag == **tag);
    assert!(TAGS_OF_CARE.iter().all(is_used), "a tag of care has no operation");
    for (role, decided) in NEAR_THE_WAY_IN {
        let mut found: Vec<&str> = operations
            .iter()
            .filter(|operation| TAGS_OF_CARE.contains(&operation.tag.as_str()))
            .filter(|operation| operation.roles.iter().any(|allowed| allowed == role))
            .map(|operation| operation.id.as_str())
            .collect();
        found.sort_unstable();
        assert_eq!(found, *decided, "{role}");
    }
    let of_a_desk = |operation: &&Operation| DESKS.iter().any(|desk| operation.path.starts_with(desk));
    let desks: Vec<&Operation> = operations.iter().filter(of_a_desk).collect();
    assert!(desks.len() > 40, "only {} operations", desks.len());
    for operation in desks {
        assert!(!operation.lets_in("administrator"), "{}", operation.name());
    }
}

/// Where the record of a practitioner's care is kept: only they themselves and clinicians have any part in it.
const RECORD: &[&str] = &[
    "/v1/assessments",
    "/v1/feedback",
    "/v1/fit-notes",
    "/v1/group-notes",
    "/v1/me/gp-sharing",
    "/v1/me/notes",
    "/v1/me/record",
    "/v1/notes",
    "/v1/practitioners/{id}/allergies",
    "/v1/practitioners/{id}/assessments",
    "/v1/practitioners/{id}/care-plan",
    "/v1/practitioners/{id}/gp-sharing",
    "/v1/practitioners/{id}/group-notes",
    "/v1/practitioners/{id}/notes",
    "/v1/practitioners/{id}/problems",
    "/v1/practitioners/{id}/progress",
    "/v1/practitioners/{id}/referrals",
    "/v1/practitioners/{id}/scores",
    "/v1/practitioners/{id}/self-checks",
    "/v1/prescriptions",
    "/v1/problems",
    "/v1/return-to-work-plans",
];

#[test]
fn the_record_is_for_practitioners_and_clinicians() {
    let operations = operation::all();
    for start in RECORD {
        let below = format!("{start}/");
        let of_it = operations.iter().filter(|operation| operation.path == *start || operation.path.starts_with(&below));
        let of_it: Vec<&Operation> = of_it.collect();
        assert!(!of_it.is_empty(), "no operation is at {start}");
        for operation in of_it {
            let only = operation.roles.iter().all(|role| role == "practitioner" || role == "clinician");
            assert!(only, "{} is for {:?}", operation.name(), operation.roles);
        }
    }
}

/// What `Authorization` may hold that is no good, for somebody who is really signed in.
fn bad_credentials(app: &TestApp, actor: &Actor, role: Role) -> Vec<(&'static str, String)> {
    let strangers = KeyRing::generate();
    let tokens = Tokens::new(&strangers, &Sealer::new(&strangers), TimeDelta::minutes(10)).unwrap();
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
async fn nobody_gets_in_without_a_good_token(app: TestApp) {
    let people = everybody(&app, "Everybody").await;
    for operation in operation::all().iter().filter(|operation| !operation.is_public()) {
        let (word, actor) = people.iter().find(|(role, _)| operation.lets_in(role)).unwrap();
        let body = operation.sample_body();
        let ask = || operation.ask(&app, &[], body.as_ref());
        let refused = |how: &str, reply: crate::support::reply::Reply| {
            assert_eq!(reply.status, 401, "{} with {how}: {}", operation.name(), reply.json);
            assert_eq!(reply.json["code"], "not_signed_in", "{} with {how}", operation.name());
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{} with {how}", operation.name());
        };
        refused("nothing", ask().send().await);
        for (how, value) in bad_credentials(&app, actor, Role::parse(word).unwrap()) {
            refused(how, ask().header("authorization", &value).send().await);
        }
    }
}

#[apply(both_engines)]
async fn a_token_is_worth_nothing_after_its_time_or_its_session(app: TestApp) {
    let (people, ended) = (everybody(&app, "Stays").await, everybody(&app, "Leaves").await);
    for actor in ended.values() {
        actor.delete(&format!("/v1/sessions/{}", actor.session_id)).send().await.expect(204);
    }
    let operations = operation::all();
    let signed_in = || operations.iter().filter(|operation| !operation.is_public());
    for operation in signed_in() {
        let (_, actor) = ended.iter().find(|(role, _)| operation.lets_in(role)).unwrap();
        let reply = operation.ask(&app, &[], operation.sample_body().as_ref()).bearer(&actor.token).send().await;
        assert_eq!(reply.status, 401, "{} in a session that has ended", operation.name());
    }
    app.clock.advance(TimeDelta::minutes(10));
    for operation in signed_in() {
        let (_, actor) = people.iter().find(|(role, _)| operation.lets_in(role)).unwrap();
        let reply = operation.ask(&app, &[], operation.sample_body().as_ref()).bearer(&actor.token).send().await;
        assert_eq!(reply.status, 401, "{} with an expired token", operation.name());
    }
}

#[apply(both_engines)]
async fn who_asks_comes_before_what_is_asked(app: TestApp) {
    let (people, ended) = (everybody(&app, "Stays").await, everybody(&app, "Leaves").await);
    for actor in ended.values() {
        actor.delete(&format!("/v1/sessions/{}", actor.session_id)).send().await.expect(204);
    }
    for operation in operation::all().iter().filter(|operation| !operation.is_public()) {
        // Everything about it is wrong.
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
            let expected = if operation.lets_in(role) { 400 } else { 403 };
            assert_eq!(reply.status, expected, "{} as {role}: {}", operation.name(), reply.json);
        }
    }
}

#[apply(both_engines)]
async fn every_other_role_is_turned_away(app: TestApp) {
    let people = everybody(&app, "Everybody").await;
    let (before, mut tried) = (row_counts(&app).await, 0);
    for operation in operation::all() {
        for (role, actor) in people.iter().filter(|(role, _)| !operation.lets_in(role)) {
            tried += 1;
            // An empty body and a fresh id: whoever may not, learns neither what is asked for nor what there is.
            let body = operation.body.is_some().then(|| serde_json::json!({}));
            let reply = operation.ask(&app, &[], body.as_ref()).bearer(&actor.token).send().await;
            assert_eq!(reply.status, 403, "{} as {role}: {}", operation.name(), reply.json);
            assert_eq!(reply.json["code"], "wrong_role", "{} as {role}", operation.name());
        }
    }
    assert!(tried > 1000, "only {tried} were tried");
    assert_eq!(row_counts(&app).await, before, "nothing is written");
}

#[apply(both_engines)]
async fn every_allowed_role_passes_the_door(app: TestApp) {
    for operation in operation::all().iter().filter(|operation| !operation.is_public()) {
        // Anew for each operation, since some end sessions; only the roles that are named are made.
        let named: Vec<&Role> = Role::ALL.iter().filter(|role| operation.lets_in(role.as_str())).collect();
        for role in named {
            let name = format!("{} {}", operation.id, role.as_str());
            let actor = somebody(&app, &name, *role).await;
            let reply = operation.ask(&app, &[], operation.sample_body().as_ref()).bearer(&actor.token).send().await;
            assert!(reply.status != 401 && reply.json["code"] != "wrong_role", "{} as {}", operation.name(), role.as_str());
            assert!(reply.status.as_u16() < 500, "{} as {}: {}", operation.name(), role.as_str(), reply.json);
        }
    }
}
