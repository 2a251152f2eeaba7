//! JSON forms about contacts.

mod crises;
mod hours;
mod invitations;
mod requests;
mod tasks;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use crises::{ContactRiskAlertReceived, CreateContactRiskAlert};
pub use hours::{
    ContactHours, ContactHoursQuery, ContactHoursSpan, ContactHoursSpanForm, ContactRoute, ContactRoutes, ContactRoutesQuery,
    CreateContactHours,
};
pub use invitations::{ContactInvitation, CreateContactInvitation, LookUpInvitation, PrefilledCaller, PrefilledDetails};
pub use requests::{ContactRequestReceived, ContactRequestStatus, CreateContactRequest, LookUpContactRequest};
pub use tasks::{CompleteContactTask, ContactTask, ContactTaskQuery, TakeContactTask};

use super::model::{
    ContactChannel, ContactCloseReason, ContactDetails, ContactOrigin, ContactState, Prefill, SafetyAnswer, TriageNeed,
    TriageStep,
};
use super::queries::Contact;
use super::queries::tasks::Task;
use super::queries::triages::TriageRecord;
use super::rules::reference_is_readable;
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed_non_empty};
use reference::signposts::dto::SignpostView;
use reference::workforce::model::{Nation, Profession, Region, Setting};

/// What callers give about themselves. Everything is optional: anonymous callers are helped all the same.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallerDetailsForm {
    /// The name they want to be called by; any name will do.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub preferred_name: Option<Private<String>>,
    /// A telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub phone: Option<Private<String>>,
    /// An email address.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub email: Option<Private<String>>,
    /// Their profession.
    #[serde(default)]
    pub profession: Option<Profession>,
    /// Where they work.
    #[serde(default)]
    pub setting: Option<Setting>,
    /// The nation they work in.
    #[serde(default)]
    pub nation: Option<Nation>,
    /// The region of England they work in.
    #[serde(default)]
    pub region: Option<Region>,
    /// The integrated care board of the area. Sets the region too.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10, example = "QWE")]
    pub icb_code: Option<String>,
    /// The languages they speak, or what else they need to be able to talk.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub languages: Option<Private<String>>,
    /// Whether it is safe to call them.
    #[serde(default)]
    pub safe_to_call: Option<bool>,
    /// Whether it is safe to send them text messages.
    #[serde(default)]
    pub safe_to_text: Option<bool>,
    /// Whether it is safe to email them.
    #[serde(default)]
    pub safe_to_email: Option<bool>,
    /// When it is safe to contact them, in their own words.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub safe_times: Option<Private<String>>,
    /// What the contact is about. Write no more than the next call handler needs to know.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
    /// True for someone who leads an organisation or a large part of it: there is a separate package of support for them.
    #[serde(default)]
    pub senior_leader: bool,
    /// A practitioner's reference, if the caller states one, such as `CF-7K3M-9QXA`. It is recorded as it is: no answer shows whether
    /// anyone has it. In a crisis that practitioner's clinicians are informed.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub stated_reference: Option<Private<String>>,
}

impl CallerDetailsForm {
    /// The details as they are stored.
    pub fn to_details(&self) -> ContactDetails {
        let text = |given: &Option<Private<String>>| trimmed_non_empty(given.as_ref());
        ContactDetails {
            preferred_name: text(&self.preferred_name),
            phone: text(&self.phone),
            email: text(&self.email),
            profession: self.profession,
            setting: self.setting,
            nation: self.nation,
            region: self.region,
            icb_code: self.icb_code.clone(),
            languages: text(&self.languages),
            safe_to_call: self.safe_to_call,
            safe_to_text: self.safe_to_text,
            safe_to_email: self.safe_to_email,
            safe_times: text(&self.safe_times),
            note: text(&self.note),
            senior_leader: self.senior_leader,
            stated_reference: text(&self.stated_reference),
            safety_answer: None,
        }
    }
}

/// A person who contacted the service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogContact {
    /// How they contacted the service.
    pub channel: ContactChannel,
    /// What they give about themselves; `{}` for nothing.
    #[schema(inline = false)]
    pub caller: CallerDetailsForm,
}

/// New caller details for a contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceContact {
    /// All details of the caller. What is left out is removed.
    #[schema(inline = false)]
    pub caller: CallerDetailsForm,
}

/// What a caller gave about themselves.
#[derive(Serialize, ToSchema)]
pub struct CallerDetails {
    /// What the registration can be prefilled with.
    #[serde(flatten)]
    pub prefill: PrefilledCaller,
    /// The languages they speak, or what else they need to be able to talk.
    #[schema(max_length = 100)]
    pub languages: Option<String>,
    /// Whether it is safe to call them.
    pub safe_to_call: Option<bool>,
    /// Whether it is safe to send them text messages.
    pub safe_to_text: Option<bool>,
    /// Whether it is safe to email them.
    pub safe_to_email: Option<bool>,
    /// When it is safe to contact them.
    #[schema(max_length = 200)]
    pub safe_times: Option<String>,
    /// What the contact is about.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
    /// True for someone who leads an organisation or a large part of it.
    pub senior_leader: bool,
    /// The reference that the caller stated.
    #[schema(max_length = 20)]
    pub stated_reference: Option<String>,
    /// Whether that text can be a reference; false for a typing error. It does not show whether anyone has the reference.
    pub reference_readable: Option<bool>,
}

impl From<ContactDetails> for CallerDetails {
    fn from(details: ContactDetails) -> Self {
        Self {
            reference_readable: details.stated_reference.as_deref().map(reference_is_readable),
            prefill: Prefill::from(details.clone()).into(),
            languages: details.languages,
            safe_to_call: details.safe_to_call,
            safe_to_text: details.safe_to_text,
            safe_to_email: details.safe_to_email,
            safe_times: details.safe_times,
            note: details.note,
            senior_leader: details.senior_leader,
            stated_reference: details.stated_reference,
        }
    }
}

/// One triage of a contact.
#[derive(Serialize, ToSchema)]
pub struct TriageEntry {
    /// When it was recorded.
    pub at: UtcTime,
    /// The member of staff who recorded it.
    pub by: Id,
    /// The needs that apply.
    #[schema(max_items = 20)]
    pub needs: Vec<TriageNeed>,
    /// What was to be done next.
    pub next_step: TriageStep,
}

impl From<TriageRecord> for TriageEntry {
    fn from(triaged: TriageRecord) -> Self {
        let TriageRecord { at, by, needs, step } = triaged;
        Self { at, by, needs, next_step: step }
    }
}

/// How a contact began and what has become of it.
#[derive(Serialize, ToSchema)]
pub struct ContactProgress {
    /// Identifies the contact.
    pub id: Id,
    /// How they contacted the service.
    pub channel: ContactChannel,
    /// How the contact came about.
    pub origin: ContactOrigin,
    /// Whether the contact is open or closed.
    pub state: ContactState,
    /// Why it was closed; null while it is open.
    pub close_reason: Option<ContactCloseReason>,
    /// True while a task about danger, or for today, is open.
    pub needs_today: bool,
    /// When they contacted the service.
    pub created_at: UtcTime,
}

impl From<&Contact> for ContactProgress {
    fn from(contact: &Contact) -> Self {
        let Contact { id, channel, origin, state, close_reason, needs_today, created_at, .. } = *contact;
        Self { id, channel, origin, state, close_reason, needs_today, created_at }
    }
}

/// A contact: a person who contacted the service.
#[derive(Serialize, ToSchema)]
pub struct ContactView {
    /// What the contact and lists show alike.
    #[serde(flatten)]
    pub progress: ContactProgress,
    /// What the caller gave. Empty once personal data has been erased.
    #[schema(inline = false)]
    pub caller: CallerDetails,
    /// What the person answered to the safety question when they asked for a call-back; null where it was not asked.
    pub safety_answer: Option<SafetyAnswer>,
    /// The member of staff who logged it; null where no member of staff logged it.
    pub logged_by: Option<Id>,
    /// When it was closed.
    pub closed_at: Option<UtcTime>,
    /// When personal data was erased.
    pub erased_at: Option<UtcTime>,
    /// The triages, newest first.
    #[schema(max_items = 50)]
    pub triage_history: Vec<TriageEntry>,
    /// The tasks, newest first.
    #[schema(max_items = 50)]
    pub tasks: Vec<ContactTask>,
    /// Where to get help now. Show it first. Empty unless a triage recorded immediate danger or the safety question was answered with yes.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The other routes and their hours, while the channel of this contact is closed; otherwise null.
    pub out_of_hours: Option<ContactRoutes>,
}

impl ContactView {
    /// A contact with its triages, tasks and help.
    pub fn new(
        contact: Contact,
        triages: Vec<TriageRecord>,
        tasks: Vec<Task>,
        crisis_help: Vec<SignpostView>,
        routes: ContactRoutes,
        now: UtcTime,
    ) -> Self {
        let open = routes.routes.iter().any(|route| route.channel == contact.channel && route.open_now);
        Self {
            progress: (&contact).into(),
            safety_answer: contact.details.safety_answer,
            caller: contact.details.into(),
            logged_by: contact.logged_by,
            closed_at: contact.closed_at,
            erased_at: contact.erased_at,
            triage_history: triages.into_iter().map(TriageEntry::from).collect(),
            tasks: tasks.into_iter().map(|task| ContactTask::new(task, now)).collect(),
            crisis_help,
            out_of_hours: if open { None } else { Some(routes) },
        }
    }
}

/// A contact in a list.
#[derive(Serialize, ToSchema)]
pub struct ContactSummary {
    /// What the contact and lists show alike.
    #[serde(flatten)]
    pub progress: ContactProgress,
    /// The name they want to be called by.
    #[schema(max_length = 60)]
    pub preferred_name: Option<String>,
}

impl From<Contact> for ContactSummary {
    fn from(contact: Contact) -> Self {
        Self { progress: (&contact).into(), preferred_name: contact.details.preferred_name }
    }
}

/// Filters of the list of contacts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactQuery {
    /// Only contacts in this state.
    #[param(nullable = false)]
    pub state: Option<ContactState>,
    /// Only contacts by this channel.
    #[param(nullable = false)]
    pub channel: Option<ContactChannel>,
    /// `true` for contacts that need someone today, `false` for the others.
    #[param(nullable = false)]
    pub needs_today: Option<bool>,
}

/// A telephone number or email address to search for, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchContacts {
    /// The telephone number, in any form.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$", example = "07700 900123")]
    pub phone: Option<Private<String>>,
    /// The email address.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub email: Option<Private<String>>,
}

/// The contacts found.
#[derive(Serialize, ToSchema)]
pub struct ContactSearchResults {
    /// The latest contacts, newest first.
    #[schema(max_items = 40)]
    pub items: Vec<ContactSummary>,
}

/// The needs of a contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriageContact {
    /// All needs that apply.
    #[schema(min_items = 1, max_items = 20)]
    pub needs: Vec<TriageNeed>,
}

/// What to do about a contact now.
#[derive(Serialize, ToSchema)]
pub struct TriageAdvice {
    /// What the call handler does next.
    pub next_step: TriageStep,
    /// The next step as a sentence.
    #[schema(max_length = 500)]
    pub next_step_text: String,
    /// What to do now, most urgent first.
    #[schema(max_items = 100)]
    pub to_do: Vec<String>,
    /// Sources of help elsewhere, most urgent first. Always includes the emergency routes in immediate danger.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// The open tasks of this contact.
    #[schema(max_items = 50)]
    pub tasks: Vec<ContactTask>,
}

/// Why a contact is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseContact {
    /// The reason.
    pub reason: ContactCloseReason,
}
