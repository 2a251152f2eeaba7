//! Notifications of reviews that are due, without the practitioner's name or what is reviewed.
//!
//! They go to the clinicians who treat the practitioner, the lead among them, and may record a risk assessment. Where there is none,
//! coordinators are asked to find one: from then on the review is a reason for them to know of the practitioner. If no coordinator may see
//! it, the privacy officers (or the administrators) are asked for another one. Staff with a conflict are not notified.

use super::queries::reviews::{self, DueReview};
use people::Role;
use people::accounts;
use people::accounts::emails::StaffTaskNotification;
use people::accounts::queries as people_queries;
use people::relationships::{Purpose, access_rules, conflicts, escalation};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};
use scheduling::booking::care_relationship;

const DUE: &str = "risk_review_due";
const UNREACHED: &str = "risk_review_unreached";

/// The kinds of notification of reviews.
pub const KINDS: [(&str, Render); 2] = [(DUE, render_due), (UNREACHED, render_unreached)];

/// The staff who can make a review, or find a clinician for it.
pub(super) struct Reviewers {
    clinicians: Vec<Id>,
    coordinators: Vec<Id>,
}

impl Reviewers {
    pub(super) fn read(tx: &mut Tx, practitioner: Id) -> Result<Self> {
        let mut clinicians = Vec::new();
        for clinician in care_relationship::treating_clinicians(tx, practitioner)? {
            // Only an assessment ends the review: who has a missed appointment alone cannot record one.
            if access_rules::allow_all(tx, (clinician, Role::Clinician), practitioner, &[Purpose::AddToRecord])? {
                clinicians.push(clinician);
            }
        }
        let coordinators = people_queries::active_with_role(tx, Role::Coordinator)?;
        Ok(Self { clinicians, coordinators: conflicts::permitted_staff(tx, practitioner, coordinators)? })
    }

    /// Whether no clinician can make the review.
    pub(super) fn have_no_clinician(&self) -> bool {
        self.clinicians.is_empty()
    }

    /// Whether there is no such member of staff.
    fn are_missing(&self) -> bool {
        self.clinicians.is_empty() && self.coordinators.is_empty()
    }
}

/// Notifies the reviewers that a review is due.
pub(super) fn notify(tx: &mut Tx, due: &DueReview, reviewers: &Reviewers) -> Result<()> {
    if reviewers.are_missing() {
        let recipients = escalation::recipients(tx, due.practitioner)?;
        return schedule(tx, UNREACHED, &recipients, due.assessment);
    }
    let recipients = if reviewers.have_no_clinician() { &reviewers.coordinators } else { &reviewers.clinicians };
    schedule(tx, DUE, recipients, due.assessment)
}

fn schedule(tx: &mut Tx, kind: &'static str, recipients: &[Id], assessment: Id) -> Result<()> {
    for recipient in recipients {
        if !outbox::is_waiting(tx, kind, *recipient, assessment)? {
            outbox::schedule_notification(tx, kind, *recipient, ("risk_assessment", assessment), tx.now)?;
        }
    }
    Ok(())
}

/// Sends a message only while the review is due and its recipient is one of the reviewers.
fn render_due(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let (assessment, recipient) = (notification.subject, notification.recipient);
    let Some(practitioner) = reviews::practitioner_of(tx, assessment)? else { return Ok(Decision::Discard) };
    let reviewers = Reviewers::read(tx, practitioner)?;
    let task = if reviewers.clinicians.contains(&recipient) {
        StaffTaskNotification {
            subject: "Something that was planned is due",
            sentence: "something that was planned for someone you see is due, and is not recorded yet. Please look at it today."
                .to_owned(),
            path: format!("/reviews/{assessment}"),
        }
    } else if reviewers.have_no_clinician() && reviewers.coordinators.contains(&recipient) {
        StaffTaskNotification {
            subject: "Someone is needed for something that is due",
            sentence: "something that was planned is due, and there is no one for it. Please find someone today.".to_owned(),
            path: "/people".to_owned(),
        }
    } else {
        return Ok(Decision::Discard);
    };
    accounts::decide_staff_email(tx, recipient, &task)
}

fn render_unreached(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(practitioner) = reviews::practitioner_of(tx, notification.subject)? else { return Ok(Decision::Discard) };
    if !Reviewers::read(tx, practitioner)?.are_missing() {
        return Ok(Decision::Discard);
    }
    let (request, path) = escalation::request_to(tx, notification.recipient)?;
    let task = StaffTaskNotification {
        subject: "Another coordinator is needed now",
        sentence: format!("something that was planned is due, and no coordinator may look at it. {request}"),
        path: path.to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &task)
}
