//! Video links and telephone numbers of appointments, and who sees them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinicians::directory_entry;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// Creates a clinic for assessments on Tuesdays.
async fn clinic(cleo: &Actor, mode: &str) {
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", mode).await;
}

const SLOT: &str = "2027-01-12T09:00:00Z";

#[apply(both_engines)]
async fn only_the_practitioner_and_the_clinician_see_the_video_link(app: TestApp) {
    let (cleo, eve, cory) = (app.clinician("Cleo Clinician").await, app.clinician("Eve Other").await, app.coordinator().await);
    clinic(&cleo, "video").await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake().await;
    let slot = ada.finds_slot(&cleo, SLOT).await;
    let booked = ada.books(&slot).await.expect(201);
    let link = booked.text("video_link");
    assert!(link.starts_with("https://app.example.org/rooms/") && link.len() > 50, "{link}");
    assert!(!link.contains(&booked.id()), "it cannot be derived from the appointment");
    for reader in [&ada, &cleo] {
        assert_eq!(reader.reads_appointment(&booked.id()).await.expect(200).text("video_link"), link);
    }
    assert_eq!(cory.reads_appointment(&booked.id()).await.expect(200).json["video_link"], Value::Null);
    assert_eq!(cory.get("/v1/appointments").send().await.expect(200).items()[0]["video_link"], Value::Null);
    let list = cleo.get("/v1/appointments").send().await.expect(200);
    assert_eq!(list.items()[0]["video_link"], json!(link));
    eve.reads_appointment(&booked.id()).await.expect_problem("not_found");

    // The clinician's own link replaces it, and is shown nowhere else.
    let entry = format!("/v1/clinicians/{}", cleo.id);
    let etag = cleo.get(&entry).send().await.expect(200).etag();
    let mut form = directory_entry("Cleo Clinician");
    form["video_link"] = json!("http://video.example.org/room-17");
    cleo.put(&entry, form.clone()).if_match(&etag).send().await.expect_field("invalid_body", "/video_link");
    form["video_link"] = json!("https://video.example.org/room-17");
    assert_eq!(
        cleo.put(&entry, form).if_match(&etag).send().await.expect(200).json["video_link"],
        json!("https://video.example.org/room-17")
    );
    for reader in [&ada, &cleo] {
        assert_eq!(
            reader.reads_appointment(&booked.id()).await.expect(200).text("video_link"),
            "https://video.example.org/room-17"
        );
    }
    assert_eq!(ada.get(&entry).send().await.expect(200).json["video_link"], Value::Null);
    for email in app.expect_emails_to(&ada.email).await {
        assert!(!email.body.contains("room"), "{}", email.body);
    }

    // The link is shown until an hour after the end.
    app.advance_clock_to("2027-01-12T10:59:59Z");
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    assert_ne!(ada.reads_appointment(&booked.id()).await.expect(200).json["video_link"], Value::Null);
    app.clock.advance(TimeDelta::seconds(1));
    for reader in [&ada, &cleo] {
        assert_eq!(reader.reads_appointment(&booked.id()).await.expect(200).json["video_link"], Value::Null);
    }
}

#[apply(both_engines)]
async fn telephone_appointment_has_the_number_chosen_by_the_practitioner(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").await, app.coordinator().await);
    clinic(&cleo, "phone").await;
    let mut form = app.registration("Ada Byron");
    form["phone"] = json!("01632 960001");
    let ada = app.practitioner_with(&form).await;
    ada.completes_intake().await;
    let slot = ada.finds_slot(&cleo, SLOT).await;
    let booked = ada.books(&slot).await.expect(201);
    assert_eq!(
        (booked.text("phone"), &booked.json["video_link"]),
        ("01632 960001".into(), &Value::Null),
        "the number of her registration"
    );
    for reader in [&cleo, &cory] {
        assert_eq!(reader.reads_appointment(&booked.id()).await.expect(200).text("phone"), "01632 960001");
    }
    let number = format!("/v1/appointments/{}/phone", booked.id());
    ada.put(&number, json!({ "phone": "call me maybe" })).send().await.expect_field("invalid_body", "/phone");
    ada.put(&number, json!({ "phone": "01632 960002" })).send().await.expect(200);
    assert_eq!(cleo.reads_appointment(&booked.id()).await.expect(200).text("phone"), "01632 960002");
    let stored: Vec<u8> = app
        .sql({
            let id: confide::platform::ids::Id = booked.id().parse().unwrap();
            move |conn| {
                use confide::scheduling::schema::appointments::dsl;
                use diesel::prelude::*;
                let sealed: Option<Vec<u8>> = dsl::appointments.find(id).select(dsl::arrangements).get_result(conn)?;
                Ok(sealed.unwrap())
            }
        })
        .await;
    assert!(!String::from_utf8_lossy(&stored).contains("960002"), "it is encrypted");
    assert_eq!(ada.cancels(&booked.id(), "practitioner_work").await.expect(200).json["phone"], Value::Null);
    ada.put(&number, json!({ "phone": "01632 960003" })).send().await.expect_problem("state_conflict");

    // Chosen at booking; required when no number is known.
    let again = ada.post("/v1/appointments", json!({ "slot_id": slot, "phone": "+44 1632 960004" })).send().await.expect(201);
    assert_eq!(again.text("phone"), "+44 1632 960004");
    let bea = app.practitioner("Bea Byron").await;
    bea.completes_intake().await;
    let later = cory.finds_slot(&cleo, "2027-01-12T10:00:00Z").await;
    bea.books(&later).await.expect_field("phone_required", "/phone");
    bea.post("/v1/appointments", json!({ "slot_id": later, "phone": "0" })).send().await.expect_field("invalid_body", "/phone");
    bea.post("/v1/appointments", json!({ "slot_id": later, "phone": "01632 960005" })).send().await.expect(201);
}

#[apply(both_engines)]
async fn telephone_appointment_shows_whether_its_number_is_confirmed(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").await, app.coordinator().await);
    clinic(&cleo, "phone").await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake().await;
    ada.sets_message_preferences(json!({ "mobile": "07700 900123" })).await.expect(200);
    let booked = ada.books(&ada.finds_slot(&cleo, SLOT).await).await.expect(201);
    let shown = |reply: &CheckedReply| (reply.text("phone"), reply.json["phone_confirmed"].clone());
    let mobile = "+447700900123".to_owned();
    assert_eq!(shown(&booked), (mobile.clone(), json!(false)), "a number that she never confirmed was copied");
    let id = booked.id();
    let listed = cleo.get("/v1/appointments").send().await.expect(200);
    assert_eq!(listed.expect_items()[0]["phone_confirmed"], false);

    ada.chooses_texts_to(&mobile).await;
    for reader in [&ada, &cleo, &cory] {
        assert_eq!(shown(&reader.reads_appointment(&id).await.expect(200)), (mobile.clone(), json!(true)), "{}", reader.name);
    }
    let number = format!("/v1/appointments/{id}/phone");
    for (typed, confirmed) in [("07700 900123", true), ("07700 900124", false), ("01632 960001", false)] {
        let changed = ada.put(&number, json!({ "phone": typed })).send().await.expect(200);
        assert_eq!(shown(&changed), (typed.to_owned(), json!(confirmed)));
    }
    let cancelled = ada.cancels(&id, "practitioner_work").await.expect(200);
    assert_eq!((&cancelled.json["phone"], &cancelled.json["phone_confirmed"]), (&Value::Null, &Value::Null));
}

#[apply(both_engines)]
async fn moving_to_a_telephone_slot_requires_a_number(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Field").await);
    clinic(&cleo, "video").await;
    clinic(&dora, "phone").await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake().await;
    let booked = ada.books(&ada.finds_slot(&cleo, SLOT).await).await.expect(201);
    let cory = app.coordinator().await;
    let by_phone = cory.finds_slot(&dora, "2027-01-12T11:00:00Z").await;
    ada.moves(&booked.id(), &by_phone).await.expect_field("phone_required", "/phone");
    assert_eq!(ada.reads_appointment(&booked.id()).await.expect(200).text("mode"), "video", "nothing has moved");
    let form = json!({ "slot_id": by_phone, "phone": "01632 960001" });
    let moved = ada.post(&format!("/v1/appointments/{}/move", booked.id()), form).send().await.expect(200);
    assert_eq!(
        (moved.text("mode"), moved.text("phone"), &moved.json["video_link"]),
        ("phone".into(), "01632 960001".into(), &Value::Null)
    );
    cleo.reads_appointment(&booked.id()).await.expect_problem("not_found");
    assert_eq!(dora.reads_appointment(&booked.id()).await.expect(200).text("phone"), "01632 960001");
}
