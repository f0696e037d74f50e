//! The one integration binary: the real server over HTTP, on the database that `DOORWARD_TEST_DATABASE` names.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test cannot go on without fails it, in its own functions too"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment which services to use"
)]

mod access;
mod account;
mod admin;
mod audit;
mod break_glass;
mod cli;
mod client;
mod config;
mod decision;
pub(crate) mod enrolment;
mod ephemeral;
mod guarding;
mod hostile;
mod house;
mod http;
mod job;
mod journey;
mod keys;
mod mail;
mod oauth;
mod one_time;
mod op;
mod outbound;
mod policy;
mod roll_out;
mod rule;
mod server;
mod session;
mod signin;
mod storage;
mod support;
