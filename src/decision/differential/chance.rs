//! Organisations and records made by chance, always the same ones.

use super::plain::{Plain, PlainGrant, RULES, Thing};
use crate::domain::GroupKind;

/// Moments at which something begins or ends; what is asked is asked at them, and a microsecond before and after.
pub(super) const EDGES: [i64; 4] = [1_000, 2_000, 3_000, 4_000];

/// Numbers that look like chance (xorshift, Marsaglia 2003).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % limit
    }

    pub(super) fn one_in(&mut self, limit: usize) -> bool {
        self.below(limit) == 0
    }

    pub(super) fn edge(&mut self) -> i64 {
        EDGES[self.below(EDGES.len())]
    }
}

pub(super) fn plain(chance: &mut Chance) -> Plain {
    let groups = groups(chance);
    let roles: Vec<[bool; 3]> = (0..=chance.below(3))
        .map(|_| [chance.one_in(2), chance.one_in(2), chance.one_in(2)])
        .collect();
    let includes = (0..chance.below(3))
        .map(|_| (chance.below(roles.len()), chance.below(roles.len())))
        .collect();
    let until = |chance: &mut Chance| chance.one_in(2).then(|| chance.edge());
    let group = |chance: &mut Chance| chance.below(groups.len());
    let memberships = (0..chance.below(4))
        .map(|_| (group(chance), chance.edge(), until(chance)))
        .collect();
    let grants = (0..chance.below(6))
        .map(|_| PlainGrant {
            group: chance.one_in(2).then(|| group(chance)),
            role: chance.below(roles.len()),
            from: chance.edge(),
            until: until(chance),
            ended: chance.one_in(4).then(|| chance.edge()),
            within: (0..chance.below(4)).map(|_| group(chance)).collect(),
        })
        .collect();
    let policies = if chance.one_in(8) {
        (0..=chance.below(3))
            .map(|_| RULES[chance.below(RULES.len())].0)
            .collect()
    } else {
        Vec::new()
    };
    Plain {
        memberships,
        grants,
        person_active: !chance.one_in(12),
        organisation_active: !chance.one_in(12),
        own: !chance.one_in(12),
        shared: chance.one_in(3),
        line: chance.one_in(2).then(|| chance.below(2)),
        policies,
        groups,
        roles,
        includes,
    }
}

/// Groups of some kinds, or one deep line of them; few end.
fn groups(chance: &mut Chance) -> Vec<(usize, Option<usize>, Option<i64>)> {
    let deep = chance.one_in(4);
    let mut groups: Vec<(usize, Option<usize>, Option<i64>)> = Vec::new();
    for index in 0..=chance.below(8) {
        let kind = if deep {
            1
        } else {
            chance.below(GroupKind::ALL.len())
        };
        let parent = (index > 0).then(|| if deep { index - 1 } else { chance.below(index) });
        let fits = |parent: &usize| groups[*parent].0 == kind && (deep || !chance.one_in(4));
        let parent = parent.filter(fits);
        groups.push((kind, parent, chance.one_in(6).then(|| chance.edge())));
    }
    groups
}

pub(super) fn thing(chance: &mut Chance, plain: &Plain) -> Thing {
    let places = (0..GroupKind::ALL.len()).map(|kind| {
        let own: Vec<usize> = (0..plain.groups.len())
            .filter(|group| plain.groups[*group].0 == kind)
            .collect();
        match chance.below(6) {
            0 => None,
            1 => Some(99),
            _ if own.is_empty() => None,
            _ => Some(own[chance.below(own.len())]),
        }
    });
    let places = places.collect();
    let said = |chance: &mut Chance| (!chance.one_in(3)).then(|| chance.one_in(2));
    Thing {
        places,
        organisation: if chance.one_in(8) {
            2 + chance.below(2)
        } else {
            usize::from(!chance.one_in(4))
        },
        secret: said(chance),
        open: said(chance),
        line: chance.one_in(2).then(|| chance.below(2)),
    }
}
