//! Request bodies of campaigns.

mod answers;
mod views;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

pub use answers::{
    CreateOutreachResponse, OutreachCount, OutreachCounts, OutreachResponseResult, OutreachTeamRequestQuery,
    OutreachTeamRequestView, RecordOutreachOptOut,
};
pub use views::{
    EmployerContactView, EmployerStatementView, OutreachCampaignSummary, OutreachCampaignView, OutreachPreview,
    OutreachRecipientsResult,
};

use super::model::{
    CampaignContent, EmployerContact, EmployerStatement, OutreachKind, OutreachLegalBasis, OutreachReason, OutreachState,
    OutreachWording, Plan,
};
use people::notifications::dto::QuietHoursForm;
use people::notifications::model::QuietHours;
use platform::error::{Error, Result};
use platform::ids::UtcTime;
use platform::outbox::MessageCarrier;
use platform::private::{Private, trimmed};
use platform::refusal::Reason;
use platform::text::code;
use reference::service_limits::outreach::OutreachLimits;

/// A new campaign. Its wording is chosen from a list, not written, so that no message can name the service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOutreachCampaign {
    /// What the campaign offers, and to which staff.
    pub kind: OutreachKind,
    /// The reason for the campaign.
    pub reason: OutreachReason,
    /// The group of staff; only coordinators see it.
    #[schema(value_type = String, min_length = 1, max_length = 300)]
    pub group: Private<String>,
    /// Their employer's code in the NHS organisation data service.
    #[schema(value_type = String, min_length = 1, max_length = 9, pattern = "^[A-Za-z0-9]{1,9}$", example = "RXX21")]
    pub organisation_ods: Private<String>,
    /// The channels that messages may be sent by.
    #[schema(min_items = 1, max_items = 2)]
    pub channels: Vec<MessageCarrier>,
    /// The neutral wording of the messages.
    pub wording: OutreachWording,
    /// The number of messages per hour; the default pace when left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 60000, nullable = false)]
    pub per_hour: Option<i32>,
    /// When nothing is sent, in local time of Europe/London; the default hours when left out.
    #[serde(default)]
    #[schema(value_type = QuietHoursForm, required = false)]
    pub quiet_hours: Option<QuietHoursForm>,
    /// Nothing is sent before this instant.
    pub starts_at: UtcTime,
    /// The last day. Afterwards every contact is deleted.
    pub ends_on: NaiveDate,
    /// The person at the employer who gets the counts at the end.
    pub employer_contact: EmployerContactForm,
    /// The employer's statement that the contacts were given for this purpose; required before the campaign is submitted.
    #[serde(default)]
    #[schema(value_type = EmployerStatementForm, required = false)]
    pub statement: Option<EmployerStatementForm>,
}

/// A person at the employer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmployerContactForm {
    /// Their name and job title.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Private<String>,
    /// Their email address.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: Private<String>,
}

/// The employer's statement that it gave the contacts for this purpose and no other.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmployerStatementForm {
    /// The person who gave it: name and job title.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub given_by: Private<String>,
    /// When it was given.
    pub given_on: NaiveDate,
    /// The legal basis for giving the contacts.
    pub legal_basis: OutreachLegalBasis,
}

/// Changes to a campaign while it is a draft. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateOutreachCampaign {
    /// The reason for the campaign.
    #[serde(default)]
    #[schema(value_type = OutreachReason, required = false)]
    pub reason: Option<OutreachReason>,
    /// The group of staff.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 300)]
    pub group: Option<Private<String>>,
    /// The neutral wording of the messages.
    #[serde(default)]
    #[schema(value_type = OutreachWording, required = false)]
    pub wording: Option<OutreachWording>,
    /// The number of messages per hour.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 60000, nullable = false)]
    pub per_hour: Option<i32>,
    /// When nothing is sent, in local time of Europe/London.
    #[serde(default)]
    #[schema(value_type = QuietHoursForm, required = false)]
    pub quiet_hours: Option<QuietHoursForm>,
    /// Nothing is sent before this instant.
    #[serde(default)]
    #[schema(value_type = UtcTime, required = false)]
    pub starts_at: Option<UtcTime>,
    /// The last day.
    #[serde(default)]
    #[schema(value_type = NaiveDate, required = false)]
    pub ends_on: Option<NaiveDate>,
    /// The person at the employer who gets the counts.
    #[serde(default)]
    #[schema(value_type = EmployerContactForm, required = false)]
    pub employer_contact: Option<EmployerContactForm>,
    /// The employer's statement.
    #[serde(default)]
    #[schema(value_type = EmployerStatementForm, required = false)]
    pub statement: Option<EmployerStatementForm>,
}

/// A batch of recipients.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddOutreachRecipients {
    /// Work email addresses and work mobile numbers.
    #[schema(min_items = 1, max_items = 1000)]
    pub addresses: Vec<WorkAddress>,
}

/// A work email address or work mobile number; a number without a country code is one of the United Kingdom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 5, max_length = 254, example = "07700 900123")]
pub struct WorkAddress(pub Private<String>);

/// Filters for campaigns.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutreachCampaignQuery {
    /// Only campaigns in this state.
    #[param(nullable = false)]
    pub state: Option<OutreachState>,
}

fn quiet(form: QuietHoursForm) -> Result<QuietHours> {
    let (from, until) = (form.from.0, form.until.0);
    if from == until {
        let detail = "Quiet hours must begin and end at different times.";
        return Err(Error::field(Reason::InvalidBody, "/quiet_hours/until", "invalid", detail));
    }
    Ok(QuietHours { from, until })
}

impl From<&EmployerContactForm> for EmployerContact {
    fn from(form: &EmployerContactForm) -> Self {
        Self { name: trimmed(&form.name), email: trimmed(&form.email) }
    }
}

impl From<&EmployerStatementForm> for EmployerStatement {
    fn from(form: &EmployerStatementForm) -> Self {
        Self { given_by: trimmed(&form.given_by), given_on: form.given_on, legal_basis: form.legal_basis }
    }
}

impl CreateOutreachCampaign {
    /// The plan in the form.
    ///
    /// # Errors
    /// 422 `invalid_body`, naming the member.
    pub fn plan(&self, limits: &OutreachLimits) -> Result<Plan> {
        let default_quiet = QuietHours { from: limits.quiet_from, until: limits.quiet_until };
        Ok(Plan {
            kind: self.kind,
            reason: self.reason,
            wording: self.wording,
            by_email: self.channels.contains(&MessageCarrier::Email),
            by_text: self.channels.contains(&MessageCarrier::Sms),
            per_hour: self.per_hour.unwrap_or(limits.per_hour.into()),
            quiet: self.quiet_hours.map_or(Ok(default_quiet), quiet)?,
            starts_at: self.starts_at,
            ends_on: self.ends_on,
            content: CampaignContent {
                group: trimmed(&self.group),
                organisation_ods: code(self.organisation_ods.reveal()),
                employer: (&self.employer_contact).into(),
                statement: self.statement.as_ref().map(Into::into),
            },
        })
    }
}

impl UpdateOutreachCampaign {
    /// The plan with these changes.
    ///
    /// # Errors
    /// 422 `invalid_body`, naming the member.
    pub fn apply(&self, mut plan: Plan) -> Result<Plan> {
        plan.reason = self.reason.unwrap_or(plan.reason);
        plan.wording = self.wording.unwrap_or(plan.wording);
        plan.per_hour = self.per_hour.unwrap_or(plan.per_hour);
        plan.quiet = self.quiet_hours.map_or(Ok(plan.quiet), quiet)?;
        plan.starts_at = self.starts_at.unwrap_or(plan.starts_at);
        plan.ends_on = self.ends_on.unwrap_or(plan.ends_on);
        if let Some(group) = &self.group {
            plan.content.group = trimmed(group);
        }
        if let Some(contact) = &self.employer_contact {
            plan.content.employer = contact.into();
        }
        if let Some(statement) = &self.statement {
            plan.content.statement = Some(statement.into());
        }
        Ok(plan)
    }
}
