//! Outreach campaigns: what coordinators and recipients do, and the background jobs.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use confide::partners::outreach::{closing, sending};
use confide::partners::schema::outreach_recipients::dsl;
use confide::people::Role;
use confide::platform::ids::Id;
use confide::platform::outbox::{Email, MessageCarrier, TextMessage};
use confide::platform::schema::outbox::dsl as outbox;
use confide::platform::seal::Place;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::{Actor, PASSWORD, address};
use super::app::TestApp;
use super::reply::Reply;

/// A campaign for the night staff of an intensive-care unit after an incident.
pub fn outreach_offer() -> Value {
    json!({
        "kind": "individual_offer", "reason": "incident", "group": "Intensive care, nights", "organisation_ods": "RXX21",
        "channels": ["email", "sms"], "wording": "recent_events", "per_hour": 600,
        "starts_at": "2027-01-11T09:00:00Z", "ends_on": "2027-02-08",
        "employer_contact": { "name": "Head of people", "email": "people@rxx21.example.org" },
        "statement": { "given_by": "Director of people", "given_on": "2027-01-08", "legal_basis": "public_task" }
    })
}

/// This many made-up work addresses.
pub fn staff_addresses(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("staff{number}@rxx21.example.org")).collect()
}

impl Actor {
    /// Creates a campaign like [`outreach_offer`] with these members changed; returns its id.
    pub async fn creates_campaign(&self, change: Value) -> String {
        let mut form = outreach_offer();
        form.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        self.post("/v1/outreach-campaigns", form).send().await.expect(201).id()
    }

    pub async fn adds_recipients(&self, campaign: &str, addresses: &[String]) -> Reply {
        self.post(&format!("/v1/outreach-campaigns/{campaign}/recipients"), json!({ "addresses": addresses })).send().await
    }

    pub async fn reads_campaign(&self, campaign: &str) -> Reply {
        self.get(&format!("/v1/outreach-campaigns/{campaign}")).send().await
    }

    /// Reads a campaign and changes the version read.
    pub async fn changes_campaign(&self, campaign: &str, change: Value) -> Reply {
        let etag = self.reads_campaign(campaign).await.expect(200).etag();
        self.patch(&format!("/v1/outreach-campaigns/{campaign}"), change).if_match(&etag).send().await
    }

    /// `submit`, `return`, `pause`, `resume` or `cancel`.
    pub async fn acts_on_campaign(&self, campaign: &str, verb: &str) -> Reply {
        self.post_empty(&format!("/v1/outreach-campaigns/{campaign}/{verb}")).send().await
    }

    /// Reads a campaign and approves the version read.
    pub async fn approves_campaign(&self, campaign: &str) -> Reply {
        let etag = self.reads_campaign(campaign).await.expect(200).etag();
        self.post_empty(&format!("/v1/outreach-campaigns/{campaign}/approve")).if_match(&etag).send().await
    }

    /// A campaign to these addresses, created by this coordinator and approved by the other; returns its id.
    pub async fn runs_campaign(&self, other: &Self, change: Value, addresses: &[String]) -> String {
        let campaign = self.creates_campaign(change).await;
        for chunk in addresses.chunks(1000) {
            self.adds_recipients(&campaign, chunk).await.expect(200);
        }
        self.acts_on_campaign(&campaign, "submit").await.expect(200);
        other.approves_campaign(&campaign).await.expect(200);
        campaign
    }
}

impl Actor {
    /// The one contact that came from an outreach message, as a call handler sees it.
    pub async fn contact_from_outreach(&self) -> Value {
        let list = self.get("/v1/contacts").send().await.expect(200);
        let from_outreach: Vec<&Value> = list.items().iter().filter(|contact| contact["origin"] == "outreach").collect();
        let [contact] = from_outreach[..] else { panic!("{} contacts", from_outreach.len()) };
        self.reads_contact(contact["id"].as_str().unwrap()).await.expect(200).json
    }
}

impl TestApp {
    /// A coordinator who creates campaigns, and another who approves them.
    pub async fn two_coordinators(&self) -> (Actor, Actor) {
        (self.coordinator().await, self.staff("Dana Desk", Role::Coordinator).await)
    }

    /// The same two, signed in again.
    pub async fn two_coordinators_signed_in_again(&self) -> (Actor, Actor) {
        let sign_in = async |name: &str| self.signed_in(name, &address(name), PASSWORD).await;
        (sign_in("Cory Coordinator").await, sign_in("Dana Desk").await)
    }

    /// The token after the `#` of the link in the newest email to an address.
    pub async fn outreach_token_for(&self, to: &str) -> String {
        let emails = self.emails_to(to).await;
        let body = &emails.last().unwrap_or_else(|| panic!("no email to {to}")).body;
        body.split("/n#").nth(1).unwrap_or_else(|| panic!("no link in {body}")).split_whitespace().next().unwrap().to_owned()
    }

    /// Sends a recipient's response to an outreach message.
    pub async fn answers_outreach(&self, token: &str, kind: &str, more: Value) -> Reply {
        let mut form = json!({ "token": token, "kind": kind });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/v1/outreach-responses", form).send().await
    }

    /// Runs the background job that closes finished campaigns.
    pub async fn close_finished_campaigns(&self) {
        while self.write(closing::run_due).await > 0 {}
    }

    /// Runs the background job that records deliveries; returns how many it recorded.
    pub async fn record_outreach_deliveries(&self) -> usize {
        self.write(closing::record_deliveries).await
    }

    /// Queues the campaign messages that are due, in batches; returns the number of batches.
    pub async fn queue_due_outreach(&self) -> usize {
        let mut batches = 0;
        while self.queue_outreach_batch().await > 0 {
            batches += 1;
        }
        batches
    }

    /// Queues one batch of campaign messages; returns how many.
    pub async fn queue_outreach_batch(&self) -> usize {
        self.write(sending::run_due).await
    }

    /// Queues what is due every minute for this many minutes.
    pub async fn queue_outreach_for_minutes(&self, minutes: i64) {
        for _ in 0..minutes {
            self.clock.advance(TimeDelta::minutes(1));
            self.queue_due_outreach().await;
        }
    }

    /// How many outreach messages the outbox holds for each address, read from the sealed rows.
    pub async fn outreach_messages_by_address(&self) -> BTreeMap<String, usize> {
        let sealer = self.platform.sealer.clone();
        let to = self
            .sql(move |conn| {
                let rows: Vec<(Id, Option<MessageCarrier>, Vec<u8>)> = outbox::outbox
                    .filter(outbox::kind.eq("outreach"))
                    .filter(outbox::state.ne("dropped"))
                    .select((outbox::id, outbox::channel, outbox::message))
                    .load(conn)?;
                let opened = rows.into_iter().map(|(id, channel, sealed)| {
                    let place = Place("outbox.message", id);
                    Ok(match channel {
                        Some(MessageCarrier::Email) => sealer.open_json::<Email>(place, &sealed)?.to,
                        _ => sealer.open_json::<TextMessage>(place, &sealed)?.to,
                    })
                });
                opened.collect::<Result<Vec<String>, confide::platform::error::Error>>()
            })
            .await;
        let mut counts = BTreeMap::new();
        for address in to {
            *counts.entry(address).or_default() += 1;
        }
        counts
    }

    /// How many recipients are in this state, and how many of them still have an address.
    pub async fn outreach_recipient_counts(&self, state: &'static str) -> (i64, i64) {
        self.sql(move |conn| {
            let rows = dsl::outreach_recipients.filter(dsl::state.eq(state));
            let addressed = rows.filter(dsl::address.ne(Vec::<u8>::new()));
            Ok((rows.count().get_result(conn)?, addressed.count().get_result(conn)?))
        })
        .await
    }
}
