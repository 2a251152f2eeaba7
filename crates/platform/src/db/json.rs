//! Lists and small documents that are stored as JSON in a text column.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Text;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// A value that a text column stores as JSON. A row with anything else in the column cannot be read.
#[derive(Debug, Clone, FromSqlRow)]
pub struct Json<T>(pub T);

/// A value as a text column stores it.
///
/// # Errors
/// [`Error::internal`] when the value cannot be written as JSON.
pub fn as_json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::internal("a value that could not be written as JSON"))
}

impl<T: DeserializeOwned, DB: Backend> FromSql<Text, DB> for Json<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&String::from_sql(value)?)?))
    }
}

impl<T> From<Json<Vec<T>>> for Vec<T> {
    fn from(Json(list): Json<Vec<T>>) -> Self {
        list
    }
}
