//! What all people of an organisation hold, read at once: for questions about everybody, who would be many readings one by one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::copies::rulebook;
use super::entity::{self, GrantRow, MembershipRow};
use super::holdings::{Holdings, Record};
use super::rulebook::{self, Rulebook};
use crate::domain::{GroupId, OrganisationId, PersonId, PersonStatus, Subject, Timestamp};
use crate::op::{Op, OpError};

/// Memberships and grants of the people of an organisation, as they are at one moment.
#[derive(Debug)]
pub struct Everybody {
    rulebook: Arc<Rulebook>,
    at: Timestamp,
    memberships: HashMap<PersonId, Vec<MembershipRow>>,
    grants: HashMap<PersonId, Vec<GrantRow>>,
    of_groups: HashMap<GroupId, Vec<GrantRow>>,
}

impl Everybody {
    /// Reads them; nothing if there is no such organisation.
    pub async fn of(op: &mut Op, organisation: OrganisationId) -> Result<Option<Self>, OpError> {
        let (at, rulebook) = (op.now, rulebook(op, organisation).await?);
        Self::read(op, rulebook, at).await
    }

    /// The same as it is at a moment, all read anew: with changes of this act that are not committed yet.
    pub(super) async fn anew(
        op: &mut Op,
        organisation: OrganisationId,
        at: Timestamp,
    ) -> Result<Option<Self>, OpError> {
        let rulebook = rulebook::read(op.reading().await?, organisation).await?;
        Self::read(op, rulebook.map(Arc::new), at).await
    }

    async fn read(
        op: &mut Op,
        rulebook: Option<Arc<Rulebook>>,
        at: Timestamp,
    ) -> Result<Option<Self>, OpError> {
        let Some(rulebook) = rulebook else {
            return Ok(None);
        };
        let (organisation, tx) = (rulebook.organisation_id, op.reading().await?);
        let mut memberships: HashMap<PersonId, Vec<MembershipRow>> = HashMap::new();
        for (person, row) in entity::all_memberships(tx, organisation, at).await? {
            memberships.entry(person).or_default().push(row);
        }
        let mut grants: HashMap<PersonId, Vec<GrantRow>> = HashMap::new();
        for (person, row) in entity::all_grants(tx, organisation, at).await? {
            grants.entry(person).or_default().push(row);
        }
        let mut of_groups: HashMap<GroupId, Vec<GrantRow>> = HashMap::new();
        for row in entity::all_group_grants(tx, organisation, at).await? {
            if let Some(group) = row.group {
                of_groups.entry(group).or_default().push(row);
            }
        }
        Ok(Some(Self {
            rulebook,
            at,
            memberships,
            grants,
            of_groups,
        }))
    }

    /// Everybody who is in a group or was given something.
    pub(super) fn people(&self) -> BTreeSet<PersonId> {
        self.memberships
            .keys()
            .chain(self.grants.keys())
            .copied()
            .collect()
    }

    /// What one of them holds who has this status and these attributes.
    #[must_use]
    pub fn holdings(
        &self,
        person: PersonId,
        status: PersonStatus,
        attributes: &Map<String, Json>,
    ) -> Holdings {
        let memberships = self.memberships.get(&person).cloned().unwrap_or_default();
        let mut grants = self.grants.get(&person).cloned().unwrap_or_default();
        // Of groups that somebody will be in too: when that begins is part of what they hold now.
        let mut groups: Vec<GroupId> = memberships
            .iter()
            .filter_map(|membership| self.rulebook.group(membership.group))
            .flat_map(|group| group.lineage.iter().copied())
            .collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups {
            grants.extend(self.of_groups.get(&group).into_iter().flatten().cloned());
        }
        let record = Record {
            subject: Subject::Person(person),
            active: status == PersonStatus::Active,
            epoch: 0,
            attributes: attributes.clone(),
            memberships,
            grants,
        };
        Holdings::at(self.at, Arc::clone(&self.rulebook), &record)
    }
}
