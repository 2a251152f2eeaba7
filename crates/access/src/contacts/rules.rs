//! What follows from a triage, where an invitation may be sent and whether it is valid, and who may take and complete a task.

mod hour_changes;
mod hours;

use chrono::{DateTime, NaiveDate, Utc};

pub use hour_changes::{approved_on, check_approve_hours, check_withdraw_hours, hours_state_at};
pub use hours::{
    channel_status, channel_statuses, check_always_answered, check_hours, first_gap, first_week_without_phone, replaced_by,
    spans_on,
};

use super::model::{
    Advice, ContactDetails, ContactState, ContactTaskState, InvitationFacts, InvitationRecipient, InvitationState, Prefill,
    RiskSeverity, SafetyAnswer, TriageNeed, TriageRule,
};
use people::practitioners::rules::parse_reference;
use platform::ids::Id;
use platform::outbox::MessageCarrier;
use platform::outbox::text::mobile_number;
use platform::refusal::{Reason, Refusal};
use platform::text::phone;
use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Icb, Nation};
use reference::workforce::rules::check_icb;

/// The advice that follows from the needs that apply. The most urgent decides the next step. The instructions of every need are
/// kept. In immediate danger the emergency routes are always included: 999, A&E, 111 and the lines that answer day and night
/// (`docs/clinical-rules.md#crisis-help`). `rules` are sorted by urgency.
pub fn advise(rules: &[TriageRule], needs: &[TriageNeed]) -> Option<Advice> {
    let matching: Vec<&TriageRule> = rules.iter().filter(|rule| needs.contains(&rule.need)).collect();
    let first = matching.first()?;
    let mut signposts: Vec<SignpostNeed> = Vec::new();
    let always = needs.contains(&TriageNeed::ImmediateDanger).then_some(SignpostNeed::Crisis);
    for need in always.into_iter().chain(matching.iter().flat_map(|rule| rule.signposts.iter().copied())) {
        if !signposts.contains(&need) {
            signposts.push(need);
        }
    }
    let mut to_do: Vec<String> = Vec::new();
    for point in matching.iter().flat_map(|rule| &rule.to_do) {
        if !to_do.contains(point) {
            to_do.push(point.clone());
        }
    }
    Some(Advice {
        step: first.step,
        next_step_text: first.next_step_text.clone(),
        to_do,
        signposts,
        tasks: matching.iter().filter_map(|rule| rule.task).collect(),
    })
}

/// How severe the crisis is that these needs show, for the clinicians of a caller who is a practitioner; `None` where they show none
/// (`docs/clinical-rules.md#contact-line`).
pub fn crisis_of_needs(needs: &[TriageNeed]) -> Option<RiskSeverity> {
    if needs.contains(&TriageNeed::ImmediateDanger) {
        Some(RiskSeverity::Immediate)
    } else {
        needs.contains(&TriageNeed::NeedsToday).then_some(RiskSeverity::Urgent)
    }
}

/// The same of the answer to the safety question: only "yes" is a crisis by itself.
pub fn crisis_of_answer(answer: Option<SafetyAnswer>) -> Option<RiskSeverity> {
    (answer == Some(SafetyAnswer::Yes)).then_some(RiskSeverity::Immediate)
}

/// Whether an alert that a coordinator raises from a contact of their own counts towards their limit: not where life is in danger now, by the
/// severity that they state or by what the contact says.
pub fn own_alert_counts(severity: RiskSeverity, contact_is_in_danger: bool) -> bool {
    severity != RiskSeverity::Immediate && !contact_is_in_danger
}

/// Whether the caller's own number or address shows whose crisis it is. It does not where the call is about someone else: then only a
/// stated reference does.
pub fn is_about_the_caller(needs: &[TriageNeed]) -> bool {
    !needs.iter().any(|need| matches!(need, TriageNeed::AboutSomeoneElse | TriageNeed::WorriedColleagueOrFamily))
}

/// The need whose task an alert of a member of staff raises.
pub const fn need_of(severity: RiskSeverity) -> TriageNeed {
    match severity {
        RiskSeverity::Immediate => TriageNeed::ImmediateDanger,
        RiskSeverity::Urgent | RiskSeverity::SameDay => TriageNeed::NeedsToday,
    }
}

/// Whether a stated reference has the form and the check character of one. It does not tell whether anyone has it.
pub fn reference_is_readable(stated: &str) -> bool {
    parse_reference(stated).is_some()
}

/// Checks and completes a caller's place of work: region and board belong to England, the board to its region. Nothing has to be
/// given, since callers get advice whether or not they say who they are (`docs/clinical-rules.md#contact-line`).
///
/// # Errors
/// [`Reason::InvalidBody`] at `/caller/region` or `/caller/icb_code`.
pub fn normalise_place(details: &mut ContactDetails, boards: &[Icb], on: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if details.nation.is_some_and(|nation| nation != Nation::England) {
        if details.region.is_some() {
            return refuse("/caller/region", "not_allowed", "Only England has these regions. Leave the region empty.");
        }
        if details.icb_code.is_some() {
            return refuse("/caller/icb_code", "not_allowed", "Only England has integrated care boards. Leave the board empty.");
        }
        return Ok(());
    }
    if let Some(code) = details.icb_code.as_deref() {
        let board = check_icb(boards, code, on).map_err(|mut refusal| {
            for field in &mut refusal.fields {
                field.pointer = format!("/caller{}", field.pointer);
            }
            refusal
        })?;
        if details.region.is_some_and(|region| region != board.region) {
            return refuse("/caller/region", "mismatch", "This board belongs to another region. Correct one of them.");
        }
        details.region = Some(board.region);
        details.icb_code = Some(board.code.clone());
    }
    if details.region.is_some() {
        details.nation = Some(Nation::England);
    }
    Ok(())
}

/// The key from which the blind index of a telephone number is made: its digits with the country code in front, so that `020 7946
/// 0018` and `+44 (0)20 7946 0018` are one number.
pub fn phone_key(typed: &str) -> String {
    match phone(typed) {
        Some(number) => number.strip_prefix('+').unwrap_or(&number).to_owned(),
        None => typed.chars().filter(char::is_ascii_digit).collect(),
    }
}

/// The form in which the same number was stored formerly, when a `0` after the country code was kept.
pub fn former_phone_key(key: &str) -> Option<String> {
    key.strip_prefix("44").map(|national| format!("440{national}"))
}

/// Whether a contact can still be changed.
///
/// # Errors
/// [`Reason::ContactErased`], [`Reason::ContactClosed`].
pub fn check_open(state: ContactState, erased: bool) -> Result<(), Refusal> {
    match state {
        _ if erased => Err(Reason::ContactErased.into()),
        ContactState::Closed => Err(Reason::ContactClosed.into()),
        ContactState::Open => Ok(()),
    }
}

/// Whether it is safe to contact the caller by this channel.
///
/// # Errors
/// [`Reason::UnsafeChannel`] at `/channel`.
pub fn check_safe(channel: MessageCarrier, details: &ContactDetails) -> Result<(), Refusal> {
    let safe = match channel {
        MessageCarrier::Sms => details.safe_to_text,
        MessageCarrier::Email => details.safe_to_email,
    };
    if safe != Some(false) {
        return Ok(());
    }
    let detail = "The caller says this is not safe. Choose another channel, or record that it is safe now.";
    Err(Refusal::from(Reason::UnsafeChannel).field("/channel", "unsafe", detail))
}

/// The recipient of an invitation: the number or address given for it, or else the caller's own; never by a channel that the
/// caller says is unsafe (`docs/clinical-rules.md#messages`).
///
/// # Errors
/// [`Reason::UnsafeChannel`] at `/channel`; [`Reason::ContactAddressMissing`] or [`Reason::InvalidMobile`] at `/phone` or
/// `/email`.
pub fn choose_recipient(
    channel: MessageCarrier,
    phone: Option<&str>,
    email: Option<&str>,
    details: &ContactDetails,
) -> Result<InvitationRecipient, Refusal> {
    check_safe(channel, details)?;
    let (given, own, pointer) = match channel {
        MessageCarrier::Sms => (phone, details.phone.as_deref(), "/phone"),
        MessageCarrier::Email => (email, details.email.as_deref(), "/email"),
    };
    let Some(to) = given.or(own) else {
        return Err(Refusal::from(Reason::ContactAddressMissing).field(pointer, "required", "None is recorded. Enter one."));
    };
    match channel {
        MessageCarrier::Email => Ok(InvitationRecipient::Email(to.trim().to_owned())),
        MessageCarrier::Sms => mobile_number(to)
            .map(InvitationRecipient::Mobile)
            .ok_or_else(|| Refusal::from(Reason::InvalidMobile).field(pointer, "invalid", "Enter a mobile number for a text.")),
    }
}

/// The details that an invitation prefills: what the caller gave, with the recipient's number or address where none is known.
pub fn prefill(details: ContactDetails, to: &InvitationRecipient) -> Prefill {
    let mut prefill = Prefill::from(details);
    match to {
        InvitationRecipient::Mobile(number) => prefill.phone = prefill.phone.or_else(|| Some(number.clone())),
        InvitationRecipient::Email(address) => prefill.email = prefill.email.or_else(|| Some(address.clone())),
    }
    prefill
}

/// The state of an invitation as staff see it. It does not depend on a registration: someone who could see that one was used
/// would know who is a practitioner. One that expired before another was sent counts as expired, not as revoked.
pub fn invitation_state(facts: InvitationFacts, now: DateTime<Utc>) -> InvitationState {
    state(facts.expires_at, facts.ended_by_staff_at, now)
}

fn state(expires_at: DateTime<Utc>, ended_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> InvitationState {
    match ended_at {
        Some(at) if at < expires_at => InvitationState::Revoked,
        _ if now >= expires_at => InvitationState::Expired,
        Some(_) => InvitationState::Revoked,
        None => InvitationState::Sent,
    }
}

/// Checks that a person can register with an invitation.
///
/// # Errors
/// [`Reason::InvitationUsed`], [`Reason::InvitationExpired`] or [`Reason::InvitationRevoked`].
pub fn check_valid(facts: InvitationFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if facts.used_at.is_some() {
        return Err(Reason::InvitationUsed.into());
    }
    check_not_over(state(facts.expires_at, facts.revoked_at, now))
}

/// Checks that staff may revoke an invitation.
///
/// # Errors
/// [`Reason::InvitationExpired`] or [`Reason::InvitationRevoked`].
pub fn check_not_over(state: InvitationState) -> Result<(), Refusal> {
    match state {
        InvitationState::Sent => Ok(()),
        InvitationState::Expired => Err(Reason::InvitationExpired.into()),
        InvitationState::Revoked => Err(Reason::InvitationRevoked.into()),
    }
}

/// Whether a member of staff may take a task. It stays with the one who took it, unless it is taken over on purpose: shifts end.
///
/// # Errors
/// [`Reason::TaskDone`], [`Reason::TaskTaken`].
pub fn check_take(state: ContactTaskState, taken_by: Option<Id>, by: Id, take_over: bool) -> Result<(), Refusal> {
    match state {
        ContactTaskState::Done => Err(Reason::TaskDone.into()),
        ContactTaskState::Taken if taken_by != Some(by) && !take_over => {
            Err(Refusal::from(Reason::TaskTaken).field("/take_over", "taken", "Someone else has it. Set this to take it over."))
        }
        ContactTaskState::Taken | ContactTaskState::Waiting => Ok(()),
    }
}

/// Whether a member of staff may complete a task: only the one who has taken it.
///
/// # Errors
/// [`Reason::TaskDone`], [`Reason::TaskNotTaken`], [`Reason::TaskTaken`].
pub fn check_complete(state: ContactTaskState, taken_by: Option<Id>, by: Id) -> Result<(), Refusal> {
    match state {
        ContactTaskState::Done => Err(Reason::TaskDone.into()),
        ContactTaskState::Waiting => Err(Reason::TaskNotTaken.into()),
        ContactTaskState::Taken if taken_by != Some(by) => Err(Reason::TaskTaken.into()),
        ContactTaskState::Taken => Ok(()),
    }
}

#[cfg(test)]
mod tests;
