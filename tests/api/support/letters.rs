//! Printed letters: drafts, what practitioners answer, and how letters are sent.

use confide::care::letters::{jobs, queries};
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::clinical_record::{InCare, penicillin, plan_reviewed_on, record_path};
use super::prescriptions::{prescribing_details, sertraline};
use super::printed::Printed;
use super::reply::{CheckedReply, Reply};

/// The general practitioner of the record, as a recipient.
pub fn to_gp() -> Value {
    json!({ "kind": "gp" })
}

/// A letter to the general practitioner of the record, filled from the record.
pub fn gp_letter() -> Value {
    json!({ "kind": "gp_letter", "recipient": to_gp() })
}

/// A letter to an employer, with everything that one must hold.
pub fn employer_letter() -> Value {
    letter_to_others("employer_letter", "Can work four days a week until the review.")
}

/// A letter of one of the kinds that go to others than the general practitioner, with this statement.
pub fn letter_to_others(kind: &str, statement: &str) -> Value {
    json!({ "kind": kind, "recipient": recipient(), "sections": sections_to_others(statement) })
}

/// An occupational health service.
pub fn recipient() -> Value {
    json!({
        "kind": "other", "name": "Rowan Skye", "organisation": "Northmoor Occupational Health",
        "address_lines": ["1 Harbour Lane", "Exampleton"]
    })
}

/// The sections that a letter to others must hold.
pub fn sections_to_others(statement: &str) -> Value {
    json!([
        { "section": "patient_details" },
        { "section": "statement", "text": statement },
        { "section": "person_completing" },
        { "section": "distribution_list" }
    ])
}

/// The text of a section.
pub fn section(letter: &CheckedReply, section: &str) -> String {
    let sections = letter.json["sections"].as_array().unwrap();
    let found = sections.iter().find(|part| part["section"] == section);
    found.unwrap_or_else(|| panic!("no {section} in {}", letter.json))["text"].as_str().unwrap().to_owned()
}

/// The names of the sections, in order.
pub fn section_names(letter: &CheckedReply) -> Vec<String> {
    let sections = letter.json["sections"].as_array().unwrap();
    sections.iter().map(|part| part["section"].as_str().unwrap().to_owned()).collect()
}

/// The body that replaces a letter by its own sections, with some of their texts changed. It asks for what was asked before, and states of each medicine
/// what the record does not hold.
pub fn replacement(letter: &CheckedReply, recipient: Value, texts: &[(&str, &str)]) -> Value {
    let medicines = stated_medicines(letter);
    let sections = letter.json["sections"].as_array().unwrap().iter().map(|part| {
        let name = part["section"].as_str().unwrap();
        let text = texts.iter().find(|(section, _)| *section == name).map(|(_, text)| (*text).to_owned());
        let is_table = name == "medications" && !medicines.is_empty();
        let own = Some(part["text"].as_str().unwrap().to_owned()).filter(|text| !text.is_empty() && !is_table);
        match text.or(own).filter(|_| part["editable"] == true) {
            Some(text) => json!({ "section": name, "text": text }),
            None => json!({ "section": name }),
        }
    });
    let mut form = json!({ "recipient": recipient, "sections": sections.collect::<Vec<_>>(), "medicines": medicines });
    if section_names(letter).iter().any(|name| name == "requested_actions") {
        // Those about medicines are added again.
        let text = section(letter, "requested_actions");
        let own = text.lines().filter(|line| *line != "None." && !line.starts_with("Please continue to prescribe"));
        form["requested_actions"] = own.collect::<Value>();
    }
    form
}

/// What an author states of the medicines of a letter: what it has and, where it has nothing, an indication and that the service
/// continues.
pub fn stated_medicines(letter: &CheckedReply) -> Vec<Value> {
    let medicines = letter.json["medicines"].as_array().unwrap().iter();
    medicines
        .map(|medicine| {
            let mut stated = json!({ "prescription_id": medicine["prescription_id"], "item": medicine["item"] });
            for (member, unless_known) in [("indication", "Depression"), ("next_prescriber", "service")] {
                let known = &medicine[member];
                stated[member] = if known.is_null() { json!(unless_known) } else { known.clone() };
            }
            stated
        })
        .collect()
}

/// Another section, with this text or filled from the record.
pub fn with_section(mut form: Value, section: &str, text: Option<&str>) -> Value {
    form["sections"].as_array_mut().unwrap().push(match text {
        Some(text) => json!({ "section": section, "text": text }),
        None => json!({ "section": section }),
    });
    form
}

impl TestApp {
    /// Ada in Cleo's care, with a full record: she was seen, has a diagnosis, an allergy, a medicine and a care plan, and agrees that
    /// Dr Wick is informed.
    pub async fn full_record(&self) -> InCare {
        let cleo = self.clinician("Cleo Clinician").employed_by("A1A1A").registered("gmc", "7654321").await;
        let ada = self.new_practitioner("Ada Byron").with_pseudonym("Kestrel").registers_and_signs_in().await;
        let assessment = ada.completes_intake().await;
        let appointment = self.appointment(&ada, &cleo, self.now().get()).await;
        self.set_appointment_status(appointment, "attended").await;
        let outcome = json!({
            "appointment_id": appointment, "outcome": "accepted", "plan": "Eight sessions.",
            "summary": "Moderate depression after a complaint."
        });
        cleo.post(&format!("{assessment}/outcomes"), outcome).send().await.expect(201);
        let problem =
            json!({ "name": "Depressive disorder", "snomed_code": "35489007", "began_on": "2026-05-01", "shared": true });
        cleo.post(&record_path(&ada, "problems"), problem).send().await.expect(201);
        cleo.replaces(&ada, "allergies", json!({ "status": "known", "allergies": [penicillin()] })).await.expect(200);
        cleo.replaces(&ada, "prescribing-details", prescribing_details()).await.expect(200);
        cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-02-08")).await.expect(200);
        cleo.writes_and_signs_note(&ada, appointment).await;
        ada.consents_to_gp().await;
        cleo.prescribes(&ada, sertraline()).await;
        InCare { ada, cleo, assessment, appointment }
    }

    /// Runs the background job of letters once; returns of how many it noted that they cannot be sent any more, or can again.
    pub async fn run_letter_jobs(&self) -> usize {
        self.write(jobs::find_unsendable).await
    }

    /// What a letter's history says was done, oldest first.
    pub async fn letter_events(&self, letter: &str) -> Vec<String> {
        let id = letter.parse().unwrap();
        let events = self.write(move |tx| queries::events(tx, id)).await;
        events.into_iter().map(|entry| entry.event.as_str().to_owned()).collect()
    }
}

/// Clinicians.
impl Actor {
    pub async fn writes_letter(&self, practitioner: &Self, form: Value) -> Reply {
        self.post(&record_path(practitioner, "letters"), form).send().await
    }

    /// Replaces the version that it has now.
    pub async fn changes_letter(&self, letter: &str, form: Value) -> Reply {
        let seen = self.reads_letter(letter).await.expect(200).etag();
        self.put(&format!("/v1/letters/{letter}"), form).if_match(&seen).send().await
    }

    pub async fn proposes_letter(&self, letter: &str) -> Reply {
        self.post_empty(&format!("/v1/letters/{letter}/propose")).send().await
    }

    /// Writes a letter to the general practitioner with all that a full record has, and proposes it; returns its id.
    pub async fn proposes_letter_to_gp(&self, practitioner: &Self) -> String {
        let draft = self.writes_letter(practitioner, gp_letter()).await.expect(201);
        let form = replacement(&draft, to_gp(), &[("information_given", "A leaflet about sleep.")]);
        self.changes_letter(&draft.id(), form).await.expect(200);
        self.proposes_letter(&draft.id()).await.expect(200);
        draft.id()
    }

    /// Writes a letter, proposes it, and the practitioner agrees; returns its id.
    pub async fn agrees_letter_with(&self, practitioner: &Self, form: Value) -> String {
        let letter = self.proposes_new_letter(practitioner, form).await;
        practitioner.agrees_to_letter(&letter).await.expect(200);
        letter
    }

    /// Writes a letter and proposes it; returns its id.
    pub async fn proposes_new_letter(&self, practitioner: &Self, form: Value) -> String {
        let letter = self.writes_letter(practitioner, form).await.expect(201).id();
        self.proposes_letter(&letter).await.expect(200);
        letter
    }

    pub async fn cancels_letter(&self, letter: &str) -> Reply {
        self.post(&format!("/v1/letters/{letter}/cancel"), json!({ "reason": "Not needed any more." })).send().await
    }

    /// Records that it was posted today.
    pub async fn sends_letter(&self, letter: &str) -> Reply {
        let form = json!({ "delivery": "printed_and_posted", "sent_on": self.app.now().london_day() });
        self.post(&format!("/v1/letters/{letter}/record-sending"), form).send().await
    }

    /// The letters that wait to be sent.
    pub async fn unsent_letters(&self) -> CheckedReply {
        self.get("/v1/unsent-letters").send().await.expect(200)
    }

    pub async fn lists_letters_of(&self, practitioner: &Self) -> CheckedReply {
        self.get(&record_path(practitioner, "letters")).send().await.expect(200)
    }
}

/// Clinicians and practitioners.
impl Actor {
    pub async fn reads_letter(&self, letter: &str) -> Reply {
        self.get(&format!("/v1/letters/{letter}")).send().await
    }

    pub async fn requests_letter_document(&self, letter: &str) -> Reply {
        self.get(&format!("/v1/letters/{letter}/pdf")).send().await
    }

    pub async fn prints_letter(&self, letter: &str) -> Printed {
        self.requests_letter_document(letter).await.expect_pdf()
    }
}

/// Practitioners.
impl Actor {
    /// Reads a letter and agrees to the text that it has.
    pub async fn agrees_to_letter(&self, letter: &str) -> Reply {
        let fingerprint = self.reads_letter(letter).await.expect(200).text("fingerprint");
        self.agrees_to_text(letter, &fingerprint).await
    }

    pub async fn agrees_to_text(&self, letter: &str, fingerprint: &str) -> Reply {
        self.post(&format!("/v1/letters/{letter}/agree"), json!({ "fingerprint": fingerprint })).send().await
    }

    /// Agrees to a letter that names what is treated, and confirms that.
    pub async fn agrees_to_clinical_words(&self, letter: &str) -> Reply {
        let fingerprint = self.reads_letter(letter).await.expect(200).text("fingerprint");
        let form = json!({ "fingerprint": fingerprint, "confirms_clinical_words": true });
        self.post(&format!("/v1/letters/{letter}/agree"), form).send().await
    }

    pub async fn declines_letter(&self, letter: &str, reason: &str) -> Reply {
        self.post(&format!("/v1/letters/{letter}/decline"), json!({ "reason": reason })).send().await
    }

    pub async fn withdraws_letter(&self, letter: &str) -> Reply {
        self.post(&format!("/v1/letters/{letter}/withdraw-consent"), json!({ "reason": "I have changed my mind." })).send().await
    }

    /// Sets the consent to inform the general practitioner, with their name.
    pub async fn consents_to_gp(&self) -> CheckedReply {
        self.consents_to_gp_at("Dr Wick", "Fen Lane Surgery").await
    }

    /// The same with this name and practice.
    pub async fn consents_to_gp_at(&self, name: &str, practice: &str) -> CheckedReply {
        let form = json!({ "consent": "given", "gp_name": name, "gp_practice": practice });
        let seen = self.get("/v1/me/gp-sharing").send().await.expect(200).etag();
        self.put("/v1/me/gp-sharing", form).if_match(&seen).send().await.expect(200)
    }

    pub async fn own_letters(&self) -> CheckedReply {
        self.get("/v1/me/letters").send().await.expect(200)
    }
}
