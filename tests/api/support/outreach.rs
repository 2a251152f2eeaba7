//! What coordinators do to reach a group of staff, and what time makes of it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use confide::partners::outreach::{closing, sending};
use confide::partners::schema::outreach_recipients::dsl;
use confide::people::Role;
use confide::platform::ids::Id;
use confide::platform::outbox::{Email, MessageCarrier, TextMessage};
use confide::platform::schema::outbox::dsl as post;
use confide::platform::seal::Place;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::{Actor, PASSWORD, address};
use super::app::TestApp;
use super::reply::Reply;

/// What a coordinator writes for the nights of an intensive-care unit after an incident.
pub fn an_offer() -> Value {
    json!({
        "kind": "individual_offer", "reason": "incident", "group": "Intensive care, nights", "organisation_ods": "RXX21",
        "channels": ["email", "sms"], "wording": "recent_events", "per_hour": 600,
        "starts_at": "2027-01-11T09:00:00Z", "ends_on": "2027-02-08",
        "employer_contact": { "name": "Head of people", "email": "people@rxx21.example.org" },
        "statement": { "given_by": "Director of people", "given_on": "2027-01-08", "legal_basis": "public_task" }
    })
}

/// The work addresses of so many invented staff.
pub fn staff_addresses(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("staff{number}@rxx21.example.org")).collect()
}

impl Actor {
    /// Defines a campaign that differs from the offer above in this; returns its id.
    pub async fn defines_outreach(&self, change: Value) -> String {
        let mut form = an_offer();
        form.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        self.post("/v1/outreach-campaigns", form).send().await.expect(201).id()
    }

    pub async fn adds_recipients(&self, campaign: &str, addresses: &[String]) -> Reply {
        self.post(&format!("/v1/outreach-campaigns/{campaign}/recipients"), json!({ "addresses": addresses })).send().await
    }

    pub async fn reads_outreach(&self, campaign: &str) -> Reply {
        self.get(&format!("/v1/outreach-campaigns/{campaign}")).send().await
    }

    /// Changes a campaign, having read it.
    pub async fn changes_outreach(&self, campaign: &str, change: Value) -> Reply {
        let etag = self.reads_outreach(campaign).await.expect(200).etag();
        self.patch(&format!("/v1/outreach-campaigns/{campaign}"), change).if_match(&etag).send().await
    }

    /// `submit`, `return`, `pause`, `resume` or `cancel`.
    pub async fn on_outreach(&self, campaign: &str, verb: &str) -> Reply {
        self.post_nothing(&format!("/v1/outreach-campaigns/{campaign}/{verb}")).send().await
    }

    /// Releases a campaign, having read it.
    pub async fn releases_outreach(&self, campaign: &str) -> Reply {
        let etag = self.reads_outreach(campaign).await.expect(200).etag();
        self.post_nothing(&format!("/v1/outreach-campaigns/{campaign}/release")).if_match(&etag).send().await
    }

    /// A campaign to these, written by this coordinator and released by the other.
    pub async fn runs_outreach(&self, other: &Self, change: Value, addresses: &[String]) -> String {
        let campaign = self.defines_outreach(change).await;
        for some in addresses.chunks(1000) {
            self.adds_recipients(&campaign, some).await.expect(200);
        }
        self.on_outreach(&campaign, "submit").await.expect(200);
        other.releases_outreach(&campaign).await.expect(200);
        campaign
    }
}

impl Actor {
    /// The one contact that came of a message, as whoever answers the line sees it.
    pub async fn contact_asked_for_by_outreach(&self) -> Value {
        let list = self.get("/v1/contacts").send().await.expect(200);
        let from_outreach: Vec<&Value> = list.items().iter().filter(|contact| contact["origin"] == "outreach").collect();
        let [contact] = from_outreach[..] else { panic!("{} contacts", from_outreach.len()) };
        self.reads_contact(contact["id"].as_str().unwrap()).await.expect(200).json
    }
}

impl TestApp {
    /// One who writes campaigns, and one who releases them.
    pub async fn two_coordinators(&self) -> (Actor, Actor) {
        (self.coordinator().await, self.staff("Dana Desk", Role::Coordinator).await)
    }

    /// The same two some time later.
    pub async fn two_coordinators_again(&self) -> (Actor, Actor) {
        let back = async |name: &str| self.signed_in(name, &address(name), PASSWORD).await;
        (back("Cory Coordinator").await, back("Dana Desk").await)
    }

    /// What stands behind the `#` of the link in the newest letter to somebody.
    pub async fn outreach_token_of(&self, to: &str) -> String {
        let letters = self.letters_to(to).await;
        let body = &letters.last().unwrap_or_else(|| panic!("no letter to {to}")).body;
        body.split("/n#").nth(1).unwrap_or_else(|| panic!("no link in {body}")).split_whitespace().next().unwrap().to_owned()
    }

    /// What somebody without an account answers to a message.
    pub async fn answers_outreach(&self, token: &str, kind: &str, more: Value) -> Reply {
        let mut form = json!({ "token": token, "kind": kind });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/v1/outreach-responses", form).send().await
    }

    /// What a running instance does about campaigns that are over.
    pub async fn outreach_ends(&self) {
        while self.write(closing::run_due).await > 0 {}
    }

    /// What it does about messages that have arrived; returns of how many it learned that.
    pub async fn outreach_deliveries_are_noted(&self) -> usize {
        self.write(closing::record_deliveries).await
    }

    /// What a running instance does about campaigns now; returns how many rounds had something to do.
    pub async fn outreach_goes(&self) -> usize {
        let mut rounds = 0;
        while self.outreach_round().await > 0 {
            rounds += 1;
        }
        rounds
    }

    /// One round of it.
    pub async fn outreach_round(&self) -> usize {
        self.write(sending::run_due).await
    }

    /// The same, looked at every minute for so many minutes.
    pub async fn outreach_goes_for(&self, minutes: i64) {
        for _ in 0..minutes {
            self.clock.advance(TimeDelta::minutes(1));
            self.outreach_goes().await;
        }
    }

    /// How many messages are in the post for each address, read in the sealed rows.
    pub async fn outreach_post(&self) -> BTreeMap<String, usize> {
        let sealer = self.platform.sealer.clone();
        let to = self
            .sql(move |conn| {
                let rows: Vec<(Id, Option<MessageCarrier>, Vec<u8>)> = post::outbox
                    .filter(post::kind.eq("outreach"))
                    .filter(post::state.ne("dropped"))
                    .select((post::id, post::channel, post::message))
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
        let mut counted = BTreeMap::new();
        for address in to {
            *counted.entry(address).or_default() += 1;
        }
        counted
    }

    /// How many recipients stand so, and how many of them still have an address.
    pub async fn outreach_recipients(&self, state: &'static str) -> (i64, i64) {
        self.sql(move |conn| {
            let rows = dsl::outreach_recipients.filter(dsl::state.eq(state));
            let addressed = rows.filter(dsl::address.ne(Vec::<u8>::new()));
            Ok((rows.count().get_result(conn)?, addressed.count().get_result(conn)?))
        })
        .await
    }
}
