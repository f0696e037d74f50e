//! The two database engines behind one interface: SQLite, embedded, and PostgreSQL.
//!
//! A room writes one static SQL text a statement in its `store.rs` and runs it through [`Tx`]. This room knows engines, not
//! subjects. It promises that what `commit` has answered is on disk (unless a relaxed unit was asked for), that a transaction in which a statement failed keeps
//! nothing, and that a fault is told apart: away or busy (503) from broken. It alone uses `rusqlite` and `sqlx`. Storey 1: calls `domain`
//! only.

mod alone;
mod connect;
mod database;
mod error;
mod migrate;
mod pool;
mod query;
mod row;
mod rows;
mod sql;
mod sqlite;
mod tx;
mod wal;
mod writer;

pub use database::{Engine, Options, Storage};
pub use error::{Fault, StorageError, taken};
pub use migrate::MigrationStatus;
pub use query::Query;
pub use row::Row;
pub use rows::{Rows, RowsAndOne};
pub use sql::Sql;
pub use tx::{Durability, Tx};
pub use writer::WriteCount;
