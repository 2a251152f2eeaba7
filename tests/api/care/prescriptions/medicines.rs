//! The catalogue of medicines.

use serde_json::json;

use crate::support::actors::Actor;
use crate::support::{TestApp, apply, both_engines};

async fn finds(actor: &Actor, query: &str) -> Vec<String> {
    let found = actor.get(&format!("/v1/medicines?{query}")).send().await.expect(200);
    found.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[apply(both_engines)]
async fn prescriber_finds_medicines_by_any_of_their_names(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    assert_eq!(finds(&cleo, "search=diazepam").await, ["diazepam-2mg-tablets", "diazepam-5mg-tablets"]);
    assert_eq!(finds(&cleo, "search=acetaminophen").await, ["co-codamol-30mg-500mg-tablets", "paracetamol-500mg-tablets"]);
    assert!(finds(&cleo, "search=unobtainium").await.is_empty());
    let found = cleo.get("/v1/medicines?search=diazepam%202mg").send().await.expect(200);
    let diazepam = &found.items()[0];
    assert_eq!((diazepam["schedule"].as_str(), diazepam["code"].as_str()), (Some("cd4_part1"), Some("321196004")));
    assert_eq!(diazepam["contains"], "2");
}

#[apply(both_engines)]
async fn catalogue_is_paged(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let first = cleo.get("/v1/medicines?limit=100").send().await.expect(200);
    assert!(first.items().len() >= 40);
    let (mut seen, mut query) = (Vec::new(), "limit=25".to_owned());
    loop {
        let page = cleo.get(&format!("/v1/medicines?{query}")).send().await.expect(200);
        seen.extend(page.items().iter().map(|item| item["id"].clone()));
        let Some(next) = page.json["next_cursor"].as_str() else { break };
        query = format!("limit=25&cursor={next}");
    }
    let all: Vec<_> = first.items().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(seen, all);
}

#[apply(both_engines)]
async fn units_routes_and_forms_are_listed(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let terms = cleo.get("/v1/prescribing-terms").send().await.expect(200);
    assert_eq!(terms.json["units"][0]["code"], "428673006", "the tablet's");
    assert!(terms.json["routes"].as_array().unwrap().iter().any(|route| route["id"] == "oral"));
    let patches = json!({ "name": "transdermal patches", "routes": ["transdermal"] });
    assert!(terms.json["forms"].as_array().unwrap().contains(&patches));
}

#[apply(both_engines)]
async fn brands_are_listed_where_one_must_be_chosen(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let found = cleo.get("/v1/medicines?search=lithium").send().await.expect(200);
    assert_eq!(
        (&found.items()[0]["brand_required"], &found.items()[0]["brands"]),
        (&json!(true), &json!(["Camcolit", "Priadel"]))
    );
    let found = cleo.get("/v1/medicines?search=sertraline%2050").send().await.expect(200);
    assert_eq!((&found.items()[0]["brand_required"], &found.items()[0]["code"]), (&json!(false), &json!(null)));
}
