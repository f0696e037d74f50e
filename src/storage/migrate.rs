//! The shape of the database, built step by step.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{PgPool, SqlitePool};

use super::StorageError;

/// One step: its number, its name, and its text for each engine.
struct Step(i64, &'static str, &'static str, &'static str);

macro_rules! steps {
    ($($number:literal $file:literal),+ $(,)?) => {
        &[$(Step(
            $number,
            $file,
            include_str!(concat!("../../migrations/sqlite/", $file, ".sql")),
            include_str!(concat!("../../migrations/postgres/", $file, ".sql")),
        )),+]
    };
}

const STEPS: &[Step] = steps! {
    1 "0001_audit",
    2 "0002_keys",
    3 "0003_people",
    4 "0004_access",
    5 "0005_clients",
    6 "0006_sessions",
    7 "0007_tokens",
};

pub(super) async fn sqlite(pool: &SqlitePool) -> Result<(), StorageError> {
    let migrator = migrator(|step| step.2);
    migrator.run(pool).await.map_err(fault)
}

pub(super) async fn postgres(pool: &PgPool) -> Result<(), StorageError> {
    let migrator = migrator(|step| step.3);
    migrator.run(pool).await.map_err(fault)
}

fn migrator(text: impl Fn(&Step) -> &'static str) -> Migrator {
    let migrations = STEPS.iter().map(|step| {
        let name = Cow::Borrowed(step.1);
        Migration::new(
            step.0,
            name,
            MigrationType::Simple,
            text(step).into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

fn fault(error: MigrateError) -> StorageError {
    match error {
        MigrateError::VersionMissing(found) => StorageError::Newer {
            found,
            known: STEPS.iter().map(|step| step.0).max().unwrap_or_default(),
        },
        MigrateError::Execute(error) => error.into(),
        other => StorageError::Migrate(other),
    }
}
