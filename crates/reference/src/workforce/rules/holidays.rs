//! Bank holidays: what an entry says, and on which of them the service is closed.

use chrono::NaiveDate;

use crate::reference_data::model::Fault;
use crate::workforce::model::{BankHoliday, Nation};

/// A bank holiday has a name and at least one nation.
///
/// # Errors
/// A fault at the member.
pub fn check_holiday(holiday: &BankHoliday) -> Result<(), Fault> {
    if holiday.name.trim().is_empty() {
        return Err(Fault::new("/name", "required", "Enter the name of the day."));
    }
    if holiday.nations.is_empty() {
        return Err(Fault::new("/nations", "required", "Choose at least one nation."));
    }
    Ok(())
}

/// The days on which the service is closed for a bank holiday, in order: those of England, where its clinics are and its commissioners
/// work (`docs/clinical-rules.md#dates-and-times`).
pub fn closing_days(holidays: &[BankHoliday]) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> =
        holidays.iter().filter(|holiday| holiday.nations.contains(&Nation::England)).map(|holiday| holiday.day).collect();
    days.sort_unstable();
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_closed_on_the_days_of_england() {
        let holiday = |day: &str, nations: &[Nation]| BankHoliday {
            day: day.parse().unwrap(),
            name: "A day".to_owned(),
            nations: nations.to_vec(),
        };
        let all = [
            holiday("2027-11-30", &[Nation::Scotland]),
            holiday("2027-08-30", &[Nation::England, Nation::Wales]),
            holiday("2027-05-03", &[Nation::England]),
        ];
        assert_eq!(closing_days(&all), ["2027-05-03", "2027-08-30"].map(|day| day.parse::<NaiveDate>().unwrap()));
        assert_eq!(check_holiday(&holiday("2027-05-03", &[])).unwrap_err().member, "/nations");
    }
}
