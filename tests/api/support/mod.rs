//! What tests are written with: an application of their own, people who act in it, and a client that believes the document.
#![allow(dead_code, reason = "a vocabulary may hold a word that no test uses yet")]

pub mod actors;
pub mod app;
pub mod care;
pub mod clinical_record;
pub mod clinicians;
pub mod cluster;
pub mod contacts;
pub mod contract;
pub mod damage;
pub mod doubts;
pub mod feedback;
pub mod figures;
pub mod fit_notes;
pub mod follow_ups;
pub mod funding;
pub mod groups;
pub mod hubs;
pub mod mail_server;
pub mod messages;
pub mod outreach;
pub mod ports;
pub mod practitioners;
pub mod prescriptions;
pub mod printed;
pub mod records;
pub mod reply;
pub mod reviews;
pub mod seeded;
pub mod self_checks;
pub mod signposts;
pub mod sources;
pub mod standby;

pub use app::{Kind, TestApp};

/// Makes each test run on both engines: `name::sqlite` and `name::postgres`. Where PostgreSQL is not installed the second
/// says so loudly and is passed over; `CONFIDE_REQUIRE_POSTGRES=1` makes that a failure.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs what its neighbours import")]
            use super::*;

            async fn the_test($app: TestApp) $body

            $(#[$meta])*
            #[actix_web::test]
            async fn sqlite() {
                if let Some(app) = $crate::support::TestApp::start($crate::support::Kind::Sqlite).await {
                    the_test(app).await;
                }
            }

            $(#[$meta])*
            #[actix_web::test]
            async fn postgres() {
                if let Some(app) = $crate::support::TestApp::start($crate::support::Kind::Postgres).await {
                    the_test(app).await;
                }
            }
        }
    )+};
}
