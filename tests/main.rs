//! The one integration binary: the real server over HTTP, on the database that `DOORWARD_TEST_DATABASE` names.

mod access;
mod audit;
mod cli;
mod client;
mod config;
mod decision;
mod ephemeral;
mod hostile;
mod house;
mod http;
mod journey;
mod keys;
mod oauth;
mod session;
mod signin;
mod storage;
mod support;
