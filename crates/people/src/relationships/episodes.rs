//! Episodes of care, each with a lead clinician. An episode begins when an assessment is accepted, and ends with care.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::relationships::conflicts;
use crate::relationships::model::{DischargeReason, EpisodeEvent};
use crate::schema::{care_episode_events, care_episodes};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Place;

const SUMMARY: &str = "care_episodes.summary";

/// An episode of care that has not ended.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = care_episodes)]
pub struct Episode {
    pub id: Id,
    pub practitioner_id: Id,
    pub lead_clinician_id: Id,
    pub started_at: UtcTime,
    pub version: i32,
}

/// How an episode ends.
#[derive(Debug, Clone, Copy)]
pub struct NewDischarge {
    /// The account that ends it.
    pub by: Id,
    pub reason: DischargeReason,
    /// Until when the clinicians who treated the practitioner may read the record.
    pub readable_until: UtcTime,
}

/// The discharge summary. It is stored encrypted.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct DischargeSummary {
    /// For clinicians; empty where care ended by the outcome of an assessment.
    pub summary: String,
    /// For the practitioner as well.
    pub shared: Option<String>,
    /// The kinds of items that ended with care, as their enum values, and how many of each.
    #[serde(default)]
    pub ended: Vec<(String, usize)>,
    /// What was decided about what was open: kinds and decisions as their enum values, and how many of each kind.
    #[serde(default)]
    pub settled: Vec<(String, usize, String)>,
    /// The document that informs the general practitioner of the prescriptions that continue there.
    #[serde(default)]
    pub letter: Option<Id>,
    /// Why there is none.
    #[serde(default)]
    pub no_letter_reason: Option<String>,
    /// Why notes stay unsigned whose author has left.
    #[serde(default)]
    pub orphaned_notes_reason: Option<String>,
}

platform::redacted_debug!(DischargeSummary);

/// An episode of care that has ended.
#[derive(Debug, Clone)]
pub struct DischargeRecord {
    pub episode: Id,
    /// The lead clinician at the end.
    pub lead: Id,
    pub started_at: UtcTime,
    pub ended_at: UtcTime,
    /// The account that ended it.
    pub by: Id,
    pub reason: DischargeReason,
    /// Until when the clinicians who treated the practitioner may read the record.
    pub readable_until: UtcTime,
    /// `None` where care ended by the outcome of an assessment.
    pub summary: Option<DischargeSummary>,
}

/// The current episode of a practitioner.
pub fn current(tx: &mut Tx, practitioner: Id) -> Result<Option<Episode>> {
    Ok(care_episodes::table
        .filter(care_episodes::practitioner_id.eq(practitioner))
        .filter(care_episodes::ended_at.is_null())
        .select(Episode::as_select())
        .get_result(tx.conn)
        .optional()?)
}

/// The lead clinician of a practitioner's current episode.
pub fn current_lead(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    Ok(current(tx, practitioner)?.map(|episode| episode.lead_clinician_id))
}

/// The same; `None` when the two are in conflict.
pub fn permitted_lead(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    match current_lead(tx, practitioner)? {
        Some(lead) if !conflicts::are_in_conflict(tx, practitioner, lead)? => Ok(Some(lead)),
        _ => Ok(None),
    }
}

/// The current episodes that a clinician leads.
pub fn all_led_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Episode>> {
    Ok(care_episodes::table
        .filter(care_episodes::lead_clinician_id.eq(clinician))
        .filter(care_episodes::ended_at.is_null())
        .select(Episode::as_select())
        .load(tx.conn)?)
}

/// The lead clinician of each of these practitioners, in one statement. It leaves out those who are not in care.
pub fn current_leads(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, Id>> {
    let rows: Vec<(Id, Id)> = care_episodes::table
        .filter(care_episodes::practitioner_id.eq_any(people.to_vec()))
        .filter(care_episodes::ended_at.is_null())
        .select((care_episodes::practitioner_id, care_episodes::lead_clinician_id))
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// The clinicians who lead or have led the care of a practitioner.
pub fn all_leads(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let episodes: Vec<Id> =
        care_episodes::table.filter(care_episodes::practitioner_id.eq(practitioner)).select(care_episodes::id).load(tx.conn)?;
    let led = care_episode_events::table.filter(care_episode_events::episode_id.eq_any(episodes));
    Ok(led.select(care_episode_events::clinician_id).distinct().load(tx.conn)?)
}

/// Begins an episode with a lead clinician, unless there is a current one, which stays as it is. Returns its id.
pub fn begin(tx: &mut Tx, practitioner: Id, lead: Id) -> Result<Id> {
    if let Some(episode) = current(tx, practitioner)? {
        return Ok(episode.id);
    }
    let id = Id::new(tx.now);
    diesel::insert_into(care_episodes::table)
        .values((
            care_episodes::id.eq(id),
            care_episodes::practitioner_id.eq(practitioner),
            care_episodes::lead_clinician_id.eq(lead),
            care_episodes::started_at.eq(tx.now),
            care_episodes::version.eq(1),
        ))
        .execute(tx.conn)?;
    record_event(tx, id, lead, EpisodeEvent::Began, lead)?;
    Ok(id)
}

/// Changes the lead clinician of an episode.
pub fn set_lead(tx: &mut Tx, episode: Id, lead: Id, by: Id) -> Result<()> {
    diesel::update(care_episodes::table.find(episode))
        .set((care_episodes::lead_clinician_id.eq(lead), care_episodes::version.eq(care_episodes::version + 1)))
        .execute(tx.conn)?;
    record_event(tx, episode, by, EpisodeEvent::LeadChanged, lead)
}

/// Ends a practitioner's care. Where there is no episode, because care ends by the outcome of the assessment, one is recorded
/// whose lead is the account that ends it.
pub fn end(tx: &mut Tx, practitioner: Id, ending: NewDischarge, summary: Option<&DischargeSummary>) -> Result<Id> {
    let id = begin(tx, practitioner, ending.by)?;
    let sealed = summary.map(|summary| tx.sealer.seal_json(Place(SUMMARY, id), summary)).transpose()?;
    diesel::update(care_episodes::table.find(id))
        .set((
            care_episodes::ended_at.eq(Some(tx.now)),
            care_episodes::ended_by.eq(Some(ending.by)),
            care_episodes::end_reason.eq(Some(ending.reason)),
            care_episodes::readable_until.eq(Some(ending.readable_until)),
            care_episodes::summary.eq(sealed),
            care_episodes::version.eq(care_episodes::version + 1),
        ))
        .execute(tx.conn)?;
    let lead: Id = care_episodes::table.find(id).select(care_episodes::lead_clinician_id).get_result(tx.conn)?;
    record_event(tx, id, ending.by, EpisodeEvent::Ended, lead)?;
    Ok(id)
}

/// The end of an episode, as far as the right to read the record depends on it.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct EpisodeEnd {
    pub at: UtcTime,
    /// Until when the clinicians who treated the practitioner may read the record.
    pub readable_until: UtcTime,
    /// The lead clinician.
    pub lead: Id,
}

/// The ends of a practitioner's last two episodes, the newest first.
pub fn last_ends(tx: &mut Tx, practitioner: Id) -> Result<Vec<EpisodeEnd>> {
    Ok(care_episodes::table
        .filter(care_episodes::practitioner_id.eq(practitioner))
        .filter(care_episodes::ended_at.is_not_null())
        .order(care_episodes::ended_at.desc())
        .limit(2)
        .select((
            care_episodes::ended_at.assume_not_null(),
            care_episodes::readable_until.assume_not_null(),
            care_episodes::lead_clinician_id,
        ))
        .load(tx.conn)?)
}

/// The times at which episodes of these practitioners ended.
pub fn end_times(tx: &mut Tx, people: &[Id]) -> Result<Vec<(Id, UtcTime)>> {
    Ok(care_episodes::table
        .filter(care_episodes::practitioner_id.eq_any(people.to_vec()))
        .filter(care_episodes::ended_at.is_not_null())
        .select((care_episodes::practitioner_id, care_episodes::ended_at.assume_not_null()))
        .load(tx.conn)?)
}

/// The practitioners whose care has ended and whose record may still be read: those this clinician led, and those among `others`.
pub fn readable_after_end(tx: &mut Tx, clinician: Id, others: &[Id]) -> Result<Vec<Id>> {
    let mut found: Vec<Id> = care_episodes::table
        .filter(care_episodes::lead_clinician_id.eq(clinician))
        .filter(care_episodes::readable_until.gt(Some(tx.now)))
        .select(care_episodes::practitioner_id)
        .load(tx.conn)?;
    let others: Vec<Id> = care_episodes::table
        .filter(care_episodes::practitioner_id.eq_any(others.to_vec()))
        .filter(care_episodes::readable_until.gt(Some(tx.now)))
        .select(care_episodes::practitioner_id)
        .load(tx.conn)?;
    found.extend(others);
    Ok(found)
}

/// When a practitioner's care last ended, and why. The summary is not opened, so a damaged one hides nothing.
pub fn last_end(tx: &mut Tx, practitioner: Id) -> Result<Option<(UtcTime, DischargeReason)>> {
    Ok(care_episodes::table
        .filter(care_episodes::practitioner_id.eq(practitioner))
        .filter(care_episodes::ended_at.is_not_null())
        .order(care_episodes::ended_at.desc())
        .limit(1)
        .select((care_episodes::ended_at.assume_not_null(), care_episodes::end_reason.assume_not_null()))
        .get_result(tx.conn)
        .optional()?)
}

type EndedRow = (Id, Id, UtcTime, UtcTime, Id, DischargeReason, UtcTime, Option<Vec<u8>>);

/// The practitioner's last episode that has ended.
pub fn last_discharge(tx: &mut Tx, practitioner: Id) -> Result<Option<DischargeRecord>> {
    let row: Option<EndedRow> = care_episodes::table
        .filter(care_episodes::practitioner_id.eq(practitioner))
        .filter(care_episodes::ended_at.is_not_null())
        .order(care_episodes::ended_at.desc())
        .limit(1)
        .select((
            care_episodes::id,
            care_episodes::lead_clinician_id,
            care_episodes::started_at,
            care_episodes::ended_at.assume_not_null(),
            care_episodes::ended_by.assume_not_null(),
            care_episodes::end_reason.assume_not_null(),
            care_episodes::readable_until.assume_not_null(),
            care_episodes::summary,
        ))
        .get_result(tx.conn)
        .optional()?;
    row.map(|(episode, lead, started_at, ended_at, by, reason, readable_until, sealed)| {
        let summary = sealed.map(|sealed| tx.sealer.open_json(Place(SUMMARY, episode), &sealed)).transpose()?;
        Ok(DischargeRecord { episode, lead, started_at, ended_at, by, reason, readable_until, summary })
    })
    .transpose()
}

/// Adds an event to the history of an episode.
fn record_event(tx: &mut Tx, episode: Id, by: Id, event: EpisodeEvent, lead: Id) -> Result<()> {
    diesel::insert_into(care_episode_events::table)
        .values((
            care_episode_events::id.eq(Id::new(tx.now)),
            care_episode_events::episode_id.eq(episode),
            care_episode_events::at.eq(tx.now),
            care_episode_events::actor_id.eq(by),
            care_episode_events::event.eq(event),
            care_episode_events::clinician_id.eq(lead),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// When the current lead of an episode became the lead, according to its history.
pub fn lead_since(tx: &mut Tx, episode: Id) -> Result<Option<UtcTime>> {
    Ok(care_episode_events::table
        .filter(care_episode_events::episode_id.eq(episode))
        .filter(care_episode_events::event.eq_any([EpisodeEvent::Began, EpisodeEvent::LeadChanged]))
        .order(care_episode_events::id.desc())
        .limit(1)
        .select(care_episode_events::at)
        .get_result(tx.conn)
        .optional()?)
}
