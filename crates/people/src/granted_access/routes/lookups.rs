//! HTTP handlers of looking up a practitioner who has called.

use actix_web::web::Data;
use actix_web::{get, post};

use super::{Named, permitted};
use crate::granted_access::dto::{LookUpPractitioner, PractitionerLookup, PractitionerLookupQuery, PractitionerLookupRecord};
use crate::granted_access::model::PhoneLookup;
use crate::granted_access::queries;
use crate::granted_access::{notifications, rules};
use crate::relationships::{Basis, Protected, Purpose, conflicts};
use crate::{Coordinator, PrivacyOfficer};
use platform::Platform;
use platform::audit::{self, About};
use platform::error::Result;
use platform::http::{Attempt, Json, Page, Paging, Query, Response};
use platform::private::trimmed_non_empty;
use platform::throttle::Throttle;

/// Look up a practitioner who has called
///
/// When a practitioner calls and gives their reference. For an hour you may know of them, and arrange what they ask for. The practitioner
/// gets a neutral message that a call was recorded, and sees it in the list of those who looked at their data. Who looks up the same
/// practitioner again within 24 hours gives a reason.
#[utoipa::path(
    operation_id = "lookUpPractitioner", tag = "Access", request_body = LookUpPractitioner,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("practitioner.looked_up")), ("x-problems" = json!(["not_found", "invalid_body"]))),
    responses((status = 201, description = "You may know of them.", body = PractitionerLookup))
)]
#[post("/v1/practitioner-lookups")]
pub async fn look_up_practitioner(
    caller: Coordinator,
    attempt: Attempt,
    form: Json<LookUpPractitioner>,
    platform: Platform,
    throttle: Data<Throttle>,
) -> Result<Response> {
    throttle.look_up(caller.id)?;
    let named = Named::new(None, Some(&form.reference))?;
    let reason = trimmed_non_empty(form.note.as_ref());
    platform
        .write_once(attempt, move |tx| {
            let practitioner = permitted(tx, &caller, &named)?;
            let is_repeated = queries::is_looked_up_again(tx, caller.id, practitioner)?;
            rules::check_look_up(is_repeated, reason.as_deref())?;
            let (id, expires_at) = queries::phone_call(tx, caller.id, practitioner, reason.as_deref())?;
            let basis = Basis::PhoneCall;
            let about = About { practitioner, basis: basis.as_str() };
            audit::record_about(tx, caller.actor(), "practitioner.looked_up", ("phone_call", Some(id)), about)?;
            notifications::notify_call_recorded(tx, id, practitioner)?;
            let lookup = PractitionerLookup { practitioner_id: practitioner, basis, expires_at };
            Response::created(format!("/v1/practitioners/{practitioner}"), &lookup)
        })
        .await
}

/// List look-ups of practitioners who called
///
/// Who looked up which practitioner, and why again. Look-ups of practitioners who must not meet you are left out.
#[utoipa::path(
    operation_id = "listPractitionerLookups", tag = "Access", params(PractitionerLookupQuery),
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("practitioner_lookup.listed"))),
    responses((status = 200, description = "The look-ups, the newest first.", body = Page<PractitionerLookupRecord>))
)]
#[get("/v1/practitioner-lookups")]
pub async fn list_practitioner_lookups(
    caller: PrivacyOfficer,
    query: Query<PractitionerLookupQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let staff = query.0.account_id;
    platform
        .write(move |tx| {
            let hidden = conflicts::everyone_excluded_from(tx, caller.id)?;
            let rows = queries::list_lookups(tx, staff, &hidden, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let reviewed = |lookup: PhoneLookup| Protected::new(lookup.practitioner, lookup).while_open(|_| true, Basis::Review);
            let rows = page.items.into_iter().map(reviewed).collect();
            let listed = ("practitioner_lookup.listed", "phone_call");
            let items = Protected::show_each(tx, &caller, rows, Purpose::Know, listed, |lookup: &PhoneLookup| lookup.id)?;
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            Response::ok(&page.map(PractitionerLookupRecord::from))
        })
        .await
}
