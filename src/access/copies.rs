//! Copies of applications and profiles, so that tokens cost no reading.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;

use super::model::{Application, Profile};
use crate::decision::Holdings;
use crate::domain::{ApplicationId, Notice, Subject, Timestamp};
use crate::op::{House, Part};

/// How old a copy of an application may be: changes by another replica may not be told.
const AGE: Duration = Duration::from_secs(10);

type ProfileKey = (Subject, Option<ApplicationId>);

/// A profile and the holdings of which it was made.
type Made = (Arc<Holdings>, Arc<Profile>);

/// The caches of this room.
pub(super) struct Copies {
    applications: Cache<ApplicationId, (Arc<Application>, u64, Timestamp)>,
    profiles: Cache<ProfileKey, Made>,
    /// Rises with every change of any organisation: applications are few and change seldom.
    changes: AtomicU64,
}

impl Part for Copies {
    fn new(_: &House) -> Self {
        Self {
            applications: Cache::new(1_000),
            profiles: Cache::new(20_000),
            changes: AtomicU64::new(0),
        }
    }

    fn notice(&self, notice: &Notice) {
        match notice {
            Notice::Organisation(_) | Notice::Everything => {
                self.changes.fetch_add(1, Ordering::AcqRel);
            }
            // Profiles hang on what a subject holds, which `decision` keeps current.
            Notice::Person(_)
            | Notice::ServiceAccount(_)
            | Notice::Client(_)
            | Notice::Session(_)
            | Notice::Keys => {}
        }
    }
}

impl Copies {
    /// To be asked before the reading whose result is kept.
    pub(super) fn marks(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    pub(super) fn application(&self, id: ApplicationId, now: Timestamp) -> Option<Arc<Application>> {
        let (application, marks, at) = self.applications.get(&id)?;
        (marks == self.marks() && now >= at && now.since(at) < AGE).then_some(application)
    }

    pub(super) fn keep_application(&self, application: Arc<Application>, marks: u64, now: Timestamp) {
        self.applications
            .insert(application.id, (application, marks, now));
    }

    /// The profile that was made of these very holdings.
    pub(super) fn profile(&self, key: ProfileKey, holdings: &Arc<Holdings>) -> Option<Arc<Profile>> {
        let (of, profile) = self.profiles.get(&key)?;
        Arc::ptr_eq(&of, holdings).then_some(profile)
    }

    pub(super) fn keep_profile(&self, key: ProfileKey, holdings: Arc<Holdings>, profile: Arc<Profile>) {
        self.profiles.insert(key, (holdings, profile));
    }
}
