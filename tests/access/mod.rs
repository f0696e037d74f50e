//! People, organisations, roles, groups and grants.

mod application;
mod giving;
mod grant;
mod group;
mod person;
mod profile;
mod role;
mod sample;
pub(crate) mod stage;
mod usage;
