//! Searching the signposts without an account.

use chrono::TimeDelta;

use crate::support::signposts::{EMERGENCY, peer_line_signpost};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn anyone_can_search_and_sees_crisis_help_first(app: TestApp) {
    let found = app.finds_signposts("limit=100").await;
    assert_eq!(found[..5], ["emergency_999", "accident_and_emergency", "nhs_111_mental_health", "samaritans", "shout"]);
    assert!(found.contains(&"gp".to_owned()) && !found.contains(&"local_hub".to_owned()), "an ended entry is not shown");
    let read = app.reads_signpost("shout").await.expect(200);
    assert_eq!((read.text("contact"), read.text("urgency")), ("Text SHOUT to 85258".into(), "urgent".into()));
    assert_eq!((read.json["emergency_route"].clone(), read.text("last_checked_on")), (true.into(), "2026-11-22".into()));
    app.reads_signpost("nowhere").await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn needs_channel_and_urgency_narrow_the_search(app: TestApp) {
    assert_eq!(app.finds_signposts("need=funding").await, ["local_commissioner"]);
    let texts = app.finds_signposts("need=crisis&channel=text&nation=england").await;
    assert_eq!(texts, ["shout", "emergency_sms"], "the accessible route follows");
    let emergency = app.finds_signposts("urgency=emergency&nation=england").await;
    assert_eq!(emergency, [&EMERGENCY[..], &["bsl_999", "emergency_sms", "relay_uk"]].concat());
    let several = app.finds_signposts("need=bereavement&need=work_support").await;
    assert_eq!(several[0], "workplace_support", "it meets both needs");
    assert!(several.contains(&"gp".to_owned()) && !several.contains(&"samaritans".to_owned()));
    app.get("/v1/signposts?need=cake").send().await.expect_field("invalid_parameter", "need");
    app.get("/v1/signposts?colour=red").send().await.expect_field("invalid_parameter", "colour");
}

#[apply(both_engines)]
async fn directory_can_be_read_as_of_a_date(app: TestApp) {
    assert!(app.finds_signposts("need=bereavement&on=2021-03-01").await.contains(&"bereavement_line".to_owned()));
    assert!(app.finds_signposts("need=local_services&on=2024-03-31").await.contains(&"local_hub".to_owned()));
    assert!(!app.finds_signposts("need=local_services&on=2024-04-01").await.contains(&"local_hub".to_owned()));
    assert_eq!(app.reads_signpost("local_hub").await.expect(200).text("valid_until"), "2024-03-31", "ended, and still readable");
}

#[apply(both_engines)]
async fn entries_for_other_professions_or_areas_are_left_out(app: TestApp) {
    let avery = app.administrator().await;
    let line = avery.adds_signpost(peer_line_signpost()).await.expect(201).id();
    for (query, shown) in [
        ("", true),
        ("profession=doctor", true),
        ("profession=nurse", false),
        ("region=london", true),
        ("region=south_west", false),
        ("icb_code=QWE", true),
        ("icb_code=qnc", true),
        ("icb_code=QWU", false),
        ("profession=doctor&region=midlands&icb_code=QNC", true),
        ("profession=nurse&icb_code=QNC", false),
        ("on=2026-12-31", false),
    ] {
        assert_eq!(app.finds_signposts(&format!("limit=100&{query}")).await.contains(&line), shown, "{query}");
    }
    for query in ["profession=nurse", "region=south_west", "icb_code=QWU"] {
        assert!(app.finds_signposts(query).await.contains(&"emergency_999".to_owned()), "crisis help is for all: {query}");
    }
}

#[apply(both_engines)]
async fn pages_of_the_directory_have_no_gaps(app: TestApp) {
    let whole = app.finds_signposts("limit=100").await;
    let (mut found, mut query) = (Vec::new(), "limit=4".to_owned());
    loop {
        let page = app.get(&format!("/v1/signposts?{query}")).send().await.expect(200);
        found.extend(crate::support::signposts::ids_of(&page.json["items"]));
        let Some(next) = page.json["next_cursor"].as_str() else { break };
        query = format!("limit=4&cursor={next}");
        // Time passes between the pages.
        app.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(found, whole);
    app.get("/v1/signposts?cursor=AAAA").send().await.expect_problem("invalid_cursor");
}
