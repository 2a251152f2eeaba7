//! Damage as a failing disk causes it: in a row, and in a SQLite file.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use confide::platform::db::{Conn, Engine};
use diesel::{RunQueryDsl, sql_query};

use super::app::TestApp;
use crate::guards::query_lines;

/// The value of a damaged sealed column, which no key opens.
pub fn damaged_bytes() -> Vec<u8> {
    let mut bytes = vec![0x55; 80];
    bytes[..2].copy_from_slice(&[1, 1]);
    bytes
}

/// Overwrites the first page of a table and of each of its indexes. No process may have the file open.
pub fn damage_table(file: &Path, table: &str) {
    let mut conn = Engine::Sqlite(file.to_owned()).connect().unwrap_or_else(|error| panic!("{error}"));
    let roots = format!("SELECT CAST(rootpage AS TEXT) AS line FROM sqlite_schema WHERE tbl_name = '{table}' AND rootpage > 0");
    let pages: Vec<u64> = query_lines(&mut conn, &roots).iter().map(|page| page.parse().unwrap()).collect();
    let size: u64 = query_lines(&mut conn, "SELECT CAST(page_size AS TEXT) AS line FROM pragma_page_size")[0].parse().unwrap();
    drop(conn);
    assert!(pages.len() > 1, "the table and its indexes");
    let mut damaged = OpenOptions::new().write(true).open(file).unwrap();
    for page in pages {
        damaged.seek(SeekFrom::Start((page - 1) * size)).unwrap();
        damaged.write_all(&vec![0xff; usize::try_from(size).unwrap()]).unwrap();
    }
}

impl TestApp {
    /// Drops or disables the triggers, so that the tables accept damaged values.
    pub async fn drops_triggers(&self) {
        self.sql(|conn| {
            let statements: Vec<String> = match conn {
                Conn::Sqlite(_) => query_lines(conn, "SELECT name AS line FROM sqlite_master WHERE type = 'trigger'")
                    .iter()
                    .map(|trigger| format!("DROP TRIGGER {trigger}"))
                    .collect(),
                Conn::Postgres(_) => {
                    query_lines(conn, "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'")
                        .iter()
                        .map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
                        .collect()
                }
            };
            for statement in statements {
                sql_query(statement).execute(conn)?;
            }
            Ok(())
        })
        .await;
    }

    /// Damages a sealed column where this condition is true, which is so in at least one row. The tables accept every change from then on.
    pub async fn damages(&self, table: &'static str, column: &'static str, condition: &'static str) {
        self.drops_triggers().await;
        let changed = self
            .sql(move |conn| {
                let bytes = match conn {
                    Conn::Sqlite(_) => "X'0101555555555555'",
                    Conn::Postgres(_) => "'\\x0101555555555555'::bytea",
                };
                Ok(sql_query(format!("UPDATE {table} SET {column} = {bytes} WHERE {condition}")).execute(conn)?)
            })
            .await;
        assert!(changed > 0, "no row of {table} is damaged");
    }
}
