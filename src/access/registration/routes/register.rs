//! Registering.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};

use super::blocked::meant;
use super::decide;
use crate::access::contacts::invitations;
use crate::access::registration::dto::{RegisterPractitioner, RegistrationReceived};
use crate::access::registration::model::Decision;
use crate::access::registration::particulars::Particulars;
use crate::access::registration::pointing;
use crate::access::registration::queries::{self, Marks, NewBlocked, awaiting, eligibility_rules::in_use};
use crate::access::registration::rules;
use crate::access::workforce::model::{Nation, Profession, Setting};
use crate::access::{signposting, workforce};
use crate::identity::accounts::model::{Role, TokenPurpose};
use crate::identity::accounts::queries::NewAccount;
use crate::identity::accounts::{VERIFICATION_LIFE, letters, queries as accounts};
use crate::identity::sign_in::passwords::Passwords;
use crate::platform::audit::{self, Actor};
use crate::platform::db::{Conn, savepoint};
use crate::platform::error::{Error, Result};
use crate::platform::http::{Answer, Json};
use crate::platform::ids::{Id, UtcTime};
use crate::platform::private::{Private, trimmed};
use crate::platform::refusal::{Code, Refusal};
use crate::platform::seal::Sealer;
use crate::platform::throttle::Throttle;
use crate::platform::{Platform, outbox};

/// Register
///
/// The answer is the same, in the same time, whether or not the address has an account already; what happens next shows in
/// the mailbox only. The account can be signed in to once the address is confirmed. Whoever is signposted or needs funding
/// gets an account too, so that a mistake in what was told can be corrected. A repeat needs no Idempotency-Key: it changes
/// nothing. An invitation fills in what is left out, and is used up whether or not there was an account: of many who use one at
/// the same moment one is taken in.
#[utoipa::path(
    operation_id = "registerPractitioner", tag = "access", security(()), request_body = RegisterPractitioner,
    extensions(("x-problems" = json!(["weak_password", "consent_required", "invalid_registration_number", "already_blocked",
        "token_expired", "invitation_used", "invitation_expired", "invitation_revoked", "contact_forgotten"]))),
    responses((status = 201, description = "Taken in.", body = RegistrationReceived, headers(("Location" = String, description = "The registration, once signed in."))))
)]
#[post("/v1/registrations")]
pub async fn register_practitioner(
    form: Json<RegisterPractitioner>,
    platform: Platform,
    passwords: Data<Passwords>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    let now = platform.clock.now();
    let typed = form.email.as_ref().map(|email| accounts::email_index(&platform.sealer, email.reveal()));
    throttle.secret(&request, typed.as_deref())?;
    let form = filled(form.form, &platform, now).await?;
    let needed = needed(&form)?;
    let called = form.pseudonym.as_ref().map_or("", |pseudonym| pseudonym.reveal());
    passwords.judge(&form.password, &[needed.email.reveal(), form.legal_name.reveal(), called], false, "/password")?;
    let mut told = told(&form, &needed, now)?;
    let (person, seeker, today) = (told.applicant(), pointing::seeker(&told, now.london_day())?, now.london_day());
    let (decided, signposts) = platform
        .db
        .read(move |conn| {
            let decided = decide(&person, &in_use(conn)?, now);
            let signposts = signposting::for_seeker(conn, &decided.signposts, &seeker, today)?;
            Ok((decided, signposts))
        })
        .await?;
    told.reasons = decided.reasons.clone();
    told.needs = decided.signposts.clone();
    let blocked = colleagues(&form, &platform.sealer)?;
    // Before anybody looks whether there is an account: this takes by far the longest.
    let hash = passwords.hash(&form.password).await?;

    let newcomer = Newcomer {
        email: trimmed(&needed.email).into(),
        pseudonym: form.pseudonym.as_ref().map(trimmed).filter(|text| !text.is_empty()).map(Private::new),
        hash,
        decision: decided.decision,
        told,
        blocked,
        invitation: form.invitation_token,
    };
    let received = RegistrationReceived::new(decided, signposts);
    platform
        .clone()
        .db
        .write(move |conn| {
            check_clinicians(conn, &platform.sealer, &newcomer.blocked)?;
            // Whether or not there is an account: whoever holds the token learns nothing from its state.
            let invitation = match &newcomer.invitation {
                Some(token) => Some(invitations::use_up(conn, &platform.sealer, token.reveal(), now)?),
                None => None,
            };
            let admitted = match accounts::find_by_email(conn, &platform.sealer, newcomer.email.reveal())? {
                Some(_) => false,
                // Two who register with one address at the same moment: the records refuse the second, who is then told
                // what everybody is told.
                None => match savepoint(conn, |conn| admit(conn, &platform, &newcomer, invitation, now)) {
                    Ok(()) => true,
                    Err(error) if error.code() == Code::EmailTaken => false,
                    Err(error) => return Err(error),
                },
            };
            if !admitted {
                remind(conn, &platform, newcomer.email.reveal(), now)?;
            }
            Answer::created("/v1/me/registration", &received)
        })
        .await
}

/// Somebody who registers, ready for the records.
struct Newcomer {
    email: Private<String>,
    pseudonym: Option<Private<String>>,
    hash: String,
    decision: Decision,
    told: Particulars,
    blocked: Vec<NewBlocked>,
    invitation: Option<Private<String>>,
}

/// What must be known of everybody, from the form or from the invitation.
struct Needed {
    email: Private<String>,
    profession: Profession,
    setting: Setting,
    nation: Nation,
}

/// The form, with what it leaves out taken from the invitation. A place is taken whole or not at all.
async fn filled(mut form: RegisterPractitioner, platform: &Platform, now: UtcTime) -> Result<RegisterPractitioner> {
    let Some(token) = form.invitation_token.clone() else { return Ok(form) };
    let sealer = platform.sealer.clone();
    let (brought, _) = platform.db.read(move |conn| invitations::brought(conn, &sealer, token.reveal(), now)).await?;
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
    let refusal = Refusal::new(Code::InvalidBody, "Some members of the body are not as documented.");
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
    rules::settle_place(&mut told, workforce::boards()?, now.london_day())?;
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
            return Err(Refusal::from(Code::AlreadyBlocked).field(at, "repeated", "This colleague was named before.").into());
        }
        marks.push(mark);
        blocked.push(new);
    }
    Ok(blocked)
}

fn check_clinicians(conn: &mut Conn, sealer: &Sealer, blocked: &[NewBlocked]) -> Result<()> {
    for (index, new) in blocked.iter().enumerate() {
        super::blocked::check_clinician(conn, sealer, new, &format!("/blocked_colleagues/{index}"))?;
    }
    Ok(())
}

/// Makes account and registration, and sends the confirmation link.
fn admit(conn: &mut Conn, platform: &Platform, newcomer: &Newcomer, invitation: Option<Id>, now: UtcTime) -> Result<()> {
    let (sealer, email, id) = (&platform.sealer, newcomer.email.reveal(), Id::new(now));
    let reference = queries::fresh_reference(conn)?;
    let account = NewAccount {
        id,
        role: Role::Practitioner,
        email,
        name: newcomer.pseudonym.as_ref().map_or(&reference, |pseudonym| pseudonym.reveal()),
        password_hash: Some(&newcomer.hash),
        email_verified_at: None,
    };
    accounts::insert(conn, sealer, &account, now)?;
    queries::insert(conn, sealer, id, &reference, newcomer.decision, &newcomer.told, now)?;
    if let Some(invitation) = invitation {
        invitations::link(conn, invitation, id, now)?;
    }
    for colleague in &newcomer.blocked {
        queries::block(conn, sealer, id, colleague, now)?;
    }
    if newcomer.decision == Decision::NeedsFunding {
        let person = Actor { id: Some(id), role: Role::Practitioner.as_str() };
        awaiting::begin_funding(conn, sealer, id, newcomer.told.icb_code.as_deref(), person, now)?;
    }
    let token = accounts::issue_token(conn, id, TokenPurpose::VerifyEmail, VERIFICATION_LIFE, now)?;
    let letter = letters::verify_email(email, &platform.policy.app_url, token.reveal());
    outbox::queue(conn, sealer, "verify_email", &letter, now)?;
    audit::record(conn, Actor::ANONYMOUS, "registration.made", ("practitioner", Some(id)), now)
}

/// Tells the holder of an account that somebody registered with their address. The letter goes to the address as the
/// account has it, not as it was typed now.
fn remind(conn: &mut Conn, platform: &Platform, email: &str, now: UtcTime) -> Result<()> {
    let account = accounts::find_by_email(conn, &platform.sealer, email)?.ok_or_else(|| Error::unavailable("an account went"))?;
    if let Some(open) = accounts::open(conn, &platform.sealer, account.id)? {
        let letter = letters::already_registered(open.email.reveal(), &platform.policy.app_url);
        outbox::queue(conn, &platform.sealer, "already_registered", &letter, now)?;
    }
    audit::record(conn, Actor::ANONYMOUS, "registration.repeated", ("account", Some(account.id)), now)
}
