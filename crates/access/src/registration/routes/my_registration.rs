//! HTTP handlers of the caller's own registration.

use actix_web::web::Data;
use actix_web::{get, patch};

use super::decide;
use crate::registration::dto::{MyReasonDecision, RegistrationView, UpdateMyRegistration};
use crate::registration::model::{Applicant, ConfidentialityReasonState};
use crate::registration::queries::eligibility_rules::load_rules;
use crate::registration::queries::{funding_requests, reasons as given_reasons};
use crate::registration::reasons;
use crate::registration::rules;
use crate::registration::signposting;
use people::Practitioner;
use people::accounts::queries as accounts;
use people::practitioners::details::RegistrationDetails;
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision};
use people::practitioners::queries;
use people::practitioners::queries::RegisteredPractitioner;
use people::relationships::conflict_handlers::ConflictHandlers;
use people::relationships::{self, Permit, Purpose};
use platform::Platform;
use platform::Tx;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::http::{IfMatch, Json, Response};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed, trimmed_non_empty};
use reference::{signposts, workforce};

/// Get my registration
#[utoipa::path(
    operation_id = "getMyRegistration", tag = "Registration",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "Everything the practitioner gave, and what was decided.", body = RegistrationView))
)]
#[get("/v1/me/registration")]
pub async fn get_my_registration(caller: Practitioner, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::Know)?;
            view(tx, &permit)
        })
        .await
}

/// Update my registration
///
/// Until the latest decision has had consequences, a change of profession, setting, nation or reason is decided again, by the
/// rules in force today: a person signposted by mistake corrects it here. The words of the reason `other` are decided again with it, by
/// a member of staff; after they were declined, other words can be sent within three calendar months, whatever was changed meanwhile, or
/// together with another profession also later, unless a commissioner has been asked to pay. Later all these are fixed; everything else
/// can always be changed.
#[utoipa::path(
    operation_id = "updateMyRegistration", tag = "Registration", request_body = UpdateMyRegistration,
    extensions(("x-roles" = json!(Practitioner::ROLES)),
        ("x-audit" = json!(["registration.changed", "registration.decided", "confidentiality_reason.given",
            "confidentiality_reason.withdrawn"])),
        ("x-problems" = json!(["consent_required", "invalid_body",
        "registration_settled", "too_late", "funding_request_open", "not_found"]))),
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
) -> Result<Response> {
    platform
        .write(move |tx| {
            queries::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::Act)?;
            let before = own_registration(tx, caller.id)?;
            seen.check(before.version)?;
            let mut details = with_changes(tx, &form, before.details.clone())?;
            let (old, new) = (Applicant::from(&before.details), Applicant::from(&details));
            let other_words = before.details.confidentiality_reason_words != details.confidentiality_reason_words;
            rules::check_still_changeable(before.pathway, before.decision, &old, &new, other_words)?;
            if old != new || other_words {
                rules::check_reason_words(new.reason, details.confidentiality_reason_words.as_deref())?;
                // A closed intake applies to new registrations only: a practitioner accepted once is not refused by it.
                let mut rules_in_use = load_rules(tx)?;
                if before.decision != EligibilityDecision::Signposted {
                    rules_in_use.intake.clear();
                }
                let decided = decide(&new, &rules_in_use, tx.now);
                if decided.decision == EligibilityDecision::AwaitingDecision {
                    let other_profession = old.profession != new.profession;
                    check_other_words(tx, &permit, details.confidentiality_reason_words.as_deref(), other_profession)?;
                }
                sync_funding_request(tx, &before, decided.decision, details.icb_code.as_deref(), caller.actor())?;
                details.reasons = decided.reasons;
                details.needs = decided.signposts;
                queries::set_decision(tx, caller.id, decided.decision)?;
                permit.record(tx, "registration.decided", ("practitioner", Some(caller.id)))?;
                let words = details.confidentiality_reason_words.as_deref();
                reasons::follow_decision(tx, caller.id, decided.decision, words, caller.actor())?;
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
            permit.record(tx, "registration.changed", ("practitioner", Some(caller.id)))?;
            view(tx, &permit)
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

/// Whether the practitioner may have staff decide about these words. The last decision about any words of theirs counts, whatever they have
/// changed since. Words that wait already may be replaced.
fn check_other_words(tx: &mut Tx, permit: &Permit, words: Option<&str>, other_profession: bool) -> Result<()> {
    let practitioner = permit.practitioner();
    if !given_reasons::waiting(tx, Some(practitioner))?.is_empty() {
        return Ok(());
    }
    let last = given_reasons::last_decided_of(tx, practitioner)?.map(|reason| reason.open(permit)).transpose()?;
    let declined = last.filter(|reason| reason.state == ConfidentialityReasonState::Declined);
    let is_other_case = other_profession && declined.as_ref().is_some_and(|reason| words != Some(reason.words.as_str()));
    let declined_on = declined.and_then(|reason| reason.ended_at).map(UtcTime::london_day);
    let is_requested = funding_is_requested(tx, practitioner)?;
    Ok(rules::check_other_words(declined_on, is_other_case, is_requested, tx.now.london_day())?)
}

/// Whether a commissioner has been asked to pay, and the request is under way.
fn funding_is_requested(tx: &mut Tx, practitioner: Id) -> Result<bool> {
    Ok(funding_requests::open_request(tx, practitioner)?.is_some_and(|(_, state)| state != "draft"))
}

/// What was decided about the practitioner's own words, or by when it is.
fn reason_decision(tx: &mut Tx, permit: &Permit, registered: &RegisteredPractitioner) -> Result<Option<MyReasonDecision>> {
    if registered.details.confidentiality_reason != ConfidentialityReason::Other {
        return Ok(None);
    }
    let last = given_reasons::last_of(tx, registered.id)?.map(|reason| reason.open(permit)).transpose()?;
    let is_changeable = registered.pathway == registered.decision.pathway() && !funding_is_requested(tx, registered.id)?;
    let shown = last.filter(|reason| reason.state != ConfidentialityReasonState::Withdrawn);
    Ok(shown.map(|reason| MyReasonDecision::new(reason, registered, is_changeable, tx.now.london_day())))
}

fn own_registration(tx: &mut Tx, id: Id) -> Result<RegisteredPractitioner> {
    queries::find(tx, id)?.ok_or_else(Error::not_found)
}

fn view(tx: &mut Tx, permit: &Permit) -> Result<Response> {
    let (registered, today) = (own_registration(tx, permit.practitioner())?, tx.now.london_day());
    let version = registered.version;
    let seeker = signposting::seeker_from_particulars(tx, &registered.details, today)?;
    let signposts = signposts::for_seeker(tx, &registered.details.needs, &seeker, today)?;
    let decision = reason_decision(tx, permit, &registered)?;
    Ok(Response::ok(&RegistrationView::new(registered, signposts, decision))?.with_version(version))
}

/// The stored particulars with the changes of the form. Only changes are checked: a board dissolved since then does not stop
/// anyone from changing their telephone number.
fn with_changes(tx: &mut Tx, form: &UpdateMyRegistration, mut details: RegistrationDetails) -> Result<RegistrationDetails> {
    if let Some(name) = &form.legal_name {
        details.legal_name = trimmed(name);
    }
    replace(&mut details.phone, form.phone.as_ref());
    replace(&mut details.greeting, form.greeting.as_ref());
    change_work(form, &mut details)?;
    change_place(tx, form, &mut details)?;
    if form.employer_ods.is_some() {
        replace(&mut details.employer_ods, form.employer_ods.as_ref());
        rules::normalise_employer(&mut details)?;
    }
    if let Some(consents) = form.consents {
        details.consents = consents.given(tx.now);
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
    change_reason(form, details)?;
    if form.profession.is_some() || form.registration_body.is_some() || form.registration_number.is_some() {
        details.profession = form.profession.unwrap_or(details.profession);
        details.registration_body = form.registration_body.unwrap_or(details.registration_body);
        replace(&mut details.registration_number, form.registration_number.as_ref());
        rules::normalise_registration(details)?;
    }
    Ok(())
}

/// Another reason than `other` has no words; with `other` the earlier words stay where none are sent.
fn change_reason(form: &UpdateMyRegistration, details: &mut RegistrationDetails) -> Result<()> {
    if form.confidentiality_reason.is_none() && form.confidentiality_reason_note.is_none() {
        return Ok(());
    }
    details.confidentiality_reason = form.confidentiality_reason.unwrap_or(details.confidentiality_reason);
    let earlier = details.confidentiality_reason_words.take();
    let sent = trimmed_non_empty(form.confidentiality_reason_note.as_ref());
    details.confidentiality_reason_words = match details.confidentiality_reason {
        ConfidentialityReason::Other => sent.or(earlier),
        _ => sent,
    };
    Ok(rules::check_reason_words(details.confidentiality_reason, details.confidentiality_reason_words.as_deref())?)
}

fn change_place(tx: &mut Tx, form: &UpdateMyRegistration, details: &mut RegistrationDetails) -> Result<()> {
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
    rules::normalise_place(details, &workforce::boards(tx)?, tx.now.london_day())?;
    Ok(())
}
