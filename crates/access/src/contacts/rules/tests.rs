use super::*;
use crate::contacts::catalogue::triage;
use crate::contacts::model::{ContactTaskKind, TriageStep};
use proptest::prelude::*;
use reference::workforce::catalogue::boards;
use reference::workforce::model::{Profession, Region};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(byte: u8) -> Id {
    Id(uuid::Uuid::from_bytes([byte; 16]))
}

fn advice(needs: &[TriageNeed]) -> Advice {
    advise(&triage().rules, needs).unwrap()
}

#[test]
fn no_alert_counts_towards_a_limit_where_life_is_in_danger_now() {
    use RiskSeverity::{Immediate, SameDay, Urgent};
    for (severity, in_danger, counts) in [
        (Immediate, false, false),
        (Immediate, true, false),
        (Urgent, true, false),
        (SameDay, true, false),
        (Urgent, false, true),
        (SameDay, false, true),
    ] {
        assert_eq!(own_alert_counts(severity, in_danger), counts, "{severity:?} {in_danger}");
    }
}

#[test]
fn most_urgent_need_decides_the_next_step() {
    use TriageNeed::{AboutSomeoneElse, ImmediateDanger, NeedsToday, WantsInformation, WantsToRegister};
    for (needs, step, tasks) in [
        (&[ImmediateDanger][..], TriageStep::CallEmergencyServices, &[ContactTaskKind::Danger][..]),
        (&[WantsToRegister, ImmediateDanger], TriageStep::CallEmergencyServices, &[ContactTaskKind::Danger]),
        (&[NeedsToday, ImmediateDanger], TriageStep::CallEmergencyServices, &[ContactTaskKind::Danger, ContactTaskKind::Today]),
        (&[WantsToRegister, NeedsToday], TriageStep::ArrangeToday, &[ContactTaskKind::Today]),
        (&[AboutSomeoneElse, WantsToRegister], TriageStep::AdviseAboutSomeoneElse, &[]),
        (&[WantsInformation, WantsToRegister], TriageStep::SendInvitation, &[]),
        (&[WantsInformation], TriageStep::GiveInformation, &[]),
    ] {
        let advice = advice(needs);
        assert_eq!(advice.step, step, "{needs:?}");
        assert_eq!(advice.tasks.iter().map(|task| task.kind).collect::<Vec<_>>(), tasks, "{needs:?}");
    }
    assert_eq!(advise(&triage().rules, &[]), None);
}

#[test]
fn caller_who_asks_about_someone_else_gets_general_advice_only() {
    let advice = advice(&[TriageNeed::AboutSomeoneElse]);
    assert!(advice.next_step_text.contains("Never say or hint whether the person they ask about is known here"));
    assert!(advice.to_do.contains(&"Do not look the other person up.".to_owned()));
}

proptest! {
    #[test]
    fn danger_adds_crisis_help_and_loses_no_instruction(picked in proptest::collection::vec(0..TriageNeed::ALL.len(), 1..6)) {
        let needs: Vec<TriageNeed> = picked.iter().map(|index| TriageNeed::ALL[*index]).collect();
        // Even if someone had removed crisis help from the data.
        let mut rules = triage().rules.clone();
        for rule in &mut rules {
            rule.signposts.retain(|need| *need != SignpostNeed::Crisis);
        }
        let advice = advise(&rules, &needs).unwrap();
        let danger = needs.contains(&TriageNeed::ImmediateDanger);
        prop_assert_eq!(advice.signposts.first() == Some(&SignpostNeed::Crisis), danger);
        prop_assert_eq!(advice.step == TriageStep::CallEmergencyServices, danger);
        for rule in rules.iter().filter(|rule| needs.contains(&rule.need)) {
            prop_assert!(rule.to_do.iter().all(|point| advice.to_do.contains(point)));
        }
    }
}

#[test]
fn place_of_work_must_exist_and_fit_together() {
    let on = "2027-01-11".parse().unwrap();
    let placed = |nation, region, icb: Option<&str>| {
        let mut details = ContactDetails { nation, region, icb_code: icb.map(str::to_owned), ..ContactDetails::default() };
        normalise_place(&mut details, boards(), on)
            .map(|()| (details.nation, details.region))
            .map_err(|refusal| (refusal.fields[0].pointer.clone(), refusal.fields[0].code))
    };
    let england = Some(Nation::England);
    assert_eq!(placed(None, None, None), Ok((None, None)));
    assert_eq!(placed(Some(Nation::Scotland), None, None), Ok((Some(Nation::Scotland), None)));
    assert_eq!(placed(None, None, Some("qwe")), Ok((england, Some(Region::London))));
    assert_eq!(placed(None, Some(Region::London), Some("QWE")), Ok((england, Some(Region::London))));
    let wrong = |pointer: &str, word| Err((pointer.to_owned(), word));
    assert_eq!(placed(Some(Nation::Wales), Some(Region::London), None), wrong("/caller/region", "not_allowed"));
    assert_eq!(placed(Some(Nation::Wales), None, Some("QWE")), wrong("/caller/icb_code", "not_allowed"));
    assert_eq!(placed(None, Some(Region::Midlands), Some("QWE")), wrong("/caller/region", "mismatch"));
    assert_eq!(placed(None, None, Some("ZZZ")), wrong("/caller/icb_code", "unknown"));
    assert_eq!(placed(None, None, Some("QM7")), wrong("/caller/icb_code", "dissolved"));
}

#[test]
fn same_telephone_number_has_one_key_however_it_is_typed() {
    for typed in ["020 7946 0018", "+44 (0)20 7946 0018", "0044 20 7946-0018", "(020) 79460018", "44 20 7946 0018"] {
        assert_eq!(phone_key(typed), "442079460018", "{typed}");
    }
    assert_eq!(phone_key("+353 85 012 3456"), "353850123456");
    assert_ne!(phone_key("07700 900123"), phone_key("07700 900124"));
}

#[test]
fn invitation_is_sent_only_by_a_safe_channel() {
    let details =
        ContactDetails { phone: Some("07700 900123".into()), email: Some("a@example.org".into()), ..ContactDetails::default() };
    let sms = MessageCarrier::Sms;
    let email = MessageCarrier::Email;
    let mobile = |number: &str| Ok(InvitationRecipient::Mobile(number.to_owned()));
    let address = |address: &str| Ok(InvitationRecipient::Email(address.to_owned()));
    assert_eq!(choose_recipient(sms, None, None, &details), mobile("+447700900123"));
    assert_eq!(choose_recipient(sms, Some("07700 900999"), None, &details), mobile("+447700900999"));
    assert_eq!(choose_recipient(email, None, None, &details), address("a@example.org"));
    assert_eq!(choose_recipient(email, Some("07700 900999"), Some(" b@example.org "), &details), address("b@example.org"));
    let code = |result: Result<InvitationRecipient, Refusal>| {
        result.map_err(|refusal| (refusal.reason, refusal.fields[0].pointer.clone())).unwrap_err()
    };
    assert_eq!(
        code(choose_recipient(sms, None, None, &ContactDetails::default())),
        (Reason::ContactAddressMissing, "/phone".into())
    );
    assert_eq!(
        code(choose_recipient(email, None, None, &ContactDetails::default())),
        (Reason::ContactAddressMissing, "/email".into())
    );
    assert_eq!(code(choose_recipient(sms, Some("020 7946 0018"), None, &details)), (Reason::InvalidMobile, "/phone".into()));
    let unsafe_texts = ContactDetails { safe_to_text: Some(false), ..details.clone() };
    assert_eq!(
        code(choose_recipient(sms, Some("07700 900999"), None, &unsafe_texts)),
        (Reason::UnsafeChannel, "/channel".into())
    );
    assert_eq!(choose_recipient(email, None, None, &unsafe_texts), address("a@example.org"));
    let unsafe_emails = ContactDetails { safe_to_email: Some(false), ..details };
    assert_eq!(code(choose_recipient(email, None, None, &unsafe_emails)), (Reason::UnsafeChannel, "/channel".into()));
}

#[test]
fn invitation_prefills_what_was_given_but_not_the_note() {
    let details = ContactDetails {
        preferred_name: Some("Wren".into()),
        profession: Some(Profession::Nurse),
        note: Some("cannot sleep".into()),
        ..ContactDetails::default()
    };
    let prefill = prefill(details, &InvitationRecipient::Mobile("+447700900123".into()));
    let expected = Prefill {
        preferred_name: Some("Wren".into()),
        phone: Some("+447700900123".into()),
        profession: Some(Profession::Nurse),
        ..Prefill::default()
    };
    assert!(prefill == expected);
}

#[test]
fn first_event_decides_the_state_of_an_invitation() {
    let (sent, revoked, expired) = (InvitationState::Sent, InvitationState::Revoked, InvitationState::Expired);
    let (before, end, after) = ("2027-01-17T00:00:00Z", "2027-01-18T09:00:00Z", "2027-01-19T00:00:00Z");
    for (ended_at, now, state) in [
        (None, before, sent),
        (None, end, expired),
        (None, after, expired),
        (Some(before), before, revoked),
        (Some(before), after, revoked),
        (Some(after), after, expired),
    ] {
        let expires_at = at(end);
        let ended =
            InvitationFacts { expires_at, used_at: None, revoked_at: ended_at.map(at), ended_by_staff_at: ended_at.map(at) };
        assert_eq!(invitation_state(ended, at(now)), state, "{ended_at:?} {now}");
        assert_eq!(check_valid(ended, at(now)).is_ok(), state == sent);
        let used = InvitationFacts { used_at: Some(at(before)), revoked_at: None, ..ended };
        assert_eq!(invitation_state(used, at(now)), state, "staff see the same of a used one");
        assert_eq!(check_valid(used, at(now)).unwrap_err().reason, Reason::InvitationUsed);
        let replaced = InvitationFacts { revoked_at: Some(at(before)), ended_by_staff_at: None, ..ended };
        assert_eq!(invitation_state(replaced, at(before)), sent, "someone registered with another one");
        assert_eq!(check_valid(replaced, at(before)).unwrap_err().reason, Reason::InvitationRevoked);
    }
}

#[test]
fn only_the_member_of_staff_who_took_a_task_completes_it() {
    use ContactTaskState::{Done, Taken, Waiting};
    for (state, taken_by, take_over, taking, finishing) in [
        (Waiting, None, false, Ok(()), Err(Reason::TaskNotTaken)),
        (Taken, Some(id(1)), false, Ok(()), Ok(())),
        (Taken, Some(id(2)), false, Err(Reason::TaskTaken), Err(Reason::TaskTaken)),
        (Taken, Some(id(2)), true, Ok(()), Err(Reason::TaskTaken)),
        (Done, Some(id(1)), true, Err(Reason::TaskDone), Err(Reason::TaskDone)),
    ] {
        let code = |result: Result<(), Refusal>| result.map_err(|refusal| refusal.reason);
        assert_eq!(code(check_take(state, taken_by, id(1), take_over)), taking, "{state:?} {taken_by:?} {take_over}");
        assert_eq!(code(check_complete(state, taken_by, id(1))), finishing, "{state:?} {taken_by:?}");
    }
}

#[test]
fn closed_and_erased_contacts_cannot_be_changed() {
    let code = |state, erased| check_open(state, erased).map_err(|refusal| refusal.reason);
    assert_eq!(code(ContactState::Open, false), Ok(()));
    assert_eq!(code(ContactState::Closed, false), Err(Reason::ContactClosed));
    assert_eq!(code(ContactState::Open, true), Err(Reason::ContactErased));
}

#[test]
fn danger_and_needing_someone_today_are_a_crisis() {
    use RiskSeverity::{Immediate, Urgent};
    use TriageNeed::{
        AboutSomeoneElse, ImmediateDanger, NeedsToday, SafeguardingChild, WantsInformation, WorriedColleagueOrFamily,
    };
    for (needs, crisis, about_the_caller) in [
        (&[ImmediateDanger][..], Some(Immediate), true),
        (&[NeedsToday, ImmediateDanger], Some(Immediate), true),
        (&[NeedsToday], Some(Urgent), true),
        (&[NeedsToday, AboutSomeoneElse], Some(Urgent), false),
        (&[ImmediateDanger, WorriedColleagueOrFamily], Some(Immediate), false),
        (&[SafeguardingChild], None, true),
        (&[WantsInformation], None, true),
    ] {
        assert_eq!((crisis_of_needs(needs), is_about_the_caller(needs)), (crisis, about_the_caller), "{needs:?}");
    }
    for (answer, crisis) in [
        (Some(SafetyAnswer::Yes), Some(Immediate)),
        (Some(SafetyAnswer::PreferNotToSay), None),
        (Some(SafetyAnswer::No), None),
        (None, None),
    ] {
        assert_eq!(crisis_of_answer(answer), crisis, "{answer:?}");
    }
    for severity in RiskSeverity::ALL {
        let task = triage().task_of(need_of(*severity)).unwrap();
        assert_eq!(task.kind == ContactTaskKind::Danger, *severity == Immediate, "{severity:?}");
    }
}

#[test]
fn mistyped_reference_is_recognised_by_its_form_alone() {
    assert!(reference_is_readable("CF-2222-2222") && reference_is_readable(" cf 2222 2222 "));
    assert!(!reference_is_readable("CF-2222-2223") && !reference_is_readable("Ada"));
}
