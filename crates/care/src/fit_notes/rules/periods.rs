//! Rules of the period of a fit note: its start and its length.

use chrono::{Days, Months, NaiveDate};

use crate::fit_notes::model::{FitNoteFitness, FitNotePeriodKind, FitNotePeriodUnit, NotePeriod, Span, last_day_of_months};
use platform::refusal::{Reason, Refusal};

/// The period as entered in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodFields {
    /// How it is stated.
    pub kind: FitNotePeriodKind,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
    pub count: Option<u32>,
    pub unit: Option<FitNotePeriodUnit>,
}

/// Parses a period, which is stated by its first and last day, by a duration, or as indefinite, and never in two ways. The last
/// day must not be before the first.
///
/// Source: `docs/clinical-rules.md#fit-note-period`: duration or end date, not both; dates are inclusive.
///
/// # Errors
/// [`Reason::FitNotePeriod`], naming the member.
pub fn parse_period(period: &PeriodFields) -> Result<NotePeriod, Refusal> {
    let wrong = |member: &'static str, word: &'static str, detail: &'static str| {
        Err(Refusal::new(Reason::FitNotePeriod, detail).field(format!("/period/{member}"), word, detail))
    };
    let PeriodFields { kind, from, until, count, unit } = *period;
    const ONE_WAY: &str = "State the period in one way only: by dates, by duration, or as indefinite.";
    let (dates, duration) = (kind == FitNotePeriodKind::Dates, kind == FitNotePeriodKind::Duration);
    for (member, given, needed) in [
        ("starts_on", from.is_some(), dates),
        ("ends_on", until.is_some(), dates),
        ("count", count.is_some(), duration),
        ("unit", unit.is_some(), duration),
    ] {
        match (given, needed) {
            (true, false) => return wrong(member, "not_here", ONE_WAY),
            (false, true) => return wrong(member, "required", "Fill this in for this kind of period."),
            _ => {}
        }
    }
    match (from, until, count, unit) {
        (Some(from), Some(until), ..) if until < from => {
            wrong("ends_on", "before_the_first", "The last day is before the first. Choose a later last day.")
        }
        (Some(from), Some(until), ..) => Ok(NotePeriod::Dates { from, until }),
        (.., Some(count), Some(unit)) => Ok(NotePeriod::Duration { count, unit }),
        _ => Ok(NotePeriod::Indefinite),
    }
}

/// Checks that a period of less than fifteen days is stated by dates.
///
/// Source: the Regulations, Schedule 1, rule 10: who becomes fit within 14 days gets the day stated; a GP system asks for both dates
/// (`docs/clinical-rules.md#fit-note-period`).
///
/// # Errors
/// [`Reason::FitNoteDatesRequired`] at `/period/kind`.
pub fn check_short_period_has_dates(stated: &NotePeriod, span: Span) -> Result<(), Refusal> {
    if matches!(stated, NotePeriod::Dates { .. }) || span.days().is_none_or(|days| days >= 15) {
        return Ok(());
    }
    let detail = "Give the first and last day: the period is shorter than fifteen days.";
    Err(Refusal::new(Reason::FitNoteDatesRequired, detail).field("/period/kind", "dates_required", detail))
}

/// Checks that the period does not begin after the date of issue.
///
/// Source: no post-dating (`docs/clinical-rules.md#fit-note-period`); the Regulations, Schedule 1, rule 12: the period begins
/// on the day of the assessment.
///
/// # Errors
/// [`Reason::FitNotePostDated`] at `/period/starts_on`.
pub fn check_not_post_dated(span: Span, issued_on: NaiveDate) -> Result<(), Refusal> {
    if span.from <= issued_on {
        return Ok(());
    }
    let detail = "The period starts in the future. Choose today or an earlier day.";
    Err(Refusal::new(Reason::FitNotePostDated, detail).field("/period/starts_on", "in_the_future", detail))
}

/// Checks that a note is issued on or after the date of its assessment, and that a period that begins before this assessment is
/// covered by an earlier one on or before its first day. `earlier` are the dates of earlier assessments.
///
/// Source: `docs/clinical-rules.md#fit-note-period`, back-dating: only where it rests on an earlier assessment; a note is
/// issued on or after the day of the assessment; where there is none, an estimate goes into the comments.
///
/// # Errors
/// [`Reason::FitNoteBackDated`] at `/period/starts_on`, or [`Reason::FitNoteAssessmentRequired`].
pub fn check_not_back_dated(
    span: Span,
    assessed_on: NaiveDate,
    issued_on: NaiveDate,
    earlier: &[NaiveDate],
) -> Result<(), Refusal> {
    if issued_on < assessed_on {
        return Err(Reason::FitNoteAssessmentRequired.into());
    }
    if span.from >= assessed_on || earlier.iter().any(|day| *day <= span.from) {
        return Ok(());
    }
    let detail = "You had no assessment by then. Start on the day of the assessment; estimate the start in the comments.";
    Err(Refusal::new(Reason::FitNoteBackDated, detail).field("/period/starts_on", "before_any_assessment", detail))
}

/// Checks that only a person who is not fit for work gets a note for an indefinite period.
///
/// Source: the Regulations, Schedule 1, rule 13(b): the patient will not be fit for work for the foreseeable future.
///
/// # Errors
/// [`Reason::FitNotePeriod`] at `/period/kind`.
pub fn check_indefinite(stated: &NotePeriod, fitness: FitNoteFitness) -> Result<(), Refusal> {
    if *stated != NotePeriod::Indefinite || fitness == FitNoteFitness::NotFit {
        return Ok(());
    }
    let detail = "State how long this will be the case: only a practitioner who is not fit for work gets an indefinite period.";
    Err(Refusal::new(Reason::FitNotePeriod, detail).field("/period/kind", "not_allowed", detail))
}

/// Whether a period is longer than allowed in the first six months: it ends after three calendar months, or is indefinite. However it
/// is stated, its last day counts: 13 weeks from 1 February end on 2 May, after the three months.
///
/// Source: the Regulations, Schedule 1, rule 12 (not more than 3 months; a month is a calendar month, Interpretation Act 1978,
/// schedule 1), and DWP guidance, three months a note in the first six months; rule 13 for an indefinite one.
pub fn is_long(span: Span) -> bool {
    let Some(until) = span.until else { return true };
    last_day_of_months(span.from, 3).is_some_and(|last| until > last)
}

/// Checks that a long period follows six months of unfitness, shown by earlier notes or confirmed with a reason.
///
/// Source: the Regulations, Schedule 1, rules 12 and 13; DWP guidance, after six months any clinically appropriate period, up to an
/// indefinite one.
///
/// # Errors
/// [`Reason::FitNoteTooLong`] at `/period`.
pub fn check_length(span: Span, unfit_for_six_months: bool, confirmed: Option<&str>) -> Result<(), Refusal> {
    if !is_long(span) || unfit_for_six_months || confirmed.is_some_and(|reason| !reason.trim().is_empty()) {
        return Ok(());
    }
    let detail = "This is more than three months, and earlier notes do not show six months of unfitness. Shorten the period, or \
                  confirm them with a reason.";
    Err(Refusal::new(Reason::FitNoteTooLong, detail).field("/period", "too_long", detail))
}

/// The days of the notes that count for the six months: of a person who may be fit for work it is not known whether they refrained
/// from it.
///
/// Source: the Regulations, Schedule 1, rule 12: the patient has refrained from work, on the advice of a healthcare professional,
/// for at least 6 months; rule 13(a) adds that the advice was "not fit for work".
pub fn unfit_spans(earlier: impl IntoIterator<Item = (FitNoteFitness, Span)>) -> Vec<Span> {
    earlier.into_iter().filter(|(fitness, _)| *fitness == FitNoteFitness::NotFit).map(|(_, span)| span).collect()
}

/// Whether earlier notes of unfitness cover every day of the six months before a day.
///
/// Source: as [`unfit_spans`]; dates are inclusive.
pub fn unfit_for_six_months(earlier: &[Span], before: NaiveDate) -> bool {
    let (Some(mut day), Some(last)) = (before.checked_sub_months(Months::new(6)), before.pred_opt()) else { return false };
    let mut spans = earlier.to_vec();
    spans.sort_by_key(|span| span.from);
    for span in spans.iter().filter(|span| span.until.is_none_or(|until| until >= span.from)) {
        if span.from > day {
            break;
        }
        match span.until {
            None => return true,
            Some(until) if until >= day => match until.succ_opt() {
                Some(next) => day = next,
                None => return true,
            },
            Some(_) => {}
        }
    }
    day > last
}

/// Whether a note covers only the first seven days of a period of absence, weekends and bank holidays included. An absence
/// continues if a note begins no later than the day after an earlier one ends.
///
/// Source: SI 1985/1604, regulation 2(2): an employer cannot require medical evidence for the first seven days of a spell.
pub fn is_self_certified(span: Span, earlier: &[Span]) -> bool {
    let Some(until) = span.until else { return false };
    let mut begins = span.from;
    // Go back through adjoining notes for as long as one of them begins earlier.
    while let Some(before) = earlier.iter().filter(|one| one.from < begins && continues(one, begins)).map(|one| one.from).min() {
        begins = before;
    }
    begins.checked_add_days(Days::new(7)).is_some_and(|eighth| until < eighth)
}

fn continues(earlier: &Span, begins: NaiveDate) -> bool {
    earlier.until.is_none_or(|until| until.succ_opt().is_none_or(|next| next >= begins))
}
