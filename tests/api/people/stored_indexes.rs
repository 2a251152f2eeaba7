//! The database does not tell which practitioner is a member of staff, or who is blocked: equal values of different owners
//! have different indexes. The service keeps them apart all the same.

use std::collections::BTreeSet;

use confide::people::accounts::identity::IdentityKind;
use confide::people::practitioners::queries::ColleagueDetails;
use confide::people::schema::{blocked_colleague_keys, blocked_colleagues, identity_entries, identity_entry_keys, practitioners};
use confide::platform::db::Conn;
use confide::platform::ids::Id;
use confide::platform::names;
use confide::platform::seal::{Place, Sealer};
use diesel::prelude::*;
use serde_json::json;

use crate::guards::query_lines;
use crate::support::actors::Actor;
use crate::support::{TestApp, apply, both_engines};

/// Ada has blocked Eve by number and Zoe by name, works with Gus, and Tobias is himself also a practitioner.
struct Situation {
    ada: Actor,
    myself: Actor,
    cory: Actor,
}

impl TestApp {
    async fn situation(&self) -> Situation {
        self.clinician("Tobias Renn").registered("gmc", "7654321").await;
        self.clinician("Eve Lund").registered("gmc", "7123456").await;
        self.clinician("Zoe Dale").await;
        self.clinician("Gus Ware").employed_by("RJ1").await;
        self.clinician("Hal Free").await;
        let ada = self.new_practitioner("Ada Quill").employed_by("RJ1").registers_and_signs_in().await;
        ada.blocks_number("7123456").await.expect(201);
        ada.blocks_name("Zo\u{e9} Dale").await.expect(201);
        let mut form = self.registration("Private Person");
        (form["legal_name"], form["registration_number"], form["employer_ods"]) =
            (json!("Tobias James Renn"), json!("7654321"), json!("RJ1"));
        let myself = self.practitioner_with(&form).await;
        let cory = self.staff("Cory Dale-Quill", confide::people::Role::Coordinator).await;
        Situation { ada, myself, cory }
    }

    /// The stored indexes of staff, of practitioners, and of blocked colleagues.
    async fn stored_indexes(&self) -> [BTreeSet<String>; 3] {
        self.sql(|conn| Ok(owners(conn))).await
    }
}

fn owners(conn: &mut Conn) -> [BTreeSet<String>; 3] {
    let of_role = |role: &str| {
        format!(
            "SELECT m.value_index AS line FROM identity_entries m JOIN accounts a ON a.id = m.account_id WHERE a.role {role} \
             UNION ALL SELECT k.value_index FROM identity_entry_keys k JOIN identity_entries m ON m.id = k.entry_id \
             JOIN accounts a ON a.id = m.account_id WHERE a.role {role}"
        )
    };
    let staff = format!(
        "{} UNION ALL SELECT employer_index FROM clinicians WHERE employer_index IS NOT NULL \
         UNION ALL SELECT registration_index FROM clinicians WHERE registration_index IS NOT NULL",
        of_role("<> 'practitioner'")
    );
    let practitioners = format!(
        "{} UNION ALL SELECT employer_index FROM practitioners WHERE employer_index IS NOT NULL \
         UNION ALL SELECT registration_index FROM practitioners WHERE registration_index IS NOT NULL",
        of_role("= 'practitioner'")
    );
    let blocked = "SELECT registration_index AS line FROM blocked_colleagues WHERE registration_index IS NOT NULL \
        UNION ALL SELECT name_index FROM blocked_colleagues WHERE name_index IS NOT NULL \
        UNION ALL SELECT value_index FROM blocked_colleague_keys";
    [staff.as_str(), practitioners.as_str(), blocked].map(|sql| query_lines(conn, sql).into_iter().collect())
}

/// How many values two of the three have in common.
fn joined([staff, practitioners, blocked]: &[BTreeSet<String>; 3]) -> [usize; 3] {
    [staff.intersection(practitioners).count(), staff.intersection(blocked).count(), practitioners.intersection(blocked).count()]
}

async fn expect_kept_apart(situation: &Situation, when: &str) {
    let Situation { ada, myself, cory } = situation;
    let mut found = ada.signs_in_again().await.finds_clinicians("").await;
    found.sort();
    assert_eq!(found, ["Hal Free", "Tobias Renn"], "{when}: Ada");
    let found = myself.signs_in_again().await.finds_clinicians("").await;
    assert!(!found.contains(&"Tobias Renn".to_owned()) && !found.contains(&"Gus Ware".to_owned()), "{when}: himself: {found:?}");
    let listed = cory.get("/v1/practitioners?limit=100").send().await.expect(200);
    let ids: Vec<&str> = listed.items().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [myself.id.to_string()], "{when}: Ada has blocked Cory");
}

#[apply(both_engines)]
async fn staff_practitioners_and_blocked_colleagues_have_no_index_in_common(app: TestApp) {
    let situation = app.situation().await;
    situation.ada.blocks_name("Cory Quill").await.expect(201);
    expect_kept_apart(&situation, "as stored").await;
    let stored = app.stored_indexes().await;
    assert!(stored.iter().all(|indexes| indexes.len() >= 3), "{stored:?}");
    assert_eq!(joined(&stored), [0, 0, 0]);
    let (one, other) = (situation.ada.id, situation.myself.id);
    let employers: Vec<String> = app
        .sql(move |conn| {
            Ok(identity_entries::table
                .filter(identity_entries::account_id.eq_any([one, other]))
                .filter(identity_entries::kind.eq(IdentityKind::Employer))
                .select(identity_entries::value_index)
                .load(conn)?)
        })
        .await;
    assert!(employers.len() == 2 && employers[0] != employers[1], "two practitioners with one employer cannot be found by it");
}

/// Indexes everything as version 0.2 did: by one purpose for all owners.
fn index_as_before(conn: &mut Conn, sealer: &Sealer) -> QueryResult<()> {
    diesel::delete(identity_entry_keys::table).execute(conn)?;
    diesel::delete(blocked_colleague_keys::table).execute(conn)?;
    let entries: Vec<(Id, Id, IdentityKind, Vec<u8>)> = identity_entries::table
        .select((identity_entries::id, identity_entries::account_id, identity_entries::kind, identity_entries::value))
        .load(conn)?;
    for (id, account, kind, sealed) in entries {
        let value = sealer.open_text(Place("account_marks.value", id), &sealed).unwrap();
        let (index, pairs) = match kind {
            IdentityKind::AccountName | IdentityKind::DirectoryName | IdentityKind::LegalName => {
                names::indexes(sealer, "name", &value)
            }
            IdentityKind::Registration | IdentityKind::PractitionerRegistration => {
                (sealer.blind_index("registration", &value), Vec::new())
            }
            IdentityKind::Employer => (sealer.blind_index("employer", &value), Vec::new()),
            IdentityKind::Discipline => (sealer.blind_index("discipline", &value), Vec::new()),
            // Version 0.2 had none of these.
            IdentityKind::AccountStatus
            | IdentityKind::PrescribingRights
            | IdentityKind::ServiceEmployment
            | IdentityKind::Hubs => continue,
        };
        for pair in pairs {
            let row = (identity_entry_keys::entry_id.eq(id), identity_entry_keys::value_index.eq(pair));
            diesel::insert_into(identity_entry_keys::table).values(row).execute(conn)?;
        }
        if kind == IdentityKind::Employer {
            diesel::update(practitioners::table.find(account))
                .set(practitioners::employer_index.eq(Some(&index)))
                .execute(conn)?;
        }
        diesel::update(identity_entries::table.find(id))
            .set((identity_entries::value_index.eq(index), identity_entries::name_form.eq(2)))
            .execute(conn)?;
    }
    let blocked: Vec<(Id, Vec<u8>)> =
        blocked_colleagues::table.select((blocked_colleagues::id, blocked_colleagues::details)).load(conn)?;
    for (id, details) in blocked {
        let known: ColleagueDetails = sealer.open_json(Place("blocked_colleagues.details", id), &details).unwrap();
        let name = known.name.map(|name| names::indexes(sealer, "name", &name));
        let number = known.registration_number.map(|number| sealer.blind_index("registration", &format!("gmc {number}")));
        for pair in name.iter().flat_map(|(_, pairs)| pairs) {
            let row = (blocked_colleague_keys::blocked_id.eq(id), blocked_colleague_keys::value_index.eq(pair));
            diesel::insert_into(blocked_colleague_keys::table).values(row).execute(conn)?;
        }
        diesel::update(blocked_colleagues::table.find(id))
            .set((
                blocked_colleagues::name_index.eq(name.map(|(index, _)| index)),
                blocked_colleagues::registration_index.eq(number),
                blocked_colleagues::name_form.eq(2),
            ))
            .execute(conn)?;
    }
    Ok(())
}

#[apply(both_engines)]
async fn indexes_of_an_earlier_version_are_renewed_and_people_stay_apart(app: TestApp) {
    let situation = app.situation().await;
    situation.ada.blocks_name("Cory Quill").await.expect(201);
    let sealer = app.platform.sealer.clone();
    app.sql(move |conn| Ok(index_as_before(conn, &sealer)?)).await;
    let [staff_and_practitioners, staff_and_blocked, _] = joined(&app.stored_indexes().await);
    assert!(staff_and_practitioners > 0 && staff_and_blocked > 0, "as version 0.2 stored them");
    confide::server::load_reference_data(&app.platform).await.unwrap();
    assert_eq!(joined(&app.stored_indexes().await), [0, 0, 0]);
    expect_kept_apart(&situation, "carried over").await;
    let renewed = app.stored_indexes().await;
    confide::server::load_reference_data(&app.platform).await.unwrap();
    assert_eq!(app.stored_indexes().await, renewed, "done once");
}

#[apply(both_engines)]
async fn names_of_a_version_without_look_alikes_are_indexed_again(app: TestApp) {
    let (zoe, ada) = (app.clinician("Zoe Dale").await, app.practitioner("Ada Quill").await);
    // With a Cyrillic character.
    ada.blocks_name("Zoe D\u{430}le").await.expect(201);
    let id = zoe.id;
    app.sql(move |conn| {
        let of_zoe = identity_entries::table.filter(identity_entries::account_id.eq(id));
        let entries: Vec<Id> = of_zoe.select(identity_entries::id).load(conn)?;
        diesel::delete(identity_entry_keys::table.filter(identity_entry_keys::entry_id.eq_any(&entries))).execute(conn)?;
        let names = [IdentityKind::AccountName, IdentityKind::DirectoryName];
        diesel::update(of_zoe.filter(identity_entries::kind.eq_any(names)))
            .set((identity_entries::value_index.eq("as version 3 made it"), identity_entries::name_form.eq(3)))
            .execute(conn)?;
        Ok(())
    })
    .await;
    ada.reads_clinician(&zoe).await.expect(200);
    confide::server::load_reference_data(&app.platform).await.unwrap();
    ada.reads_clinician(&zoe).await.expect_problem("not_found");
}
