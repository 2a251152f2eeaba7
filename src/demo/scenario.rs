//! The main course of the scenario, week by week.

use std::collections::BTreeMap;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::api::{ApiClient, User, text};
use super::people::{self, Member, PASSWORD, People, Practitioner, Stage, address};
use crate::access::registration::confirmation;
use crate::people::Role;
use crate::people::accounts::queries as accounts;
use crate::people::sign_in::model::EndReason;
use crate::people::sign_in::queries as sessions;
use crate::platform::Tx;
use crate::platform::error::Error;
use crate::platform::ids::{Id, UtcTime};
use crate::platform::outbox::{Email, lookup};
use crate::scheduling::calendar;
use crate::server::Parts;

pub(super) struct Scenario<'a, S> {
    pub(super) parts: &'a Parts,
    pub(super) api: ApiClient<S>,
    pub(super) hash: String,
}

/// A practitioner in the course of the scenario.
pub(super) struct PractitionerUser<'a> {
    pub(super) person: User,
    pub(super) profile: &'a Practitioner,
    /// The clinician that they book with.
    pub(super) clinician: Option<String>,
}

/// The users of the scenario, all of them signed in.
pub(super) struct Users<'a> {
    pub(super) staff: &'a [(Role, User)],
    pub(super) clinicians: &'a [User],
    pub(super) practitioners: &'a [PractitionerUser<'a>],
}

impl<S, B> Scenario<'_, S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    pub(super) fn now(&self) -> UtcTime {
        self.parts.platform.clock.now()
    }

    pub(super) fn wait(&self, time: TimeDelta) {
        self.parts.platform.clock.advance(time);
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, String> {
        self.parts.platform.write(work).await.map_err(|error| error.to_string())
    }

    /// The administrator adds the hubs to the directory.
    pub(super) async fn create_hubs(&self, staff: &[(Role, User)]) -> Result<usize, String> {
        let admin = staff.iter().find(|(role, _)| *role == Role::Administrator).map(|(_, person)| person);
        let admin = admin.ok_or("the demo has no administrator")?;
        let hubs = people::hubs()?;
        let number = hubs.len();
        for hub in hubs {
            self.api.post(admin, "/v1/hubs", hub).await?;
        }
        Ok(number)
    }

    /// The administrator comes first and creates the others.
    pub(super) async fn create_staff(&self, people: &People) -> Result<Vec<(Role, User)>, String> {
        let mut staff = Vec::new();
        for Member { name, role } in &people.staff {
            let (email, name, role, hash) = (address(name), name.clone(), *role, self.hash.clone());
            let mail = email.clone();
            self.write(move |tx| {
                let new = accounts::NewAccount {
                    id: Id::new(tx.now),
                    role,
                    email: &mail,
                    name: &name,
                    password_hash: Some(&hash),
                    email_verified_at: Some(tx.now),
                };
                accounts::insert(tx, &new)
            })
            .await?;
            staff.push((role, self.sign_in(&email).await?));
        }
        Ok(staff)
    }

    /// The second administrator approves the change that waits in an answer, if there is one.
    pub(super) async fn approve(&self, staff: &[(Role, User)], answer: &Value) -> Result<(), String> {
        let change = text(&answer["pending_change"], "id");
        if change.is_empty() {
            return Ok(());
        }
        let second = staff.iter().filter(|(role, _)| *role == Role::Administrator).nth(1).map(|(_, person)| person);
        let second = second.ok_or("the demo has no second administrator")?;
        self.api.request(Method::POST, &format!("/v1/staff-changes/{change}/approve"), Some(second), None).await.map(|_| ())
    }

    pub(super) async fn sign_in(&self, email: &str) -> Result<User, String> {
        let form = json!({ "email": email, "password": PASSWORD });
        Ok(User::from_answer(&self.api.request(Method::POST, "/v1/sessions", None, Some(form)).await?))
    }

    /// A new member of staff follows the link in their email and chooses a password.
    async fn choose_password(&self, email: &str) -> Result<(), String> {
        let (index, hash) = (accounts::email_index(&self.parts.platform.sealer, email), self.hash.clone());
        self.write(move |tx| {
            let account = accounts::find_invited_staff(tx, &index)?.ok_or_else(Error::not_found)?;
            accounts::set_password_hash(tx, account.id, &hash)?;
            accounts::mark_email_verified(tx, account.id)
        })
        .await
    }

    /// A practitioner follows the link in their email and confirms the registration.
    pub(super) async fn confirm(&self) -> Result<(), String> {
        let link = self
            .write(|tx| {
                confirmation::process_due(tx)?;
                let newest = lookup::newest(tx, "verify_email")?.ok_or_else(Error::not_found)?;
                lookup::content_of::<Email>(tx, newest)
            })
            .await?;
        let token = link.body.split("#token=").nth(1).and_then(|rest| rest.split_whitespace().next());
        let form = json!({ "token": token.ok_or("the demo found no link in an email")?, "password": PASSWORD });
        self.api.request(Method::POST, "/v1/email-confirmations/confirm", None, Some(form)).await.map(|_| ())
    }

    pub(super) async fn create_clinicians(&self, people: &People, staff: &[(Role, User)]) -> Result<Vec<User>, String> {
        let with_role = |role| staff.iter().find(|(known, _)| *known == role).map(|(_, person)| person);
        let admin = with_role(Role::Administrator).ok_or("the demo has no administrator")?;
        let mut clinicians = Vec::new();
        for profile in &people.clinicians {
            let email = address(&profile.name);
            let form = json!({ "email": email, "name": profile.name, "role": "clinician", "reason": "Joins the team." });
            self.approve(staff, &self.api.post(admin, "/v1/staff", form).await?).await?;
            self.choose_password(&email).await?;
            let person = self.sign_in(&email).await?;
            let mut entry = profile.entry.clone();
            entry.insert("name".to_owned(), json!(profile.name));
            entry.insert("listed".to_owned(), json!(true));
            entry.insert("reason".to_owned(), json!("Checked against the register."));
            let path = format!("/v1/clinicians/{}", person.id);
            self.approve(staff, &self.api.put_any_version(admin, &path, Value::Object(entry)).await?).await?;
            for clinic in &profile.clinics {
                let mut clinic = clinic.clone();
                clinic["valid_from"] = json!(self.now().london_day());
                // The scenario finds its slots whenever the demo is loaded, also at Christmas and Easter.
                clinic["on_bank_holidays"] = json!(true);
                self.api.post(&person, "/v1/clinics", clinic).await?;
            }
            clinicians.push(person);
        }
        Ok(clinicians)
    }

    pub(super) async fn register<'p>(
        &self,
        people: &'p People,
        clinicians: &[User],
    ) -> Result<Vec<PractitionerUser<'p>>, String> {
        let mut practitioners = Vec::new();
        let by_name: BTreeMap<&str, &User> =
            people.clinicians.iter().map(|clinician| clinician.name.as_str()).zip(clinicians).collect();
        for profile in &people.practitioners {
            self.wait(TimeDelta::minutes(17));
            let email = address(&profile.pseudonym);
            self.api.request(Method::POST, "/v1/registrations", None, Some(registration(profile, &email))).await?;
            self.confirm().await?;
            let clinician = profile
                .clinician
                .as_deref()
                .map(|name| by_name.get(name).ok_or("the demo has no clinician of that name"))
                .transpose()?;
            practitioners.push(PractitionerUser {
                person: self.sign_in(&email).await?,
                profile,
                clinician: clinician.map(|clinician| clinician.id.clone()),
            });
        }
        Ok(practitioners)
    }

    pub(super) async fn fill_in_questionnaires(&self, practitioners: &[PractitionerUser<'_>]) -> Result<(), String> {
        self.wait(TimeDelta::hours(20));
        for (number, PractitionerUser { person, profile, .. }) in
            practitioners.iter().enumerate().filter(|(_, s)| s.profile.stage.has_intake())
        {
            let assessment = text(&self.api.post(person, "/v1/assessments", json!({})).await?, "id");
            for (code, items) in [("phq-9", 9), ("gad-7", 7)] {
                let questionnaire = self.api.get(person, &format!("/v1/questionnaires/{code}")).await?;
                let answers = questionnaire["items"].as_array().into_iter().flatten().enumerate().map(|(place, item)| {
                    let last = place + 1 == items && code == "phq-9";
                    let value = if last { u8::from(profile.stage == Stage::AtRisk) } else { ((number + place) % 4) as u8 };
                    json!({ "item": item["id"], "value": value })
                });
                let form = json!({ "answers": answers.collect::<Vec<_>>() });
                self.api.put(person, &format!("/v1/assessments/{assessment}/answers/{code}"), form).await?;
            }
            self.api.request(Method::POST, &format!("/v1/assessments/{assessment}/submit"), Some(person), None).await?;
        }
        Ok(())
    }

    /// Books the first free slot of a kind with their clinician, at least that many days from now; returns the appointment.
    pub(super) async fn book(&self, practitioner: &PractitionerUser<'_>, kind: &str, from_days: i64) -> Result<Value, String> {
        let clinician = practitioner.clinician.as_deref().ok_or("a practitioner of the demo has no clinician")?;
        self.book_with(&practitioner.person, clinician, kind, from_days).await
    }

    /// The same with a given clinician.
    pub(super) async fn book_with(&self, person: &User, clinician: &str, kind: &str, from_days: i64) -> Result<Value, String> {
        let from = self.now() + TimeDelta::days(from_days);
        let path =
            format!("/v1/slots?kind={kind}&clinician_id={clinician}&from={from}&until={}&limit=1", from + TimeDelta::days(10));
        let found = self.api.get(person, &path).await?;
        let slot = found["items"].get(0).ok_or("the demo found no free slot")?;
        self.api.post(person, "/v1/appointments", json!({ "slot_id": slot["id"] })).await
    }

    pub(super) async fn assess(&self, practitioners: &[PractitionerUser<'_>], clinicians: &[User]) -> Result<(), String> {
        self.wait(TimeDelta::hours(3));
        let mut booked = Vec::new();
        for practitioner in practitioners.iter().filter(|practitioner| practitioner.profile.stage.was_assessed()) {
            booked.push((practitioner, self.book(practitioner, "assessment", 2).await?));
        }
        self.wait(TimeDelta::days(14));
        for (PractitionerUser { person, profile, .. }, appointment) in booked {
            let clinician = by_id(clinicians, &appointment["clinician_id"])?;
            let attendance = if profile.stage == Stage::NotAttended { "did_not_attend" } else { "attended_on_time" };
            let path = format!("/v1/appointments/{}/record-attendance", text(&appointment, "id"));
            self.api.post(clinician, &path, json!({ "attendance": attendance })).await?;
            let outcome = match profile.stage {
                Stage::NotAttended => continue,
                Stage::MoreAssessment => "more_assessment",
                Stage::Discharged => "discharged",
                _ => "accepted",
            };
            let assessments = self.api.get(person, "/v1/assessments").await?;
            let assessment = text(&assessments["items"][0], "id");
            if outcome == "discharged" {
                self.check_that_nothing_is_open(clinician, person).await?;
            }
            let mut form = json!({ "appointment_id": appointment["id"], "outcome": outcome });
            if outcome == "accepted" {
                form["plan"] =
                    json!("Six sessions, fortnightly, then a review. Sleep first; the employer hears only what it must know.");
            }
            self.api.post(clinician, &format!("/v1/assessments/{assessment}/outcomes"), form).await?;
        }
        Ok(())
    }

    /// The clinician checks before care ends. At the end of an assessment nothing is open yet.
    async fn check_that_nothing_is_open(&self, clinician: &User, person: &User) -> Result<(), String> {
        let check = self.api.get(clinician, &format!("/v1/practitioners/{}/discharge-check", person.id)).await?;
        let is_open =
            !check["open_risk_alert_id"].is_null() || check["open_items"].as_array().is_none_or(|open| !open.is_empty());
        if is_open { Err("the demo ends care while something is open".to_owned()) } else { Ok(()) }
    }

    pub(super) async fn treat(&self, practitioners: &[PractitionerUser<'_>], clinicians: &[User]) -> Result<(), String> {
        let in_care = practitioners.iter().filter(|s| s.profile.stage == Stage::InCare);
        let mut booked = Vec::new();
        for practitioner in in_care {
            booked.push(self.book(practitioner, "treatment", 3).await?);
        }
        self.wait(TimeDelta::days(14));
        for (number, appointment) in booked.iter().enumerate() {
            let clinician = by_id(clinicians, &appointment["clinician_id"])?;
            let attendance = if number % 3 == 2 { "attended_late_seen" } else { "attended_on_time" };
            let path = format!("/v1/appointments/{}/record-attendance", text(appointment, "id"));
            self.api.post(clinician, &path, json!({ "attendance": attendance })).await?;
        }
        Ok(())
    }

    /// Moves the clock to the present and creates slots for the full twelve weeks again.
    pub(super) async fn advance_to(&self, now: UtcTime) -> Result<(), String> {
        self.wait(now.get() - self.now().get());
        while self.write(calendar::extend).await? > 0 {}
        Ok(())
    }

    pub(super) async fn book_upcoming(&self, practitioners: &[PractitionerUser<'_>]) -> Result<(), String> {
        for practitioner in practitioners {
            match practitioner.profile.stage {
                Stage::AssessmentBooked => {
                    self.book(practitioner, "assessment", 2).await?;
                }
                Stage::InCare => {
                    self.book(practitioner, "treatment", 5).await?;
                    let dropped = self.book(practitioner, "treatment", 16).await?;
                    let path = format!("/v1/appointments/{}/cancel", text(&dropped, "id"));
                    self.api.post(&practitioner.person, &path, json!({ "reason": "practitioner_work" })).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Ends all sessions of the scenario.
    pub(super) async fn sign_everyone_out(&self) -> Result<(), String> {
        self.write(|tx| sessions::end_every_session(tx, EndReason::SignedOut)).await
    }
}

pub(super) fn by_id<'p>(clinicians: &'p [User], id: &Value) -> Result<&'p User, String> {
    clinicians.iter().find(|person| *id == *person.id).ok_or_else(|| "the demo has no clinician with that id".to_owned())
}

pub(super) fn registration(profile: &Practitioner, email: &str) -> Value {
    json!({
        "email": email,
        "password": PASSWORD,
        "legal_name": profile.legal_name,
        "phone": "01632 960900",
        "pseudonym": profile.pseudonym,
        "profession": profile.profession,
        "registration_body": profile.registration_body,
        "registration_number": profile.registration_number,
        "setting": profile.setting,
        "nation": "england",
        "region": "midlands",
        "icb_code": "QWU",
        "employer_ods": profile.employer_ods,
        "confidentiality_reason": profile.confidentiality_reason,
        "confidentiality_reason_note": profile.confidentiality_reason_words,
        "consents": { "care": true, "data_processing": true },
        "emergency_contact": { "name": "Sam Example", "phone": "01632 960999", "relationship": "friend", "lives_in_uk": true },
    })
}
