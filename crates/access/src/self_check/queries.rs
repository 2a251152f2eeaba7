//! SQL about self-checks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{CheckAnswer, CheckResult, ClaimedCheck};
use crate::schema::self_checks;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Opened, Place, Sealer, fill_random};
use platform::text;
use reference::questionnaires::model::Score;

const RESULTS: &str = "self_checks.results";

/// How many rows one run deletes.
const BATCH: i64 = 500;

#[derive(Serialize, Deserialize)]
struct SealedResult {
    questionnaire: String,
    version: u16,
    answers: Vec<CheckAnswer>,
    total: u16,
    band: String,
    caseness: bool,
    risk_items: Vec<String>,
    clusters_met: Option<bool>,
}

impl From<&CheckResult> for SealedResult {
    fn from(result: &CheckResult) -> Self {
        let Score { total, band, caseness, risk_items, clusters_met, .. } = result.score.clone();
        let CheckResult { questionnaire, version, answers, .. } = result.clone();
        Self { questionnaire, version, answers, total, band, caseness, risk_items, clusters_met }
    }
}

impl From<SealedResult> for CheckResult {
    fn from(sealed: SealedResult) -> Self {
        let SealedResult { questionnaire, version, answers, total, band, caseness, risk_items, clusters_met } = sealed;
        let score = Score { total, band, caseness, risk: !risk_items.is_empty(), risk_items, clusters_met };
        Self { questionnaire, version, answers, score }
    }
}

fn tag(sealer: &Sealer, token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sealer.tag("self_check", &[text::token(token).as_bytes()]))
}

/// Stores answers, and returns the code with which the person can move them into their record. The id is made from the day, so
/// that it does not reveal the time.
pub fn insert(tx: &mut Tx, results: &[CheckResult], taken_on: NaiveDate, expires_on: NaiveDate) -> Result<Private<String>> {
    let id = Id::of_day(taken_on);
    // 128 bits: cannot be guessed in the days for which it is valid.
    let mut secret = [0; 16];
    fill_random(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let sealed: Vec<SealedResult> = results.iter().map(SealedResult::from).collect();
    diesel::insert_into(self_checks::table)
        .values((
            self_checks::id.eq(id),
            self_checks::code_tag.eq(Some(tag(tx.sealer, &token))),
            self_checks::taken_on.eq(taken_on),
            self_checks::results.eq(tx.sealer.seal_json(Place(RESULTS, id), &sealed)?),
            self_checks::expires_on.eq(Some(expires_on)),
        ))
        .execute(tx.conn)?;
    Ok(token.into())
}

type Columns = (Id, NaiveDate, UtcTime, Vec<u8>);

/// Moves answers into the record of a practitioner and erases the code; none when the code is unknown, used or expired. The row
/// decides which of several attempts was first.
pub fn claim(tx: &mut Tx, token: &str, practitioner: Id) -> Result<Option<ClaimedCheck>> {
    let today = tx.now.london_day();
    let good = self_checks::table
        .filter(self_checks::code_tag.eq(Some(tag(tx.sealer, token))))
        .filter(self_checks::expires_on.ge(Some(today)));
    let Some(id) = good.select(self_checks::id).get_result::<Id>(tx.conn).optional()? else { return Ok(None) };
    let claimed = diesel::update(self_checks::table.find(id).filter(self_checks::claimed_by.is_null()))
        .set((
            self_checks::code_tag.eq(None::<String>),
            self_checks::expires_on.eq(None::<NaiveDate>),
            self_checks::claimed_by.eq(Some(practitioner)),
            self_checks::claimed_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    if claimed == 0 {
        return Ok(None);
    }
    let columns = (self_checks::id, self_checks::taken_on, self_checks::claimed_at.assume_not_null(), self_checks::results);
    let row: Columns = self_checks::table.find(id).select(columns).get_result(tx.conn)?;
    unseal(tx.sealer, row).map(Some)
}

/// The self-checks that a practitioner has moved into their record, newest first.
pub fn claimed_by(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, ClaimedCheck>> {
    let mut query = self_checks::table
        .filter(self_checks::claimed_by.eq(Some(practitioner)))
        .select((self_checks::id, self_checks::taken_on, self_checks::claimed_at.assume_not_null(), self_checks::results))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(self_checks::id.lt(before));
    }
    let rows: Vec<Columns> = query.order(self_checks::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.0, unseal(tx.sealer, row))).collect())
}

fn unseal(sealer: &Sealer, row: Columns) -> Result<ClaimedCheck> {
    let (id, taken_on, claimed_at, results) = row;
    let sealed: Vec<SealedResult> = sealer.open_json(Place(RESULTS, id), &results)?;
    Ok(ClaimedCheck { id, taken_on, claimed_at, results: sealed.into_iter().map(CheckResult::from).collect() })
}

/// Deletes answers that were not moved into a record by their last day; returns how many.
pub fn delete_expired(tx: &mut Tx, today: NaiveDate) -> Result<usize> {
    let ids: Vec<Id> = self_checks::table
        .filter(self_checks::expires_on.lt(Some(today)))
        .order(self_checks::expires_on)
        .limit(BATCH)
        .select(self_checks::id)
        .load(tx.conn)?;
    if ids.is_empty() {
        return Ok(0);
    }
    let expired = self_checks::table.filter(self_checks::id.eq_any(ids)).filter(self_checks::claimed_by.is_null());
    Ok(diesel::delete(expired).execute(tx.conn)?)
}
