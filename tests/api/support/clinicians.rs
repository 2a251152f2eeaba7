//! Clinicians: directory entries, clinics, absences, calendars.

use std::future::IntoFuture;

use chrono::{DateTime, Utc};
use confide::people::Role;
use confide::platform::seal::Place;
use confide::scheduling::schema::clinicians;
use diesel::prelude::*;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::{CheckedReply, Reply};

/// A builder for a clinician with an account and a directory entry.
pub struct NewClinician {
    app: TestApp,
    name: String,
    pub entry: Value,
}

impl TestApp {
    /// A clinician with a directory entry, signed in: `app.clinician("Cleo Marsh").await`.
    pub fn clinician(&self, name: &str) -> NewClinician {
        NewClinician { app: self.clone(), name: name.to_owned(), entry: directory_entry(name) }
    }

    /// An administrator creates or replaces a clinician's directory entry, and another approves what needs it.
    pub async fn saves_directory_entry(&self, clinician: &Actor, entry: Value) -> Reply {
        let administrator = self.directory_administrator().await;
        let path = format!("/v1/clinicians/{}", clinician.id);
        let current = administrator.get(&path).send().await;
        let request = administrator.put(&path, entry);
        let saved = if current.status == 200 { request.if_match(&current.etag()).send().await } else { request.send().await };
        if self.approves_pending(&saved).await { administrator.get(&path).send().await } else { saved }
    }

    /// The administrator who maintains the directory; created on first use.
    async fn directory_administrator(&self) -> Actor {
        self.administrator_named("Robin Registrar").await
    }

    /// Moves the clock forward to this time.
    pub fn advance_clock_to(&self, time: &str) {
        self.clock.advance(time.parse::<DateTime<Utc>>().unwrap() - self.now().get());
    }
}

/// A directory entry with usual values.
pub fn directory_entry(name: &str) -> Value {
    json!({
        "name": name, "discipline": "psychiatrist", "gender": "female", "languages": ["en"],
        "specialisms": ["burnout"], "region": "london", "place": "London", "biography": "Sees doctors.",
        "employer_ods": null, "registration_body": null, "registration_number": null, "listed": true,
        "reason": "Checked against the register."
    })
}

impl Actor {
    /// Stores this name of the clinician in the directory, even one that today's rules refuse.
    pub async fn is_stored_with_name(&self, name: &'static str) {
        let (sealer, id) = (self.app.platform.sealer.clone(), self.id);
        self.app
            .sql(move |conn| {
                let sealed = sealer.seal_text(Place("clinicians.name", id), name)?;
                let changed = diesel::update(clinicians::table.find(id)).set(clinicians::name.eq(sealed)).execute(conn)?;
                assert_eq!(changed, 1, "the clinician has no entry");
                Ok(())
            })
            .await;
    }
}

impl NewClinician {
    fn with(mut self, member: &str, value: Value) -> Self {
        self.entry[member] = value;
        self
    }

    pub fn discipline(self, discipline: &str) -> Self {
        self.with("discipline", json!(discipline))
    }

    pub fn gender(self, gender: &str) -> Self {
        self.with("gender", json!(gender))
    }

    pub fn languages(self, languages: &[&str]) -> Self {
        self.with("languages", json!(languages))
    }

    pub fn specialisms(self, specialisms: &[&str]) -> Self {
        self.with("specialisms", json!(specialisms))
    }

    pub fn in_region(self, region: &str, place: &str) -> Self {
        self.with("region", json!(region)).with("place", json!(place))
    }

    pub fn employed_by(self, ods: &str) -> Self {
        self.with("employer_ods", json!(ods))
    }

    pub fn registered(self, body: &str, number: &str) -> Self {
        self.with("registration_body", json!(body)).with("registration_number", json!(number))
    }

    pub fn registered_with_the_nmc_as(self, profession: &str) -> Self {
        self.with("nmc_profession", json!(profession))
    }

    pub fn unlisted(self) -> Self {
        self.with("listed", json!(false))
    }
}

impl IntoFuture for NewClinician {
    type Output = Actor;
    type IntoFuture = LocalBoxFuture<'static, Actor>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let actor = self.app.staff(&self.name, Role::Clinician).await;
            self.app.saves_directory_entry(&actor, self.entry).await.expect(200);
            actor
        })
    }
}

impl Actor {
    /// Creates a clinic.
    pub async fn holds_clinic(&self, clinic: Value) -> CheckedReply {
        self.post("/v1/clinics", clinic).send().await.expect(201)
    }

    /// Creates a clinic whose slots follow each other without gaps.
    pub async fn holds_clinic_on(
        &self,
        day: &str,
        from: &str,
        until: &str,
        minutes: u16,
        kind: &str,
        mode: &str,
    ) -> CheckedReply {
        self.holds_clinic(clinic(day, from, until, minutes, kind, mode)).await
    }

    /// Records an absence.
    pub async fn is_away(&self, from: &str, to: &str) -> CheckedReply {
        self.post("/v1/absences", json!({ "starts_at": from, "ends_at": to })).send().await.expect(201)
    }

    /// The entries of the clinician's own calendar.
    pub async fn calendar(&self, from: &str, to: &str) -> Vec<Value> {
        self.get(&format!("/v1/calendar?from={from}&until={to}")).send().await.expect(200).items().clone()
    }

    /// The start times of the free slots in the clinician's own calendar.
    pub async fn free_slots(&self, from: &str, to: &str) -> Vec<String> {
        let entries = self.calendar(from, to).await;
        let free = entries.iter().filter(|entry| entry["state"] == "free");
        free.map(|entry| entry["starts_at"].as_str().unwrap().to_owned()).collect()
    }

    /// The names of the clinicians that a search finds, in order.
    pub async fn finds_clinicians(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/clinicians?{query}")).send().await.expect(200);
        list.items().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// The body of a request that creates a clinic.
pub fn clinic(day: &str, from: &str, until: &str, minutes: u16, kind: &str, mode: &str) -> Value {
    let place = if mode == "in_person" { json!("Quay Centre") } else { Value::Null };
    json!({ "weekday": day, "from": from, "until": until, "slot_minutes": minutes, "kind": kind, "mode": mode, "place": place })
}
