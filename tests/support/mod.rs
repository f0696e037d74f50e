//! What tests start from: a whole server with a database of its own, and a browser without a screen.

mod bare;
mod database;

pub(crate) use bare::{Bare, START};
pub(crate) use database::{Database, Engine, administration_url};
