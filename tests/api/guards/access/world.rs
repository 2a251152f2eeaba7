//! Three practitioners with records of every kind, and a caller for each relation.

use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::ids::Id;
use serde_json::json;

use super::records::{Records, SITE_OF_TRUST, Team, staff_of};
use super::relations::Relation::{self, *};
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::funding::SOUTH_EAST_LONDON;

/// The application, its practitioners and its callers.
pub struct World {
    pub app: TestApp,
    /// In care; with something open of every kind.
    ada: Records,
    /// Care ended ten days ago.
    bea: Records,
    /// Care ended sixty days ago, and nothing has been open since.
    cass: Records,
    callers: Vec<(Relation, Actor)>,
    pub cleo: Id,
}

impl World {
    pub async fn new(app: &TestApp) -> Self {
        let team = Team::new(app).await;
        let cass = Records::of_a_nurse(app, &team, "Cass Nettlecombe", "Larkmoss", 1).await;
        cass.end_care(&team).await;
        app.clock.advance(TimeDelta::days(50));
        let team = team.signs_in_again().await;
        let bea = Records::of_a_nurse(app, &team, "Bea Thistlewood", "Finchbriar", 2).await;
        bea.end_care(&team).await;
        app.clock.advance(TimeDelta::days(10));
        let team = team.signs_in_again().await;
        let ada = Records::of_a_nurse(app, &team, "Ada Quillfeather", "Wrenhollow", 3).await;
        let mut world = Self { app: app.clone(), ada, bea, cass, callers: Vec::new(), cleo: team.cleo.id };
        world.add_known(&team).await;
        world.add_clinicians().await;
        world.add_coordinators().await;
        world.add_partners(&team).await;
        world
    }

    /// The practitioner of a relation.
    pub fn records(&self, relation: Relation) -> &Records {
        match relation {
            ReadsAfterCare => &self.bea,
            CareEndedLongAgo | NothingOpen | PhoneCall | CoordinatorBreakGlass => &self.cass,
            _ => &self.ada,
        }
    }

    /// The caller of a relation; none without a session.
    pub fn caller(&self, relation: Relation) -> Option<&Actor> {
        self.callers.iter().find(|(of, _)| *of == relation).map(|(_, caller)| caller)
    }

    /// Moves the clock, and has the clinician whose care for a practitioner ended ten days ago sign in again.
    pub async fn move_on(&mut self, days: i64) {
        self.app.clock.advance(TimeDelta::days(days));
        let clinician = self.caller(ReadsAfterCare).unwrap().signs_in_again().await;
        self.callers.retain(|(relation, _)| ![ReadsAfterCare, CareEndedLongAgo].contains(relation));
        self.callers.extend([(ReadsAfterCare, clinician.clone()), (CareEndedLongAgo, clinician)]);
    }

    /// From now on the practitioner whose care ended ten days ago is the one whose care ended long ago.
    pub fn end_reading_time(&mut self) {
        std::mem::swap(&mut self.bea, &mut self.cass);
    }

    async fn add_known(&mut self, team: &Team) {
        let (ben, admin) = (self.app.practitioner("Ben Otherwise").await, self.app.administrator().await);
        let officer = self.app.staff("Pia Warden", Role::PrivacyOfficer).await;
        let ada = self.ada.practitioner.signs_in_again().await;
        self.callers.extend([(Own, ada), (OtherPractitioner, ben), (Administrator, admin), (PrivacyOfficer, officer)]);
        for relation in [Treats, ReadsAfterCare, CareEndedLongAgo] {
            self.callers.push((relation, team.cleo.signs_in_again().await));
        }
        for relation in [OpenPurpose, NothingOpen] {
            self.callers.push((relation, team.cory.signs_in_again().await));
        }
        self.callers.push((ContactLine, team.hanna.signs_in_again().await));
        self.callers.push((OwnArea, team.morgan.signs_in_again().await));
    }

    async fn add_clinicians(&mut self) {
        let (app, ada) = (&self.app, self.ada.practitioner.signs_in_again().await);
        let never = app.clinician("Nina Farrow").employed_by("A1A1A").await;
        let same = app.clinician("Emil Stonor").employed_by(SITE_OF_TRUST).await;
        let blocked = app.clinician("Boris Kettle").employed_by("A1A1A").await;
        let duty = app.clinician("Dora Lockett").employed_by("A1A1A").registered("gmc", "7654329").await;
        let glass = app.clinician("Greta Holme").employed_by("A1A1A").await;
        app.appointment(&ada, &blocked, app.now().get() + TimeDelta::days(4)).await;
        app.appointment(&ada, &blocked, app.now().get() - TimeDelta::days(4)).await;
        ada.blocks(&blocked).await.expect(201);
        let coordinator = self.caller(OpenPurpose).unwrap();
        coordinator.puts_on_duty(&duty).await.expect(201);
        let tasks = coordinator.get("/v1/conflict-tasks").send().await.expect(200);
        let task = tasks.items().iter().find(|task| task["practitioner_id"] == json!(ada.id)).unwrap();
        let task = task["id"].as_str().unwrap().to_owned();
        let access = glass.breaks_glass_to(&ada).await.expect(201).id();
        let events = self.caller(PrivacyOfficer).unwrap().get(&format!("/v1/audit-events?practitioner_id={}", ada.id));
        let event = events.send().await.expect(200).expect_items()[0]["id"].as_str().unwrap().to_owned();
        self.ada.remember("/v1/audit-events/{id}", event);
        self.ada.remember("/v1/conflict-tasks/{id}", task);
        self.ada.remember("/v1/break-glass/{id}", access);
        self.ada.remember("/v1/retention-reviews/{id}", app.opens_retention_review(&ada).await);
        let hold = self.caller(PrivacyOfficer).unwrap().puts_on_hold(&self.ada.reference).await.expect(201).id();
        self.ada.remember("/v1/retention-holds/{id}", hold);
        self.callers.extend([
            (NeverMet, never),
            (SameEmployer, same),
            (ClinicianBlocked, blocked),
            (OnDuty, duty),
            (ClinicianBreakGlass, glass),
        ]);
    }

    async fn add_coordinators(&mut self) {
        let (app, cass) = (&self.app, &self.cass.practitioner);
        let same = staff_of(app, "Tess Ambler", Role::Coordinator, SITE_OF_TRUST).await;
        let phone = app.staff("Phil Overton", Role::Coordinator).await;
        let glass = app.staff("Gwen Radley", Role::Coordinator).await;
        phone.takes_a_call_from(cass).await;
        phone.takes_a_call_from(&self.ada.practitioner).await;
        let access = glass.breaks_glass_to(cass).await.expect(201).id();
        self.cass.remember("/v1/break-glass/{id}", access);
        self.callers.extend([(CoordinatorSameTrust, same), (PhoneCall, phone), (CoordinatorBreakGlass, glass)]);
        for (relation, name, role) in [
            (CoordinatorBlocked, "Carl Dunmore", Role::Coordinator),
            (CallHandlerBlocked, "Henk Alder", Role::CallHandler),
            (AdministratorBlocked, "Alma Thorne", Role::Administrator),
            (PrivacyOfficerBlocked, "Percy Vance", Role::PrivacyOfficer),
        ] {
            let blocked = self.app.staff(name, role).await;
            self.add_blocked(relation, blocked).await;
        }
    }

    async fn add_blocked(&mut self, relation: Relation, staff: Actor) {
        self.caller(Own).unwrap().blocks_name(&staff.name).await.expect(201);
        self.callers.push((relation, staff));
    }

    async fn add_partners(&mut self, team: &Team) {
        let app = self.app.clone();
        let elsewhere = app.hub("Lighthouse", &[("QKK", "2021-02-22", None)]).await;
        let own = app.hub_coordinator("Harriet Bowles", &team.hub).await;
        let other = app.hub_coordinator("Olga Pine", &elsewhere).await;
        let same = app.staff("Tobias Wicks", Role::HubCoordinator).await;
        let admin = self.caller(Administrator).unwrap();
        admin.assigns_hub_coordinator(&same, &team.hub, json!(SITE_OF_TRUST)).await.expect(200);
        self.callers.extend([(OwnHub, own), (OtherHub, other), (HubSameTrust, same)]);
        let blocked = app.hub_coordinator("Hilda Corner", &team.hub).await;
        self.add_blocked(HubBlocked, blocked).await;
        self.callers.push((OtherArea, app.commissioner("Mabel Dray", &[SOUTH_EAST_LONDON]).await));
        let blocked = app.commissioner("Milo Tarn", &["QWE"]).await;
        self.add_blocked(CommissionerBlocked, blocked).await;
    }
}
