//! HTTP handler of registration.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};

use super::decide;
use crate::contacts::invitations;
use crate::registration::dto::{RegisterPractitioner, RegistrationReceived};
use crate::registration::model::Applicant;
use crate::registration::queries::eligibility_rules::load_rules;
use crate::registration::queries::pending::PendingForm;
use crate::registration::{confirmation, rules, signposting};
use people::practitioners::details::RegistrationDetails;
use people::practitioners::queries::{ColleagueKeys, NewBlockedColleague};
use people::practitioners::routes::blocked::check_clinician;
use people::practitioners::routes::blocked::parse_colleague;
use people::sign_in::passwords::Passwords;
use platform::Platform;
use platform::Tx;
use platform::error::Result;
use platform::http::{Attempt, EarlierResult, Json, Response};
use platform::ids::UtcTime;
use platform::private::{Private, trimmed, trimmed_non_empty};
use platform::refusal::{Reason, Refusal};
use platform::seal::Sealer;
use platform::throttle::Throttle;
use reference::workforce::model::{Nation, Profession, Setting};
use reference::{signposts, workforce};

/// Register as a practitioner
///
/// The answer and its timing are the same whether or not the address has an account already; the result is visible only in the
/// mailbox. The account is created when the link in the email is opened and the password entered there, within a day. Until then
/// the address is not reserved, and registering again works like the first time. People who are signposted or need funding get an
/// account too, so that they can correct a mistake in the form. A repeat needs no Idempotency-Key: of several registrations of an
/// address only one is confirmed. The reason `other` is given in words; where a reason makes a difference, a member of staff decides
/// about it (`awaiting_decision`), and until then nothing can be booked. An invitation fills in what is left out, and is used up when
/// the registration is confirmed: of several people who use the same invitation only one can register.
#[utoipa::path(
    operation_id = "registerPractitioner", tag = "Registration", security(()), request_body = RegisterPractitioner,
    extensions(("x-problems" = json!(["weak_password", "consent_required", "invalid_body", "already_exists",
        "token_expired", "invitation_used", "invitation_expired"]))),
    responses((status = 201, description = "Received.", body = RegistrationReceived))
)]
#[post("/v1/registrations")]
pub async fn register_practitioner(
    form: Json<RegisterPractitioner>,
    attempt: Attempt,
    platform: Platform,
    passwords: Data<Passwords>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let now = platform.clock.now();
    throttle.secret(&request, None)?;
    // Before the invitation is checked, which an earlier attempt may have used up.
    if let Some(EarlierResult::Answered(answer)) = attempt.earlier_result(&platform).await? {
        return Ok(answer);
    }
    let form = fill_from_invitation(form.form, &platform, now).await?;
    let needed = required_details(&form)?;
    let pseudonym = form.pseudonym.as_ref().map_or("", |pseudonym| pseudonym.reveal());
    passwords.check_strength(
        &form.password,
        &[needed.email.reveal(), form.legal_name.reveal(), pseudonym],
        false,
        "/password",
    )?;
    let given = read_particulars(&form, &needed, now)?;
    let (mut details, decided, signposts) = platform
        .read(move |tx| {
            let (mut details, today) = (given.clone(), tx.now.london_day());
            rules::normalise_place(&mut details, &workforce::boards(tx)?, today)?;
            let decided = decide(&Applicant::from(&details), &load_rules(tx)?, tx.now);
            let seeker = signposting::seeker_from_particulars(tx, &details, today)?;
            let signposts = signposts::for_seeker(tx, &decided.signposts, &seeker, today)?;
            Ok((details, decided, signposts))
        })
        .await?;
    details.reasons = decided.reasons.clone();
    details.needs = decided.signposts.clone();
    let blocked = blocked_colleagues(&form, &platform.sealer)?;
    let password_hash = passwords.hash(&form.password).await?;

    let (token, email) = (form.invitation_token, trimmed(&needed.email));
    let pending_form = PendingForm {
        email,
        pseudonym: form.pseudonym.as_ref().map(trimmed).filter(|text| !text.is_empty()),
        password_hash,
        decision: decided.decision,
        particulars: details,
        blocked,
        invitation: None,
    };
    let received = RegistrationReceived::new(decided, signposts);
    platform
        .clone()
        .write_once(attempt, move |tx| {
            check_clinicians(tx, &pending_form.blocked)?;
            let invitation = match &token {
                Some(token) => Some(invitations::valid_invitation_id(tx, token.reveal())?),
                None => None,
            };
            confirmation::store_registration(tx, &PendingForm { invitation, ..pending_form.clone() })?;
            Response::created("/v1/me/registration", &received)
        })
        .await
}

/// The details that every registration needs, from the form or from the invitation.
struct RequiredDetails {
    email: Private<String>,
    profession: Profession,
    setting: Setting,
    nation: Nation,
}

/// The form, completed from the invitation. The place of work is taken from one of them, never from both.
async fn fill_from_invitation(
    mut form: RegisterPractitioner,
    platform: &Platform,
    _now: UtcTime,
) -> Result<RegisterPractitioner> {
    let Some(token) = form.invitation_token.clone() else { return Ok(form) };
    let (prefill, _) = platform.read(move |tx| invitations::look_up(tx, token.reveal())).await?;
    if form.nation.is_none() && form.region.is_none() && form.icb_code.is_none() {
        (form.region, form.icb_code) = (prefill.region, prefill.icb_code);
    }
    form.nation = form.nation.or(prefill.nation);
    form.profession = form.profession.or(prefill.profession);
    form.setting = form.setting.or(prefill.setting);
    form.email = form.email.or(prefill.email.map(Private::new));
    form.phone = form.phone.or(prefill.phone.map(Private::new));
    form.pseudonym = form.pseudonym.or(prefill.preferred_name.map(Private::new));
    Ok(form)
}

/// The details that every registration needs.
///
/// # Errors
/// 422, naming everything that is missing.
fn required_details(form: &RegisterPractitioner) -> Result<RequiredDetails> {
    if let (Some(email), Some(profession), Some(setting), Some(nation)) =
        (form.email.clone(), form.profession, form.setting, form.nation)
    {
        return Ok(RequiredDetails { email, profession, setting, nation });
    }
    let missing = [
        ("/email", form.email.is_none()),
        ("/profession", form.profession.is_none()),
        ("/setting", form.setting.is_none()),
        ("/nation", form.nation.is_none()),
    ];
    let refusal = Refusal::new(Reason::InvalidBody, "Some required details are missing. Add them and send the form again.");
    let missing = missing.into_iter().filter(|(_, missing)| *missing);
    Err(missing.fold(refusal, |refusal, (pointer, _)| refusal.field(pointer, "required", "This is required.")).into())
}

/// Reads and checks the particulars of a registration, except the place of work, which depends on the boards of the day.
fn read_particulars(form: &RegisterPractitioner, needed: &RequiredDetails, now: UtcTime) -> Result<RegistrationDetails> {
    let mut details = RegistrationDetails {
        legal_name: trimmed(&form.legal_name),
        phone: form.phone.as_ref().map(trimmed),
        greeting: form.greeting.as_ref().map(trimmed),
        profession: needed.profession,
        registration_body: form.registration_body,
        registration_number: form.registration_number.as_ref().map(trimmed),
        setting: needed.setting,
        nation: needed.nation,
        region: form.region,
        icb_code: form.icb_code.clone(),
        employer_ods: form.employer_ods.as_ref().map(trimmed),
        confidentiality_reason: form.confidentiality_reason,
        confidentiality_reason_words: trimmed_non_empty(form.confidentiality_reason_note.as_ref()),
        consents: form.consents.given(now),
        emergency_contact: form.emergency_contact.to_contact(),
        reasons: Vec::new(),
        needs: Vec::new(),
    };
    rules::check_reason_words(details.confidentiality_reason, details.confidentiality_reason_words.as_deref())?;
    rules::check_consents(&details.consents)?;
    rules::check_emergency_contact(form.emergency_contact.lives_in_uk)?;
    rules::normalise_registration(&mut details)?;
    rules::normalise_employer(&mut details)?;
    Ok(details)
}

/// Reads and checks the colleagues to be blocked from the start.
fn blocked_colleagues(form: &RegisterPractitioner, sealer: &Sealer) -> Result<Vec<NewBlockedColleague>> {
    let mut blocked = Vec::with_capacity(form.blocked_colleagues.len());
    let mut keys: Vec<ColleagueKeys> = Vec::with_capacity(form.blocked_colleagues.len());
    for (index, colleague) in form.blocked_colleagues.iter().enumerate() {
        let at = format!("/blocked_colleagues/{index}");
        let new = parse_colleague(colleague, &at)?;
        let key = ColleagueKeys::of(sealer, &new);
        if key.all_covered_by(&keys) {
            return Err(Refusal::from(Reason::AlreadyBlocked).field(at, "repeated", "This colleague is listed twice.").into());
        }
        keys.push(key);
        blocked.push(new);
    }
    Ok(blocked)
}

fn check_clinicians(tx: &mut Tx, blocked: &[NewBlockedColleague]) -> Result<()> {
    for (index, new) in blocked.iter().enumerate() {
        check_clinician(tx, new, &format!("/blocked_colleagues/{index}"))?;
    }
    Ok(())
}
