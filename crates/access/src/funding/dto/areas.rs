//! JSON forms about the boards for which a commissioner decides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use people::staff_changes::dto::PendingChange;
use platform::ids::Id;
use platform::private::Private;
use reference::workforce::model::Icb;

/// All boards for which a commissioner decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceCommissionedAreas {
    /// Their codes in the NHS Organisation Data Service. Each must exist today.
    #[schema(max_items = 50)]
    pub icb_codes: Vec<IcbCode>,
    /// Why they are changed.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
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
    /// The change that waits for another administrator; null when there is none.
    pub pending_change: Option<PendingChange>,
}

/// An integrated care board for which a commissioner decides.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionedArea {
    /// Its code.
    #[schema(max_length = 10)]
    pub icb_code: String,
    /// Its name.
    #[schema(max_length = 200)]
    pub name: String,
    /// False once the board is dissolved; its successors then decide.
    pub in_force: bool,
}

impl CommissionedAreas {
    /// The boards of a commissioner.
    pub fn new(
        account_id: Id,
        codes: &[String],
        boards: &[Icb],
        today: chrono::NaiveDate,
        pending_change: Option<PendingChange>,
    ) -> Self {
        let known = |code: &String| boards.iter().find(|board| board.code == *code);
        let area = |board: &Icb| CommissionedArea {
            icb_code: board.code.clone(),
            name: board.name.clone(),
            in_force: board.in_force(today),
        };
        Self { account_id, areas: codes.iter().filter_map(known).map(area).collect(), pending_change }
    }
}
