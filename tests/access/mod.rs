//! People, organisations, roles, groups and grants.

mod grant;
mod group;
mod person;
mod profile;
mod sample;
pub(crate) mod stage;
