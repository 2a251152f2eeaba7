//! Finding the hub for a workplace, by outcode, employer or board.

use confide::partners::hubs::model::PlaceKind;
use confide::partners::hubs::queries::places;
use confide::partners::hubs::rules;
use confide::reference::workforce::catalogue::boards;
use confide::reference::workforce::rules::check_ods_code;
use serde_json::{Value, json};

use crate::guards::journey::row_counts;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

fn areas(found: &CheckedReply) -> Vec<&str> {
    found.json["areas"].as_array().unwrap().iter().map(|area| area["icb_code"].as_str().unwrap()).collect()
}

fn hubs(found: &CheckedReply) -> Vec<&str> {
    found.json["items"].as_array().unwrap().iter().map(|hub| hub["name"].as_str().unwrap()).collect()
}

#[apply(both_engines)]
async fn outcode_employer_or_board_finds_the_hubs_of_its_areas(app: TestApp) {
    app.hub("Harbour", &[("QWE", "2021-02-22", None)]).await;
    app.hub("Kingfisher", &[("QRV", "2021-02-22", None)]).await;
    app.hub("Plover", &[("QNQ", "2021-02-22", None)]).await;
    for (what, codes, names) in [
        (json!({ "outcode": "SW19" }), vec!["QWE"], vec!["Harbour"]),
        (json!({ "outcode": " sw1a " }), vec!["Z9B2Z"], vec!["Kingfisher"]),
        (json!({ "outcode": "SW1A", "on": "2026-03-31" }), vec!["QRV"], vec!["Kingfisher"]),
        (json!({ "employer_ods": "rj7" }), vec!["QWE"], vec!["Harbour"]),
        (json!({ "employer_ods": "RDU" }), vec!["S0E4D", "S9B9J", "QRL"], vec!["Plover"]),
        (json!({ "icb_code": "qnq" }), vec!["S0E4D", "S9B9J", "QRL"], vec!["Plover"]),
        (json!({ "icb_code": "QNQ", "on": "2026-03-31" }), vec!["QNQ"], vec!["Plover"]),
        (json!({ "outcode": "NE1" }), vec!["QHM"], vec![]),
    ] {
        let found = app.searches_hubs(what.clone()).await.expect(200);
        assert_eq!((areas(&found), hubs(&found)), (codes, names), "{what}");
        assert_eq!(found.json["confirmed"], json!(what.get("icb_code").is_some()), "{what}");
        assert!(found.json["how_to_choose"].is_null() && found.json["choose_from"] == json!([]));
    }
}

#[apply(both_engines)]
async fn unknown_place_finds_no_hub_and_offers_the_areas_to_choose_from(app: TestApp) {
    app.hub("Harbour", &[("QWE", "2021-02-22", None)]).await;
    for what in [
        json!({ "outcode": "ZZ99" }),
        json!({ "outcode": "BFPO" }),
        json!({ "outcode": "EH1" }),
        json!({ "employer_ods": "X9K3M" }),
    ] {
        let found = app.searches_hubs(what.clone()).await.expect(200);
        assert!(areas(&found).is_empty() && hubs(&found).is_empty(), "{what}");
        assert!(found.text("how_to_choose").contains("choose the area"));
        assert_eq!(found.json["choose_from"].as_array().unwrap().len(), 36, "the current boards");
    }
    let before = app.searches_hubs(json!({ "outcode": "EH1", "on": "2026-03-31" })).await.expect(200);
    assert_eq!(before.json["choose_from"].as_array().unwrap().len(), 42);
}

#[apply(both_engines)]
async fn invalid_search_is_refused_by_field(app: TestApp) {
    for (what, pointer, code) in [
        (json!({}), "/icb_code", "exactly_one"),
        (json!({ "icb_code": "QWE", "outcode": "SW19" }), "/icb_code", "exactly_one"),
        (json!({ "icb_code": "QXX" }), "/icb_code", "unknown"),
        (json!({ "outcode": "SW1A 1AA" }), "/outcode", "only_first_half"),
        (json!({ "outcode": "Q1" }), "/outcode", "wrong_format"),
        (json!({ "employer_ods": "R-1" }), "/employer_ods", "wrong_format"),
    ] {
        let refused = app.searches_hubs(what.clone()).await.expect(422).expect_field("invalid_body", pointer);
        assert_eq!(refused.json["errors"][0]["code"], code, "{what}");
    }
}

#[apply(both_engines)]
async fn search_stores_nothing(app: TestApp) {
    app.hub("Harbour", &[("QWE", "2021-02-22", None)]).await;
    let before = row_counts(&app).await;
    for what in [
        json!({ "outcode": "SW19" }),
        json!({ "employer_ods": "RJ7" }),
        json!({ "icb_code": "QWE" }),
        json!({ "outcode": "ZZ99" }),
    ] {
        app.searches_hubs(what).await.expect(200);
    }
    assert_eq!(row_counts(&app).await, before);
}

#[apply(both_engines)]
async fn administrator_corrects_the_area_of_a_place_from_a_date(app: TestApp) {
    app.hub("Harbour", &[("QWE", "2021-02-22", None)]).await;
    app.hub("Lantern", &[("QKK", "2021-02-22", None)]).await;
    let (admin, cory) = (app.administrator().await, app.coordinator().await);
    let change = |codes: &[&str], day: &str| json!({ "starts_on": day, "icb_codes": codes });
    let path = "/v1/outcode-areas/sw19";
    cory.put(path, change(&["QKK"], "2027-02-01")).send().await.expect_problem("wrong_role");
    admin.put(path, change(&["QKK"], "2027-01-10")).send().await.expect_field("invalid_body", "/starts_on");
    admin.put(path, change(&["QWE", "QNQ"], "2027-02-01")).send().await.expect_field("invalid_body", "/icb_codes/1");
    admin
        .put("/v1/outcode-areas/q1", change(&["QKK"], "2027-02-01"))
        .send()
        .await
        .expect(400)
        .expect_field("invalid_parameter", "outcode");
    admin.put(path, change(&["QKK"], "2027-02-01")).send().await.expect(200);
    let on = async |day: &str| {
        let found = app.searches_hubs(json!({ "outcode": "SW19", "on": day })).await.expect(200);
        (areas(&found).join(" "), found.json["confirmed"] == true)
    };
    assert_eq!(on("2027-01-31").await, ("QWE".to_owned(), false), "the letters of the outcode decide, as before");
    assert_eq!(on("2027-02-01").await, ("QKK".to_owned(), true), "the exact outcode decides");
    assert_eq!(admin.put(path, change(&[], "2027-03-01")).send().await.expect(200).json["areas"][0]["valid_until"], "2027-02-28");
    assert_eq!(on("2027-03-01").await.0, "QWE");

    let employer = |name: &str, codes: &[&str], day: &str| json!({ "name": name, "starts_on": day, "icb_codes": codes });
    let set = admin.put("/v1/employer-areas/x9k3m", employer("Invented Trust", &["QWE"], "2027-01-11")).send().await.expect(200);
    assert_eq!((set.text("code"), set.text("name")), ("X9K3M".into(), "Invented Trust".into()));
    let found = app.searches_hubs(json!({ "employer_ods": "X9K3M" })).await.expect(200);
    assert_eq!((hubs(&found), &found.json["confirmed"]), (vec!["Harbour"], &Value::Bool(true)));
    let set = admin.put("/v1/employer-areas/RJ7", employer("St George's", &["QKK"], "2027-06-01")).send().await.expect(200);
    let assignments: Vec<_> = set.json["areas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|area| (area["icb_code"].as_str(), area["valid_until"].as_str()))
        .collect();
    assert_eq!(assignments, [(Some("QWE"), Some("2027-05-31")), (Some("QKK"), None)]);
    admin
        .put("/v1/employer-areas/R-1", employer("Nowhere Trust", &[], "2027-06-01"))
        .send()
        .await
        .expect_field("invalid_parameter", "employer_ods");

    let first = admin.get("/v1/outcode-areas?limit=2").send().await.expect(200);
    let rest = admin.get(&format!("/v1/outcode-areas?limit=2&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    let codes: Vec<_> = first.items().iter().chain(rest.items()).map(|place| place["code"].as_str().unwrap()).collect();
    assert!(codes.len() == 4 && codes.is_sorted(), "{codes:?}");
    assert_eq!(first.items()[0]["areas"][0]["confirmed"], false);
    assert!(admin.get("/v1/employer-areas?limit=100").send().await.expect(200).items().len() > 50);
    cory.get("/v1/employer-areas").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn built_in_places_are_valid_and_name_existing_boards(app: TestApp) {
    let boards = boards();
    for (kind, least) in [(PlaceKind::Outcode, 100), (PlaceKind::Employer, 50)] {
        let places = app.write(move |tx| places::list(tx, kind, None, 1000)).await;
        assert!(places.len() >= least, "{} of {kind:?}", places.len());
        for place in places {
            let valid = match kind {
                PlaceKind::Outcode => rules::place_code(&place.code) == Some(place.code.clone()),
                PlaceKind::Employer => place.name.is_some() && check_ods_code(&place.code).is_ok(),
            };
            assert!(valid, "{place:?}");
            for assignment in place.areas {
                assert!(
                    boards.iter().any(|board| board.code == assignment.value.icb_code) && !assignment.value.confirmed,
                    "{} {assignment:?}",
                    place.code
                );
            }
        }
    }
}
