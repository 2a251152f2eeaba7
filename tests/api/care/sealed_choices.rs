//! Choices that tell something about a person's health are sealed, each as long as any other, also those of an earlier version.

use std::collections::BTreeSet;

use confide::care::assessment::model::AssessmentOutcome;
use confide::care::follow_ups::model::FollowUpPurpose;
use confide::care::groups::model::{GroupTopic, ScreeningVerdict};
use confide::care::groups::queries::screenings;
use confide::platform::db::Conn;
use confide::platform::ids::Id;
use confide::platform::seal::Place;
use diesel::connection::SimpleConnection;
use serde::Serialize;
use serde_json::{Value, json};

use crate::guards::query_lines;
use crate::support::actors::Actor;
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::groups::{Group, therapy};
use crate::support::{TestApp, apply, both_engines};

/// Ada's assessment has an outcome, a follow-up is agreed, and she was screened for a group.
struct Situation {
    group: Group,
    ada: Actor,
    assessment: String,
    follow_up: String,
}

impl TestApp {
    async fn choices_about_ada(&self) -> Situation {
        let group = self.group(therapy).await;
        let ada = self.practitioner("Ada Byron").await;
        let assessment = ada.completes_intake().await;
        let appointment = self.appointment(&ada, &group.cleo, self.now().get()).await;
        group.screens(&ada, "not_suitable").await.expect(201);
        let outcome = json!({ "outcome": "accepted", "plan": "Eight sessions.", "appointment_id": appointment });
        group.cleo.post(&format!("{assessment}/outcomes"), outcome).send().await.expect(201);
        let mut form = follow_up_in_two_weeks(appointment);
        (form["purpose"], form["questionnaire"]) = (json!("risk_review"), json!("phq-9"));
        let follow_up = group.cleo.agrees_follow_up(&ada, form).await.expect(201).id();
        Situation { group, ada, assessment, follow_up }
    }

    /// The stored values of the choices, as hexadecimal and as text.
    async fn stored_choices(&self) -> Vec<String> {
        self.sql(|conn| {
            let hex = match conn {
                Conn::Sqlite(_) => "hex(COLUMN)",
                Conn::Postgres(_) => "encode(COLUMN, 'hex')",
            };
            let of = |table: &str, column: &str| format!("SELECT {} AS line FROM {table}", hex.replace("COLUMN", column));
            let sql = [
                of("follow_ups", "terms"),
                of("group_screenings", "sealed_verdict"),
                of("assessment_outcomes", "sealed_outcome"),
                "SELECT topic FROM therapy_groups".to_owned(),
            ];
            Ok(query_lines(conn, &sql.join(" UNION ALL ")))
        })
        .await
    }
}

impl Situation {
    /// The choices as the service shows them.
    async fn choices(&self, app: &TestApp) -> Value {
        let cleo = &self.group.cleo;
        let follow_up = cleo.reads_follow_up(&self.follow_up).await.expect(200).json;
        let assessment = cleo.get(&self.assessment).send().await.expect(200).json;
        let group = self.group.cory.get(&format!("/v1/groups/{}", self.group.id)).send().await.expect(200).json;
        let (id, ada): (Id, Id) = (self.group.id.parse().unwrap(), self.ada.id);
        let verdict = app.write(move |tx| Ok(screenings::latest(tx, id, ada)?.unwrap().verdict)).await;
        let topic = group["topic"].as_str().unwrap().to_owned();
        let listed = self.group.cory.get(&format!("/v1/groups?topic={topic}")).send().await.expect(200).items().len();
        json!([follow_up["purpose"], follow_up["questionnaire"], assessment["outcomes"][0]["outcome"], verdict, topic, listed])
    }
}

#[apply(both_engines)]
async fn choices_about_a_persons_health_are_not_readable_in_the_database(app: TestApp) {
    let situation = app.choices_about_ada().await;
    let choices = situation.choices(&app).await;
    assert_eq!(choices, json!(["risk_review", "phq-9", "accepted", "not_suitable", choices[4], 1]));
    let stored = app.stored_choices().await.join(" ").to_lowercase();
    let topic = choices[4].as_str().unwrap();
    for word in ["risk_review", "phq-9", "accepted", "not_suitable", topic] {
        let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!stored.contains(word) && !stored.contains(&hex), "{word}");
    }
}

#[apply(both_engines)]
async fn every_choice_is_sealed_with_the_same_length(app: TestApp) {
    fn lengths<T: Serialize>(app: &TestApp, values: impl IntoIterator<Item = T>) -> usize {
        let place = Place("group_screenings.sealed_verdict", Id::new(app.now()));
        let seal = |value: T| app.platform.sealer.seal_json(place, &value).unwrap().len();
        let found: BTreeSet<usize> = values.into_iter().map(seal).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    }
    let terms = FollowUpPurpose::ALL.iter().flat_map(|purpose| {
        [None, Some("phq-9"), Some("isi"), Some("audit-c")].map(|code| json!({ "purpose": purpose, "questionnaire": code }))
    });
    let all = [
        lengths(&app, ScreeningVerdict::ALL),
        lengths(&app, AssessmentOutcome::ALL),
        lengths(&app, terms),
        lengths(&app, GroupTopic::ALL),
        lengths(&app, [true, false]),
        lengths(&app, [vec![0; 9], vec![3; 9], vec![0; 7], vec![10; 12]]),
    ];
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:?}");
}

#[apply(both_engines)]
async fn choices_of_an_earlier_version_are_sealed_when_the_service_starts(app: TestApp) {
    let situation = app.choices_about_ada().await;
    let before = situation.choices(&app).await;
    let script = |end: &str| {
        let file = format!("migrations/{}/2026-12-03-000006_sealed_choices/{end}.sql", app.engine.name().to_lowercase());
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    conn.batch_execute(&format!("BEGIN; {} COMMIT;", script("down"))).unwrap();
    let topic = before[4].as_str().unwrap();
    conn.batch_execute(&format!(
        "UPDATE follow_ups SET purpose = 'risk_review', questionnaire = 'phq-9'; UPDATE group_screenings SET verdict = 'not_suitable'; \
         UPDATE assessment_outcomes SET outcome = 'accepted'; UPDATE therapy_groups SET topic = '{topic}'"
    ))
    .unwrap();
    conn.batch_execute(&format!("BEGIN; {} COMMIT;", script("up"))).unwrap();
    drop(conn);
    confide::server::load_reference_data(&app.platform).await.unwrap();
    assert_eq!(situation.choices(&app).await, before);
    assert_eq!(app.row_count("unsealed_values").await, 0);
    let stored = app.stored_choices().await;
    assert!(!stored.contains(&topic.to_owned()), "{stored:?}");
    confide::server::load_reference_data(&app.platform).await.unwrap();
    assert_eq!(app.stored_choices().await, stored, "done once");
}
