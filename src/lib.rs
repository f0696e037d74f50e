//! Doorward: an identity and single-sign-on provider.
//!
//! The plan of the house. Each module is a room on a storey; a room uses rooms of lower storeys only, and on its own
//! storey only those listed in `tests/house/storeys.rs`, where a test holds the walls.
//!
//! | storey | rooms |
//! | --- | --- |
//! | 0 what things are | `domain`, `jose` |
//! | 1 what the house stands on | `config`, `storage`, `ephemeral`, `telemetry` |
//! | 2 what every act needs | `keys`, `audit`, `op`, `one_time`, `http` |
//! | 3 people, applications and their rights | `decision`, `person`, `access`, `policy`, `client`, `rule`, `session`, `factor`, `job`, `mail`, `break_glass` |
//! | 4 rooms with a door to the outside | `signin`, `oauth`, `authzen` |
//! | 5 views across rooms | `account`, `admin`, `enrolment` |
//! | 6 assembly | `server`, `demo`, `cli` |

pub mod access;
pub mod account;
pub mod admin;
pub mod audit;
pub mod authzen;
pub mod break_glass;
pub mod cli;
pub mod client;
pub mod config;
pub mod decision;
pub mod demo;
pub mod domain;
pub mod enrolment;
pub mod ephemeral;
pub mod factor;
pub mod http;
pub mod job;
pub mod jose;
pub mod keys;
pub mod mail;
pub mod oauth;
pub mod one_time;
pub mod op;
pub mod outbound;
pub mod person;
pub mod policy;
pub mod roll_out;
pub mod rule;
pub mod server;
pub mod session;
pub mod signin;
pub mod storage;
pub mod telemetry;
