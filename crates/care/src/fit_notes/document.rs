//! The PDF of fit notes and return-to-work plans. A note has the parts of the statutory form in the same order, in our own
//! design, and nothing on it reveals what kind of service issued it.

use chrono::{DateTime, NaiveDate, Utc, Weekday};

use super::model::plans::{Plan, Week};
use super::model::{FitNoteAdaptation, FitNoteContent, FitNoteFitness, FitNotePeriodUnit, NotePeriod};
use super::rules::verification::NO_COMMENTS;
use platform::config::Organisation;
use platform::error::Result;
use platform::ids::UtcTime;
use print::{Column, Form};

/// The PDF of a note, or of its duplicate issued at `duplicate`.
pub(super) fn fit_note_pdf(
    content: &FitNoteContent,
    code: &str,
    issued_at: UtcTime,
    duplicate: Option<UtcTime>,
) -> Result<Vec<u8>> {
    let organisation = organisation(&content.organisation);
    let mut form = Form::new("Statement of fitness for work").from(&organisation);
    if duplicate.is_some() {
        form = form.stamp("DUPLICATE");
    }
    let form = form
        .note("For Statutory Sick Pay and social security purposes.")
        .heading("The patient")
        .fields([("Patient’s name", content.name.clone()), ("I assessed your case on", date_text(content.assessed_on))])
        .field("Because of the following condition(s)", content.condition.as_str())
        .heading("I advise you that")
        .ticks([
            (content.fitness == FitNoteFitness::NotFit, "you are not fit for work"),
            (content.fitness == FitNoteFitness::MayBeFit, "you may be fit for work taking account of the following advice:"),
        ])
        .paragraph("If available, and with your employer’s agreement, you may benefit from:")
        .ticks(FitNoteAdaptation::ALL.iter().map(|one| (content.adaptations.contains(one), one.label())))
        .field("Comments, including functional effects of your condition(s)", content.comments.as_deref().unwrap_or(NO_COMMENTS))
        .heading("For how long")
        .field("This will be the case", period_text(&content.stated))
        .ticks([
            (content.assess_again, "I will need to assess your fitness for work again at the end of this period"),
            (!content.assess_again, "I will not need to assess your fitness for work again at the end of this period"),
        ])
        .heading("The issuer")
        .fields([
            ("Issuer’s name", content.issuer.as_str()),
            ("Issuer’s profession", content.profession.label()),
            ("Date of statement", date_text(content.issued_on).as_str()),
            ("Code of this statement", code),
        ])
        .field("Issuer’s address", content.organisation.join(", "));
    let form = match duplicate {
        Some(at) => form.field("Duplicate of a statement that was lost, issued on", date_text(at.london_day())),
        None => form,
    };
    let verification = match &content.check_at {
        Some(address) => format!("The code of this statement can be checked at {address}."),
        None => "The issuer’s organisation can check the code of this statement for anyone who holds it.".to_owned(),
    };
    form.note(format!("{verification} The answer states only whether the statement is as issued."))
        .print(duplicate.unwrap_or(issued_at))
}

/// The PDF of a plan that was agreed at that time.
pub(super) fn plan_pdf(plan: &Plan, agreed_at: DateTime<Utc>) -> Result<Vec<u8>> {
    let agreed_at = UtcTime::from(agreed_at);
    let organisation = organisation(&plan.organisation);
    let form = Form::new("Return-to-work plan")
        .from(&organisation)
        .note("Proposed for discussion with the employer. It belongs to the person named, who decides who sees it.")
        .fields([
            ("Name", plan.name.clone()),
            ("Agreed with", plan.clinician.clone()),
            ("First day", date_text(plan.starts_on)),
            ("Agreed on", date_text(agreed_at.london_day())),
            ("Contracted hours a week", hours_text(u64::from(plan.contract_minutes))),
            ("Review date", date_text(plan.review_on)),
        ])
        .heading("Hours")
        .table(
            [
                Column::text("Week", 0.7),
                Column::text("From", 1.6),
                Column::text("Hours a day", 5.0),
                Column::figures("Total", 0.8),
            ],
            plan.weeks.iter().map(|week| {
                vec![week.number.to_string(), date_text(plan.week_begins(week)), shifts_text(week), hours_text(week.minutes())]
            }),
        )
        .heading("Adaptations that may help")
        .ticks(FitNoteAdaptation::ALL.iter().map(|one| (plan.adaptations.contains(one), one.label())));
    let form = match &plan.remarks {
        Some(remarks) => form.field("Remarks", remarks.as_str()),
        None => form,
    };
    form.print(agreed_at)
}

fn organisation(lines: &[String]) -> Organisation {
    let (name, address) = lines.split_first().map_or((String::new(), Vec::new()), |(name, rest)| (name.clone(), rest.to_vec()));
    Organisation { name, address, check_url: None }
}

/// `11 January 2027`.
fn date_text(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn period_text(stated: &NotePeriod) -> String {
    match *stated {
        NotePeriod::Dates { from, until } => format!("from {} to {}, both days included", date_text(from), date_text(until)),
        NotePeriod::Duration { count, unit } => {
            let unit = match unit {
                FitNotePeriodUnit::Days => "day",
                FitNotePeriodUnit::Weeks => "week",
                FitNotePeriodUnit::Months => "month",
            };
            format!("for {count} {unit}{} from the day of the assessment", if count == 1 { "" } else { "s" })
        }
        NotePeriod::Indefinite => "for an indefinite period from the day of the assessment".to_owned(),
    }
}

fn shifts_text(week: &Week) -> String {
    let mut shifts = week.shifts.clone();
    shifts.sort_by_key(|shift| shift.day);
    let shifts: Vec<String> =
        shifts.iter().map(|shift| format!("{} {}", Weekday::from(shift.day), hours_text(shift.minutes.into()))).collect();
    if shifts.is_empty() { "none".to_owned() } else { shifts.join(", ") }
}

/// Hours as a decimal number; plans use quarter hours.
fn hours_text(minutes: u64) -> String {
    match minutes % 60 {
        0 => (minutes / 60).to_string(),
        rest => format!(
            "{}.{}",
            minutes / 60,
            match rest {
                15 => "25",
                30 => "5",
                _ => "75",
            }
        ),
    }
}
