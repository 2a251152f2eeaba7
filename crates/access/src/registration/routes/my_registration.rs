//! HTTP handlers of the caller's own registration.

use actix_web::web::Data;
use actix_web::{get, patch};

use super::decide;
use crate::registration::dto::{RegistrationView, UpdateMyRegistration};
use crate::registration::model::Applicant;
use crate::registration::queries::eligibility_rules::load_rules;
use crate::registration::queries::funding_requests;
use crate::registration::rules;
use crate::registration::signposting;
use people::Practitioner;
use people::accounts::queries as accounts;
use people::practitioners::details::RegistrationDetails;
use people::practitioners::model::EligibilityDecision;
use people::practitioners::queries;
use people::practitioners::queries::RegisteredPractitioner;
use people::relationships::conflict_handlers::ConflictHandlers;
use people::relationships::{self, Purpose};
use platform::Platform;
use platform::Tx;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::http::{Answer, IfMatch, Json};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed};
use reference::{signposts, workforce};

/// Get my registration
#[utoipa::path(
    operation_id = "getMyRegistration", tag = "Registration",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "Everything the practitioner gave, and what was decided.", body = RegistrationView))
)]
#[get("/v1/me/registration")]
pub async fn get_my_registration(caller: Practitioner, platform: Platform) -> Result<Answer> {
    platform.read(move |tx| view(tx, caller.id)).await
}

/// Update my registration
///
/// Until the latest decision has had consequences, a change of profession, setting, nation or reason is decided again, by the
/// rules in force today: a person signposted by mistake corrects it here. Later these four are fixed; everything else can always
/// be changed.
#[utoipa::path(
    operation_id = "updateMyRegistration", tag = "Registration", request_body = UpdateMyRegistration,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!(["registration.changed", "registration.decided"])),
        ("x-problems" = json!(["consent_required", "invalid_body",
        "registration_settled", "not_found"]))),
    params(IfMatch),
    responses((status = 200, description = "The registration as it is now.", body = RegistrationView))
)]
#[patch("/v1/me/registration")]
pub async fn update_my_registration(
    caller: Practitioner,
    seen: IfMatch,
    form: Json<UpdateMyRegistration>,
    platform: Platform,
    apart: Data<ConflictHandlers>,
) -> Result<Answer> {
    platform
        .write(move |tx| {
            queries::lock_pathway(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let known = relationships::known(tx, &caller, caller.id, Purpose::Act)?;
            let before = own_registration(tx, caller.id)?;
            seen.check(before.version)?;
            let mut details = with_changes(&form, before.details.clone(), tx.now)?;
            let (old, new) = (Applicant::from(&before.details), Applicant::from(&details));
            rules::check_still_changeable(before.pathway, before.decision, &old, &new)?;
            if old != new {
                // A closed intake applies to new registrations only: a practitioner accepted once is not refused by it.
                let mut rules_in_use = load_rules(tx)?;
                if before.decision != EligibilityDecision::Signposted {
                    rules_in_use.intake.clear();
                }
                let decided = decide(&new, &rules_in_use, tx.now);
                sync_funding_request(tx, &before, decided.decision, details.icb_code.as_deref(), caller.actor())?;
                details.reasons = decided.reasons;
                details.needs = decided.signposts;
                queries::set_decision(tx, caller.id, decided.decision)?;
                known.record(tx, "registration.decided", ("practitioner", Some(caller.id)))?;
            }
            if before.details.icb_code != details.icb_code {
                funding_requests::move_draft(tx, caller.id, details.icb_code.as_deref())?;
            }
            queries::set_details(tx, caller.id, &details)?;
            // Another employer has other clinicians.
            (apart.for_practitioner)(tx, caller.id)?;
            if let Some(pseudonym) = &form.pseudonym {
                let name = pseudonym.as_ref().map(trimmed).filter(|text| !text.is_empty());
                accounts::rename(tx, caller.id, name.as_deref().unwrap_or(&before.reference))?;
            }
            known.record(tx, "registration.changed", ("practitioner", Some(caller.id)))?;
            view(tx, caller.id)
        })
        .await
}

/// Keeps a funding request for a practitioner who needs funding, and none under way for one who does not.
fn sync_funding_request(
    tx: &mut Tx,
    before: &RegisteredPractitioner,
    now_decided: EligibilityDecision,
    icb_code: Option<&str>,
    actor: Actor,
) -> Result<()> {
    if now_decided != EligibilityDecision::NeedsFunding {
        return funding_requests::withdraw_open_request(tx, before.id, actor);
    }
    if funding_requests::open_request(tx, before.id)?.is_none() {
        funding_requests::create_request(tx, before.id, icb_code, actor)?;
    }
    Ok(())
}

fn own_registration(tx: &mut Tx, id: Id) -> Result<RegisteredPractitioner> {
    queries::find(tx, id)?.ok_or_else(Error::not_found)
}

fn view(tx: &mut Tx, id: Id) -> Result<Answer> {
    let (registered, today) = (own_registration(tx, id)?, tx.now.london_day());
    let version = registered.version;
    let seeker = signposting::seeker_from_particulars(&registered.details, today)?;
    let signposts = signposts::for_seeker(tx, &registered.details.needs, &seeker, today)?;
    Ok(Answer::ok(&RegistrationView::new(registered, signposts))?.with_version(version))
}

/// The stored particulars with the changes of the form. Only changes are checked: a board dissolved since then does not stop
/// anyone from changing their telephone number.
fn with_changes(form: &UpdateMyRegistration, mut details: RegistrationDetails, now: UtcTime) -> Result<RegistrationDetails> {
    if let Some(name) = &form.legal_name {
        details.legal_name = trimmed(name);
    }
    replace(&mut details.phone, form.phone.as_ref());
    replace(&mut details.greeting, form.greeting.as_ref());
    change_work(form, &mut details)?;
    change_place(form, &mut details, now)?;
    if form.employer_ods.is_some() {
        replace(&mut details.employer_ods, form.employer_ods.as_ref());
        rules::normalise_employer(&mut details)?;
    }
    if let Some(consents) = form.consents {
        details.consents = consents.given(now);
        rules::check_consents(&details.consents)?;
    }
    if let Some(contact) = &form.emergency_contact {
        rules::check_emergency_contact(contact.lives_in_uk)?;
        details.emergency_contact = contact.to_contact();
    }
    Ok(details)
}

fn replace(stored: &mut Option<String>, given: Option<&Option<Private<String>>>) {
    if let Some(given) = given {
        *stored = given.as_ref().map(trimmed);
    }
}

fn change_work(form: &UpdateMyRegistration, details: &mut RegistrationDetails) -> Result<()> {
    details.setting = form.setting.unwrap_or(details.setting);
    details.confidentiality_reason = form.confidentiality_reason.unwrap_or(details.confidentiality_reason);
    if form.profession.is_some() || form.registration_body.is_some() || form.registration_number.is_some() {
        details.profession = form.profession.unwrap_or(details.profession);
        details.registration_body = form.registration_body.unwrap_or(details.registration_body);
        replace(&mut details.registration_number, form.registration_number.as_ref());
        rules::normalise_registration(details)?;
    }
    Ok(())
}

fn change_place(form: &UpdateMyRegistration, details: &mut RegistrationDetails, now: UtcTime) -> Result<()> {
    let other_nation = form.nation.is_some_and(|nation| nation != details.nation);
    if !other_nation && form.region.is_none() && form.icb_code.is_none() {
        return Ok(());
    }
    details.nation = form.nation.unwrap_or(details.nation);
    let other_region = form.region.is_some_and(|region| region != details.region);
    if other_nation || other_region {
        details.icb_code = None;
    }
    if other_nation || form.icb_code.as_ref().is_some_and(|code| *code != details.icb_code) {
        details.region = None;
    }
    details.region = form.region.unwrap_or(details.region);
    if let Some(code) = &form.icb_code {
        details.icb_code.clone_from(code);
    }
    rules::normalise_place(details, workforce::boards(), now.london_day())?;
    Ok(())
}
