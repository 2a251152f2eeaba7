//! Request and response bodies of notes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::double_option;
use crate::records::model::{NoteContent, NoteKind, NoteState};
use crate::records::queries::notes::{Addenda, Addendum, Note};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed_non_empty};

/// A new draft note. It can be started before the appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateNote {
    /// The caller's appointment with the practitioner that the note is about.
    pub appointment_id: Id,
    /// Kind of note; `session` when left out.
    #[serde(default)]
    #[schema(value_type = NoteKind, required = false)]
    pub kind: Option<NoteKind>,
    /// Presenting problem and current condition.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub presentation: Option<Private<String>>,
    /// Mental state examination.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub mental_state: Option<Private<String>>,
    /// Risk to self and others, and protective factors.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub risk: Option<Private<String>>,
    /// What was agreed, and next steps.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub plan: Option<Private<String>>,
    /// What the practitioner can read once the note is signed. They see nothing else of it.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub shared: Option<Private<String>>,
}

impl CreateNote {
    pub fn content(&self) -> NoteContent {
        NoteContent {
            presentation: trimmed_non_empty(self.presentation.as_ref()),
            mental_state: trimmed_non_empty(self.mental_state.as_ref()),
            risk: trimmed_non_empty(self.risk.as_ref()),
            plan: trimmed_non_empty(self.plan.as_ref()),
            shared: trimmed_non_empty(self.shared.as_ref()),
        }
    }
}

/// Changes to a draft note. Members that are left out stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateNote {
    /// The kind of the note.
    #[serde(default)]
    #[schema(value_type = NoteKind, required = false)]
    pub kind: Option<NoteKind>,
    /// Presenting problem and current condition.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub presentation: Option<Option<Private<String>>>,
    /// Mental state examination.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub mental_state: Option<Option<Private<String>>>,
    /// Risk to self and others, and protective factors.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub risk: Option<Option<Private<String>>>,
    /// What was agreed, and next steps.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub plan: Option<Option<Private<String>>>,
    /// What the practitioner can read once the note is signed.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub shared: Option<Option<Private<String>>>,
}

impl UpdateNote {
    /// The content with these changes.
    pub fn updated_content(&self, before: NoteContent) -> NoteContent {
        let pick = |new: &Option<Option<Private<String>>>, before: Option<String>| match new {
            Some(text) => trimmed_non_empty(text.as_ref()),
            None => before,
        };
        NoteContent {
            presentation: pick(&self.presentation, before.presentation),
            mental_state: pick(&self.mental_state, before.mental_state),
            risk: pick(&self.risk, before.risk),
            plan: pick(&self.plan, before.plan),
            shared: pick(&self.shared, before.shared),
        }
    }
}

/// A new addendum to a signed note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAddendum {
    /// The text to add to the signed note.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 8000)]
    pub text: Private<String>,
    /// What the practitioner can read of it.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub shared: Option<Private<String>>,
}

/// An addendum to a signed note.
#[derive(Serialize, ToSchema)]
pub struct AddendumView {
    /// Identifies the addendum.
    pub id: Id,
    /// The clinician who added it.
    pub author_id: Id,
    /// The added text.
    #[schema(max_length = 8000)]
    pub text: String,
    /// What the practitioner can read of it.
    #[schema(max_length = 8000)]
    pub shared: Option<String>,
    /// When the addendum was written.
    pub added_at: UtcTime,
}

impl From<Addendum> for AddendumView {
    fn from(addendum: Addendum) -> Self {
        let Addendum { id, author, content, added_at, .. } = addendum;
        Self { id, author_id: author, text: content.text, shared: content.shared, added_at }
    }
}

/// A note as clinicians see it.
#[derive(Serialize, ToSchema)]
pub struct ClinicalNoteView {
    /// Identifies the note.
    pub id: Id,
    /// The practitioner it is about.
    pub practitioner_id: Id,
    /// The appointment it is about.
    pub appointment_id: Id,
    /// The clinician who wrote it.
    pub author_id: Id,
    /// The kind of the note.
    pub kind: NoteKind,
    /// The state of the note.
    pub state: NoteState,
    /// Presenting problem and current condition.
    #[schema(max_length = 8000)]
    pub presentation: Option<String>,
    /// Mental state examination.
    #[schema(max_length = 8000)]
    pub mental_state: Option<String>,
    /// Risk to self and others, and protective factors.
    #[schema(max_length = 8000)]
    pub risk: Option<String>,
    /// What was agreed, and next steps.
    #[schema(max_length = 8000)]
    pub plan: Option<String>,
    /// What the practitioner can read once it is signed.
    #[schema(max_length = 8000)]
    pub shared: Option<String>,
    /// When the note was created.
    pub created_at: UtcTime,
    /// When the note last changed.
    pub updated_at: UtcTime,
    /// Null for a draft.
    pub signed_at: Option<UtcTime>,
    /// The addenda, oldest first.
    #[schema(max_items = 100)]
    pub addenda: Vec<AddendumView>,
    /// Ids of the addenda that cannot be read because they are damaged: what they add or correct is missing above. Report them to the
    /// operator. Usually empty.
    #[schema(max_items = 100)]
    pub unreadable: Vec<Id>,
}

impl ClinicalNoteView {
    /// The note with its addenda.
    pub fn new(note: Note, addenda: Addenda) -> Self {
        let NoteContent { presentation, mental_state, risk, plan, shared } = note.content;
        Self {
            id: note.id,
            practitioner_id: note.practitioner,
            appointment_id: note.appointment,
            author_id: note.author,
            kind: note.kind,
            state: note.state,
            presentation,
            mental_state,
            risk,
            plan,
            shared,
            created_at: note.created_at,
            updated_at: note.updated_at,
            signed_at: note.signed_at,
            addenda: addenda.items.into_iter().map(AddendumView::from).collect(),
            unreadable: addenda.unreadable.into_iter().map(|addendum| addendum.id).collect(),
        }
    }
}
