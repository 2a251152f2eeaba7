//! One run of a job handles everything that is due, also where there is more than is read at once, and where many entries cannot be
//! handled.

use chrono::TimeDelta;
use confide::care::risk::model::AssessmentContent;
use confide::care::risk::queries::{assessments, reviews};
use confide::care::risk::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity, raise};
use confide::platform::ids::Id;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::risk::risk_assessment;
use crate::support::{TestApp, apply, both_engines};

/// More than are read at once.
const MANY: usize = 60;

impl TestApp {
    /// Raises an immediate alert about each of many people; returns the alerts in the order of their ids, in which those of one due time
    /// are handled.
    async fn raises_many_alerts(&self, by: &Actor) -> Vec<Id> {
        let people = self.people_registered_at("2027-01-11T09:00:00Z", MANY, json!({})).await;
        let (kind, source) = (RiskEventKind::StaffConcern, RiskEventSource::Staff(by.id));
        let event = NewRiskEvent { kind, severity: RiskSeverity::Immediate, source, questionnaire: None, note: None };
        let mut alerts: Vec<Id> =
            self.write(move |tx| people.iter().map(|person| raise(tx, *person, event.clone())).collect()).await;
        alerts.sort();
        alerts
    }

    /// Lets the review of each of many people be due now; returns these people in the order of their ids, in which they are handled.
    async fn plans_many_reviews(&self, clinician: &Actor) -> Vec<Id> {
        let mut people = self.people_registered_at("2027-01-11T09:00:00Z", MANY, json!({})).await;
        people.sort();
        let assessment: AssessmentContent = serde_json::from_value(risk_assessment()).unwrap();
        let (clinician, of) = (clinician.id, people.clone());
        self.write(move |tx| {
            of.iter().try_for_each(|person| {
                let made = assessments::insert(tx, *person, None, clinician, &assessment)?;
                reviews::replace(tx, *person, made, Some(tx.now))
            })
        })
        .await;
        people
    }

    async fn escalated(&self) -> usize {
        self.ids_where("id", "risk_alerts", "escalation_level = 1").await.len()
    }
}

/// These ids as a list in SQL.
fn sql_list(ids: &[Id]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    format!("({})", quoted.join(", "))
}

#[apply(both_engines)]
async fn one_run_escalates_every_alert_that_is_due(app: TestApp) {
    let cory = app.coordinator().await;
    app.raises_many_alerts(&cory).await;
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!((app.run_risk_jobs().await, app.escalated().await), (MANY, MANY));
    let queued = app.notifications_to(cory.id).await;
    assert_eq!(queued.iter().filter(|(kind, _)| kind == "risk_alert_overdue").count(), MANY, "one for each alert");
    assert_eq!((app.run_risk_jobs().await, app.escalated().await), (0, MANY), "each step is taken once");
}

#[apply(both_engines)]
async fn many_alerts_that_cannot_be_escalated_keep_no_other_one_waiting(app: TestApp) {
    let cory = app.coordinator().await;
    let alerts = app.raises_many_alerts(&cory).await;
    app.clock.advance(TimeDelta::minutes(15));
    app.refuses("UPDATE OF escalation_level", "risk_alerts", format!("OLD.id IN {}", sql_list(&alerts[..55]))).await;
    assert_eq!((app.run_risk_jobs().await, app.run_risk_jobs().await), (5, 0));
    assert_eq!(app.escalated().await, 5);
    app.accepts_again("risk_alerts").await;
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!((app.run_risk_jobs().await, app.escalated().await), (55, MANY));
}

#[apply(both_engines)]
async fn many_reviews_that_cannot_be_dealt_with_keep_no_other_one_waiting(app: TestApp) {
    let (cleo, _) = (app.cleo().await, app.coordinator().await);
    let people = app.plans_many_reviews(&cleo).await;
    app.refuses("UPDATE", "risk_reviews", format!("OLD.practitioner_id IN {}", sql_list(&people[..55]))).await;
    let notified = async || app.ids_where("practitioner_id", "risk_reviews", "notified_at IS NOT NULL").await.len();
    assert_eq!((app.run_review_jobs().await, notified().await), (5, 5));
    assert_eq!(app.run_review_jobs().await, 0);
    app.accepts_again("risk_reviews").await;
    assert_eq!((app.run_review_jobs().await, notified().await), (55, MANY));
}
