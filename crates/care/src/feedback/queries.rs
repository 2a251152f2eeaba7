//! Database queries about feedback.

mod comments;
mod invitations;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

pub use crate::feedback::queries::comments::{Comment, comments, release, unreleased};
use comments::COMMENT;
pub use invitations::{DueInvitation, due_appointments, due_discharges, last_invited_at, record_decision};

use super::model::{FeedbackCommentReader, FeedbackTarget, Ratings};
use crate::schema::feedback;
use people::relationships::{PermittedPractitioners, Protected};
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer, readable};

const RATINGS: &str = "feedback.ratings";

/// Feedback that was given.
#[derive(Debug, Clone)]
pub struct Feedback {
    pub id: Id,
    /// The practitioner who gave it.
    pub practitioner: Id,
    pub target: FeedbackTarget,
    /// The clinician it is about.
    pub clinician: Option<Id>,
    pub ratings: Ratings,
    /// The comment, and who can read it.
    pub comment: Option<(Private<String>, FeedbackCommentReader)>,
    pub given_at: UtcTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = feedback)]
struct Row {
    id: Id,
    practitioner_id: Id,
    appointment_id: Option<Id>,
    discharge_id: Option<Id>,
    clinician_id: Option<Id>,
    ratings: Vec<u8>,
    comment: Option<Vec<u8>>,
    comment_for: Option<FeedbackCommentReader>,
    given_at: UtcTime,
}

/// Saves feedback.
///
/// # Errors
/// 409 `feedback_given` when feedback about it was already given.
pub fn insert(tx: &mut Tx, new: &Feedback) -> Result<()> {
    let comment = new.comment.as_ref().map(|(text, _)| tx.sealer.seal_text(Place(COMMENT, new.id), text.reveal())).transpose()?;
    diesel::insert_into(feedback::table)
        .values((
            feedback::id.eq(new.id),
            feedback::practitioner_id.eq(new.practitioner),
            feedback::about.eq(new.target.subject()),
            feedback::appointment_id.eq(new.target.appointment()),
            feedback::discharge_id.eq(new.target.discharge()),
            feedback::clinician_id.eq(new.clinician),
            feedback::ratings.eq(tx.sealer.seal_json(Place(RATINGS, new.id), &new.ratings)?),
            feedback::comment.eq(comment),
            feedback::comment_for.eq(new.comment.as_ref().map(|(_, readers)| *readers)),
            feedback::given_at.eq(new.given_at),
        ))
        .execute(tx.conn)
        .map_err(|error| {
            let twice = "feedback_appointment|feedback.appointment_id|feedback_discharge|feedback.discharge_id";
            if violates(&error, twice) { Reason::FeedbackGiven.into() } else { Error::from(error) }
        })?;
    Ok(())
}

/// Whether feedback about this was given.
pub fn has_feedback(tx: &mut Tx, target: FeedbackTarget) -> Result<bool> {
    let mut query = feedback::table.select(feedback::id).into_boxed();
    query = match target {
        FeedbackTarget::Appointment(id) => query.filter(feedback::appointment_id.eq(Some(id))),
        FeedbackTarget::Discharge(id) => query.filter(feedback::discharge_id.eq(Some(id))),
    };
    Ok(query.first::<Id>(tx.conn).optional()?.is_some())
}

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<Feedback>>> {
    let row: Option<Row> = feedback::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let found = row.map(|row| unseal(tx.sealer, row)).transpose()?;
    Ok(found.map(|feedback| Protected::new(feedback.practitioner, feedback)))
}

/// The feedback that is listed.
#[derive(Debug)]
pub enum FeedbackScope {
    /// Feedback given by this practitioner.
    WrittenBy(Id),
    /// Comments addressed to this clinician by practitioners that they may know of.
    AddressedTo(Id, PermittedPractitioners),
}

/// Feedback, newest first.
pub fn list(tx: &mut Tx, scope: &FeedbackScope, before: Option<Id>, limit: i64) -> Result<Opened<Id, Feedback>> {
    let mut query = feedback::table.select(Row::as_select()).into_boxed();
    query = match scope {
        FeedbackScope::WrittenBy(practitioner) => query.filter(feedback::practitioner_id.eq(*practitioner)),
        FeedbackScope::AddressedTo(clinician, permitted) => query
            .filter(feedback::clinician_id.eq(Some(*clinician)))
            .filter(feedback::comment_for.eq(Some(FeedbackCommentReader::Clinician)))
            .filter(sql::<Bool>(&permitted.condition("feedback.practitioner_id"))),
    };
    if let Some(before) = before {
        query = query.filter(feedback::id.lt(before));
    }
    let rows: Vec<Row> = query.order(feedback::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// The ratings given between two instants, with their practitioners, for statistics. Those that are damaged are not counted, and logged.
pub fn ratings_between(tx: &mut Tx, from: UtcTime, to: UtcTime) -> Result<Vec<(Id, Ratings)>> {
    let rows: Vec<(Id, Id, Vec<u8>)> = feedback::table
        .filter(feedback::given_at.ge(from))
        .filter(feedback::given_at.lt(to))
        .select((feedback::id, feedback::practitioner_id, feedback::ratings))
        .load(tx.conn)?;
    let open = |(id, practitioner, ratings): (Id, Id, Vec<u8>)| -> Result<(Id, Ratings)> {
        Ok((practitioner, tx.sealer.open_json(Place(RATINGS, id), &ratings)?))
    };
    let (found, _) = readable(rows.into_iter().map(open))?;
    Ok(found)
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Feedback> {
    let target = match (row.appointment_id, row.discharge_id) {
        (Some(appointment), _) => FeedbackTarget::Appointment(appointment),
        (None, Some(discharge)) => FeedbackTarget::Discharge(discharge),
        (None, None) => return Err(Error::internal("feedback without a subject")),
    };
    let comment = row.comment.map(|text| sealer.open_text(Place(COMMENT, row.id), &text)).transpose()?;
    Ok(Feedback {
        id: row.id,
        practitioner: row.practitioner_id,
        target,
        clinician: row.clinician_id,
        ratings: sealer.open_json(Place(RATINGS, row.id), &row.ratings)?,
        comment: comment.map(Private::new).zip(row.comment_for),
        given_at: row.given_at,
    })
}
