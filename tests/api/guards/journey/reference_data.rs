//! Reference data in the guards' journey.

use confide::people::Role;
use serde_json::Value;

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::reference_data::{bank_holiday, dose_limit, figure, sertraline_25mg, time_of_day};

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let admin = &people[Role::Administrator.as_str()];
    let change =
        admin.changes_reference("medicines", "sertraline-25mg-tablets", "2027-12-01", sertraline_25mg()).await.expect(201);
    app.remember_id("/v1/reference-data/{dataset}", "medicines");
    app.remember_id("/v1/reference-data-changes/{id}", &change.id());
}

/// The module's part of the walk. Its texts are about no person, so none contains the planted word.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let avery = app.staff(&format!("Aurora {PLANTED}"), Role::Administrator).await;
    let sasha = app.staff(&format!("Sunniva {PLANTED} Second"), Role::Administrator).await;
    walked.add_tokens_of(&avery);
    walked.add_tokens_of(&sasha);
    let cleo = app.clinician(&format!("Fenella {PLANTED}")).await;
    cleo.holds_clinic_on("friday", "09:00", "10:00", 60, "assessment", "video").await;
    let change = avery.changes_reference("bank_holidays", "2027-01-22", "2027-01-11", bank_holiday("A day of thanks")).await;
    sasha.approves_reference(&change.expect(201).id()).await.expect(200);
    walked.add_refusal(
        "in the past",
        avery.changes_reference("bank_holidays", "2027-06-04", "2027-01-10", bank_holiday("A day of thanks")).await.expect(422),
    );
    app.run_reference_data_jobs().await;
    let removal = avery.changes_reference("bank_holidays", "2027-01-22", "2027-01-11", Value::Null).await.expect(201).id();
    sasha.approves_reference(&removal).await.expect(200);
    let later =
        avery.changes_reference("bank_holidays", "2027-06-04", "2027-02-01", bank_holiday("A day")).await.expect(201).id();
    avery.withdraws_reference(&later).await.expect(200);
    walked.add_refusal("withdrawn", avery.withdraws_reference(&later).await.expect(409));
    let limit = avery.changes_reference("medicine_limits", "dose:melatonin:oral", "2027-03-01", dose_limit("8", "reason")).await;
    let limit = limit.expect(201).id();
    walked.add_refusal("one's own change", avery.approves_reference(&limit).await.expect(409));
    sasha.approves_reference(&limit).await.expect(200);
    avery.reads_reference_change(&limit).await.expect(200);
    for (dataset, key, entry) in
        [("alert_times", "urgent:due_minutes", figure(180)), ("outreach_limits", "quiet_from", time_of_day("18:30"))]
    {
        let change = avery.changes_reference(dataset, key, "2027-03-01", entry).await.expect(201).id();
        sasha.approves_reference(&change).await.expect(200);
    }
    avery.reference_data("medicine_limits", "&on=2027-03-01").await;
    for query in ["limit=1", "key=2027-06-04"] {
        avery.get(&format!("/v1/reference-data/bank_holidays/changes?{query}")).send().await.expect(200);
    }
    app.run_reference_data_jobs().await;
}
