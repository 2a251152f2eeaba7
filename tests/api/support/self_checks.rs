//! Self-checks: taken by nobody, and sometimes taken over by somebody.

use confide::access::schema::self_checks;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::practitioners::{answers, gad7, phq9_at_risk};
use super::reply::Reply;

/// One questionnaire in a self-check; `answers` as an assessment takes them.
pub fn check_of(questionnaire: &str, answers: &Value) -> Value {
    json!({ "questionnaire": questionnaire, "answers": answers["answers"] })
}

/// A self-check of mood and worry; the ninth item is answered so.
pub fn an_ordinary_check(ninth: i32) -> Value {
    json!({ "questionnaires": [check_of("phq-9", &phq9_at_risk(ninth)), check_of("gad-7", &gad7())] })
}

/// AUDIT-C answers.
pub fn audit_c(values: &[i32; 3]) -> Value {
    answers("audit_c", values)
}

impl TestApp {
    /// Somebody takes a self-check.
    pub async fn takes_self_check(&self, form: Value) -> Reply {
        self.post("/v1/self-checks", form).send().await
    }

    /// Somebody takes an ordinary one; the code that they are given.
    pub async fn self_check_code(&self, ninth: i32) -> String {
        self.takes_self_check(an_ordinary_check(ninth)).await.expect(201).text("code")
    }

    /// How many self-checks are kept, and how many of those were taken over.
    pub async fn kept_self_checks(&self) -> (i64, i64) {
        self.sql(|conn| {
            let over = self_checks::table.filter(self_checks::claimed_by.is_not_null());
            Ok((self_checks::table.count().get_result(conn)?, over.count().get_result(conn)?))
        })
        .await
    }

    /// One round of what the service does about self-checks by itself.
    pub async fn forgets_self_checks(&self) -> usize {
        self.write(confide::access::self_check::sweep).await
    }
}

impl Actor {
    /// Hands in the code of a self-check.
    pub async fn takes_over(&self, code: &str) -> Reply {
        self.post("/v1/me/self-checks", json!({ "code": code })).send().await
    }

    /// What a practitioner took over.
    pub async fn reads_self_checks_of(&self, practitioner: &Self) -> Reply {
        self.get(&format!("/v1/practitioners/{}/self-checks", practitioner.id)).send().await
    }
}
