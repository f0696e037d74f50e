//! Saying a condition more shortly: what the other parts of an `all` make certain, or those of an `any` impossible, is not said again.
//!
//! This changes how long an answer is, never what it means; a test by chance holds that.

use std::collections::BTreeSet;

use super::condition::{Condition, FALSE, TRUE};
use super::leaf::{Kind, Leaf, Scalar, matches};

/// How often to go over it; the second time uses what the first has found.
const ROUNDS: usize = 3;

/// Most parts that are held against one another: each costs as often as there are others.
const SIBLINGS: usize = 64;

/// Most facts that are held against a part.
const FACTS: usize = 256;

/// What is taken to hold, or not to hold.
pub(super) type Fact = (Leaf, bool);

pub(super) fn simplify(condition: Condition) -> Condition {
    let mut condition = condition;
    for _ in 0..ROUNDS {
        let next = under(condition.clone(), &mut Vec::new());
        if next == condition {
            break;
        }
        condition = next;
    }
    condition
}

/// The same where these facts hold; elsewhere it means nothing.
pub(super) fn simplify_given(condition: Condition, facts: &[Fact]) -> Condition {
    under(condition, &mut facts.to_vec())
}

/// What holds where a condition does, as far as it can be told at once.
pub(super) fn facts(condition: &Condition) -> Vec<Fact> {
    let parts = match condition {
        Condition::All(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    parts
        .iter()
        .take(SIBLINGS)
        .filter_map(|part| fact(part, true))
        .collect()
}

fn under(condition: Condition, facts: &mut Vec<Fact>) -> Condition {
    match condition {
        Condition::Always(_) => condition,
        Condition::Leaf(leaf) => shorten(leaf, facts),
        Condition::Not(inner) => match *inner {
            Condition::All(parts) => under(Condition::any(parts.into_iter().map(|part| !part)), facts),
            Condition::Any(parts) => under(Condition::all(parts.into_iter().map(|part| !part)), facts),
            other => !under(other, facts),
        },
        Condition::All(parts) => joined(parts, true, facts),
        Condition::Any(parts) => joined(merge(parts), false, facts),
    }
}

/// Each part, given that all others hold (in an `all`) or that none of them does (in an `any`): only then it matters.
fn joined(parts: Vec<Condition>, unit: bool, facts: &mut Vec<Fact>) -> Condition {
    let mut parts = parts;
    let few = parts.len() <= SIBLINGS;
    for index in 0..parts.len() {
        let known = facts.len();
        for (other, part) in parts.iter().enumerate() {
            if few && other != index && facts.len() < FACTS {
                facts.extend(fact(part, unit));
            }
        }
        if let Some(part) = parts.get_mut(index) {
            let whole = std::mem::replace(part, FALSE);
            *part = under(whole, facts);
        }
        facts.truncate(known);
    }
    if unit {
        Condition::all(parts)
    } else {
        Condition::any(parts)
    }
}

fn fact(part: &Condition, truth: bool) -> Option<Fact> {
    match part {
        Condition::Leaf(leaf) => Some((leaf.clone(), truth)),
        Condition::Not(inner) => match &**inner {
            Condition::Leaf(leaf) => Some((leaf.clone(), !truth)),
            _ => None,
        },
        _ => None,
    }
}

/// Makes one of all lists of values of one attribute.
fn merge(parts: Vec<Condition>) -> Vec<Condition> {
    let mut merged: Vec<Condition> = Vec::new();
    for part in parts {
        if let Condition::Leaf(Leaf::OneOf(name, values)) = &part {
            let same = merged.iter_mut().find_map(|one| match one {
                Condition::Leaf(Leaf::OneOf(other, into)) if other == name => Some(into),
                _ => None,
            });
            if let Some(into) = same {
                into.extend(values.iter().cloned());
                continue;
            }
        }
        merged.push(part);
    }
    merged
}

/// What an attribute can be, as far as facts tell.
struct Known {
    absent: bool,
    /// Neither of the kinds nor absent: fractions and objects.
    other: bool,
    kinds: BTreeSet<Kind>,
    among: Option<BTreeSet<Scalar>>,
    excluded: BTreeSet<Scalar>,
}

const KINDS: [Kind; 4] = [Kind::Text, Kind::Integer, Kind::Boolean, Kind::List];
const SCALARS: [Kind; 3] = [Kind::Text, Kind::Integer, Kind::Boolean];

/// The kinds that an attribute must be one of for a leaf to hold.
fn needed(leaf: &Leaf) -> BTreeSet<Kind> {
    match leaf {
        Leaf::Has(_) => KINDS.into(),
        Leaf::Is(_, kind) => [*kind].into(),
        Leaf::OneOf(_, values) => values.iter().map(Scalar::kind).collect(),
        Leaf::Compare(..) | Leaf::CompareTwo(..) => [Kind::Integer].into(),
        Leaf::Like(..) => [Kind::Text].into(),
        Leaf::Contains(..) => [Kind::List].into(),
        Leaf::Same(..) | Leaf::Differ(..) => SCALARS.into(),
    }
}

impl Known {
    fn of(attribute: &str, facts: &[Fact]) -> Self {
        let mut known = Self {
            absent: true,
            other: true,
            kinds: KINDS.into(),
            among: None,
            excluded: BTreeSet::new(),
        };
        for (leaf, truth) in facts
            .iter()
            .filter(|(leaf, _)| leaf.attributes().contains(&attribute))
        {
            if *truth {
                known.holds(leaf);
            } else {
                known.fails(leaf);
            }
        }
        known
    }

    fn holds(&mut self, leaf: &Leaf) {
        self.absent = false;
        self.other &= matches!(leaf, Leaf::Has(_));
        let needed = needed(leaf);
        self.kinds.retain(|kind| needed.contains(kind));
        if let Leaf::OneOf(_, values) = leaf {
            self.among = Some(match self.among.take() {
                Some(among) => among.intersection(values).cloned().collect(),
                None => values.clone(),
            });
        }
    }

    fn fails(&mut self, leaf: &Leaf) {
        match leaf {
            Leaf::Has(_) => {
                self.other = false;
                self.kinds.clear();
            }
            Leaf::Is(_, kind) => {
                self.kinds.remove(kind);
            }
            Leaf::OneOf(_, values) => self.excluded.extend(values.iter().cloned()),
            _ => {}
        }
        if [true, false]
            .iter()
            .all(|truth| self.excluded.contains(&Scalar::Boolean(*truth)))
        {
            self.kinds.remove(&Kind::Boolean);
        }
    }

    fn only(&self, kind: Kind) -> bool {
        !self.absent && !self.other && self.kinds.iter().all(|one| *one == kind)
    }

    fn possible(&self, value: &Scalar) -> bool {
        self.kinds.contains(&value.kind())
            && !self.excluded.contains(value)
            && self.among.as_ref().is_none_or(|among| among.contains(value))
    }

    /// Whether something holds of all values that it can be, or of none; nothing if they are not known, or differ.
    fn agreed(&self, holds: impl Fn(&Scalar) -> bool) -> Option<bool> {
        let among = self.among.as_ref()?;
        let mut possible = among.iter().filter(|value| self.possible(value)).map(holds);
        let first = possible.next()?;
        possible.all(|one| one == first).then_some(first)
    }
}

fn shorten(leaf: Leaf, facts: &[Fact]) -> Condition {
    if let Some((_, truth)) = facts.iter().find(|(fact, _)| *fact == leaf) {
        return Condition::Always(*truth);
    }
    for name in leaf.attributes() {
        let known = Known::of(name, facts);
        let nowhere = known.kinds.is_disjoint(&needed(&leaf));
        if nowhere && !(known.other && matches!(leaf, Leaf::Has(_))) {
            return FALSE;
        }
    }
    let [name, _] = leaf.attributes();
    let known = Known::of(name, facts);
    let agreed = match &leaf {
        Leaf::Has(_) => (!known.absent).then_some(true),
        Leaf::Is(_, kind) => known.only(*kind).then_some(true),
        Leaf::Compare(_, order, limit) => known.agreed(|value| match value {
            Scalar::Integer(number) => order.holds(*number, *limit),
            Scalar::Text(_) | Scalar::Boolean(_) => false,
        }),
        Leaf::Like(_, pattern) => known.agreed(|value| match value {
            Scalar::Text(text) => matches(pattern, text),
            Scalar::Integer(_) | Scalar::Boolean(_) => false,
        }),
        Leaf::OneOf(_, values) => return one_of(name, values, &known),
        Leaf::Contains(..) | Leaf::Same(..) | Leaf::Differ(..) | Leaf::CompareTwo(..) => None,
    };
    agreed.map_or(Condition::Leaf(leaf), Condition::Always)
}

fn one_of(name: &str, values: &BTreeSet<Scalar>, known: &Known) -> Condition {
    if known.agreed(|value| values.contains(value)) == Some(true) {
        return TRUE;
    }
    let covered = |truth| {
        let truth = Scalar::Boolean(truth);
        values.contains(&truth) || known.excluded.contains(&truth)
    };
    if known.only(Kind::Boolean) && covered(true) && covered(false) {
        return TRUE;
    }
    let possible = values.iter().filter(|value| known.possible(value)).cloned();
    Leaf::OneOf(name.to_owned(), possible.collect()).into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value as Json, json};

    use super::*;
    use crate::decision::filter::leaf::{Element, Order};

    /// Numbers that look like chance (xorshift, Marsaglia 2003).
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 >> 11).unwrap() % limit
        }

        fn scalar(&mut self) -> Scalar {
            match self.below(5) {
                0 => Scalar::Boolean(true),
                1 => Scalar::Boolean(false),
                2 => Scalar::Text("a".into()),
                3 => Scalar::Text("b".into()),
                _ => Scalar::Integer(3),
            }
        }

        fn leaf(&mut self) -> Leaf {
            let name = ["x", "y"][self.below(2)].to_owned();
            let other = ["x", "y"][self.below(2)].to_owned();
            let order = [Order::Less, Order::AtMost, Order::Greater, Order::AtLeast][self.below(4)];
            match self.below(10) {
                0 => Leaf::Has(name),
                1 | 2 => Leaf::Is(name, KINDS[self.below(4)]),
                3 => Leaf::Compare(name, order, 3),
                4 => Leaf::Like(name, vec![Element::Text("a".into()), Element::Any]),
                5 => Leaf::Contains(name, self.scalar()),
                6 => Leaf::Same(name, other),
                7 => Leaf::Differ(name, other),
                8 => Leaf::CompareTwo(name, order, other),
                _ => Leaf::OneOf(name, (0..=self.below(3)).map(|_| self.scalar()).collect()),
            }
        }

        fn condition(&mut self, depth: usize) -> Condition {
            if depth == 0 {
                return Condition::from(self.leaf());
            }
            let parts: Vec<Condition> = (0..=self.below(4)).map(|_| self.condition(depth - 1)).collect();
            match self.below(5) {
                0 => Condition::Not(Box::new(Condition::Any(parts))),
                1 | 2 => Condition::Any(parts),
                _ => Condition::All(parts),
            }
        }
    }

    /// Every pair of values of each kind.
    fn records() -> Vec<Map<String, Json>> {
        let values = [
            json!(null),
            json!(true),
            json!(false),
            json!("a"),
            json!("b"),
            json!("ab"),
            json!(2),
            json!(3),
            json!(4),
            json!(0.5),
            json!(["a", 3]),
            json!([]),
            json!({}),
        ];
        let pair =
            |x: &Json, y: &Json| Map::from_iter([("x".to_owned(), x.clone()), ("y".to_owned(), y.clone())]);
        values
            .iter()
            .flat_map(|x| values.iter().map(move |y| pair(x, y)))
            .collect()
    }

    #[test]
    fn what_is_said_more_shortly_means_the_same() {
        let (mut chance, records) = (Chance(0x5157_11f1_ed00_0001), records());
        let (mut before, mut after) = (0, 0);
        for _ in 0..4_000 {
            let depth = 1 + chance.below(3);
            let condition = chance.condition(depth);
            let simplified = condition.clone().simplified();
            (before, after) = (before + condition.size(), after + simplified.size());
            for record in &records {
                assert_eq!(
                    condition.holds(record),
                    simplified.holds(record),
                    "{record:?}: {} became {}",
                    json!(condition),
                    json!(simplified)
                );
            }
        }
        assert!(after * 2 < before, "{before} became {after}");
    }

    #[test]
    fn guards_that_say_nothing_new_go() {
        let is = Leaf::Is("level".into(), Kind::Integer);
        let above = Leaf::Compare("level".into(), Order::Greater, 3);
        let has = Leaf::Has("level".into());
        let all = Condition::All(vec![has.clone().into(), is.clone().into(), above.clone().into()]);
        assert_eq!(all.simplified(), above.clone().into());
        let either = Condition::Any(vec![
            above.clone().into(),
            Condition::All(vec![is.clone().into(), !Condition::from(above)]),
        ]);
        assert_eq!(either.simplified(), is.into());
        let never = Condition::All(vec![has.clone().into(), !Condition::from(has)]);
        assert_eq!(never.simplified(), FALSE);
    }
}
