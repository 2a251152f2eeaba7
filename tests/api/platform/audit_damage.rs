//! What is known of damage to the audit trail: its kind, its row and its time, and rows that are deleted before they have a verified link.

use confide::platform::Tx;
use confide::platform::audit::{self, BrokenLink, ChainMonitor, Damage, VerifiedChain};
use confide::platform::error::{Error, Result};
use confide::platform::ids::{Id, UtcTime};
use confide::platform::schema::audit_events::dsl;
use diesel::prelude::*;

use super::audit::{chain_all, drop_the_triggers, first_broken_link, run, write_chained_events, write_events};
use crate::support::{TestApp, apply, both_engines};

/// Where the trail is damaged first.
fn first_damage(tx: &mut Tx) -> Result<Option<BrokenLink>> {
    let mut verified = VerifiedChain::default();
    loop {
        match audit::verify_next(tx.conn, tx.sealer, &verified)? {
            Ok(Some(next)) => verified = next,
            Ok(None) => return Ok(None),
            Err(broken) => return Ok(Some(broken)),
        }
    }
}

/// The row with this number; without a number the newest row that waits for its link.
async fn row_of(app: &TestApp, number: Option<i64>) -> (Id, UtcTime) {
    app.sql(move |conn| {
        let rows = dsl::audit_events.order(dsl::id.desc()).select((dsl::id, dsl::at)).into_boxed();
        let rows = match number {
            Some(number) => rows.filter(dsl::chain_number.eq(number)),
            None => rows.filter(dsl::chain_number.is_null()),
        };
        Ok(rows.first(conn)?)
    })
    .await
}

/// Deletes a row, as a person with all rights on the database could.
async fn delete_row(app: &TestApp, id: Id) {
    drop_the_triggers(app).await;
    app.sql(move |conn| Ok(diesel::delete(dsl::audit_events.find(id)).execute(conn)?)).await;
}

fn record(tx: &mut Tx) -> Result<()> {
    audit::record(tx, audit::Actor::SYSTEM, "test.happened", ("test", None))
}

#[apply(both_engines)]
async fn damage_is_named_with_its_row_and_its_time(app: TestApp) {
    for (sql, damage, number, row) in [
        ("UPDATE audit_events SET action = 'nothing.happened' WHERE chain_number = 12", Damage::AlteredRow, 12, Some(12)),
        ("DELETE FROM audit_events WHERE chain_number = 7", Damage::MissingRow, 7, Some(8)),
        (
            "INSERT INTO audit_events (id, at, actor_role, action, subject_kind)
             SELECT '00000000-0000-7000-8000-000000000001', at, actor_role, action, subject_kind FROM audit_events WHERE chain_number = 1",
            Damage::UnlinkedRow,
            31,
            None,
        ),
    ] {
        let app = TestApp::start(app.kind).await;
        write_chained_events(&app).await;
        drop_the_triggers(&app).await;
        run(&app, sql).await.unwrap();
        let (id, at) = row_of(&app, row).await;
        let found = app.platform.read(first_damage).await.unwrap();
        assert_eq!(found, Some(BrokenLink { damage, number, id: Some(id), at: Some(at) }));
    }
}

#[apply(both_engines)]
async fn row_that_is_deleted_before_it_has_its_link_is_missed(app: TestApp) {
    let monitor = ChainMonitor::default();
    write_chained_events(&app).await;
    monitor.verify(&app.platform).await.unwrap();
    write_events(&app, 2).await;
    let (id, _) = row_of(&app, None).await;
    delete_row(&app, id).await;
    monitor.verify(&app.platform).await.unwrap();
    let removed = BrokenLink { damage: Damage::RemovedRow, number: 31, id: Some(id), at: None };
    assert_eq!(monitor.broken(), Some(removed));
    chain_all(&app).await;
    assert_eq!(first_broken_link(&app).await, None, "nothing that is left tells of it");
    monitor.verify(&app.platform).await.unwrap();
    assert_eq!(monitor.broken(), Some(removed), "it does not come back");
}

#[apply(both_engines)]
async fn row_that_is_deleted_from_the_end_before_its_link_is_verified_is_missed(app: TestApp) {
    let monitor = ChainMonitor::default();
    write_chained_events(&app).await;
    let (id, _) = row_of(&app, Some(30)).await;
    delete_row(&app, id).await;
    assert_eq!(first_broken_link(&app).await, None, "what is left is a chain");
    monitor.verify(&app.platform).await.unwrap();
    assert_eq!(monitor.broken().map(|broken| (broken.damage, broken.id)), Some((Damage::RemovedRow, Some(id))));
}

#[apply(both_engines)]
async fn row_of_work_that_was_undone_is_not_missed(app: TestApp) {
    let monitor = ChainMonitor::default();
    let undone = app.platform.write(move |tx| record(tx).and(Err::<(), _>(Error::not_found()))).await;
    assert!(undone.is_err());
    app.write(move |tx| {
        let undone = tx.savepoint(|tx| record(tx).and(Err::<(), _>(Error::not_found())));
        assert!(undone.is_err());
        record(tx)
    })
    .await;
    chain_all(&app).await;
    assert_eq!(monitor.verify(&app.platform).await.unwrap(), 1);
    assert_eq!(monitor.broken(), None);
}
