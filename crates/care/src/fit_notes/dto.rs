//! Request bodies of fit notes.

pub mod plans;
pub mod views;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{
    FitNoteAdaptation, FitNoteDiscretion, FitNoteFitness, FitNotePeriodKind, FitNotePeriodUnit, FitNoteProfession,
    FitNoteWarning, FitNoteWithdrawalReason, OtherPrintedDetails, ReportingProfession,
};
use super::rules::periods::PeriodFields;
use platform::ids::Id;
use platform::private::Private;

/// A new fit note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueFitNote {
    /// The practitioner that the fit note is for.
    pub practitioner_id: Id,
    /// The attended appointment with you that it is based on. Leave it out if the note is based on a report.
    #[serde(default)]
    pub appointment_id: Option<Id>,
    /// The written report that it is based on. Leave it out if the note is based on an appointment.
    #[serde(default)]
    pub report: Option<FitNoteReportForm>,
    /// The condition, as printed on the note.
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 300)]
    pub condition: Private<String>,
    /// The precise condition, for the record, if the note gives it less precisely.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300)]
    pub precise_condition: Option<Private<String>>,
    /// Why the note gives the condition less precisely.
    #[serde(default)]
    pub discretion: Option<FitNoteDiscretion>,
    /// The statement about fitness for work.
    pub fitness: FitNoteFitness,
    /// Adaptations that may make work possible: any or none for `may_be_fit`, none for `not_fit`.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub adaptations: Vec<FitNoteAdaptation>,
    /// Comments. For `may_be_fit` they must describe the functional effects of the condition.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true)), ("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1500)]
    pub comments: Option<Private<String>>,
    /// The period that the fit note covers.
    pub period: FitNotePeriod,
    /// Whether fitness must be assessed again at the end of the period.
    pub assess_again: bool,
    /// For a period that ends after three calendar months: why the practitioner is known to have been unfit for the previous six
    /// months, if earlier `not_fit` notes do not show it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub six_months_reason: Option<Private<String>>,
    /// The warnings that you have seen. Leave it out at first; the response lists the warnings.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub acknowledged: Vec<FitNoteWarning>,
}

/// A written report by another healthcare professional, considered on the day of issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FitNoteReportForm {
    /// Name of the author.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub author: Private<String>,
    /// Profession of the author, which must be regulated by law: no psychotherapist and no counsellor.
    pub profession: ReportingProfession,
    /// The date of the report.
    pub written_on: NaiveDate,
}

/// The period of a fit note, stated in one of three ways.
#[derive(Debug, Clone, Copy, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FitNotePeriod {
    /// How it is stated: by dates, by a duration from the date of the assessment, or as indefinite, for `not_fit` only.
    pub kind: FitNotePeriodKind,
    /// The first day. Only with `dates`.
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    /// The last day, included in the period. Only with `dates`.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// Number of units. Only with `duration`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 400)]
    pub count: Option<u32>,
    /// Unit of the duration. Only with `duration`.
    #[serde(default)]
    pub unit: Option<FitNotePeriodUnit>,
}

impl From<&FitNotePeriod> for PeriodFields {
    fn from(form: &FitNotePeriod) -> Self {
        Self { kind: form.kind, from: form.starts_on, until: form.ends_on, count: form.count, unit: form.unit }
    }
}

/// The withdrawal of a fit note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawFitNote {
    /// The reason for the withdrawal.
    pub reason: FitNoteWithdrawalReason,
    /// Explanation of the reason.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub note: Option<Private<String>>,
    /// Whether, according to the practitioner, the employer already has the note. If so, it cannot be withdrawn.
    pub with_employer: bool,
}

/// The details printed on a fit note, to be compared with the issued note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyFitNote {
    /// The code on the note, with or without hyphens.
    #[schema(value_type = String, min_length = 1, max_length = 60, example = "7K3QX-9V2MD-0B4T8-RC5H")]
    pub code: Private<String>,
    /// The date of the statement.
    pub issued_on: NaiveDate,
    /// The box that is ticked.
    pub fitness: FitNoteFitness,
    /// The period, as stated on the note.
    pub period: FitNotePeriod,
    /// The patient's name on the note. This and what follows is compared if given.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Private<String>>,
    /// The date of the assessment.
    #[serde(default)]
    pub assessed_on: Option<NaiveDate>,
    /// The condition on the note.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300)]
    pub condition: Option<Private<String>>,
    /// The adaptations that are ticked; an empty list if none is.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub adaptations: Option<Vec<FitNoteAdaptation>>,
    /// The comments, as printed: `None` where there are none.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1500)]
    pub comments: Option<Private<String>>,
    /// Whether the box is ticked that fitness must be assessed again.
    #[serde(default)]
    pub assess_again: Option<bool>,
    /// The issuer's name.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub issuer_name: Option<Private<String>>,
    /// The issuer's profession.
    #[serde(default)]
    pub issuer_profession: Option<FitNoteProfession>,
    /// The issuer's address, with the name of the organisation. Commas and line ends do not count.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub issuer_address: Option<Private<String>>,
    /// The date on a duplicate.
    #[serde(default)]
    pub duplicate_issued_on: Option<NaiveDate>,
}

impl VerifyFitNote {
    /// What was given of the details that may be left out.
    pub fn others(&self) -> OtherPrintedDetails {
        let text = |text: &Option<Private<String>>| text.as_ref().map(|text| text.reveal().clone());
        OtherPrintedDetails {
            name: text(&self.name),
            assessed_on: self.assessed_on,
            condition: text(&self.condition),
            adaptations: self.adaptations.clone(),
            comments: text(&self.comments),
            assess_again: self.assess_again,
            issuer_name: text(&self.issuer_name),
            issuer_profession: self.issuer_profession,
            issuer_address: text(&self.issuer_address),
            duplicate_issued_on: self.duplicate_issued_on,
        }
    }
}

/// Filter of the lists of fit notes and return-to-work plans.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FitNoteQuery {
    /// The practitioner. Required for clinicians; practitioners see their own and can leave it out.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
}
