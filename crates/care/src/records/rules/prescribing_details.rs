//! Rules about date of birth and pregnancy.

use chrono::NaiveDate;

use crate::records::model::PrescribingDetails;
use platform::refusal::{Reason, Refusal};

/// The youngest and the oldest a practitioner can be.
const AGES: std::ops::RangeInclusive<u32> = 16..=110;

/// Checks that the date of birth is that of a person who can work, and that no answer about pregnancy is of the future.
///
/// # Errors
/// [`Reason::InvalidBody`] at the member.
pub fn check_prescribing_details(details: &PrescribingDetails, today: NaiveDate) -> Result<(), Refusal> {
    let refused = |pointer: &str, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field(pointer.to_owned(), "out_of_range", detail))
    };
    let age = details.date_of_birth.map(|born| today.years_since(born));
    if age.is_some_and(|age| !age.is_some_and(|age| AGES.contains(&age))) {
        return refused("/date_of_birth", "This is not the date of birth of someone who works. Correct it.");
    }
    if details.pregnancy.is_some_and(|answer| answer.asked_on > today) {
        return refused("/pregnancy/asked_on", "This day is in the future. Enter the day of the answer.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::model::{Pregnancy, PregnancyStatus};

    #[test]
    fn date_of_birth_and_answer_are_possible() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2027-01-11");
        for (born, asked, pointer) in [
            (Some("1985-05-04"), Some("2027-01-11"), None),
            (None, None, None),
            (Some("2011-01-11"), None, None),
            (Some("2011-01-12"), None, Some("/date_of_birth")),
            (Some("2027-05-04"), None, Some("/date_of_birth")),
            (Some("1915-01-11"), None, Some("/date_of_birth")),
            (None, Some("2027-01-12"), Some("/pregnancy/asked_on")),
        ] {
            let pregnancy = asked.map(|asked| Pregnancy { status: PregnancyStatus::Possible, asked_on: day(asked) });
            let details = PrescribingDetails { date_of_birth: born.map(day), address: None, pregnancy };
            let refused = check_prescribing_details(&details, today).err();
            assert_eq!(refused.map(|refusal| refusal.fields[0].pointer.clone()).as_deref(), pointer, "{born:?} {asked:?}");
        }
    }
}
