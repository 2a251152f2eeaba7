//! Forms about those who turn to us.

mod hours;
mod invitations;
mod requests;
mod tasks;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use hours::{
    ContactHours, ContactHoursQuery, ContactHoursSpan, ContactHoursSpanForm, ContactRoute, ContactRoutes, CreateContactHours,
};
pub use invitations::{ContactInvitation, CreateContactInvitation, LookUpInvitation, PrefilledDetails};
pub use requests::{ContactRequestReceived, ContactRequestStatus, CreateContactRequest, LookUpContactRequest};
pub use tasks::{CompleteContactTask, ContactTask, ContactTaskQuery, TakeContactTask};

use super::model::{ContactChannel, ContactCloseReason, ContactOrigin, ContactState, Told, TriageNeed, TriageStep};
use super::queries::Contact;
use super::queries::tasks::Task;
use super::queries::triages::Triaged;
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said};
use reference::signposts::dto::SignpostView;
use reference::workforce::model::{Nation, Profession, Region, Setting};

/// What a caller gives of themselves. Nothing has to be given: whoever stays anonymous is helped all the same.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallerDetailsForm {
    /// What they want to be called; any name will do.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub preferred_name: Option<Private<String>>,
    /// A telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub phone: Option<Private<String>>,
    /// An e-mail address.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub email: Option<Private<String>>,
    /// What they work as.
    #[serde(default)]
    pub profession: Option<Profession>,
    /// Where they work.
    #[serde(default)]
    pub setting: Option<Setting>,
    /// In which nation they work.
    #[serde(default)]
    pub nation: Option<Nation>,
    /// In which region of England.
    #[serde(default)]
    pub region: Option<Region>,
    /// The integrated care board of the area. It brings its region.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10, example = "QWE")]
    pub icb_code: Option<String>,
    /// Which languages they speak, or what else they need for talking.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub languages: Option<Private<String>>,
    /// Whether it is safe to ring them.
    #[serde(default)]
    pub safe_to_call: Option<bool>,
    /// Whether it is safe to send them texts.
    #[serde(default)]
    pub safe_to_text: Option<bool>,
    /// Whether it is safe to send them e-mail.
    #[serde(default)]
    pub safe_to_email: Option<bool>,
    /// When it is safe, in their words.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub safe_times: Option<Private<String>>,
    /// What it is about. No more than the next who answers must know.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
    /// True for somebody who leads an organisation or a large part of it: there is a package of their own for them.
    #[serde(default)]
    pub senior_leader: bool,
}

impl CallerDetailsForm {
    /// What was given, as it is kept.
    pub fn told(&self) -> Told {
        let text = |given: &Option<Private<String>>| said(given.as_ref());
        Told {
            called: text(&self.preferred_name),
            phone: text(&self.phone),
            email: text(&self.email),
            profession: self.profession,
            setting: self.setting,
            nation: self.nation,
            region: self.region,
            icb_code: self.icb_code.clone(),
            languages: text(&self.languages),
            safe_to_ring: self.safe_to_call,
            safe_to_text: self.safe_to_text,
            safe_to_email: self.safe_to_email,
            safe_times: text(&self.safe_times),
            note: text(&self.note),
            senior_leader: self.senior_leader,
        }
    }
}

/// Somebody who turns to us.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogContact {
    /// How.
    pub channel: ContactChannel,
    /// What they give of themselves; `{}` for nothing.
    #[schema(inline = false)]
    pub caller: CallerDetailsForm,
}

/// What a contact says from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceContact {
    /// Everything that the caller gave. What is left out is not known any more.
    #[schema(inline = false)]
    pub caller: CallerDetailsForm,
}

/// What a caller gave of themselves.
#[derive(Serialize, ToSchema)]
pub struct CallerDetails {
    /// What they want to be called.
    #[schema(max_length = 60)]
    pub preferred_name: Option<String>,
    /// The telephone number.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// The e-mail address.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// What they work as.
    pub profession: Option<Profession>,
    /// Where they work.
    pub setting: Option<Setting>,
    /// In which nation.
    pub nation: Option<Nation>,
    /// In which region of England.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    #[schema(max_length = 10)]
    pub icb_code: Option<String>,
    /// Which languages they speak, or what else they need for talking.
    #[schema(max_length = 100)]
    pub languages: Option<String>,
    /// Whether it is safe to ring them.
    pub safe_to_call: Option<bool>,
    /// Whether it is safe to send them texts.
    pub safe_to_text: Option<bool>,
    /// Whether it is safe to send them e-mail.
    pub safe_to_email: Option<bool>,
    /// When it is safe.
    #[schema(max_length = 200)]
    pub safe_times: Option<String>,
    /// What it is about.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
    /// True for somebody who leads an organisation or a large part of it.
    pub senior_leader: bool,
}

impl From<Told> for CallerDetails {
    fn from(told: Told) -> Self {
        Self {
            preferred_name: told.called,
            phone: told.phone,
            email: told.email,
            profession: told.profession,
            setting: told.setting,
            nation: told.nation,
            region: told.region,
            icb_code: told.icb_code,
            languages: told.languages,
            safe_to_call: told.safe_to_ring,
            safe_to_text: told.safe_to_text,
            safe_to_email: told.safe_to_email,
            safe_times: told.safe_times,
            note: told.note,
            senior_leader: told.senior_leader,
        }
    }
}

/// What was said once about how urgent it is.
#[derive(Serialize, ToSchema)]
pub struct TriageEntry {
    /// When.
    pub at: UtcTime,
    /// By whom.
    pub by: Id,
    /// What holds.
    #[schema(max_items = 5)]
    pub needs: Vec<TriageNeed>,
    /// What was to be done next.
    pub next_step: TriageStep,
}

impl From<Triaged> for TriageEntry {
    fn from(triaged: Triaged) -> Self {
        let Triaged { at, by, needs, step } = triaged;
        Self { at, by, needs, next_step: step }
    }
}

/// Somebody who turned to us.
#[derive(Serialize, ToSchema)]
pub struct ContactView {
    /// Names the contact.
    pub id: Id,
    /// How they turned to us.
    pub channel: ContactChannel,
    /// How it came to be known.
    pub origin: ContactOrigin,
    /// Where it stands.
    pub state: ContactState,
    /// What came of it.
    pub close_reason: Option<ContactCloseReason>,
    /// While a task about danger, or for today, is not done.
    pub needs_today: bool,
    /// What the caller gave; nothing of it once it was let go.
    #[schema(inline = false)]
    pub caller: CallerDetails,
    /// Who logged it; null where nobody did.
    pub logged_by: Option<Id>,
    /// When they turned to us.
    pub created_at: UtcTime,
    /// When it was closed.
    pub closed_at: Option<UtcTime>,
    /// When what was personal was let go.
    pub erased_at: Option<UtcTime>,
    /// What was said about how urgent it is, the newest first.
    #[schema(max_items = 50)]
    pub triage_history: Vec<TriageEntry>,
    /// What somebody must see to, the newest first.
    #[schema(max_items = 50)]
    pub tasks: Vec<ContactTask>,
    /// The emergency routes, whenever danger was said; else empty.
    #[schema(max_items = 100)]
    pub emergency_help: Vec<SignpostView>,
    /// Who answers instead, while nobody does by the channel of this contact; else null.
    pub out_of_hours: Option<ContactRoutes>,
}

impl ContactView {
    /// A contact with what belongs to it.
    pub fn new(
        contact: Contact,
        triages: Vec<Triaged>,
        tasks: Vec<Task>,
        emergency_help: Vec<SignpostView>,
        routes: ContactRoutes,
        now: UtcTime,
    ) -> Self {
        let open = routes.routes.iter().any(|route| route.channel == contact.channel && route.open_now);
        Self {
            id: contact.id,
            channel: contact.channel,
            origin: contact.origin,
            state: contact.state,
            close_reason: contact.ending,
            needs_today: contact.needs_today,
            caller: contact.told.into(),
            logged_by: contact.logged_by,
            created_at: contact.created_at,
            closed_at: contact.closed_at,
            erased_at: contact.forgotten_at,
            triage_history: triages.into_iter().map(TriageEntry::from).collect(),
            tasks: tasks.into_iter().map(|task| ContactTask::new(task, now)).collect(),
            emergency_help,
            out_of_hours: if open { None } else { Some(routes) },
        }
    }
}

/// A contact as a list shows it.
#[derive(Serialize, ToSchema)]
pub struct ContactSummary {
    /// Names the contact.
    pub id: Id,
    /// How they turned to us.
    pub channel: ContactChannel,
    /// How it came to be known.
    pub origin: ContactOrigin,
    /// Where it stands.
    pub state: ContactState,
    /// What came of it.
    pub close_reason: Option<ContactCloseReason>,
    /// While a task about danger, or for today, is not done.
    pub needs_today: bool,
    /// What they want to be called.
    #[schema(max_length = 60)]
    pub preferred_name: Option<String>,
    /// When they turned to us.
    pub created_at: UtcTime,
}

impl From<Contact> for ContactSummary {
    fn from(contact: Contact) -> Self {
        Self {
            id: contact.id,
            channel: contact.channel,
            origin: contact.origin,
            state: contact.state,
            close_reason: contact.ending,
            needs_today: contact.needs_today,
            preferred_name: contact.told.called,
            created_at: contact.created_at,
        }
    }
}

/// Which contacts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactQuery {
    /// Only those that stand so.
    #[param(nullable = false)]
    pub state: Option<ContactState>,
    /// Only those by this channel.
    #[param(nullable = false)]
    pub channel: Option<ContactChannel>,
    /// Only those for today, or only the others.
    #[param(nullable = false)]
    pub needs_today: Option<bool>,
}

/// A number or an address that somebody has turned to us from, perhaps.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchContacts {
    /// The telephone number, in whatever form.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub phone: Option<Private<String>>,
    /// The e-mail address.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub email: Option<Private<String>>,
}

/// The contacts from a number or an address.
#[derive(Serialize, ToSchema)]
pub struct ContactSearchResults {
    /// The newest, the newest first.
    #[schema(max_items = 40)]
    pub items: Vec<ContactSummary>,
}

/// What holds of a contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriageContact {
    /// Everything that holds.
    #[schema(min_items = 1, max_items = 5)]
    pub needs: Vec<TriageNeed>,
}

/// What is to be done with a contact, now.
#[derive(Serialize, ToSchema)]
pub struct TriageAdvice {
    /// What whoever answers does next.
    pub next_step: TriageStep,
    /// The same as a sentence.
    #[schema(max_length = 500)]
    pub next_step_text: String,
    /// What is to be done now, the weightiest first.
    #[schema(max_items = 50)]
    pub to_do: Vec<String>,
    /// Help elsewhere, the most urgent first. The emergency routes are always among it when danger was said.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// What somebody must take and finish.
    #[schema(max_items = 50)]
    pub tasks: Vec<ContactTask>,
}

/// What came of a contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseContact {
    /// In a word.
    pub close_reason: ContactCloseReason,
}
