//! SQL statements about the notification preferences of practitioners.

use chrono::{NaiveTime, TimeDelta, Timelike};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{CallPreferences, MessageChannel, MessageWording, NotificationPreferences, QuietHours};
use crate::schema::message_preferences;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, Sealer, readable, readable_or_none};

const DETAILS: &str = "message_preferences.details";
const CALLS: &str = "message_preferences.sealed_calls";

/// The encrypted part of the preferences.
#[derive(Default, Serialize, Deserialize)]
struct Details {
    mobile: Option<String>,
    subject_line: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = message_preferences)]
struct Row {
    practitioner_id: Id,
    channel: MessageChannel,
    quiet_from: Option<i32>,
    quiet_until: Option<i32>,
    wording: MessageWording,
    reminders: bool,
    details: Vec<u8>,
    mobile_verified_at: Option<UtcTime>,
    code_tag: Option<String>,
    code_sent_at: Option<UtcTime>,
    code_tries: i32,
    version: i32,
    sealed_calls: Option<Vec<u8>>,
}

/// The stored preferences of a practitioner, with the verification code and the version.
#[derive(Debug, Clone, Default)]
pub struct StoredPreferences {
    pub preferences: NotificationPreferences,
    /// The digest of the code that was sent to the number, when it was sent, and how many wrong codes were entered since.
    pub code: Option<(String, UtcTime, i32)>,
    /// The number of changes; 0 for a practitioner who has set no preferences.
    pub version: i32,
}

/// A practitioner's preferences; the defaults where they have set none.
pub fn preferences(tx: &mut Tx, practitioner: Id) -> Result<NotificationPreferences> {
    Ok(stored_preferences(tx, practitioner)?.preferences)
}

/// The preferences of a practitioner as far as they can be read.
#[derive(Debug, Clone)]
pub struct ReadablePreferences {
    pub preferences: NotificationPreferences,
    /// Whether the mobile number can be read; true where none is stored.
    pub mobile_is_readable: bool,
    /// Whether the preferences about calls can be read; true where none are stored.
    pub calls_are_readable: bool,
}

/// The same, where the number and the preferences about calls are read apart: a damaged part is logged and does not hide the other. The number
/// of a damaged part is none.
///
/// # Errors
/// When the database fails.
pub fn readable_preferences(tx: &mut Tx, practitioner: Id) -> Result<ReadablePreferences> {
    let row: Option<Row> =
        message_preferences::table.find(practitioner).select(Row::as_select()).get_result(tx.conn).optional()?;
    let Some(row) = row else {
        let preferences = NotificationPreferences::default();
        return Ok(ReadablePreferences { preferences, mobile_is_readable: true, calls_are_readable: true });
    };
    let details: Option<Details> = readable_or_none(tx.sealer.open_json(Place(DETAILS, practitioner), &row.details))?;
    let calls: Option<CallPreferences> = match &row.sealed_calls {
        Some(sealed) => readable_or_none(tx.sealer.open_json(Place(CALLS, practitioner), sealed))?,
        None => Some(CallPreferences::default()),
    };
    Ok(ReadablePreferences {
        mobile_is_readable: details.is_some(),
        calls_are_readable: calls.is_some(),
        preferences: stored(row, details.unwrap_or_default(), calls.unwrap_or_default()).preferences,
    })
}

/// The same, with the verification code and the version.
pub fn stored_preferences(tx: &mut Tx, practitioner: Id) -> Result<StoredPreferences> {
    let row: Option<Row> =
        message_preferences::table.find(practitioner).select(Row::as_select()).get_result(tx.conn).optional()?;
    let Some(row) = row else { return Ok(StoredPreferences::default()) };
    let details: Details = tx.sealer.open_json(Place(DETAILS, row.practitioner_id), &row.details)?;
    let calls: Option<CallPreferences> =
        row.sealed_calls.as_ref().map(|sealed| tx.sealer.open_json(Place(CALLS, row.practitioner_id), sealed)).transpose()?;
    Ok(stored(row, details, calls.unwrap_or_default()))
}

/// The preferences of a row, with what was sealed in it.
fn stored(row: Row, details: Details, calls: CallPreferences) -> StoredPreferences {
    let hours = row
        .quiet_from
        .zip(row.quiet_until)
        .map(|(from, until)| QuietHours { from: time_of_day(from), until: time_of_day(until) });
    StoredPreferences {
        preferences: NotificationPreferences {
            channel: row.channel,
            mobile: details.mobile,
            mobile_verified: row.mobile_verified_at.is_some(),
            quiet_hours: hours,
            wording: row.wording,
            reminders: row.reminders,
            subject_line: details.subject_line,
            calls,
        },
        code: row.code_tag.zip(row.code_sent_at).map(|(digest, sent_at)| (digest, sent_at, row.code_tries)),
        version: row.version,
    }
}

fn time_of_day(minutes: i32) -> NaiveTime {
    NaiveTime::MIN + TimeDelta::minutes(minutes.into())
}

fn minutes(time: NaiveTime) -> i32 {
    i32::try_from(time.num_seconds_from_midnight() / 60).unwrap_or(0)
}

/// The mobile numbers that these practitioners have confirmed, as far as they can be decrypted.
pub fn confirmed_mobiles(tx: &mut Tx, practitioners: &[Id]) -> Result<Vec<String>> {
    let rows: Vec<(Id, Vec<u8>)> = message_preferences::table
        .filter(message_preferences::practitioner_id.eq_any(practitioners.to_vec()))
        .filter(message_preferences::mobile_verified_at.is_not_null())
        .select((message_preferences::practitioner_id, message_preferences::details))
        .load(tx.conn)?;
    let mobile = |(id, details): (Id, Vec<u8>)| tx.sealer.open_json::<Details>(Place(DETAILS, id), &details);
    Ok(readable(rows.into_iter().map(mobile))?.0.into_iter().filter_map(|details| details.mobile).collect())
}

/// The blind index of a confirmed mobile number. It differs from those of the contact line, so that the two cannot be compared.
fn mobile_index(sealer: &Sealer, number: &str) -> String {
    sealer.blind_index("practitioner_mobile", number)
}

/// The practitioners who have confirmed this mobile number, which is in E.164.
pub fn with_confirmed_mobile(tx: &mut Tx, number: &str) -> Result<Vec<Id>> {
    let same = message_preferences::table
        .filter(message_preferences::mobile_index.eq(Some(mobile_index(tx.sealer, number))))
        .filter(message_preferences::mobile_verified_at.is_not_null());
    Ok(same.order(message_preferences::practitioner_id).select(message_preferences::practitioner_id).load(tx.conn)?)
}

/// How many numbers are indexed in one transaction.
const INDEXED_AT_ONCE: i64 = 500;

/// Indexes the next confirmed numbers of an earlier version, which had no index; returns how many. A number that cannot be decrypted
/// is found by no one.
///
/// # Errors
/// When the database fails.
pub fn index_confirmed_mobiles(tx: &mut Tx) -> Result<usize> {
    let rows: Vec<(Id, Vec<u8>)> = message_preferences::table
        .filter(message_preferences::mobile_index.is_null())
        .filter(message_preferences::mobile_verified_at.is_not_null())
        .order(message_preferences::practitioner_id)
        .limit(INDEXED_AT_ONCE)
        .select((message_preferences::practitioner_id, message_preferences::details))
        .load(tx.conn)?;
    for (id, details) in &rows {
        let details = tx.sealer.open_json::<Details>(Place(DETAILS, *id), details).ok();
        let index = details.and_then(|details| details.mobile).map(|number| mobile_index(tx.sealer, &number));
        diesel::update(message_preferences::table.find(id))
            .set(message_preferences::mobile_index.eq(Some(index.unwrap_or_default())))
            .execute(tx.conn)?;
    }
    Ok(rows.len())
}

/// Replaces the stored preferences `before`. A new number must be verified, and a code that was sent to the old number no longer
/// works. The caller has locked the practitioner's row.
pub fn replace(tx: &mut Tx, practitioner: Id, before: &StoredPreferences, preferences: &NotificationPreferences) -> Result<()> {
    let details = Details { mobile: preferences.mobile.clone(), subject_line: preferences.subject_line.clone() };
    let columns = (
        message_preferences::channel.eq(preferences.channel),
        message_preferences::quiet_from.eq(preferences.quiet_hours.map(|quiet| minutes(quiet.from))),
        message_preferences::quiet_until.eq(preferences.quiet_hours.map(|quiet| minutes(quiet.until))),
        message_preferences::wording.eq(preferences.wording),
        message_preferences::reminders.eq(preferences.reminders),
        message_preferences::details.eq(tx.sealer.seal_json(Place(DETAILS, practitioner), &details)?),
        message_preferences::version.eq(before.version + 1),
        message_preferences::updated_at.eq(tx.now),
        message_preferences::sealed_calls.eq(Some(tx.sealer.seal_json(Place(CALLS, practitioner), &preferences.calls)?)),
    );
    if before.version == 0 {
        diesel::insert_into(message_preferences::table)
            .values((
                message_preferences::practitioner_id.eq(practitioner),
                message_preferences::created_at.eq(tx.now),
                message_preferences::code_tries.eq(0),
                columns,
            ))
            .execute(tx.conn)?;
        return Ok(());
    }
    diesel::update(message_preferences::table.find(practitioner)).set(columns).execute(tx.conn)?;
    if preferences.mobile != before.preferences.mobile {
        diesel::update(message_preferences::table.find(practitioner))
            .set((
                message_preferences::mobile_verified_at.eq(None::<UtcTime>),
                message_preferences::mobile_index.eq(None::<String>),
                message_preferences::code_tag.eq(None::<String>),
                message_preferences::code_sent_at.eq(None::<UtcTime>),
                message_preferences::code_tries.eq(0),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Stores the digest of a code that is sent to the number.
pub fn store_code(tx: &mut Tx, practitioner: Id, digest: &str) -> Result<()> {
    diesel::update(message_preferences::table.find(practitioner))
        .set((
            message_preferences::code_tag.eq(Some(digest)),
            message_preferences::code_sent_at.eq(Some(tx.now)),
            message_preferences::code_tries.eq(0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Counts a wrong code.
pub fn count_wrong_code(tx: &mut Tx, practitioner: Id) -> Result<()> {
    diesel::update(message_preferences::table.find(practitioner))
        .set(message_preferences::code_tries.eq(message_preferences::code_tries + 1))
        .execute(tx.conn)?;
    Ok(())
}

/// Records that the practitioner has confirmed the number.
pub fn mark_mobile_verified(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let number = preferences(tx, practitioner)?.mobile;
    diesel::update(message_preferences::table.find(practitioner))
        .set((
            message_preferences::mobile_verified_at.eq(Some(tx.now)),
            message_preferences::mobile_index.eq(number.map(|number| mobile_index(tx.sealer, &number))),
            message_preferences::code_tag.eq(None::<String>),
            message_preferences::code_sent_at.eq(None::<UtcTime>),
            message_preferences::code_tries.eq(0),
            message_preferences::version.eq(message_preferences::version + 1),
            message_preferences::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
