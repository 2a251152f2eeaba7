//! The table demands the second administrator where the program does.

use confide::platform::ids::Id;
use confide::reference::reference_data::model::ReferenceDataset;
use confide::reference::reference_data::queries::{self, NewChange};
use serde_json::json;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn table_refuses_a_confirmed_change_without_the_second_administrator_that_its_dataset_needs(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    for dataset in ReferenceDataset::ALL.iter().copied() {
        let by = avery.id;
        let change: Id = app
            .write(move |tx| {
                let (valid_from, entry) = (tx.now.london_day(), json!({}));
                let new =
                    NewChange { dataset, key: "a-key", valid_from, entry: Some(&entry), reason: "By hand.", changed_by: by };
                queries::insert(tx, &new)
            })
            .await;
        let confirm = |second: Option<Id>| {
            app.platform.write(move |tx| {
                let today = tx.now.london_day();
                queries::approve(tx, change, second, today)
            })
        };
        assert_eq!(confirm(None).await.is_ok(), !dataset.needs_second_person(), "{dataset:?}");
        if dataset.needs_second_person() {
            assert!(confirm(Some(avery.id)).await.is_err(), "{dataset:?}: no one confirms their own change");
            assert!(confirm(Some(sasha.id)).await.is_ok(), "{dataset:?}");
        }
    }
}
