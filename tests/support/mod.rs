//! What tests start from: a whole server with a database of its own, and a browser without a screen.

mod authenticator;
mod bare;
mod browser;
mod certificate;
mod chance;
mod database;
mod port;
mod server;
mod smoke;
mod wire;

pub(crate) use authenticator::Authenticator;
pub(crate) use bare::{Bare, START};
pub(crate) use browser::{Browser, Page};
pub(crate) use certificate::{Authority, Certificate, Shown};
pub(crate) use chance::Chance;
pub(crate) use database::{Database, Engine};
pub(crate) use port::free_ports;
pub(crate) use server::{Server, config};
pub(crate) use wire::{Wire, wire_to};
