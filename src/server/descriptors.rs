//! File descriptors: as many as the connections need, if the system gives them.
//!
//! Shells and service managers often allow 1,024 open files for the sake of programs that use `select`, and a program may
//! raise that to the hard limit by itself. Without descriptors left, the server could open no file of its database either;
//! so where they do not suffice, fewer connections are taken.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// For the listeners, logs, Redis, files that are read, and the runtime.
const OWN: u64 = 64;
/// What one database connection may hold open: SQLite's has the file, its log and its index.
const PER_DATABASE_CONNECTION: u64 = 3;

/// How many connections of the public listener there can be: the configured number, or what descriptors are left for.
pub(super) fn room(config: &Config) -> usize {
    let wanted = config.server.connections;
    let database = u64::from(config.database.connections) + 1;
    let own = OWN + PER_DATABASE_CONNECTION * database;
    let needed = own.saturating_add(u64::try_from(wanted).unwrap_or(u64::MAX));
    let room = left(raise(needed), own, wanted);
    if room < wanted {
        tracing::warn!(
            wanted,
            room,
            "fewer connections than `server.connections`: the process may not open enough files (ulimit -n, LimitNOFILE)"
        );
    }
    room
}

/// Raises the soft limit to what is needed, as far as the hard limit allows; answers what holds. None: no limit.
fn raise(needed: u64) -> Option<u64> {
    let limits = getrlimit(Resource::Nofile);
    let soft = limits.current?;
    let wished = limits.maximum.map_or(needed, |hard| hard.min(needed));
    if soft >= wished {
        return Some(soft);
    }
    let raised = Rlimit {
        current: Some(wished),
        maximum: limits.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => Some(wished),
        Err(_) => Some(soft),
    }
}

fn left(descriptors: Option<u64>, own: u64, wanted: usize) -> usize {
    let Some(descriptors) = descriptors else {
        return wanted;
    };
    let left = usize::try_from(descriptors.saturating_sub(own)).unwrap_or(usize::MAX);
    // None at all would be no server; at the very brink, its own files have to share.
    left.clamp(1, wanted.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_rest() {
        assert_eq!(left(Some(1_024), 100, 10_000), 924);
        assert_eq!(left(Some(1_024), 100, 500), 500);
        assert_eq!(left(Some(64), 100, 500), 1);
        assert_eq!(left(None, 100, 500), 500);
    }
}
