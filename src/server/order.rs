//! The task that puts audit events in order, from start to stop.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::audit::{Sequencer, origin};
use crate::op::House;

/// The sequencer under way.
#[derive(Debug)]
pub(super) struct Ordering {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Ordering {
    /// Starts it.
    pub(super) fn start(house: &Arc<House>) -> Self {
        let origin = origin(&house.config.server.issuer);
        let sequencer = Sequencer::new(house.storage.clone(), &house.recorder, origin);
        let house = Arc::clone(house);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let moment = move || (house.clock.now(), house.keys());
            // Dropped without a word means the same.
            sequencer
                .run(moment, async { stopped.await.unwrap_or_default() })
                .await;
        });
        Self { stop, task }
    }

    /// Puts in order what was written last, so that a stopped server leaves every event under a checkpoint.
    pub(super) async fn finish(self) {
        let Self { stop, task } = self;
        drop(stop);
        if let Err(fault) = task.await {
            tracing::error!(%fault, "the task that orders audit events has failed");
        }
    }
}
