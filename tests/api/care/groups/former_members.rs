//! Who still sees a person whose place in a group has ended, and for how long.

use chrono::TimeDelta;
use confide::care::schema::therapy_groups;
use diesel::prelude::*;

use crate::support::groups::{Group, for_families, slow_open, therapy};
use crate::support::{TestApp, apply, both_engines};

impl Group {
    /// The same people some days later.
    async fn after_days(&self, app: &TestApp, days: i64) -> Self {
        app.clock.advance(TimeDelta::days(days));
        self.signed_in_again().await
    }

    /// Asserts which places the coordinator and the facilitators see, each as alias and state.
    async fn assert_members(&self, expected: &[(&str, &str)]) {
        for insider in [&self.cory, &self.cleo, &self.dora] {
            let listed = insider.lists_members(&self.id).await;
            let listed: Vec<(&str, &str)> = listed.iter().map(|(alias, state)| (alias.as_str(), state.as_str())).collect();
            assert_eq!(listed, expected, "{}", insider.name);
        }
    }

    /// Asserts with which status they read these places.
    async fn assert_places_read(&self, places: &[&str], status: u16) {
        for insider in [&self.cory, &self.cleo, &self.dora] {
            for place in places {
                insider.reads_enrolment(place).await.expect(status);
            }
        }
    }
}

#[apply(both_engines)]
async fn person_who_left_declined_or_was_removed_is_seen_for_30_days_while_the_group_goes_on(app: TestApp) {
    let group = app.group(slow_open).await;
    let (ada, left) = app.member("Ada Byron", &group).await;
    let (_, stays) = app.member("Bea Byron", &group).await;
    let (_, removed) = app.member("Cay Byron", &group).await;
    let dee = app.seeded_in_care("Dee Byron").await;
    let declined = dee.joins_waiting_list(&group.id, "dee").await.expect(201).id();
    group.screens(&dee, "suitable").await.expect(201);
    dee.leaves_group(&declined).await.expect(200);
    ada.leaves_group(&left).await.expect(200);
    group.dora.removes_member(&removed).await.expect(200);
    let ended = [left.as_str(), removed.as_str(), declined.as_str()];

    let group = group.after_days(&app, 29).await;
    group.assert_members(&[("dee", "declined"), ("cay", "removed"), ("bea", "enrolled"), ("ada", "left")]).await;
    group.assert_places_read(&ended, 200).await;
    let group = group.after_days(&app, 2).await;
    group.assert_members(&[("bea", "enrolled")]).await;
    group.assert_places_read(&ended, 404).await;
    group.assert_places_read(&[&stays], 200).await;
    group.cory.removes_member(&left).await.expect_problem("not_found");

    // Another reason to know of them counts, and for themselves nothing changes.
    group.cory.takes_a_call_from(&ada).await;
    app.appointment(&ada, &group.dora, app.now().get() + TimeDelta::days(1)).await;
    for reader in [&group.cory, &group.dora] {
        reader.reads_enrolment(&left).await.expect(200);
        assert_eq!(reader.lists_members(&group.id).await.len(), 2);
    }
    group.cleo.reads_enrolment(&left).await.expect_problem("not_found");
    ada.signs_in_again().await.reads_enrolment(&left).await.expect(200);
}

#[apply(both_engines)]
async fn members_are_seen_for_30_days_after_the_end_of_the_group_whatever_changes_later(app: TestApp) {
    let group = app.group(therapy).await;
    let (_, place) = app.member("Ada Byron", &group).await;
    group.cory.ends_group(&group.id).await.expect(200);
    let group = group.after_days(&app, 29).await;
    group.assert_members(&[("ada", "completed")]).await;
    let now = app.now();
    app.sql(move |conn| {
        diesel::update(therapy_groups::table).set(therapy_groups::updated_at.eq(now)).execute(conn)?;
        Ok(())
    })
    .await;
    let group = group.after_days(&app, 2).await;
    group.assert_members(&[]).await;
    group.assert_places_read(&[&place], 404).await;
    assert_eq!(group.cory.reads_group(&group.id).await.expect(200).text("state"), "cancelled", "the group is about no one");
}

#[apply(both_engines)]
async fn guest_is_seen_for_30_days_after_their_place_ended(app: TestApp) {
    let group = app.group(for_families).await;
    let una = group.cory.adds_guest(&group.id, "una", "2027-01-08").await.expect(201).id();
    group.cory.adds_guest(&group.id, "ina", "2027-01-08").await.expect(201);
    group.cory.removes_member(&una).await.expect(200);
    let group = group.after_days(&app, 29).await;
    group.assert_places_read(&[&una], 200).await;
    let group = group.after_days(&app, 2).await;
    group.assert_places_read(&[&una], 404).await;
    group.assert_members(&[("ina", "enrolled")]).await;
}
