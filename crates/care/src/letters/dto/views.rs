//! Response bodies of letters.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::letters::model::medicines::{LetterMedicine, LetterMedicineStatus, LetterPrescriber};
use crate::letters::model::templates::{Template, Templates};
use crate::letters::model::{
    LetterDelivery, LetterEventKind, LetterKind, LetterRecipientKind, LetterSection, LetterState, LetterUnsendableReason,
    Recipient, SectionText, Sending,
};
use crate::letters::queries::waiting::Unsent;
use crate::letters::queries::{Letter, LetterEvent};
use crate::letters::rules::answer_by;
use crate::records::dto::address::PostalLine;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// A letter with its text. Practitioners see it from when it is first proposed to them, and no text while it is changed.
#[derive(Serialize, ToSchema)]
pub struct LetterView {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: LetterSummary,
    /// The day on which it was written or last changed, which is printed.
    pub written_on: NaiveDate,
    /// The sections, in the order of the letter.
    #[schema(max_items = 16)]
    pub sections: Vec<LetterSectionView>,
    /// The medicines of the section `medications`, which is printed as a table of them; empty where the author wrote it.
    #[schema(max_items = 500)]
    pub medicines: Vec<LetterMedicineView>,
    /// Words in a letter to an employer that tell what is treated, with what, or where: the practitioner agrees to the letter only with
    /// `confirms_clinical_words`. At most 50.
    #[schema(max_items = 50)]
    pub clinical_words: Vec<ClinicalWord>,
    /// Identifies the text as it is now, for the agreement; null for the practitioner while it is changed.
    #[schema(max_length = 43)]
    pub fingerprint: Option<String>,
    /// When it was last changed.
    pub updated_at: UtcTime,
    /// Who did what, oldest first; the latest 200 entries.
    #[schema(max_items = 200)]
    pub history: Vec<LetterHistoryEntry>,
}

/// An entry of the register of letters: what went to which recipient, and when.
#[derive(Serialize, ToSchema)]
pub struct LetterSummary {
    /// Identifies the letter.
    pub id: Id,
    /// The practitioner it is about.
    pub practitioner_id: Id,
    /// The clinician who writes it.
    pub clinician_id: Id,
    /// The kind of the letter.
    pub kind: LetterKind,
    /// The state of the letter.
    pub state: LetterState,
    /// Who it goes to.
    pub recipient: LetterRecipient,
    /// When the draft was created.
    pub created_at: UtcTime,
    /// When it was last proposed to the practitioner; null before.
    pub proposed_at: Option<UtcTime>,
    /// The last day of the time that the law gives the practitioner to see it, where a law does. Nothing is sent when it has passed.
    pub answer_due_on: Option<NaiveDate>,
    /// When the practitioner agreed to this text; null if they have not.
    pub agreed_at: Option<UtcTime>,
    /// How it was sent; null before.
    pub sending: Option<LetterSending>,
    /// When the practitioner withdrew consent; null if they have not.
    pub consent_withdrawn_at: Option<UtcTime>,
}

/// That a letter was sent, without its kind, recipient and text, which coordinators do not see here.
#[derive(Serialize, ToSchema)]
pub struct LetterSent {
    /// Identifies the letter.
    pub id: Id,
    /// The practitioner it is about.
    pub practitioner_id: Id,
    /// The state of the letter.
    pub state: LetterState,
    /// How it was sent.
    pub sending: LetterSending,
}

/// Who a letter goes to.
#[derive(Serialize, ToSchema)]
pub struct LetterRecipient {
    /// Whether it is the GP of the record.
    pub kind: LetterRecipientKind,
    /// Name of the person, if known.
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// Name of the organisation or practice, if known.
    #[schema(max_length = 200)]
    pub organisation: Option<String>,
    /// The lines of the postal address.
    #[schema(max_items = 6)]
    pub address_lines: Vec<PostalLine>,
}

/// A section of a letter.
#[derive(Serialize, ToSchema)]
pub struct LetterSectionView {
    /// Which section it is.
    pub section: LetterSection,
    /// The heading that is printed.
    #[schema(max_length = 100)]
    pub heading: String,
    /// The text; empty while no one has written it.
    #[schema(max_length = 8000)]
    pub text: String,
    /// False when its text always comes from the record.
    pub editable: bool,
}

/// A medicine in a letter.
#[derive(Serialize, ToSchema)]
pub struct LetterMedicineView {
    /// The prescription.
    pub prescription_id: Id,
    /// The item of the prescription, counted from 1.
    #[schema(minimum = 1)]
    pub item: u8,
    /// The name, with strength and form.
    #[schema(max_length = 500)]
    pub name: String,
    /// What has happened to it since the last letter to the GP, or since care began.
    pub status: LetterMedicineStatus,
    /// The day on which it was prescribed; the last day of one that is stopped, if it is known.
    pub on: Option<NaiveDate>,
    /// What it is for; null while no one has stated it.
    #[schema(max_length = 1000)]
    pub indication: Option<String>,
    /// Dose and frequency.
    #[schema(max_length = 8000)]
    pub dosage: String,
    /// The route.
    #[schema(max_length = 1000)]
    pub route: String,
    /// Quantity and length of the supply.
    #[schema(max_length = 1000)]
    pub supply: String,
    /// Who prescribes it from now on; null while no one has stated it.
    pub next_prescriber: Option<LetterPrescriber>,
}

impl From<LetterMedicine> for LetterMedicineView {
    fn from(medicine: LetterMedicine) -> Self {
        let LetterMedicine { prescription, item, name, status, on, indication, dosage, route, supply, next_prescriber } =
            medicine;
        Self { prescription_id: prescription, item, name, status, on, indication, dosage, route, supply, next_prescriber }
    }
}

/// A word that reveals what is treated, with what, or where.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 8000)]
pub struct ClinicalWord(pub String);

/// A letter that the practitioner has agreed to and that no one has recorded as sent: without its kind, recipient and text.
#[derive(Serialize, ToSchema)]
pub struct UnsentLetter {
    /// Identifies the letter.
    pub id: Id,
    /// The practitioner it is about.
    pub practitioner_id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The name that the practitioner chose.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// The clinician who wrote it, and prints it.
    pub clinician_id: Id,
    /// When the practitioner agreed.
    pub agreed_at: UtcTime,
    /// Whether it can be sent now.
    pub sendable: bool,
    /// Why it cannot be sent now; null if it can. Coordinators are shown only `author_left` and `clinician_decides`.
    pub unsendable_reason: Option<LetterUnsendableReason>,
}

impl UnsentLetter {
    /// A letter, with why it cannot be sent now.
    pub fn new(letter: Unsent, unsendable_reason: Option<LetterUnsendableReason>) -> Self {
        let Unsent { id, practitioner, clinician, reference, pseudonym, agreed_at, recipient: _ } = letter;
        Self {
            id,
            practitioner_id: practitioner,
            reference,
            pseudonym,
            clinician_id: clinician,
            agreed_at,
            sendable: unsendable_reason.is_none(),
            unsendable_reason,
        }
    }
}

/// How a letter was sent.
#[derive(Serialize, ToSchema)]
pub struct LetterSending {
    /// How it was sent.
    pub delivery: LetterDelivery,
    /// The day on which it was sent.
    pub sent_on: NaiveDate,
    /// The account that recorded it.
    pub recorded_by: Id,
    /// When it was recorded.
    pub recorded_at: UtcTime,
}

/// An entry of the history of a letter.
#[derive(Serialize, ToSchema)]
pub struct LetterHistoryEntry {
    /// What was done.
    pub event: LetterEventKind,
    /// When it was done.
    pub at: UtcTime,
    /// The account that did it.
    pub by: Id,
    /// The reason, if one was given.
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
}

impl From<Recipient> for LetterRecipient {
    fn from(recipient: Recipient) -> Self {
        Self {
            kind: recipient.kind,
            name: recipient.name,
            organisation: recipient.organisation,
            address_lines: recipient.address.into_iter().map(PostalLine).collect(),
        }
    }
}

impl LetterSending {
    /// How a letter was sent, recorded at that time.
    pub fn new(sending: Sending, recorded_at: UtcTime) -> Self {
        let Sending { delivery, sent_on, recorded_by } = sending;
        Self { delivery, sent_on, recorded_by, recorded_at }
    }
}

impl From<LetterEvent> for LetterHistoryEntry {
    fn from(entry: LetterEvent) -> Self {
        let LetterEvent { event, actor, reason, at } = entry;
        Self { event, at, by: actor, reason: reason.map(Private::into_revealed) }
    }
}

impl LetterSummary {
    /// The entry of a letter.
    pub fn new(letter: &Letter, template: &Template) -> Self {
        Self {
            id: letter.id,
            practitioner_id: letter.practitioner,
            clinician_id: letter.clinician,
            kind: letter.content.kind,
            state: letter.state,
            recipient: letter.content.recipient.clone().into(),
            created_at: letter.created_at,
            proposed_at: letter.proposed_at,
            answer_due_on: letter.proposed_at.and_then(|at| answer_by(template, at.london_day())),
            agreed_at: letter.agreed_at,
            sending: letter.sending.zip(letter.sent_at).map(|(sending, at)| LetterSending::new(sending, at)),
            consent_withdrawn_at: letter.withdrawn_at,
        }
    }
}

impl LetterView {
    /// A letter with its history, as far as this reader may see it: the practitioner reads no text while the letter is a draft.
    pub fn new(
        letter: Letter,
        history: Vec<LetterEvent>,
        fingerprint: String,
        clinical_words: Vec<String>,
        (templates, template): (&Templates, &Template),
        by_practitioner: bool,
    ) -> Self {
        let hidden = by_practitioner && letter.state == LetterState::Draft;
        let summary = LetterSummary::new(&letter, template);
        let (format, to) = (letter.content.format, letter.content.recipient.kind);
        let view = |part: SectionText| LetterSectionView {
            heading: templates.heading(part.section, format, to).to_owned(),
            editable: template.is_editable(part.section, templates),
            section: part.section,
            text: part.text,
        };
        Self {
            summary,
            written_on: letter.content.written_on,
            sections: letter.content.sections.into_iter().filter(|_| !hidden).map(view).collect(),
            medicines: letter.content.medicines.into_iter().filter(|_| !hidden).map(LetterMedicineView::from).collect(),
            clinical_words: clinical_words.into_iter().filter(|_| !hidden).map(ClinicalWord).collect(),
            fingerprint: Some(fingerprint).filter(|_| !hidden),
            updated_at: letter.updated_at,
            history: history.into_iter().map(LetterHistoryEntry::from).collect(),
        }
    }
}
