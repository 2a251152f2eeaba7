//! The attributes that set on which engines a test runs.
//!
//! `#[apply(both_engines)]` over `async fn name(app: TestApp)` makes two tests, `name::sqlite` and `name::postgres`, each with a
//! fresh application. A test that sets its application up itself takes `kind: Kind` instead, and may then be no `async fn`.
//! `#[apply(sqlite_only)]` and `#[apply(postgres_only)]` make one of the two, for features that the other engine does not have.
//!
//! Where `build.rs` found no PostgreSQL, tests on it are reported as ignored.

use futures_util::future::LocalBoxFuture;

use super::app::{Kind, TestApp};
use super::cluster::installed;

macro_rules! both_engines {
    ($($test:tt)*) => { $crate::support::engines::on_engines! { [sqlite postgres] $($test)* } };
}

macro_rules! sqlite_only {
    ($($test:tt)*) => { $crate::support::engines::on_engines! { [sqlite] $($test)* } };
}

macro_rules! postgres_only {
    ($($test:tt)*) => { $crate::support::engines::on_engines! { [postgres] $($test)* } };
}

/// Adds a module with the name of the function that holds a test for each engine.
macro_rules! on_engines {
    ($engines:tt $(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block) => {
        async fn $name($app: TestApp) $body

        $crate::support::engines::on_engines! {
            @tests $engines $name [$(#[$meta])*] |kind| $crate::support::engines::with_app(kind, |app| Box::pin(super::$name(app)))
        }
    };
    ($engines:tt $(#[$meta:meta])* async fn $name:ident($kind:ident: $Kind:ident) $body:block) => {
        async fn $name($kind: $Kind) $body

        $crate::support::engines::on_engines! {
            @tests $engines $name [$(#[$meta])*] |kind| $crate::support::engines::alone(Box::pin(super::$name(kind)))
        }
    };
    ($engines:tt $(#[$meta:meta])* fn $name:ident($kind:ident: $Kind:ident) $body:block) => {
        fn $name($kind: $Kind) $body

        $crate::support::engines::on_engines! { @tests $engines $name [$(#[$meta])*] super::$name }
    };
    (@tests [$($engine:ident)+] $name:ident $metas:tt $run:expr) => {
        mod $name {
            $($crate::support::engines::on_engines! { @$engine $metas $run })+
        }
    };
    (@sqlite [$(#[$meta:meta])*] $run:expr) => {
        $(#[$meta])*
        #[test]
        fn sqlite() {
            let run: fn($crate::support::Kind) = $run;
            run($crate::support::Kind::Sqlite);
        }
    };
    (@postgres [$(#[$meta:meta])*] $run:expr) => {
        $(#[$meta])*
        #[test]
        #[cfg_attr(no_postgres, ignore = "PostgreSQL is not installed")]
        fn postgres() {
            let run: fn($crate::support::Kind) = $run;
            run($crate::support::Kind::Postgres);
        }
    };
}

pub(crate) use {both_engines, on_engines, postgres_only, sqlite_only};

/// Runs a test with a fresh application. One function for all of them: otherwise each would be compiled with a runtime of its
/// own.
pub fn with_app(kind: Kind, test: fn(TestApp) -> LocalBoxFuture<'static, ()>) {
    alone(Box::pin(async move { test(TestApp::start(kind).await).await }));
}

/// Runs a test that starts its own application.
pub fn alone(test: LocalBoxFuture<'static, ()>) {
    actix_web::rt::System::new().block_on(test);
}

/// An ignored test cannot detect that PostgreSQL was installed later, and `build.rs` does not detect everything.
#[test]
fn postgres_availability_has_not_changed_since_the_build() {
    let (is_installed, was_installed) = (installed::is_there(), !cfg!(no_postgres));
    assert_eq!(
        is_installed, was_installed,
        "PostgreSQL was installed or removed after the tests were built: run `touch build.rs` and build them again"
    );
}
