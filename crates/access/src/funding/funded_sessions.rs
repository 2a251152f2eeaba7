//! Funded sessions, as booking uses them: whether care is paid for, reserving a session on an approval, releasing it again.
//! The caller has locked the row of the practitioner; the row of the approval is locked here.

use super::model::AppointmentKind;
use super::queries::sessions::{self, FundedSessionRecord};
use super::{in_force, queries, rules};
use crate::schema::funding_requests;
use people::practitioners::model::EligibilityDecision;
use people::practitioners::queries as practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Whether one more session could be booked today: always when no approval is needed, otherwise within the limits of an approval.
/// For everything that leads to a booking without being one, such as a hold or a place on a waiting list.
///
/// # Errors
/// 422, saying whether funding is required, expired or exhausted.
pub fn check_funded(tx: &mut Tx, practitioner: Id, session: AppointmentKind) -> Result<()> {
    approval_for(tx, practitioner, session).map(|_| ())
}

/// Reserves one more session for this appointment, on the approval that ends first.
///
/// # Errors
/// As [`check_funded`].
pub fn reserve(tx: &mut Tx, practitioner: Id, appointment: Id, session: AppointmentKind, starts_at: UtcTime) -> Result<()> {
    let Some((request_id, pence)) = approval_for(tx, practitioner, session)? else { return Ok(()) };
    // No one else reserves on it until this transaction ends; what was read before the lock is checked again.
    platform::lock_row!(tx.conn, funding_requests, request_id)?;
    let today = tx.now.london_day();
    let current = queries::approvals(tx, practitioner)?.into_iter().find(|(id, _)| *id == request_id);
    let current = current.map(|(_, approval)| approval).into_iter().collect::<Vec<_>>();
    rules::choose_approval(&current, pence, today)?;
    let new = FundedSessionRecord {
        id: Id::new(tx.now),
        request_id,
        appointment_id: appointment,
        session,
        pence,
        starts_at,
        booked_at: tx.now,
        cancelled_at: None,
        released_at: None,
        confirmed_at: None,
    };
    sessions::insert(tx, &new)
}

/// The approval that pays for one more session, and the price; `None` when no approval is needed.
fn approval_for(tx: &mut Tx, practitioner: Id, session: AppointmentKind) -> Result<Option<(Id, i32)>> {
    if practitioners::decision(tx, practitioner)? != Some(EligibilityDecision::NeedsFunding) {
        return Ok(None);
    }
    let today = tx.now.london_day();
    let price = in_force::price(tx, session)?;
    let (ids, approvals): (Vec<Id>, Vec<_>) = queries::approvals(tx, practitioner)?.into_iter().unzip();
    let index = rules::choose_approval(&approvals, price, today)?;
    Ok(ids.get(index).map(|id| (*id, price)))
}

/// The appointment was moved; that uses no further session.
pub fn move_session(tx: &mut Tx, appointment: Id, starts_at: UtcTime) -> Result<()> {
    match sessions::for_appointment(tx, appointment)? {
        Some(used) => sessions::move_to(tx, used.id, starts_at),
        None => Ok(()),
    }
}

/// The appointment was cancelled, by the practitioner or by the service. A cancellation in time, or by the service, releases the
/// session.
pub fn release(tx: &mut Tx, appointment: Id, by_the_practitioner: bool) -> Result<()> {
    let Some(used) = sessions::for_appointment(tx, appointment)? else { return Ok(()) };
    platform::lock_row!(tx.conn, funding_requests, used.request_id)?;
    let limits = in_force::limits(tx)?;
    let release = rules::releases_session(by_the_practitioner, used.starts_at.get(), tx.now.get(), &limits);
    sessions::cancel(tx, &used, release)
}
