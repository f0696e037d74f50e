//! The audit log: nothing is lost by writing at once or by rolling back, and every change made behind its back is found.

mod log;
mod proving;
mod recording;
mod searching;
mod sequencing;
mod serving;
mod telling;
mod verifying;
