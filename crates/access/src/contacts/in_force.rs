//! The triage in force today: the program ships it, and administrators change its times. Needs, steps and texts do not change: a release
//! changes them.

use chrono::NaiveDate;

use super::catalogue::{self, Triage, check_order};
use platform::Tx;
use platform::error::Result;
use reference::reference_data::model::{EntryFault, ReferenceDataset};
use reference::reference_data::overlay::Changes;
use reference::reference_data::{self, InForce, figures};

/// The triage of today. Help does not wait until a wrong entry is corrected.
///
/// # Errors
/// As [`reference_data::on_or_shipped`].
pub(super) fn triage(tx: &mut Tx) -> Result<InForce<Triage>> {
    let today = tx.now.london_day();
    reference_data::on_or_shipped(tx, today, &[ReferenceDataset::TriageTimes], catalogue::triage(), build)
}

/// The triage with the times that are known on a day.
///
/// # Errors
/// What is wrong with a changed time.
pub fn build(changes: &Changes, on: NaiveDate) -> Result<Triage, EntryFault> {
    let mut triage = catalogue::triage().clone();
    figures::lay_over(&mut triage, changes, ReferenceDataset::TriageTimes, on)?;
    let wrong = |(key, detail)| figures::out_of_order(ReferenceDataset::TriageTimes, key, "/value", detail);
    check_order(&triage).map_err(wrong)?;
    Ok(triage)
}

#[cfg(test)]
mod tests {
    use super::super::model::{SafetyAnswer, TriageNeed};
    use super::*;
    use platform::ids::Id;
    use reference::reference_data::overlay::DatedChange;
    use serde_json::json;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn changes(key: &str, value: u16) -> Changes {
        Changes::new(vec![DatedChange {
            id: Id::NO_RECORD,
            dataset: ReferenceDataset::TriageTimes,
            key: key.to_owned(),
            valid_from: day("2027-02-01"),
            number: 1,
            entry: Some(json!({ "value": value, "source": "The clinical lead" })),
        }])
    }

    #[test]
    fn a_time_holds_from_its_day_and_the_others_stay() {
        let changed = |key: &str, value, on: &str| build(&changes(key, value), day(on)).unwrap();
        assert_eq!(changed("need:needs_today", 120, "2027-01-31"), *catalogue::triage());
        let today = changed("need:needs_today", 120, "2027-02-01");
        let minutes = |triage: &Triage, need| triage.task_of(need).unwrap().within_minutes;
        assert_eq!(minutes(&today, TriageNeed::NeedsToday), 120);
        assert_eq!(minutes(&today, TriageNeed::ImmediateDanger), 15);
        assert_eq!(changed("call_back", 480, "2027-02-01").call_back().within_minutes, 480);
        let danger = changed("answer:yes", 10, "2027-02-01").call_back_after(Some(SafetyAnswer::Yes));
        assert_eq!(danger.within_minutes, 10);
        assert_eq!(changed("repeat:danger", 10, "2027-02-01").repeats()[0].every_minutes, 10);
    }

    #[test]
    fn an_absurd_time_is_refused_at_its_value() {
        for (key, value, wrong) in [
            ("need:immediate_danger", 31, "need:immediate_danger"),
            ("need:immediate_danger", 0, "need:immediate_danger"),
            ("answer:yes", 31, "answer:yes"),
            ("repeat:danger", 60, "repeat:danger"),
            ("need:safeguarding_child", 481, "need:safeguarding_child"),
            ("call_back", 2881, "call_back"),
            ("call_back", 60, "answer:prefer_not_to_say"),
        ] {
            let fault = build(&changes(key, value), day("2027-02-01")).unwrap_err();
            assert_eq!((fault.key.as_str(), fault.fault.member.as_str()), (wrong, "/value"), "{key} {value}");
        }
        for key in ["need:wants_information", "answer:no", "repeat:call_back", "call"] {
            assert_eq!(build(&changes(key, 60), day("2027-02-01")).unwrap_err().fault.member, "key", "{key}");
        }
    }
}
