//! One person with two records: who states a registration number that another practitioner has or had is flagged for privacy officers, and
//! learns nothing of it.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::audit_trail::flags::duplicates::find_duplicates;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::{TestApp, apply, both_engines};

const NUMBER: &str = "7654321";

impl TestApp {
    /// A practitioner who registers with this GMC number.
    async fn registered_with(&self, name: &str, number: &str) -> Actor {
        let mut form = self.registration(name);
        form["registration_number"] = json!(number);
        self.practitioner_with(&form).await
    }

    /// Runs the job that compares registration numbers; returns how many practitioners it compared.
    async fn compares_numbers(&self) -> usize {
        self.write(find_duplicates).await
    }

    async fn officer(&self, name: &str) -> Actor {
        self.staff(name, Role::PrivacyOfficer).await
    }
}

impl Actor {
    /// The possible duplicates that a privacy officer sees, the newest first.
    async fn lists_duplicates(&self) -> Vec<Value> {
        let listed = self.get("/v1/audit-flags").send().await.expect(200);
        listed.items().iter().filter(|flag| flag["kind"] == "possible_duplicate").cloned().collect()
    }
}

/// The ids of the practitioners that a flag names, in order.
fn named(flag: &Value) -> Vec<String> {
    let mut ids: Vec<String> =
        flag["practitioners"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

fn ids(people: &[&Actor]) -> Vec<String> {
    let mut ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    ids.sort();
    ids
}

#[apply(both_engines)]
async fn second_record_with_one_registration_number_is_flagged_for_privacy_officers(app: TestApp) {
    let pia = app.officer("Pia Vale").await;
    let first = app.registered_with("Ada Byron", NUMBER).await;
    app.registered_with("Bea Quill", "7654322").await;
    app.clock.advance(TimeDelta::hours(1));
    let second = app.registered_with("Augusta King", NUMBER).await;

    assert_eq!(app.compares_numbers().await, 3);

    let pia = pia.signs_in_again().await;
    let flags = pia.lists_duplicates().await;
    assert_eq!(flags.len(), 1, "{flags:?}");
    let flag = &flags[0];
    assert_eq!(named(flag), ids(&[&first, &second]));
    assert_eq!((&flag["count"], &flag["actor_id"]), (&json!(1), &json!(second.id.to_string())));
    assert_eq!(flag["actor_name"], Value::Null, "practitioners are never named");
    let (first, second) = (first.signs_in_again().await, second.signs_in_again().await);
    let references: Vec<&Value> = flag["practitioners"].as_array().unwrap().iter().map(|one| &one["reference"]).collect();
    for person in [&first, &second] {
        assert!(references.contains(&&json!(person.own_reference().await)), "{references:?}");
    }
    let path = format!("/v1/audit-flags/{}", flag["id"].as_str().unwrap());
    assert_eq!(&pia.get(&path).send().await.expect(200).json, flag);
    let emails = app.expect_emails_to(&pia.email).await;
    assert!(emails.last().unwrap().body.contains("waits for your review"), "{}", emails.last().unwrap().body);

    assert_eq!(app.compares_numbers().await, 0, "each once");
    assert_eq!(app.row_count("audit_flags").await, 1);
}

#[apply(both_engines)]
async fn registration_with_a_known_number_is_answered_like_any_other_and_shows_nothing(app: TestApp) {
    let (pia, ada) = (app.officer("Pia Vale").await, app.registered_with("Ada Byron", NUMBER).await);
    let (single, statements) = app.counting_statements().await;
    let form = |name: &str, number: &str| {
        let mut form = single.registration(name);
        form["registration_number"] = json!(number);
        form
    };
    // The first of a kind takes more statements on PostgreSQL.
    single.practitioner_with(&form("Dot Hale", "7000001")).await;
    let mut seen = Vec::new();
    for form in [form("Bea Quill", "7000002"), form("Augusta King", NUMBER)] {
        let (answer, registering) = statements.of(single.registers(&form)).await;
        let answer = answer.expect(201);
        let token = single.token_for(form["email"].as_str().unwrap()).await;
        let password = form["password"].as_str().unwrap();
        let (confirmed, confirming) = statements.of(single.opens_link(&token, password)).await;
        seen.push((answer.json.clone(), registering, confirmed.expect(204).json.clone(), confirming));
    }
    assert_eq!(seen[0], seen[1], "answers and statements");

    app.compares_numbers().await;
    let flags = pia.lists_duplicates().await;
    assert_eq!(flags.len(), 1);
    let path = format!("/v1/audit-flags/{}", flags[0]["id"].as_str().unwrap());
    pia.get(&path).send().await.expect(200);
    let log = ada.get("/v1/me/access-log?include_own=true").send().await.expect(200);
    assert!(!log.expect_items().iter().any(|entry| entry["action"].as_str().unwrap().contains("flag")), "{}", log.json);
}

#[apply(both_engines)]
async fn former_and_changed_numbers_are_compared_and_other_changes_flag_nothing_again(app: TestApp) {
    let (pia, ada) = (app.officer("Pia Vale").await, app.registered_with("Ada Byron", NUMBER).await);
    let bea = app.registered_with("Bea Quill", "7000002").await;
    app.compares_numbers().await;
    assert!(pia.lists_duplicates().await.is_empty());

    app.clock.advance(TimeDelta::minutes(1));
    ada.changes_registration(json!({ "registration_number": "7000003" })).await.expect(200);
    app.clock.advance(TimeDelta::minutes(1));
    bea.changes_registration(json!({ "registration_number": NUMBER })).await.expect(200);
    app.compares_numbers().await;
    let flags = pia.lists_duplicates().await;
    assert_eq!(flags.len(), 1, "Ada had the number before");
    assert_eq!(named(&flags[0]), ids(&[&ada, &bea]));

    bea.changes_registration(json!({ "phone": "020 7946 0019" })).await.expect(200);
    assert_eq!(app.compares_numbers().await, 1);
    assert_eq!(pia.lists_duplicates().await.len(), 1, "the number is the same");
    app.clock.advance(TimeDelta::minutes(1));
    bea.changes_registration(json!({ "registration_number": "7000003" })).await.expect(200);
    app.compares_numbers().await;
    assert_eq!(pia.lists_duplicates().await.len(), 2, "another number of hers is known too");
}

#[apply(both_engines)]
async fn officer_who_must_not_meet_one_of_the_two_sees_nothing_of_the_flag(app: TestApp) {
    let avery = app.administrator().await;
    let pia = app.officer("Pia Warden").await;
    let ada = app.registered_with("Ada Byron", NUMBER).await;
    // Only the earlier record keeps her away.
    ada.blocks_name(&pia.name).await.expect(201);
    app.clock.advance(TimeDelta::minutes(1));
    app.registered_with("Augusta King", NUMBER).await;
    app.compares_numbers().await;

    assert!(pia.lists_duplicates().await.is_empty());
    let path = format!("/v1/audit-flags/{}", app.ids_where("id", "audit_flags", "kind = 'possible_duplicate'").await[0]);
    pia.get(&path).send().await.expect_problem("not_found");
    let form = json!({ "outcome": "one_person", "note": "The same doctor." });
    pia.post(&format!("{path}/review"), form.clone()).send().await.expect_problem("not_found");
    assert!(app.emails_to(&pia.email).await.is_empty());
    let emails = app.expect_emails_to(&avery.email).await;
    assert!(
        emails.last().unwrap().body.contains("1 review waits for another privacy officer"),
        "{}",
        emails.last().unwrap().body
    );

    let quin = app.officer("Quin Reed").await;
    assert_eq!(quin.lists_duplicates().await.len(), 1);
    quin.post(&format!("{path}/review"), form).send().await.expect(200);
}

#[apply(both_engines)]
async fn review_of_a_possible_duplicate_says_whether_it_is_one_person(app: TestApp) {
    let pia = app.officer("Pia Vale").await;
    app.registered_with("Ada Byron", NUMBER).await;
    app.clock.advance(TimeDelta::minutes(1));
    let second = app.registered_with("Augusta King", NUMBER).await;
    app.compares_numbers().await;
    let path = format!("/v1/audit-flags/{}/review", pia.lists_duplicates().await[0]["id"].as_str().unwrap());
    let review = |outcome: &str| pia.post(&path, json!({ "outcome": outcome, "note": "Asked in the next session." })).send();

    review("explained").await.expect_field("invalid_body", "/outcome");
    assert_eq!(app.ids_where("id", "audit_flags", "reviewed_at IS NOT NULL").await.len(), 0);
    let reviewed = review("one_person").await.expect(200);
    assert_eq!(reviewed.json["review"]["outcome"], json!("one_person"));
    review("different_people").await.expect_problem("state_conflict");
    let listed = pia.get("/v1/audit-events?flagged=true&limit=100").send().await.expect(200);
    let by_her = listed.items().iter().any(|event| event["actor"]["id"] == json!(second.id.to_string()));
    assert!(!by_her, "what practitioners do is no unusual use: {}", listed.json);
}
