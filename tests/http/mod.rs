//! Tests of the edge.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod colour;
mod door;
mod request;
mod sentence;
