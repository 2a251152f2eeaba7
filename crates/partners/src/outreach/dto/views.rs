//! Response bodies of campaigns as coordinators see them. Recipients are shown to no one.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::outreach::links::TOKEN_LENGTH;
use crate::outreach::messages;
use crate::outreach::model::{
    EmployerContact, EmployerStatement, OutreachKind, OutreachLegalBasis, OutreachReason, OutreachState, OutreachWording, Plan,
};
use crate::outreach::queries::Campaign;
use people::notifications::dto::QuietHoursForm;
use platform::ids::{Id, UtcTime};
use platform::local_time::LocalTime;
use platform::outbox::{Message, MessageCarrier};

/// A campaign.
#[derive(Serialize, ToSchema)]
pub struct OutreachCampaignView {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: OutreachCampaignSummary,
    /// The channels that messages may be sent by.
    #[schema(max_items = 2)]
    pub channels: Vec<MessageCarrier>,
    /// The neutral wording of the messages.
    pub wording: OutreachWording,
    /// The number of messages per hour.
    #[schema(minimum = 1, maximum = 60000)]
    pub per_hour: i32,
    /// When nothing is sent, in local time of Europe/London.
    pub quiet_hours: QuietHoursForm,
    /// The person at the employer who gets the counts.
    pub employer_contact: EmployerContactView,
    /// The employer's statement that the contacts were given for this purpose; null until it is recorded.
    pub statement: Option<EmployerStatementView>,
    /// The messages of the campaign.
    #[schema(max_items = 2)]
    pub previews: Vec<OutreachPreview>,
    /// The number of recipients, including those who have opted out; who has is never shown.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub recipients: i64,
    /// The number of recipients whose message has not been handled yet.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub waiting: i64,
    /// The coordinator who created it.
    pub created_by: Id,
    /// The coordinator who submitted it.
    pub submitted_by: Option<Id>,
    /// The coordinator who approved it.
    pub approved_by: Option<Id>,
    /// When it was approved.
    pub approved_at: Option<UtcTime>,
    /// When it ended or was cancelled.
    pub closed_at: Option<UtcTime>,
    /// When the last contact was deleted.
    pub erased_at: Option<UtcTime>,
}

/// A person at the employer.
#[derive(Serialize, ToSchema)]
pub struct EmployerContactView {
    /// Their name and job title.
    #[schema(max_length = 200)]
    pub name: String,
    /// Their email address.
    #[schema(max_length = 254)]
    pub email: String,
}

/// The employer's statement that it gave the contacts for this purpose.
#[derive(Serialize, ToSchema)]
pub struct EmployerStatementView {
    /// The person who gave it: name and job title.
    #[schema(max_length = 200)]
    pub given_by: String,
    /// When it was given.
    pub given_on: NaiveDate,
    /// The legal basis for giving the contacts.
    pub legal_basis: OutreachLegalBasis,
}

/// A preview of a message. Each real message has a link of its own; the link shown leads nowhere.
#[derive(Serialize, ToSchema)]
pub struct OutreachPreview {
    /// The channel of the message.
    pub channel: MessageCarrier,
    /// The subject line; null for a text message.
    #[schema(max_length = 200)]
    pub subject: Option<String>,
    /// The text.
    #[schema(max_length = 2000)]
    pub body: String,
}

/// A campaign in a list.
#[derive(Serialize, ToSchema)]
pub struct OutreachCampaignSummary {
    /// The campaign's id.
    pub id: Id,
    /// What the campaign offers, and to which staff.
    pub kind: OutreachKind,
    /// The campaign's state.
    pub state: OutreachState,
    /// The reason for the campaign.
    pub reason: OutreachReason,
    /// The group of staff.
    #[schema(max_length = 300)]
    pub group: String,
    /// Their employer's code in the NHS organisation data service.
    #[schema(max_length = 9)]
    pub organisation_ods: String,
    /// Nothing is sent before this instant.
    pub starts_at: UtcTime,
    /// The last day. Afterwards every contact is deleted.
    pub ends_on: NaiveDate,
    /// When it was created.
    pub created_at: UtcTime,
}

/// The result of adding a batch of recipients. It does not reveal who has opted out.
#[derive(Serialize, ToSchema)]
pub struct OutreachRecipientsResult {
    /// The number of addresses in the batch.
    #[schema(minimum = 0, maximum = 1000)]
    pub received: i64,
    /// The number of them that the campaign already had, or that the batch contained more than once.
    #[schema(minimum = 0, maximum = 1000)]
    pub duplicates: i64,
    /// The number of recipients that the campaign has now.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub recipients: i64,
}

fn channels(plan: &Plan) -> Vec<MessageCarrier> {
    [(MessageCarrier::Email, plan.by_email), (MessageCarrier::Sms, plan.by_text)]
        .into_iter()
        .filter(|(_, used)| *used)
        .map(|(c, _)| c)
        .collect()
}

fn preview(wording: OutreachWording, channel: MessageCarrier, app_url: &str) -> OutreachPreview {
    match messages::message(wording, channel, "", app_url, &"0".repeat(TOKEN_LENGTH)) {
        Message::Email(email) => OutreachPreview { channel, subject: Some(email.subject), body: email.body },
        Message::Sms(text) => OutreachPreview { channel, subject: None, body: text.body },
    }
}

impl OutreachCampaignView {
    /// The campaign with the number of its recipients and how many of them wait.
    pub fn new(campaign: Campaign, (recipients, waiting): (i64, i64), app_url: &str) -> Self {
        let summary = OutreachCampaignSummary::from(&campaign);
        let plan = campaign.plan;
        let channels = channels(&plan);
        Self {
            summary,
            previews: channels.iter().map(|channel| preview(plan.wording, *channel, app_url)).collect(),
            channels,
            wording: plan.wording,
            per_hour: plan.per_hour,
            quiet_hours: QuietHoursForm { from: LocalTime(plan.quiet.from), until: LocalTime(plan.quiet.until) },
            employer_contact: plan.content.employer.into(),
            statement: plan.content.statement.map(Into::into),
            recipients,
            waiting,
            created_by: campaign.created_by,
            submitted_by: campaign.submitted_by,
            approved_by: campaign.released_by,
            approved_at: campaign.released_at,
            closed_at: campaign.closed_at,
            erased_at: campaign.erased_at,
        }
    }
}

impl From<EmployerContact> for EmployerContactView {
    fn from(contact: EmployerContact) -> Self {
        Self { name: contact.name, email: contact.email }
    }
}

impl From<EmployerStatement> for EmployerStatementView {
    fn from(statement: EmployerStatement) -> Self {
        Self { given_by: statement.given_by, given_on: statement.given_on, legal_basis: statement.legal_basis }
    }
}

impl From<&Campaign> for OutreachCampaignSummary {
    fn from(campaign: &Campaign) -> Self {
        let plan = &campaign.plan;
        Self {
            id: campaign.id,
            kind: plan.kind,
            state: campaign.state,
            reason: plan.reason,
            group: plan.content.group.clone(),
            organisation_ods: plan.content.organisation_ods.clone(),
            starts_at: plan.starts_at,
            ends_on: plan.ends_on,
            created_at: campaign.created_at,
        }
    }
}
