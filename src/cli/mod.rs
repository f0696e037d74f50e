//! The command line: parses it, loads the configuration, calls one function, prints what it answers.
//!
//! Exit codes: 0 done, 1 failed (the error and its causes are on standard error), 2 not understood. Storey 6: calls every
//! room; nobody calls it but `main`.

mod application;
mod asked;
mod attribute;
mod audit;
mod break_glass;
mod changing;
mod client;
mod client_file;
mod command;
mod config;
mod coverage;
mod demo;
mod error;
mod grant;
mod group;
mod house;
mod init;
mod input;
mod issuer;
mod job;
mod key;
mod migrate;
mod output;
mod pass;
mod passkey;
mod password;
mod permission;
mod person;
mod policy;
mod policy_options;
mod policy_told;
mod registration_token;
mod revoke;
mod role;
mod roll_out;
mod rule;
mod rule_told;
mod service_account;
mod waiting;
mod when;
mod who;
mod why;

pub use command::main;
