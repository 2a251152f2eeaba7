//! The PDF of a letter. It names the organisation that is set for printed forms, and never the service.

use super::catalogue::{template, templates};
use super::model::{LetterContent, LetterSection, LetterState};
use super::queries::Letter;
use super::rules;
use super::rules::merge::{DATE_OF_BIRTH, NAME, day};
use platform::config::Organisation;
use platform::error::Result;
use platform::ids::UtcTime;
use print::Form;

/// The longest footer that leaves space for the number of the page.
const LONGEST_FOOTER: usize = 90;

/// What is printed under a heading that no one has filled in yet.
const EMPTY: &str = "Not filled in yet.";

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
    form = form.fields([("Date", day(content.written_on)), ("To", content.recipient.lines().join("\n"))]);
    for section in &content.sections {
        let text = if section.text.is_empty() { EMPTY } else { section.text.as_str() };
        form = form.heading(templates().heading(section.section)).paragraph(text);
    }
    Ok((form.note(agreement(letter)), letter.updated_at))
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
    let patient = content.sections.iter().find(|section| section.section == LetterSection::PatientDetails);
    let lines = patient.map_or("", |section| section.text.as_str()).lines();
    let identifying = lines.filter(|line| line.starts_with(NAME) || line.starts_with(DATE_OF_BIRTH));
    let whole = std::iter::once(title).chain(identifying).collect::<Vec<_>>().join(", ");
    if whole.chars().count() <= LONGEST_FOOTER { whole } else { whole.chars().take(LONGEST_FOOTER).chain(['…']).collect() }
}

fn organisation(content: &LetterContent) -> Organisation {
    let mut lines = content.organisation.iter().cloned();
    Organisation { name: lines.next().unwrap_or_default(), address: lines.collect(), check_url: None }
}
