//! HTTP handlers of the contact line.

pub(super) mod contacts;
pub(super) mod crises;
pub(super) mod hours;
pub(super) mod invitations;
pub(super) mod requests;
pub(super) mod tasks;
pub(super) mod triage;

use chrono::NaiveDate;

use super::dto::{ContactRoute, ContactRoutes, ContactView};
use super::model::{ContactDetails, SafetyAnswer, TriageNeed};
use super::queries::{self, Contact, hours as hour_records, tasks as task_records, triages};
use super::visibility::ContactPermit;
use super::{in_force, rules};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Response;
use reference::signposts;
use reference::signposts::model::Seeker;
use reference::signposts::rules::seeker_in_area;
use reference::workforce::{bank_holidays_or_shipped, boards_or_shipped};

/// How many triages and tasks are returned with a contact.
const HISTORY_LIMIT: i64 = 50;

/// A contact to be changed, its row locked.
fn lock_contact(tx: &mut Tx, contact: &ContactPermit) -> Result<Contact> {
    queries::locked(tx, contact)?.ok_or_else(Error::not_found)
}

/// Which channels are answered at `now`, and the urgent routes, which automatic replies outside hours must name
/// (`docs/clinical-rules.md#crisis-help`).
fn current_routes(tx: &mut Tx, seeker: &Seeker) -> Result<ContactRoutes> {
    let today = tx.now.london_day();
    let hours = hour_records::in_force_from(tx, today)?;
    let routes = rules::channel_statuses(&hours, &bank_holidays_or_shipped(tx)?, tx.now.get());
    let crisis_help = signposts::crisis_help(tx, seeker, today)?;
    let triage = in_force::triage(tx)?;
    Ok(ContactRoutes {
        routes: routes.into_iter().map(ContactRoute::from).collect(),
        crisis_help,
        safety_question: triage.safety_question().to_owned(),
        confidentiality: triage.confidentiality().to_owned(),
    })
}

/// The facts about a caller on which help elsewhere depends.
fn seeker(tx: &mut Tx, details: &ContactDetails, on: NaiveDate) -> Result<Seeker> {
    let place = seeker_in_area(&boards_or_shipped(tx, on)?, details.region, details.icb_code.as_deref(), on);
    Ok(Seeker { profession: details.profession, setting: details.setting, nation: details.nation.or(place.nation), ..place })
}

/// A contact with its triages, tasks and help.
fn view(tx: &mut Tx, permit: &ContactPermit) -> Result<Response> {
    let contact = queries::find(tx, permit)?.ok_or_else(Error::not_found)?;
    let triages = triages::for_contact(tx, permit, HISTORY_LIMIT)?;
    let tasks = task_records::for_contact(tx, permit, HISTORY_LIMIT)?;
    let danger = triages.iter().any(|triaged| triaged.needs.contains(&TriageNeed::ImmediateDanger))
        || contact.details.safety_answer == Some(SafetyAnswer::Yes);
    let today = tx.now.london_day();
    let seeker = seeker(tx, &contact.details, today)?;
    let crisis_help = if danger { signposts::crisis_help(tx, &seeker, tx.now.london_day())? } else { Vec::new() };
    let routes = current_routes(tx, &seeker)?;
    let version = contact.version;
    Ok(Response::ok(&ContactView::new(contact, triages, tasks, crisis_help, routes, tx.now))?.with_version(version))
}
