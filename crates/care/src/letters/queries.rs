//! Database queries about letters.

mod events;
pub mod waiting;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;

pub use crate::letters::queries::events::{LetterEvent, events, insert_event};

use super::model::{LetterContent, LetterRecipientKind, LetterState, Sending};
use crate::schema::letters;
use people::relationships::Protected;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const CONTENT: &str = "letters.sealed_content";
const SENDING: &str = "letters.sealed_sending";

/// The states in which a letter can still be sent: not sent, withdrawn or cancelled.
const UNSENT: [LetterState; 4] = [LetterState::Draft, LetterState::AwaitingAgreement, LetterState::Agreed, LetterState::Declined];

/// How many letters to the general practitioner a discharge can name, the latest ones.
const MOST_INFORMING: i64 = 50;

/// A letter with its opened content.
#[derive(Debug, Clone)]
pub struct Letter {
    pub id: Id,
    pub practitioner: Id,
    /// The clinician who writes it.
    pub clinician: Id,
    pub state: LetterState,
    /// What is printed on it.
    pub content: LetterContent,
    /// The fingerprint of the content that the practitioner agreed to.
    pub agreed_tag: Option<String>,
    /// How it was sent.
    pub sending: Option<Sending>,
    /// When it was last proposed to the practitioner, who knows of it since.
    pub proposed_at: Option<UtcTime>,
    pub agreed_at: Option<UtcTime>,
    /// When it was recorded as sent.
    pub sent_at: Option<UtcTime>,
    /// When the practitioner withdrew consent.
    pub withdrawn_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = letters)]
struct Row {
    id: Id,
    practitioner_id: Id,
    clinician_id: Id,
    state: LetterState,
    sealed_content: Vec<u8>,
    agreed_tag: Option<String>,
    sealed_sending: Option<Vec<u8>>,
    proposed_at: Option<UtcTime>,
    agreed_at: Option<UtcTime>,
    sent_at: Option<UtcTime>,
    withdrawn_at: Option<UtcTime>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

fn content_of(sealer: &Sealer, id: Id, sealed: &[u8]) -> Result<LetterContent> {
    sealer.open_json(Place(CONTENT, id), sealed)
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Letter> {
    let sending = row.sealed_sending.map(|sealed| sealer.open_json(Place(SENDING, row.id), &sealed)).transpose()?;
    Ok(Letter {
        id: row.id,
        practitioner: row.practitioner_id,
        clinician: row.clinician_id,
        state: row.state,
        content: content_of(sealer, row.id, &row.sealed_content)?,
        agreed_tag: row.agreed_tag,
        sending,
        proposed_at: row.proposed_at,
        agreed_at: row.agreed_at,
        sent_at: row.sent_at,
        withdrawn_at: row.withdrawn_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The fingerprint of everything that is printed on a letter: keyed, so that a short text cannot be guessed from it. The practitioner
/// agrees to the text with this fingerprint.
///
/// # Errors
/// When the content cannot be written as JSON.
pub fn content_fingerprint(sealer: &Sealer, id: Id, content: &LetterContent) -> Result<String> {
    let text = serde_json::to_vec(content).map_err(|_| Error::internal("the content of a letter could not be written"))?;
    Ok(URL_SAFE_NO_PAD.encode(sealer.tag("letter_content", &[id.0.as_bytes().as_slice(), &text])))
}

/// Saves a new draft; returns its id.
pub fn insert(tx: &mut Tx, practitioner: Id, clinician: Id, content: &LetterContent) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(letters::table)
        .values((
            letters::id.eq(id),
            letters::practitioner_id.eq(practitioner),
            letters::clinician_id.eq(clinician),
            letters::state.eq(LetterState::Draft),
            letters::sealed_content.eq(tx.sealer.seal_json(Place(CONTENT, id), content)?),
            letters::version.eq(1),
            letters::created_at.eq(tx.now),
            letters::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<Letter>>> {
    let row: Option<Row> = letters::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let found = row.map(|row| unseal(tx.sealer, row)).transpose()?;
    Ok(found.map(|letter| Protected::new(letter.practitioner, letter)))
}

/// Filters of letters.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub practitioner: Id,
    /// Only those in this state.
    pub state: Option<LetterState>,
    /// Without those that the practitioner has not been shown.
    pub proposed_only: bool,
    /// Only those older than this one.
    pub before: Option<Id>,
}

/// A practitioner's letters, the newest first.
pub fn list(tx: &mut Tx, filter: Filter, limit: i64) -> Result<Opened<Id, Letter>> {
    let mut query = letters::table.filter(letters::practitioner_id.eq(filter.practitioner)).select(Row::as_select()).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(letters::state.eq(state));
    }
    if filter.proposed_only {
        query = query.filter(letters::proposed_at.is_not_null());
    }
    if let Some(before) = filter.before {
        query = query.filter(letters::id.lt(before));
    }
    let rows: Vec<Row> = query.order(letters::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// Replaces the content. The letter is a draft again, and an earlier agreement does not count any more.
pub fn replace(tx: &mut Tx, id: Id, content: &LetterContent) -> Result<()> {
    diesel::update(letters::table.find(id))
        .set((
            letters::state.eq(LetterState::Draft),
            letters::sealed_content.eq(tx.sealer.seal_json(Place(CONTENT, id), content)?),
            letters::agreed_tag.eq(None::<String>),
            letters::agreed_at.eq(None::<UtcTime>),
            letters::version.eq(letters::version + 1),
            letters::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Proposes a draft to the practitioner.
pub fn propose(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(letters::table.find(id))
        .set((
            letters::state.eq(LetterState::AwaitingAgreement),
            letters::proposed_at.eq(Some(tx.now)),
            letters::version.eq(letters::version + 1),
            letters::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records that the practitioner agrees to the text with this fingerprint. That an earlier text could not be sent does not count any more.
pub fn agree(tx: &mut Tx, id: Id, fingerprint: &str) -> Result<()> {
    diesel::update(letters::table.find(id))
        .set((
            letters::state.eq(LetterState::Agreed),
            letters::agreed_tag.eq(Some(fingerprint)),
            letters::agreed_at.eq(Some(tx.now)),
            letters::unsendable_notified_at.eq(None::<UtcTime>),
            letters::version.eq(letters::version + 1),
            letters::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records how the letter was sent.
pub fn send(tx: &mut Tx, id: Id, sending: &Sending) -> Result<()> {
    diesel::update(letters::table.find(id))
        .set((
            letters::state.eq(LetterState::Sent),
            letters::sealed_sending.eq(Some(tx.sealer.seal_json(Place(SENDING, id), sending)?)),
            letters::sent_at.eq(Some(tx.now)),
            letters::version.eq(letters::version + 1),
            letters::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records that the practitioner withdraws consent; a letter that was not sent yet never will be.
pub fn withdraw(tx: &mut Tx, id: Id, state: LetterState) -> Result<()> {
    let state = if state == LetterState::Sent { LetterState::Sent } else { LetterState::Withdrawn };
    diesel::update(letters::table.find(id))
        .set((
            letters::state.eq(state),
            letters::withdrawn_at.eq(Some(tx.now)),
            letters::version.eq(letters::version + 1),
            letters::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Declines or cancels a letter.
pub fn set_state(tx: &mut Tx, id: Id, state: LetterState) -> Result<()> {
    diesel::update(letters::table.find(id))
        .set((letters::state.eq(state), letters::version.eq(letters::version + 1), letters::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// A practitioner's letters to the general practitioner that were proposed since then and are proposed, agreed or sent, without those to
/// which consent was withdrawn; the newest first. One that cannot be read is left out.
pub fn informing_gp(tx: &mut Tx, practitioner: Id, since: UtcTime) -> Result<Vec<Letter>> {
    let rows: Vec<Row> = letters::table
        .filter(letters::practitioner_id.eq(practitioner))
        .filter(letters::state.eq_any([LetterState::AwaitingAgreement, LetterState::Agreed, LetterState::Sent]))
        .filter(letters::withdrawn_at.is_null())
        .filter(letters::proposed_at.ge(Some(since)))
        .select(Row::as_select())
        .order(letters::id.desc())
        .limit(MOST_INFORMING)
        .load(tx.conn)?;
    let opened = rows.into_iter().filter_map(|row| unseal(tx.sealer, row).ok());
    Ok(opened.filter(|letter| letter.content.recipient.kind == LetterRecipientKind::Gp).collect())
}

/// A practitioner's letters that are not sent, withdrawn or cancelled.
pub fn unsent(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(letters::table
        .filter(letters::practitioner_id.eq(practitioner))
        .filter(letters::state.eq_any(UNSENT))
        .order(letters::id)
        .select(letters::id)
        .load(tx.conn)?)
}
