//! Contacts: logged, found again, read and changed.

use actix_web::{get, post, put};

use super::{locked, view};
use crate::contacts::apart;
use crate::contacts::apart::check_may_know;
use crate::contacts::callers::ContactDesk;
use crate::contacts::dto::{
    ContactQuery, ContactSearchResults, ContactSummary, ContactView, LogContact, ReplaceContact, SearchContacts,
};
use crate::contacts::model::ContactOrigin;
use crate::contacts::queries;
use crate::contacts::queries::{Contact, NewContact, Wanted};
use crate::contacts::rules;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::db::filled;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IfMatch, Json, Page, Paging, Path, Query};
use platform::ids::Id;
use platform::refusal::Reason;
use reference::workforce::boards;

/// How many contacts from one number or address are shown.
const FOUND: i64 = 20;

/// Log a contact
///
/// With as little as the caller gives; nothing at all is enough.
#[utoipa::path(
    operation_id = "logContact", tag = "Contact line", request_body = LogContact,
    extensions(("x-roles" = json!(ContactDesk::ROLES))),
    responses((status = 201, description = "Logged.", body = ContactView))
)]
#[post("/v1/contacts")]
pub async fn log_contact(caller: ContactDesk, attempt: Attempt, form: Json<LogContact>, platform: Platform) -> Result<Answer> {
    let now = platform.clock.now();
    let mut told = form.caller.told();
    rules::settle(&mut told, boards(), now.london_day())?;
    let new = NewContact { channel: form.channel, origin: ContactOrigin::Logged, told };
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let id = queries::insert(tx, &new, Some(caller.id), None)?;
            audit::record(tx, caller.actor(), "contact.logged", ("contact", Some(id)))?;
            Ok(view(tx, id)?.at(format!("/v1/contacts/{id}")))
        })
        .await
}

/// List contacts
///
/// Leaves out contacts that became a practitioner who has blocked the reader.
#[utoipa::path(
    operation_id = "listContacts", tag = "Contact line", params(ContactQuery),
    extensions(("x-roles" = json!(ContactDesk::ROLES))),
    responses((status = 200, description = "The contacts, the newest first.", body = Page<ContactSummary>))
)]
#[get("/v1/contacts")]
pub async fn list_contacts(
    caller: ContactDesk,
    query: Query<ContactQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Answer> {
    let ContactQuery { state, channel, needs_today } = query.0;
    platform
        .read(move |tx| {
            let (most, wanted) = (paging.rows(), Wanted { state, channel, needs_today });
            let read = |tx: &mut Tx, after| queries::list(tx, wanted, after, most);
            let rows = filled(
                tx,
                most,
                paging.after,
                |(id, _): &(Id, Result<Contact>)| *id,
                read,
                |tx, rows| {
                    let ids: Vec<Id> = rows.iter().map(|(id, _)| *id).collect();
                    let kept = apart::kept_from(tx, &ids, caller.id)?;
                    rows.retain(|(id, _)| !kept.contains(id));
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
/// Whether a registration came of it is not told here, nor anything of the person who registered.
#[utoipa::path(
    operation_id = "getContact", tag = "Contact line", extensions(("x-roles" = json!(ContactDesk::ROLES))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 200, description = "The contact.", body = ContactView))
)]
#[get("/v1/contacts/{id}")]
pub async fn get_contact(caller: ContactDesk, id: Path<Id>, platform: Platform) -> Result<Answer> {
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
/// It replaces what was known.
#[utoipa::path(
    operation_id = "replaceContact", tag = "Contact line", request_body = ReplaceContact,
    extensions(("x-roles" = json!(ContactDesk::ROLES)), ("x-problems" = json!(["contact_closed", "contact_erased"]))),
    params(("id" = Id, Path, description = "The contact."), IfMatch),
    responses((status = 200, description = "The contact as it is now.", body = ContactView))
)]
#[put("/v1/contacts/{id}")]
pub async fn replace_contact(
    caller: ContactDesk,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceContact>,
    platform: Platform,
) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    let mut told = form.caller.told();
    rules::settle(&mut told, boards(), now.london_day())?;
    platform
        .clone()
        .write(move |tx| {
            check_may_know(tx, id, caller.id)?;
            let contact = locked(tx, id)?;
            seen.check(contact.version)?;
            rules::check_open(contact.state, contact.forgotten_at.is_some())?;
            queries::set_told(tx, id, &told)?;
            audit::record(tx, caller.actor(), "contact.changed", ("contact", Some(id)))?;
            view(tx, id)
        })
        .await
}

/// Search for contacts by phone number or email address
///
/// For a caller who says that they have turned to us before. It finds contacts only, never who has registered.
#[utoipa::path(
    operation_id = "searchContacts", tag = "Contact line", request_body = SearchContacts,
    extensions(("x-roles" = json!(ContactDesk::ROLES))),
    responses((status = 200, description = "The newest contacts from there.", body = ContactSearchResults))
)]
#[post("/v1/contact-searches")]
pub async fn find_contacts(caller: ContactDesk, form: Json<SearchContacts>, platform: Platform) -> Result<Answer> {
    if form.phone.is_none() && form.email.is_none() {
        return Err(Error::field(Reason::InvalidBody, "/phone", "required", "Give a number or an address."));
    }
    platform
        .write(move |tx| {
            let mut found = match &form.phone {
                Some(phone) => queries::by_phone(tx, phone.reveal(), FOUND)?,
                None => Vec::new(),
            };
            if let Some(email) = &form.email {
                found.extend(queries::by_email(tx, email.reveal(), FOUND)?);
            }
            found.sort_by_key(|contact| std::cmp::Reverse(contact.id));
            found.dedup_by_key(|contact| contact.id);
            let ids: Vec<Id> = found.iter().map(|contact| contact.id).collect();
            let kept = apart::kept_from(tx, &ids, caller.id)?;
            found.retain(|contact| !kept.contains(&contact.id));
            let ids: Vec<Id> = found.iter().map(|contact| contact.id).collect();
            audit::record(tx, caller.actor(), "contact.looked_for", ("contact", None))?;
            audit::record_each(tx, caller.actor(), "contact.found", "contact", &ids)?;
            Answer::ok(&ContactSearchResults { items: found.into_iter().map(ContactSummary::from).collect() })
        })
        .await
}
