//! HTTP handlers of contacts: log, list, read, replace, search.

use std::collections::BTreeMap;

use actix_web::{get, post, put};

use super::{lock_contact, view};
use crate::contacts::callers::ContactStaff;
use crate::contacts::dto::{
    ContactQuery, ContactSearchResults, ContactSummary, ContactView, LogContact, ReplaceContact, SearchContacts,
};
use crate::contacts::model::{ContactDetails, ContactOrigin};
use crate::contacts::queries;
use crate::contacts::queries::{Contact, ContactFilter, NewContact};
use crate::contacts::visibility::{ContactPermit, OfContact, permit_contact};
use crate::contacts::{own_alerts, rules};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::db::load_full_page;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use reference::workforce::boards_or_shipped;

/// How many contacts from one number or address are returned.
const SEARCH_LIMIT: i64 = 20;

/// Log a contact
///
/// Only the channel is required; the caller gives as much as they like.
#[utoipa::path(
    operation_id = "logContact", tag = "Contact line", request_body = LogContact,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact.logged"))),
    responses((status = 201, description = "Logged.", body = ContactView))
)]
#[post("/v1/contacts")]
pub async fn log_contact(caller: ContactStaff, attempt: Attempt, form: Json<LogContact>, platform: Platform) -> Result<Response> {
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let mut details = form.caller.to_details();
            let today = tx.now.london_day();
            rules::normalise_place(&mut details, &boards_or_shipped(tx, today)?, today)?;
            let new = NewContact { channel: form.channel, origin: ContactOrigin::Logged, details };
            let id = queries::insert(tx, &new, Some(caller.id), None)?;
            let permit = permit_contact(tx, &caller, id)?;
            permit.record(tx, "contact.logged", ("contact", Some(id)))?;
            Ok(view(tx, &permit)?.with_location(format!("/v1/contacts/{id}")))
        })
        .await
}

/// List contacts
///
/// Leaves out contacts of practitioners who have blocked the reader, and contacts that were closed more than 30 days ago.
#[utoipa::path(
    operation_id = "listContacts", tag = "Contact line", params(ContactQuery),
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact.listed"))),
    responses((status = 200, description = "The contacts, newest first.", body = Page<ContactSummary>))
)]
#[get("/v1/contacts")]
pub async fn list_contacts(
    caller: ContactStaff,
    query: Query<ContactQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let ContactQuery { state, channel, needs_today } = query.0;
    platform
        .write(move |tx| {
            let (limit, filter) = (paging.rows(), ContactFilter { state, channel, needs_today });
            let read = |tx: &mut Tx, after| queries::list(tx, filter, after, limit);
            let rows = load_full_page(
                tx,
                limit,
                paging.after,
                |(id, _): &(Id, OfContact<Result<Contact>>)| *id,
                read,
                |tx, rows| OfContact::retain_known(tx, &caller, rows),
            )?;
            let rows = OfContact::permit_each(tx, &caller, rows)?;
            let permit: BTreeMap<Id, ContactPermit> = rows.iter().map(|(id, permit, _)| (*id, *permit)).collect();
            let page = paging.readable(rows.into_iter().map(|(id, _, contact)| (id, contact)).collect())?;
            let shown: Vec<_> = page.items.iter().filter_map(|contact| Some((contact.id, *permit.get(&contact.id)?))).collect();
            ContactPermit::record_listed(tx, "contact.listed", "contact", &shown)?;
            Response::ok(&page.map(ContactSummary::from))
        })
        .await
}

/// Get a contact
///
/// The answer says neither whether the contact led to a registration nor anything about the person who registered.
#[utoipa::path(
    operation_id = "getContact", tag = "Contact line",
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact.read"))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 200, description = "The contact.", body = ContactView))
)]
#[get("/v1/contacts/{id}")]
pub async fn get_contact(caller: ContactStaff, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write(move |tx| {
            let permit = permit_contact(tx, &caller, id)?;
            let response = view(tx, &permit)?;
            permit.record(tx, "contact.read", ("contact", Some(id)))?;
            Ok(response)
        })
        .await
}

/// Replace the caller's details
///
/// Details that are left out are removed. The answer to the safety question stays.
#[utoipa::path(
    operation_id = "replaceContact", tag = "Contact line", request_body = ReplaceContact,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact.changed")),
        ("x-problems" = json!(["contact_closed"]))),
    params(("id" = Id, Path, description = "The contact."), IfMatch),
    responses((status = 200, description = "The contact as it is now.", body = ContactView))
)]
#[put("/v1/contacts/{id}")]
pub async fn replace_contact(
    caller: ContactStaff,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceContact>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write(move |tx| {
            let mut details = form.caller.to_details();
            let today = tx.now.london_day();
            rules::normalise_place(&mut details, &boards_or_shipped(tx, today)?, today)?;
            let permit = permit_contact(tx, &caller, id)?;
            let contact = lock_contact(tx, &permit)?;
            seen.check(contact.version)?;
            rules::check_open(contact.state, contact.erased_at.is_some())?;
            let details = ContactDetails { safety_answer: contact.details.safety_answer, ..details.clone() };
            queries::set_details(tx, id, &details, caller.id)?;
            own_alerts::flag_late_address(tx, &caller, &contact)?;
            permit.record(tx, "contact.changed", ("contact", Some(id)))?;
            view(tx, &permit)
        })
        .await
}

/// Search for contacts by phone number or email address
///
/// For a caller who says that they have contacted the service before. Finds contacts only, never registered people.
#[utoipa::path(
    operation_id = "searchContacts", tag = "Contact line", request_body = SearchContacts,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!(["contact.searched", "contact.found"]))),
    responses((status = 200, description = "The latest contacts from this number or address.", body = ContactSearchResults))
)]
#[post("/v1/contact-searches")]
pub async fn search_contacts(caller: ContactStaff, form: Json<SearchContacts>, platform: Platform) -> Result<Response> {
    if form.phone.is_none() && form.email.is_none() {
        return Err(Error::field(Reason::InvalidBody, "/phone", "required", "Enter a telephone number or an email address."));
    }
    platform
        .write(move |tx| {
            let mut found = match &form.phone {
                Some(phone) => queries::by_phone(tx, phone.reveal(), SEARCH_LIMIT)?,
                None => Vec::new(),
            };
            if let Some(email) = &form.email {
                found.extend(queries::by_email(tx, email.reveal(), SEARCH_LIMIT)?);
            }
            found.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
            found.dedup_by_key(|(id, _)| *id);
            let found = OfContact::permit_each(tx, &caller, found)?;
            audit::record(tx, caller.actor(), "contact.searched", ("contact", None))?;
            for (id, permit, _) in &found {
                permit.record(tx, "contact.found", ("contact", Some(*id)))?;
            }
            let items = found.into_iter().map(|(_, _, contact)| ContactSummary::from(contact)).collect();
            Response::ok(&ContactSearchResults { items })
        })
        .await
}
