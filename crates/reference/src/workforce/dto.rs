//! JSON forms of the boards and bank holidays that administrators add and change.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{BankHoliday, Icb, Nation, Region};
use platform::text::code;

/// A bank holiday. Its day is the key of the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankHolidayEntry {
    /// The name of the day.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// The nations that have it. The service is closed on the days of England.
    #[schema(min_items = 1, max_items = 10)]
    pub nations: Vec<Nation>,
}

impl BankHolidayEntry {
    /// The bank holiday on this day.
    pub fn holiday(self, day: NaiveDate) -> BankHoliday {
        BankHoliday { day, name: self.name.trim().to_owned(), nations: self.nations }
    }
}

impl From<&BankHoliday> for BankHolidayEntry {
    fn from(holiday: &BankHoliday) -> Self {
        Self { name: holiday.name.clone(), nations: holiday.nations.clone() }
    }
}

/// The code of a board that takes over the area of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 10, example = "QWE")]
pub struct SuccessorBoard(pub String);

/// An integrated care board. Its code is the key of the entry. Boards whose area it takes over name it in their `successors`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardEntry {
    /// The name without "NHS" and "Integrated Care Board".
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The region of NHS England.
    pub region: Region,
    /// The first day on which it exists.
    pub valid_from: NaiveDate,
    /// The last such day; null while it has no end.
    #[serde(default, alias = "valid_to")]
    pub valid_until: Option<NaiveDate>,
    /// The codes of the boards that take over its area on the next day; empty while it has no end.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub successors: Vec<SuccessorBoard>,
}

impl BoardEntry {
    /// Puts the codes in their normal form, as they are compared.
    pub fn normalise(&mut self) {
        self.successors.iter_mut().for_each(|successor| successor.0 = code(&successor.0));
    }

    /// The board with this code.
    pub fn board(self, board: &str) -> Icb {
        Icb {
            code: board.to_owned(),
            name: self.name.trim().to_owned(),
            region: self.region,
            valid_from: self.valid_from,
            valid_to: self.valid_until,
            successors: self.successors.iter().map(|successor| code(&successor.0)).collect(),
        }
    }
}

impl From<&Icb> for BoardEntry {
    fn from(board: &Icb) -> Self {
        Self {
            name: board.name.clone(),
            region: board.region,
            valid_from: board.valid_from,
            valid_until: board.valid_to,
            successors: board.successors.iter().cloned().map(SuccessorBoard).collect(),
        }
    }
}
