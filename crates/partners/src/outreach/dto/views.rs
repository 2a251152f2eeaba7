//! Campaigns as coordinators see them. Nobody sees who is written to.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::outreach::letters;
use crate::outreach::links::TOKEN_LENGTH;
use crate::outreach::model::{
    EmployerContact, EmployerStatement, OutreachKind, OutreachLegalBasis, OutreachReason, OutreachState, OutreachWording, Plan,
};
use crate::outreach::queries::Campaign;
use people::notifications::dto::{ClockTime, QuietHoursForm};
use platform::ids::{Id, UtcTime};
use platform::outbox::{Message, MessageCarrier};

/// A campaign.
#[derive(Serialize, ToSchema)]
pub struct OutreachCampaignView {
    /// Names it.
    pub id: Id,
    /// What is offered to whom.
    pub kind: OutreachKind,
    /// Where it stands.
    pub state: OutreachState,
    /// Why now.
    pub reason: OutreachReason,
    /// Which staff.
    #[schema(max_length = 300)]
    pub group: String,
    /// Their employer, by its code in the organisation data service.
    #[schema(max_length = 9)]
    pub organisation_ods: String,
    /// How messages may go.
    #[schema(max_items = 2)]
    pub channels: Vec<MessageCarrier>,
    /// In which wording.
    pub wording: OutreachWording,
    /// How many messages go in an hour.
    #[schema(minimum = 1, maximum = 60000)]
    pub per_hour: i32,
    /// When nothing is sent, on a clock in Britain.
    pub quiet_hours: QuietHoursForm,
    /// Nothing is sent before this instant.
    pub starts_at: UtcTime,
    /// The last day. Afterwards every contact is deleted.
    pub ends_on: NaiveDate,
    /// Who at the employer gets the counts.
    pub employer_contact: EmployerContactView,
    /// The employer's word that the contacts were given for this purpose; null while there is none.
    pub statement: Option<EmployerStatementView>,
    /// What the messages say.
    #[schema(max_items = 2)]
    pub previews: Vec<OutreachPreview>,
    /// How many recipients there are, those included who do not want to be written to: nobody can tell who does not.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub recipients: i64,
    /// How many of them have not had their turn.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub waiting: i64,
    /// Which coordinator began it.
    pub created_by: Id,
    /// Which coordinator handed it in.
    pub submitted_by: Option<Id>,
    /// Which other coordinator released it.
    pub released_by: Option<Id>,
    /// When it was released.
    pub released_at: Option<UtcTime>,
    /// When it was over.
    pub closed_at: Option<UtcTime>,
    /// When the last contact was deleted.
    pub erased_at: Option<UtcTime>,
    /// When it was begun.
    pub created_at: UtcTime,
}

/// Somebody at the employer.
#[derive(Serialize, ToSchema)]
pub struct EmployerContactView {
    /// Their name and post.
    #[schema(max_length = 200)]
    pub name: String,
    /// Their address.
    #[schema(max_length = 254)]
    pub email: String,
}

/// The employer's word that it gave the contacts for this purpose.
#[derive(Serialize, ToSchema)]
pub struct EmployerStatementView {
    /// Who said so.
    #[schema(max_length = 200)]
    pub given_by: String,
    /// On which day.
    pub given_on: NaiveDate,
    /// On what it rests.
    pub legal_basis: OutreachLegalBasis,
}

/// What a message says. Each has a link of its own; the one shown leads nowhere.
#[derive(Serialize, ToSchema)]
pub struct OutreachPreview {
    /// How it goes.
    pub channel: MessageCarrier,
    /// The subject line; null for a text.
    #[schema(max_length = 200)]
    pub subject: Option<String>,
    /// The words.
    #[schema(max_length = 2000)]
    pub body: String,
}

/// A campaign in a list.
#[derive(Serialize, ToSchema)]
pub struct OutreachCampaignSummary {
    /// Names it.
    pub id: Id,
    /// What is offered to whom.
    pub kind: OutreachKind,
    /// Where it stands.
    pub state: OutreachState,
    /// Why now.
    pub reason: OutreachReason,
    /// Which staff.
    #[schema(max_length = 300)]
    pub group: String,
    /// Their employer.
    #[schema(max_length = 9)]
    pub organisation_ods: String,
    /// Nothing is sent before this instant.
    pub starts_at: UtcTime,
    /// The last day.
    pub ends_on: NaiveDate,
    /// When it was begun.
    pub created_at: UtcTime,
}

/// What became of a batch of recipients. Whether somebody does not want to be written to is not told.
#[derive(Serialize, ToSchema)]
pub struct OutreachRecipientsResult {
    /// How many addresses were sent.
    #[schema(minimum = 0, maximum = 1000)]
    pub received: i64,
    /// How many of them the campaign had already, or the batch more than once.
    #[schema(minimum = 0, maximum = 1000)]
    pub duplicates: i64,
    /// How many recipients the campaign has now.
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
    match letters::message(wording, channel, "", app_url, &"0".repeat(TOKEN_LENGTH)) {
        Message::Email(letter) => OutreachPreview { channel, subject: Some(letter.subject), body: letter.body },
        Message::Sms(text) => OutreachPreview { channel, subject: None, body: text.body },
    }
}

impl OutreachCampaignView {
    /// The campaign with how many recipients there are and how many wait.
    pub fn new(campaign: Campaign, (recipients, waiting): (i64, i64), app_url: &str) -> Self {
        let plan = campaign.plan;
        let channels = channels(&plan);
        Self {
            id: campaign.id,
            kind: plan.kind,
            state: campaign.state,
            reason: plan.reason,
            previews: channels.iter().map(|channel| preview(plan.wording, *channel, app_url)).collect(),
            channels,
            wording: plan.wording,
            per_hour: plan.per_hour,
            quiet_hours: QuietHoursForm { from: ClockTime(plan.quiet.from), until: ClockTime(plan.quiet.until) },
            starts_at: plan.starts_at,
            ends_on: plan.ends_on,
            group: plan.told.group,
            organisation_ods: plan.told.organisation_ods,
            employer_contact: plan.told.employer.into(),
            statement: plan.told.statement.map(Into::into),
            recipients,
            waiting,
            created_by: campaign.created_by,
            submitted_by: campaign.handed_in_by,
            released_by: campaign.released_by,
            released_at: campaign.released_at,
            closed_at: campaign.closed_at,
            erased_at: campaign.erased_at,
            created_at: campaign.created_at,
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

impl From<Campaign> for OutreachCampaignSummary {
    fn from(campaign: Campaign) -> Self {
        let plan = campaign.plan;
        Self {
            id: campaign.id,
            kind: plan.kind,
            state: campaign.state,
            reason: plan.reason,
            group: plan.told.group,
            organisation_ods: plan.told.organisation_ods,
            starts_at: plan.starts_at,
            ends_on: plan.ends_on,
            created_at: campaign.created_at,
        }
    }
}
