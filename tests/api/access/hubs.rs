//! Hubs and what they cover.

use chrono::NaiveDate;
use confide::access::hubs::queries::{self, Coverage, Hub};
use confide::access::workforce::model::Region;
use confide::platform::ids::Id;

use crate::on_both_engines;
use crate::support::TestApp;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A hub that covers areas: (code, from, until).
async fn hub(app: &TestApp, name: &str, closed_on: Option<&str>, covers: &'static [(&str, &str, Option<&str>)]) -> Id {
    let id = Id::new(app.now());
    let hub = Hub {
        id,
        name: name.to_owned(),
        region: Region::EastOfEngland,
        phone: "0300 000 0000".to_owned(),
        email: "hub@example.org".to_owned(),
        hours: "Monday to Friday, 9 to 5".to_owned(),
        opened_on: day("2021-02-22"),
        closed_on: closed_on.map(day),
    };
    let area = move |&(code, from, until): &(&str, &str, Option<&str>)| Coverage {
        hub_id: id,
        icb_code: code.to_owned(),
        valid_from: day(from),
        valid_until: until.map(day),
    };
    app.sql(move |conn| queries::insert(conn, &hub, &covers.iter().map(area).collect::<Vec<_>>())).await;
    id
}

on_both_engines! {
    async fn coverage_is_asked_for_by_area_and_survives_a_merger(app: TestApp) {
        let covers = &[("QJG", "2021-02-22", Some("2026-04-01")), ("D7T5G", "2026-04-01", None)];
        hub(&app, "Saltmarsh", None, covers).await;
        let names = async |query: &str| {
            let page = app.get(&format!("/v1/hubs?{query}")).send().await.expect(200);
            page.items().iter().map(|hub| hub["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("icb_code=D7T5G").await, ["Saltmarsh"]);
        assert!(names("icb_code=QJG").await.is_empty(), "dissolved");
        assert_eq!(names("icb_code=qjg&on=2026-03-31").await, ["Saltmarsh"]);
        assert!(names("icb_code=D7T5G&on=2026-03-31").await.is_empty());
        assert!(names("region=london").await.is_empty());
        assert_eq!(names("region=east_of_england").await, ["Saltmarsh"]);
    }

    async fn a_closed_hub_is_not_listed_but_can_be_read(app: TestApp) {
        let id = hub(&app, "Oldbridge", Some("2024-04-01"), &[("QWU", "2021-02-22", None)]).await;
        assert!(app.get("/v1/hubs").send().await.expect(200).items().is_empty());
        assert_eq!(app.get("/v1/hubs?on=2024-03-31").send().await.expect(200).items().len(), 1);
        let read = app.get(&format!("/v1/hubs/{id}")).send().await.expect(200);
        assert_eq!((read.text("name"), read.text("closed_on")), ("Oldbridge".into(), "2024-04-01".into()));
        app.get(&format!("/v1/hubs/{}", Id::new(app.now()))).send().await.expect_problem("not_found");
    }

    async fn hubs_of_one_name_are_paged_without_gaps(app: TestApp) {
        for _ in 0..5 {
            hub(&app, "Twin", None, &[("QWU", "2021-02-22", None)]).await;
        }
        let first = app.get("/v1/hubs?limit=3").send().await.expect(200);
        let rest = app.get(&format!("/v1/hubs?limit=3&cursor={}", first.text("next_cursor"))).send().await.expect(200);
        let mut ids: Vec<_> = first.items().iter().chain(rest.items()).map(|hub| hub["id"].clone().to_string()).collect();
        ids.dedup();
        assert_eq!((ids.len(), rest.json["next_cursor"].is_null()), (5, true));
    }
}
