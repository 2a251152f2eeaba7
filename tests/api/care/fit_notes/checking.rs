//! Checking a fit note, as an employer who holds the paper does.

use confide::platform::db::Conn;
use serde_json::{Value, json};

use crate::guards::query_lines;
use crate::support::app::TestSettings;
use crate::support::fit_notes::verification_form;
use crate::support::{Kind, TestApp, apply, both_engines};

fn changed(paper: &Value, member: &str, value: Value) -> Value {
    let mut paper = paper.clone();
    paper[member] = value;
    paper
}

#[apply(both_engines)]
async fn fit_note_check_answers_genuine_altered_or_unknown(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene.issues_usual_note().await;
    let genuine = verification_form(&note.json);
    assert_eq!(app.verifies_fit_note(&genuine).await, "genuine");
    let code = note.text("verification_code");
    for written in [code.to_lowercase(), code.replace('-', ""), code.replace('-', " "), code.replace('0', "o").replace('1', "l")]
    {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, "code", json!(written))).await, "genuine", "{written}");
    }
    assert_eq!(app.verifies_fit_note(&changed(&genuine, "name", json!("ada byron"))).await, "genuine");
    for (member, value) in [
        ("issued_on", json!("2027-01-12")),
        ("fitness", json!("may_be_fit")),
        ("period", json!({ "kind": "duration", "count": 14, "unit": "weeks" })),
        ("period", json!({ "kind": "dates", "starts_on": "2027-01-11", "ends_on": "2027-02-07" })),
        ("condition", json!("Broken leg")),
        ("name", json!("Bea Byron")),
    ] {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, member, value)).await, "altered", "{member}");
    }
    let mut other = code.clone();
    other.replace_range(0..1, if code.starts_with('7') { "8" } else { "7" });
    for unknown in [other.as_str(), "00000-00000-00000-0000", "nothing", "☃"] {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, "code", json!(unknown))).await, "unknown", "{unknown}");
    }
    assert_eq!(app.audit_count("fit_note.checked", &note.id()).await, 12);
    let duplicate = scene.doctor.issues_fit_note_duplicate(&note.id()).await.expect(201);
    assert_eq!(duplicate.json["fit_note_id"], json!(note.id()));
    assert_eq!(app.verifies_fit_note(&genuine).await, "genuine", "a duplicate has the same code");
    scene.doctor.withdraws_fit_note(&note.id(), false).await.expect(200);
    assert_eq!(app.verifies_fit_note(&genuine).await, "unknown", "withdrawn");
    assert_eq!(
        app.verifies_fit_note(&changed(&genuine, "condition", json!("Broken leg"))).await,
        "unknown",
        "withdrawn and altered"
    );
    assert_eq!(app.audit_count("fit_note.checked", &note.id()).await, 15);
}

#[apply(both_engines)]
async fn every_printed_field_of_a_fit_note_can_be_checked(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene.tries_to_issue(json!({
        "fitness": "may_be_fit", "adaptations": ["phased_return"], "comments": "Tires after four hours.", "assess_again": false
    }));
    let note = note.await.expect(201);
    let mut paper = verification_form(&note.json);
    for (member, printed, wrong) in [
        ("name", json!("Ada Byron"), json!("Bea Byron")),
        ("assessed_on", json!("2027-01-11"), json!("2027-01-10")),
        ("adaptations", json!(["phased_return"]), json!(["phased_return", "amended_duties"])),
        ("comments", json!("Tires after four hours."), json!("Tires after two hours.")),
        ("assess_again", json!(false), json!(true)),
        ("issuer_name", json!("Maya Ellison"), json!("Maya Allison")),
        ("issuer_profession", json!("doctor"), json!("physiotherapist")),
        (
            "issuer_address",
            json!("Northgate Clinic\nNorthgate Centre\n12 Mill Lane\nExampleton\nEX1 2MP"),
            json!("Southgate Clinic, Northgate Centre, 12 Mill Lane, Exampleton, EX1 2MP"),
        ),
    ] {
        assert_eq!(app.verifies_fit_note(&changed(&paper, member, wrong)).await, "altered", "{member}");
        paper[member] = printed;
        assert_eq!(app.verifies_fit_note(&paper).await, "genuine", "{member}");
    }
    paper["duplicate_issued_on"] = json!("2027-01-11");
    assert_eq!(app.verifies_fit_note(&paper).await, "altered", "there is no duplicate");
    scene.doctor.issues_fit_note_duplicate(&note.id()).await.expect(201);
    assert_eq!(app.verifies_fit_note(&paper).await, "genuine");
}

#[apply(both_engines)]
async fn checks_of_withdrawn_and_invented_notes_are_audited_alike(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene.issues_usual_note().await;
    let withdrawn = verification_form(&note.json);
    scene.doctor.withdraws_fit_note(&note.id(), false).await.expect(200);
    let never = changed(&withdrawn, "code", json!("00000-00000-00000-0000"));
    for paper in [&withdrawn, &never] {
        let before = app.row_count("audit_events").await;
        assert_eq!(app.verifies_fit_note(paper).await, "unknown");
        assert_eq!(app.row_count("audit_events").await, before + 1, "{paper}");
    }
}

#[apply(both_engines)]
async fn fit_note_check_ignores_case_spacing_and_order_of_names(app: TestApp) {
    let scene = app.consultation().await;
    let genuine = verification_form(&scene.issues_usual_note().await.json);
    for name in [
        "ADA BYRON",
        "Ada\u{a0}Byron",
        "A\u{301}da Byron",
        "\u{200e}Ada Byron\u{200b}",
        "\u{ff21}da Byron",
        "  Ada   Byron ",
        "Dr Ada Byron",
        "Byron, Ada",
        "Ada-Byron",
    ] {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, "name", json!(name))).await, "genuine", "{name:?}");
    }
    let code = genuine["code"].as_str().unwrap();
    for code in [format!(" {code}\n"), code.replace('-', "\u{2011}"), code.replace('-', "\u{a0}\u{2013} ")] {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, "code", json!(code))).await, "genuine", "{code:?}");
    }
    for name in ["AdaByron", "Ada", "Ada Mary Byron"] {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, "name", json!(name))).await, "altered", "{name}");
    }
}

#[apply(both_engines)]
async fn fit_note_check_ignores_variants_of_apostrophes_accents_and_hyphens(app: TestApp) {
    let scene = app.consultation_of("Zo\u{eb} O\u{2019}Brien").await;
    let note = scene.tries_to_issue(json!({ "condition": "Post-viral fatigue" })).await.expect(201);
    let genuine = verification_form(&note.json);
    for name in
        ["Zo\u{eb} O\u{2019}Brien", "Zo\u{eb} O'Brien", "Zoe\u{308} O\u{2019}Brien", "Zoe\u{308} O'Brien", "Zoe O\u{2bc}Brien"]
    {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, "name", json!(name))).await, "genuine", "{name:?}");
    }
    for condition in ["Post\u{2010}viral fatigue", "Post\u{2011}viral fatigue", "post-viral  fatigue"] {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, "condition", json!(condition))).await, "genuine", "{condition:?}");
    }
    for (member, value) in [("name", "Zo\u{eb} O\u{2019}Brian"), ("condition", "Postviral fatigue")] {
        assert_eq!(app.verifies_fit_note(&changed(&genuine, member, json!(value))).await, "altered", "{value:?}");
    }
}

#[apply(both_engines)]
async fn verification_code_is_not_stored_in_readable_form(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene.issues_usual_note().await;
    let code = note.text("verification_code");
    let bare = code.replace('-', "");
    assert!(bare.len() >= 17, "eighty bits and a check character");
    let rows = app.sql(|conn| {
        Ok(query_lines(
            conn,
            match conn {
                Conn::Sqlite(_) => "SELECT code_tag || hex(content) || hex(record) AS line FROM fit_notes",
                Conn::Postgres(_) => "SELECT code_tag || encode(content, 'hex') || encode(record, 'hex') AS line FROM fit_notes",
            },
        ))
    });
    let rows = rows.await.join("\n");
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    for secret in [code.clone(), bare.clone(), hex(&code), hex(&bare), hex("Ada Byron"), hex("Acute stress")] {
        assert!(!rows.to_lowercase().contains(&secret.to_lowercase()), "{secret}");
    }
}

#[apply(both_engines)]
async fn another_instance_on_the_same_database_recognises_the_note(app: TestApp) {
    let scene = app.consultation().await;
    let genuine = verification_form(&scene.issues_usual_note().await.json);
    let second = app.with_the_same_database(TestSettings::default()).await;
    assert_eq!(second.verifies_fit_note(&genuine).await, "genuine", "another instance");
}

#[actix_web::test]
async fn fit_note_checks_are_rate_limited_per_address_and_per_code() {
    let mut options = TestSettings::default();
    options.policy.document_checks_per_minute = 5;
    let app = TestApp::start_with(Kind::Sqlite, options).await;
    let scene = app.consultation().await;
    let genuine = verification_form(&scene.issues_usual_note().await.json);
    let check = |paper: Value, from: String| {
        let app = app.clone();
        async move { app.post("/v1/fit-note-verifications", paper).from(&from).send().await }
    };
    // From one address, each with another code.
    for number in 0..5 {
        check(changed(&genuine, "code", json!(format!("{number}0000-00000-00000-0000"))), "203.0.113.1".to_owned())
            .await
            .expect(200);
    }
    let refused = check(genuine.clone(), "203.0.113.1".to_owned()).await.expect_problem("too_many_requests");
    assert!(refused.header("retry-after").is_some());
    // One code, each time from another address.
    for number in 0..5 {
        check(genuine.clone(), format!("203.0.113.{}", 10 + number)).await.expect(200);
    }
    check(genuine.clone(), "203.0.113.20".to_owned()).await.expect_problem("too_many_requests");
    // The same code in another spelling.
    let lower = json!(genuine["code"].as_str().unwrap().to_lowercase().replace('-', ""));
    check(changed(&genuine, "code", lower), "203.0.113.21".to_owned()).await.expect_problem("too_many_requests");
}
