//! For which boards a commissioner decides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use platform::ids::Id;
use reference::workforce::model::Icb;

/// A commissioner's boards, all of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceCommissionedAreas {
    /// Their codes in the NHS organisation data service. Each must exist today.
    #[schema(max_items = 50)]
    pub icb_codes: Vec<IcbCode>,
}

/// The code of an integrated care board.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 10, example = "QJM")]
pub struct IcbCode(pub String);

/// The boards for which a commissioner decides.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionedAreas {
    /// The commissioner's account.
    pub account_id: Id,
    /// The boards.
    #[schema(max_items = 50)]
    pub areas: Vec<CommissionedArea>,
}

/// A board.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionedArea {
    /// Its code.
    #[schema(max_length = 10)]
    pub icb_code: String,
    /// Its name.
    #[schema(max_length = 200)]
    pub name: String,
    /// False once it is dissolved: then its successors decide.
    pub in_force: bool,
}

impl CommissionedAreas {
    /// These boards of a commissioner.
    pub fn new(account_id: Id, codes: &[String], boards: &[Icb], today: chrono::NaiveDate) -> Self {
        let known = |code: &String| boards.iter().find(|board| board.code == *code);
        let area = |board: &Icb| CommissionedArea {
            icb_code: board.code.clone(),
            name: board.name.clone(),
            in_force: board.in_force(today),
        };
        Self { account_id, areas: codes.iter().filter_map(known).map(area).collect() }
    }
}
