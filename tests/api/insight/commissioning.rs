//! Figures for commissioners: what funding requests to their boards came to, who registers, and how many clinicians there are.

use confide::people::Role;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::commissioning::{amount_approved, approved, declined, sessions_approved};
use crate::support::figures::{cell, rate};
use crate::support::funding::{SOUTH_EAST_LONDON, SOUTH_WEST_LONDON};
use crate::support::{TestApp, apply, both_engines};

/// The first quarter of 2027 has settled.
const SETTLED: &str = "2027-04-15T09:00:00Z";

/// The name under which West and North London's earlier board is known.
const NORTH_WEST_LONDON: &str = "QRV";
const WEST_AND_NORTH_LONDON: &str = "Z9B2Z";

/// Publishes what is due at this time.
async fn publish_at(app: &TestApp, at: &str) {
    app.advance_clock_to(at);
    app.publish_due_statistics().await;
}

/// The same once the first quarter has settled; returns a commissioner of these boards.
async fn commissioner_of(app: &TestApp, boards: &[&str]) -> Actor {
    publish_at(app, SETTLED).await;
    app.commissioner("Morgan Vale", boards).await
}

/// The funding figures of the caller's boards.
async fn boards(caller: &Actor) -> Vec<Value> {
    caller.reads_funding_figures("").await.expect(200).json["boards"].as_array().unwrap().clone()
}

/// The first quarter of 2027 of a board.
async fn first_quarter(caller: &Actor, board: &str) -> Value {
    let boards = boards(caller).await;
    let found = boards.iter().find(|one| one["icb_code"] == board).unwrap_or_else(|| panic!("no {board} in {boards:?}"));
    found["periods"].as_array().unwrap().iter().find(|period| period["first_day"] == "2027-01-01").unwrap().clone()
}

/// The counts of a table, in order.
fn counts(table: &Value) -> Vec<Value> {
    table["cells"].as_array().unwrap().iter().map(|cell| cell["count"].clone()).collect()
}

/// Twelve requests to South West London approved for ten sessions after three weeks, and eight declined after nine weeks. Ten of the
/// twelve have three treatments in the quarter.
async fn twenty_requests(app: &TestApp) {
    let people = app.people_registered_at("2027-01-12T09:00:00Z", 20, json!({})).await;
    let approval = sessions_approved("2027-02-05T12:00:00Z", 10);
    let requests = app.decided_requests(&people[..12], SOUTH_WEST_LONDON, "2027-01-15T12:00:00Z", approval).await;
    app.decided_requests(&people[12..], SOUTH_WEST_LONDON, "2027-01-15T12:00:00Z", declined("2027-03-19T12:00:00Z")).await;
    for day in ["2027-02-15T10:00:00Z", "2027-02-22T10:00:00Z", "2027-03-31T22:30:00Z"] {
        app.funded_treatments(&requests[..10], day, 9_500).await;
    }
    // At half past midnight on 1 April in the UK, which is in the next quarter.
    app.funded_treatments(&requests[10..], "2027-03-31T23:30:00Z", 9_500).await;
    let released = app.funded_treatments(&requests[10..], "2027-03-01T10:00:00Z", 9_500).await;
    for session in &released {
        app.cancels_funded_treatment(session, true).await;
    }
}

#[apply(both_engines)]
async fn commissioner_sees_decisions_times_and_money_of_their_board(app: TestApp) {
    twenty_requests(&app).await;
    let morgan = commissioner_of(&app, &[SOUTH_WEST_LONDON]).await;
    let boards = boards(&morgan).await;
    assert_eq!(boards.len(), 1);
    assert_eq!((&boards[0]["icb_code"], &boards[0]["name"]), (&json!("QWE"), &json!("South West London")));
    let quarter = first_quarter(&morgan, "QWE").await;
    assert_eq!((&quarter["first_day"], &quarter["last_day"]), (&json!("2027-01-01"), &json!("2027-03-31")));
    let decisions = &quarter["decisions"];
    assert_eq!((&decisions["breakdown"], &decisions["total"]), (&json!("decision"), &json!(20)));
    let found = ["approved", "approved_limited", "declined"].map(|decision| cell(decisions, decision));
    assert_eq!(found, [json!(0), json!(10), json!(10)]);
    assert_eq!(rate(decisions, "approved")["percent"], 50, "of rounded counts");
    let times = &quarter["days_to_decide"];
    assert_eq!((&times["total"], counts(times)), (&json!(20), vec![json!(0), json!(10), json!(0), json!(10)]));
    let within = ["within_14_days", "within_28_days", "within_56_days"].map(|name| rate(times, name)["percent"].clone());
    assert_eq!(within, [json!(0), json!(50), json!(50)]);
    let centiles = json!([{ "percent": 50, "category": "15_to_28_days" }, { "percent": 90, "category": "over_56_days" }]);
    assert_eq!(quarter["centiles"], centiles);
    assert_eq!(quarter["committed_pence"], 1_150_000, "twelve times ten treatments of 95 pounds are 11,400 pounds");
    assert_eq!(quarter["used_pence"], 300_000, "thirty treatments of 95 pounds are 2,850 pounds; two were released");
}

#[apply(both_engines)]
async fn small_outcome_is_hidden_with_another_one_and_so_is_the_approval_rate(app: TestApp) {
    let people = app.people_registered_at("2027-01-12T09:00:00Z", 34, json!({})).await;
    let submitted = "2027-02-01T12:00:00Z";
    let (first, others) = people.split_at(20);
    let (second, third) = others.split_at(3);
    let at = "2027-02-10T12:00:00Z";
    app.decided_requests(first, SOUTH_WEST_LONDON, submitted, approved(at)).await;
    app.decided_requests(second, SOUTH_WEST_LONDON, submitted, sessions_approved(at, 6)).await;
    app.decided_requests(third, SOUTH_WEST_LONDON, submitted, declined(at)).await;
    let morgan = commissioner_of(&app, &[SOUTH_WEST_LONDON]).await;
    let quarter = first_quarter(&morgan, "QWE").await;
    let decisions = &quarter["decisions"];
    assert_eq!((&decisions["total"], counts(decisions)), (&json!(35), vec![json!(20), Value::Null, Value::Null]));
    assert_eq!(rate(decisions, "approved")["percent"], Value::Null, "three would follow from it");
    assert_eq!(counts(&quarter["days_to_decide"]), [json!(35), json!(0), json!(0), json!(0)]);
    assert_eq!(quarter["centiles"][0]["category"], "within_14_days");
    assert_eq!(quarter["committed_pence"], Value::Null, "only three approvals have an amount");
    assert_eq!(quarter["used_pence"], Value::Null);
}

#[apply(both_engines)]
async fn board_with_few_requests_looks_like_one_without_any(app: TestApp) {
    let people = app.people_registered_at("2027-01-12T09:00:00Z", 9, json!({})).await;
    let at = "2027-02-10T12:00:00Z";
    let requests = app.decided_requests(&people, SOUTH_WEST_LONDON, "2027-02-01T12:00:00Z", amount_approved(at, 300_000)).await;
    app.funded_treatments(&requests, "2027-02-15T10:00:00Z", 9_500).await;
    publish_at(&app, SETTLED).await;
    let cory = app.coordinator().await;
    let few = first_quarter(&cory, SOUTH_WEST_LONDON).await;
    assert_eq!(few, first_quarter(&cory, SOUTH_EAST_LONDON).await, "no request");
    assert_eq!((&few["decisions"]["total"], counts(&few["decisions"])), (&Value::Null, vec![Value::Null; 3]));
    assert_eq!(few["centiles"], json!([{ "percent": 50, "category": null }, { "percent": 90, "category": null }]));
    assert_eq!((&few["committed_pence"], &few["used_pence"]), (&Value::Null, &Value::Null));
}

#[apply(both_engines)]
async fn sum_that_is_mostly_about_one_person_is_hidden(app: TestApp) {
    let people = app.people_registered_at("2027-01-12T09:00:00Z", 24, json!({})).await;
    let at = "2027-02-10T12:00:00Z";
    let submitted = "2027-02-01T12:00:00Z";
    app.decided_requests(&people[..1], SOUTH_WEST_LONDON, submitted, amount_approved(at, 2_000_000)).await;
    app.decided_requests(&people[1..12], SOUTH_WEST_LONDON, submitted, amount_approved(at, 100_000)).await;
    app.decided_requests(&people[12..], SOUTH_EAST_LONDON, submitted, amount_approved(at, 100_000)).await;
    let morgan = commissioner_of(&app, &[SOUTH_WEST_LONDON, SOUTH_EAST_LONDON]).await;
    let (one, equal) = (first_quarter(&morgan, SOUTH_WEST_LONDON).await, first_quarter(&morgan, SOUTH_EAST_LONDON).await);
    assert_eq!((&one["decisions"]["total"], &one["committed_pence"]), (&json!(10), &Value::Null));
    assert_eq!((&equal["decisions"]["total"], &equal["committed_pence"]), (&json!(10), &json!(1_200_000)));
}

#[apply(both_engines)]
async fn commissioner_of_another_board_sees_nothing_of_it(app: TestApp) {
    twenty_requests(&app).await;
    let mabel = commissioner_of(&app, &[SOUTH_EAST_LONDON]).await;
    let reply = mabel.reads_funding_figures("").await.expect(200);
    let codes: Vec<_> = reply.json["boards"].as_array().unwrap().iter().map(|board| board["icb_code"].clone()).collect();
    assert_eq!(codes, ["QKK"]);
    assert!(!reply.json.to_string().contains("QWE"));
    let registrations = mabel.reads_registration_figures("").await.expect(200);
    let period = &registrations.json["periods"][0];
    let codes: Vec<_> = period["boards"].as_array().unwrap().iter().map(|board| board["icb_code"].clone()).collect();
    assert_eq!((codes, &period["professions"]["total"]), (vec![json!("QKK")], &json!(20)));

    let without = app.staff("Wanda Vale", Role::Commissioner).await;
    assert!(boards(&without).await.is_empty(), "a commissioner without a board");
    let cory = app.coordinator().await;
    assert!(boards(&cory).await.len() > 30, "coordinators see the figures of every board");
    for role in [Role::Practitioner, Role::Clinician, Role::CallHandler, Role::HubCoordinator, Role::PrivacyOfficer] {
        let other = app.staff(&format!("Other {}", role.as_str()), role).await;
        other.reads_funding_figures("").await.expect_problem("wrong_role");
        other.reads_registration_figures("").await.expect_problem("wrong_role");
        other.reads_workforce_figures().await.expect_problem("wrong_role");
    }
}

#[apply(both_engines)]
async fn commissioner_sees_boards_that_theirs_took_over(app: TestApp) {
    let people = app.people_registered_at("2027-01-12T09:00:00Z", 10, json!({})).await;
    let at = "2027-02-10T12:00:00Z";
    app.decided_requests(&people, NORTH_WEST_LONDON, "2027-02-01T12:00:00Z", declined(at)).await;
    let morgan = commissioner_of(&app, &[WEST_AND_NORTH_LONDON]).await;
    let codes: Vec<_> = boards(&morgan).await.iter().map(|board| board["icb_code"].clone()).collect();
    assert_eq!(codes, ["QRV", "Z9B2Z"], "QMJ was not asked and existed no more");
    assert_eq!(counts(&first_quarter(&morgan, NORTH_WEST_LONDON).await["decisions"]), [json!(0), json!(0), json!(10)]);
}

#[apply(both_engines)]
async fn quarter_is_counted_once_and_a_request_by_its_first_decision(app: TestApp) {
    let people = app.people_registered_at("2027-01-12T09:00:00Z", 30, json!({})).await;
    let submitted = "2027-02-01T12:00:00Z";
    let requests = app.decided_requests(&people[..12], SOUTH_WEST_LONDON, submitted, declined("2027-02-10T12:00:00Z")).await;
    publish_at(&app, "2027-04-14T09:00:00Z").await;
    let cory = app.coordinator().await;
    assert!(boards(&cory).await.is_empty(), "a quarter is counted two weeks after its end");

    publish_at(&app, SETTLED).await;
    let cory = cory.signs_in_again().await;
    let before = first_quarter(&cory, SOUTH_WEST_LONDON).await;
    assert_eq!(counts(&before["decisions"]), [json!(0), json!(0), json!(10)]);
    app.decided_requests(&people[12..], SOUTH_WEST_LONDON, submitted, approved("2027-02-11T12:00:00Z")).await;
    app.decides_requests(&requests, sessions_approved("2027-05-10T12:00:00Z", 10)).await;
    publish_at(&app, "2027-07-15T09:00:00Z").await;
    let cory = cory.signs_in_again().await;
    assert_eq!(first_quarter(&cory, SOUTH_WEST_LONDON).await, before, "what is found later does not change a published figure");
    let found = boards(&cory).await;
    let board = found.iter().find(|board| board["icb_code"] == SOUTH_WEST_LONDON).unwrap();
    let second = &board["periods"][1];
    assert_eq!(second["first_day"], "2027-04-01");
    assert_eq!(counts(&second["decisions"]), vec![Value::Null; 3], "decided before: the reconsideration is no new request");
    assert_eq!(second["committed_pence"], 1_150_000, "but commits money in its quarter");
    let only_first = cory.reads_funding_figures("from=2027-01&until=2027-01").await.expect(200);
    assert_eq!(only_first.json["boards"][0]["periods"].as_array().unwrap().len(), 1);
    cory.reads_funding_figures("from=2027-01-05").await.expect_field("invalid_parameter", "from");
    cory.reads_funding_figures("icb_code=QWE").await.expect_problem("invalid_parameter");
}

#[apply(both_engines)]
async fn only_published_figures_are_stored(app: TestApp) {
    use confide::insight::schema::statistics_cells::dsl;
    twenty_requests(&app).await;
    publish_at(&app, SETTLED).await;
    let stored: Vec<(String, String, Option<i32>)> = app
        .sql(|conn| {
            let funding = dsl::statistics_cells.filter(dsl::dataset.eq("funding")).order((dsl::breakdown, dsl::position));
            Ok(funding.select((dsl::breakdown, dsl::category, dsl::published)).load(conn)?)
        })
        .await;
    let of_board = stored.iter().filter(|(name, category, _)| name.starts_with("QWE/") && category == "total");
    let totals = of_board.map(|(name, _, count)| (name.as_str(), *count));
    let expected = [
        ("QWE/committed", Some(1_150_000)),
        ("QWE/days_to_decide", Some(20)),
        ("QWE/decision", Some(20)),
        ("QWE/used", Some(300_000)),
    ];
    assert_eq!(totals.collect::<Vec<_>>(), expected);
}

/// The count of a board in a quarter of registrations.
fn of_board(period: &Value, board: &str) -> Value {
    let boards = period["boards"].as_array().unwrap();
    boards.iter().find(|one| one["icb_code"] == board).unwrap_or_else(|| panic!("no {board} in {period}"))["count"].clone()
}

#[apply(both_engines)]
async fn registrations_are_counted_by_profession_region_and_board(app: TestApp) {
    app.people_registered_at("2027-01-12T09:00:00Z", 15, json!({})).await;
    app.people_registered_at("2027-03-31T22:30:00Z", 3, json!({ "profession": "nurse", "icb_code": "QKK" })).await;
    app.people_registered_at("2027-02-12T09:00:00Z", 12, json!({ "profession": "pharmacist", "icb_code": "QMF" })).await;
    let outside = json!({ "nation": "scotland", "region": null, "icb_code": null });
    app.people_registered_at("2027-02-12T09:00:00Z", 10, outside).await;
    // In the next quarter, by the time in the UK.
    app.people_registered_at("2027-03-31T23:30:00Z", 7, json!({ "profession": "nurse" })).await;
    let morgan = commissioner_of(&app, &[SOUTH_WEST_LONDON]).await;
    let reply = morgan.reads_registration_figures("").await.expect(200);
    let [period] = &reply.json["periods"].as_array().unwrap()[..] else { panic!("one quarter: {}", reply.json) };
    let professions = &period["professions"];
    assert_eq!(professions["total"], 40);
    let found = ["doctor", "nurse", "pharmacist", "dentist"].map(|profession| cell(professions, profession));
    assert_eq!(found, [json!(25), Value::Null, Value::Null, json!(0)], "three nurses are hidden with the pharmacists");
    let regions = &period["regions"];
    let found = ["london", "south_west", "outside_england"].map(|region| cell(regions, region));
    assert_eq!(found, [json!(30), json!(0), json!(10)]);
    let own = json!([{ "icb_code": "QWE", "name": "South West London", "region": "london", "count": 15 }]);
    assert_eq!(period["boards"], own, "a commissioner's own board");
    let cory = app.coordinator().await;
    let reply = cory.reads_registration_figures("").await.expect(200);
    let all = &reply.json["periods"][0];
    let counts = ["QWE", "QKK", "QMF"].map(|board| of_board(all, board));
    assert_eq!(counts, [json!(15), Value::Null, Value::Null], "three cannot be found by subtracting the others from thirty");
}

#[apply(both_engines)]
async fn boards_of_a_hidden_region_are_hidden(app: TestApp) {
    app.people_registered_at("2027-01-12T09:00:00Z", 15, json!({})).await;
    let elsewhere = json!({ "region": "south_west", "icb_code": "QSL" });
    app.people_registered_at("2027-02-12T09:00:00Z", 3, elsewhere).await;
    let morgan = commissioner_of(&app, &[SOUTH_WEST_LONDON, "QSL"]).await;
    let reply = morgan.reads_registration_figures("").await.expect(200);
    let period = &reply.json["periods"][0];
    assert_eq!(period["regions"]["total"], 20);
    assert_eq!(["london", "south_west"].map(|region| cell(&period["regions"], region)), [Value::Null, Value::Null]);
    assert_eq!(["QWE", "QSL"].map(|board| of_board(period, board)), [Value::Null, Value::Null], "fifteen would show the three");
}

#[apply(both_engines)]
async fn clinicians_are_counted_by_discipline(app: TestApp) {
    for (name, discipline) in [("Ann Gale", "gp"), ("Ben Dunne", "psychologist"), ("Cal Frost", "gp")] {
        app.clinician(name).discipline(discipline).await;
    }
    let left = app.clinician("Dot Hale").discipline("counsellor").await;
    app.close_account(&left).await;
    app.staff("Eve Irving", Role::Clinician).await;
    let morgan = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let reply = morgan.reads_workforce_figures().await.expect(200);
    assert_eq!(reply.json["total"], 3);
    let disciplines = json!([{ "discipline": "gp", "count": 2 }, { "discipline": "psychologist", "count": 1 }]);
    assert_eq!(reply.json["disciplines"], disciplines);
}
