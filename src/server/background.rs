//! The background jobs. Every job may run in several instances at once without harm.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{CRISIS_HOOKS, Parts, RETENTION_HANDLERS};
use crate::access::{contacts, funding, registration, self_check};
use crate::care::follow_ups::jobs;
use crate::care::{conflicts, feedback, groups, letters, reference_data, risk};
use crate::insight;
use crate::partners::{hubs, outreach};
use crate::people::audit_trail::flags;
use crate::people::{accounts, granted_access, retention, sign_in};
use crate::platform::Tx;
use crate::platform::audit;
use crate::platform::error::Result;
use crate::platform::http::idempotency;
use crate::platform::outbox::worker::{self, Sender};
use crate::platform::outbox::{MessageCarrier, admin, delivery};
use crate::platform::recipient_limits;
use crate::platform::tasks::{StopSignal, run_every};
use crate::reference::signposts;
use crate::scheduling::calendar;

/// A background job.
struct Job {
    /// The name of the job in the log.
    name: &'static str,
    /// The pause after a run that had nothing to do, or failed: the next run tries again.
    every: Duration,
    /// One run, which returns how much it did.
    run: JobRun,
}

/// What a run executes.
#[derive(Clone, Copy)]
enum JobRun {
    /// One transaction.
    Write(fn(&mut Tx) -> Result<usize>),
    /// Any other work.
    Work(fn(Parts, Sender) -> JobFuture),
}

type JobFuture = Pin<Box<dyn Future<Output = Result<usize>>>>;

const JOBS: &[Job] = &[
    Job::write("address_requests", 1, registration::confirmation::process_due),
    Job::write("contact_crises", 1, run_contact_crises),
    Job::write("audit_chain", 5, audit::chain),
    Job::work("database_check", 5, |parts, _| Box::pin(check_database(parts))),
    Job::write("outreach", 5, outreach::sending::run_due),
    Job::write("slot_updates", 5, calendar::update_requested),
    Job::work("delivery", 10, |parts, sender| {
        Box::pin(async move { delivery::poll_due(&parts.platform, &sender.transport).await })
    }),
    Job::work("audit_verification", 10, |parts, _| Box::pin(async move { parts.audit_chain().verify(&parts.platform).await })),
    Job::work("message_figures", 15, |parts, sender| Box::pin(publish_message_figures(parts, sender))),
    Job::write("contact_tasks", 60, notify_of_overdue_tasks),
    Job::write("conflict_tasks", 60, conflicts::jobs::close_settled),
    Job::work("follow_ups", 60, |parts, _| Box::pin(async move { jobs::run_due(&parts.platform).await })),
    Job::write("group_offers", 60, groups::reassign_expired_offers),
    Job::write("reference_data", 60, reference_data::jobs::begin_due),
    Job::write("outreach_ends", 60, outreach::closing::run_due),
    Job::write("risk_alerts", 60, risk::jobs::escalate_due),
    Job::write("risk_reviews", 60, risk::jobs::notify_due_reviews),
    Job::work("password_memory", 60, |parts, _| Box::pin(release_password_memory(parts))),
    Job::work("sweep", 600, |parts, _| Box::pin(delete_expired(parts))),
    Job::write("feedback", 900, run_feedback),
    Job::write("funding", 900, funding::jobs::run_due),
    Job::write("confidentiality_reasons", 900, registration::jobs::run_due),
    Job::write("unsendable_letters", 900, letters::jobs::find_unsendable),
    Job::write("outreach_deliveries", 900, outreach::closing::record_deliveries),
    Job::write("conflicts", 3600, conflicts::jobs::find_all),
    Job::work("audit_head", 3600, |parts, _| Box::pin(publish_audit_head(parts))),
    Job::write("audit_flags", 3600, flags::jobs::find_unusual),
    Job::write("possible_duplicates", 900, flags::duplicates::find_duplicates),
    Job::write("contacts", 3600, contacts::jobs::erase_due),
    Job::work("directory_figures", 3600, |parts, _| Box::pin(publish_directory_figures(parts))),
    Job::write("break_glass", 3600, granted_access::notifications::notify_due),
    Job::write("extend_group_sessions", 3600, groups::extend_timetables),
    Job::write("extend_slots", 3600, calendar::extend),
    Job::write("hub_referrals", 3600, hubs::jobs::delete_old),
    Job::write("former_colleagues", 3600, accounts::identity::lapse_former_employers),
    Job::write("self_checks", 3600, self_check::sweep),
    Job::write("statistics", 3600, insight::publish_due),
    Job::write("retention", 86_400, list_records_due),
];

impl Job {
    /// A job whose every run is one transaction.
    const fn write(name: &'static str, seconds: u64, work: fn(&mut Tx) -> Result<usize>) -> Self {
        Self { name, every: Duration::from_secs(seconds), run: JobRun::Write(work) }
    }

    /// Any other job.
    const fn work(name: &'static str, seconds: u64, work: fn(Parts, Sender) -> JobFuture) -> Self {
        Self { name, every: Duration::from_secs(seconds), run: JobRun::Work(work) }
    }

    fn start(&self, parts: &Parts, sender: &Sender, stopping: &StopSignal) -> JoinHandle<()> {
        let (parts, sender, run) = (parts.clone(), sender.clone(), self.run);
        run_every(self.name, self.every, stopping.clone(), move || {
            let (parts, sender) = (parts.clone(), sender.clone());
            async move {
                match run {
                    JobRun::Write(work) => parts.platform.write(work).await,
                    JobRun::Work(work) => work(parts, sender).await,
                }
            }
        })
    }
}

/// Starts everything; each job ends after its current run when stopped, and the senders of messages release their claims.
pub fn start(parts: &Parts, sender: &Sender, stopping: &StopSignal) -> Vec<JoinHandle<()>> {
    let send = MessageCarrier::ALL
        .iter()
        .map(|carrier| actix_web::rt::spawn(worker::work(parts.platform.clone(), sender.clone(), *carrier, stopping.clone())));
    send.chain(JOBS.iter().map(|job| job.start(parts, sender, stopping))).collect()
}

/// The database itself logs the result of the check and shows it in the metrics.
async fn check_database(parts: Parts) -> Result<usize> {
    let _ = parts.platform.db.check(Duration::from_secs(5)).await;
    Ok(0)
}

async fn publish_message_figures(parts: Parts, sender: Sender) -> Result<usize> {
    sender.carriers.publish_metrics();
    let now = parts.platform.clock.now();
    admin::publish_metrics(&parts.platform.read(admin::counts).await?, now);
    Ok(0)
}

async fn publish_directory_figures(parts: Parts) -> Result<usize> {
    let platform = &parts.platform;
    let (days, today) = (platform.policy.signpost_check_days, platform.clock.now().london_day());
    signposts::publish_unchecked(platform.read(move |tx| signposts::count_unchecked(tx, days, today)).await?);
    Ok(0)
}

async fn publish_audit_head(parts: Parts) -> Result<usize> {
    audit::publish_head(&parts.platform).await?;
    Ok(0)
}

async fn release_password_memory(parts: Parts) -> Result<usize> {
    parts.passwords().free_unused();
    Ok(0)
}

async fn delete_expired(parts: Parts) -> Result<usize> {
    parts.throttle().delete_idle();
    parts
        .platform
        .write(|tx| {
            idempotency::delete_expired(tx)?;
            accounts::queries::delete_expired_tokens(tx)?;
            registration::queries::pending::sweep(tx)?;
            recipient_limits::delete_expired(tx)?;
            sign_in::known_locations::sweep(tx)?;
            admin::delete_expired(tx)
        })
        .await
}

fn run_contact_crises(tx: &mut Tx) -> Result<usize> {
    contacts::crises::run_due(tx, &CRISIS_HOOKS)
}

fn notify_of_overdue_tasks(tx: &mut Tx) -> Result<usize> {
    contacts::jobs::notify_overdue(tx, &CRISIS_HOOKS)
}

fn list_records_due(tx: &mut Tx) -> Result<usize> {
    retention::jobs::list_due(tx, &RETENTION_HANDLERS)
}

fn run_feedback(tx: &mut Tx) -> Result<usize> {
    let invited = feedback::invite_due(tx)?;
    Ok(invited + feedback::release_due(tx)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_job_has_a_unique_name_and_a_pause_between_runs() {
        let names: BTreeSet<_> = JOBS.iter().map(|job| job.name).collect();
        assert!(names.len() > 20, "{names:?}");
        assert_eq!(names.len(), JOBS.len(), "a name is used twice");
        for job in JOBS {
            assert!(!job.every.is_zero(), "{}", job.name);
        }
    }
}
