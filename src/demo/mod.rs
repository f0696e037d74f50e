//! The demonstration: sample organisations, the server, and a sample application beside it.
//!
//! Storey 6: starts the `server` and fills its database through the rooms' own functions. The application in `desk` and the
//! integration stand for programs of somebody else and call no room.

mod certificate;
mod desk;
mod integration;
pub mod organisation;
mod run;
mod sample;
mod table;
mod transport;

pub use run::{DemoError, Options, keep_data_in, run};
pub use sample::{Sample, SampleClient, SamplePerson};
