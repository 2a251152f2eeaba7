//! Ids and instants, as every crate uses them.

use std::str::FromStr;
use std::sync::Mutex;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::{ClockSequence, ContextV7, NoContext, Timestamp, Uuid};

use crate::db::types::sql;

/// Numbers the ids of one millisecond, and of a clock that does not move or was set back.
static COUNTER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// Identifies one record: a UUIDv7. Its leading bits are the time of creation, so ids sort by age and are close together in an
/// index. The ids of one process sort in the order in which they were created, whatever the clock does. An id is not a secret:
/// with one id, another of the same millisecond can be guessed with 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Id)]
#[serde(transparent)]
pub struct Id(pub Uuid);

impl Id {
    /// An id that no record has.
    pub const NO_RECORD: Self = Self(Uuid::nil());

    /// A new id, created at `now` (times before 1970 count as 1970) and greater than every id that this function created before
    /// in this process: if `now` is before the time of the last id, the new id has the time of the last one.
    pub fn new(now: UtcTime) -> Self {
        Self::at(&COUNTER, now.0)
    }

    /// A new id that reveals only the day, not the time or the order within the day.
    pub fn of_day(day: NaiveDate) -> Self {
        Self::at(NoContext, day.and_time(NaiveTime::MIN).and_utc())
    }

    /// An id for what is shown in place of the record with this id: always the same for one tag, like any other id, and of no use
    /// to find the record. Its time is up to four days before that of the record.
    pub fn of_substitute(self, tag: [u8; 32]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&tag[..16]);
        let created = u128::from_be_bytes(*self.0.as_bytes()) >> 80;
        // Four days are a little more than 2^28 milliseconds.
        let earlier = u128::from_be_bytes(bytes) & 0x0fff_ffff;
        let time = created.saturating_sub(earlier).to_be_bytes();
        bytes[..6].copy_from_slice(&time[10..]);
        bytes[6] = 0x70 | (tag[16] & 0x0f);
        bytes[8] = 0x80 | (tag[17] & 0x3f);
        Self(Uuid::from_bytes(bytes))
    }

    /// Everything of the id but its version and variant: 122 bits.
    pub(crate) fn free_bits(self) -> u128 {
        let bits = u128::from_be_bytes(*self.0.as_bytes());
        let (time, middle, end) = (bits >> 80, (bits >> 64) & 0xfff, bits & ((1 << 62) - 1));
        (time << 74) | (middle << 62) | end
    }

    /// The id of a record with these bits: of the version that [`Id::new`] gives.
    pub(crate) fn of_record(free: u128) -> Self {
        Self::with_free_bits(0x7, free)
    }

    /// The id with these bits of something that is shown in place of a record: of the version for ids of one's own making (RFC 9562,
    /// version 8).
    pub(crate) fn of_own_making(free: u128) -> Self {
        Self::with_free_bits(0x8, free)
    }

    fn with_free_bits(version: u128, free: u128) -> Self {
        let (time, middle, end) = (free >> 74, (free >> 62) & 0xfff, free & ((1 << 62) - 1));
        let bits = (time << 80) | (version << 76) | (middle << 64) | (0b10 << 62) | end;
        Self(Uuid::from_bytes(bits.to_be_bytes()))
    }

    fn at(context: impl ClockSequence<Output = impl Into<u128>>, time: DateTime<Utc>) -> Self {
        let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
        Self(Uuid::new_v7(Timestamp::from_unix(context, seconds, time.timestamp_subsec_nanos())))
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Id)
    }
}

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).into()
    }
}

impl ToSchema for Id {}

/// An instant in UTC with microseconds, which both engines store without loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::UtcTime)]
#[serde(from = "DateTime<Utc>", into = "DateTime<Utc>")]
pub struct UtcTime(pub DateTime<Utc>);

impl UtcTime {
    /// The instant as a chrono type.
    pub fn get(self) -> DateTime<Utc> {
        self.0
    }
}

impl From<UtcTime> for DateTime<Utc> {
    fn from(time: UtcTime) -> Self {
        time.0
    }
}

impl std::ops::Add<chrono::TimeDelta> for UtcTime {
    type Output = Self;

    fn add(self, delta: chrono::TimeDelta) -> Self {
        Self(self.0 + delta)
    }
}

impl std::ops::Sub<chrono::TimeDelta> for UtcTime {
    type Output = Self;

    fn sub(self, delta: chrono::TimeDelta) -> Self {
        Self(self.0 - delta)
    }
}

impl PartialSchema for UtcTime {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into()
    }
}

impl ToSchema for UtcTime {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeDelta;

    use super::*;

    const MANY: usize = 10_000;

    fn noon() -> UtcTime {
        UtcTime("2027-01-11T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn ids_of_one_instant_sort_in_the_order_of_creation() {
        let ids: Vec<Id> = (0..MANY).map(|_| Id::new(noon())).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        let texts: Vec<String> = ids.iter().map(Id::to_string).collect();
        assert!(texts.is_sorted(), "the texts sort the same, for SQLite");
    }

    #[test]
    fn ids_of_many_threads_are_unique_and_sorted_within_each() {
        let threads: Vec<_> =
            (0..8).map(|_| std::thread::spawn(|| (0..MANY).map(|_| Id::new(noon())).collect::<Vec<_>>())).collect();
        let created: Vec<Vec<Id>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(created.iter().all(|ids| ids.windows(2).all(|pair| pair[0] < pair[1])));
        assert_eq!(created.iter().flatten().collect::<HashSet<_>>().len(), 8 * MANY);
    }

    #[test]
    fn ids_stay_unique_and_sorted_when_the_clock_is_set_back() {
        let times = [0, 1, -3600, 0, -86_400, 2].map(|seconds| noon() + TimeDelta::seconds(seconds));
        let ids: Vec<Id> = (0..MANY).map(|number| Id::new(times[number % times.len()])).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        let before_1970 = UtcTime("1969-12-31T23:59:59Z".parse().unwrap());
        assert!(Id::new(before_1970) > ids[MANY - 1]);
    }

    #[test]
    fn the_free_bits_of_an_id_are_all_but_version_and_variant() {
        let id = Id("0192f3a4-5b6c-7def-8123-456789abcdef".parse().unwrap());
        let other = Id::of_own_making(id.free_bits());
        assert_eq!(other.to_string(), "0192f3a4-5b6c-8def-8123-456789abcdef");
        assert_eq!(other.free_bits(), id.free_bits());
        assert_eq!(Id::of_record(other.free_bits()), id);
        assert_eq!(Id::of_own_making((1 << 122) - 1).to_string(), "ffffffff-ffff-8fff-bfff-ffffffffffff");
        let new = Id::new(noon());
        assert_eq!(Id::of_record(new.free_bits()), new, "the version of new ids");
    }

    #[test]
    fn an_id_of_a_day_reveals_nothing_but_the_day() {
        let latest = Id::new(noon());
        let day = noon().0.date_naive();
        let ids: Vec<Id> = (0..MANY).map(|_| Id::of_day(day)).collect();
        let midnight = u64::try_from(day.and_time(NaiveTime::MIN).and_utc().timestamp()).unwrap();
        assert!(ids.iter().all(|id| id.0.get_timestamp().unwrap().to_unix() == (midnight, 0) && *id < latest));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), MANY);
        assert!(!ids.is_sorted());
    }
}
