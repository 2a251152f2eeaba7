//! Templates of letters: which sections each kind may contain, must contain, and contains unless the clinician chooses others.

use serde::Deserialize;

use super::{FIRST_FORMAT, LetterKind, LetterRecipientKind, LetterSection};

platform::string_enum! {
    /// A detail by which a recipient knows the patient.
    pub enum LetterPatientDetail {
        /// The legal name.
        Name = "name",
        /// The date of birth.
        DateOfBirth = "date_of_birth",
        /// The home address.
        Address = "address",
        /// The professional registration.
        Registration = "registration",
    }

    /// How the lines of a section are printed and read aloud.
    pub enum SectionLines {
        /// As paragraphs; lines that begin with a dash are a list.
        Prose = "prose",
        /// Several lines are a list.
        List = "list",
        /// Labels with their values.
        Labelled = "labelled",
    }
}

/// A section, as the data file describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionDefinition {
    pub section: LetterSection,
    /// The heading that is printed.
    pub heading: String,
    /// The heading on a letter to the general practitioner, where it is another one.
    #[serde(default)]
    pub gp_heading: Option<String>,
    /// The heading on letters of the first format, where it is another one.
    #[serde(default)]
    pub first_heading: Option<String>,
    pub lines: SectionLines,
    /// The SNOMED CT code of the heading, where a standard has one.
    pub snomed_code: Option<String>,
    /// Whether its text always comes from the record.
    pub fixed: bool,
    /// Whether it tells what is treated, with what, or how the patient is.
    pub clinical: bool,
    /// Where the heading comes from.
    pub source: String,
}

/// The template of one kind of letter, as the data file describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub kind: LetterKind,
    /// The title that is printed.
    pub title: String,
    /// Who it may go to.
    pub recipients: Vec<LetterRecipientKind>,
    /// By what the recipient knows the patient.
    pub patient_details: Vec<LetterPatientDetail>,
    /// Whether the clinician's registration is printed.
    pub author_registration: bool,
    /// The sections that it may contain at all.
    pub allowed_sections: Vec<LetterSection>,
    /// The sections without which it is not saved.
    pub required_sections: Vec<LetterSection>,
    /// The sections of a draft for which the clinician chose none.
    pub default_sections: Vec<LetterSection>,
    /// The sections that have only text from the record and from what the author states beside the sections: a text of their own could
    /// contradict what the recipient prescribes by.
    pub record_only: Vec<LetterSection>,
    /// How many days the practitioner has by law to see it, where a law says so.
    pub answer_days: Option<u16>,
    /// Where all this comes from, and how sure that is.
    pub source: String,
}

/// Sections and templates.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Templates {
    #[serde(rename = "explanation")]
    _explanation: String,
    /// The sections, in the order of a letter.
    pub sections: Vec<SectionDefinition>,
    pub templates: Vec<Template>,
}

impl Template {
    /// Whether the clinician writes the text of a section of this kind of letter.
    pub fn is_editable(&self, section: LetterSection, templates: &Templates) -> bool {
        !templates.is_fixed(section) && !self.record_only.contains(&section)
    }
}

impl Templates {
    /// The definition of a section. The data file has one for each.
    pub fn section(&self, section: LetterSection) -> Option<&SectionDefinition> {
        self.sections.iter().find(|definition| definition.section == section)
    }

    /// Whether the text of a section always comes from the record.
    pub fn is_fixed(&self, section: LetterSection) -> bool {
        self.section(section).is_some_and(|definition| definition.fixed)
    }

    /// The heading of a section on a letter of this format to this recipient.
    pub fn heading(&self, section: LetterSection, format: u16, recipient: LetterRecipientKind) -> &str {
        let Some(definition) = self.section(section) else { return section.as_str() };
        let other = match (format, recipient) {
            (FIRST_FORMAT, _) => definition.first_heading.as_deref(),
            (_, LetterRecipientKind::Gp) => definition.gp_heading.as_deref(),
            (_, LetterRecipientKind::Other) => None,
        };
        other.unwrap_or(definition.heading.as_str())
    }

    /// How the lines of a section are printed.
    pub fn lines(&self, section: LetterSection) -> SectionLines {
        self.section(section).map_or(SectionLines::Prose, |definition| definition.lines)
    }
}
