//! HTTP handlers for the coordinators of hubs.

use actix_web::{get, post, put};
use serde::{Deserialize, Serialize};

use crate::hubs::dto::{AssignHubCoordinator, EndHubCoordinator, HubCoordinator, HubCoordinators, MyHub, MyHubs};
use crate::hubs::queries;
use crate::hubs::queries::coordinators;
use people::accounts::identity::{ChangedBy, employer_index};
use people::accounts::queries as accounts;
use people::accounts::queries::lock_account;
use people::staff_changes::dto::PendingChange;
use people::staff_changes::model::{Proposal, ProposedValue, ProposedValueName, StaffChange, StaffChangeKind};
use people::staff_changes::{self, ChangeHandler, proposal_data};
use people::{Administrator, Caller, HubCoordinator as HubCoordinatorCaller, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::Reason;
use reference::workforce::rules::check_ods_code;

/// Get the coordinators of a hub
#[utoipa::path(
    operation_id = "getHubCoordinators", tag = "Hubs", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The hub.")),
    responses((status = 200, description = "The coordinators.", body = HubCoordinators))
)]
#[get("/v1/hubs/{id}/coordinators")]
pub async fn get_hub_coordinators(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .read(move |tx| {
            queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            coordinators_answer(tx, id, None)
        })
        .await
}

/// Assign a coordinator to a hub
///
/// The account must have the role `hub_coordinator`, and can coordinate several hubs. It sees the referrals of its hubs and
/// nothing else, once another administrator has approved `pending_change`. Another employer of an assigned coordinator waits too.
#[utoipa::path(
    operation_id = "assignHubCoordinator", tag = "Hubs", request_body = AssignHubCoordinator,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("staff_change.proposed")), ("x-problems" = json!(["state_conflict", "own_account"]))),
    params(("id" = Id, Path, description = "The hub."), ("account_id" = Id, Path, description = "The coordinator's account.")),
    responses((status = 200, description = "The coordinators of the hub now.", body = HubCoordinators))
)]
#[put("/v1/hubs/{id}/coordinators/{account_id}")]
pub async fn assign_hub_coordinator(
    caller: Administrator,
    ids: Path<(Id, Id)>,
    form: Json<AssignHubCoordinator>,
    platform: Platform,
) -> Result<Response> {
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
            let present = Assignment::find(tx, hub, account)?;
            let index = employer.as_deref().map(|code| employer_index(tx.sealer, code));
            let is_new = present.as_ref().is_none_or(|present| present.employer_index != index);
            let pending = if is_new {
                let data = Data { before: present, employer: employer.clone() };
                Some(propose(tx, &caller, (hub, account), data, form.reason.reveal())?)
            } else {
                None
            };
            coordinators_answer(tx, hub, pending)
        })
        .await
}

/// End the assignment of a coordinator to a hub
///
/// At once. A coordinator without a hub sees no referral. A change of this assignment that waits is withdrawn.
#[utoipa::path(
    operation_id = "endHubCoordinator", tag = "Hubs", request_body = EndHubCoordinator,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("hub.coordinator_unassigned"))),
    params(("id" = Id, Path, description = "The hub."), ("account_id" = Id, Path, description = "The coordinator's account.")),
    responses((status = 200, description = "The coordinators of the hub now.", body = HubCoordinators))
)]
#[post("/v1/hubs/{id}/coordinators/{account_id}/end")]
pub async fn end_hub_coordinator(
    caller: Administrator,
    ids: Path<(Id, Id)>,
    attempt: Attempt,
    form: Json<EndHubCoordinator>,
    platform: Platform,
) -> Result<Response> {
    let (hub, account) = ids.0;
    platform
        .write_once(attempt, move |tx| {
            lock_account(tx, account)?;
            if !coordinators::unassign(tx, hub, account, ChangedBy::one(caller.id, form.reason.reveal()))? {
                return Err(Error::not_found());
            }
            staff_changes::withdraw_pending(tx, &caller, account, Some((StaffChangeKind::HubCoordinator, hub)))?;
            audit::record(tx, caller.actor(), "hub.coordinator_unassigned", ("account", Some(account)))?;
            coordinators_answer(tx, hub, None)
        })
        .await
}

/// Get my hubs
///
/// The hubs that an administrator has assigned to the caller.
#[utoipa::path(
    operation_id = "getMyHubs", tag = "Hubs", extensions(("x-roles" = json!(["hub_coordinator"]))),
    responses((status = 200, description = "The hubs, by name.", body = MyHubs))
)]
#[get("/v1/me/hubs")]
pub async fn get_my_hubs(caller: HubCoordinatorCaller, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let hubs = coordinators::named_hubs_of(tx, caller.id)?.into_iter().map(|(id, name)| MyHub { id, name });
            Response::ok(&MyHubs { hubs: hubs.collect() })
        })
        .await
}

/// How a coordinator is assigned to a hub when that is approved.
pub const HUB_COORDINATOR: ChangeHandler = ChangeHandler { kind: StaffChangeKind::HubCoordinator, apply };

/// An assignment as it is.
#[derive(PartialEq, Serialize, Deserialize)]
struct Assignment {
    employer_index: Option<String>,
}

impl Assignment {
    fn find(tx: &mut Tx, hub: Id, account: Id) -> Result<Option<Self>> {
        Ok(coordinators::assignment(tx, hub, account)?.map(|employer_index| Self { employer_index }))
    }
}

#[derive(Serialize, Deserialize)]
struct Data {
    /// The assignment when the change was proposed; `None` where it is a new one.
    before: Option<Assignment>,
    employer: Option<String>,
}

fn propose(tx: &mut Tx, caller: &Caller, (hub, account): (Id, Id), data: Data, reason: &str) -> Result<PendingChange> {
    let employer_value = data.employer.as_ref().map(|code| ProposedValue::new(ProposedValueName::Employer, code));
    let proposal = Proposal {
        kind: StaffChangeKind::HubCoordinator,
        account,
        record: hub,
        values: [ProposedValue::new(ProposedValueName::Hub, hub.to_string())].into_iter().chain(employer_value).collect(),
        data: proposal_data(&data)?,
        reason,
    };
    staff_changes::propose(tx, caller, &proposal)
}

fn apply(tx: &mut Tx, change: &StaffChange, caller: &Caller) -> Result<()> {
    let Data { before, employer } = change.data()?;
    let gone = queries::locked(tx, change.record)?.is_none();
    if gone || Assignment::find(tx, change.record, change.account)? != before {
        return Err(Reason::ChangeOutdated.into());
    }
    coordinators::assign(tx, change.record, change.account, employer.as_deref(), change.changed_by(caller.id))?;
    audit::record(tx, caller.actor(), "hub.coordinator_assigned", ("account", Some(change.account)))
}

fn coordinators_answer(tx: &mut Tx, hub: Id, pending_change: Option<PendingChange>) -> Result<Response> {
    let assigned = coordinators::of(tx, hub)?;
    let ids: Vec<Id> = assigned.iter().map(|(account, _)| *account).collect();
    let mut names = accounts::names(tx, &ids)?;
    let coordinators = assigned.into_iter().map(|(account_id, assigned_at)| {
        let name = names.remove(&account_id).map(Private::into_revealed).unwrap_or_default();
        HubCoordinator { account_id, name, assigned_at }
    });
    Response::ok(&HubCoordinators { coordinators: coordinators.collect(), pending_change })
}
