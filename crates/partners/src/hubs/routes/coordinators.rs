//! HTTP handlers for the coordinators of hubs.

use actix_web::{delete, get, put};

use crate::hubs::dto::{HubCoordinator, HubCoordinators, MyHub, MyHubs, ReplaceHubCoordinator};
use crate::hubs::queries;
use crate::hubs::queries::coordinators;
use people::accounts::queries as accounts;
use people::accounts::queries::lock_account;
use people::{Administrator, HubCoordinator as HubCoordinatorCaller, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Json, Path};
use platform::ids::Id;
use platform::private::Private;
use reference::workforce::rules::check_ods_code;

/// List the coordinators of a hub
#[utoipa::path(
    operation_id = "listHubCoordinators", tag = "Hubs", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The hub.")),
    responses((status = 200, description = "The coordinators.", body = HubCoordinators))
)]
#[get("/v1/hubs/{id}/coordinators")]
pub async fn list_hub_coordinators(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .read(move |tx| {
            queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            coordinators_answer(tx, id)
        })
        .await
}

/// Assign a coordinator to a hub
///
/// The account must have the role `hub_coordinator`, and can coordinate several hubs. It sees the referrals of its hubs and
/// nothing else.
#[utoipa::path(
    operation_id = "replaceHubCoordinator", tag = "Hubs", request_body = ReplaceHubCoordinator,
    extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The hub."), ("account_id" = Id, Path, description = "The coordinator's account.")),
    responses((status = 200, description = "The coordinators of the hub now.", body = HubCoordinators))
)]
#[put("/v1/hubs/{id}/coordinators/{account_id}")]
pub async fn replace_hub_coordinator(
    caller: Administrator,
    ids: Path<(Id, Id)>,
    form: Json<ReplaceHubCoordinator>,
    platform: Platform,
) -> Result<Answer> {
    let (hub, account) = ids.0;
    let employer = form.employer_ods.as_ref().map(|code| check_ods_code(code.reveal())).transpose()?;
    platform
        .write(move |tx| {
            queries::locked(tx, hub)?.ok_or_else(Error::not_found)?;
            match accounts::find(tx, account)? {
                Some(open) if open.account.role == Role::HubCoordinator => {}
                _ => return Err(Error::not_found()),
            }
            lock_account(tx, account)?;
            coordinators::assign(tx, hub, account, employer.as_deref(), caller.id)?;
            audit::record(tx, caller.actor(), "hub.coordinator_assigned", ("account", Some(account)))?;
            coordinators_answer(tx, hub)
        })
        .await
}

/// Remove a coordinator from a hub
///
/// A coordinator without a hub sees no referral.
#[utoipa::path(
    operation_id = "deleteHubCoordinator", tag = "Hubs", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The hub."), ("account_id" = Id, Path, description = "The coordinator's account.")),
    responses((status = 204, description = "The account does not coordinate this hub any more."))
)]
#[delete("/v1/hubs/{id}/coordinators/{account_id}")]
pub async fn delete_hub_coordinator(caller: Administrator, ids: Path<(Id, Id)>, platform: Platform) -> Result<Answer> {
    let (hub, account) = ids.0;
    platform
        .write(move |tx| {
            lock_account(tx, account)?;
            if !coordinators::unassign(tx, hub, account, caller.id)? {
                return Err(Error::not_found());
            }
            audit::record(tx, caller.actor(), "hub.coordinator_unassigned", ("account", Some(account)))?;
            Ok(Answer::no_content())
        })
        .await
}

/// List my hubs
///
/// The hubs that an administrator has assigned to the caller.
#[utoipa::path(
    operation_id = "listMyHubs", tag = "Hubs", extensions(("x-roles" = json!(["hub_coordinator"]))),
    responses((status = 200, description = "The hubs, by name.", body = MyHubs))
)]
#[get("/v1/me/hubs")]
pub async fn list_my_hubs(caller: HubCoordinatorCaller, platform: Platform) -> Result<Answer> {
    platform
        .read(move |tx| {
            let hubs = coordinators::named_hubs_of(tx, caller.id)?.into_iter().map(|(id, name)| MyHub { id, name });
            Answer::ok(&MyHubs { hubs: hubs.collect() })
        })
        .await
}

fn coordinators_answer(tx: &mut Tx, hub: Id) -> Result<Answer> {
    let assigned = coordinators::of(tx, hub)?;
    let ids: Vec<Id> = assigned.iter().map(|(account, _)| *account).collect();
    let mut names = accounts::names(tx, &ids)?;
    let coordinators = assigned.into_iter().map(|(account_id, assigned_at)| {
        let name = names.remove(&account_id).map(Private::into_revealed).unwrap_or_default();
        HubCoordinator { account_id, name, assigned_at }
    });
    Answer::ok(&HubCoordinators { coordinators: coordinators.collect() })
}
