//! The built-in entries of the directory, and crisis help that does not depend on it.

use confide::reference::schema::{signpost_changes, signposts};
use confide::reference::signposts::built_in;
use diesel::prelude::*;

use crate::support::practitioners::phq9_at_risk;
use crate::support::signposts::{EMERGENCY, ids_of};
use crate::support::{TestApp, apply, both_engines};

const ROUTES: [&str; 10] = [
    "emergency_999",
    "accident_and_emergency",
    "nhs_111_mental_health",
    "samaritans",
    "shout",
    "bsl_999",
    "emergency_sms",
    "relay_uk",
    "nhs_111_bsl",
    "nhs_111_relay",
];

#[apply(both_engines)]
async fn empty_directory_is_filled_once_and_changes_are_kept(app: TestApp) {
    let stored =
        app.sql(|conn| Ok(signposts::table.order(signposts::position).select(signposts::id).load::<String>(conn)?)).await;
    let built_in: Vec<_> = built_in().iter().map(|signpost| signpost.id.clone()).collect();
    assert_eq!(stored, built_in);

    // A changed entry, an ended entry, and an entry that an earlier version did not have.
    app.sql(|conn| {
        diesel::update(signposts::table.find("gp")).set(signposts::name.eq("Ours")).execute(conn)?;
        Ok(())
    })
    .await;
    app.expire_signpost("nhs_talking_therapies").await;
    app.delete_signpost_row("workplace_support").await;
    assert_eq!((app.reload_signposts().await, app.reload_signposts().await), (1, 0));
    let (name, ended, changes) = app
        .sql(|conn| {
            let name: String = signposts::table.find("gp").select(signposts::name).get_result(conn)?;
            let ended: Option<chrono::NaiveDate> =
                signposts::table.find("nhs_talking_therapies").select(signposts::valid_to).get_result(conn)?;
            let changes: Vec<String> = signpost_changes::table
                .filter(signpost_changes::signpost_id.eq("workplace_support"))
                .select(signpost_changes::change)
                .load(conn)?;
            Ok((name, ended, changes))
        })
        .await;
    assert_eq!((name.as_str(), ended.is_some(), changes), ("Ours", true, vec!["built_in".to_owned()]));
}

#[apply(both_engines)]
async fn crisis_help_is_complete_even_when_the_directory_is_not(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    let crisis_help = async || {
        let reply = ada.answers(&assessment, "phq-9", phq9_at_risk(1)).await.expect(200);
        (ids_of(&reply.json["crisis_help"]), reply.json["crisis_help"][0]["contact"].clone())
    };
    assert_eq!(crisis_help().await.0, ROUTES);
    for route in ROUTES {
        app.expire_signpost(route).await;
    }
    assert_eq!(crisis_help().await.0, ROUTES, "ended");
    app.sql(|conn| {
        diesel::update(signposts::table)
            .set((signposts::contact.eq("0"), signposts::needs.eq("[\"self_help\"]"), signposts::urgency.eq("routine")))
            .execute(conn)?;
        Ok(())
    })
    .await;
    let (routes, contact) = crisis_help().await;
    assert_eq!((routes, contact), (ROUTES.map(str::to_owned).to_vec(), "999".into()), "overwritten");
    app.sql(|conn| {
        diesel::delete(signpost_changes::table).execute(conn)?;
        diesel::delete(signposts::table).execute(conn)?;
        Ok(())
    })
    .await;
    assert_eq!(crisis_help().await.0, ROUTES, "deleted");
    let verdict = app.asks_eligibility("medical_student").await.expect(200);
    assert_eq!(ids_of(&verdict.json["signposts"])[..2], EMERGENCY, "also for those who are not eligible");
}
