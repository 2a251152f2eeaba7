//! Practitioners who use the public API: they register, confirm their address, sign in and answer questionnaires.

use serde_json::{Value, json};

use super::actors::{Actor, PASSWORD, address};
use super::app::TestApp;
use super::reply::{CheckedReply, Reply};

impl TestApp {
    /// The registration of a made-up doctor in England; change members to make another person.
    pub fn registration(&self, name: &str) -> Value {
        let number = name.bytes().fold(7_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 1_000_000);
        json!({
            "email": address(name),
            "password": PASSWORD,
            "legal_name": name,
            "profession": "doctor",
            "registration_body": "gmc",
            "registration_number": format!("7{number:06}"),
            "setting": "secondary_care",
            "nation": "england",
            "icb_code": "QWE",
            "employer_ods": "X9K3M",
            "confidentiality_reason": "none",
            "consents": { "care": true, "data_processing": true },
            "emergency_contact": { "name": "Augusta Leigh", "phone": "020 7946 0018", "relationship": "aunt", "lives_in_uk": true }
        })
    }

    /// Sends a registration.
    pub async fn registers(&self, form: &Value) -> Reply {
        self.post("/v1/registrations", form.clone()).send().await
    }

    /// A doctor in England who is registered, confirmed and signed in.
    pub async fn practitioner(&self, name: &str) -> Actor {
        self.practitioner_with(&self.registration(name)).await
    }

    /// The same with this registration.
    pub async fn practitioner_with(&self, form: &Value) -> Actor {
        self.registers(form).await.expect(201);
        let email = form["email"].as_str().unwrap();
        let token = self.token_for(email).await;
        self.opens_link(&token, form["password"].as_str().unwrap()).await.expect(204);
        self.signed_in(form["legal_name"].as_str().unwrap(), email, form["password"].as_str().unwrap()).await
    }
}

impl Actor {
    /// Reads one's own registration.
    pub async fn own_registration(&self) -> CheckedReply {
        self.get("/v1/me/registration").send().await.expect(200)
    }

    /// One's own pathway state.
    pub async fn pathway(&self) -> String {
        self.own_registration().await.text("pathway")
    }

    /// Reads one's own registration and changes the version read.
    pub async fn changes_registration(&self, change: Value) -> Reply {
        let etag = self.own_registration().await.etag();
        self.patch("/v1/me/registration", change).if_match(&etag).send().await
    }

    /// Blocks a clinician of the service.
    pub async fn blocks(&self, clinician: &Actor) -> Reply {
        self.blocks_colleague(json!({ "clinician_id": clinician.id, "relationship": "same_team" })).await
    }

    /// Blocks the colleague with this GMC number.
    pub async fn blocks_number(&self, number: &str) -> Reply {
        let colleague = json!({ "registration_body": "gmc", "registration_number": number, "relationship": "same_team" });
        self.blocks_colleague(colleague).await
    }

    /// Blocks a colleague with this name.
    pub async fn blocks_name(&self, name: &str) -> Reply {
        self.blocks_colleague(json!({ "name": name, "relationship": "same_team" })).await
    }

    /// Blocks a colleague by the details in this form.
    pub async fn blocks_colleague(&self, colleague: Value) -> Reply {
        self.post("/v1/me/blocked-colleagues", colleague).send().await
    }
}

/// A complete set of answers: `values[n]` to the item `{prefix}_{n + 1}`.
pub fn answers(prefix: &str, values: &[i32]) -> Value {
    let answers = values.iter().enumerate().map(|(n, value)| json!({ "item": format!("{prefix}_{}", n + 1), "value": value }));
    json!({ "answers": answers.collect::<Vec<_>>() })
}

/// PHQ-9 answers with a total of 12 and no risk.
pub fn phq9() -> Value {
    answers("phq9", &[2, 2, 2, 2, 1, 1, 1, 1, 0])
}

/// The same PHQ-9 answers with this value for the ninth item, which asks about self-harm.
pub fn phq9_at_risk(ninth: i32) -> Value {
    answers("phq9", &[2, 2, 2, 2, 1, 1, 1, 1, ninth])
}

/// GAD-7 answers with a total of 7.
pub fn gad7() -> Value {
    answers("gad7", &[1; 7])
}

impl Actor {
    /// Starts an assessment and returns its path.
    pub async fn starts_assessment(&self) -> String {
        let started = self.post_empty("/v1/assessments").send().await.expect(201);
        started.header("location").unwrap().to_owned()
    }

    /// A POST without a body.
    pub fn post_empty(&self, path: &str) -> super::app::RequestBuilder {
        self.app.request(actix_web::http::Method::POST, path).bearer(&self.token)
    }

    /// Answers a questionnaire of the assessment at this path.
    pub async fn answers(&self, assessment: &str, questionnaire: &str, answers: Value) -> Reply {
        self.put(&format!("{assessment}/answers/{questionnaire}"), answers).send().await
    }

    /// Submits the assessment at this path.
    pub async fn submits_assessment(&self, assessment: &str) -> Reply {
        self.post_empty(&format!("{assessment}/submit")).send().await
    }

    /// Answers and submits the intake questionnaires; returns the path of the assessment.
    pub async fn completes_intake(&self) -> String {
        self.completes_intake_with(phq9()).await
    }

    /// The same with these answers to the PHQ-9.
    pub async fn completes_intake_with(&self, phq9: Value) -> String {
        let assessment = self.starts_assessment().await;
        self.answers(&assessment, "phq-9", phq9).await.expect(200);
        self.answers(&assessment, "gad-7", gad7()).await.expect(200);
        self.submits_assessment(&assessment).await.expect(200);
        assessment
    }
}

/// A builder for a practitioner's registration.
pub struct NewPractitioner {
    app: TestApp,
    form: Value,
}

impl TestApp {
    /// A made-up doctor in England, not registered yet.
    pub fn new_practitioner(&self, name: &str) -> NewPractitioner {
        NewPractitioner { app: self.clone(), form: self.registration(name) }
    }

    /// Checks, without an account, whether a profession in secondary care in England is eligible.
    pub async fn asks_eligibility(&self, profession: &str) -> Reply {
        self.get(&format!("/v1/eligibility?profession={profession}&setting=secondary_care&nation=england")).send().await
    }

    /// Follows the confirmation link in the newest email to an address and enters the usual password.
    pub async fn confirms_address(&self, email: &str) -> Reply {
        let token = self.token_for(email).await;
        self.opens_link(&token, PASSWORD).await
    }

    /// Opens a confirmation link and enters a password.
    pub async fn opens_link(&self, token: &str, password: &str) -> Reply {
        self.post("/v1/email-confirmations/confirm", json!({ "token": token, "password": password })).send().await
    }
}

impl NewPractitioner {
    pub fn with_pseudonym(mut self, pseudonym: &str) -> Self {
        self.form["pseudonym"] = json!(pseudonym);
        self
    }

    pub fn employed_by(mut self, ods: &str) -> Self {
        self.form["employer_ods"] = json!(ods);
        self
    }

    /// Blocks the colleague with this GMC number.
    pub fn blocking_number(mut self, number: &str) -> Self {
        let colleague = json!({ "registration_body": "gmc", "registration_number": number, "relationship": "same_team" });
        self.form["blocked_colleagues"] = json!([colleague]);
        self
    }

    /// Sends the registration; returns the response and the address to confirm.
    pub async fn registers(&self) -> (Reply, String) {
        (self.app.registers(&self.form).await, self.form["email"].as_str().unwrap().to_owned())
    }

    /// Registers, confirms the address and signs in.
    pub async fn registers_and_signs_in(self) -> Actor {
        self.app.practitioner_with(&self.form).await
    }
}
