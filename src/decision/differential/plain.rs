//! The plain model: numbers for everything, loops over everything that was given, written from the rules alone.

use crate::domain::GroupKind;

#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that have nothing to do with one another"
)]
pub(super) struct Plain {
    /// Kind, the group above, and when it ends.
    pub(super) groups: Vec<(usize, Option<usize>, Option<i64>)>,
    /// Which of the permissions each gives in the application that is asked about.
    pub(super) roles: Vec<[bool; 3]>,
    /// A role, and one that it includes.
    pub(super) includes: Vec<(usize, usize)>,
    /// Group, from, until.
    pub(super) memberships: Vec<(usize, i64, Option<i64>)>,
    pub(super) grants: Vec<PlainGrant>,
    pub(super) person_active: bool,
    pub(super) organisation_active: bool,
    /// Whether the application is of the person's organisation, and whether it is shared.
    pub(super) own: bool,
    pub(super) shared: bool,
    pub(super) line: Option<usize>,
    pub(super) policies: Vec<Rule>,
}

pub(super) struct PlainGrant {
    pub(super) group: Option<usize>,
    pub(super) role: usize,
    pub(super) from: i64,
    pub(super) until: Option<i64>,
    pub(super) ended: Option<i64>,
    pub(super) within: Vec<usize>,
}

/// A record that is asked about.
pub(super) struct Thing {
    /// The group of each kind that it names; a number that no group has is a name that the organisation does not have.
    pub(super) places: Vec<Option<usize>>,
    /// 0: none, 1: the own, 2: another one, 3: something that is no name.
    pub(super) organisation: usize,
    pub(super) secret: Option<bool>,
    pub(super) open: Option<bool>,
    pub(super) line: Option<usize>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Rule {
    ForbidSecret,
    /// Fails where it is not said whether the record is open.
    PermitOpen,
    PermitOwnLine,
    ForbidWithoutRole,
    ForbidMembersOfFirst,
    ForbidInSecond,
    Silent,
}

pub(super) const RULES: [(Rule, &str); 7] = [
    (
        Rule::ForbidSecret,
        "forbid (principal, action, resource) when { resource has secret && resource.secret };",
    ),
    (
        Rule::PermitOpen,
        "permit (principal, action, resource) when { resource.open };",
    ),
    (
        Rule::PermitOwnLine,
        "permit (principal, action, resource) when { principal has line && resource has line && principal.line == resource.line };",
    ),
    (
        Rule::ForbidWithoutRole,
        "forbid (principal, action, resource) unless { context.role_granted };",
    ),
    (
        Rule::ForbidMembersOfFirst,
        "forbid (principal in Group::\"region:g0\", action, resource);",
    ),
    (
        Rule::ForbidInSecond,
        "forbid (principal, action, resource in Group::\"department:g1\");",
    ),
    (
        Rule::Silent,
        "permit (principal, action, resource) when { false };",
    ),
];

pub(super) fn kind_number(kind: GroupKind) -> usize {
    GroupKind::ALL.iter().position(|one| *one == kind).unwrap()
}

impl Plain {
    pub(super) fn is_in(&self, group: usize, above: usize) -> bool {
        let mut at = Some(group);
        while let Some(one) = at {
            if one == above {
                return true;
            }
            at = self.groups.get(one).and_then(|(_, parent, _)| *parent);
        }
        false
    }

    /// Whether neither it nor a group above it has ended.
    fn lasts(&self, group: usize, now: i64) -> bool {
        let above = (0..self.groups.len()).filter(|above| self.is_in(group, *above));
        above
            .map(|above| self.groups[above].2)
            .all(|end| end.is_none_or(|end| now < end))
    }

    fn is_member(&self, group: usize, now: i64) -> bool {
        self.memberships.iter().any(|(of, from, until)| {
            let open = now >= *from && until.is_none_or(|until| now < until);
            open && self.lasts(*of, now) && self.is_in(*of, group)
        })
    }

    /// Whether a role gives a permission, or one does that it includes at however many removes.
    fn gives(&self, role: usize, permission: usize) -> bool {
        let mut all = vec![role];
        for _ in 0..self.roles.len() {
            let included = self.includes.iter().filter(|(one, _)| all.contains(one));
            let included: Vec<usize> = included.map(|(_, included)| *included).collect();
            all.extend(included);
        }
        all.into_iter().any(|role| self.roles[role][permission])
    }

    pub(super) fn is_of(&self, group: usize, kind: GroupKind) -> bool {
        self.groups
            .get(group)
            .is_some_and(|(of, _, _)| *of == kind_number(kind))
    }

    /// Which grants give it here, by their places, and whether any gives it at all.
    pub(super) fn by_role(&self, now: i64, permission: usize, thing: &Thing) -> (Vec<usize>, bool) {
        let (mut here, mut anywhere) = (Vec::new(), false);
        for (index, grant) in self.grants.iter().enumerate() {
            let begun = now >= grant.from;
            let over = grant.until.is_some_and(|until| now >= until)
                || grant.ended.is_some_and(|ended| now >= ended);
            let held = grant.group.is_none_or(|group| self.is_member(group, now));
            if !begun || over || !held || !self.gives(grant.role, permission) {
                continue;
            }
            let (mut covered, mut nowhere) = (true, false);
            for (kind, place) in thing.places.iter().enumerate() {
                let limits = grant.within.iter().copied();
                let limits: Vec<usize> = limits.filter(|group| self.groups[*group].0 == kind).collect();
                let lasting: Vec<usize> = limits
                    .iter()
                    .copied()
                    .filter(|group| self.lasts(*group, now))
                    .collect();
                nowhere |= !limits.is_empty() && lasting.is_empty();
                let inside = |limit: &usize| place.is_some_and(|place| self.is_in(place, *limit));
                covered &= limits.is_empty() || lasting.iter().any(inside);
            }
            // What all places of a kind are that have ended is held no more.
            if nowhere {
                continue;
            }
            anywhere = true;
            if covered {
                here.push(index);
            }
        }
        (here, anywhere)
    }

    /// What a policy says: satisfied or not; nothing if it fails.
    pub(super) fn says(&self, rule: Rule, now: i64, by_role: bool, thing: &Thing) -> Option<bool> {
        Some(match rule {
            Rule::ForbidSecret => thing.secret == Some(true),
            Rule::PermitOpen => thing.open?,
            Rule::PermitOwnLine => self.line.is_some() && self.line == thing.line,
            Rule::ForbidWithoutRole => !by_role,
            Rule::ForbidMembersOfFirst => self.is_of(0, GroupKind::Region) && self.is_member(0, now),
            Rule::ForbidInSecond => {
                self.is_of(1, GroupKind::Department)
                    && thing.places.iter().flatten().any(|place| self.is_in(*place, 1))
            }
            Rule::Silent => false,
        })
    }

    pub(super) fn expected(&self, now: i64, permission: usize, thing: &Thing) -> &'static str {
        if !self.person_active || !self.organisation_active {
            return "subject_inactive";
        }
        if (!self.own && !self.shared) || thing.organisation >= 2 {
            return "other_organisation";
        }
        if self.shared && thing.organisation == 0 {
            return "organisation_missing";
        }
        let (here, anywhere) = self.by_role(now, permission, thing);
        let here = !here.is_empty();
        let (mut forbidden, mut failed, mut permitted) = (false, false, false);
        for rule in &self.policies {
            let forbids = !matches!(rule, Rule::PermitOpen | Rule::PermitOwnLine | Rule::Silent);
            match self.says(*rule, now, here, thing) {
                Some(true) if forbids => forbidden = true,
                Some(true) => permitted = true,
                Some(false) => {}
                None => failed = true,
            }
        }
        match () {
            () if forbidden => "forbidden_by_policy",
            () if failed => "policy_error",
            () if here => "granted",
            () if permitted => "granted_by_policy",
            () if anywhere => "outside_scope",
            () => "no_grant",
        }
    }
}
