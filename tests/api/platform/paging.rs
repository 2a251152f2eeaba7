//! A page is full as long as there are more rows, however many are hidden from the reader or unreadable.

use chrono::TimeDelta;
use confide::access::schema::invitations;
use confide::care::risk::queries as alerts;
use confide::platform::ids::Id;
use confide::scheduling::schema::{appointments, clinicians};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::contacts::nurse_caller;
use crate::support::damage::damaged_bytes;
use crate::support::{TestApp, apply, both_engines};

/// Which rows the coordinator may see: two, with three hidden before them and three after.
const ORDER: [bool; 8] = [false, false, false, true, true, false, false, false];

impl TestApp {
    /// Contacts with tasks; Ada registered from those that are hidden from the coordinator.
    async fn contacts_of(&self, ada: &Actor) {
        let handler = self.call_handler().await;
        for (number, visible) in ORDER.into_iter().enumerate() {
            let mut caller = nurse_caller();
            caller["phone"] = json!(format!("07700 90014{number}"));
            let contact = handler.logs_contact("phone", caller).await.expect(201).id();
            handler.triages_contact(&contact, &["needs_today"]).await.expect(200);
            handler.invites_caller(&contact, "sms").await.expect(201);
            let (contact, practitioner, now): (Id, Id, _) = (contact.parse().unwrap(), ada.id, self.now());
            if !visible {
                self.sql(move |conn| {
                    let own = invitations::table.filter(invitations::contact_id.eq(Some(contact)));
                    Ok(diesel::update(own)
                        .set((invitations::practitioner_id.eq(Some(practitioner)), invitations::used_at.eq(Some(now))))
                        .execute(conn)?)
                })
                .await;
            }
        }
    }

    async fn alerts_about(&self, ada: &Actor, bea: &Actor) {
        for visible in ORDER {
            let id = if visible { bea.id } else { ada.id };
            self.write(move |tx| alerts::insert(tx, id, tx.now)).await;
        }
    }

    /// Orphaned appointments: they have lost their slots.
    async fn orphans_of(&self, ada: &Actor, bea: &Actor, cleo: &Actor) {
        for (number, visible) in (1..).zip(ORDER) {
            let person = if visible { bea } else { ada };
            self.appointment(person, cleo, self.now().get() + TimeDelta::days(number)).await;
        }
        let now = self.now();
        self.sql(move |conn| {
            Ok(diesel::update(appointments::table).set(appointments::orphaned_at.eq(Some(now))).execute(conn)?)
        })
        .await;
    }
}

#[apply(both_engines)]
async fn page_is_full_although_more_rows_are_hidden_than_shown(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.clinician("Cleo Clinician").await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    ada.blocks_name(&cory.name).await.expect(201);
    app.contacts_of(&ada).await;
    app.alerts_about(&ada, &bea).await;
    app.orphans_of(&ada, &bea, &cleo).await;
    for list in ["contacts", "contact-tasks", "risk-alerts", "orphaned-appointments", "appointments"] {
        let whole = cory.get(&format!("/v1/{list}?limit=2")).send().await.expect(200);
        assert_eq!((whole.items().len(), &whole.json["next_cursor"]), (2, &Value::Null), "{list}: {}", whole.json);
        let first = cory.get(&format!("/v1/{list}?limit=1")).send().await.expect(200);
        assert_eq!(first.items().as_slice(), &whole.items()[..1], "{list}");
        let path = format!("/v1/{list}?limit=1&cursor={}", first.text("next_cursor"));
        let last = cory.get(&path).send().await.expect(200);
        assert_eq!((last.items().as_slice(), &last.json["next_cursor"]), (&whole.items()[1..], &Value::Null), "{list}");
    }
}

#[apply(both_engines)]
async fn pages_of_the_directory_are_full_despite_damaged_entries(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let mut damaged = Vec::new();
    for (number, whole) in ORDER.into_iter().enumerate() {
        let clinician = app.clinician(&format!("Clinician {number}")).await;
        if !whole {
            damaged.push(clinician.id);
        }
    }
    app.sql(move |conn| {
        let all = clinicians::table.filter(clinicians::id.eq_any(damaged.clone()));
        Ok(diesel::update(all).set(clinicians::name.eq(damaged_bytes())).execute(conn)?)
    })
    .await;
    let page = ada.get("/v1/clinicians?limit=2").send().await.expect(200);
    assert_eq!((page.items().len(), &page.json["next_cursor"]), (2, &Value::Null), "{}", page.json);
}
