//! What a triage comes to, where an invitation may go and whether it is good, and what becomes of a task.

mod hours;

use chrono::{DateTime, NaiveDate, Utc};

pub use hours::{check_ahead, check_answered, check_hours, first_gap, route, routes, spans_on};

use super::model::{
    Advice, Brought, ContactState, ContactTaskState, InvitationChannel, InvitationFacts, InvitationState, SendTo, Told,
    TriageNeed, TriageWord,
};
use platform::ids::Id;
use platform::outbox::text::mobile_number;
use platform::refusal::{Reason, Refusal};
use platform::text::phone;
use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Icb, Nation};
use reference::workforce::rules::check_icb;

/// What the words that hold come to. The weightiest says what is done next; of what is to be done nothing is left out. Whenever
/// danger is among them the emergency routes are, too: 999, A&E, 111 and the lines that answer day and night
/// (`docs/clinical-rules.md#crisis-help`). `words` are sorted by weight.
pub fn advise(words: &[TriageWord], said: &[TriageNeed]) -> Option<Advice> {
    let holding: Vec<&TriageWord> = words.iter().filter(|word| said.contains(&word.need)).collect();
    let first = holding.first()?;
    let mut signposts: Vec<SignpostNeed> = Vec::new();
    let always = said.contains(&TriageNeed::ImmediateDanger).then_some(SignpostNeed::Crisis);
    for need in always.into_iter().chain(holding.iter().flat_map(|word| word.signposts.iter().copied())) {
        if !signposts.contains(&need) {
            signposts.push(need);
        }
    }
    Some(Advice {
        step: first.step,
        sentence: first.sentence.clone(),
        to_do: holding.iter().flat_map(|word| word.to_do.iter().cloned()).collect(),
        signposts,
        tasks: holding.iter().filter_map(|word| word.task).collect(),
    })
}

/// Checks what a caller gave against itself: region and board belong to England, and the board to its region. Nothing has to be
/// given, since callers get advice whether or not they say who they are (`docs/clinical-rules.md#contact-line`).
///
/// # Errors
/// [`Reason::InvalidBody`] at `/caller/region` or `/caller/icb_code`.
pub fn settle(told: &mut Told, boards: &[Icb], on: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if told.nation.is_some_and(|nation| nation != Nation::England) {
        if told.region.is_some() {
            return refuse("/caller/region", "not_allowed", "Only England has these regions.");
        }
        if told.icb_code.is_some() {
            return refuse("/caller/icb_code", "not_allowed", "Only England has integrated care boards.");
        }
        return Ok(());
    }
    if let Some(code) = told.icb_code.as_deref() {
        let board = check_icb(boards, code, on).map_err(|mut refusal| {
            for field in &mut refusal.fields {
                field.pointer = format!("/caller{}", field.pointer);
            }
            refusal
        })?;
        if told.region.is_some_and(|region| region != board.region) {
            return refuse("/caller/region", "mismatch", "The board belongs to another region.");
        }
        told.region = Some(board.region);
        told.icb_code = Some(board.code.clone());
    }
    if told.region.is_some() {
        told.nation = Some(Nation::England);
    }
    Ok(())
}

/// What the blind index of a telephone number is made of: its digits with the country before them, so that `020 7946 0018` and
/// `+44 (0)20 7946 0018` are one number.
pub fn phone_key(typed: &str) -> String {
    match phone(typed) {
        Some(number) => number.strip_prefix('+').unwrap_or(&number).to_owned(),
        None => typed.chars().filter(char::is_ascii_digit).collect(),
    }
}

/// The other form that the same number may have been kept in: a `0` behind the country used to count.
pub fn former_phone_key(key: &str) -> Option<String> {
    key.strip_prefix("44").map(|national| format!("440{national}"))
}

/// Whether anything can still be done with a contact.
///
/// # Errors
/// [`Reason::ContactErased`], [`Reason::ContactClosed`].
pub fn check_open(state: ContactState, forgotten: bool) -> Result<(), Refusal> {
    match state {
        _ if forgotten => Err(Reason::ContactErased.into()),
        ContactState::Closed => Err(Reason::ContactClosed.into()),
        ContactState::Open => Ok(()),
    }
}

/// Whether a caller may be written to so.
///
/// # Errors
/// [`Reason::UnsafeChannel`] at `/channel`.
pub fn check_safe(channel: InvitationChannel, told: &Told) -> Result<(), Refusal> {
    let safe = match channel {
        InvitationChannel::Sms => told.safe_to_text,
        InvitationChannel::Email => told.safe_to_email,
    };
    if safe != Some(false) {
        return Ok(());
    }
    let detail = "The caller said that this is not safe. Ask for another way, or write down that it is safe now.";
    Err(Refusal::from(Reason::UnsafeChannel).field("/channel", "unsafe", detail))
}

/// Where an invitation goes: to the number or address that was given for it, or else to the caller's own; never by a way that
/// the caller called unsafe (`docs/clinical-rules.md#messages`).
///
/// # Errors
/// [`Reason::UnsafeChannel`] at `/channel`; [`Reason::ContactAddressMissing`] or [`Reason::InvalidMobile`] at `/phone` or `/email`.
pub fn send_to(channel: InvitationChannel, phone: Option<&str>, email: Option<&str>, told: &Told) -> Result<SendTo, Refusal> {
    check_safe(channel, told)?;
    let (given, own, pointer) = match channel {
        InvitationChannel::Sms => (phone, told.phone.as_deref(), "/phone"),
        InvitationChannel::Email => (email, told.email.as_deref(), "/email"),
    };
    let Some(to) = given.or(own) else {
        return Err(Refusal::from(Reason::ContactAddressMissing).field(pointer, "required", "None is known. Give one."));
    };
    match channel {
        InvitationChannel::Email => Ok(SendTo::Email(to.trim().to_owned())),
        InvitationChannel::Sms => mobile_number(to)
            .map(SendTo::Mobile)
            .ok_or_else(|| Refusal::from(Reason::InvalidMobile).field(pointer, "invalid", "Texts go to mobile numbers only.")),
    }
}

/// What goes along with an invitation: what the caller gave, and the number or address that it goes to where none is known.
pub fn brought(told: Told, to: &SendTo) -> Brought {
    let mut brought = Brought::from(told);
    match to {
        SendTo::Mobile(number) => brought.phone = brought.phone.or_else(|| Some(number.clone())),
        SendTo::Email(address) => brought.email = brought.email.or_else(|| Some(address.clone())),
    }
    brought
}

/// Where an invitation stands. One that expired first is not called taken back because another one was sent later.
pub fn standing(facts: InvitationFacts, now: DateTime<Utc>) -> InvitationState {
    let InvitationFacts { expires_at, used_at, revoked_at } = facts;
    match (used_at, revoked_at) {
        (Some(_), _) => InvitationState::Used,
        (None, Some(at)) if at < expires_at => InvitationState::Revoked,
        _ if now >= expires_at => InvitationState::Expired,
        (None, Some(_)) => InvitationState::Revoked,
        (None, None) => InvitationState::Sent,
    }
}

/// Lets nothing through but an invitation that is good.
///
/// # Errors
/// [`Reason::InvitationUsed`], [`Reason::InvitationExpired`] or [`Reason::InvitationRevoked`].
pub fn check_good(state: InvitationState) -> Result<(), Refusal> {
    match state {
        InvitationState::Sent => Ok(()),
        InvitationState::Used => Err(Reason::InvitationUsed.into()),
        InvitationState::Expired => Err(Reason::InvitationExpired.into()),
        InvitationState::Revoked => Err(Reason::InvitationRevoked.into()),
    }
}

/// Whether another link is sent: not once somebody has registered.
///
/// # Errors
/// [`Reason::InvitationUsed`].
pub fn check_renewal(facts: InvitationFacts) -> Result<(), Refusal> {
    if facts.used_at.is_some() { Err(Reason::InvitationUsed.into()) } else { Ok(()) }
}

/// Whether somebody may take a task. Who has it keeps it, unless it is taken over on purpose: shifts end.
///
/// # Errors
/// [`Reason::TaskDone`], [`Reason::TaskTaken`].
pub fn check_taking(state: ContactTaskState, taken_by: Option<Id>, by: Id, take_over: bool) -> Result<(), Refusal> {
    match state {
        ContactTaskState::Done => Err(Reason::TaskDone.into()),
        ContactTaskState::Taken if taken_by != Some(by) && !take_over => {
            Err(Refusal::from(Reason::TaskTaken).field("/take_over", "taken", "Say so if you take it over."))
        }
        ContactTaskState::Taken | ContactTaskState::Waiting => Ok(()),
    }
}

/// Whether somebody may finish a task: whoever has taken it.
///
/// # Errors
/// [`Reason::TaskDone`], [`Reason::TaskNotTaken`], [`Reason::TaskTaken`].
pub fn check_finishing(state: ContactTaskState, taken_by: Option<Id>, by: Id) -> Result<(), Refusal> {
    match state {
        ContactTaskState::Done => Err(Reason::TaskDone.into()),
        ContactTaskState::Waiting => Err(Reason::TaskNotTaken.into()),
        ContactTaskState::Taken if taken_by != Some(by) => Err(Reason::TaskTaken.into()),
        ContactTaskState::Taken => Ok(()),
    }
}

#[cfg(test)]
mod tests;
