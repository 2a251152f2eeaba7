//! Ids and instants as the whole house knows them.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::platform::db::types::sql;

/// Names one record: a UUIDv7. Its leading bits are the time of creation, so ids sort by age and are near each other in
/// an index; the 74 random bits make it unguessable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Id)]
#[serde(transparent)]
pub struct Id(pub uuid::Uuid);

impl Id {
    /// A new id, made at `now` (times before 1970 count as 1970).
    pub fn new(now: UtcTime) -> Self {
        let seconds = u64::try_from(now.0.timestamp()).unwrap_or_default();
        Self(uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.0.timestamp_subsec_nanos())))
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

/// An instant in UTC with microseconds, which both engines give back as it went in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::UtcTime)]
#[serde(from = "DateTime<Utc>", into = "DateTime<Utc>")]
pub struct UtcTime(pub DateTime<Utc>);

impl UtcTime {
    /// The instant as chrono knows it.
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
