//! Compares the slots that clinics and absences call for with the slots that exist.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::super::model::{ExistingSlot, Offer, PlannedSlot, SlotChanges, SlotState};

/// The changes that make the existing slots match the slots to be offered from `now` on.
///
/// A booked slot is never withdrawn: it is in `still_offered` when it is still offered as it was booked, and in `lost` otherwise.
/// Nothing is offered over a booked slot or one that has started. A clinician has at most one slot for each start, so that a slot
/// which is offered again at the same time keeps its id.
pub fn reconcile(wanted: Vec<Offer>, existing: &[ExistingSlot], now: DateTime<Utc>) -> SlotChanges {
    let (started, upcoming): (Vec<&ExistingSlot>, Vec<&ExistingSlot>) =
        existing.iter().partition(|s| s.offer.slot.starts_at <= now);
    let mut taken: Vec<PlannedSlot> = started.iter().filter(|s| s.state != SlotState::Withdrawn).map(|s| s.offer.slot).collect();
    taken.extend(upcoming.iter().filter(|s| s.state == SlotState::Booked).map(|s| s.offer.slot));
    let by_start: BTreeMap<DateTime<Utc>, &ExistingSlot> = upcoming.iter().map(|s| (s.offer.slot.starts_at, *s)).collect();

    let mut wanted = wanted;
    wanted.retain(|offer| offer.slot.starts_at > now);
    wanted.sort_by_key(|offer| offer.slot.starts_at);
    let (mut changes, mut unchanged) = (SlotChanges::default(), BTreeSet::new());
    let mut last_end = now;
    for offer in wanted {
        let present = by_start.get(&offer.slot.starts_at).copied();
        if let Some(booked) = present.filter(|s| s.state == SlotState::Booked && same_details(&s.offer, &offer)) {
            changes.still_offered.push(booked.id);
        }
        if offer.slot.starts_at < last_end || taken.iter().any(|other| overlap(other, &offer.slot)) {
            continue;
        }
        last_end = offer.slot.ends_at;
        match present {
            None => changes.add.push(offer),
            Some(slot) if slot.offer == offer => {
                unchanged.insert(slot.id);
                if slot.state == SlotState::Withdrawn {
                    changes.offer_again.push(slot.id);
                }
            }
            Some(slot) => changes.change.push((slot.id, offer)),
        }
    }
    let lost = |s: &&&ExistingSlot| s.state == SlotState::Booked && !changes.still_offered.contains(&s.id);
    changes.lost = upcoming.iter().filter(lost).map(|s| s.id).collect();
    let withdrawn = |s: &&&ExistingSlot| s.state == SlotState::Free && !unchanged.contains(&s.id);
    changes.withdraw = upcoming.iter().filter(withdrawn).map(|s| s.id).collect();
    changes
}

/// For the two parties it does not matter which clinic a slot comes from.
fn same_details(a: &Offer, b: &Offer) -> bool {
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

    fn existing(number: u128, from: i64, to: i64, state: SlotState) -> ExistingSlot {
        ExistingSlot { id: id(number), offer: offer(from, to, AppointmentMode::Video), state }
    }

    #[test]
    fn an_offered_slot_stays_and_the_rest_is_withdrawn_offered_again_or_added() {
        let slots = [existing(1, 10, 20, Free), existing(2, 20, 30, Free), existing(3, 30, 40, Withdrawn)];
        let wanted = [(10, 20), (30, 40), (40, 50)].map(|(from, to)| offer(from, to, AppointmentMode::Video)).to_vec();
        let changes = reconcile(wanted, &slots, at(0));
        assert_eq!((changes.withdraw, changes.offer_again), (vec![id(2)], vec![id(3)]));
        assert_eq!(changes.add, [offer(40, 50, AppointmentMode::Video)]);
        assert!(changes.change.is_empty() && changes.lost.is_empty());
    }

    #[test]
    fn a_free_slot_offered_in_a_different_form_is_withdrawn_and_changed_under_its_id() {
        let changes = reconcile(vec![offer(10, 25, AppointmentMode::Phone)], &[existing(1, 10, 20, Free)], at(0));
        assert_eq!(changes.withdraw, [id(1)]);
        assert_eq!(changes.change, [(id(1), offer(10, 25, AppointmentMode::Phone))]);
    }

    #[test]
    fn a_booked_slot_is_still_offered_or_lost_and_nothing_is_planned_over_it() {
        let slots = [existing(1, 10, 20, Booked), existing(2, 20, 30, Booked), existing(3, 40, 50, Booked)];
        let wanted = vec![
            offer(10, 20, AppointmentMode::Video),
            offer(20, 30, AppointmentMode::Phone),
            offer(45, 55, AppointmentMode::Video),
        ];
        let changes = reconcile(wanted, &slots, at(0));
        assert_eq!((changes.still_offered, changes.lost), (vec![id(1)], vec![id(2), id(3)]));
        assert!(changes.add.is_empty() && changes.change.is_empty() && changes.withdraw.is_empty());
    }

    #[test]
    fn a_slot_that_has_started_is_left_alone_and_not_overlapped() {
        let changes = reconcile(
            vec![offer(4, 9, AppointmentMode::Video), offer(12, 17, AppointmentMode::Video)],
            &[existing(1, 0, 15, Free)],
            at(5),
        );
        assert_eq!(changes, SlotChanges::default());
    }
}
