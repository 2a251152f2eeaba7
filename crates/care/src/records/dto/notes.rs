//! Forms about notes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::given;
use crate::records::model::{NoteKind, NoteState, NoteWords};
use crate::records::queries::notes::{Addendum, Note};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said};

/// A new note, which may be begun before the appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateNote {
    /// The appointment that it is about: one of the writing clinician with this practitioner.
    pub appointment_id: Id,
    /// What it is about; `session` when left out.
    #[serde(default)]
    #[schema(value_type = NoteKind, required = false)]
    pub kind: Option<NoteKind>,
    /// What brings the practitioner, and how they are.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub presentation: Option<Private<String>>,
    /// What was found on examination of the mental state.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub mental_state: Option<Private<String>>,
    /// Risk to themselves and others, and what protects.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub risk: Option<Private<String>>,
    /// What was agreed and is done next.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub plan: Option<Private<String>>,
    /// What the practitioner may read, once the note is signed. They see nothing else of it.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub shared: Option<Private<String>>,
}

impl CreateNote {
    /// What it says.
    pub fn words(&self) -> NoteWords {
        NoteWords {
            presentation: said(self.presentation.as_ref()),
            mental_state: said(self.mental_state.as_ref()),
            risk: said(self.risk.as_ref()),
            plan: said(self.plan.as_ref()),
            shared: said(self.shared.as_ref()),
        }
    }
}

/// What shall change in a draft. A member that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateNote {
    /// What it is about.
    #[serde(default)]
    #[schema(value_type = NoteKind, required = false)]
    pub kind: Option<NoteKind>,
    /// What brings the practitioner, and how they are.
    #[serde(default, deserialize_with = "given")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub presentation: Option<Option<Private<String>>>,
    /// What was found on examination of the mental state.
    #[serde(default, deserialize_with = "given")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub mental_state: Option<Option<Private<String>>>,
    /// Risk to themselves and others, and what protects.
    #[serde(default, deserialize_with = "given")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub risk: Option<Option<Private<String>>>,
    /// What was agreed and is done next.
    #[serde(default, deserialize_with = "given")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub plan: Option<Option<Private<String>>>,
    /// What the practitioner may read, once the note is signed.
    #[serde(default, deserialize_with = "given")]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub shared: Option<Option<Private<String>>>,
}

impl UpdateNote {
    /// The words with what changes of them.
    pub fn changed(&self, before: NoteWords) -> NoteWords {
        let pick = |given: &Option<Option<Private<String>>>, before: Option<String>| match given {
            Some(text) => said(text.as_ref()),
            None => before,
        };
        NoteWords {
            presentation: pick(&self.presentation, before.presentation),
            mental_state: pick(&self.mental_state, before.mental_state),
            risk: pick(&self.risk, before.risk),
            plan: pick(&self.plan, before.plan),
            shared: pick(&self.shared, before.shared),
        }
    }
}

/// Something to be added to a signed note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAddendum {
    /// What is added.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 8000)]
    pub text: Private<String>,
    /// What the practitioner may read of it.
    #[serde(default)]
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 8000)]
    pub shared: Option<Private<String>>,
}

/// What was added to a signed note.
#[derive(Serialize, ToSchema)]
pub struct AddendumView {
    /// Names it.
    pub id: Id,
    /// Who added it.
    pub author_id: Id,
    /// What was added.
    #[schema(max_length = 8000)]
    pub text: String,
    /// What the practitioner may read of it.
    #[schema(max_length = 8000)]
    pub shared: Option<String>,
    /// When.
    pub added_at: UtcTime,
}

impl From<Addendum> for AddendumView {
    fn from(addendum: Addendum) -> Self {
        let Addendum { id, author, words, added_at, .. } = addendum;
        Self { id, author_id: author, text: words.text, shared: words.shared, added_at }
    }
}

/// A note, as those who treat see it.
#[derive(Serialize, ToSchema)]
pub struct ClinicalNoteView {
    /// Names it.
    pub id: Id,
    /// About whom it is.
    pub practitioner_id: Id,
    /// About which appointment.
    pub appointment_id: Id,
    /// Who wrote it.
    pub author_id: Id,
    /// What it is about.
    pub kind: NoteKind,
    /// Where it stands.
    pub state: NoteState,
    /// What brings the practitioner, and how they are.
    #[schema(max_length = 8000)]
    pub presentation: Option<String>,
    /// What was found on examination of the mental state.
    #[schema(max_length = 8000)]
    pub mental_state: Option<String>,
    /// Risk to themselves and others, and what protects.
    #[schema(max_length = 8000)]
    pub risk: Option<String>,
    /// What was agreed and is done next.
    #[schema(max_length = 8000)]
    pub plan: Option<String>,
    /// What the practitioner may read, once it is signed.
    #[schema(max_length = 8000)]
    pub shared: Option<String>,
    /// When it was begun.
    pub created_at: UtcTime,
    /// When it last changed.
    pub updated_at: UtcTime,
    /// When it was signed; null for a draft.
    pub signed_at: Option<UtcTime>,
    /// What was added since, the oldest first.
    #[schema(max_items = 100)]
    pub addenda: Vec<AddendumView>,
}

impl ClinicalNoteView {
    /// The note with what was added.
    pub fn new(note: Note, addenda: Vec<Addendum>) -> Self {
        let NoteWords { presentation, mental_state, risk, plan, shared } = note.words;
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
            addenda: addenda.into_iter().map(AddendumView::from).collect(),
        }
    }
}
