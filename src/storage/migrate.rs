//! The shape of the database, built step by step.

use std::borrow::Cow;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, SqlSafeStr as _};

use super::{Sql, StorageError, Tx};

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
    8 "0008_terms",
    11 "0011_registration",
    12 "0012_withdrawal",
    13 "0013_logout",
    14 "0014_polled_requests",
    15 "0015_details",
    17 "0017_trusted_issuers",
    18 "0018_client_documents",
    19 "0019_answers",
    20 "0020_backchannel_codes",
    21 "0021_passkey",
    22 "0022_activity",
    23 "0023_mail",
    24 "0024_security_keys",
    25 "0025_rules",
    26 "0026_device",
    27 "0027_password_length",
    29 "0029_enrolment_pass",
    30 "0030_passkey_policy",
    31 "0031_roll_out",
    33 "0033_country",
    34 "0034_passage_and_device",
    35 "0035_break_glass",
    37 "0037_client_use",
    38 "0038_risk",
    39 "0039_totp_form",
    40 "0040_held_about",
    41 "0041_mail_of_person",
    42 "0042_lot_of_password",
    43 "0043_recovery_rule",
    44 "0044_password_reset",
    45 "0045_product_proof",
    46 "0046_rule_set_by",
    47 "0047_locked_accounts",
    48 "0048_access_rights",
    49 "0049_access_model",
    50 "0050_policy_version",
    51 "0051_attribute_declaration",
    52 "0052_search",
    53 "0053_notice",
    54 "0054_giver",
    55 "0055_account_past",
    56 "0056_access_epoch",
    57 "0057_permission_in_use",
    58 "0058_grants_of_holder",
    59 "0059_event_order",
    60 "0060_trusted_devices",
    61 "0061_retired_applications",
};

/// Which migrations a database has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The newest migration of the database; 0 for an empty one.
    pub applied: i64,
    /// The newest migration that this program knows.
    pub known: i64,
    /// Names of the migrations that this program would apply, in order.
    pub pending: Vec<&'static str>,
}

impl MigrationStatus {
    /// Whether program and database fit each other as they are.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.applied == self.known && self.pending.is_empty()
    }
}

// Two texts: each engine has its own list of tables.
const HAS_TABLE: Sql = Sql::pair(
    "SELECT COUNT(*) AS found FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
    "SELECT COUNT(*) AS found FROM pg_catalog.pg_class WHERE oid = to_regclass('_sqlx_migrations')",
);

const APPLIED: Sql = Sql::new("SELECT version FROM _sqlx_migrations WHERE success = $1 ORDER BY version");

pub(super) async fn status(tx: &mut Tx) -> Result<MigrationStatus, StorageError> {
    let has_table = tx.query(HAS_TABLE).one(|row| row.get::<i64>("found")).await? > 0;
    let applied = if has_table {
        let query = tx.query(APPLIED).bind(&true);
        query.all(|row| row.get::<i64>("version")).await?
    } else {
        Vec::new()
    };
    Ok(MigrationStatus {
        applied: applied.last().copied().unwrap_or_default(),
        known: known(),
        pending: STEPS
            .iter()
            .filter(|step| !applied.contains(&step.0))
            .map(|step| step.1)
            .collect(),
    })
}

fn known() -> i64 {
    STEPS.iter().map(|step| step.0).max().unwrap_or_default()
}

/// All steps are one transaction that holds the write lock from the start: `sqlx` takes no lock on SQLite, and of two
/// programs that start on one file the second must find what the first has done.
pub(super) async fn sqlite(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let mut whole = connection.begin_with("BEGIN IMMEDIATE").await?;
    migrator(|step| step.2).run(&mut *whole).await.map_err(fault)?;
    Ok(whole.commit().await?)
}

pub(super) async fn postgres(connection: &mut PgConnection) -> Result<(), StorageError> {
    migrator(|step| step.3).run(connection).await.map_err(fault)
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
            known: known(),
        },
        MigrateError::Execute(error) => error.into(),
        other => StorageError::Migrate(other),
    }
}
