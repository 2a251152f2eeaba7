//! The demo: a service with invented data: hubs, clinicians with clinics and free slots, staff of every role, and practitioners
//! at every stage. The data are created through the API, as in a real service, on a clock that runs through the last five weeks.

mod api;
mod people;
mod runner;
mod scenario;
pub mod schema;
mod steps;

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::demo::schema::demo_loads;
use crate::people::accounts::queries as accounts;
use crate::people::sign_in::passwords::{Cost, Passwords};
use crate::platform::Platform;
use crate::platform::address::TrustedProxies;
use crate::platform::audit::Written;
use crate::platform::clock::Clock;
use crate::platform::config::{AccessLogNames, Organisation, Policy, ReplyContact};
use crate::platform::db::{Db, Engine, migrations};
use crate::platform::ids::{Id, UtcTime};
use crate::platform::keys::KeyRing;
use crate::platform::seal::Sealer;
use crate::server::Parts;

pub use people::{PASSWORD, address};
pub use runner::Loaded;

/// How long before the present the scenario begins.
const BACK: TimeDelta = TimeDelta::days(35);

/// True when the database contains no account and no demo was started in it; false when it contains a complete service.
///
/// # Errors
/// One line for the operator: the database cannot be read, or it contains a demo that was interrupted while it was created.
pub async fn is_empty(db: &Db) -> Result<bool, String> {
    let found = db
        .read(|conn| {
            let unfinished = demo_loads::table.filter(demo_loads::finished_at.is_null()).count().get_result::<i64>(conn)?;
            Ok((unfinished > 0, accounts::is_empty(conn)?))
        })
        .await;
    match found.map_err(|error| error.to_string())? {
        (true, _) => Err("the demo in this database was interrupted while it was created: delete the database \
            (for SQLite the file with its -wal and -shm files) and start again"
            .to_owned()),
        (false, empty) => Ok(empty),
    }
}

/// True when the demo data were loaded into this database, completely or in part.
///
/// # Errors
/// One line for the operator.
pub fn is_loaded(engine: &Engine) -> Result<bool, String> {
    let mut conn = migrations::connect(engine)?;
    let loads = demo_loads::table.count().get_result::<i64>(&mut conn);
    loads
        .map(|loads| loads > 0)
        .map_err(|error| format!("it could not be determined whether the database contains the demo data: {error}"))
}

/// Records that a demo is being created, so that an interrupted one is not served as if it were complete.
async fn begin(db: &Db, now: UtcTime) -> Result<Id, String> {
    let id = Id::new(now);
    let row = move |conn: &mut crate::platform::db::Conn| {
        let row = (demo_loads::id.eq(id), demo_loads::began_at.eq(now));
        diesel::insert_into(demo_loads::table).values(row).execute(conn)?;
        Ok(id)
    };
    db.write(row).await.map_err(|error| error.to_string())
}

/// Records that a demo is complete.
async fn finish(db: &Db, id: Id, now: UtcTime) -> Result<(), String> {
    let row = move |conn: &mut crate::platform::db::Conn| {
        diesel::update(demo_loads::table.find(id)).set(demo_loads::finished_at.eq(Some(now))).execute(conn)?;
        Ok(())
    };
    db.write(row).await.map_err(|error| error.to_string())
}

/// Runs the scenario in a migrated, empty database, so that it ends at `now`.
///
/// # Errors
/// One line for the operator: the database is not empty, or a step of the scenario was refused.
pub async fn load(engine: &Engine, keys: &KeyRing, now: UtcTime) -> Result<Loaded, String> {
    let db = Db::start(engine, 2);
    if !is_empty(&db).await? {
        return Err("the database is not empty: the demo data can only be loaded into an empty one".to_owned());
    }
    let mark = begin(&db, now).await?;
    let clock = Clock::set_to((now - BACK).get());
    let policy = Policy {
        app_url: "https://app.confide.invalid".to_owned(),
        video_url: "https://app.confide.invalid/rooms/{room}".to_owned(),
        service_name: "Confide".to_owned(),
        trusted_proxies: TrustedProxies::default(),
        client_timeout: Duration::from_secs(20),
        not_found_step: Duration::ZERO,
        requests_per_minute: 0,
        sign_in_tries_per_minute: 0,
        document_checks_per_minute: 0,
        contact_requests_per_minute: 0,
        // The users of the scenario stay signed in during its weeks; their sessions end with it.
        access_token: TimeDelta::days(60),
        session_idle: TimeDelta::days(60),
        session_life: TimeDelta::days(60),
        read_after_care: TimeDelta::days(30),
        signpost_check_days: 90,
        self_check_days: 30,
        invitation_life: TimeDelta::days(7),
        contact_life: TimeDelta::days(365),
        emergency_contact_life: TimeDelta::days(2192),
        access_log_names: AccessLogNames::Known,
        flag_clinician_reads: 50,
        flag_staff_reads: 150,
        flag_lists: 200,
        flag_refusals: 10,
        flag_phone_lookups: 30,
        flag_contact_alerts: 1,
        referral_life: TimeDelta::days(730),
        organisation: Some(Organisation::for_demo()),
        reply_contact: ReplyContact::for_demo(),
    };
    let platform = Platform { db, clock, sealer: Sealer::new(keys), policy: policy.into(), written: Written::default() };
    let parts = Parts::new(platform, keys, Passwords::new(Cost::Full, 2)?, Vec::new())?;
    let loaded = runner::run(&parts, now).await?;
    finish(&parts.platform.db, mark, now).await?;
    parts.platform.db.close(Duration::from_secs(5));
    Ok(loaded)
}
