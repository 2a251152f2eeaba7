//! Forms about how it stands with somebody in care.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::assessment::queries::courses::Course;
use platform::ids::{Id, UtcTime};
use reference::questionnaires::catalogue::Catalogue;
use reference::questionnaires::model::ReliableChange;
use reference::questionnaires::rules;
use scheduling::booking::queries::reading::Encounter;
use scheduling::calendar::model::AppointmentKind;

/// How it stands with somebody, at this moment.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PractitionerCare {
    /// The last appointment that they came to; null when there was none.
    pub last_seen: Option<CaseloadAppointment>,
    /// The next one that is booked; null when there is none.
    pub next_booked: Option<CaseloadAppointment>,
    /// The last score on each questionnaire that was handed in. Clinicians only; null for coordinators.
    #[schema(max_items = 20)]
    pub latest_scores: Option<Vec<CaseloadScore>>,
    /// Whether there is an alert that nobody has looked at.
    pub has_open_alert: bool,
    /// Whether an item of a last score shows risk. Clinicians only; null for coordinators.
    pub risk_item_positive: Option<bool>,
    /// The follow-up that is overdue the longest; null when none is.
    pub overdue_follow_up: Option<CaseloadFollowUp>,
    /// Who leads the care; null while there is none.
    pub lead_clinician_id: Option<Id>,
    /// On which day the care plan is to be looked at again; null while there is none.
    pub plan_review_on: Option<NaiveDate>,
}

/// An appointment, as far as a list of people shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadAppointment {
    /// When it begins.
    pub starts_at: UtcTime,
    /// With whom.
    pub clinician_id: Id,
    /// What it is for.
    pub kind: AppointmentKind,
}

impl From<Encounter> for CaseloadAppointment {
    fn from(one: Encounter) -> Self {
        Self { starts_at: one.starts_at, clinician_id: one.clinician, kind: one.kind }
    }
}

/// The last score on a questionnaire.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadScore {
    /// The questionnaire's code.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// The sum of all answers.
    #[schema(minimum = 0, maximum = 65_535)]
    pub total: u16,
    /// What it comes to, as a stable code.
    #[schema(max_length = 50)]
    pub band: String,
    /// What it comes to, in plain words.
    #[schema(max_length = 100)]
    pub band_label: String,
    /// When it was answered.
    pub answered_at: UtcTime,
    /// This total less the first one: below zero is fewer symptoms. Null when it was answered once only.
    #[schema(minimum = -65_535, maximum = 65_535)]
    pub change_since_first: Option<i32>,
    /// Whether the change is more than chance. Null when it was answered once only.
    pub reliable_change: Option<ReliableChange>,
}

impl CaseloadScore {
    /// A score with its words and its change, as far as the catalogue knows the questionnaire.
    pub fn new(course: &Course, catalogue: &Catalogue) -> Self {
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

/// A follow-up that is overdue.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadFollowUp {
    /// Which.
    pub id: Id,
    /// Its last day, in Europe/London.
    pub due_by: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::queries::Scored;
    use reference::questionnaires;
    use reference::questionnaires::model::Score;

    fn scored(total: u16, band: &str, at: &str) -> Scored {
        let score =
            Score { total, band: band.into(), caseness: total >= 10, risk: false, risk_items: Vec::new(), clusters_met: None };
        let answered_at = at.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into();
        Scored { questionnaire: "phq-9".into(), version: 1, score, answered_at, purpose: None, assessment: None }
    }

    #[test]
    fn a_score_tells_what_has_changed_since_the_first() {
        let catalogue = questionnaires::catalogue();
        let latest = scored(9, "mild", "2027-03-01T09:00:00Z");
        for (first, difference, reliable) in
            [(15, -6, ReliableChange::Improvement), (14, -5, ReliableChange::None), (3, 6, ReliableChange::Deterioration)]
        {
            let first = Some(scored(first, "moderate", "2027-01-11T09:00:00Z"));
            let course = Course { questionnaire: "phq-9".into(), latest: latest.clone(), first };
            let shown = CaseloadScore::new(&course, catalogue);
            assert_eq!((shown.total, shown.band_label.as_str()), (9, "Mild"));
            assert_eq!((shown.change_since_first, shown.reliable_change), (Some(difference), Some(reliable)));
        }
        let once = CaseloadScore::new(&Course { questionnaire: "phq-9".into(), latest, first: None }, catalogue);
        assert_eq!((once.change_since_first, once.reliable_change), (None, None));
    }
}
