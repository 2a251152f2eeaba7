//! HTTP handlers: list and read groups.

use std::collections::BTreeMap;

use actix_web::get;

use super::{GroupRole, figures, visible_group};
use crate::groups::dto::{GroupQuery, GroupReader, GroupView, GroupViewContext};
use crate::groups::model::{EnrolmentState, GroupAudience, GroupState};
use crate::groups::queries::groups;
use crate::groups::queries::groups::{Filter, Group};
use crate::groups::queries::{enrolments, sessions};
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::error::Result;
use platform::http::{Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};
use scheduling::clinicians::callers::PractitionerOrCareTeam;
use scheduling::clinicians::queries as clinicians;

/// List groups
///
/// Practitioners see groups that they could join: open groups for practitioners, whose facilitators they may meet. The members
/// of a group make no difference to this. Staff see all groups, with the number of members, offers and people waiting
/// that they may know of.
#[utoipa::path(
    operation_id = "listGroups", tag = "Group therapy", params(GroupQuery),
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES))),
    responses((status = 200, description = "The groups, the newest first.", body = Page<GroupView>))
)]
#[get("/v1/groups")]
pub async fn list_groups(
    caller: PractitionerOrCareTeam,
    query: Query<GroupQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let (now, query) = (platform.clock.now(), query.0);
    let base = group_filter(&caller, &query, paging.after, now)?;
    platform
        .read(move |tx| {
            let mut filter = base.clone();
            if caller.role == Role::Practitioner {
                filter.not_led_by = conflicts::staff_excluded_for(tx, caller.id)?;
            }
            figures::adapt_filter(tx, &caller, &mut filter)?;
            let rows = groups::list(tx, &filter, paging.rows())?;
            let mut page = paging.readable(rows)?;
            let ids: Vec<Id> = page.items.iter().map(|group| group.id).collect();
            let facilitators = page.items.iter().flat_map(|group| group.programme.facilitators).collect::<Vec<_>>();
            let (names, figures) = (readable_clinician_names(tx, &facilitators)?, figures::counted(tx, &caller, &ids)?);
            let (named, nameless): (Vec<_>, Vec<_>) =
                page.items.into_iter().partition(|group| group.programme.facilitators.iter().all(|id| names.contains_key(id)));
            page.unreadable.extend(nameless.iter().map(|group| group.id));
            page.items = named;
            let page = page.try_map(|group| {
                let figures = figures.get(&group.id).copied().unwrap_or_default();
                let context = GroupViewContext {
                    facilitator_names: names.clone(),
                    figures,
                    next_session_at: sessions::next_start(tx, group.id)?,
                };
                let reader = match caller.role {
                    Role::Practitioner => GroupReader::ProspectiveMember,
                    Role::Clinician if !group.programme.facilitators.contains(&caller.id) => GroupReader::OtherClinician,
                    _ => GroupReader::GroupStaff,
                };
                Ok(GroupView::new(group, &context, reader))
            })?;
            Response::ok(&page)
        })
        .await
}

fn group_filter(caller: &Caller, query: &GroupQuery, before: Option<Id>, now: UtcTime) -> Result<Filter> {
    let mut filter = Filter {
        audience: query.audience,
        states: query.state.into_iter().collect(),
        topic: query.topic,
        mode: query.mode,
        vacancies: query.vacancies == Some(true),
        below_minimum: query.below_minimum == Some(true),
        before,
        ..Filter::default()
    };
    if query.mine == Some(true) && caller.role == Role::Clinician {
        filter.led_by = Some(caller.id);
    }
    if caller.role == Role::Practitioner {
        let of_staff = [
            ("audience", query.audience.is_some()),
            ("state", query.state.is_some_and(|state| !state.is_open())),
            ("below_minimum", query.below_minimum.is_some()),
        ];
        let detail = "Only staff can filter by this. Remove the filter and try again.";
        let mut refusal = Refusal::new(Reason::InvalidParameter, detail);
        for (name, _) in of_staff.into_iter().filter(|(_, is_given)| *is_given) {
            refusal = refusal.field(name, "not_allowed", detail);
        }
        if !refusal.fields.is_empty() {
            return Err(refusal.into());
        }
        filter.audience = Some(GroupAudience::Practitioners);
        filter.open_at = Some(now);
        if filter.states.is_empty() {
            filter.states = vec![GroupState::Forming, GroupState::Running];
        }
    }
    Ok(filter)
}

/// The names of clinicians in the directory.
fn clinician_names(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, String>> {
    let entries = clinicians::find_all(tx, ids)?;
    Ok(entries.into_iter().map(|(id, entry)| (id, entry.profile.name.into_revealed())).collect())
}

/// The names of clinicians in the directory, leaving out entries that cannot be decrypted.
fn readable_clinician_names(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, String>> {
    let entries = clinicians::find_readable(tx, ids)?;
    Ok(entries.into_iter().map(|(id, entry)| (id, entry.profile.name.into_revealed())).collect())
}

/// Get a group
///
/// Members also see where the group meets and the names that other members use in it.
#[utoipa::path(
    operation_id = "getGroup", tag = "Group therapy", extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 200, description = "The group.", body = GroupView))
)]
#[get("/v1/groups/{id}")]
pub async fn get_group(caller: PractitionerOrCareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let (group, role) = visible_group(tx, &caller, id.0)?;
            let version = group.version;
            Ok(Response::ok(&group_view(tx, &caller, group, role)?)?.with_version(version))
        })
        .await
}

/// What a caller with this role in a group sees of it.
pub(super) fn group_view(tx: &mut Tx, caller: &Caller, group: Group, role: GroupRole) -> Result<GroupView> {
    let context = GroupViewContext {
        facilitator_names: clinician_names(tx, &group.programme.facilitators)?,
        figures: figures::counted(tx, caller, &[group.id])?.remove(&group.id).unwrap_or_default(),
        next_session_at: sessions::next_start(tx, group.id)?,
    };
    let reader = match role {
        GroupRole::Coordinator | GroupRole::Facilitator => GroupReader::GroupStaff,
        GroupRole::OtherStaff => GroupReader::OtherClinician,
        GroupRole::ProspectiveMember => GroupReader::ProspectiveMember,
        GroupRole::Member => {
            let members = enrolments::in_states(tx, group.id, &[EnrolmentState::Enrolled])?;
            let (damaged, named): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.damaged.is_some());
            let unreadable = u16::try_from(damaged.len()).unwrap_or(u16::MAX);
            GroupReader::Member { aliases: named.into_iter().map(|member| member.alias).collect(), unreadable }
        }
    };
    Ok(GroupView::new(group, &context, reader))
}
