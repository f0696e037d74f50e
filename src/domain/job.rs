//! Work that is done later.

use super::text::words;

words! {
    /// How far a job is; `Dead`: given up.
    JobState { Waiting = "waiting", Done = "done", Dead = "dead" }
}
