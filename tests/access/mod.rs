//! People, organisations, roles, groups and grants.

mod application;
mod giving;
mod grant;
mod group;
mod person;
mod profile;
pub(crate) mod retirement;
mod role;
mod sample;
pub(crate) mod stage;
mod usage;
