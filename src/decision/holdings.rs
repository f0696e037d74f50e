//! What one subject holds at one moment: its groups, its roles, and where each role holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::entity::{GrantRow, MembershipRow};
use super::policy::{Principal, Unusable};
use super::rulebook::{Role, Rulebook};
use super::usage::LastUse;
use crate::domain::{
    AccessGrantId, ApplicationId, GroupId, GroupKind, OrganisationId, Right, RoleId, Subject, Timestamp,
};

/// What a subject is and holds, true from the moment it was made until its edge, when a grant starts or ends.
#[derive(Debug)]
pub struct Holdings {
    pub(super) rulebook: Arc<Rulebook>,
    pub(super) active: bool,
    /// As Cedar sees the subject; an attribute that Cedar cannot hold makes every policy impossible.
    pub(super) principal: Result<Principal, Unusable>,
    /// The next moment at which a grant or membership begins or ends.
    pub(super) edge: Option<Timestamp>,
    epoch: i64,
    groups: BTreeSet<String>,
    held: Vec<Held>,
    /// Places in `held`, by application and permission.
    by_permission: HashMap<ApplicationId, HashMap<String, Vec<usize>>>,
}

/// One role held, and where.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) grant: AccessGrantId,
    pub(super) last_use: LastUse,
    pub(super) role: Arc<Role>,
    /// For each kind of group that limits it, the groups of that kind in which it holds; empty: everywhere.
    pub(super) within: Vec<(GroupKind, Vec<GroupId>)>,
}

/// What is read of a subject, before time is considered.
pub(super) struct Record {
    pub(super) subject: Subject,
    pub(super) active: bool,
    /// Of access, of the organisation, before anything else was read.
    pub(super) epoch: i64,
    pub(super) attributes: Map<String, Json>,
    pub(super) memberships: Vec<MembershipRow>,
    pub(super) grants: Vec<GrantRow>,
}

impl Holdings {
    /// What a record comes to at this moment.
    pub(super) fn at(now: Timestamp, rulebook: Arc<Rulebook>, record: &Record) -> Self {
        let member_of = groups_at(now, &rulebook, &record.memberships);
        let held: Vec<Held> = record
            .grants
            .iter()
            .filter(|grant| grant.window.contains(now))
            .filter(|grant| grant.group.is_none_or(|group| member_of.contains(&group)))
            .filter_map(|grant| hold(now, &rulebook, grant))
            .collect();
        let mut by_permission: HashMap<ApplicationId, HashMap<String, Vec<usize>>> = HashMap::new();
        for (place, one) in held.iter().enumerate() {
            for (application, permissions) in &one.role.permissions {
                let of_application = by_permission.entry(*application).or_default();
                for permission in permissions {
                    of_application.entry(permission.clone()).or_default().push(place);
                }
            }
        }
        let groups: BTreeSet<String> = member_of
            .iter()
            .filter_map(|id| rulebook.group(*id).map(|group| group.label.clone()))
            .collect();
        let roles = names(&held);
        Self {
            principal: Principal::new(record, &rulebook, &groups, &roles),
            active: record.active && rulebook.active,
            edge: edge(now, &rulebook, record),
            epoch: record.epoch,
            rulebook,
            groups,
            held,
            by_permission,
        }
    }

    /// The organisation of the subject.
    #[must_use]
    pub fn organisation_id(&self) -> OrganisationId {
        self.rulebook.organisation_id
    }

    /// Whether the subject and its organisation are active.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// The epoch of access of which this is: nothing that has a higher one is in it for certain.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// The next moment at which a grant or membership begins or ends by itself.
    #[must_use]
    pub fn edge(&self) -> Option<Timestamp> {
        self.edge
    }

    /// Names of the roles held and of those that they include, in alphabetical order, each once.
    #[must_use]
    pub fn roles(&self) -> BTreeSet<&str> {
        names(&self.held)
    }

    /// Labels (`kind:name`) of the groups that the subject is in, those above its own included, in alphabetical order.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(String::as_str)
    }

    /// The permissions of an application that any role gives anywhere, in no order; none while it is retired.
    pub fn permissions(&self, application: ApplicationId) -> impl Iterator<Item = &str> {
        self.by_permission
            .get(&application)
            .filter(|_| !self.rulebook.retires(application))
            .into_iter()
            .flat_map(|permissions| permissions.keys().map(String::as_str))
    }

    /// Whether a role held demands a second factor at sign-in.
    #[must_use]
    pub fn second_factor(&self) -> bool {
        self.held.iter().any(|one| one.role.second_factor)
    }

    /// Whether a role held gives a right over this house. One that is held within departments or regions only gives none: what the
    /// right is about belongs to the whole organisation.
    #[must_use]
    pub fn has_right(&self, right: Right) -> bool {
        self.active && self.with_right(right).next().is_some()
    }

    /// The roles held that give a right over this house.
    pub(super) fn with_right(&self, right: Right) -> impl Iterator<Item = &Held> {
        let gives = move |one: &&Held| one.within.is_empty() && one.role.rights.contains(&right);
        self.held.iter().filter(gives)
    }

    /// All roles held.
    pub(super) fn held(&self) -> impl Iterator<Item = &Held> {
        self.held.iter()
    }

    /// Whether this subject may give a role: see [`super::may_give`].
    pub(super) fn may_give(&self, role: &str) -> bool {
        if self.has_all_rights() {
            return true;
        }
        let everywhere = |application: ApplicationId, permission: &String| {
            self.with_permission(application, permission)
                .any(|held| held.within.is_empty())
        };
        let holds = |role: &Role| {
            role.rights.iter().all(|right| self.has_right(*right))
                && role
                    .permissions
                    .iter()
                    .all(|(application, names)| names.iter().all(|name| everywhere(*application, name)))
        };
        self.active && self.rulebook.role_named(role).is_none_or(holds)
    }

    /// The roles held, each with its places in words (`region:dach, region:turkiye`), which are empty for everywhere.
    pub(super) fn held_within(&self) -> impl Iterator<Item = (&Role, String)> {
        self.held.iter().map(|one| {
            let places = one.within.iter().flat_map(|(_, ids)| ids);
            let labels = places.filter_map(|id| self.rulebook.group(*id));
            let mut labels: Vec<&str> = labels.map(|group| group.label.as_str()).collect();
            labels.sort_unstable();
            (one.role.as_ref(), labels.join(", "))
        })
    }

    /// Where the roles are held that let this one be given, and for how many days at most.
    pub(super) fn giving_of(
        &self,
        role: RoleId,
    ) -> impl Iterator<Item = (&[(GroupKind, Vec<GroupId>)], Option<i64>)> {
        self.held.iter().filter_map(move |held| {
            let longest = held.role.giving.get(&role)?;
            Some((held.within.as_slice(), *longest))
        })
    }

    /// Whether a role held lets any be given.
    pub(super) fn lets_give_any(&self) -> bool {
        self.held.iter().any(|held| !held.role.giving.is_empty())
    }

    /// The roles held that have a permission, with where they hold; those of a retired application too: it can be brought back, and nobody
    /// gives what they could not give then.
    pub(super) fn with_permission(
        &self,
        application: ApplicationId,
        permission: &str,
    ) -> impl Iterator<Item = &Held> {
        self.by_permission
            .get(&application)
            .and_then(|permissions| permissions.get(permission))
            .into_iter()
            .flatten()
            .filter_map(|place| self.held.get(*place))
    }
}

fn names(held: &[Held]) -> BTreeSet<&str> {
    held.iter()
        .flat_map(|one| one.role.names.iter().map(String::as_str))
        .collect()
}

/// The next moment at which a grant, a membership, or a group by which something is held begins or ends.
fn edge(now: Timestamp, rulebook: &Rulebook, record: &Record) -> Option<Timestamp> {
    let windows = record.memberships.iter().map(|row| row.window);
    let windows = windows.chain(record.grants.iter().map(|row| row.window));
    let groups = record.memberships.iter().map(|row| row.group);
    let groups = groups.chain(record.grants.iter().flat_map(|row| row.within.iter().copied()));
    let ends = groups.filter_map(|id| rulebook.group(id)?.ends_at);
    let ends = ends.filter(|end| now < *end);
    windows
        .filter_map(|window| window.next_edge(now))
        .chain(ends)
        .min()
}

/// The groups of the memberships that hold now, and those above them.
pub(super) fn groups_at(
    now: Timestamp,
    rulebook: &Rulebook,
    memberships: &[MembershipRow],
) -> BTreeSet<GroupId> {
    memberships
        .iter()
        .filter(|membership| membership.window.contains(now))
        .filter_map(|membership| rulebook.group(membership.group))
        .filter(|group| group.lasts(now))
        .flat_map(|group| group.lineage.iter().copied())
        .collect()
}

/// A grant whose role or place is not known (which foreign keys prevent) holds nothing, nor does one of whose places all of a kind have ended.
pub(super) fn hold(now: Timestamp, rulebook: &Rulebook, grant: &GrantRow) -> Option<Held> {
    let role = Arc::clone(rulebook.role(grant.role)?);
    let mut within: BTreeMap<GroupKind, Vec<GroupId>> = BTreeMap::new();
    for id in &grant.within {
        let group = rulebook.group(*id)?;
        let places = within.entry(group.kind).or_default();
        if group.lasts(now) {
            places.push(*id);
        }
    }
    if within.values().any(Vec::is_empty) {
        return None;
    }
    Some(Held {
        grant: grant.id,
        last_use: LastUse::new(grant.last_used),
        role,
        within: within.into_iter().collect(),
    })
}
