//! The limits and intervals of follow-ups in force today: those that the program ships, with the changes of administrators.

use chrono::NaiveDate;

use super::model::Policy;
use super::policy::{self, check_order};
use platform::Tx;
use platform::error::Result;
use reference::reference_data::model::{EntryFault, ReferenceDataset};
use reference::reference_data::overlay::Changes;
use reference::reference_data::{self, InForce, figures};

/// The policy of today. Reminders and calls do not wait until a wrong entry is corrected.
///
/// # Errors
/// As [`reference_data::on_or_shipped`].
pub(super) fn policy(tx: &mut Tx) -> Result<InForce<Policy>> {
    let today = tx.now.london_day();
    reference_data::on_or_shipped(tx, today, &[ReferenceDataset::FollowUpPolicy], policy::policy(), build)
}

/// The policy that is known on a day.
///
/// # Errors
/// What is wrong with a changed value.
pub fn build(changes: &Changes, on: NaiveDate) -> Result<Policy, EntryFault> {
    let mut built = policy::policy().clone();
    figures::lay_over(&mut built, changes, ReferenceDataset::FollowUpPolicy, on)?;
    let wrong = |(key, detail)| figures::out_of_order(ReferenceDataset::FollowUpPolicy, key, "/value", detail);
    check_order(&built).map_err(wrong)?;
    Ok(built)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::follow_ups::model::FollowUpContactAttemptOutcome;
    use platform::ids::Id;
    use reference::reference_data::overlay::DatedChange;
    use serde_json::{Value, json};

    fn built(key: &str, entry: Value, on: &str) -> Result<Policy, (String, String)> {
        let change = DatedChange {
            id: Id::NO_RECORD,
            dataset: ReferenceDataset::FollowUpPolicy,
            key: key.to_owned(),
            valid_from: "2027-02-01".parse().unwrap(),
            number: 1,
            entry: Some(entry),
        };
        build(&Changes::new(vec![change]), on.parse().unwrap()).map_err(|fault| (fault.key, fault.fault.member))
    }

    fn number(value: u16) -> Value {
        json!({ "value": value, "source": "The clinical lead" })
    }

    fn time(text: &str) -> Value {
        json!({ "time": text, "source": "The clinical lead" })
    }

    #[test]
    fn a_value_holds_from_its_day_and_the_others_stay() {
        assert_eq!(built("chase:1", number(3), "2027-01-31").unwrap(), *policy::policy());
        assert_eq!(built("chase:1", number(3), "2027-02-01").unwrap().chase_after_days, [3, 7, 14]);
        let later = built("messages_from", time("10:30"), "2027-02-01").unwrap();
        assert_eq!(later.messages_from.to_string(), "10:30:00");
        let again = built("call_again:no_answer", number(2), "2027-02-01").unwrap();
        assert_eq!(again.call_again_after_days[&FollowUpContactAttemptOutcome::NoAnswer], Some(2));
    }

    #[test]
    fn an_absurd_value_is_refused_at_its_member() {
        for (key, entry, wrong, member) in [
            ("messages_from", time("05:00"), "messages_from", "/time"),
            ("messages_until", time("23:00"), "messages_until", "/time"),
            ("chase:1", number(0), "chase:1", "/value"),
            ("chase:1", number(8), "chase:2", "/value"),
            ("chase:4", number(8), "chase:4", "key"),
            ("call_again:declined", number(8), "call_again:declined", "key"),
            ("max_open", number(101), "max_open", "/value"),
            ("suggested_slots", number(21), "suggested_slots", "/value"),
        ] {
            let fault = built(key, entry, "2027-02-01").unwrap_err();
            assert_eq!(fault, (wrong.to_owned(), member.to_owned()), "{key}");
        }
    }
}
