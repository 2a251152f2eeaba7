//! A service in full use: a hundred clinicians with twelve weeks of slots, and enough practitioners in care to book them all.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Timelike, Utc};
use confide::on;
use confide::people::Role;
use confide::people::practitioners::details::{Consents, EmergencyContact, RegistrationDetails};
use confide::people::practitioners::model::ConfidentialityReason;
use confide::people::schema::{accounts, blocked_colleagues, practitioners, sessions};
use confide::people::sign_in::passwords::{Cost, Passwords};
use confide::people::sign_in::tokens::Tokens;
use confide::platform::db::{Conn, Engine, migrations};
use confide::platform::ids::{Id, UtcTime};
use confide::platform::keys::KeyRing;
use confide::platform::password::Password;
use confide::platform::seal::{Place, Sealer};
use confide::reference::workforce::model::{Nation, Profession, Region, RegistrationBody, Setting};
use confide::scheduling::schema::{clinician_languages, clinician_specialisms, clinicians, clinics, slots};
use diesel::connection::{Connection, SimpleConnection, TransactionManager};
use diesel::prelude::*;

use super::driver::{Call, request};

type Transactions = <Conn as Connection>::TransactionManager;

const CLINICIANS: usize = 100;
const WEEKS: i64 = 12;
const SLOTS_PER_DAY: u32 = 8;
/// How many upcoming treatment appointments a practitioner may have.
const MAX_APPOINTMENTS: usize = 12;
/// Rows that are sent to PostgreSQL in one statement.
const BATCH: usize = 500;
/// How many other calls are made for each sign-in, whose password check costs as much as fifty of them.
const CALLS_PER_SIGN_IN: usize = 100;

const PASSWORD: &str = "violet kettle under nine bridges";

/// A colleague whom every practitioner has blocked and who is no clinician, so that every practitioner can book with every one.
const BLOCKED: &str = r#"{"registration_body":null,"registration_number":null,"name":"Someone Else","relationship":"other"}"#;

const GENDERS: [&str; 2] = ["female", "male"];
const DISCIPLINES: [&str; 2] = ["psychiatrist", "psychologist"];
const REGIONS: [&str; 4] = ["london", "south_west", "midlands", "north_west"];
const MODES: [&str; 2] = ["video", "in_person"];
const SPECIALISMS: [&str; 4] = ["anxiety", "burnout", "depression", "trauma"];

/// The data that was loaded, as far as the calls need it.
pub struct Population {
    now: DateTime<Utc>,
    clinicians: Vec<Id>,
    /// The access tokens of all practitioners in care.
    tokens: Vec<String>,
    /// The email address of the one practitioner who has a password.
    email: String,
    /// The slots that can be booked, latest first, so that the searches find a calendar that is still free.
    slots: Vec<Id>,
    /// How many of the slots have been taken, by all calls together.
    taken: AtomicUsize,
}

impl Population {
    /// Fills an empty database and writes the keys that it was sealed with into `folder`.
    pub fn load(url: &str, folder: &Path) -> Self {
        let engine = Engine::parse(url).unwrap();
        migrations::run(&engine).unwrap();
        let keys = KeyRing::generate();
        std::fs::write(folder.join("keys"), keys.to_text()).unwrap();
        let sealer = Sealer::new(&keys);
        let tokens = Tokens::new(&keys, &sealer, TimeDelta::minutes(10)).unwrap();
        let mut loader = Loader { conn: engine.connect().unwrap(), sealer, now: Utc::now().into() };
        Transactions::begin_transaction(&mut loader.conn).unwrap();
        let clinicians = loader.clinicians();
        let slots = loader.slots(&clinicians);
        let in_care = loader.practitioners(slots.len().div_ceil(MAX_APPOINTMENTS), &clinicians);
        let sessions = loader.sessions(&in_care);
        let email = loader.password(in_care[0]);
        Transactions::commit_transaction(&mut loader.conn).unwrap();
        if let Conn::Postgres(inner) = &mut loader.conn {
            // What PostgreSQL's own maintenance would have done by the time a service is this full.
            inner.batch_execute("VACUUM ANALYZE").unwrap();
        }
        let now = loader.now;
        let token = |(account, session): (&Id, &Id)| tokens.access_token(*account, Role::Practitioner, *session, now).unwrap();
        let tokens = in_care.iter().zip(&sessions).map(token).collect();
        Self { now: now.get(), clinicians, tokens, email, slots, taken: AtomicUsize::new(0) }
    }

    /// What is measured: the name, the target in milliseconds of CPU time, and the call.
    pub fn calls(&self) -> Vec<(&'static str, Option<f64>, Box<dyn Call + '_>)> {
        let days = self.clinicians.iter().enumerate().map(|(number, clinician)| self.day_of(number, *clinician)).collect();
        let weeks = self.tokens.iter().take(CLINICIANS).map(|token| self.week(token)).collect();
        let list = |token: &String| request("GET", "/v1/clinicians?limit=20", token, None);
        let lists = self.tokens.iter().take(CLINICIANS).map(list).collect();
        vec![
            ("slots, one clinician's day", Some(0.5), Box::new(RoundRobin::new(days))),
            ("slots, all for 7 days, 20", Some(5.0), Box::new(RoundRobin::new(weeks))),
            ("clinicians, 20", None, Box::new(RoundRobin::new(lists))),
            ("hold and book (2 requests)", Some(2.0), Box::new(Bookings { population: self })),
        ]
    }

    /// All calls in turn, with a sign-in now and then: the mix of an ordinary day.
    pub fn mixed_calls(&self) -> MixedCalls<'_> {
        let calls = self.calls().into_iter().map(|(_, _, call)| call).collect();
        MixedCalls { calls, sign_in: self.sign_in(), sent: AtomicUsize::new(0) }
    }

    fn sign_in(&self) -> String {
        let body = format!(r#"{{"email":"{}","password":"{PASSWORD}"}}"#, self.email);
        request("POST", "/v1/sessions", "none", Some(&body))
    }

    fn day_of(&self, number: usize, clinician: Id) -> String {
        let path = format!("/v1/slots?clinician_id={clinician}&{}", between(first_day(self.now), 1));
        request("GET", &path, &self.tokens[number], None)
    }

    fn week(&self, token: &str) -> String {
        request("GET", &format!("/v1/slots?limit=20&{}", between(first_day(self.now), 7)), token, None)
    }
}

/// Requests of one kind by different people, one after the other, again and again.
struct RoundRobin {
    requests: Vec<String>,
    sent: AtomicUsize,
}

impl RoundRobin {
    fn new(requests: Vec<String>) -> Self {
        Self { requests, sent: AtomicUsize::new(0) }
    }
}

impl Call for RoundRobin {
    fn next_requests(&self) -> Option<Vec<String>> {
        Some(vec![self.requests[self.sent.fetch_add(1, Ordering::Relaxed) % self.requests.len()].clone()])
    }
}

/// One call after the other; a call that has nothing left to request is skipped.
pub struct MixedCalls<'a> {
    calls: Vec<Box<dyn Call + 'a>>,
    sign_in: String,
    sent: AtomicUsize,
}

impl Call for MixedCalls<'_> {
    fn next_requests(&self) -> Option<Vec<String>> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        if number.is_multiple_of(CALLS_PER_SIGN_IN) {
            return Some(vec![self.sign_in.clone()]);
        }
        (0..self.calls.len()).find_map(|further| self.calls[(number + further) % self.calls.len()].next_requests())
    }
}

/// A practitioner holds a slot and books it; then the next practitioner does the same with the next slot.
struct Bookings<'a> {
    population: &'a Population,
}

impl Call for Bookings<'_> {
    fn next_requests(&self) -> Option<Vec<String>> {
        let number = self.population.taken.fetch_add(1, Ordering::Relaxed);
        // The next slot of the same person is days earlier in the calendar, so their appointments never overlap.
        let token = &self.population.tokens[number % self.population.tokens.len()];
        let slot = self.population.slots.get(number)?;
        let body = format!(r#"{{"slot_id":"{slot}","confirm_hold":true}}"#);
        Some(vec![
            request("PUT", &format!("/v1/slots/{slot}/hold"), token, None),
            request("POST", "/v1/appointments", token, Some(&body)),
        ])
    }
}

/// The first working day that can still be booked.
fn first_day(now: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = now.with_time(NaiveTime::MIN).unwrap();
    (2..).map(|days| midnight + TimeDelta::days(days)).find(|day| day.weekday().number_from_monday() <= 5).unwrap()
}

fn between(from: DateTime<Utc>, days: i64) -> String {
    let text = |time: DateTime<Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    format!("from={}&until={}", text(from), text(from + TimeDelta::days(days)))
}

/// Inserts rows of one table in batches, on either engine.
macro_rules! insert {
    ($conn:expr, $table:ident, $rows:expr) => {
        for batch in $rows.chunks(BATCH) {
            on!(&mut $conn, |inner| diesel::insert_into($table::table).values(batch).execute(inner)).unwrap();
        }
    };
}

fn email(account: Id) -> String {
    format!("{account}@example.org")
}

/// What every practitioner gave on registration.
fn registration_details(now: UtcTime) -> RegistrationDetails {
    RegistrationDetails {
        legal_name: "Example Practitioner".to_owned(),
        phone: Some("01632 960001".to_owned()),
        greeting: None,
        profession: Profession::Doctor,
        registration_body: RegistrationBody::Gmc,
        registration_number: None,
        setting: Setting::SecondaryCare,
        nation: Nation::England,
        region: Some(Region::London),
        icb_code: None,
        employer_ods: None,
        confidentiality_reason: ConfidentialityReason::Team,
        confidentiality_reason_words: None,
        consents: Consents { care: true, data_processing: true, gp_sharing: true, service_name_in_messages: true, given_at: now },
        emergency_contact: EmergencyContact {
            name: "Example Contact".to_owned(),
            phone: "01632 960002".to_owned(),
            relationship: "friend".to_owned(),
        },
        reasons: Vec::new(),
        needs: Vec::new(),
    }
}

struct Loader {
    conn: Conn,
    sealer: Sealer,
    now: UtcTime,
}

impl Loader {
    fn account(&self, role: Role, name: &str) -> AccountRow {
        let id = Id::new(self.now);
        let email = email(id);
        AccountRow {
            id,
            role: role.as_str(),
            email: self.sealer.seal_text(Place("accounts.email", id), &email).unwrap(),
            email_index: self.sealer.blind_index("email", &email),
            name: self.sealer.seal_text(Place("accounts.name", id), name).unwrap(),
            active: true,
            created_at: self.now,
            updated_at: self.now,
            version: 1,
        }
    }

    fn clinicians(&mut self) -> Vec<Id> {
        let (mut people, mut entries, mut specialisms, mut languages) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for number in 0..CLINICIANS {
            let name = format!("Dr Clinician {number}");
            let account = self.account(Role::Clinician, &name);
            let id = account.id;
            entries.push(ClinicianRow {
                id,
                name: self.sealer.seal_text(Place("clinicians.name", id), &name).unwrap(),
                discipline: DISCIPLINES[number % 2],
                gender: GENDERS[number % 2],
                region: REGIONS[number % 4],
                place: "Example Town",
                biography: "Has worked with doctors for many years.".repeat(5),
                details: self.sealer.seal_text(Place("clinicians.details", id), r#"{"employer_ods":"RXX"}"#).unwrap(),
                employer_index: Some(self.employer(number)),
                listed: true,
                version: 1,
                updated_at: self.now,
            });
            for specialism in [SPECIALISMS[number % 4], SPECIALISMS[(number + 1) % 4]] {
                specialisms.push((clinician_specialisms::clinician_id.eq(id), clinician_specialisms::specialism.eq(specialism)));
            }
            for language in ["cy", "en"] {
                languages.push((clinician_languages::clinician_id.eq(id), clinician_languages::language.eq(language)));
            }
            people.push(account);
        }
        insert!(self.conn, accounts, people);
        insert!(self.conn, clinicians, entries);
        insert!(self.conn, clinician_specialisms, specialisms);
        insert!(self.conn, clinician_languages, languages);
        people.iter().map(|account| account.id).collect()
    }

    fn employer(&self, number: usize) -> String {
        self.sealer.blind_index("employer", &format!("R{:02}", number % 50))
    }

    /// Creates slots on working days; returns those within the booking window, latest first.
    fn slots(&mut self, clinicians: &[Id]) -> Vec<Id> {
        let (mut clinics, mut slots) = (Vec::new(), Vec::new());
        let today = self.now.get().with_time(NaiveTime::MIN).unwrap();
        for (number, clinician) in clinicians.iter().enumerate() {
            let clinic = self.clinic(*clinician, MODES[number % 2]);
            for day in (2..2 + WEEKS * 7).map(|days| today + TimeDelta::days(days)) {
                if day.weekday().number_from_monday() > 5 {
                    continue;
                }
                slots.extend((0..SLOTS_PER_DAY).map(|hour| self.slot(&clinic, day.with_hour(9 + hour).unwrap())));
            }
            clinics.push(clinic);
        }
        insert!(self.conn, clinics, clinics);
        insert!(self.conn, slots, slots);
        slots.sort_by_key(|slot| std::cmp::Reverse((slot.starts_at, slot.id)));
        let last = self.now + TimeDelta::weeks(WEEKS) - TimeDelta::hours(1);
        slots.iter().filter(|slot| slot.starts_at < last).map(|slot| slot.id).collect()
    }

    fn clinic(&self, clinician_id: Id, mode: &'static str) -> ClinicRow {
        let day = self.now.get().date_naive();
        ClinicRow {
            id: Id::new(self.now),
            clinician_id,
            weekday: 1,
            starts_local: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
            ends_local: NaiveTime::from_hms_opt(17, 0, 0).unwrap(),
            slot_minutes: 50,
            gap_minutes: 10,
            kind: "treatment",
            mode,
            valid_from: day,
            // Far enough in the future that the service creates no slots while it is measured.
            slots_until: day + TimeDelta::weeks(60),
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        }
    }

    fn slot(&self, clinic: &ClinicRow, starts_at: DateTime<Utc>) -> SlotRow {
        SlotRow {
            id: Id::new(self.now),
            clinician_id: clinic.clinician_id,
            clinic_id: clinic.id,
            starts_at: starts_at.into(),
            ends_at: (starts_at + TimeDelta::minutes(50)).into(),
            kind: "treatment",
            mode: clinic.mode,
            place: "Centre 4",
            state: "free",
        }
    }

    /// Practitioners in care, each with an employer and one blocked colleague.
    fn practitioners(&mut self, count: usize, clinicians: &[Id]) -> Vec<Id> {
        let (mut people, mut registrations, mut blocks) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..count {
            let account = self.account(Role::Practitioner, "Practitioner");
            let (id, block) = (account.id, Id::new(self.now));
            registrations.push((
                practitioners::id.eq(id),
                practitioners::reference.eq(format!("B-{number}")),
                practitioners::pathway.eq("in_care"),
                practitioners::decision.eq("eligible"),
                practitioners::decided_at.eq(self.now),
                practitioners::details
                    .eq(self.sealer.seal_json(Place("practitioners.details", id), &registration_details(self.now)).unwrap()),
                practitioners::version.eq(1),
                practitioners::created_at.eq(self.now),
                practitioners::updated_at.eq(self.now),
            ));
            blocks.push((
                blocked_colleagues::id.eq(block),
                blocked_colleagues::practitioner_id.eq(id),
                blocked_colleagues::name_index.eq(self.sealer.blind_index("blocked_name", "else someone")),
                blocked_colleagues::details
                    .eq(self.sealer.seal_text(Place("blocked_colleagues.details", block), BLOCKED).unwrap()),
                blocked_colleagues::created_at.eq(self.now),
            ));
            people.push(account);
        }
        assert!(count >= clinicians.len(), "too few people for the calls");
        insert!(self.conn, accounts, people);
        insert!(self.conn, practitioners, registrations);
        insert!(self.conn, blocked_colleagues, blocks);
        people.iter().map(|account| account.id).collect()
    }

    /// Gives an account the password; returns its email address.
    fn password(&mut self, account: Id) -> String {
        let passwords = Passwords::new(Cost::Full, 1).unwrap();
        let password = Password::new(PASSWORD).unwrap();
        let hash = actix_web::rt::System::new().block_on(passwords.hash(&password)).unwrap();
        let row = accounts::table.find(account);
        let usable = (accounts::password_hash.eq(hash), accounts::email_verified_at.eq(self.now));
        on!(&mut self.conn, |inner| diesel::update(row).set(usable).execute(inner)).unwrap();
        email(account)
    }

    fn sessions(&mut self, accounts: &[Id]) -> Vec<Id> {
        let ids: Vec<Id> = accounts.iter().map(|_| Id::new(self.now)).collect();
        let row = |(account, id): (&Id, &Id)| {
            (
                sessions::id.eq(*id),
                sessions::account_id.eq(*account),
                sessions::generation.eq(0),
                sessions::rotated_at.eq(self.now),
                sessions::created_at.eq(self.now),
                sessions::last_used_at.eq(self.now),
                sessions::expires_at.eq(self.now + TimeDelta::days(30)),
            )
        };
        let rows: Vec<_> = accounts.iter().zip(&ids).map(row).collect();
        insert!(self.conn, sessions, rows);
        ids
    }
}

#[derive(Insertable)]
#[diesel(table_name = accounts)]
struct AccountRow {
    id: Id,
    role: &'static str,
    email: Vec<u8>,
    email_index: String,
    name: Vec<u8>,
    active: bool,
    created_at: UtcTime,
    updated_at: UtcTime,
    version: i32,
}

#[derive(Insertable)]
#[diesel(table_name = clinicians)]
struct ClinicianRow {
    id: Id,
    name: Vec<u8>,
    discipline: &'static str,
    gender: &'static str,
    region: &'static str,
    place: &'static str,
    biography: String,
    details: Vec<u8>,
    employer_index: Option<String>,
    listed: bool,
    version: i32,
    updated_at: UtcTime,
}

#[derive(Insertable)]
#[diesel(table_name = clinics)]
struct ClinicRow {
    id: Id,
    clinician_id: Id,
    weekday: i32,
    starts_local: NaiveTime,
    ends_local: NaiveTime,
    slot_minutes: i32,
    gap_minutes: i32,
    kind: &'static str,
    mode: &'static str,
    valid_from: chrono::NaiveDate,
    slots_until: chrono::NaiveDate,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

#[derive(Insertable)]
#[diesel(table_name = slots)]
struct SlotRow {
    id: Id,
    clinician_id: Id,
    clinic_id: Id,
    starts_at: UtcTime,
    ends_at: UtcTime,
    kind: &'static str,
    mode: &'static str,
    place: &'static str,
    state: &'static str,
}
