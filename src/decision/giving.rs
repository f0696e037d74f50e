//! Who may give what: nobody gives more than they hold, and only what their rights or roles let them give.

use std::collections::BTreeSet;
use std::time::Duration;

use super::copies;
use super::holdings::Holdings;
use super::rulebook::{Role, Rulebook};
use crate::domain::{ApplicationId, GroupId, GroupKind, Right, RoleId, Subject, Timestamp};
use crate::op::{Op, OpError};

const DAY: Duration = Duration::from_hours(24);

/// Access that somebody is about to give.
#[derive(Debug, Clone, Copy)]
pub struct Giving<'a> {
    pub role: RoleId,
    /// The groups in which it is to count; none: everywhere.
    pub within: &'a [GroupId],
    /// When it is to end, counted from now on for what may be given for some days only.
    pub until: Option<Timestamp>,
}

/// A role that somebody may give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Givable {
    pub role: String,
    pub title: String,
    /// Each would be enough.
    pub terms: Vec<Terms>,
}

/// Where somebody may give a role, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Labels of groups, in alphabetical order; empty: everywhere.
    pub within: Vec<String>,
    /// The same with all groups below them; empty: all groups.
    pub reach: BTreeSet<String>,
    /// How many days at most; none: as long as the role may be given.
    pub longest_days: Option<i64>,
}

/// Why somebody may not give a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotGive {
    #[error("the account that gives it is not there or not active")]
    Inactive,
    #[error("none of your roles lets you give {role}")]
    NoRight { role: String },
    #[error("you may give {role} within {within} only")]
    Outside { role: String, within: String },
    #[error("you may give {role} for at most {days} days")]
    TooLong { role: String, days: i64 },
    #[error("{role} gives {permission}, which you do not hold there yourself")]
    Exceeds { role: String, permission: String },
}

/// Whether somebody may give a role: by the right to manage access or people, or by a role of theirs which says so, within the places of
/// their own grant of it; and never more than they hold there themselves. Who has all rights may give all.
pub async fn giving(op: &mut Op, by: Subject, giving: Giving<'_>) -> Result<Result<(), CannotGive>, OpError> {
    let now = op.now;
    let holdings = copies::holdings(op, by).await?;
    Ok(holdings
        .ok_or(CannotGive::Inactive)
        .and_then(|holdings| holdings.giving(now, giving)))
}

/// The roles that somebody may give, by title: all of them by the right to manage access, as far as they hold what these give, and those that
/// their own roles let them give.
pub async fn givable(op: &mut Op, by: Subject) -> Result<Vec<Givable>, OpError> {
    let holdings = copies::holdings(op, by).await?;
    Ok(holdings.map(|holdings| holdings.givable()).unwrap_or_default())
}

/// Whether there is anything that somebody may give.
pub async fn gives(op: &mut Op, by: Subject) -> Result<bool, OpError> {
    let holdings = copies::holdings(op, by).await?;
    Ok(holdings.is_some_and(|holdings| holdings.gives()))
}

/// Whether somebody holds, within these places, all that a role gives: what joining a group that has it comes to.
pub async fn closure(
    op: &mut Op,
    by: Subject,
    role: RoleId,
    within: &[GroupId],
) -> Result<Result<(), CannotGive>, OpError> {
    let holdings = copies::holdings(op, by).await?;
    let Some(holdings) = holdings.filter(|holdings| holdings.active) else {
        return Ok(Err(CannotGive::Inactive));
    };
    let Some(role) = holdings.rulebook.role(role) else {
        return Ok(Ok(()));
    };
    Ok(holdings.holds_all(role, within))
}

/// Whether somebody holds these permissions and rights everywhere: what putting them into a role comes to.
pub async fn holds_everywhere(
    op: &mut Op,
    by: Subject,
    permissions: impl Iterator<Item = (ApplicationId, &str)>,
    rights: impl Iterator<Item = Right>,
) -> Result<Result<(), CannotGive>, OpError> {
    let holdings = copies::holdings(op, by).await?;
    let Some(holdings) = holdings.filter(|holdings| holdings.active) else {
        return Ok(Err(CannotGive::Inactive));
    };
    let mut meant = Role::default();
    for (application, name) in permissions {
        let names = meant.permissions.entry(application).or_default();
        names.insert(name.to_owned());
    }
    meant.rights = rights.collect();
    "the role".clone_into(&mut meant.name);
    Ok(holdings.holds_all(&meant, &[]))
}

impl Holdings {
    fn giving(&self, now: Timestamp, giving: Giving<'_>) -> Result<(), CannotGive> {
        if !self.active {
            return Err(CannotGive::Inactive);
        }
        if self.has_all_rights() {
            return Ok(());
        }
        // A role that is not there is refused elsewhere.
        let Some(role) = self.rulebook.role(giving.role) else {
            return Ok(());
        };
        let manages = [Right::AccessManage, Right::PeopleManage];
        if !manages.iter().any(|right| self.has_right(*right)) {
            self.lets_give(now, role, giving)?;
        }
        self.holds_all(role, giving.within)
    }

    fn gives(&self) -> bool {
        self.has_right(Right::AccessManage) || (self.active && self.lets_give_any())
    }

    fn givable(&self) -> Vec<Givable> {
        if !self.active {
            return Vec::new();
        }
        let anything = self.has_right(Right::AccessManage);
        let terms = |role: RoleId| {
            if anything {
                return vec![Terms {
                    within: Vec::new(),
                    reach: BTreeSet::new(),
                    longest_days: None,
                }];
            }
            let terms = self.giving_of(role);
            terms
                .map(|(within, longest_days)| self.terms(within, longest_days))
                .collect()
        };
        let all = self.rulebook.all_roles().map(|(id, role)| Givable {
            role: role.name.clone(),
            title: role.title.clone(),
            terms: terms(id),
        });
        let mut givable: Vec<Givable> = all.filter(|one| !one.terms.is_empty()).collect();
        givable.sort_by(|one, other| (&one.title, &one.role).cmp(&(&other.title, &other.role)));
        givable
    }

    fn terms(&self, within: &[(GroupKind, Vec<GroupId>)], longest_days: Option<i64>) -> Terms {
        let places: Vec<GroupId> = within.iter().flat_map(|(_, ids)| ids).copied().collect();
        let labels = places.iter().filter_map(|id| self.rulebook.group(*id));
        let mut labels: Vec<String> = labels.map(|group| group.label.clone()).collect();
        labels.sort_unstable();
        let below = self.rulebook.all_groups();
        let below = below.filter(|group| group.lineage.iter().any(|id| places.contains(id)));
        Terms {
            within: labels,
            reach: below.map(|group| group.label.clone()).collect(),
            longest_days,
        }
    }

    pub(super) fn has_all_rights(&self) -> bool {
        Right::ALL.iter().all(|right| self.has_right(*right))
    }

    /// Whether a role held says that its holders may give this one.
    fn lets_give(&self, now: Timestamp, role: &Role, giving: Giving<'_>) -> Result<(), CannotGive> {
        let mut refusal = CannotGive::NoRight {
            role: role.name.clone(),
        };
        for (within, longest) in self.giving_of(giving.role) {
            if !contains(&self.rulebook, within, giving.within) {
                let places = within.iter().flat_map(|(_, ids)| ids);
                let labels = places.filter_map(|id| self.rulebook.group(*id));
                refusal = CannotGive::Outside {
                    role: role.name.clone(),
                    within: labels
                        .map(|group| group.label.as_str())
                        .collect::<Vec<_>>()
                        .join(", "),
                };
                continue;
            }
            let Some(days) = longest else { return Ok(()) };
            let end = now.plus(DAY.saturating_mul(u32::try_from(days).unwrap_or(0)));
            if giving.until.is_some_and(|until| until <= end) {
                return Ok(());
            }
            refusal = CannotGive::TooLong {
                role: role.name.clone(),
                days,
            };
        }
        Err(refusal)
    }

    /// Whether this subject holds within these places all that a role gives.
    fn holds_all(&self, role: &Role, within: &[GroupId]) -> Result<(), CannotGive> {
        if self.has_all_rights() {
            return Ok(());
        }
        let exceeds = |permission: &str| CannotGive::Exceeds {
            role: role.name.clone(),
            permission: permission.to_owned(),
        };
        let holds = |application: ApplicationId, permission: &str| {
            self.with_permission(application, permission)
                .any(|held| contains(&self.rulebook, &held.within, within))
        };
        let mut named = role
            .permissions
            .iter()
            .flat_map(|(application, names)| names.iter().map(|name| (*application, name.as_str())));
        if let Some((_, name)) = named.find(|(application, name)| !holds(*application, name)) {
            return Err(exceeds(name));
        }
        let mut rights = role.rights.iter();
        match rights.find(|right| !self.has_right(**right)) {
            Some(right) => Err(exceeds(right.as_str())),
            None => Ok(()),
        }
    }
}

/// Whether all that counts within the inner places counts within the outer ones: no outer place is everywhere.
fn contains(rulebook: &Rulebook, outer: &[(GroupKind, Vec<GroupId>)], inner: &[GroupId]) -> bool {
    outer.iter().all(|(kind, allowed)| {
        let mut of_kind = inner
            .iter()
            .filter_map(|id| rulebook.group(*id))
            .filter(|group| group.kind == *kind)
            .peekable();
        of_kind.peek().is_some() && of_kind.all(|group| group.lineage.iter().any(|id| allowed.contains(id)))
    })
}
