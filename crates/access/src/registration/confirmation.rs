//! From a completed registration form to an account. A registration waits until the person who filled it in confirms it: the link
//! shows that the mailbox is theirs, the password that the form is theirs.
//!
//! Anyone may register with any address, so an unconfirmed registration reserves none. Confirming a registration deletes the
//! others of its address. Registrations that others send meanwhile displace neither the first nor the latest.

use chrono::TimeDelta;

use super::queries::funding_requests;
use super::queries::pending::{self, Pending, PendingForm};
use super::reasons;
use crate::contacts::invitations;
use crate::schema::pending_registrations;
use people::accounts::email_requests;
use people::accounts::email_requests::{EmailRequest, EmailRequestKind};
use people::accounts::emails;
use people::accounts::model::Role;
use people::accounts::queries as accounts;
use people::accounts::queries::NewAccount;
use people::practitioners::model::EligibilityDecision;
use people::practitioners::queries;
use people::relationships::Basis;
use people::sign_in::password_resets;
use platform::Tx;
use platform::audit;
use platform::audit::{About, Actor};
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::recipient_limits;
use platform::recipient_limits::RecipientLimit;
use platform::refusal::Reason;

/// How long a confirmation link works, and how long a registration waits to be confirmed.
const LINK_LIFETIME: TimeDelta = TimeDelta::days(1);
/// How many unconfirmed registrations one address may have.
const MAX_PENDING: usize = 5;
/// How often a link may be opened with a password.
pub const MAX_TRIES: i32 = 5;
/// How many requests one run answers.
const BATCH: usize = 50;
/// How many requests one run examines. Those for links asked for too often cost little, and must not delay the others.
const MAX_EXAMINED: i64 = 500;

/// Further registrations are answered by email later, not never: otherwise a stranger who sends many could prevent the owner of
/// the address from registering.
pub const REGISTRATION_LIMIT: RecipientLimit = RecipientLimit { kind: "registration", max: 4, within: TimeDelta::minutes(15) };
/// The window is much shorter than the life of a link, so that a valid one is always in the mailbox, even while strangers request
/// more.
pub const LINK_LIMIT: RecipientLimit = RecipientLimit { kind: "confirmation_link", max: 2, within: TimeDelta::minutes(5) };
/// At most one reminder an hour.
pub const REMINDER_LIMIT: RecipientLimit = RecipientLimit { kind: "already_registered", max: 1, within: TimeDelta::hours(1) };

/// Stores a registration and requests its link. The same is written whether or not the address has an account.
///
/// # Errors
/// When the database fails.
pub fn store_registration(tx: &mut Tx, form: &PendingForm) -> Result<()> {
    let (id, email_index) = (Id::new(tx.now), accounts::email_index(tx.sealer, &form.email));
    pending::insert(tx, id, &email_index, form, tx.now + LINK_LIFETIME)?;
    let mut others = pending::ids_of(tx, &email_index)?;
    others.retain(|other| *other != id);
    pending::delete(tx, surplus(&others))?;
    let due = recipient_limits::count(tx, &email_index, &REGISTRATION_LIMIT, tx.now)?.unwrap_or(tx.now);
    email_requests::create(tx, EmailRequestKind::Registration, &email_index, Some(id), due)?;
    audit::record(tx, Actor::ANONYMOUS, "registration.received", ("registration", Some(id)))
}

/// The registrations of an address, oldest first, that are deleted when one more is added. The oldest stays, so that many later
/// ones cannot displace a waiting form; the newest stay, so that many earlier ones cannot keep a form out.
fn surplus(others: &[Id]) -> &[Id] {
    let over = (others.len() + 1).saturating_sub(MAX_PENDING);
    others.get(1..=over).unwrap_or_default()
}

/// Processes the requests that are due; returns how many.
///
/// # Errors
/// When the database cannot be reached. A request that cannot be processed is dropped and logged.
pub fn process_due(tx: &mut Tx) -> Result<usize> {
    let due = email_requests::due(tx, MAX_EXAMINED)?;
    let (mut taken, mut answered) = (0, Vec::new());
    for request in &due {
        if answered.len() >= BATCH {
            break;
        }
        taken += 1;
        if !email_requests::claim(tx, request.id)? {
            continue;
        }
        match tx.savepoint(|tx| process_unless_limited(tx, request, &answered)) {
            Ok(true) => answered.push(request),
            Ok(false) => {}
            Err(error) if error.reason() == Reason::Unavailable => return Err(error),
            Err(error) => {
                tracing::warn!(request.id = %request.id, code = error.reason().code().as_str(), "a request for an address could not be handled");
            }
        }
    }
    Ok(taken)
}

/// Processes a request, unless links were requested too often or one was sent a moment ago; true when it was processed. This is
/// checked here, where no response time can reveal what others requested.
fn process_unless_limited(tx: &mut Tx, request: &EmailRequest, answered: &[&EmailRequest]) -> Result<bool> {
    if let Some(limit) = request_limit(request.kind)
        && recipient_limits::count(tx, &request.email_index, limit, request.created_at)?.is_some()
    {
        return Ok(false);
    }
    // Another link would invalidate the one sent in this run before it could be opened.
    let same = |before: &&EmailRequest| before.kind == request.kind && before.email_index == request.email_index;
    if request.registration_id.is_none() && answered.iter().any(same) {
        return Ok(false);
    }
    process(tx, request)?;
    Ok(true)
}

/// The limit on requested links. A registration was counted when it was received.
fn request_limit(kind: EmailRequestKind) -> Option<&'static RecipientLimit> {
    match kind {
        EmailRequestKind::PasswordReset => Some(&password_resets::REQUEST_LIMIT),
        EmailRequestKind::ConfirmationLink => Some(&LINK_LIMIT),
        EmailRequestKind::Registration => None,
    }
}

fn process(tx: &mut Tx, request: &EmailRequest) -> Result<()> {
    match (request.kind, request.registration_id) {
        (EmailRequestKind::PasswordReset, _) => password_resets::send_link(tx, &request.email_index),
        (EmailRequestKind::Registration, Some(id)) if accounts::find_by_confirmed_email(tx, &request.email_index)?.is_none() => {
            send_link(tx, id)
        }
        (EmailRequestKind::Registration, _) => send_reminder(tx, &request.email_index),
        (EmailRequestKind::ConfirmationLink, _) if accounts::find_by_confirmed_email(tx, &request.email_index)?.is_none() => {
            let waiting = pending::linked(tx, &request.email_index, MAX_TRIES)?;
            waiting.into_iter().try_for_each(|id| send_link(tx, id))
        }
        (EmailRequestKind::ConfirmationLink, _) => Ok(()),
    }
}

fn send_link(tx: &mut Tx, id: Id) -> Result<()> {
    let Some(pending_form) = pending::find(tx, id)? else { return Ok(()) };
    let token = accounts::new_token();
    pending::set_link(tx, id, &accounts::token_hash(&token), tx.now + LINK_LIFETIME)?;
    let email = emails::email_confirmation(&pending_form.form.email, &tx.policy.app_url, &token);
    outbox::queue_email(tx, "verify_email", &email)?;
    Ok(())
}

/// Notifies the holder of an account that someone registered with their address. The email goes to the address as the account
/// has it, not as it was typed now.
fn send_reminder(tx: &mut Tx, email_index: &str) -> Result<()> {
    let Some(account) = accounts::find_by_confirmed_email(tx, email_index)? else { return Ok(()) };
    // The account of a practitioner is closed when they have died: nothing is sent any more.
    let silent = !account.active && account.role == Role::Practitioner;
    if !silent
        && recipient_limits::count(tx, email_index, &REMINDER_LIMIT, tx.now)?.is_none()
        && let Some(open) = accounts::find(tx, account.id)?
    {
        let to = open.email.reveal();
        let email = if account.active { emails::already_registered(to, &tx.policy.app_url) } else { emails::account_closed(to) };
        outbox::queue_email(tx, "already_registered", &email)?;
    }
    audit::record(tx, Actor::ANONYMOUS, "registration.repeated", ("account", Some(account.id)))
}

/// Creates account and registration from a form whose link and password were given, and deletes the other forms of its address.
///
/// # Errors
/// 410 when the form was confirmed or deleted meanwhile, when the address now belongs to an account, or when its invitation was
/// used.
pub fn confirm_registration(tx: &mut Tx, waiting: &Pending) -> Result<()> {
    let all = pending::ids_of(tx, &waiting.email_index)?;
    // Always in the same order, so that two confirmations at the same moment wait for each other without a deadlock.
    for id in &all {
        platform::lock_row!(tx.conn, pending_registrations, *id)?;
    }
    if pending::delete(tx, &[waiting.id])? == 0 || accounts::find_by_confirmed_email(tx, &waiting.email_index)?.is_some() {
        return Err(Reason::TokenExpired.into());
    }
    create_account(tx, &waiting.form).map_err(|error| match error.reason() {
        Reason::EmailTaken => Reason::TokenExpired.into(),
        _ => error,
    })?;
    pending::delete(tx, &all)?;
    Ok(())
}

fn create_account(tx: &mut Tx, form: &PendingForm) -> Result<()> {
    let id = Id::new(tx.now);
    let invitation = form.invitation.map(|invitation| invitations::use_up(tx, invitation)).transpose()?;
    let reference = queries::new_reference(tx)?;
    let account = NewAccount {
        id,
        role: Role::Practitioner,
        email: &form.email,
        name: form.pseudonym.as_deref().unwrap_or(&reference),
        password_hash: Some(&form.password_hash),
        email_verified_at: Some(tx.now),
    };
    accounts::insert(tx, &account)?;
    queries::insert(tx, id, &reference, form.decision, &form.particulars)?;
    if let Some(invitation) = invitation {
        invitations::link(tx, invitation, id)?;
    }
    for colleague in &form.blocked {
        queries::block(tx, id, colleague)?;
    }
    let person = Actor { id: Some(id), role: Role::Practitioner.as_str() };
    if form.decision == EligibilityDecision::NeedsFunding {
        funding_requests::create_request(tx, id, form.particulars.icb_code.as_deref(), person)?;
    }
    let words = form.particulars.confidentiality_reason_words.as_deref();
    reasons::follow_decision(tx, id, form.decision, words, person)?;
    let own = About { practitioner: id, basis: Basis::Own.as_str() };
    audit::record_about(tx, person, "registration.created", ("practitioner", Some(id)), own)?;
    audit::record(tx, person, "account.email_verified", ("account", Some(id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::clock::Clock;

    #[test]
    fn first_and_latest_forms_of_an_address_are_never_displaced() {
        let now = Clock::system().now();
        let ids: Vec<Id> = (0..9).map(|_| Id::new(now)).collect();
        for (number, expected) in [(0, 0..0), (1, 0..0), (4, 0..0), (5, 1..2), (9, 1..6)] {
            assert_eq!(surplus(&ids[..number]), &ids[expected], "of {number}");
        }
    }
}
