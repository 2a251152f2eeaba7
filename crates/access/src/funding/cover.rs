//! What booking asks of funding: whether somebody's care is paid for, one more session on the approval, and one given back.
//! Whoever calls has locked the practitioner's row; the approval's row is locked here.

use super::catalogue::figures;
use super::model::FundedSession;
use super::queries::uses::{self, Use};
use super::{queries, rules};
use crate::schema::funding_requests;
use people::practitioners::model::EligibilityDecision;
use people::practitioners::queries as practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Whether one more session could be booked today: always for whoever is covered anyway, else as far as an approval goes.
/// For everything that leads to a booking without being one, such as a hold or a place on a waiting list.
///
/// # Errors
/// `funding_required`, `funding_expired` or `funding_exhausted`.
pub fn check(tx: &mut Tx, practitioner: Id, session: FundedSession) -> Result<()> {
    chosen(tx, practitioner, session).map(|_| ())
}

/// Books one more session for this appointment, on the approval that ends first.
///
/// # Errors
/// As [`check`].
pub fn claim(tx: &mut Tx, practitioner: Id, appointment: Id, session: FundedSession, starts_at: UtcTime) -> Result<()> {
    let Some((request_id, pence)) = chosen(tx, practitioner, session)? else { return Ok(()) };
    // Nobody else books on it until this transaction ends; what was read before the lock is judged again.
    platform::lock_row!(tx.conn, funding_requests, request_id)?;
    let today = tx.now.london_day();
    let present = queries::approvals(tx, practitioner)?.into_iter().find(|(id, _)| *id == request_id);
    let present = present.map(|(_, approval)| approval).into_iter().collect::<Vec<_>>();
    rules::best(&present, pence, today)?;
    let new = Use {
        id: Id::new(tx.now),
        request_id,
        appointment_id: appointment,
        session,
        pence,
        starts_at,
        booked_at: tx.now,
        called_off_at: None,
        given_back_at: None,
        kept_at: None,
    };
    uses::insert(tx, &new)
}

/// The approval that pays for one more session, and the price; `None` for whoever needs no approval.
fn chosen(tx: &mut Tx, practitioner: Id, session: FundedSession) -> Result<Option<(Id, i32)>> {
    if practitioners::decision(tx, practitioner)? != Some(EligibilityDecision::NeedsFunding) {
        return Ok(None);
    }
    let today = tx.now.london_day();
    let price = figures().price(session, today)?;
    let (ids, approvals): (Vec<Id>, Vec<_>) = queries::approvals(tx, practitioner)?.into_iter().unzip();
    let place = rules::best(&approvals, price, today)?;
    Ok(ids.get(place).map(|id| (*id, price)))
}

/// The appointment moved; that uses nothing more.
pub fn moved(tx: &mut Tx, appointment: Id, starts_at: UtcTime) -> Result<()> {
    match uses::of_appointment(tx, appointment)? {
        Some(used) => uses::set_start(tx, used.id, starts_at),
        None => Ok(()),
    }
}

/// The appointment was called off, by the practitioner or by the service. In time, or by the service, that gives the session
/// back.
pub fn called_off(tx: &mut Tx, appointment: Id, by_the_practitioner: bool) -> Result<()> {
    let Some(used) = uses::of_appointment(tx, appointment)? else { return Ok(()) };
    platform::lock_row!(tx.conn, funding_requests, used.request_id)?;
    let limits = figures().limits(tx.now.london_day())?;
    let back = rules::gives_back(by_the_practitioner, used.starts_at.get(), tx.now.get(), limits);
    uses::call_off(tx, &used, back)
}
