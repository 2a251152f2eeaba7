//! Who may prescribe, and for which practitioners.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::prescriptions::{prescribing_right, sertraline, tablets, temazepam, with_member};
use crate::support::{TestApp, apply, both_engines};

/// A clinician of that discipline and register who treats Ada.
async fn treating(app: &TestApp, ada: &Actor, name: &str, discipline: &str, register: Option<(&str, &str)>) -> Actor {
    let mut new = app.clinician(name).discipline(discipline).employed_by("A1A1A");
    if let Some((body, number)) = register {
        new = new.registered(body, number);
    }
    let clinician = new.await;
    app.past_appointment(ada, &clinician).await;
    clinician
}

#[apply(both_engines)]
async fn some_disciplines_never_prescribe(app: TestApp) {
    let scene = app.prescribing().await;
    for (number, (discipline, register)) in [
        ("psychologist", Some(("hcpc", "PYL12345"))),
        ("psychotherapist", None),
        ("counsellor", None),
        ("recovery_worker", None),
        ("social_worker", None),
    ]
    .into_iter()
    .enumerate()
    {
        let other = treating(&app, &scene.ada, &format!("Other{number}"), discipline, register).await;
        other.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("not_a_prescriber");
    }
    // But a doctor on the register, whatever they work as.
    let doctor = treating(&app, &scene.ada, "Petra Physician", "psychotherapist", Some(("gmc", "7654330"))).await;
    doctor.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    let unknown = treating(&app, &scene.ada, "Una Unknown", "gp", None).await;
    unknown.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("registration_number_required");
}

#[apply(both_engines)]
async fn nurse_prescribes_while_an_entered_right_is_valid(app: TestApp) {
    let scene = app.prescribing().await;
    let nan = treating(&app, &scene.ada, "Nan Nurse", "mental_health_nurse", Some(("nmc", "71A2998E"))).await;
    nan.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("prescribing_right_required");
    let admin = app.administrator().await;
    let entered = admin.sets_prescribing_rights(&nan, prescribing_right("independent_nurse")).await.expect(200);
    assert_eq!(entered.text("prescribes_as"), "independent_nurse");
    assert_eq!(app.audit_count_of("prescribing_rights.changed", nan.id).await, 1);

    nan.prescribes(&scene.ada, sertraline()).await;
    nan.prescribes(&scene.ada, temazepam()).await;
    let ended = json!({ "rights": [{ "kind": "independent_nurse", "valid_from": "2026-01-11", "valid_until": "2027-01-10" }] });
    let ended = admin.sets_prescribing_rights(&nan, ended).await.expect(200);
    assert_eq!(
        (ended.json["prescribes_as"].clone(), ended.json["refusal_code"].clone()),
        (Value::Null, json!("prescribing_right_required"))
    );
    nan.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("prescribing_right_required");
}

#[apply(both_engines)]
async fn supplementary_prescriber_names_a_plan_agreed_with_another_prescriber(app: TestApp) {
    let scene = app.prescribing().await;
    let phil = treating(&app, &scene.ada, "Phil Pharmacist", "addiction_specialist", Some(("gphc", "2012345"))).await;
    app.administrator().await.sets_prescribing_rights(&phil, prescribing_right("supplementary")).await.expect(200);
    phil.tries_to_prescribe(&scene.ada, sertraline()).await.expect_problem("prescription_not_signable");
    let plan =
        |prescriber: &Actor| json!({ "name": "Low mood, step two", "agreed_with": prescriber.id, "agreed_on": "2027-01-11" });
    let own = with_member(sertraline(), "management_plan", plan(&phil));
    phil.tries_to_prescribe(&scene.ada, own).await.expect_problem("prescription_not_signable");
    let agreed = with_member(sertraline(), "management_plan", plan(&scene.cleo));
    let signed = phil.tries_to_prescribe(&scene.ada, agreed).await.expect(200);
    assert_eq!(signed.json["signature"]["prescriber_kind"], "supplementary");
}

#[apply(both_engines)]
async fn pharmacist_of_northern_ireland_prescribes_with_a_right(app: TestApp) {
    let scene = app.prescribing().await;
    let admin = app.administrator().await;
    let nia = treating(&app, &scene.ada, "Nia Pharmacist", "addiction_specialist", Some(("psni", "4567"))).await;
    nia.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("prescribing_right_required");
    admin
        .sets_prescribing_rights(&nia, prescribing_right("independent_nurse"))
        .await
        .expect_field("invalid_body", "/rights/0/kind");
    let entered = admin.sets_prescribing_rights(&nia, prescribing_right("independent_pharmacist")).await.expect(200);
    assert_eq!(entered.text("prescribes_as"), "independent_pharmacist");
    let signed = nia.tries_to_prescribe(&scene.ada, sertraline()).await.expect(200);
    assert_eq!(signed.json["signature"]["prescriber_kind"], "independent_pharmacist");
    nia.prescribes(&scene.ada, temazepam()).await;

    // Optometrists prescribe for the eye, which is not treated here.
    let otto = treating(&app, &scene.ada, "Otto Optometrist", "addiction_specialist", Some(("goc", "01-12345"))).await;
    for right in ["independent_pharmacist", "supplementary"] {
        admin.sets_prescribing_rights(&otto, prescribing_right(right)).await.expect_field("invalid_body", "/rights/0/kind");
    }
    otto.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("not_a_prescriber");
}

#[apply(both_engines)]
async fn paramedic_prescribes_only_some_controlled_drugs(app: TestApp) {
    let scene = app.prescribing().await;
    let pat = treating(&app, &scene.ada, "Pat Paramedic", "addiction_specialist", Some(("hcpc", "PA12345"))).await;
    app.administrator().await.sets_prescribing_rights(&pat, prescribing_right("independent_paramedic")).await.expect(200);
    let of = |id: &str| json!({ "items": [tablets(id, 1, 7)] });
    pat.tries_to_prescribe(&scene.ada, of("zopiclone-7-5mg-tablets")).await.expect_field("prescription_not_signable", "/items/0");
    pat.tries_to_prescribe(&scene.ada, of("lorazepam-1mg-tablets")).await.expect_rule("schedule_not_allowed");
    pat.prescribes(&scene.ada, of("diazepam-2mg-tablets")).await;
}

#[apply(both_engines)]
async fn supplementary_prescriber_of_the_hcpc_has_one_of_five_professions(app: TestApp) {
    let scene = app.prescribing().await;
    let admin = app.administrator().await;
    let dan = treating(&app, &scene.ada, "Dan Dietitian", "addiction_specialist", Some(("hcpc", "DT12345"))).await;
    admin.sets_prescribing_rights(&dan, prescribing_right("supplementary")).await.expect(200);
    dan.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    let ben = treating(&app, &scene.ada, "Ben Biomedical", "addiction_specialist", Some(("hcpc", "BS12345"))).await;
    admin.sets_prescribing_rights(&ben, prescribing_right("supplementary")).await.expect_field("invalid_body", "/rights/0/kind");
    ben.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("not_a_prescriber");
}

#[apply(both_engines)]
async fn dentist_prescribes_only_for_dental_need(app: TestApp) {
    let scene = app.prescribing().await;
    let den = treating(&app, &scene.ada, "Den Dentist", "addiction_specialist", Some(("gdc", "104512"))).await;
    let ibuprofen = json!({ "items": [tablets("ibuprofen-400mg-tablets", 3, 5)] });
    den.tries_to_prescribe(&scene.ada, ibuprofen.clone()).await.expect_problem("prescription_not_signable");
    den.prescribes(&scene.ada, with_member(ibuprofen, "dental_need", json!(true))).await;
}

#[apply(both_engines)]
async fn diamorphine_for_addiction_needs_a_home_office_licence(app: TestApp) {
    let scene = app.prescribing().await;
    let mut item = tablets("", 1, 7);
    item["medicine"] = json!({ "code": "376689003", "name": "Diamorphine 10mg tablets", "form": "Tablets", "strength": "10 mg", "ingredients": ["diamorphine"], "schedule": "cd2" });
    let content = with_member(with_member(temazepam(), "items", json!([item])), "for_addiction", json!(true));
    scene.cleo.tries_to_prescribe(&scene.ada, content.clone()).await.expect_field("prescription_not_signable", "/items/0");
    app.administrator().await.sets_prescribing_rights(&scene.cleo, prescribing_right("home_office_licence")).await.expect(200);
    scene.cleo.prescribes(&scene.ada, content).await;
}

#[apply(both_engines)]
async fn clinician_cannot_prescribe_for_themselves(app: TestApp) {
    // The same number on the same register, under two accounts: one person.
    let form = app.registration("Ada Byron");
    let number = form["registration_number"].as_str().unwrap();
    let herself = app.clinician("Dr Byron").employed_by("A1A1A").registered("gmc", number).await;
    let ada = app.practitioner_with(&form).await;
    app.past_appointment(&ada, &herself).await;
    herself.drafts_prescription(&ada, sertraline()).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn signing_is_refused_when_the_clinician_turns_out_to_be_the_practitioner(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    let number = app.registration("Ada Byron")["registration_number"].clone();
    let mut changed = crate::support::clinicians::directory_entry("Cleo Clinician");
    (changed["registration_body"], changed["registration_number"], changed["employer_ods"]) =
        (json!("gmc"), number, json!("A1A1A"));
    app.saves_directory_entry(&scene.cleo, changed).await.expect(200);
    let signing = scene.cleo.signs_prescription_version(&draft.id(), &draft.etag()).await;
    signing.expect_problem("not_found");
}

#[apply(both_engines)]
async fn blocked_and_unrelated_clinicians_cannot_prescribe_or_read(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    let stranger = app.clinician("Stan Stranger").employed_by("A1A1A").registered("gmc", "7654399").await;
    stranger.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("not_found");

    scene.ada.blocks(&scene.cleo).await.expect(201);
    scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("not_found");
    scene.cleo.signs_prescription_version(&draft.id(), &draft.etag()).await.expect_problem("not_found");
    scene.cleo.reads_prescription(&draft.id()).await.expect_problem("not_found");
    scene.cleo.lists_prescriptions_of(&scene.ada).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn prescribing_requires_an_assessment_and_a_started_appointment(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").registered("gmc", "7654321").await;
    let ada = app.practitioner("Ada Byron").await;
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::hours(2)).await;
    cleo.drafts_prescription(&ada, sertraline()).await.expect_problem("assessment_required");
    ada.completes_intake().await;
    cleo.drafts_prescription(&ada, sertraline()).await.expect_problem("too_early");
    app.clock.advance(TimeDelta::hours(2));
    let cleo = cleo.signs_in_again().await;
    cleo.drafts_prescription(&ada, sertraline()).await.expect(201);
    app.set_pathway(&ada, Pathway::AwaitingFunding).await;
    cleo.drafts_prescription(&ada, sertraline()).await.expect_problem("not_eligible");
}

#[apply(both_engines)]
async fn prescriber_reads_their_rights_and_coordinators_not_the_private_code(app: TestApp) {
    let (admin, cory) = (app.administrator().await, app.coordinator().await);
    let nan = app.clinician("Nan Nurse").discipline("mental_health_nurse").registered("nmc", "71A2998E").await;
    let other = app.clinician("Otto Other").await;
    let path = format!("/v1/clinicians/{}/prescribing-rights", nan.id);
    let form = json!({ "rights": [{ "kind": "independent_nurse", "valid_from": "2026-01-11" }], "private_cd_code": "6ABC12",
        "reason": "Seen in the register." });
    let granted = admin.put(&path, form.clone()).send().await;
    assert!(app.approves_pending(&granted).await);
    admin.put(&path, form.clone()).send().await.expect_problem("version_required");
    admin.put(&path, form).if_match("\"v9\"").send().await.expect_problem("version_mismatch");
    assert_eq!(nan.get(&path).send().await.expect(200).text("private_cd_code"), "6ABC12");
    assert_eq!(cory.get(&path).send().await.expect(200).json["private_cd_code"], Value::Null);
    other.get(&path).send().await.expect_problem("not_found");
    admin.get(&format!("/v1/clinicians/{}/prescribing-rights", cory.id)).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn invalid_prescribing_rights_are_refused(app: TestApp) {
    let admin = app.administrator().await;
    let nan = app.clinician("Nan Nurse").discipline("mental_health_nurse").registered("nmc", "71A2998E").await;
    let unregistered = app.clinician("Una Unknown").await;
    admin
        .sets_prescribing_rights(&nan, prescribing_right("independent_pharmacist"))
        .await
        .expect_field("invalid_body", "/rights/0/kind");
    admin
        .sets_prescribing_rights(&nan, prescribing_right("home_office_licence"))
        .await
        .expect_field("invalid_body", "/rights/0/kind");
    admin
        .sets_prescribing_rights(&unregistered, prescribing_right("independent_nurse"))
        .await
        .expect_problem("registration_number_required");
    let one = json!({ "kind": "independent_nurse", "valid_from": "2026-01-11" });
    admin.sets_prescribing_rights(&nan, json!({ "rights": [one, one] })).await.expect_field("invalid_body", "/rights/1");
    let backwards =
        json!({ "rights": [{ "kind": "independent_nurse", "valid_from": "2026-01-11", "valid_until": "2026-01-10" }] });
    admin.sets_prescribing_rights(&nan, backwards).await.expect_field("invalid_body", "/rights/0/valid_until");
}
