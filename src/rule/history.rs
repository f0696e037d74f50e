//! What the rules of an organisation were, and who has changed them.

use serde::Serialize;

use super::definition::{Rule, RuleSet};
use super::store;
use crate::domain::{OrganisationId, RuleMode, Timestamp, rfc3339};
use crate::op::{Op, OpError};

/// Most revisions that are told at once.
const PAGE: usize = 50;

/// One change of a list of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revision {
    pub revision: i64,
    #[serde(with = "rfc3339")]
    pub changed_at: Timestamp,
    /// `operator`, or the id of a person, service account or client; none of what was changed before that was kept.
    pub changed_by: Option<String>,
    /// The name of the rule that was changed, as it was after that; of a removed one, before.
    pub rule: String,
    #[serde(flatten)]
    pub what: What,
}

/// What was done to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "what", content = "mode", rename_all = "snake_case")]
pub enum What {
    Added,
    Removed,
    Defined,
    Moved,
    Switched(RuleMode),
    /// Somebody is passed over, or not any more.
    Excepted,
}

/// The changes of an organisation's rules, the newest first: those before a revision, if one is named.
pub async fn history(
    op: &mut Op,
    organisation: OrganisationId,
    before: Option<i64>,
) -> Result<Vec<Revision>, OpError> {
    let before = before.unwrap_or(i64::MAX);
    // One more, by which the last is compared.
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
    let stored = store::revisions(op.reading().await?, organisation, before, most).await?;
    let nothing = Vec::new();
    let earlier = stored.iter().skip(1).map(|one| &one.set.rules);
    let pairs = stored.iter().zip(earlier.chain(std::iter::once(&nothing)));
    let told = pairs.take(PAGE).map(|(one, earlier)| {
        let (rule, what) = change(earlier, &one.set.rules);
        Revision {
            revision: one.set.revision,
            changed_at: one.changed_at,
            changed_by: one.changed_by.clone(),
            rule,
            what,
        }
    });
    Ok(told.collect())
}

/// Before which revision the older ones are asked for; none if these are the oldest.
#[must_use]
pub fn older(found: &[Revision]) -> Option<i64> {
    let last = found
        .last()
        .filter(|last| found.len() >= PAGE && last.revision > 1);
    last.map(|last| last.revision)
}

/// A list of rules as it was.
#[derive(Debug)]
pub struct Stored {
    pub set: RuleSet,
    pub changed_at: Timestamp,
    pub changed_by: Option<String>,
}

/// The rules at a revision; none if there never was such a one.
pub async fn at_revision(
    op: &mut Op,
    organisation: OrganisationId,
    revision: i64,
) -> Result<Option<Stored>, OpError> {
    let Some(next) = revision.checked_add(1) else {
        return Ok(None);
    };
    let found = store::revisions(op.reading().await?, organisation, next, 1).await?;
    let newest = found.into_iter().next();
    Ok(newest.filter(|one| one.set.revision == revision))
}

/// Which rule is another one, and in what. Each revision has one change.
fn change(before: &[Rule], after: &[Rule]) -> (String, What) {
    let name = |rule: &Rule| rule.definition.name.clone();
    let within = |rules: &[Rule], one: &Rule| rules.iter().any(|rule| rule.id == one.id);
    if let Some(added) = after.iter().find(|one| !within(before, one)) {
        return (name(added), What::Added);
    }
    if let Some(removed) = before.iter().find(|one| !within(after, one)) {
        return (name(removed), What::Removed);
    }
    let same = |one: &Rule| before.iter().find(|rule| rule.id == one.id).cloned();
    for one in after {
        let Some(was) = same(one).filter(|was| was != one) else {
            continue;
        };
        let what = if was.mode != one.mode {
            What::Switched(one.mode)
        } else if was.definition != one.definition {
            What::Defined
        } else {
            What::Excepted
        };
        return (name(one), what);
    }
    // The first that stands elsewhere was moved, or makes room for one that came up or went down further. Of two neighbours that have changed
    // places either may have moved.
    let mut places = after.iter().zip(before);
    let moved = places.find(|(now, then)| now.id != then.id);
    let moved = moved.map(|(now, then)| {
        let went_down = after.iter().position(|rule| rule.id == then.id);
        let came_up = before.iter().position(|rule| rule.id == now.id);
        if went_down > came_up { then } else { now }
    });
    (moved.map(name).unwrap_or_default(), What::Moved)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(names: &[&str]) -> Vec<Rule> {
        let rule = |name: &&str| {
            let text = format!("01980a6e-3c52-7d4f-8a53-0f1c2d3e4f{:02x}", name.as_bytes()[0]);
            let rule =
                json!({ "id": text, "mode": "draft", "name": name, "then": { "do": "second_factor" } });
            serde_json::from_value(rule).unwrap()
        };
        names.iter().map(rule).collect()
    }

    fn told(before: &[Rule], after: &[Rule]) -> (String, What) {
        change(before, after)
    }

    #[test]
    fn the_one_change_of_a_revision_is_found() {
        let three = rules(&["a", "b", "c"]);
        assert_eq!(told(&[], &rules(&["a"])), ("a".to_owned(), What::Added));
        assert_eq!(told(&rules(&["a", "c"]), &three), ("b".to_owned(), What::Added));
        assert_eq!(told(&three, &rules(&["a", "c"])), ("b".to_owned(), What::Removed));
        let with = |change: fn(&mut Rule)| {
            let mut after = three.clone();
            change(&mut after[1]);
            told(&three, &after)
        };
        let b = || "b".to_owned();
        assert_eq!(
            with(|rule| rule.mode = RuleMode::On),
            (b(), What::Switched(RuleMode::On))
        );
        assert_eq!(
            with(|rule| rule.definition.name = "bb".to_owned()),
            ("bb".to_owned(), What::Defined)
        );
        assert_eq!(
            with(|rule| rule.on_since = Some(Timestamp::from_seconds(1))),
            (b(), What::Excepted)
        );
    }

    #[test]
    fn the_rule_that_was_moved_is_told_and_not_those_that_made_room() {
        let four = rules(&["a", "b", "c", "d"]);
        for (after, moved) in [
            (["b", "c", "d", "a"], "a"),
            (["d", "a", "b", "c"], "d"),
            (["a", "c", "d", "b"], "b"),
            (["a", "d", "b", "c"], "d"),
        ] {
            assert_eq!(
                told(&four, &rules(&after)),
                (moved.to_owned(), What::Moved),
                "{after:?}"
            );
        }
    }
}
