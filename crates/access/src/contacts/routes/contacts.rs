//! HTTP handlers of contacts: log, list, read, replace, search.

use actix_web::{get, post, put};

use super::{lock_contact, view};
use crate::contacts::callers::ContactStaff;
use crate::contacts::dto::{
    ContactQuery, ContactSearchResults, ContactSummary, ContactView, LogContact, ReplaceContact, SearchContacts,
};
use crate::contacts::model::ContactOrigin;
use crate::contacts::queries;
use crate::contacts::queries::{Contact, ContactFilter, NewContact};
use crate::contacts::rules;
use crate::contacts::visibility;
use crate::contacts::visibility::check_may_know;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::db::load_full_page;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IfMatch, Json, Page, Paging, Path, Query};
use platform::ids::Id;
use platform::refusal::Reason;
use reference::workforce::boards;

/// How many contacts from one number or address are returned.
const SEARCH_LIMIT: i64 = 20;

/// Log a contact
///
/// Only the channel is required; the caller gives as much as they like.
#[utoipa::path(
    operation_id = "logContact", tag = "Contact line", request_body = LogContact,
    extensions(("x-roles" = json!(ContactStaff::ROLES))),
    responses((status = 201, description = "Logged.", body = ContactView))
)]
#[post("/v1/contacts")]
pub async fn log_contact(caller: ContactStaff, attempt: Attempt, form: Json<LogContact>, platform: Platform) -> Result<Answer> {
    let now = platform.clock.now();
    let mut details = form.caller.to_details();
    rules::normalise_place(&mut details, boards(), now.london_day())?;
    let new = NewContact { channel: form.channel, origin: ContactOrigin::Logged, details };
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let id = queries::insert(tx, &new, Some(caller.id), None)?;
            audit::record(tx, caller.actor(), "contact.logged", ("contact", Some(id)))?;
            Ok(view(tx, id)?.with_location(format!("/v1/contacts/{id}")))
        })
        .await
}

/// List contacts
///
/// Leaves out contacts that led to a registration of a practitioner who has blocked the reader.
#[utoipa::path(
    operation_id = "listContacts", tag = "Contact line", params(ContactQuery),
    extensions(("x-roles" = json!(ContactStaff::ROLES))),
    responses((status = 200, description = "The contacts, newest first.", body = Page<ContactSummary>))
)]
#[get("/v1/contacts")]
pub async fn list_contacts(
    caller: ContactStaff,
    query: Query<ContactQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Answer> {
    let ContactQuery { state, channel, needs_today } = query.0;
    platform
        .read(move |tx| {
            let (limit, filter) = (paging.rows(), ContactFilter { state, channel, needs_today });
            let read = |tx: &mut Tx, after| queries::list(tx, filter, after, limit);
            let rows = load_full_page(
                tx,
                limit,
                paging.after,
                |(id, _): &(Id, Result<Contact>)| *id,
                read,
                |tx, rows| {
                    let ids: Vec<Id> = rows.iter().map(|(id, _)| *id).collect();
                    let hidden = visibility::hidden_from(tx, &ids, caller.id)?;
                    rows.retain(|(id, _)| !hidden.contains(id));
                    Ok(())
                },
            )?;
            let page = paging.readable(rows)?;
            Answer::ok(&page.map(ContactSummary::from))
        })
        .await
}

/// Get a contact
///
/// The answer says neither whether the contact led to a registration nor anything about the person who registered.
#[utoipa::path(
    operation_id = "getContact", tag = "Contact line", extensions(("x-roles" = json!(ContactStaff::ROLES))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 200, description = "The contact.", body = ContactView))
)]
#[get("/v1/contacts/{id}")]
pub async fn get_contact(caller: ContactStaff, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .clone()
        .write(move |tx| {
            check_may_know(tx, id, caller.id)?;
            let answer = view(tx, id)?;
            audit::record(tx, caller.actor(), "contact.read", ("contact", Some(id)))?;
            Ok(answer)
        })
        .await
}

/// Replace the caller's details
///
/// Details that are left out are removed.
#[utoipa::path(
    operation_id = "replaceContact", tag = "Contact line", request_body = ReplaceContact,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-problems" = json!(["contact_closed", "contact_erased"]))),
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
) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    let mut details = form.caller.to_details();
    rules::normalise_place(&mut details, boards(), now.london_day())?;
    platform
        .clone()
        .write(move |tx| {
            check_may_know(tx, id, caller.id)?;
            let contact = lock_contact(tx, id)?;
            seen.check(contact.version)?;
            rules::check_open(contact.state, contact.erased_at.is_some())?;
            queries::set_details(tx, id, &details)?;
            audit::record(tx, caller.actor(), "contact.changed", ("contact", Some(id)))?;
            view(tx, id)
        })
        .await
}

/// Search for contacts by phone number or email address
///
/// For a caller who says that they have contacted the service before. Finds contacts only, never registered people.
#[utoipa::path(
    operation_id = "searchContacts", tag = "Contact line", request_body = SearchContacts,
    extensions(("x-roles" = json!(ContactStaff::ROLES))),
    responses((status = 200, description = "The latest contacts from this number or address.", body = ContactSearchResults))
)]
#[post("/v1/contact-searches")]
pub async fn search_contacts(caller: ContactStaff, form: Json<SearchContacts>, platform: Platform) -> Result<Answer> {
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
            found.sort_by_key(|contact| std::cmp::Reverse(contact.id));
            found.dedup_by_key(|contact| contact.id);
            let ids: Vec<Id> = found.iter().map(|contact| contact.id).collect();
            let hidden = visibility::hidden_from(tx, &ids, caller.id)?;
            found.retain(|contact| !hidden.contains(&contact.id));
            let ids: Vec<Id> = found.iter().map(|contact| contact.id).collect();
            audit::record(tx, caller.actor(), "contact.searched", ("contact", None))?;
            audit::record_each(tx, caller.actor(), "contact.found", "contact", &ids)?;
            Answer::ok(&ContactSearchResults { items: found.into_iter().map(ContactSummary::from).collect() })
        })
        .await
}
