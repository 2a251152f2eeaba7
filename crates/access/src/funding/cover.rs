//! What booking asks of funding: whether somebody's care is paid for, one more session on the approval, and one given back.
//! Whoever calls has locked the practitioner's row; the approval's row is locked here.

use diesel::prelude::*;

use super::catalogue::figures;
use super::model::FundedSession;
use super::queries::uses::{self, Use};
use super::{queries, rules};
use crate::schema::funding_requests;
use people::practitioners::model::Decision;
use people::schema::practitioners;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Whether one more session could be booked today: always for whoever is covered anyway, else as far as an approval goes.
/// For everything that leads to a booking without being one, such as a hold or a place on a waiting list.
///
/// # Errors
/// `funding_required`, `funding_expired` or `funding_exhausted`.
pub fn check(conn: &mut Conn, practitioner: Id, session: FundedSession, now: UtcTime) -> Result<()> {
    chosen(conn, practitioner, session, now).map(|_| ())
}

/// Books one more session for this appointment, on the approval that ends first.
///
/// # Errors
/// As [`check`].
pub fn claim(
    conn: &mut Conn,
    practitioner: Id,
    appointment: Id,
    session: FundedSession,
    starts_at: UtcTime,
    now: UtcTime,
) -> Result<()> {
    let Some((request_id, pence)) = chosen(conn, practitioner, session, now)? else { return Ok(()) };
    // Nobody else books on it until this transaction ends; what was read before the lock is judged again.
    platform::lock_row!(conn, funding_requests, request_id)?;
    let today = now.london_day();
    let present = queries::approvals(conn, practitioner)?.into_iter().find(|(id, _)| *id == request_id);
    let present = present.map(|(_, approval)| approval).into_iter().collect::<Vec<_>>();
    rules::best(&present, pence, today)?;
    let new = Use {
        id: Id::new(now),
        request_id,
        appointment_id: appointment,
        session,
        pence,
        starts_at,
        booked_at: now,
        called_off_at: None,
        given_back_at: None,
        kept_at: None,
    };
    uses::insert(conn, &new)
}

/// The approval that pays for one more session, and the price; `None` for whoever needs no approval.
fn chosen(conn: &mut Conn, practitioner: Id, session: FundedSession, now: UtcTime) -> Result<Option<(Id, i32)>> {
    let decision: Option<Decision> =
        practitioners::table.find(practitioner).select(practitioners::decision).get_result(conn).optional()?;
    if decision != Some(Decision::NeedsFunding) {
        return Ok(None);
    }
    let today = now.london_day();
    let price = figures()?.price(session, today)?;
    let (ids, approvals): (Vec<Id>, Vec<_>) = queries::approvals(conn, practitioner)?.into_iter().unzip();
    let place = rules::best(&approvals, price, today)?;
    Ok(ids.get(place).map(|id| (*id, price)))
}

/// The appointment moved; that uses nothing more.
pub fn moved(conn: &mut Conn, appointment: Id, starts_at: UtcTime) -> Result<()> {
    match uses::of_appointment(conn, appointment)? {
        Some(used) => uses::set_start(conn, used.id, starts_at),
        None => Ok(()),
    }
}

/// The appointment was called off, by the practitioner or by the service. In time, or by the service, that gives the session
/// back.
pub fn called_off(conn: &mut Conn, appointment: Id, by_the_practitioner: bool, now: UtcTime) -> Result<()> {
    let Some(used) = uses::of_appointment(conn, appointment)? else { return Ok(()) };
    platform::lock_row!(conn, funding_requests, used.request_id)?;
    let limits = figures()?.limits(now.london_day())?;
    let back = rules::gives_back(by_the_practitioner, used.starts_at.get(), now.get(), limits);
    uses::call_off(conn, &used, back, now)
}
