//! From what clinics and absences say, and the slots there are, to what must happen to them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::super::model::{Changes, Offer, PlannedSlot, SlotState, Standing};

/// Compares the slots that shall be offered from `now` on with those that stand.
///
/// A booked slot is never taken away: it is `kept` when it is still offered as it was booked, and `lost` when it is not.
/// Nothing is offered over a booked slot or one that has begun. There is one slot at most for each start of a clinician, so
/// one that comes back at the same time comes back under its id.
pub fn settle(wanted: Vec<Offer>, standing: &[Standing], now: DateTime<Utc>) -> Changes {
    let (begun, ahead): (Vec<&Standing>, Vec<&Standing>) = standing.iter().partition(|s| s.offer.slot.starts_at <= now);
    let mut taken: Vec<PlannedSlot> = begun.iter().filter(|s| s.state != SlotState::Withdrawn).map(|s| s.offer.slot).collect();
    taken.extend(ahead.iter().filter(|s| s.state == SlotState::Booked).map(|s| s.offer.slot));
    let by_start: BTreeMap<DateTime<Utc>, &Standing> = ahead.iter().map(|s| (s.offer.slot.starts_at, *s)).collect();

    let mut wanted = wanted;
    wanted.retain(|offer| offer.slot.starts_at > now);
    wanted.sort_by_key(|offer| offer.slot.starts_at);
    let (mut changes, mut stays) = (Changes::default(), BTreeSet::new());
    let mut last_end = now;
    for offer in wanted {
        let present = by_start.get(&offer.slot.starts_at).copied();
        if let Some(booked) = present.filter(|s| s.state == SlotState::Booked && same_meeting(&s.offer, &offer)) {
            changes.kept.push(booked.id);
        }
        if offer.slot.starts_at < last_end || taken.iter().any(|other| overlap(other, &offer.slot)) {
            continue;
        }
        last_end = offer.slot.ends_at;
        match present {
            None => changes.add.push(offer),
            Some(slot) if slot.offer == offer => {
                stays.insert(slot.id);
                if slot.state == SlotState::Withdrawn {
                    changes.revive.push(slot.id);
                }
            }
            Some(slot) => changes.change.push((slot.id, offer)),
        }
    }
    let lost = |s: &&&Standing| s.state == SlotState::Booked && !changes.kept.contains(&s.id);
    changes.lost = ahead.iter().filter(lost).map(|s| s.id).collect();
    let gone = |s: &&&Standing| s.state == SlotState::Free && !stays.contains(&s.id);
    changes.withdraw = ahead.iter().filter(gone).map(|s| s.id).collect();
    changes
}

/// For those who meet it does not matter which clinic a slot came from.
fn same_meeting(a: &Offer, b: &Offer) -> bool {
    a.slot == b.slot && a.kind == b.kind && a.mode == b.mode && a.place == b.place
}

fn overlap(a: &PlannedSlot, b: &PlannedSlot) -> bool {
    a.starts_at < b.ends_at && b.starts_at < a.ends_at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::model::{AppointmentKind, AppointmentMode};
    use SlotState::{Booked, Free, Withdrawn};
    use chrono::TimeDelta;
    use platform::ids::Id;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn id(number: u128) -> Id {
        Id(uuid::Uuid::from_u128(number))
    }

    fn offer(from: i64, to: i64, mode: AppointmentMode) -> Offer {
        let slot = PlannedSlot { starts_at: at(from), ends_at: at(to) };
        Offer { clinic: id(99), slot, kind: AppointmentKind::Treatment, mode, place: None }
    }

    fn standing(number: u128, from: i64, to: i64, state: SlotState) -> Standing {
        Standing { id: id(number), offer: offer(from, to, AppointmentMode::Video), state }
    }

    #[test]
    fn what_is_offered_already_stays_and_the_rest_is_withdrawn_revived_or_added() {
        let slots = [standing(1, 10, 20, Free), standing(2, 20, 30, Free), standing(3, 30, 40, Withdrawn)];
        let wanted = [(10, 20), (30, 40), (40, 50)].map(|(from, to)| offer(from, to, AppointmentMode::Video)).to_vec();
        let changes = settle(wanted, &slots, at(0));
        assert_eq!((changes.withdraw, changes.revive), (vec![id(2)], vec![id(3)]));
        assert_eq!(changes.add, [offer(40, 50, AppointmentMode::Video)]);
        assert!(changes.change.is_empty() && changes.lost.is_empty());
    }

    #[test]
    fn a_free_slot_that_is_offered_otherwise_is_withdrawn_and_changed_under_its_id() {
        let changes = settle(vec![offer(10, 25, AppointmentMode::Phone)], &[standing(1, 10, 20, Free)], at(0));
        assert_eq!(changes.withdraw, [id(1)]);
        assert_eq!(changes.change, [(id(1), offer(10, 25, AppointmentMode::Phone))]);
    }

    #[test]
    fn a_booked_slot_is_kept_or_lost_and_nothing_is_laid_over_it() {
        let slots = [standing(1, 10, 20, Booked), standing(2, 20, 30, Booked), standing(3, 40, 50, Booked)];
        let wanted = vec![
            offer(10, 20, AppointmentMode::Video),
            offer(20, 30, AppointmentMode::Phone),
            offer(45, 55, AppointmentMode::Video),
        ];
        let changes = settle(wanted, &slots, at(0));
        assert_eq!((changes.kept, changes.lost), (vec![id(1)], vec![id(2), id(3)]));
        assert!(changes.add.is_empty() && changes.change.is_empty() && changes.withdraw.is_empty());
    }

    #[test]
    fn what_has_begun_is_left_alone_and_not_overlapped() {
        let changes = settle(
            vec![offer(4, 9, AppointmentMode::Video), offer(12, 17, AppointmentMode::Video)],
            &[standing(1, 0, 15, Free)],
            at(5),
        );
        assert_eq!(changes, Changes::default());
    }
}
