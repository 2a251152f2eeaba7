//! JSON views of the figures for commissioners.

use chrono::{Days, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::DecisionTime;
use super::rules;
use crate::disclosure::dto::{FigureRate, FigureTable};
use crate::disclosure::model::{Published, Snapshot};
use crate::disclosure::rules::{centile, percent};
use access::funding::model::FundingDecision;
use platform::ids::UtcTime;
use reference::workforce::model::{Icb, Region};
use scheduling::clinicians::model::Discipline;

/// Results of funding requests, for each board.
#[derive(Serialize, ToSchema)]
pub struct FundingFigures {
    /// The boards, by code: for commissioners their own.
    #[schema(max_items = 200)]
    pub boards: Vec<BoardFundingFigures>,
}

/// Results of the funding requests to one board.
#[derive(Serialize, ToSchema)]
pub struct BoardFundingFigures {
    /// The code of the board.
    #[schema(max_length = 10)]
    pub icb_code: String,
    /// The name of the board.
    #[schema(max_length = 200)]
    pub name: String,
    /// The quarters that have been counted, the oldest first. A quarter is counted once, two weeks after its end.
    #[schema(max_items = 60)]
    pub periods: Vec<BoardFundingPeriod>,
}

/// Results of the funding requests to one board in a quarter.
#[derive(Serialize, ToSchema)]
pub struct BoardFundingPeriod {
    /// The first day of the quarter.
    pub first_day: NaiveDate,
    /// The last day of the quarter.
    pub last_day: NaiveDate,
    /// When the quarter was counted.
    pub counted_at: UtcTime,
    /// Requests by their first decision, which was made in the quarter, with the share that was approved.
    pub decisions: FigureTable,
    /// The same requests by the days from submission to that decision.
    pub days_to_decide: FigureTable,
    /// In which of these bands the median and the 90th centile are.
    #[schema(max_items = 10)]
    pub centiles: Vec<FigureCentile>,
    /// What the approvals of the quarter commit, in pence, rounded to 500 pounds: their amount, or their sessions at the price of a
    /// treatment. An approval without such a limit commits nothing fixed. Null when it is about fewer than ten people, or mostly about one.
    #[schema(minimum = 0)]
    pub committed_pence: Option<u32>,
    /// What the funded sessions of the quarter cost, in pence, rounded to 500 pounds. Null as above.
    #[schema(minimum = 0)]
    pub used_pence: Option<u32>,
}

/// A centile, as the band in which it is.
#[derive(Serialize, ToSchema)]
pub struct FigureCentile {
    /// The share of people who are in this band or an earlier one, in per cent: 50 for the median.
    #[schema(minimum = 1, maximum = 99)]
    pub percent: u8,
    /// The band. Null when a count is hidden.
    #[schema(max_length = 50)]
    pub category: Option<String>,
}

impl BoardFundingFigures {
    /// The figures of a board in these quarters; none when none of them has any.
    pub fn new(board: &Icb, snapshots: &[Snapshot]) -> Option<Self> {
        let periods: Vec<_> = snapshots.iter().filter_map(|snapshot| BoardFundingPeriod::new(board, snapshot)).collect();
        (!periods.is_empty()).then(|| Self { icb_code: board.code.clone(), name: board.name.clone(), periods })
    }
}

impl BoardFundingPeriod {
    fn new(board: &Icb, snapshot: &Snapshot) -> Option<Self> {
        let decisions = table(snapshot, &board.code, rules::DECISION)?;
        let times = table(snapshot, &board.code, rules::DAYS_TO_DECIDE)?;
        let sum = |breakdown| table(snapshot, &board.code, breakdown).and_then(|table| table.total);
        let band = |percent: u8| FigureCentile { percent, category: centile(&times, percent.into()).map(str::to_owned) };
        Some(Self {
            first_day: snapshot.period.first,
            last_day: last_day(snapshot),
            counted_at: snapshot.counted_at.into(),
            centiles: [50, 90].map(band).into(),
            decisions: FigureTable::new(decisions.clone(), decision_rates(&decisions)),
            days_to_decide: FigureTable::new(times.clone(), time_rates(&times)),
            committed_pence: sum(rules::COMMITTED),
            used_pence: sum(rules::USED),
        })
    }
}

/// The table of an area, with the plain name of its breakdown.
fn table(snapshot: &Snapshot, area: &str, breakdown: &str) -> Option<Published> {
    let name = rules::stored_name(area, breakdown);
    let found = snapshot.tables.iter().find(|table| table.breakdown == name)?;
    Some(Published { breakdown: breakdown.to_owned(), ..found.clone() })
}

fn last_day(snapshot: &Snapshot) -> NaiveDate {
    snapshot.period.until.checked_sub_days(Days::new(1)).unwrap_or(snapshot.period.first)
}

fn decision_rates(table: &Published) -> Vec<FigureRate> {
    let approved = [FundingDecision::Approved.as_str(), FundingDecision::ApprovedLimited.as_str()];
    let all: Vec<&str> = FundingDecision::ALL.iter().map(|one| one.as_str()).collect();
    vec![FigureRate::new("approved", percent(table, &approved, &all), None)]
}

fn time_rates(table: &Published) -> Vec<FigureRate> {
    let all: Vec<&str> = DecisionTime::ALL.iter().map(|one| one.as_str()).collect();
    let names = ["within_14_days", "within_28_days", "within_56_days"];
    let rate = |(index, name): (usize, &str)| FigureRate::new(name, percent(table, &all[..=index], &all), None);
    names.into_iter().enumerate().map(rate).collect()
}

/// Who registered, for each quarter.
#[derive(Serialize, ToSchema)]
pub struct RegistrationFigures {
    /// The quarters that have been counted, the oldest first. A quarter is counted once, two weeks after its end.
    #[schema(max_items = 60)]
    pub periods: Vec<RegistrationPeriod>,
}

/// Who registered in a quarter.
#[derive(Serialize, ToSchema)]
pub struct RegistrationPeriod {
    /// The first day of the quarter.
    pub first_day: NaiveDate,
    /// The last day of the quarter.
    pub last_day: NaiveDate,
    /// When the quarter was counted.
    pub counted_at: UtcTime,
    /// Registrations by profession.
    pub professions: FigureTable,
    /// Registrations by region of England.
    pub regions: FigureTable,
    /// Registrations in the areas of the boards: for commissioners their own.
    #[schema(max_items = 200)]
    pub boards: Vec<BoardRegistrations>,
}

/// The registrations in the area of a board.
#[derive(Serialize, ToSchema)]
pub struct BoardRegistrations {
    /// The code of the board.
    #[schema(max_length = 10)]
    pub icb_code: String,
    /// The name of the board.
    #[schema(max_length = 200)]
    pub name: String,
    /// The region.
    pub region: Region,
    /// How many registered, rounded to five. Null when it is hidden because it, another board or the region is about few people.
    #[schema(minimum = 0)]
    pub count: Option<u32>,
}

impl RegistrationPeriod {
    /// The registrations of a quarter, with those of these boards.
    pub fn new(snapshot: &Snapshot, boards: &[Icb]) -> Option<Self> {
        let find = |name: &str| snapshot.tables.iter().find(|table| table.breakdown == name);
        let (professions, regions) = (find(rules::PROFESSION)?, find(rules::REGION)?);
        let boards = boards.iter().filter_map(|board| {
            let of_region = find(&rules::boards_of(board.region))?;
            let (_, count) = of_region.cells.iter().find(|(code, _)| *code == board.code)?;
            Some(BoardRegistrations {
                icb_code: board.code.clone(),
                name: board.name.clone(),
                region: board.region,
                count: *count,
            })
        });
        Some(Self {
            first_day: snapshot.period.first,
            last_day: last_day(snapshot),
            counted_at: snapshot.counted_at.into(),
            boards: boards.collect(),
            professions: FigureTable::new(professions.clone(), Vec::new()),
            regions: FigureTable::new(regions.clone(), Vec::new()),
        })
    }
}

/// How many clinicians there are. They are staff, so every count is shown.
#[derive(Serialize, ToSchema)]
pub struct WorkforceFigures {
    /// When they were counted.
    pub counted_at: UtcTime,
    /// All clinicians.
    #[schema(minimum = 0)]
    pub total: u32,
    /// The clinicians of each discipline that has any.
    #[schema(max_items = 50)]
    pub disciplines: Vec<DisciplineCount>,
}

/// How many clinicians have a discipline.
#[derive(Serialize, ToSchema)]
pub struct DisciplineCount {
    /// The discipline.
    pub discipline: Discipline,
    /// How many clinicians.
    #[schema(minimum = 0)]
    pub count: u32,
}

impl WorkforceFigures {
    /// The counts of these disciplines, one for each clinician.
    pub fn new(counted_at: UtcTime, clinicians: &[Discipline]) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let count = |discipline: &Discipline| DisciplineCount {
            discipline: *discipline,
            count: number(clinicians.iter().filter(|one| *one == discipline).count()),
        };
        let disciplines = Discipline::ALL.iter().map(count).filter(|found| found.count > 0).collect();
        Self { counted_at, total: number(clinicians.len()), disciplines }
    }
}
