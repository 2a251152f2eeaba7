//! How many places of a group its readers count.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::groups::{Group, slow_open, therapy, with_changes};
use crate::support::{TestApp, apply, both_engines};

impl Actor {
    /// Enrolled, offered, waiting, whether there are fewer than the minimum, and whether a place is free; the same alone and in the list.
    async fn counts(&self, group: &Group) -> [Value; 5] {
        let counts =
            |view: &Value| ["enrolled", "offered", "waiting", "below_minimum", "has_places"].map(|name| view[name].clone());
        let alone = self.reads_group(&group.id).await.expect(200);
        let listed = self.get("/v1/groups").send().await.expect(200);
        assert_eq!(counts(&listed.items()[0]), counts(&alone.json), "{}", self.name);
        counts(&alone.json)
    }
}

#[apply(both_engines)]
async fn staff_count_only_the_places_that_they_may_read(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "capacity": 2, "minimum": 2 }))).await;
    let (ada, _) = app.member("Ada Byron", &group).await;
    app.member("Bea Byron", &group).await;
    let (cay, dee) = (app.seeded_in_care("Cay Byron").await, app.seeded_in_care("Dee Byron").await);
    cay.joins_waiting_list(&group.id, "cay").await.expect(201);
    let other = app.clinician("Omar Other").await;
    let all = [json!(2), json!(0), json!(1), json!(false), json!(false)];
    for reader in [&group.cory, &group.cleo, &group.dora, &other] {
        assert_eq!(reader.counts(&group).await, all, "{}", reader.name);
    }

    for person in [&ada, &cay] {
        person.blocks(&group.cleo).await.expect(201);
        person.blocks_name(&group.cory.name).await.expect(201);
        person.blocks(&other).await.expect(201);
    }

    for reader in [&group.cory, &group.cleo, &other] {
        assert_eq!(reader.counts(&group).await, [json!(1), json!(0), json!(0), json!(true), json!(true)], "{}", reader.name);
        for filter in ["vacancies=true", "below_minimum=true"] {
            assert_eq!(reader.finds_groups(filter).await, ["Thursday evenings"], "{} {filter}", reader.name);
        }
    }
    assert_eq!(group.cleo.lists_members(&group.id).await.len(), 1);
    assert_eq!(group.dora.counts(&group).await, all);
    for filter in ["vacancies=true", "below_minimum=true"] {
        assert!(group.dora.finds_groups(filter).await.is_empty(), "{filter}");
    }
    assert!(dee.finds_groups("vacancies=true").await.is_empty(), "practitioners count every place");

    // What needs a place or a number of members counts everyone.
    app.screened_as_suitable(&dee, &group, TimeDelta::zero()).await;
    group.cory.enrols_for(&group.id, &dee, "dee").await.expect_problem("group_full");
    let started = group.cory.starts_group(&group.id).await.expect(200);
    assert_eq!((&started.json["enrolled"], &started.json["below_minimum"]), (&json!(1), &json!(true)));
}

#[apply(both_engines)]
async fn offer_to_a_person_who_is_hidden_is_not_counted(app: TestApp) {
    let group = app.group(slow_open).await;
    let ada = app.seeded_in_care("Ada Byron").await;
    ada.joins_waiting_list(&group.id, "ada").await.expect(201);
    group.screens(&ada, "suitable").await.expect(201);
    assert_eq!(group.cleo.counts(&group).await[1], json!(1));
    ada.blocks(&group.cleo).await.expect(201);
    assert_eq!((group.cleo.counts(&group).await[1].clone(), group.dora.counts(&group).await[1].clone()), (json!(0), json!(1)));
}
