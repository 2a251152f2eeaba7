//! The search by which practitioners find a member of staff to block.

use actix_web::HttpRequest;
use actix_web::post;
use actix_web::web::Data;

use super::dto::{FoundStaff, SearchStaff, StaffSearchResults};
use super::employers::staff_roles;
use crate::Practitioner;
use crate::accounts::queries;
use crate::relationships::conflicts;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Json, Response};
use platform::names;
use platform::refusal::Reason;
use platform::throttle::Throttle;

/// How many characters of a family name are needed.
const LEAST_CHARACTERS: usize = 3;

/// How many members of staff one answer has.
const MOST_FOUND: usize = 20;

/// Search for a member of staff
///
/// By the beginning of the family name, at least three characters. For practitioners who want to block a colleague who works for the
/// service: `account_id` identifies the colleague whatever their role. Staff who are kept apart from you already are left out.
#[utoipa::path(
    operation_id = "searchStaff", tag = "Account", request_body = SearchStaff,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("staff.searched")), ("x-problems" = json!(["invalid_body"]))),
    responses((status = 200, description = "Up to 20 members of staff, by name.", body = StaffSearchResults))
)]
#[post("/v1/staff-searches")]
pub async fn search_staff(
    caller: Practitioner,
    form: Json<SearchStaff>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    throttle.name_search(&request, &caller.id.to_string())?;
    let typed = form.name.reveal().clone();
    if typed.chars().filter(|character| character.is_alphanumeric()).count() < LEAST_CHARACTERS {
        let detail = "Enter at least three characters of the family name.";
        return Err(Error::field(Reason::InvalidBody, "/name", "too_short", detail));
    }
    platform
        .write(move |tx| {
            let excluded = conflicts::staff_excluded_for(tx, caller.id)?;
            let mut found: Vec<FoundStaff> = queries::active_staff(tx, &staff_roles())?
                .into_iter()
                .filter(|(id, _, name)| !excluded.contains(id) && names::has_family_name(name.reveal(), &typed))
                .map(|(account_id, role, name)| FoundStaff { account_id, role, name: name.into_revealed() })
                .collect();
            found.sort_by(|one, other| (&one.name, one.account_id).cmp(&(&other.name, other.account_id)));
            found.truncate(MOST_FOUND);
            audit::record(tx, caller.actor(), "staff.searched", ("practitioner", Some(caller.id)))?;
            Response::ok(&StaffSearchResults { items: found })
        })
        .await
}
