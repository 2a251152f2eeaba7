//! Appointments and their history.

use std::collections::BTreeMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};

use crate::booking::model::{AppointmentCancelReason, AppointmentFacts, AppointmentState, Attendance};
use crate::clinicians::model::{AppointmentKind, AppointmentMode, Discipline};
use crate::clinicians::queries::open_name;
use crate::schema::{appointments, clinicians};
use people::practitioners::queries::references;
use people::relationships::{PermittedPractitioners, Protected};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Opened, Place, Sealer, readable_or_none};

const TEXTS: &str = "appointments.arrangements";

#[derive(Queryable, Selectable)]
#[diesel(table_name = appointments)]
struct Row {
    id: Id,
    slot_id: Id,
    practitioner_id: Id,
    clinician_id: Id,
    kind: AppointmentKind,
    mode: AppointmentMode,
    place: Option<String>,
    starts_at: UtcTime,
    ends_at: UtcTime,
    status: AppointmentState,
    arrangements: Option<Vec<u8>>,
    booked_by: Id,
    orphaned_at: Option<UtcTime>,
    cancelled_at: Option<UtcTime>,
    cancel_reason: Option<AppointmentCancelReason>,
    attendance: Option<Attendance>,
    attendance_recorded_at: Option<UtcTime>,
    moves: i32,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

/// An appointment with the sealed name and the discipline of its clinician.
type Joined = (Row, Vec<u8>, Discipline);

/// The free texts and the number of an appointment, sealed as one document.
#[derive(Default, Serialize, Deserialize)]
struct AppointmentTexts {
    arrangements: Option<String>,
    cancel_note: Option<String>,
    #[serde(default)]
    phone: Option<String>,
}

/// An appointment with its unsealed texts and its clinician.
#[derive(Debug, Clone)]
pub struct AppointmentRecord {
    /// What the rules need to know.
    pub facts: AppointmentFacts,
    pub clinician: Id,
    /// The clinician's name.
    pub clinician_name: Private<String>,
    /// The clinician's discipline.
    pub discipline: Discipline,
    /// The practitioner's reference.
    pub reference: String,
    /// How they meet.
    pub mode: AppointmentMode,
    pub place: Option<String>,
    /// What the clinician should know in advance.
    pub arrangements: Option<Private<String>>,
    /// The number to call.
    pub phone: Option<Private<String>>,
    /// The account that booked it.
    pub booked_by: Id,
    /// When it lost its slot.
    pub orphaned_at: Option<UtcTime>,
    /// When it was cancelled.
    pub cancelled_at: Option<UtcTime>,
    /// Why it was cancelled.
    pub cancel_reason: Option<AppointmentCancelReason>,
    /// The note given when it was cancelled.
    pub cancel_note: Option<Private<String>>,
    /// The recorded attendance.
    pub attendance: Option<Attendance>,
    /// How often it has been moved.
    pub moves: i32,
    pub version: i32,
    /// When it was booked.
    pub created_at: UtcTime,
    /// When it last changed.
    pub updated_at: UtcTime,
    /// The sealed texts and number where they are damaged: those above are then none. None otherwise.
    pub damaged_texts: Option<Vec<u8>>,
}

/// Filters for appointments.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of this practitioner.
    pub practitioner: Option<Id>,
    /// Only those with this clinician.
    pub clinician: Option<Id>,
    /// Only appointments of this practitioner, in addition to the filters above: what the caller may see.
    pub only_practitioner: Option<Id>,
    /// Only appointments with this clinician, in addition to the filters above: what the caller may see.
    pub only_clinician: Option<Id>,
    /// No appointments of these practitioners.
    pub hidden_practitioners: Vec<Id>,
    /// Only appointments that start after this time or were cancelled after it, and others of practitioners that the caller may know
    /// of.
    pub recent_or_known: Option<(UtcTime, PermittedPractitioners)>,
    /// Only appointments with this status.
    pub status: Option<AppointmentState>,
    /// Earliest start (inclusive).
    pub from: Option<UtcTime>,
    /// Latest start (exclusive).
    pub to: Option<UtcTime>,
    /// The last appointment of the page before.
    pub after: Option<(UtcTime, Id)>,
}

/// The appointments that match the filter, earliest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<(UtcTime, Id), Protected<AppointmentRecord>>> {
    let mut query = appointments::table
        .inner_join(clinicians::table)
        .select((Row::as_select(), clinicians::name, clinicians::discipline))
        .into_boxed();
    for practitioner in filter.practitioner.into_iter().chain(filter.only_practitioner) {
        query = query.filter(appointments::practitioner_id.eq(practitioner));
    }
    for clinician in filter.clinician.into_iter().chain(filter.only_clinician) {
        query = query.filter(appointments::clinician_id.eq(clinician));
    }
    if !filter.hidden_practitioners.is_empty() {
        query = query.filter(appointments::practitioner_id.ne_all(filter.hidden_practitioners.clone()));
    }
    if let Some((since, permitted)) = &filter.recent_or_known {
        let known = sql::<Bool>(&permitted.condition("appointments.practitioner_id"));
        let cancelled_since =
            appointments::cancelled_at.is_not_null().and(appointments::cancelled_at.assume_not_null().gt(*since));
        let recent = appointments::status.ne(AppointmentState::Cancelled).and(appointments::starts_at.gt(*since));
        query = query.filter(recent.or(cancelled_since).or(known));
    }
    if let Some(status) = filter.status {
        query = query.filter(appointments::status.eq(status));
    }
    if let Some(from) = filter.from {
        query = query.filter(appointments::starts_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(appointments::starts_at.lt(to));
    }
    if let Some((time, id)) = filter.after {
        let later = appointments::starts_at.gt(time).or(appointments::starts_at.eq(time).and(appointments::id.gt(id)));
        // The first condition is implied by the second; it lets the index skip to the first row.
        query = query.filter(appointments::starts_at.ge(time)).filter(later);
    }
    let rows: Vec<Joined> = query.order((appointments::starts_at, appointments::id)).limit(limit).load(tx.conn)?;
    let references = references(tx, &rows.iter().map(|(row, ..)| row.practitioner_id).collect::<Vec<_>>())?;
    let unsealed = |joined: Joined| ((joined.0.starts_at, joined.0.id), unseal(tx.sealer, joined, &references).map(protected));
    Ok(rows.into_iter().map(unsealed).collect())
}

/// The appointment with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<AppointmentRecord>>> {
    let joined: Option<Joined> = appointments::table
        .inner_join(clinicians::table)
        .filter(appointments::id.eq(id))
        .select((Row::as_select(), clinicians::name, clinicians::discipline))
        .get_result(tx.conn)
        .optional()?;
    // Read also when there is no such appointment: a 404 takes the same time for every reason.
    let practitioner = joined.as_ref().map_or(Id::NO_RECORD, |joined| joined.0.practitioner_id);
    let references = references(tx, &[practitioner])?;
    joined.map(|joined| unseal(tx.sealer, joined, &references).map(protected)).transpose()
}

fn protected(record: AppointmentRecord) -> Protected<AppointmentRecord> {
    Protected::new(record.facts.practitioner, record)
}

fn unseal(sealer: &Sealer, (row, name, discipline): Joined, references: &BTreeMap<Id, String>) -> Result<AppointmentRecord> {
    // When and with which clinician they meet is known without the texts, so damage there hides no appointment.
    let (texts, damaged_texts) = match row.arrangements {
        Some(sealed) => match readable_or_none(sealer.open_json(Place(TEXTS, row.id), &sealed))? {
            Some(texts) => (texts, None),
            None => (AppointmentTexts::default(), Some(sealed)),
        },
        None => (AppointmentTexts::default(), None),
    };
    Ok(AppointmentRecord {
        facts: AppointmentFacts {
            id: row.id,
            practitioner: row.practitioner_id,
            slot: row.slot_id,
            kind: row.kind,
            starts_at: row.starts_at.get(),
            ends_at: row.ends_at.get(),
            status: row.status,
            attendance_recorded_at: row.attendance_recorded_at.map(UtcTime::get),
        },
        clinician: row.clinician_id,
        clinician_name: open_name(sealer, row.clinician_id, &name)?,
        discipline,
        reference: references
            .get(&row.practitioner_id)
            .cloned()
            .ok_or_else(|| Error::internal("an appointment without a practitioner"))?,
        mode: row.mode,
        place: row.place,
        arrangements: texts.arrangements.map(Private::new),
        phone: texts.phone.map(Private::new),
        booked_by: row.booked_by,
        orphaned_at: row.orphaned_at,
        cancelled_at: row.cancelled_at,
        cancel_reason: row.cancel_reason,
        cancel_note: texts.cancel_note.map(Private::new),
        attendance: row.attendance,
        moves: row.moves,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        damaged_texts,
    })
}

/// The practitioner and the slot of an appointment.
pub fn practitioner_and_slot(tx: &mut Tx, id: Id) -> Result<Option<(Id, Id)>> {
    let columns = (appointments::practitioner_id, appointments::slot_id);
    Ok(appointments::table.find(id).select(columns).get_result(tx.conn).optional()?)
}

/// Whether a practitioner has another live appointment of this kind.
pub fn has_another_live(tx: &mut Tx, practitioner: Id, kind: AppointmentKind, except: Id) -> Result<bool> {
    let others = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentState::Booked))
        .filter(appointments::kind.eq(kind))
        .filter(appointments::id.ne(except));
    Ok(diesel::select(exists(others)).get_result(tx.conn)?)
}

/// Every practitioner who has or had an appointment with this clinician.
pub fn practitioners_of(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    let rows = appointments::table.filter(appointments::clinician_id.eq(clinician)).select(appointments::practitioner_id);
    Ok(rows.distinct().load(tx.conn)?)
}

/// Seals the texts of a new appointment; none when there are none.
pub(super) fn seal_texts(
    sealer: &Sealer,
    id: Id,
    arrangements: Option<String>,
    phone: Option<String>,
) -> Result<Option<Vec<u8>>> {
    let has_any = arrangements.is_some() || phone.is_some();
    let texts = AppointmentTexts { arrangements, cancel_note: None, phone };
    has_any.then(|| sealer.seal_json(Place(TEXTS, id), &texts)).transpose()
}

/// The number that was given for an appointment, if one was. Nothing else of the appointment is opened, so that it cannot hide the number.
pub fn number_given(tx: &mut Tx, id: Id) -> Result<Option<Private<String>>> {
    let sealed: Option<Option<Vec<u8>>> =
        appointments::table.find(id).select(appointments::arrangements).get_result(tx.conn).optional()?;
    let Some(sealed) = sealed.flatten() else { return Ok(None) };
    let texts: AppointmentTexts = tx.sealer.open_json(Place(TEXTS, id), &sealed)?;
    Ok(texts.phone.map(Private::new))
}

/// Replaces the number to call.
pub fn set_phone(tx: &mut Tx, appointment: &AppointmentRecord, phone: &str) -> Result<()> {
    let texts = AppointmentTexts {
        arrangements: appointment.arrangements.as_ref().map(|text| text.reveal().clone()),
        cancel_note: appointment.cancel_note.as_ref().map(|text| text.reveal().clone()),
        phone: Some(phone.to_owned()),
    };
    diesel::update(appointments::table.find(appointment.facts.id))
        .set((
            appointments::arrangements.eq(Some(tx.sealer.seal_json(Place(TEXTS, appointment.facts.id), &texts)?)),
            appointments::version.eq(appointments::version + 1),
            appointments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Cancels an appointment. Damaged texts stay as they are, unless there is a note.
pub fn cancel(tx: &mut Tx, appointment: &AppointmentRecord, reason: AppointmentCancelReason, note: Option<&str>) -> Result<()> {
    let texts = AppointmentTexts {
        arrangements: appointment.arrangements.as_ref().map(|text| text.reveal().clone()),
        cancel_note: note.map(str::to_owned),
        phone: appointment.phone.as_ref().map(|number| number.reveal().clone()),
    };
    let sealed = match &appointment.damaged_texts {
        Some(damaged) if note.is_none() => damaged.clone(),
        _ => tx.sealer.seal_json(Place(TEXTS, appointment.facts.id), &texts)?,
    };
    diesel::update(appointments::table.find(appointment.facts.id))
        .set((
            appointments::status.eq(AppointmentState::Cancelled),
            appointments::arrangements.eq(Some(sealed)),
            appointments::cancelled_at.eq(Some(tx.now)),
            appointments::cancel_reason.eq(Some(reason)),
            appointments::attendance.eq(reason.attendance()),
            appointments::version.eq(appointments::version + 1),
            appointments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records attendance. A correction keeps the time of the first record.
pub fn record_attendance(tx: &mut Tx, facts: &AppointmentFacts, attendance: Attendance, status: AppointmentState) -> Result<()> {
    let first_recorded = facts.attendance_recorded_at.map_or(tx.now, UtcTime::from);
    diesel::update(appointments::table.find(facts.id))
        .set((
            appointments::status.eq(status),
            appointments::attendance.eq(Some(attendance)),
            appointments::attendance_recorded_at.eq(Some(first_recorded)),
            appointments::version.eq(appointments::version + 1),
            appointments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
