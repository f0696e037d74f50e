//! The rules of one organisation that are the same for all its people: the tree of its groups, and its roles.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::application;
use super::entity::{self, GroupRow, RolePermissionRow, RoleRow};
use crate::domain::{
    ApplicationId, GroupId, GroupKind, OrganisationId, OrganisationStatus, Right, RoleId, Timestamp,
};
use crate::http::Text;
use crate::storage::{StorageError, Tx};

/// Deepest tree of groups that is followed; more can only come from a damaged row.
const DEPTH: usize = 64;

/// A group, with everything above it.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) kind: GroupKind,
    pub(super) id: GroupId,
    /// `region:emea`
    pub(super) label: String,
    /// `EMEA`
    pub(super) title: String,
    /// The group itself first, then what is above it.
    pub(super) lineage: Box<[GroupId]>,
    /// From when on nothing is held through it: its own end, or that of a group above it.
    pub(super) ends_at: Option<Timestamp>,
}

impl Group {
    /// Whether anything can be held through it.
    pub(super) fn lasts(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|end| now < end)
    }
}

/// A role with what it permits, all that the roles give which it includes among it.
#[derive(Debug, Clone, Default)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) title: String,
    /// Its own name, and those of the roles that it includes.
    pub(super) names: BTreeSet<String>,
    pub(super) second_factor: bool,
    pub(super) permissions: BTreeMap<ApplicationId, BTreeSet<String>>,
    /// What it lets somebody do with this house itself.
    pub(super) rights: BTreeSet<Right>,
    /// Which roles its holders may give, and for how many days at most.
    pub(super) giving: BTreeMap<RoleId, Option<i64>>,
}

impl Role {
    /// Whether it has a permission.
    pub(super) fn permits(&self, application: ApplicationId, permission: &str) -> bool {
        let permissions = self.permissions.get(&application);
        permissions.is_some_and(|permissions| permissions.contains(permission))
    }

    /// Takes what another role gives. Of two lengths for which a role may be given, the longer counts.
    fn include(&mut self, other: &Self) {
        self.names.insert(other.name.clone());
        self.second_factor |= other.second_factor;
        for (application, permissions) in &other.permissions {
            let own = self.permissions.entry(*application).or_default();
            own.extend(permissions.iter().cloned());
        }
        self.rights.extend(&other.rights);
        for (role, longest) in &other.giving {
            let own = self.giving.entry(*role).or_insert(*longest);
            *own = own.zip(*longest).map(|(own, longest)| own.max(longest));
        }
    }
}

/// The words by which an organisation's roles and groups are named, each with its title for people.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    pub roles: BTreeMap<String, String>,
    /// By label: `department:support`.
    pub groups: BTreeMap<String, String>,
}

impl Vocabulary {
    /// `Support agent` of `support_agent`.
    #[must_use]
    pub fn role<'a>(&'a self, word: &'a str) -> &'a str {
        self.roles.get(word).map_or(word, String::as_str)
    }

    /// `Support (department)` of `department:support`; what is not there any more is called by its label.
    #[must_use]
    pub fn group(&self, text: &Text, label: &str) -> String {
        let kind = label.split_once(':').and_then(|(kind, _)| GroupKind::parse(kind));
        let (Some(title), Some(kind)) = (self.groups.get(label), kind) else {
            return label.to_owned();
        };
        let kind = text.get(&format!("admin-group-{kind}"));
        text.get_args("admin-group-named", &[("title", title.as_str()), ("kind", &kind)])
    }
}

/// See the head of this file.
#[derive(Debug)]
pub(super) struct Rulebook {
    pub(super) organisation_id: OrganisationId,
    pub(super) slug: String,
    pub(super) active: bool,
    groups: HashMap<GroupId, Arc<Group>>,
    by_name: BTreeMap<GroupKind, HashMap<String, Arc<Group>>>,
    roles: HashMap<RoleId, Arc<Role>>,
    /// Applications that give nothing, though roles have their permissions.
    retired: BTreeSet<ApplicationId>,
}

impl Rulebook {
    /// Whether an application gives nothing to anybody here.
    pub(super) fn retires(&self, application: ApplicationId) -> bool {
        self.retired.contains(&application)
    }

    pub(super) fn group(&self, id: GroupId) -> Option<&Arc<Group>> {
        self.groups.get(&id)
    }

    pub(super) fn group_named(&self, kind: GroupKind, name: &str) -> Option<&Arc<Group>> {
        self.by_name.get(&kind)?.get(name)
    }

    pub(super) fn role(&self, id: RoleId) -> Option<&Arc<Role>> {
        self.roles.get(&id)
    }

    /// All roles, in no order.
    pub(super) fn all_roles(&self) -> impl Iterator<Item = (RoleId, &Role)> {
        self.roles.iter().map(|(id, role)| (*id, role.as_ref()))
    }

    /// All groups, in no order.
    pub(super) fn all_groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values().map(AsRef::as_ref)
    }

    /// The roles that have a permission, in no order.
    pub(super) fn ids_with(&self, application: ApplicationId, permission: &str) -> Vec<RoleId> {
        let roles = self.roles.iter();
        let roles = roles.filter(|(_, role)| role.permits(application, permission));
        roles.map(|(id, _)| *id).collect()
    }

    /// Names of the groups of a kind, in no order.
    pub(super) fn names_of(&self, kind: GroupKind) -> Vec<&str> {
        let groups = self.by_name.get(&kind).into_iter();
        groups
            .flat_map(|groups| groups.keys().map(String::as_str))
            .collect()
    }

    /// Names of the roles that have a permission, in alphabetical order.
    pub(super) fn roles_with(&self, application: ApplicationId, permission: &str) -> Vec<String> {
        let roles = self.roles.values();
        let roles = roles.filter(|role| role.permits(application, permission));
        let mut names: Vec<String> = roles.map(|role| role.name.clone()).collect();
        names.sort_unstable();
        names
    }

    pub(super) fn role_named(&self, name: &str) -> Option<&Role> {
        let mut roles = self.roles.values();
        roles.find(|role| role.name == name).map(AsRef::as_ref)
    }

    /// Names of all roles and labels of all groups.
    pub(super) fn vocabulary(&self) -> Vocabulary {
        let (roles, groups) = (self.roles.values(), self.groups.values());
        Vocabulary {
            roles: roles
                .map(|role| (role.name.clone(), role.title.clone()))
                .collect(),
            groups: groups
                .map(|group| (group.label.clone(), group.title.clone()))
                .collect(),
        }
    }

    /// Whether a text names this organisation, by slug or by id.
    pub(super) fn is_named(&self, text: &str) -> bool {
        text == self.slug || text.parse() == Ok(self.organisation_id)
    }
}

/// Reads the rules of an organisation.
pub(super) async fn read(
    tx: &mut Tx,
    organisation_id: OrganisationId,
) -> Result<Option<Rulebook>, StorageError> {
    let Some(organisation) = entity::organisation(tx, organisation_id).await? else {
        return Ok(None);
    };
    let groups = entity::groups(tx, organisation_id).await?;
    let roles = Roles {
        rows: entity::roles(tx, organisation_id).await?,
        permissions: entity::role_permissions(tx, organisation_id).await?,
        rights: entity::role_rights(tx, organisation_id).await?,
        includes: entity::role_includes(tx, organisation_id).await?,
        giving: entity::role_giving(tx, organisation_id).await?,
        retired: application::retired(tx, organisation_id).await?,
    };
    let active = organisation.status == OrganisationStatus::Active;
    let named = (organisation_id, organisation.slug, active);
    Ok(Some(of(named, groups, roles)))
}

/// What roles are and give, as it is read.
#[derive(Default)]
pub(super) struct Roles {
    pub(super) rows: Vec<RoleRow>,
    pub(super) permissions: Vec<RolePermissionRow>,
    pub(super) rights: Vec<(RoleId, Right)>,
    pub(super) includes: Vec<(RoleId, RoleId)>,
    pub(super) giving: Vec<(RoleId, RoleId, Option<i64>)>,
    /// Whose permissions give nothing.
    pub(super) retired: BTreeSet<ApplicationId>,
}

/// The rules of an organisation (its id, its slug, whether it is active) out of what was read.
pub(super) fn of(
    (organisation_id, slug, active): (OrganisationId, String, bool),
    groups: Vec<GroupRow>,
    roles: Roles,
) -> Rulebook {
    let groups = grow(groups);
    let mut by_name: BTreeMap<GroupKind, HashMap<String, Arc<Group>>> = BTreeMap::new();
    for (name, group) in &groups {
        let named = by_name.entry(group.kind).or_default();
        named.insert(name.clone(), Arc::clone(group));
    }
    let own = furnish(roles.rows, roles.permissions, &roles.rights, &roles.giving);
    Rulebook {
        organisation_id,
        slug,
        active,
        groups: groups.into_iter().map(|(_, group)| (group.id, group)).collect(),
        by_name,
        roles: complete(&own, &roles.includes),
        retired: roles.retired,
    }
}

/// Finds the lineage of each group.
fn grow(rows: Vec<GroupRow>) -> Vec<(String, Arc<Group>)> {
    let known: HashMap<GroupId, (Option<GroupId>, Option<Timestamp>)> = rows
        .iter()
        .map(|row| (row.id, (row.parent, row.ends_at)))
        .collect();
    rows.into_iter()
        .map(|row| {
            let above = |id: &GroupId| known.get(id).and_then(|(parent, _)| *parent);
            let lineage: Box<[GroupId]> = std::iter::successors(Some(row.id), above).take(DEPTH).collect();
            let end = |id: &GroupId| known.get(id).and_then(|(_, end)| *end);
            let group = Group {
                kind: row.kind,
                id: row.id,
                label: format!("{}:{}", row.kind, row.name),
                title: row.title,
                ends_at: lineage.iter().filter_map(end).min(),
                lineage,
            };
            (row.name, Arc::new(group))
        })
        .collect()
}

fn furnish(
    rows: Vec<RoleRow>,
    permissions: Vec<RolePermissionRow>,
    rights: &[(RoleId, Right)],
    giving: &[(RoleId, RoleId, Option<i64>)],
) -> HashMap<RoleId, Role> {
    let mut permitted: HashMap<RoleId, BTreeMap<ApplicationId, BTreeSet<String>>> = HashMap::new();
    for row in permissions {
        permitted
            .entry(row.role)
            .or_default()
            .entry(row.application)
            .or_default()
            .insert(row.permission);
    }
    rows.into_iter()
        .map(|row| {
            let role = Role {
                names: BTreeSet::from([row.name.clone()]),
                name: row.name,
                title: row.title,
                second_factor: row.second_factor,
                permissions: permitted.remove(&row.id).unwrap_or_default(),
                rights: rights
                    .iter()
                    .filter(|(role, _)| *role == row.id)
                    .map(|(_, right)| *right)
                    .collect(),
                giving: giving
                    .iter()
                    .filter(|(role, _, _)| *role == row.id)
                    .map(|(_, given, longest)| (*given, *longest))
                    .collect(),
            };
            (row.id, role)
        })
        .collect()
}

/// Adds to each role what those give that it includes, and those that these include. A circle, which is refused where roles are defined, ends
/// where it began.
fn complete(own: &HashMap<RoleId, Role>, includes: &[(RoleId, RoleId)]) -> HashMap<RoleId, Arc<Role>> {
    let mut below: HashMap<RoleId, Vec<RoleId>> = HashMap::new();
    for (role, included) in includes {
        below.entry(*role).or_default().push(*included);
    }
    let whole = |id: RoleId, role: &Role| {
        let mut role = role.clone();
        let (mut seen, mut open) = (BTreeSet::from([id]), vec![id]);
        while let Some(next) = open.pop() {
            for included in below.get(&next).into_iter().flatten() {
                if seen.insert(*included) {
                    if let Some(included) = own.get(included) {
                        role.include(included);
                    }
                    open.push(*included);
                }
            }
        }
        Arc::new(role)
    };
    own.iter().map(|(id, role)| (*id, whole(*id, role))).collect()
}
