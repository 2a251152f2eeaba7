//! Front desk of the contact line.

pub(super) mod hours;
pub(super) mod inviting;
pub(super) mod logging;
pub(super) mod requests;
pub(super) mod tasks;
pub(super) mod triage;

use chrono::NaiveDate;

use super::dto::{ContactRoute, ContactRoutes, ContactView};
use super::model::{Told, TriageNeed};
use super::queries::{self, Contact, hours as hour_records, tasks as task_records, triages};
use super::rules;
use platform::Platform;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::Answer;
use platform::ids::{Id, UtcTime};
use reference::signposts as signposting;
use reference::signposts::model::Seeker;
use reference::signposts::rules::seeker_at;
use reference::workforce::{bank_holidays, boards};

/// How many triages and tasks are shown with a contact.
const SHOWN: i64 = 50;

/// A contact that is to be changed, its row locked.
fn locked(conn: &mut Conn, platform: &Platform, id: Id) -> Result<Contact> {
    queries::locked(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)
}

/// Who answers at `now`, and the urgent routes, which automated words out of hours must name (domain facts, 6.5).
fn open_routes(conn: &mut Conn, seeker: &Seeker, now: UtcTime) -> Result<ContactRoutes> {
    let today = now.london_day();
    let routes = rules::routes(&hour_records::from(conn, today)?, bank_holidays()?, now.get());
    let urgent = signposting::crisis_help(conn, seeker, today)?;
    Ok(ContactRoutes { routes: routes.into_iter().map(ContactRoute::from).collect(), urgent })
}

/// What is known of a caller that help elsewhere depends on.
fn seeker(told: &Told, on: NaiveDate) -> Result<Seeker> {
    let place = seeker_at(boards()?, told.region, told.icb_code.as_deref(), on);
    Ok(Seeker { profession: told.profession, setting: told.setting, nation: told.nation.or(place.nation), ..place })
}

/// A contact with what belongs to it.
fn view(conn: &mut Conn, platform: &Platform, id: Id, now: UtcTime) -> Result<Answer> {
    let contact = queries::find(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)?;
    let triages = triages::of(conn, id, SHOWN)?;
    let tasks = task_records::of(conn, &platform.sealer, id, SHOWN)?;
    let danger = triages.iter().any(|triaged| triaged.needs.contains(&TriageNeed::ImmediateDanger));
    let seeker = seeker(&contact.told, now.london_day())?;
    let emergency = if danger { signposting::crisis_help(conn, &seeker, now.london_day())? } else { Vec::new() };
    let routes = open_routes(conn, &seeker, now)?;
    let version = contact.version;
    Ok(Answer::ok(&ContactView::new(contact, triages, tasks, emergency, routes, now))?.version(version))
}
