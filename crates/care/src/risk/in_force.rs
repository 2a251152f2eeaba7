//! The times of risk alerts in force on a day: those that the program ships, with the changes of administrators. How severe an answer
//! is does not change: a release changes it.

use chrono::NaiveDate;

use super::catalogue::{self, check_order};
use super::model::RiskPolicy;
use platform::Tx;
use platform::error::Result;
use reference::reference_data::model::{EntryFault, ReferenceDataset};
use reference::reference_data::overlay::Changes;
use reference::reference_data::{self, InForce, figures};

/// The times of today. An alert does not wait until a wrong entry is corrected.
///
/// # Errors
/// As [`reference_data::on_or_shipped`].
pub fn policy(tx: &mut Tx) -> Result<InForce<RiskPolicy>> {
    let today = tx.now.london_day();
    policy_on(tx, today)
}

/// The times of a day.
///
/// # Errors
/// As [`policy`].
pub fn policy_on(tx: &mut Tx, day: NaiveDate) -> Result<InForce<RiskPolicy>> {
    reference_data::on_or_shipped(tx, day, &[ReferenceDataset::AlertTimes], catalogue::policy(), build)
}

/// The times that are known on a day.
///
/// # Errors
/// What is wrong with a changed time.
pub fn build(changes: &Changes, on: NaiveDate) -> Result<RiskPolicy, EntryFault> {
    let mut policy = catalogue::policy().clone();
    figures::lay_over(&mut policy, changes, ReferenceDataset::AlertTimes, on)?;
    let wrong = |(key, detail)| figures::out_of_order(ReferenceDataset::AlertTimes, key, "/value", detail);
    check_order(&policy).map_err(wrong)?;
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::times;
    use super::super::model::RiskSeverity;
    use super::*;
    use platform::ids::Id;
    use reference::reference_data::overlay::DatedChange;
    use serde_json::json;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn changes(values: &[(&str, u16)]) -> Changes {
        let change = |(number, (key, value)): (i32, &(&str, u16))| DatedChange {
            id: Id::NO_RECORD,
            dataset: ReferenceDataset::AlertTimes,
            key: (*key).to_owned(),
            valid_from: day("2027-02-01"),
            number,
            entry: Some(json!({ "value": value, "source": "The safety officer" })),
        };
        Changes::new((1..).zip(values).map(change).collect())
    }

    #[test]
    fn a_time_holds_from_its_day_and_the_others_stay() {
        let changes = changes(&[("urgent:due_minutes", 120), ("review_hour", 9)]);
        assert_eq!(build(&changes, day("2027-01-31")).unwrap(), *catalogue::policy());
        let changed = build(&changes, day("2027-02-01")).unwrap();
        assert_eq!((times(&changed, RiskSeverity::Urgent).unwrap().due_minutes, changed.review_hour), (Some(120), 9));
        assert_eq!(
            times(&changed, RiskSeverity::Immediate).unwrap(),
            times(catalogue::policy(), RiskSeverity::Immediate).unwrap()
        );
    }

    #[test]
    fn an_absurd_time_is_refused_at_its_value() {
        for (values, key) in [
            (&[("immediate:due_minutes", 31)][..], "immediate:due_minutes"),
            (&[("immediate:due_minutes", 4)], "immediate:due_minutes"),
            (&[("immediate:repeat_minutes", 60)], "immediate:repeat_minutes"),
            (&[("urgent:due_minutes", 481)], "urgent:due_minutes"),
            (&[("same_day:otherwise_hours", 3)], "same_day:otherwise_hours"),
            (&[("same_day:due_hour", 15)], "same_day:due_hour"),
            (&[("same_day:raised_until_hour", 18)], "same_day:due_hour"),
            (&[("review_hour", 23)], "review_hour"),
        ] {
            let fault = build(&changes(values), day("2027-02-01")).unwrap_err();
            assert_eq!((fault.key.as_str(), fault.fault.member.as_str()), (key, "/value"), "{values:?}");
        }
        let due_by_its_day = build(&changes(&[("same_day:due_minutes", 60)]), day("2027-02-01")).unwrap_err();
        assert_eq!(due_by_its_day.fault.member, "key");
    }
}
