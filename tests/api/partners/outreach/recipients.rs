//! Recipients: added in batches, each once, and never shown.

use confide::partners::outreach::links::AddressKey;
use confide::partners::outreach::model::OptOutSource;
use confide::partners::outreach::sending;
use confide::partners::schema::outreach_recipients::dsl;
use diesel::prelude::*;
use serde_json::json;

use crate::support::outreach::staff_addresses;
use crate::support::{TestApp, apply, both_engines};

fn owned(addresses: &[&str]) -> Vec<String> {
    addresses.iter().map(|address| (*address).to_owned()).collect()
}

#[apply(both_engines)]
async fn one_address_is_one_recipient_however_it_is_written(app: TestApp) {
    let cory = app.coordinator().await;
    let campaign = cory.creates_campaign(json!({})).await;
    let batch = owned(&["Ada@Example.org", "ada@example.org ", "07700 900123", "+44 7700 900123", "bea@example.org"]);
    let taken = cory.adds_recipients(&campaign, &batch).await.expect(200);
    assert_eq!(taken.json, json!({ "received": 5, "duplicates": 2, "recipients": 3 }));
    let again = cory.adds_recipients(&campaign, &owned(&["BEA@example.org", "cleo@example.org"])).await.expect(200);
    assert_eq!(again.json, json!({ "received": 2, "duplicates": 1, "recipients": 4 }));
    let other = cory.creates_campaign(json!({})).await;
    let there = cory.adds_recipients(&other, &owned(&["bea@example.org"])).await.expect(200);
    assert_eq!(there.json["duplicates"], 0, "each campaign has its own recipients");
}

#[apply(both_engines)]
async fn invalid_addresses_are_named_by_position_and_nothing_is_stored(app: TestApp) {
    let cory = app.coordinator().await;
    let campaign = cory.creates_campaign(json!({ "channels": ["email"] })).await;
    let mut batch = staff_addresses(5);
    batch[1] = "no address".to_owned();
    batch[3] = "07700 900123".to_owned();
    let refused = cory.adds_recipients(&campaign, &batch).await.expect(422).expect_field("invalid_body", "/addresses/1");
    let refused = refused.expect_field("invalid_body", "/addresses/3");
    assert_eq!(refused.json["errors"].as_array().unwrap().len(), 2);
    assert_eq!(app.outreach_recipient_counts("waiting").await, (0, 0));
    cory.adds_recipients(&campaign, &staff_addresses(1000)).await.expect(200);
    let many = staff_addresses(1001);
    cory.adds_recipients(&campaign, &many).await.expect(422).expect_field("invalid_body", "/addresses");
}

#[apply(both_engines)]
async fn batch_sent_again_with_its_key_is_added_once(app: TestApp) {
    let cory = app.coordinator().await;
    let campaign = cory.creates_campaign(json!({})).await;
    let path = format!("/v1/outreach-campaigns/{campaign}/recipients");
    let send = || cory.post(&path, json!({ "addresses": staff_addresses(3) })).key("batch-1").send();
    let (first, again) = (send().await.expect(200), send().await.expect(200));
    assert_eq!((first.json["recipients"].as_i64(), first.json == again.json), (Some(3), true));
    assert_eq!(again.json["duplicates"], 0, "the first answer is repeated");
}

#[apply(both_engines)]
async fn answers_do_not_reveal_who_has_opted_out(app: TestApp) {
    let cory = app.coordinator().await;
    app.write(move |tx| sending::opt_out(tx, AddressKey::of(tx.sealer, "no@example.org"), OptOutSource::Coordinator)).await;
    let answers = async |address: &str| {
        let campaign = cory.creates_campaign(json!({})).await;
        let first = cory.adds_recipients(&campaign, &owned(&[address])).await.expect(200).json;
        let again = cory.adds_recipients(&campaign, &owned(&[address])).await.expect(200).json;
        let seen = cory.reads_campaign(&campaign).await.expect(200).json;
        (first, again, seen["recipients"].clone(), seen["waiting"].clone())
    };
    assert_eq!(answers("no@example.org").await, answers("yes@example.org").await);
    let addresses: Vec<Vec<u8>> =
        app.sql(|conn| Ok(dsl::outreach_recipients.order(dsl::id).select(dsl::address).load(conn)?)).await;
    let stored = addresses.iter().filter(|address| !address.is_empty()).count();
    assert_eq!((addresses.len(), stored), (2, 1), "the opted-out address is not stored");
}
