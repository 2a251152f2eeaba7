//! Response bodies that summarise a practitioner's care.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::assessment::queries::score_changes::ScoreChange;
use platform::ids::{Id, UtcTime};
use reference::questionnaires::catalogue::Catalogue;
use reference::questionnaires::model::ReliableChange;
use reference::questionnaires::rules;
use scheduling::booking::queries::lookups::ListedAppointment;
use scheduling::calendar::model::AppointmentKind;

/// A summary of a practitioner's care at this moment.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PractitionerCare {
    /// The last attended appointment; null if there is none.
    pub last_seen: Option<CaseloadAppointment>,
    /// The next booked appointment; null if there is none.
    pub next_booked: Option<CaseloadAppointment>,
    /// The latest score on each submitted questionnaire. Null for coordinators, for clinicians who may not read the record, and where
    /// `unreadable` names the scores.
    #[schema(max_items = 20)]
    pub latest_scores: Option<Vec<CaseloadScore>>,
    /// Whether there is an open risk alert.
    pub has_open_alert: bool,
    /// Whether an item of a latest score shows risk. Null where `latest_scores` is.
    pub risk_item_positive: Option<bool>,
    /// The follow-up that has been overdue longest; null if none is.
    pub overdue_follow_up: Option<CaseloadFollowUp>,
    /// The lead clinician; null if there is none.
    pub lead_clinician_id: Option<Id>,
    /// The date on which the care plan is due for review; null if there is no plan, and for clinicians who may not read the record.
    pub plan_review_on: Option<NaiveDate>,
}

/// An appointment in a list of practitioners.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadAppointment {
    /// When the appointment starts.
    pub starts_at: UtcTime,
    /// The clinician of the appointment.
    pub clinician_id: Id,
    /// The kind of the appointment.
    pub kind: AppointmentKind,
}

impl From<ListedAppointment> for CaseloadAppointment {
    fn from(one: ListedAppointment) -> Self {
        Self { starts_at: one.starts_at, clinician_id: one.clinician, kind: one.kind }
    }
}

/// The latest score on a questionnaire.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadScore {
    /// Code of the questionnaire.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// The sum of all answers.
    #[schema(minimum = 0, maximum = 65_535)]
    pub total: u16,
    /// The severity band of the score, as a stable code.
    #[schema(max_length = 50)]
    pub band: String,
    /// The severity band in plain words.
    #[schema(max_length = 100)]
    pub band_label: String,
    /// When the questionnaire was answered.
    pub answered_at: UtcTime,
    /// This total minus the first one; below zero means fewer symptoms. Null if it was answered only once.
    #[schema(minimum = -65_535, maximum = 65_535)]
    pub change_since_first: Option<i32>,
    /// Whether the change is larger than chance would explain. Null if it was answered only once.
    pub reliable_change: Option<ReliableChange>,
}

impl CaseloadScore {
    /// A score with its label and its change, as far as the catalogue contains the questionnaire.
    pub fn new(course: &ScoreChange, catalogue: &Catalogue) -> Self {
        let definition = catalogue.get(&course.questionnaire);
        let score = &course.latest.score;
        let band = definition.and_then(|definition| definition.bands.iter().find(|band| band.code == score.band));
        let first = course.first.as_ref().map(|first| first.score.total);
        let change = definition.zip(first).map(|(definition, first)| rules::change(definition, first, score.total));
        Self {
            questionnaire: course.questionnaire.clone(),
            total: score.total,
            band_label: band.map_or_else(|| score.band.clone(), |band| band.label.clone()),
            band: score.band.clone(),
            answered_at: course.latest.answered_at,
            change_since_first: change.map(|change| change.difference),
            reliable_change: change.map(|change| change.reliable),
        }
    }
}

/// An overdue follow-up.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadFollowUp {
    /// Identifies the follow-up.
    pub id: Id,
    /// The last day of its window, in Europe/London.
    pub due_until: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::queries::DatedScore;
    use reference::questionnaires;
    use reference::questionnaires::model::Score;

    fn scored(total: u16, band: &str, at: &str) -> DatedScore {
        let score =
            Score { total, band: band.into(), caseness: total >= 10, risk: false, risk_items: Vec::new(), clusters_met: None };
        let answered_at = at.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into();
        DatedScore { questionnaire: "phq-9".into(), version: 1, score, answered_at, purpose: None, assessment: None }
    }

    #[test]
    fn a_score_shows_its_change_since_the_first() {
        let catalogue = questionnaires::catalogue();
        let latest = scored(9, "mild", "2027-03-01T09:00:00Z");
        for (first, difference, reliable) in
            [(15, -6, ReliableChange::Improvement), (14, -5, ReliableChange::None), (3, 6, ReliableChange::Deterioration)]
        {
            let first = Some(scored(first, "moderate", "2027-01-11T09:00:00Z"));
            let course = ScoreChange { questionnaire: "phq-9".into(), latest: latest.clone(), first };
            let view = CaseloadScore::new(&course, catalogue);
            assert_eq!((view.total, view.band_label.as_str()), (9, "Mild"));
            assert_eq!((view.change_since_first, view.reliable_change), (Some(difference), Some(reliable)));
        }
        let once = CaseloadScore::new(&ScoreChange { questionnaire: "phq-9".into(), latest, first: None }, catalogue);
        assert_eq!((once.change_since_first, once.reliable_change), (None, None));
    }
}
