//! Who was referred and why is not kept for ever.

use chrono::TimeDelta;
use confide::partners::hubs::jobs;
use confide::partners::schema::{hub_referral_events, hub_referrals};
use diesel::prelude::*;
use serde_json::Value;

use crate::support::hubs::nurse_referral;
use crate::support::{TestApp, apply, both_engines};

impl TestApp {
    async fn deletes_old_referrals(&self) -> usize {
        self.write(jobs::delete_old).await
    }

    /// How many referrals and entries of their histories there are.
    async fn referral_rows(&self) -> (i64, i64) {
        self.sql(|conn| {
            Ok((hub_referrals::table.count().get_result(conn)?, hub_referral_events::table.count().get_result(conn)?))
        })
        .await
    }
}

#[apply(both_engines)]
async fn referral_is_deleted_two_years_after_its_last_change(app: TestApp) {
    let hub = app.harbour_hub().await;
    let hugo = app.hub_coordinator("Hugo Harbour", &hub).await;
    let made = hugo.creates_referral(&hub, nurse_referral()).await.expect(201);
    let (ended, code) = (made.id(), made.text("code"));
    app.clock.advance(TimeDelta::days(1));
    let hugo = hugo.signs_in_again().await;
    let changed = hugo.creates_referral(&hub, nurse_referral()).await.expect(201).id();
    hugo.acts_on_referral(&ended, "withdraw", Value::Null).await.expect(204);
    app.clock.advance(TimeDelta::days(600));
    let hugo = hugo.signs_in_again().await;
    hugo.acts_on_referral(&changed, "withdraw", Value::Null).await.expect(204);

    app.clock.advance(TimeDelta::days(130));
    assert_eq!(app.deletes_old_referrals().await, 0, "on the last day");
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(app.deletes_old_referrals().await, 1);
    assert_eq!(app.deletes_old_referrals().await, 0, "only once");
    // Coordinators read referrals without an end.
    let cory = app.coordinator().await;
    cory.reads_referral(&ended).await.expect(404);
    app.looks_up_referral(&code).await.expect(404);
    assert_eq!(cory.referral_ids("").await, [changed.as_str()]);
    assert_eq!(app.referral_rows().await, (1, 2), "with its history");
    assert_eq!(app.audit_count_of("hub_referral.deleted", ended.parse().unwrap()).await, 1);
}
