//! Clinicians: who they are, when they work, when they are away.

use std::future::IntoFuture;

use chrono::{DateTime, Utc};
use confide::people::Role;
use confide::platform::seal::Place;
use confide::scheduling::schema::clinicians;
use diesel::prelude::*;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::actors::{Actor, PASSWORD, address};
use super::app::TestApp;
use super::reply::{Reply, Seen};

/// A clinician who is about to have an account and a directory entry.
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

    /// An administrator makes a clinician's entry in the directory, or replaces it as it is.
    pub async fn enters(&self, clinician: &Actor, entry: Value) -> Reply {
        let registrar = self.registrar().await;
        let path = format!("/v1/clinicians/{}", clinician.id);
        let seen = registrar.get(&path).send().await;
        let ask = registrar.put(&path, entry);
        if seen.status == 200 { ask.if_match(&seen.etag()).send().await } else { ask.send().await }
    }

    /// The administrator who keeps the directory; made when they are first needed.
    async fn registrar(&self) -> Actor {
        const NAME: &str = "Robin Registrar";
        match self.sign_in(&address(NAME), PASSWORD).await.status.as_u16() {
            201 => self.signed_in(NAME, &address(NAME), PASSWORD).await,
            _ => self.staff(NAME, Role::Administrator).await,
        }
    }

    /// Moves the clock to a time ahead.
    pub fn it_is(&self, time: &str) {
        self.clock.advance(time.parse::<DateTime<Utc>>().unwrap() - self.now().get());
    }
}

/// An ordinary entry.
pub fn directory_entry(name: &str) -> Value {
    json!({
        "name": name, "discipline": "psychiatrist", "gender": "female", "languages": ["en"],
        "specialisms": ["burnout"], "region": "london", "place": "London", "biography": "Sees doctors.",
        "employer_ods": null, "registration_body": null, "registration_number": null, "listed": true
    })
}

impl Actor {
    /// The directory keeps this name of the clinician, whatever is taken today.
    pub async fn is_kept_as(&self, name: &'static str) {
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
            self.app.enters(&actor, self.entry).await.expect(200);
            actor
        })
    }
}

impl Actor {
    /// Holds a clinic.
    pub async fn holds_clinic(&self, clinic: Value) -> Seen {
        self.post("/v1/clinics", clinic).send().await.expect(201)
    }

    /// Holds a clinic of slots without gaps.
    pub async fn holds_clinic_on(&self, day: &str, from: &str, until: &str, minutes: u16, kind: &str, mode: &str) -> Seen {
        self.holds_clinic(clinic(day, from, until, minutes, kind, mode)).await
    }

    /// Is away.
    pub async fn is_away(&self, from: &str, to: &str) -> Seen {
        self.post("/v1/absences", json!({ "starts_at": from, "ends_at": to })).send().await.expect(201)
    }

    /// The entries of a clinician's own calendar.
    pub async fn calendar(&self, from: &str, to: &str) -> Vec<Value> {
        self.get(&format!("/v1/calendar?from={from}&to={to}")).send().await.expect(200).items().clone()
    }

    /// When the free slots in a clinician's own calendar start.
    pub async fn free_slots(&self, from: &str, to: &str) -> Vec<String> {
        let entries = self.calendar(from, to).await;
        let free = entries.iter().filter(|entry| entry["state"] == "free");
        free.map(|entry| entry["starts_at"].as_str().unwrap().to_owned()).collect()
    }

    /// The names of the clinicians whom the caller finds, in order.
    pub async fn finds(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/clinicians?{query}")).send().await.expect(200);
        list.items().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// A clinic's form.
pub fn clinic(day: &str, from: &str, until: &str, minutes: u16, kind: &str, mode: &str) -> Value {
    let place = if mode == "in_person" { json!("Tavistock House") } else { Value::Null };
    json!({ "weekday": day, "from": from, "until": until, "slot_minutes": minutes, "kind": kind, "mode": mode, "place": place })
}
