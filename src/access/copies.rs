//! Copies of applications and profiles, so that tokens cost no reading.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use super::detail_type::DetailTypes;
use super::model::{Application, Profile};
use crate::decision::Holdings;
use crate::domain::{ApplicationId, Subject};
use crate::op::{Copies, House, Kind, Part, Watched};

/// How old a copy of an application may be: changes by another replica may not be told.
const AGE: Duration = Duration::from_secs(10);

type ProfileKey = (Subject, Option<ApplicationId>);

/// A profile and the holdings of which it was made.
type Made = (Arc<Holdings>, Arc<Profile>);

/// The copies of this room.
pub(super) struct Known {
    pub(super) applications: Copies<ApplicationId, Arc<Application>>,
    /// All types of authorization details: few, and asked for together.
    pub(super) detail_types: Copies<(), Arc<DetailTypes>>,
    /// Profiles hang on what a subject holds, which `decision` keeps current.
    profiles: Cache<ProfileKey, Made>,
}

impl Part for Known {
    fn new(_: &House) -> Self {
        Self {
            applications: Copies::new(1_000, AGE)
                .of_owner(Kind::Organisations, |application: &Arc<Application>| {
                    application.organisation_id.into()
                }),
            detail_types: Copies::new(1, AGE).of_key(|()| Watched::all(Kind::Organisations)),
            profiles: Cache::new(20_000),
        }
    }
}

impl Known {
    /// The profile that was made of these very holdings.
    pub(super) fn profile(&self, key: ProfileKey, holdings: &Arc<Holdings>) -> Option<Arc<Profile>> {
        let (of, profile) = self.profiles.get(&key)?;
        Arc::ptr_eq(&of, holdings).then_some(profile)
    }

    pub(super) fn keep_profile(&self, key: ProfileKey, holdings: Arc<Holdings>, profile: Arc<Profile>) {
        self.profiles.insert(key, (holdings, profile));
    }
}
