//! Registering.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};

use super::decide;
use crate::contacts::invitations;
use crate::registration::dto::{RegisterPractitioner, RegistrationReceived};
use crate::registration::model::Applicant;
use crate::registration::queries::eligibility_rules::in_use;
use crate::registration::queries::pending::PendingForm;
use crate::registration::{confirming, pointing, rules};
use people::practitioners::particulars::Particulars;
use people::practitioners::queries::{Marks, NewBlocked};
use people::practitioners::routes::blocked::check_clinician;
use people::practitioners::routes::blocked::meant;
use people::sign_in::passwords::Passwords;
use platform::Platform;
use platform::Tx;
use platform::error::Result;
use platform::http::{Answer, Attempt, Earlier, Json};
use platform::ids::UtcTime;
use platform::private::{Private, trimmed};
use platform::refusal::{Reason, Refusal};
use platform::seal::Sealer;
use platform::throttle::Throttle;
use reference::workforce::model::{Nation, Profession, Setting};
use reference::{signposts, workforce};

/// Register as a practitioner
///
/// The answer is the same, in the same time, whether or not the address has an account already; what happens next shows in
/// the mailbox only. The account comes into being when the link in the e-mail is opened and the password typed there, within a
/// day; until then nobody holds the address, and registering again works as the first time. People who are signposted or need
/// funding get an account too, so that a mistake in the form can be corrected. A repeat needs no Idempotency-Key: of several
/// registrations of an address one is confirmed. An invitation fills in what is left out, and is used up when the registration is
/// confirmed: of many who use one, one is taken in.
#[utoipa::path(
    operation_id = "registerPractitioner", tag = "Registration", security(()), request_body = RegisterPractitioner,
    extensions(("x-problems" = json!(["weak_password", "consent_required", "invalid_body", "already_exists",
        "token_expired", "invitation_used", "invitation_expired", "contact_erased"]))),
    responses((status = 201, description = "Taken in.", body = RegistrationReceived))
)]
#[post("/v1/registrations")]
pub async fn register_practitioner(
    form: Json<RegisterPractitioner>,
    attempt: Attempt,
    platform: Platform,
    passwords: Data<Passwords>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    let now = platform.clock.now();
    throttle.secret(&request, None)?;
    // Before the invitation is looked at, which may be used up since.
    if let Some(Earlier::Answered(answer)) = attempt.earlier(&platform).await? {
        return Ok(answer);
    }
    let form = filled(form.form, &platform, now).await?;
    let needed = needed(&form)?;
    let called = form.pseudonym.as_ref().map_or("", |pseudonym| pseudonym.reveal());
    passwords.judge(&form.password, &[needed.email.reveal(), form.legal_name.reveal(), called], false, "/password")?;
    let mut told = told(&form, &needed, now)?;
    let (person, seeker, today) = (Applicant::from(&told), pointing::seeker(&told, now.london_day())?, now.london_day());
    let (decided, signposts) = platform
        .read(move |tx| {
            let decided = decide(&person, &in_use(tx)?, tx.now);
            let signposts = signposts::for_seeker(tx, &decided.signposts, &seeker, today)?;
            Ok((decided, signposts))
        })
        .await?;
    told.reasons = decided.reasons.clone();
    told.needs = decided.signposts.clone();
    let blocked = colleagues(&form, &platform.sealer)?;
    let password_hash = passwords.hash(&form.password).await?;

    let (token, email) = (form.invitation_token, trimmed(&needed.email));
    let waiting = PendingForm {
        email,
        pseudonym: form.pseudonym.as_ref().map(trimmed).filter(|text| !text.is_empty()),
        password_hash,
        decision: decided.decision,
        told,
        blocked,
        invitation: None,
    };
    let received = RegistrationReceived::new(decided, signposts);
    platform
        .clone()
        .write_once(attempt, move |tx| {
            check_clinicians(tx, &waiting.blocked)?;
            let invitation = match &token {
                Some(token) => Some(invitations::good_one(tx, token.reveal())?),
                None => None,
            };
            confirming::keep(tx, &PendingForm { invitation, ..waiting.clone() })?;
            Answer::created("/v1/me/registration", &received)
        })
        .await
}

/// What must be known of everybody, from the form or from the invitation.
struct Needed {
    email: Private<String>,
    profession: Profession,
    setting: Setting,
    nation: Nation,
}

/// The form, with what it leaves out taken from the invitation. A place is taken whole or not at all.
async fn filled(mut form: RegisterPractitioner, platform: &Platform, _now: UtcTime) -> Result<RegisterPractitioner> {
    let Some(token) = form.invitation_token.clone() else { return Ok(form) };
    let (brought, _) = platform.read(move |tx| invitations::brought(tx, token.reveal())).await?;
    if form.nation.is_none() && form.region.is_none() && form.icb_code.is_none() {
        (form.region, form.icb_code) = (brought.region, brought.icb_code);
    }
    form.nation = form.nation.or(brought.nation);
    form.profession = form.profession.or(brought.profession);
    form.setting = form.setting.or(brought.setting);
    form.email = form.email.or(brought.email.map(Private::new));
    form.phone = form.phone.or(brought.phone.map(Private::new));
    form.pseudonym = form.pseudonym.or(brought.called.map(Private::new));
    Ok(form)
}

/// What must be known of everybody.
///
/// # Errors
/// 422 `invalid_body`, naming all that is missing.
fn needed(form: &RegisterPractitioner) -> Result<Needed> {
    if let (Some(email), Some(profession), Some(setting), Some(nation)) =
        (form.email.clone(), form.profession, form.setting, form.nation)
    {
        return Ok(Needed { email, profession, setting, nation });
    }
    let missing = [
        ("/email", form.email.is_none()),
        ("/profession", form.profession.is_none()),
        ("/setting", form.setting.is_none()),
        ("/nation", form.nation.is_none()),
    ];
    let refusal = Refusal::new(Reason::InvalidBody, "Some members of the body are not as documented.");
    let missing = missing.into_iter().filter(|(_, missing)| *missing);
    Err(missing.fold(refusal, |refusal, (pointer, _)| refusal.field(pointer, "required", "This is required.")).into())
}

/// Reads and checks what somebody tells us.
fn told(form: &RegisterPractitioner, needed: &Needed, now: UtcTime) -> Result<Particulars> {
    let mut told = Particulars {
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
        consents: form.consents.given(now),
        emergency_contact: form.emergency_contact.told(),
        reasons: Vec::new(),
        needs: Vec::new(),
    };
    rules::check_consents(&told.consents)?;
    rules::check_emergency_contact(form.emergency_contact.lives_in_uk)?;
    rules::settle_registration(&mut told)?;
    rules::settle_place(&mut told, workforce::boards(), now.london_day())?;
    rules::settle_employer(&mut told)?;
    Ok(told)
}

/// Reads and checks the colleagues who are to be blocked from the first.
fn colleagues(form: &RegisterPractitioner, sealer: &Sealer) -> Result<Vec<NewBlocked>> {
    let mut blocked = Vec::with_capacity(form.blocked_colleagues.len());
    let mut marks: Vec<Marks> = Vec::with_capacity(form.blocked_colleagues.len());
    for (index, colleague) in form.blocked_colleagues.iter().enumerate() {
        let at = format!("/blocked_colleagues/{index}");
        let new = meant(colleague, &at)?;
        let mark = Marks::of(sealer, &new);
        if mark.all_among(&marks) {
            return Err(Refusal::from(Reason::AlreadyBlocked).field(at, "repeated", "This colleague was named before.").into());
        }
        marks.push(mark);
        blocked.push(new);
    }
    Ok(blocked)
}

fn check_clinicians(tx: &mut Tx, blocked: &[NewBlocked]) -> Result<()> {
    for (index, new) in blocked.iter().enumerate() {
        check_clinician(tx, new, &format!("/blocked_colleagues/{index}"))?;
    }
    Ok(())
}
