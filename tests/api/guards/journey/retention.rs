//! The end of records in the guards' journey.

use confide::people::Role;
use confide::people::retention::model::{DestructionCertificate, RetentionEnd, RetentionRule};
use confide::people::retention::queries::certificates;
use confide::platform::ids::Id;
use serde_json::json;

use super::{People, WalkResult};
use crate::guards::operation::PLANTED;
use crate::support::TestApp;
use crate::support::seeded::seeded_reference;

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (officer, practitioner) = (&people[Role::PrivacyOfficer.as_str()], &people[Role::Practitioner.as_str()]);
    let review = app.opens_retention_review(practitioner).await;
    let hold = officer.puts_on_hold(&app.reference_of(practitioner).await).await.expect(201).id();
    let (decided_by, approved_by) = (officer.id, people[Role::Administrator.as_str()].id);
    let certificate = app
        .write(move |tx| {
            let (today, practitioner) = (tx.now.london_day(), Id::new(tx.now));
            let certificate = DestructionCertificate {
                id: Id::new(tx.now),
                practitioner,
                reference: seeded_reference(practitioner),
                end: RetentionEnd { rule: RetentionRule::AfterLastEntry, last_entry_on: today, due_on: today },
                decided_by,
                decided_at: tx.now,
                approved_by,
                destroyed_at: tx.now,
                counts: vec![("clinical_notes".to_owned(), 3)],
            };
            certificates::insert(tx, &certificate)?;
            Ok(certificate.id)
        })
        .await;
    app.remember_id("/v1/retention-reviews/{id}", &review.to_string());
    app.remember_id("/v1/retention-holds/{id}", &hold);
    app.remember_id("/v1/destruction-certificates/{id}", &certificate.to_string());
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let pia = app.staff(&format!("Petra {PLANTED}"), Role::PrivacyOfficer).await;
    let otis = app.staff(&format!("Oleg {PLANTED} Second"), Role::PrivacyOfficer).await;
    let lead = app.clinician(&format!("Leona {PLANTED}")).await;
    let rita = app.practitioner(&format!("Rita {PLANTED}")).await;
    let rolf = app.practitioner(&format!("Rolf {PLANTED}")).await;
    for actor in [&pia, &otis, &rita, &rolf] {
        walked.add_tokens_of(actor);
    }
    app.died_eleven_years_ago(&rita, &lead).await;
    app.died_eleven_years_ago(&rolf, &lead).await;
    assert!(app.run_retention_job().await > 1);
    pia.get("/v1/retention-reviews?limit=1").send().await.expect(200);
    let review = pia.review_of(&rita, "due").await.expect("a review of her record");
    pia.reads_review(&review).await.expect(200);

    let reference = app.reference_of(&rita).await;
    let form = json!({ "reference": reference, "ground": "inquiry", "reason": format!("{PLANTED} asked for it.") });
    let hold = pia.post("/v1/retention-holds", form).send().await.expect(201).id();
    walked.add_refusal("no such reference", pia.puts_on_hold("CF-2222-2222").await.expect(404));
    pia.get("/v1/retention-holds?in_force=true&limit=1").send().await.expect(200);
    pia.get(&format!("/v1/retention-holds/{hold}")).send().await.expect(200);
    walked.add_refusal("held", pia.proposes_destruction(&review).await.expect(409));
    otis.lifts_hold(&hold).await.expect(200);
    walked.add_refusal("lifted twice", otis.lifts_hold(&hold).await.expect(409));

    walked.add_refusal("not proposed", otis.approves_destruction(&review).await.expect(409));
    pia.proposes_destruction(&review).await.expect(200);
    otis.withdraws_destruction(&review).await.expect(200);
    pia.proposes_destruction(&review).await.expect(200);
    walked.add_refusal("one's own proposal", pia.approves_destruction(&review).await.expect(409));
    let certificate = otis.approves_destruction(&review).await.expect(200).id();
    walked.add_refusal("destroyed", otis.approves_destruction(&review).await.expect(404));
    pia.get(&format!("/v1/destruction-certificates/{certificate}")).send().await.expect(200);
    pia.get(&format!("/v1/destruction-certificates?reference={reference}")).send().await.expect(200).expect_items();

    let other = pia.review_of(&rolf, "due").await.expect("a review of his record");
    walked.add_refusal("too long", pia.keeps_record(&other, "2090-01-01").await.expect(422));
    pia.keeps_record(&other, "2030-01-01").await.expect(200);
    app.run_retention_job().await;
}
