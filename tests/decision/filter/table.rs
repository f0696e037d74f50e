//! Records in a table of a real database, asked by the condition that was answered.

use std::collections::BTreeSet;

use doorward::decision::filter::{Column, Columns, Dialect, Kind, Scalar, SqlCondition};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _, SqlSafeStr as _};

use crate::support::{Database, Engine};

const TEXTS: [&str; 8] = [
    "id",
    "organisation",
    "region",
    "department",
    "team",
    "line",
    "owner",
    "author",
];
const INTEGERS: [&str; 2] = ["level", "score"];

/// The table in the engine of this run.
pub(super) enum Table {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

fn quoted(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "NULL".to_owned(),
        Some(Value::String(text)) => format!("'{}'", text.replace('\'', "''")),
        Some(Value::Bool(truth)) => truth.to_string().to_uppercase(),
        Some(other) => other.to_string(),
    }
}

impl Table {
    pub(super) async fn of(database: &Database, records: &[Map<String, Value>]) -> Self {
        let mut table = match Engine::of_this_run() {
            Engine::Sqlite => Self::Sqlite(sqlx::SqliteConnection::connect(&database.url).await.unwrap()),
            Engine::Postgres => Self::Postgres(sqlx::PgConnection::connect(&database.url).await.unwrap()),
        };
        let texts = TEXTS.map(|name| format!("\"{name}\" TEXT")).join(", ");
        // A column that takes large and small letters for the same.
        let texts = match &table {
            Self::Sqlite(_) => texts.replace("\"line\" TEXT", "\"line\" TEXT COLLATE NOCASE"),
            Self::Postgres(_) => texts,
        };
        let integers = INTEGERS.map(|name| format!("\"{name}\" INTEGER")).join(", ");
        table
            .execute(format!(
                "CREATE TABLE noted (place BIGINT, {texts}, {integers}, closed BOOLEAN)"
            ))
            .await;
        for (place, record) in records.iter().enumerate() {
            let names = TEXTS.iter().chain(&INTEGERS).chain(&["closed"]);
            let values: Vec<String> = names.map(|name| quoted(record.get(*name))).collect();
            table
                .execute(format!(
                    "INSERT INTO noted VALUES ({place}, {})",
                    values.join(", ")
                ))
                .await;
        }
        table
    }

    pub(super) async fn execute(&mut self, text: String) {
        let text = AssertSqlSafe(text);
        match self {
            Self::Sqlite(connection) => connection.execute(text).await.map(|_| ()).unwrap(),
            Self::Postgres(connection) => connection.execute(text).await.map(|_| ()).unwrap(),
        }
    }

    pub(super) fn columns(&self) -> Columns {
        let of = |name: &str, kind| {
            (
                name.to_owned(),
                Column::parse(&format!("noted.{name}"), kind).unwrap(),
            )
        };
        let texts = TEXTS.iter().map(|name| of(name, Kind::Text));
        let integers = INTEGERS.iter().map(|name| of(name, Kind::Integer));
        Columns {
            dialect: match self {
                Self::Sqlite(_) => Dialect::Sqlite,
                Self::Postgres(_) => Dialect::Postgresql,
            },
            by_attribute: texts
                .chain(integers)
                .chain([of("closed", Kind::Boolean)])
                .collect(),
            first: 1,
        }
    }

    /// The places of the records for which the condition holds; those for which its negation does are all others.
    pub(super) async fn ask(&mut self, condition: &SqlCondition) -> BTreeSet<usize> {
        let text = &condition.condition;
        let chosen = self
            .select(format!("SELECT place FROM noted WHERE {text}"), condition)
            .await;
        let negated = self
            .select(format!("SELECT place FROM noted WHERE NOT {text}"), condition)
            .await;
        let all = self
            .select(
                "SELECT place FROM noted".to_owned(),
                &SqlCondition {
                    condition: String::new(),
                    parameters: Vec::new(),
                },
            )
            .await;
        assert!(chosen.is_disjoint(&negated), "{text}");
        assert_eq!(&chosen | &negated, all, "null came of {text}");
        chosen
    }

    async fn select(&mut self, text: String, condition: &SqlCondition) -> BTreeSet<usize> {
        let text = AssertSqlSafe(text).into_sql_str();
        let parameters = &condition.parameters;
        macro_rules! places {
            ($connection:expr) => {{
                let mut query = sqlx::query(text);
                for parameter in parameters {
                    query = match parameter {
                        Scalar::Text(text) => query.bind(text.clone()),
                        Scalar::Integer(number) => query.bind(*number),
                        Scalar::Boolean(truth) => query.bind(*truth),
                    };
                }
                let rows = query.fetch_all($connection).await.unwrap();
                rows.iter()
                    .map(|row| usize::try_from(row.get::<i64, _>(0)).unwrap())
                    .collect()
            }};
        }
        match self {
            Self::Sqlite(connection) => places!(connection),
            Self::Postgres(connection) => places!(connection),
        }
    }
}
