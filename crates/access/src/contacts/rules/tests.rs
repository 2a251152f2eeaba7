use super::*;
use crate::contacts::catalogue::triage;
use crate::contacts::model::{ContactTaskKind, TriageStep};
use proptest::prelude::*;
use reference::workforce::boards;
use reference::workforce::model::{Profession, Region};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(byte: u8) -> Id {
    Id(uuid::Uuid::from_bytes([byte; 16]))
}

fn advice(said: &[TriageNeed]) -> Advice {
    advise(&triage().words, said).unwrap()
}

#[test]
fn the_weightiest_word_says_what_is_done_next() {
    use TriageNeed::{AboutSomeoneElse, ImmediateDanger, NeedsToday, WantsInformation, WantsToRegister};
    for (said, step, tasks) in [
        (&[ImmediateDanger][..], TriageStep::CallEmergencyServices, &[ContactTaskKind::Danger][..]),
        (&[WantsToRegister, ImmediateDanger], TriageStep::CallEmergencyServices, &[ContactTaskKind::Danger]),
        (&[NeedsToday, ImmediateDanger], TriageStep::CallEmergencyServices, &[ContactTaskKind::Danger, ContactTaskKind::Today]),
        (&[WantsToRegister, NeedsToday], TriageStep::ArrangeToday, &[ContactTaskKind::Today]),
        (&[AboutSomeoneElse, WantsToRegister], TriageStep::AdviseAboutSomeoneElse, &[]),
        (&[WantsInformation, WantsToRegister], TriageStep::SendInvitation, &[]),
        (&[WantsInformation], TriageStep::GiveInformation, &[]),
    ] {
        let advice = advice(said);
        assert_eq!(advice.step, step, "{said:?}");
        assert_eq!(advice.tasks.iter().map(|task| task.kind).collect::<Vec<_>>(), tasks, "{said:?}");
    }
    assert_eq!(advise(&triage().words, &[]), None);
}

#[test]
fn who_asks_about_another_is_told_nothing_of_them() {
    let advice = advice(&[TriageNeed::AboutSomeoneElse]);
    assert!(advice.sentence.contains("Never say or hint whether the person they ask about is known here"));
    assert!(advice.to_do.contains(&"Do not look the other person up.".to_owned()));
}

proptest! {
    #[test]
    fn danger_always_brings_crisis_help_and_nothing_to_do_is_left_out(picked in proptest::collection::vec(0..TriageNeed::ALL.len(), 1..6)) {
        let said: Vec<TriageNeed> = picked.iter().map(|index| TriageNeed::ALL[*index]).collect();
        // Even if somebody had taken crisis help out of the data.
        let mut words = triage().words.clone();
        for word in &mut words {
            word.signposts.retain(|need| *need != SignpostNeed::Crisis);
        }
        let advice = advise(&words, &said).unwrap();
        let danger = said.contains(&TriageNeed::ImmediateDanger);
        prop_assert_eq!(advice.signposts.first() == Some(&SignpostNeed::Crisis), danger);
        prop_assert_eq!(advice.step == TriageStep::CallEmergencyServices, danger);
        for word in words.iter().filter(|word| said.contains(&word.need)) {
            prop_assert!(word.to_do.iter().all(|point| advice.to_do.contains(point)));
        }
    }
}

#[test]
fn a_place_has_to_be_one_that_there_is() {
    let on = "2027-01-11".parse().unwrap();
    let settled = |nation, region, icb: Option<&str>| {
        let mut told = Told { nation, region, icb_code: icb.map(str::to_owned), ..Told::default() };
        settle(&mut told, boards(), on)
            .map(|()| (told.nation, told.region))
            .map_err(|refusal| (refusal.fields[0].pointer.clone(), refusal.fields[0].code))
    };
    let england = Some(Nation::England);
    assert_eq!(settled(None, None, None), Ok((None, None)));
    assert_eq!(settled(Some(Nation::Scotland), None, None), Ok((Some(Nation::Scotland), None)));
    assert_eq!(settled(None, None, Some("qwe")), Ok((england, Some(Region::London))));
    assert_eq!(settled(None, Some(Region::London), Some("QWE")), Ok((england, Some(Region::London))));
    let wrong = |pointer: &str, word| Err((pointer.to_owned(), word));
    assert_eq!(settled(Some(Nation::Wales), Some(Region::London), None), wrong("/caller/region", "not_allowed"));
    assert_eq!(settled(Some(Nation::Wales), None, Some("QWE")), wrong("/caller/icb_code", "not_allowed"));
    assert_eq!(settled(None, Some(Region::Midlands), Some("QWE")), wrong("/caller/region", "mismatch"));
    assert_eq!(settled(None, None, Some("XXX")), wrong("/caller/icb_code", "unknown"));
    assert_eq!(settled(None, None, Some("QM7")), wrong("/caller/icb_code", "dissolved"));
}

#[test]
fn a_number_is_one_number_however_it_is_written() {
    for typed in ["020 7946 0018", "+44 (0)20 7946 0018", "0044 20 7946-0018", "(020) 79460018", "44 20 7946 0018"] {
        assert_eq!(phone_key(typed), "442079460018", "{typed}");
    }
    assert_eq!(phone_key("+353 85 012 3456"), "353850123456");
    assert_ne!(phone_key("07700 900123"), phone_key("07700 900124"));
}

#[test]
fn an_invitation_goes_where_it_is_safe() {
    let told = Told { phone: Some("07700 900123".into()), email: Some("a@example.org".into()), ..Told::default() };
    let sms = InvitationChannel::Sms;
    let email = InvitationChannel::Email;
    let mobile = |number: &str| Ok(SendTo::Mobile(number.to_owned()));
    let address = |address: &str| Ok(SendTo::Email(address.to_owned()));
    assert_eq!(send_to(sms, None, None, &told), mobile("+447700900123"));
    assert_eq!(send_to(sms, Some("07700 900999"), None, &told), mobile("+447700900999"));
    assert_eq!(send_to(email, None, None, &told), address("a@example.org"));
    assert_eq!(send_to(email, Some("07700 900999"), Some(" b@example.org "), &told), address("b@example.org"));
    let code = |result: Result<SendTo, Refusal>| {
        result.map_err(|refusal| (refusal.reason, refusal.fields[0].pointer.clone())).unwrap_err()
    };
    assert_eq!(code(send_to(sms, None, None, &Told::default())), (Reason::ContactAddressMissing, "/phone".into()));
    assert_eq!(code(send_to(email, None, None, &Told::default())), (Reason::ContactAddressMissing, "/email".into()));
    assert_eq!(code(send_to(sms, Some("020 7946 0018"), None, &told)), (Reason::InvalidMobile, "/phone".into()));
    let unsafe_texts = Told { safe_to_text: Some(false), ..told.clone() };
    assert_eq!(code(send_to(sms, Some("07700 900999"), None, &unsafe_texts)), (Reason::UnsafeChannel, "/channel".into()));
    assert_eq!(send_to(email, None, None, &unsafe_texts), address("a@example.org"));
    let unsafe_letters = Told { safe_to_email: Some(false), ..told };
    assert_eq!(code(send_to(email, None, None, &unsafe_letters)), (Reason::UnsafeChannel, "/channel".into()));
}

#[test]
fn an_invitation_brings_what_was_given_and_no_note() {
    let told = Told {
        called: Some("Wren".into()),
        profession: Some(Profession::Nurse),
        note: Some("cannot sleep".into()),
        ..Told::default()
    };
    let brought = brought(told, &SendTo::Mobile("+447700900123".into()));
    let expected = Brought {
        called: Some("Wren".into()),
        phone: Some("+447700900123".into()),
        profession: Some(Profession::Nurse),
        ..Brought::default()
    };
    assert!(brought == expected);
}

#[test]
fn an_invitation_stands_as_what_happened_first_left_it() {
    let (sent, revoked, used, expired) =
        (InvitationState::Sent, InvitationState::Revoked, InvitationState::Used, InvitationState::Expired);
    let (before, end, after) = ("2027-01-17T00:00:00Z", "2027-01-18T09:00:00Z", "2027-01-19T00:00:00Z");
    for (used_at, revoked_at, now, state) in [
        (None, None, before, sent),
        (None, None, end, expired),
        (None, None, after, expired),
        (Some(before), None, after, used),
        (None, Some(before), before, revoked),
        (None, Some(before), after, revoked),
        (None, Some(after), after, expired),
    ] {
        let facts = InvitationFacts { expires_at: at(end), used_at: used_at.map(at), revoked_at: revoked_at.map(at) };
        assert_eq!(standing(facts, at(now)), state, "{used_at:?} {revoked_at:?} {now}");
        assert_eq!(check_good(state).is_ok(), state == sent);
        assert_eq!(check_renewal(facts).is_ok(), state != used);
    }
}

#[test]
fn who_has_taken_a_task_finishes_it() {
    use ContactTaskState::{Done, Taken, Waiting};
    for (state, taken_by, take_over, taking, finishing) in [
        (Waiting, None, false, Ok(()), Err(Reason::TaskNotTaken)),
        (Taken, Some(id(1)), false, Ok(()), Ok(())),
        (Taken, Some(id(2)), false, Err(Reason::TaskTaken), Err(Reason::TaskTaken)),
        (Taken, Some(id(2)), true, Ok(()), Err(Reason::TaskTaken)),
        (Done, Some(id(1)), true, Err(Reason::TaskDone), Err(Reason::TaskDone)),
    ] {
        let code = |result: Result<(), Refusal>| result.map_err(|refusal| refusal.reason);
        assert_eq!(code(check_taking(state, taken_by, id(1), take_over)), taking, "{state:?} {taken_by:?} {take_over}");
        assert_eq!(code(check_finishing(state, taken_by, id(1))), finishing, "{state:?} {taken_by:?}");
    }
}

#[test]
fn what_is_closed_or_forgotten_is_left_alone() {
    let code = |state, forgotten| check_open(state, forgotten).map_err(|refusal| refusal.reason);
    assert_eq!(code(ContactState::Open, false), Ok(()));
    assert_eq!(code(ContactState::Closed, false), Err(Reason::ContactClosed));
    assert_eq!(code(ContactState::Open, true), Err(Reason::ContactErased));
}
