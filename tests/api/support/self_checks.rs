//! Self-checks: taken anonymously, and claimed by practitioners.

use confide::access::schema::self_checks;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::practitioners::{answers, gad7, phq9_at_risk};
use super::reply::Reply;

/// One questionnaire of a self-check; `answers` has the form of an assessment's answers.
pub fn self_check_part(questionnaire: &str, answers: &Value) -> Value {
    json!({ "questionnaire": questionnaire, "answers": answers["answers"] })
}

/// A self-check with PHQ-9 and GAD-7 and this value for the ninth item.
pub fn usual_self_check(ninth: i32) -> Value {
    json!({ "questionnaires": [self_check_part("phq-9", &phq9_at_risk(ninth)), self_check_part("gad-7", &gad7())] })
}

/// AUDIT-C answers.
pub fn audit_c(values: &[i32; 3]) -> Value {
    answers("audit_c", values)
}

impl TestApp {
    /// Takes a self-check, without an account.
    pub async fn takes_self_check(&self, form: Value) -> Reply {
        self.post("/v1/self-checks", form).send().await
    }

    /// Takes the usual self-check; returns its code.
    pub async fn self_check_code(&self, ninth: i32) -> String {
        self.takes_self_check(usual_self_check(ninth)).await.expect(201).text("code")
    }

    /// How many self-checks are stored, and how many of them were claimed.
    pub async fn self_check_counts(&self) -> (i64, i64) {
        self.sql(|conn| {
            let claimed = self_checks::table.filter(self_checks::claimed_by.is_not_null());
            Ok((self_checks::table.count().get_result(conn)?, claimed.count().get_result(conn)?))
        })
        .await
    }

    /// Runs the background job that erases expired self-checks once.
    pub async fn erase_expired_self_checks(&self) -> usize {
        self.write(confide::access::self_check::sweep).await
    }
}

impl Actor {
    /// Claims a self-check by its code.
    pub async fn claims_self_check(&self, code: &str) -> Reply {
        self.post("/v1/me/self-checks", json!({ "code": code })).send().await
    }

    /// Reads the self-checks that a practitioner claimed.
    pub async fn reads_self_checks_of(&self, practitioner: &Self) -> Reply {
        self.get(&format!("/v1/practitioners/{}/self-checks", practitioner.id)).send().await
    }
}
