//! A house for one command: the same as the server's, without a listener.

use std::sync::Arc;

use super::error::CommandError;
use crate::config::Config;
use crate::domain::Actor;
use crate::op::{Clock, House, Op};
use crate::server;

/// Opens the database and loads the keys.
pub(super) async fn open(config: Config) -> Result<Arc<House>, CommandError> {
    // On the heap: what it puts together is large.
    Ok(Box::pin(server::assemble(config, Clock::system())).await?)
}

/// Waits for what is under way, and closes the database.
pub(super) async fn close(house: &House) {
    house.recorder.stop().await;
    house.storage.close().await;
}

/// An act of the operator on the server's own machine.
pub(super) fn act(house: &Arc<House>) -> Op {
    Op::inside(house, Actor::Operator)
}
