//! Forms about fit notes.

pub mod plans;
pub mod views;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{
    FitNoteAdaptation, FitNoteDiscretion, FitNoteFitness, FitNotePeriodKind, FitNotePeriodUnit, FitNoteWarning,
    FitNoteWithdrawalReason, ReportingProfession,
};
use super::rules::periods::StatedPeriod;
use platform::ids::Id;
use platform::private::Private;

/// A fit note to be issued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueFitNote {
    /// For whom.
    pub practitioner_id: Id,
    /// The attended appointment with you that it rests on. Left out where it rests on a report.
    #[serde(default)]
    pub appointment_id: Option<Id>,
    /// The written report that it rests on. Left out where it rests on an appointment.
    #[serde(default)]
    pub report: Option<FitNoteReportForm>,
    /// The condition, as it is to stand on the note.
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 300)]
    pub condition: Private<String>,
    /// The condition as precisely as it is known, for the record, where the note gives it less precisely.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300)]
    pub precise_condition: Option<Private<String>>,
    /// Why the note gives it less precisely.
    #[serde(default)]
    pub discretion: Option<FitNoteDiscretion>,
    /// What is said about work.
    pub fitness: FitNoteFitness,
    /// What may make work possible. At least one for `may_be_fit`, none for `not_fit`.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub adaptations: Vec<FitNoteAdaptation>,
    /// Comments. For `may_be_fit` they say how the condition affects what the practitioner can do.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true)), ("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1500)]
    pub comments: Option<Private<String>>,
    /// For how long.
    pub period: FitNotePeriod,
    /// Whether fitness must be assessed again at the end of the period.
    pub assess_again: bool,
    /// Why the practitioner is known to have been unfit for the six months before, where earlier notes do not show it and the period is
    /// longer than three months.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub six_months_reason: Option<Private<String>>,
    /// The warnings that you have seen. Left out at first: the answer names them.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub acknowledged: Vec<FitNoteWarning>,
}

/// A written report by another healthcare professional, considered on the day of issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FitNoteReportForm {
    /// Who wrote it.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub author: Private<String>,
    /// What they work as.
    pub profession: ReportingProfession,
    /// The day on which it was written.
    pub written_on: NaiveDate,
}

/// A period, stated in one of three ways.
#[derive(Debug, Clone, Copy, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FitNotePeriod {
    /// How it is stated: by its dates, by its length from the day of the assessment, or as indefinite.
    pub kind: FitNotePeriodKind,
    /// The first day. With `dates` only.
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    /// The last day, which is included. With `dates` only.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// How many. With `duration` only.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 400)]
    pub count: Option<u32>,
    /// Of what. With `duration` only.
    #[serde(default)]
    pub unit: Option<FitNotePeriodUnit>,
}

impl From<&FitNotePeriod> for StatedPeriod {
    fn from(form: &FitNotePeriod) -> Self {
        Self { kind: form.kind, from: form.starts_on, until: form.ends_on, count: form.count, unit: form.unit }
    }
}

/// That a note is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawFitNote {
    /// Why.
    pub reason: FitNoteWithdrawalReason,
    /// Why, in more words.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub explanation: Option<Private<String>>,
    /// Whether the employer has it already, as the practitioner says. Then it is too late.
    pub with_employer: bool,
}

/// What a paper says, to be compared with what was issued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyFitNote {
    /// The code on the paper, with or without its hyphens.
    #[schema(value_type = String, min_length = 1, max_length = 60, example = "7K3QX-9V2MD-0B4T8-RC5H")]
    pub code: Private<String>,
    /// The date of the statement.
    pub issued_on: NaiveDate,
    /// Which of the two boxes is ticked.
    pub fitness: FitNoteFitness,
    /// For how long, as the paper states it.
    pub period: FitNotePeriod,
    /// The name on the paper. Compared when given.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Private<String>>,
    /// The condition on the paper. Compared when given.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300)]
    pub condition: Option<Private<String>>,
}

/// Whose fit notes or plans.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FitNoteQuery {
    /// Whose. Clinicians must say; practitioners see their own and may leave it out.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
}
