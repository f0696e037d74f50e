//! The demonstration: a sample organisation, the server, and a sample application beside it.

mod desk;
mod integration;
pub mod organisation;
mod sample;
mod transport;

pub use sample::{Sample, SampleClient, SamplePerson};
