//! Tests of storage: one contract, on both engines.
//!
//! They need a PostgreSQL: `DOORWARD_TEST_POSTGRES` holds the URL of a database of a superuser (`tests/run` starts one).
//! Without it they fail.

mod away;
mod contract;
mod engine;
mod group;
mod here;
mod migration;
mod plan;
mod schema;
mod statement;
