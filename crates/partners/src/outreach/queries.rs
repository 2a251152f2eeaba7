//! The statements about campaigns. Their end, recipients, opt-outs and team requests have files of their own.

pub mod closed;
pub mod opt_outs;
pub mod recipients;
pub mod teams;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};
use diesel::prelude::*;

use super::model::{CampaignContent, DueCampaign, OutreachKind, OutreachReason, OutreachState, OutreachWording, Plan};
use crate::schema::outreach_campaigns;
use crate::schema::outreach_campaigns as campaigns;
use crate::schema::outreach_campaigns::dsl;
use people::notifications::model::QuietHours;
use platform::Tx;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const DETAILS: &str = "outreach_campaigns.details";

#[derive(Queryable, Selectable)]
#[diesel(table_name = campaigns)]
struct Row {
    id: Id,
    kind: OutreachKind,
    state: OutreachState,
    reason: OutreachReason,
    wording: OutreachWording,
    by_email: bool,
    by_text: bool,
    per_hour: i32,
    quiet_from: i32,
    quiet_until: i32,
    starts_at: UtcTime,
    ends_on: NaiveDate,
    details: Vec<u8>,
    created_by: Id,
    submitted_by: Option<Id>,
    released_by: Option<Id>,
    released_at: Option<UtcTime>,
    closed_at: Option<UtcTime>,
    erased_at: Option<UtcTime>,
    version: i32,
    created_at: UtcTime,
}

/// A campaign with its unsealed content.
#[derive(Debug, Clone)]
pub struct Campaign {
    pub id: Id,
    pub state: OutreachState,
    pub plan: Plan,
    /// The coordinator who created it.
    pub created_by: Id,
    pub submitted_by: Option<Id>,
    pub released_by: Option<Id>,
    pub released_at: Option<UtcTime>,
    /// When it ended or was cancelled.
    pub closed_at: Option<UtcTime>,
    /// When the last contact was deleted.
    pub erased_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
}

fn time_of_day(minutes: i32) -> NaiveTime {
    NaiveTime::MIN + TimeDelta::minutes(minutes.into())
}

fn minutes(time: NaiveTime) -> i32 {
    i32::try_from(time.num_seconds_from_midnight() / 60).unwrap_or(0)
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Campaign> {
    let content: CampaignContent = sealer.open_json(Place(DETAILS, row.id), &row.details)?;
    let plan = Plan {
        kind: row.kind,
        reason: row.reason,
        wording: row.wording,
        by_email: row.by_email,
        by_text: row.by_text,
        per_hour: row.per_hour,
        quiet: QuietHours { from: time_of_day(row.quiet_from), until: time_of_day(row.quiet_until) },
        starts_at: row.starts_at,
        ends_on: row.ends_on,
        content,
    };
    Ok(Campaign {
        id: row.id,
        state: row.state,
        plan,
        created_by: row.created_by,
        submitted_by: row.submitted_by,
        released_by: row.released_by,
        released_at: row.released_at,
        closed_at: row.closed_at,
        erased_at: row.erased_at,
        version: row.version,
        created_at: row.created_at,
    })
}

/// The campaign with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Campaign>> {
    let row: Option<Row> = dsl::outreach_campaigns.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row)).transpose()
}

/// The campaign with this id, its row locked until the transaction ends.
pub fn locked(tx: &mut Tx, id: Id) -> Result<Option<Campaign>> {
    if platform::lock_row!(tx.conn, outreach_campaigns, id)?.is_none() {
        return Ok(None);
    }
    find(tx, id)
}

/// Campaigns, newest first.
pub fn list(tx: &mut Tx, state: Option<OutreachState>, before: Option<Id>, limit: i64) -> Result<Opened<Id, Campaign>> {
    let mut query = dsl::outreach_campaigns.select(Row::as_select()).into_boxed();
    if let Some(state) = state {
        query = query.filter(dsl::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(dsl::id.lt(before));
    }
    let rows: Vec<Row> = query.order(dsl::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// Stores a new campaign; returns its id.
pub fn insert(tx: &mut Tx, plan: &Plan, created_by: Id) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(dsl::outreach_campaigns)
        .values((
            dsl::id.eq(id),
            dsl::kind.eq(plan.kind),
            dsl::state.eq(OutreachState::Draft),
            dsl::reason.eq(plan.reason),
            dsl::wording.eq(plan.wording),
            dsl::by_email.eq(plan.by_email),
            dsl::by_text.eq(plan.by_text),
            dsl::per_hour.eq(plan.per_hour),
            dsl::quiet_from.eq(minutes(plan.quiet.from)),
            dsl::quiet_until.eq(minutes(plan.quiet.until)),
            dsl::starts_at.eq(plan.starts_at),
            dsl::ends_on.eq(plan.ends_on),
            dsl::details.eq(tx.sealer.seal_json(Place(DETAILS, id), &plan.content)?),
            dsl::created_by.eq(created_by),
            dsl::version.eq(1),
            dsl::created_at.eq(tx.now),
            dsl::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Replaces a campaign's plan.
pub fn update_plan(tx: &mut Tx, campaign: &Campaign, plan: &Plan) -> Result<()> {
    let id = campaign.id;
    diesel::update(dsl::outreach_campaigns.find(id))
        .set((
            dsl::kind.eq(plan.kind),
            dsl::reason.eq(plan.reason),
            dsl::wording.eq(plan.wording),
            dsl::by_email.eq(plan.by_email),
            dsl::by_text.eq(plan.by_text),
            dsl::per_hour.eq(plan.per_hour),
            dsl::quiet_from.eq(minutes(plan.quiet.from)),
            dsl::quiet_until.eq(minutes(plan.quiet.until)),
            dsl::starts_at.eq(plan.starts_at),
            dsl::ends_on.eq(plan.ends_on),
            dsl::details.eq(tx.sealer.seal_json(Place(DETAILS, id), &plan.content)?),
            dsl::version.eq(dsl::version + 1),
            dsl::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Stores a campaign's state, who submitted and approved it, and when it sends next.
pub fn update_state(tx: &mut Tx, campaign: &Campaign, next_at: Option<UtcTime>) -> Result<()> {
    diesel::update(dsl::outreach_campaigns.find(campaign.id))
        .set((
            dsl::state.eq(campaign.state),
            dsl::submitted_by.eq(campaign.submitted_by),
            dsl::released_by.eq(campaign.released_by),
            dsl::released_at.eq(campaign.released_at),
            dsl::next_at.eq(next_at),
            dsl::closed_at.eq(campaign.closed_at),
            dsl::version.eq(dsl::version + 1),
            dsl::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Increments a campaign's version after a change of something that belongs to it.
pub fn increment_version(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(dsl::outreach_campaigns.find(id))
        .set((dsl::version.eq(dsl::version + 1), dsl::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

#[derive(Queryable)]
struct Due {
    id: Id,
    wording: OutreachWording,
    per_hour: i32,
    quiet_from: i32,
    quiet_until: i32,
    ends_on: NaiveDate,
    next_at: Option<UtcTime>,
}

/// A running campaign whose next message is due, locked until the transaction ends; one that another instance has locked is
/// skipped.
pub fn due(tx: &mut Tx) -> Result<Option<DueCampaign>> {
    let due = dsl::outreach_campaigns
        .filter(dsl::state.eq(OutreachState::Running))
        .filter(dsl::next_at.le(Some(tx.now)))
        .order(dsl::next_at)
        .limit(1)
        .select((dsl::id, dsl::wording, dsl::per_hour, dsl::quiet_from, dsl::quiet_until, dsl::ends_on, dsl::next_at));
    let due: Option<Due> = match tx.conn {
        Conn::Postgres(inner) => due.for_no_key_update().skip_locked().get_result(inner).optional()?,
        Conn::Sqlite(inner) => due.get_result(inner).optional()?,
    };
    Ok(due.map(|due| DueCampaign {
        id: due.id,
        wording: due.wording,
        per_hour: due.per_hour,
        quiet: QuietHours { from: time_of_day(due.quiet_from), until: time_of_day(due.quiet_until) },
        ends_on: due.ends_on,
        next_at: due.next_at.unwrap_or(tx.now),
    }))
}

/// Sets when a campaign sends next.
pub fn set_next_send(tx: &mut Tx, id: Id, next_at: Option<UtcTime>) -> Result<()> {
    diesel::update(dsl::outreach_campaigns.find(id)).set(dsl::next_at.eq(next_at)).execute(tx.conn)?;
    Ok(())
}
