//! Database queries about the clinical record.

pub mod allergies;
pub mod notes;
pub mod plans;
pub mod prescribing_details;
pub mod problems;

pub use crate::records::queries::allergies::current_allergies;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::care_plans;
use people::relationships::episodes;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// The lead clinician of a practitioner. None before care begins, after it ends, and while the two have a conflict.
pub fn lead_clinician(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    episodes::permitted_lead(tx, practitioner)
}

/// The lead clinician of each of these practitioners, as last recorded.
pub fn lead_clinicians(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, Id>> {
    episodes::current_leads(tx, people)
}

/// The date on which the care plan of each of these practitioners is due for review.
pub fn plan_reviews(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, NaiveDate>> {
    let rows: Vec<(Id, NaiveDate)> = care_plans::table
        .filter(care_plans::practitioner_id.eq_any(people.to_vec()))
        .select((care_plans::practitioner_id, care_plans::review_on))
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}
