//! Three who are near the way in and see no further than their own desk.

use crate::guards::journey::everybody;
use crate::guards::operation;
use crate::support::actors::Actor;
use crate::support::{TestApp, apply, both_engines};

/// Greater Manchester; everybody else's requests go to another board.
const ELSEWHERE: &str = "QOP";

/// Tries each operation that is not for this role, and those `besides`, at the addresses of things that are really there. Returns
/// how many were tried.
async fn tries_what_is_not_theirs(app: &TestApp, reader: &Actor, role: &str, besides: &str) -> usize {
    let mut tried = 0;
    for operation in operation::all() {
        let beside = !besides.is_empty() && operation.path.starts_with(besides);
        if operation.lets_in(role) && !beside {
            continue;
        }
        let reply = operation.ask(app, &[], operation.sample_body().as_ref()).bearer(&reader.token).send().await;
        assert!(matches!(reply.status.as_u16(), 403 | 404), "{role}: {} answered {}", operation.name(), reply.status);
        if operation.lets_in(role) {
            assert_eq!(reply.status.as_u16(), 404, "{role}: {} tells that there is one", operation.name());
        }
        tried += 1;
    }
    tried
}

#[apply(both_engines)]
async fn whoever_answers_the_line_sees_nothing_of_care(app: TestApp) {
    let people = everybody(&app, "Reader").await;
    let tried = tries_what_is_not_theirs(&app, &people["call_handler"], "call_handler", "").await;
    assert!(tried > 150, "only {tried} operations were tried");
}

#[apply(both_engines)]
async fn an_administrator_sees_no_record_of_anybody(app: TestApp) {
    let people = everybody(&app, "Reader").await;
    let tried = tries_what_is_not_theirs(&app, &people["administrator"], "administrator", "").await;
    assert!(tried > 150, "only {tried} operations were tried");
    for record in ["practitioners/{}", "practitioners/{}/notes", "contacts", "hub-referrals", "outreach-campaigns"] {
        let address = format!("/v1/{}", record.replace("{}", &people["practitioner"].id.to_string()));
        people["administrator"].get(&address).send().await.expect(403).expect_problem("wrong_role");
    }
}

#[apply(both_engines)]
async fn a_commissioner_of_another_area_sees_no_request_and_nothing_else(app: TestApp) {
    everybody(&app, "Reader").await;
    let elsewhere = app.commissioner("Morgan Elsewhere", &[ELSEWHERE]).await;
    let tried = tries_what_is_not_theirs(&app, &elsewhere, "commissioner", "/v1/funding-requests/{id}").await;
    assert!(tried > 170, "only {tried} operations were tried");
    assert!(elsewhere.get("/v1/funding-requests").send().await.expect(200).items().is_empty());
}
