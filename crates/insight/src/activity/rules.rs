//! Bands of waiting times, and the cost per head.

use chrono::{DateTime, NaiveDate, Utc};

use super::model::{Budget, Estimate, Scenario, ScenarioBasis, WaitBand};
use people::practitioners::model::Pathway;
use platform::refusal::{Reason, Refusal};

/// The band of a waiting time. The bands are those of the standards for talking therapies: 75% within six weeks (42 days) and 95%
/// within eighteen (126 days) of referral (<https://www.england.nhs.uk/2016/07/psychological-therapies/>). People refer
/// themselves to this service, so the wait starts on the day of registration or, after an earlier spell of care, of readmission.
pub fn wait_band(asked: NaiveDate, seen: NaiveDate) -> WaitBand {
    match (seen - asked).num_days() {
        ..=42 => WaitBand::WithinSixWeeks,
        43..=126 => WaitBand::WithinEighteenWeeks,
        _ => WaitBand::Longer,
    }
}

/// When a person asked for each spell of care: at registration, and when they came back after the spell before had ended.
///
/// A spell ends with discharge, or when the person is signposted after they had answered the intake. `moves` are the pathways that
/// they entered, in order. Waits are counted for each referral, not once for each person: NHS Data Dictionary, "waiting time"; NHS
/// Talking Therapies counts referrals.
pub fn spell_starts(registered: DateTime<Utc>, moves: &[(Pathway, DateTime<Utc>)]) -> Vec<DateTime<Utc>> {
    let mut starts = vec![registered];
    let (mut began, mut ended) = (false, false);
    for (pathway, at) in moves {
        match pathway {
            Pathway::Discharged => ended = true,
            Pathway::Signposted if began => ended = true,
            _ if ended => {
                starts.push(*at);
                (began, ended) = (*pathway != Pathway::Registered, false);
            }
            Pathway::IntakeDone | Pathway::AssessmentBooked | Pathway::InCare => began = true,
            Pathway::Registered | Pathway::AwaitingFunding | Pathway::AwaitingDecision | Pathway::Signposted => {}
        }
    }
    starts
}

/// The first of these times in each spell in which there is one, with the start of the spell. `attended` are in order.
pub fn first_in_each_spell(starts: &[DateTime<Utc>], attended: &[DateTime<Utc>]) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let ends = starts.iter().skip(1).map(Some).chain([None]);
    let spells = starts.iter().enumerate().zip(ends);
    let first = |((number, start), end): ((usize, &DateTime<Utc>), Option<&DateTime<Utc>>)| {
        let mut seen = attended.iter().filter(|at| (number == 0 || *at >= start) && end.is_none_or(|end| *at < end));
        seen.next().map(|first| (*start, *first))
    };
    spells.filter_map(first).collect()
}

/// The cost per head in pence, rounded to the nearest penny; `None` for a headcount of zero. Seven million pounds for 180,000
/// people are £38.89 (HSJ, October 2019).
pub fn per_head_pence(budget_pence: u64, headcount: u64) -> Option<u64> {
    rounded_quotient(u128::from(budget_pence), u128::from(headcount))
}

/// The cost in pence of `target` heads at the rate of a budget for `headcount` heads. The rate is not rounded before it is
/// multiplied.
pub fn cost_at_same_rate(budget_pence: u64, headcount: u64, target: u64) -> Option<u64> {
    rounded_quotient(u128::from(budget_pence) * u128::from(target), u128::from(headcount))
}

fn rounded_quotient(dividend: u128, divisor: u128) -> Option<u64> {
    (divisor > 0).then(|| (dividend + divisor / 2) / divisor).and_then(|quotient| u64::try_from(quotient).ok())
}

/// The cost of `target` people: at the same rate, and according to the public estimates for that number.
///
/// # Errors
/// [`Reason::InvalidParameter`] for a headcount of zero.
pub fn scenarios(budget_pence: u64, headcount: u64, target: u64, estimates: &[&Estimate]) -> Result<Vec<Scenario>, Refusal> {
    let scenario = |basis, heads, budget: Option<u64>| -> Option<Scenario> {
        let budget_pence = budget?;
        Some(Scenario { basis, headcount: heads, budget_pence, per_head_pence: per_head_pence(budget_pence, heads)? })
    };
    let same = scenario(ScenarioBasis::SameRate, target, cost_at_same_rate(budget_pence, headcount, target));
    let estimated = estimates
        .iter()
        .filter(|estimate| estimate.headcount == target)
        .map(|estimate| scenario(ScenarioBasis::PublicEstimate, target, estimate.budget_pounds.checked_mul(100)));
    std::iter::once(same).chain(estimated).collect::<Option<Vec<_>>>().ok_or_else(|| {
        let detail = "The headcount must be at least 1.";
        Refusal::new(Reason::InvalidParameter, detail).field("headcount", "out_of_range", detail)
    })
}

/// The budget that applies on a day.
pub fn budget_on(budgets: &[Budget], day: NaiveDate) -> Option<&Budget> {
    budgets.iter().rev().find(|budget| budget.from <= day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Standards: <https://www.england.nhs.uk/2016/07/psychological-therapies/>.
    #[test]
    fn waiting_time_bands_change_at_42_and_126_days() {
        let registered = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        for (days, expected) in [
            (0, WaitBand::WithinSixWeeks),
            (42, WaitBand::WithinSixWeeks),
            (43, WaitBand::WithinEighteenWeeks),
            (126, WaitBand::WithinEighteenWeeks),
            (127, WaitBand::Longer),
            (900, WaitBand::Longer),
        ] {
            assert_eq!(wait_band(registered, registered + chrono::Days::new(days)), expected, "{days} days");
        }
    }

    /// Each spell has its own wait.
    #[test]
    fn waits_are_counted_for_each_spell_of_care() {
        use Pathway::{AssessmentBooked, AwaitingFunding, Discharged, InCare, IntakeDone, Registered, Signposted};
        let day = |number: i64| "2027-01-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::TimeDelta::days(number);
        type Case<'a> = (&'a str, &'a [(Pathway, i64)], &'a [i64], &'a [i64], &'a [(i64, i64)]);
        let cases: [Case<'_>; 8] = [
            ("one spell", &[(IntakeDone, 1), (InCare, 20)], &[20, 40], &[0], &[(0, 20)]),
            ("not seen yet", &[(IntakeDone, 1)], &[], &[0], &[]),
            (
                "readmitted and seen",
                &[(IntakeDone, 1), (InCare, 20), (Discharged, 100), (Registered, 200), (InCare, 250)],
                &[20, 90, 240, 260],
                &[0, 200],
                &[(0, 20), (200, 240)],
            ),
            ("readmitted and not seen", &[(InCare, 20), (Discharged, 100), (Registered, 200)], &[20], &[0, 200], &[(0, 20)]),
            (
                "seen in the second spell only",
                &[(IntakeDone, 1), (Discharged, 100), (IntakeDone, 200)],
                &[230],
                &[0, 200],
                &[(200, 230)],
            ),
            (
                "waits for funding in the same spell",
                &[(Signposted, 0), (AwaitingFunding, 3), (Registered, 30)],
                &[60],
                &[0],
                &[(0, 60)],
            ),
            (
                "signposted after the assessment, and back with funding",
                &[(IntakeDone, 1), (AssessmentBooked, 5), (Signposted, 20), (AwaitingFunding, 50), (Registered, 70)],
                &[20, 100],
                &[0, 50],
                &[(0, 20), (50, 100)],
            ),
            (
                "three spells",
                &[(InCare, 5), (Discharged, 10), (Registered, 20), (InCare, 30), (Discharged, 40), (Registered, 50)],
                &[5, 30, 60],
                &[0, 20, 50],
                &[(0, 5), (20, 30), (50, 60)],
            ),
        ];
        for (name, moves, attended, starts, expected) in cases {
            let moves: Vec<_> = moves.iter().map(|(pathway, at)| (*pathway, day(*at))).collect();
            let attended: Vec<_> = attended.iter().map(|at| day(*at)).collect();
            let found = spell_starts(day(0), &moves);
            assert_eq!(found, starts.iter().map(|at| day(*at)).collect::<Vec<_>>(), "{name}");
            let expected: Vec<_> = expected.iter().map(|(start, first)| (day(*start), day(*first))).collect();
            assert_eq!(first_in_each_spell(&found, &attended), expected, "{name}");
        }
    }

    /// HSJ, October 2019: about seven million pounds for 180,000 people, that is £38.89 a head; a million at the same rate are
    /// 38.9 million.
    #[test]
    fn the_cost_per_head_is_rounded_to_the_nearest_penny() {
        assert_eq!(per_head_pence(700_000_000, 180_000), Some(3_889));
        assert_eq!(cost_at_same_rate(700_000_000, 180_000, 1_000_000), Some(3_888_888_889));
        assert_eq!(cost_at_same_rate(700_000_000, 180_000, 180_000), Some(700_000_000));
        assert_eq!(per_head_pence(1, 2), Some(1), "half a penny is rounded up");
        assert_eq!(per_head_pence(700_000_000, 0), None);
    }

    /// The same article: about double the budget for more than a million, that is £14.00 a head.
    #[test]
    fn a_million_people_cost_the_same_rate_or_the_public_estimate() {
        let day = NaiveDate::from_ymd_opt(2019, 10, 21).unwrap();
        let estimate = Estimate { from: day, headcount: 1_000_000, budget_pounds: 14_000_000, source: "HSJ".into() };
        let found = scenarios(700_000_000, 180_000, 1_000_000, &[&estimate]).unwrap();
        let scenario =
            |basis, budget_pence, per_head_pence| Scenario { basis, headcount: 1_000_000, budget_pence, per_head_pence };
        let expected = [
            scenario(ScenarioBasis::SameRate, 3_888_888_889, 3_889),
            scenario(ScenarioBasis::PublicEstimate, 1_400_000_000, 1_400),
        ];
        assert_eq!(found, expected);
        assert_eq!(scenarios(700_000_000, 180_000, 250_000, &[&estimate]).unwrap().len(), 1);
        assert_eq!(scenarios(700_000_000, 0, 250_000, &[]).unwrap_err().reason, Reason::InvalidParameter);
    }

    #[test]
    fn the_budget_of_a_day_is_the_last_one_before_it() {
        let day = |year| NaiveDate::from_ymd_opt(year, 4, 1).unwrap();
        let budget = |year, pounds| Budget { from: day(year), budget_pounds: pounds, headcount: 1, source: "a test".into() };
        let budgets = [budget(2020, 7), budget(2024, 9)];
        let on = |year| budget_on(&budgets, day(year)).map(|budget| budget.budget_pounds);
        assert_eq!((on(2019), on(2020), on(2023), on(2024), on(2030)), (None, Some(7), Some(7), Some(9), Some(9)));
    }
}
