//! The PDF of a letter. It names the organisation that is set for printed forms, and never the service.

use std::mem;

use super::catalogue::{template, templates};
use super::model::medicines::LetterMedicine;
use super::model::templates::SectionLines;
use super::model::{FIRST_FORMAT, LetterContent, LetterSection, LetterState, SectionText};
use super::queries::Letter;
use super::rules;
use super::rules::medicines;
use super::rules::merge::{CONTACT, DATE_OF_BIRTH, NAME};
use super::rules::printed::day;
use platform::config::Organisation;
use platform::error::Result;
use platform::ids::UtcTime;
use print::{Column, Form, keep_dates_together};

/// The longest footer that leaves space for the number of the page.
const LONGEST_FOOTER: usize = 90;

/// What is printed under a heading that no one has filled in yet.
const EMPTY: &str = "Not filled in yet.";

/// On each page of a letter: a sheet that is left lying is not for everyone who finds it.
const MARKING: &str = "CONFIDENTIAL";

/// The shares of the columns of medicines. A date with its no-break spaces fits into the second: "30 September 2026".
const SHARES: [f32; 6] = [1.5, 1.65, 1.2, 1.5, 1.1, 0.95];

/// The longest text in a cell. With a longer one the medicines are a list, because a row does not continue on the next page.
const LONGEST_CELL: usize = 240;

/// The printed letter, and when it last changed. The same letter in the same state has the same bytes.
///
/// # Errors
/// When its kind has no template, which a test rules out.
pub(super) fn form(letter: &Letter) -> Result<(Form, UtcTime)> {
    let content = &letter.content;
    let title = &template(content.kind)?.title;
    let mut form = Form::new(title.clone()).from(&organisation(content)).footer(footer(title, content));
    if let Some(word) = rules::stamp(letter.state, letter.withdrawn_at.is_some()) {
        form = form.stamp(word);
    }
    let agreement = agreement(letter);
    let form = if content.format == FIRST_FORMAT {
        in_first_format(form, content).note(agreement)
    } else {
        in_present_format(form, content).note(keep_dates_together(&agreement))
    };
    Ok((form, letter.updated_at))
}

/// As letters were printed when they had no format number: what was agreed then stays as it was.
fn in_first_format(form: Form, content: &LetterContent) -> Form {
    let form = form.fields([("Date", day(content.written_on)), ("To", content.recipient.lines().join("\n"))]);
    content.sections.iter().fold(form, |form, section| {
        let text = if section.text.is_empty() { EMPTY } else { section.text.as_str() };
        form.heading(heading(content, section.section)).paragraph(text)
    })
}

fn in_present_format(form: Form, content: &LetterContent) -> Form {
    let mut form = form.marking(MARKING);
    if let Some(contact) = line_of(content, LetterSection::PersonCompleting, CONTACT) {
        form = form.footer_note(contact);
    }
    let date = keep_dates_together(&day(content.written_on));
    let form = form.fields([("Date", date), ("To", content.recipient.lines().join("\n"))]);
    content.sections.iter().fold(form, |form, part| section(form.heading(heading(content, part.section)), content, part))
}

fn heading(content: &LetterContent, section: LetterSection) -> &'static str {
    templates().heading(section, content.format, content.recipient.kind)
}

/// A section below its heading, tagged as what it is: labels with values, a list, a table, or paragraphs.
fn section(form: Form, content: &LetterContent, part: &SectionText) -> Form {
    if part.text.is_empty() {
        return form.paragraph(EMPTY);
    }
    if part.section == LetterSection::Medications {
        let rows: Vec<Vec<String>> = content.medicines.iter().map(row).collect();
        if !rows.is_empty() && rows.iter().flatten().all(|cell| cell.chars().count() <= LONGEST_CELL) {
            return form.table(medicines::HEADINGS.iter().zip(SHARES).map(|(title, share)| Column::text(*title, share)), rows);
        }
    }
    let text = keep_dates_together(&part.text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    match templates().lines(part.section) {
        SectionLines::Labelled => match lines.iter().map(|line| line.split_once(": ")).collect::<Option<Vec<_>>>() {
            Some(pairs) => form.fields(pairs),
            None => form.paragraph(text.as_str()),
        },
        SectionLines::List if lines.len() > 1 => form.list(lines.into_iter().map(|line| bulleted(line).unwrap_or(line))),
        SectionLines::List | SectionLines::Prose => prose(form, &text),
    }
}

fn row(medicine: &LetterMedicine) -> Vec<String> {
    medicines::cells(medicine).iter().map(|cell| keep_dates_together(cell)).collect()
}

/// What follows the dash with which an author begins an item of a list.
fn bulleted(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ["- ", "• ", "* "].iter().find_map(|dash| line.strip_prefix(dash)).map(str::trim)
}

/// Paragraphs, with lists where lines begin with a dash.
fn prose(mut form: Form, text: &str) -> Form {
    let (mut paragraph, mut items): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if let Some(item) = bulleted(line) {
            if !paragraph.is_empty() {
                form = form.paragraph(mem::take(&mut paragraph).join("\n"));
            }
            items.push(item);
        } else {
            if !items.is_empty() {
                form = form.list(mem::take(&mut items));
            }
            paragraph.push(line);
        }
    }
    if !items.is_empty() {
        form = form.list(items);
    }
    if paragraph.is_empty() { form } else { form.paragraph(paragraph.join("\n")) }
}

/// What the recipient, or the reader of a draft, must know of the agreement.
fn agreement(letter: &Letter) -> String {
    match (letter.state, letter.agreed_at) {
        (LetterState::Agreed | LetterState::Sent, Some(at)) => {
            format!("The patient has read this letter and agreed on {} that it is sent to the recipient.", day(at.london_day()))
        }
        _ => "The patient has not agreed that this letter is sent.".to_owned(),
    }
}

/// The title with the name and the date of birth of the patient, as far as the letter has them: a sheet that is taken for someone else's
/// does harm.
fn footer(title: &str, content: &LetterContent) -> String {
    let known = [NAME, DATE_OF_BIRTH].into_iter().filter_map(|label| line_of(content, LetterSection::PatientDetails, label));
    let whole = std::iter::once(title).chain(known).collect::<Vec<_>>().join(", ");
    if whole.chars().count() <= LONGEST_FOOTER { whole } else { whole.chars().take(LONGEST_FOOTER).chain(['…']).collect() }
}

/// The line of a section that begins with a label.
fn line_of<'a>(content: &'a LetterContent, section: LetterSection, label: &str) -> Option<&'a str> {
    let part = content.sections.iter().find(|part| part.section == section)?;
    part.text.lines().find(|line| line.starts_with(label))
}

fn organisation(content: &LetterContent) -> Organisation {
    let mut lines = content.organisation.iter().cloned();
    Organisation { name: lines.next().unwrap_or_default(), address: lines.collect(), check_url: None }
}
