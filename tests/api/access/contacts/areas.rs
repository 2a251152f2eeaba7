//! Crisis help is that of the caller's area, with the ways for people who do not speak on the telephone after the others.

use serde_json::{Value, json};

use crate::support::signposts::{EMERGENCY, ids_of};
use crate::support::{TestApp, apply, both_engines};

/// What each nation has, and what it must not have.
const AREAS: [(&str, &[&str], &[&str]); 7] = [
    (
        "england",
        &["nhs_111_mental_health", "shout", "bsl_999", "emergency_sms", "relay_uk", "nhs_111_bsl", "nhs_111_relay"],
        &["lifeline_northern_ireland"],
    ),
    (
        "wales",
        &["nhs_111_mental_health", "shout", "call_wales", "bsl_999", "nhs_111_relay"],
        &["nhs_111_bsl", "nhs_24_mental_health"],
    ),
    (
        "scotland",
        &["nhs_24_mental_health", "breathing_space", "shout", "bsl_999", "emergency_sms", "contact_scotland_bsl"],
        &["nhs_111_mental_health", "nhs_111_relay"],
    ),
    (
        "northern_ireland",
        &["lifeline_northern_ireland", "shout", "bsl_999", "emergency_sms", "relay_uk", "lifeline_textphone"],
        &["nhs_111_mental_health", "nhs_111_bsl", "breathing_space"],
    ),
    (
        "isle_of_man",
        &["isle_of_man_crisis_team", "isle_of_man_emergency_text"],
        &["shout", "bsl_999", "emergency_sms", "nhs_111_mental_health"],
    ),
    ("guernsey", &["guernsey_emergency_department"], &["shout", "bsl_999", "jersey_crisis_line", "nhs_111_mental_health"]),
    ("jersey", &["jersey_crisis_line"], &["shout", "bsl_999", "guernsey_emergency_department", "nhs_111_mental_health"]),
];

fn is_for(nation: &str, help: &Value, has: &[&str], has_not: &[&str]) {
    let found = ids_of(help);
    assert_eq!(found[..2], EMERGENCY, "{nation}");
    for id in has.iter().chain(&["samaritans"]) {
        assert!(found.iter().any(|known| known == id), "{nation}: {id} is not among {found:?}");
    }
    for id in has_not {
        assert!(found.iter().all(|known| known != id), "{nation}: {id} is among {found:?}");
    }
    let contacts: Vec<&str> = help.as_array().unwrap().iter().map(|route| route["contact"].as_str().unwrap()).collect();
    assert!(contacts.contains(&"999") && contacts.contains(&"116 123"), "{nation}: {contacts:?}");
    let has_111 = ["england", "wales", "scotland"].contains(&nation);
    let dials_111 = contacts.iter().any(|contact| contact.split(|c: char| !c.is_ascii_digit()).any(|digits| digits == "111"));
    assert_eq!(dials_111, has_111, "{nation}: 111 is answered in Great Britain only: {contacts:?}");
    let accessible: Vec<bool> = help.as_array().unwrap().iter().map(|route| route["accessible"].as_bool().unwrap()).collect();
    assert!(accessible.is_sorted(), "{nation}: the accessible routes come last: {found:?}");
}

#[apply(both_engines)]
async fn crisis_help_is_that_of_the_callers_area_wherever_it_is_shown(app: TestApp) {
    let hanna = app.call_handler().await;
    for (number, (nation, has, has_not)) in AREAS.into_iter().enumerate() {
        let routes = app.get(&format!("/v1/contact-routes?nation={nation}")).send().await.expect(200);
        is_for(nation, &routes.json["crisis_help"], has, has_not);
        let form = json!({ "phone": format!("07700 90010{number}"), "nation": nation, "safety_question": "yes" });
        is_for(nation, &app.requests_call_back(form).await.expect(202).json["crisis_help"], has, has_not);

        let contact = hanna.logs_contact("phone", json!({ "nation": nation })).await.expect(201).id();
        let triaged = hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
        is_for(nation, &triaged.json["signposts"], has, has_not);
        is_for(nation, &hanna.reads_contact(&contact).await.expect(200).json["crisis_help"], has, has_not);
        let raised = hanna.raises_contact_alert(&contact, "immediate", None).await.expect(202);
        is_for(nation, &raised.json["crisis_help"], has, has_not);
        is_for(
            nation,
            &app.get(&format!("/v1/signposts?need=crisis&nation={nation}&limit=100")).send().await.expect(200).json["items"],
            has,
            has_not,
        );
    }
    app.get("/v1/contact-routes?nation=atlantis").send().await.expect_field("invalid_parameter", "nation");
}
