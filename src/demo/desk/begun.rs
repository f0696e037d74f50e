//! Sign-ins that were begun and have not come back yet, by browser and state.

use std::collections::VecDeque;

use super::KEPT;
use super::provider::Begun;

/// Begun sign-ins, oldest first. Each belongs to one browser: its cookie value is kept beside it.
#[derive(Default)]
pub(super) struct Pending(VecDeque<(String, Begun)>);

impl Pending {
    pub(super) fn add(&mut self, browser: String, begun: Begun) {
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back((browser, begun));
    }

    /// The sign-in that this browser began with this state; it can be taken once.
    pub(super) fn take(&mut self, browser: &str, state: &str) -> Option<Begun> {
        let index = self
            .0
            .iter()
            .position(|(owner, begun)| owner == browser && begun.state.secret() == state)?;
        self.0.remove(index).map(|(_, begun)| begun)
    }
}
