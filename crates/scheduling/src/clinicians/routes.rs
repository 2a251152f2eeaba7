//! HTTP handlers of the directory.

use actix_web::web::Data;
use actix_web::{get, put};

use super::bookable::BookableSlotsLookup;
use super::dto::{ClinicianProfile, ClinicianQuery, ClinicianSummary, ReplaceClinician};
use super::model::Profile;
use super::queries::Entry;
use super::search::{self, ListPosition, Search};
use super::{identity_changes, queries, rules};
use crate::clinicians::callers::PractitionerOrCareTeam;
use crate::clinicians::callers::{DirectoryEditor, DirectoryReader};
use people::accounts::identity::ChangedBy;
use people::accounts::queries as accounts;
use people::accounts::queries::lock_account;
use people::accounts::staff_names::check_staff_name;
use people::relationships::conflicts;
use people::staff_changes::model::StaffChangeKind;
use people::staff_changes::{self, required_reason};
use people::{Caller, Role};
use platform::Tx;
use platform::db::load_full_page;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::private::{Private, trimmed};
use platform::refusal::Reason;
use platform::{Platform, audit};

/// Replace a clinician's directory entry
///
/// Administrators create the entry and set the clinician's identity: name, discipline, employer and registration. Clinicians
/// themselves and coordinators can change the rest. A name, an employer, a registration, and another discipline of a registered
/// clinician apply when another administrator has approved `pending_change`; until then the earlier ones apply, and a first entry is
/// not listed. All else, also the removal of a registration, applies at once. Administrators cannot change what may be their own
/// entry. An existing entry is replaced only with its ETag in `If-Match`; a first entry needs none.
#[utoipa::path(
    operation_id = "replaceClinician", tag = "Clinicians", request_body = ReplaceClinician,
    extensions(("x-roles" = json!(DirectoryEditor::ROLES)), ("x-audit" = json!(["clinician.updated", "clinician.created", "clinician.identified"])), ("x-problems" = json!(["invalid_body", "wrong_role", "state_conflict", "own_account"]))),
    params(("id" = Id, Path, description = "The clinician's account."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the entry as it was read, if there is one.", nullable = false)),
    responses((status = 200, description = "The entry as it is now.", body = ClinicianProfile))
)]
#[put("/v1/clinicians/{id}")]
pub async fn replace_clinician(
    caller: DirectoryEditor,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<ReplaceClinician>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let seen = attempt.if_match();
    platform
        .write(move |tx| {
            // The account's row is locked, so that of two first entries exactly one is created.
            if !can_edit(&caller, id) || lock_account(tx, id)?.is_none() {
                return Err(Error::not_found());
            }
            let open = accounts::find(tx, id)?.ok_or_else(Error::not_found)?;
            if open.account.role != Role::Clinician {
                return Err(Error::not_found());
            }
            let before = queries::find(tx, id)?;
            let present = before.as_ref().map(|entry| entry.version);
            match (present, &seen) {
                (None, None) => {}
                // An entry that does not exist has no version that could have been read.
                (None, Some(seen)) => seen.check(0)?,
                (Some(version), Some(seen)) => seen.check(version)?,
                (Some(_), None) => {
                    let detail = "This entry already exists. Read it and send its ETag.";
                    return Err(Error::field(Reason::VersionRequired, "If-Match", "required", detail));
                }
            }
            let new = profile_from_form(id, &form)?;
            let profile = before.as_ref().map(|entry| &entry.profile);
            let unchanged = rules::check_identity_unchanged(profile, open.name.reveal(), &new);
            if caller.role == Role::Administrator {
                staff_changes::refuse_for_oneself(tx, &caller, id)?;
            } else {
                unchanged.clone()?;
            }
            let reason = if unchanged.is_err() { required_reason(form.reason.as_ref())? } else { String::new() };
            let changed_by =
                ChangedBy { account: Some(caller.id), approver: None, reason: unchanged.is_err().then_some(reason.as_str()) };
            let waiting = rules::before_approval(profile, open.name.reveal(), &new);
            let applied = waiting.as_ref().unwrap_or(&new);
            if applied.name.reveal() != new.name.reveal() {
                check_staff_name(new.name.reveal())?;
            }
            queries::save(tx, applied, present, changed_by)?;
            if let Some(stored) = &waiting {
                identity_changes::propose(tx, &caller, stored, &new, &reason)?;
            }
            if present.is_some() && rules::check_identity_unchanged(profile, open.name.reveal(), applied).is_err() {
                audit::record(tx, caller.actor(), "clinician.identified", ("clinician", Some(id)))?;
            }
            let action = if present.is_some() { "clinician.updated" } else { "clinician.created" };
            audit::record(tx, caller.actor(), action, ("clinician", Some(id)))?;
            let entry = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            let search = Search { only_clinician: Some(id), include_hidden: true, ..Search::default() };
            profile_answer(tx, &caller, entry, search)
        })
        .await
}

/// List clinicians
///
/// The clinician with the earliest free slot comes first; those without a matching free slot come last. Practitioners see neither
/// clinicians they have blocked nor those of their own employer, and only slots that they could book. A slot that the caller
/// holds counts as free.
#[utoipa::path(
    operation_id = "listClinicians", tag = "Clinicians", params(ClinicianQuery),
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES))),
    responses((status = 200, description = "Clinicians, the one with the earliest free slot first.", body = Page<ClinicianSummary>))
)]
#[get("/v1/clinicians")]
pub async fn list_clinicians(
    caller: PractitionerOrCareTeam,
    query: Query<ClinicianQuery>,
    paging: Paging<ListPosition>,
    platform: Platform,
    open: Data<BookableSlotsLookup>,
) -> Result<Response> {
    let query = query.0;
    let wanted = search_from_query(query);
    platform
        .read(move |tx| {
            let mut search = Search { excluded: excluded(tx, &caller)?, include_hidden: caller.is_staff(), ..wanted.clone() };
            if caller.role == Role::Practitioner {
                search.restrict_to((open.0)(tx, caller.id)?, tx.now);
            }
            // An entry that cannot be decrypted is left out, and the page is filled up with others.
            let most = paging.rows();
            let read = |tx: &mut Tx, after| search::clinicians(tx, &search, caller.id, after, most).map(without_entries);
            let place = |(place, _): &Row| *place;
            let rows = load_full_page(tx, most, paging.after, place, read, open_entries)?;
            let page = paging.page(rows, place)?;
            let places: Vec<ListPosition> = page.items.iter().map(|(place, _)| *place).collect();
            let next = search::next_slots(tx, &places)?;
            let summary = |(place, entry): Row| Some(ClinicianSummary::new(entry?.profile, next.get(&place.id).copied()));
            let items = page.items.into_iter().filter_map(summary).collect();
            Response::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// A position in the list, and the entry once it is read.
type Row = (ListPosition, Option<Entry>);

fn without_entries(places: Vec<ListPosition>) -> Vec<Row> {
    places.into_iter().map(|place| (place, None)).collect()
}

/// Reads the entries of these positions, and removes positions whose entry cannot be decrypted.
fn open_entries(tx: &mut Tx, rows: &mut Vec<Row>) -> Result<()> {
    let ids: Vec<Id> = rows.iter().map(|(place, _)| place.id).collect();
    let mut entries = queries::find_readable(tx, &ids)?;
    for (place, entry) in rows.iter_mut() {
        *entry = entries.remove(&place.id);
    }
    rows.retain(|(_, entry)| entry.is_some());
    Ok(())
}

/// Get a clinician's directory entry
///
/// For practitioners, a clinician they are in conflict with or who is not listed does not exist.
#[utoipa::path(
    operation_id = "getClinician", tag = "Clinicians",
    extensions(("x-roles" = json!(DirectoryReader::ROLES))),
    params(("id" = Id, Path, description = "The clinician.")),
    responses((status = 200, description = "The entry.", body = ClinicianProfile))
)]
#[get("/v1/clinicians/{id}")]
pub async fn get_clinician(
    caller: DirectoryReader,
    id: Path<Id>,
    platform: Platform,
    open: Data<BookableSlotsLookup>,
) -> Result<Response> {
    let id = id.0;
    platform
        .read(move |tx| {
            let entry = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            let visible = entry.profile.listed && entry.active && !excluded(tx, &caller)?.contains(&id);
            if !visible && !caller.is_staff() {
                return Err(Error::not_found());
            }
            let mut search = Search { only_clinician: Some(id), include_hidden: true, ..Search::default() };
            if caller.role == Role::Practitioner {
                search.restrict_to((open.0)(tx, caller.id)?, tx.now);
            }
            profile_answer(tx, &caller, entry, search)
        })
        .await
}

fn can_edit(caller: &Caller, id: Id) -> bool {
    matches!(caller.role, Role::Coordinator | Role::Administrator) || caller.id == id
}

fn excluded(tx: &mut Tx, caller: &Caller) -> Result<Vec<Id>> {
    if caller.role == Role::Practitioner { conflicts::staff_excluded_for(tx, caller.id) } else { Ok(Vec::new()) }
}

fn profile_answer(tx: &mut Tx, caller: &Caller, entry: Entry, search: Search) -> Result<Response> {
    let id = entry.profile.id;
    let places = search::clinicians(tx, &search, caller.id, None, 1)?;
    let next = search::next_slots(tx, &places)?.remove(&id);
    let pending = match caller.role {
        Role::Administrator => staff_changes::pending(tx, StaffChangeKind::ClinicianIdentity, id)?,
        _ => None,
    };
    let profile = ClinicianProfile::new(entry.profile, next, can_edit(caller, id), pending);
    Ok(Response::ok(&profile)?.with_version(entry.version))
}

fn search_from_query(query: ClinicianQuery) -> Search {
    Search {
        discipline: query.discipline,
        specialism: query.specialism,
        language: query.language.map(String::from),
        gender: query.gender,
        region: query.region,
        place: query.place.map(String::from),
        kind: query.kind,
        mode: query.mode,
        free_from: query.free_from,
        free_until: query.free_until,
        ..Search::default()
    }
}

fn profile_from_form(id: Id, form: &ReplaceClinician) -> Result<Profile> {
    let text = |value: &Option<Private<String>>| value.as_ref().map(|value| value.reveal().clone());
    let (employer, number) = (text(&form.employer_ods), text(&form.registration_number));
    let affiliation = rules::affiliation(employer.as_deref(), form.registration_body, number.as_deref(), form.nmc_profession)?;
    let mut languages: Vec<String> = form.languages.iter().cloned().map(String::from).collect();
    let mut specialisms = form.specialisms.clone();
    languages.sort();
    languages.dedup();
    specialisms.sort();
    specialisms.dedup();
    Ok(Profile {
        id,
        name: trimmed(&form.name).into(),
        discipline: form.discipline,
        gender: form.gender,
        languages,
        specialisms,
        region: form.region,
        place: form.place.clone().into(),
        biography: form.biography.trim().to_owned(),
        affiliation,
        video_link: text(&form.video_link).map(|link| rules::video_link(&link)).transpose()?.map(Private::new),
        listed: form.listed,
    })
}
