//! A grant in the words of pages.

use crate::decision::{GrantTold, State, Vocabulary};
use crate::domain::OrganisationId;
use crate::http::{Text, minute};
use crate::op::{Op, OpError};
use crate::person;

/// What is told of a grant beside its role and reason: where it counts, through which group, from when, until when, and who gave it; each
/// with its name.
pub async fn grant_facts(
    op: &mut Op,
    (text, words): (&Text, &Vocabulary),
    organisation: OrganisationId,
    grant: &GrantTold,
) -> Result<Vec<(String, String)>, OpError> {
    let places: Vec<String> = grant
        .within
        .iter()
        .map(|label| words.group(text, label))
        .collect();
    let places = if places.is_empty() {
        text.get("account-access-everywhere")
    } else {
        places.join(", ")
    };
    let from = match grant.state {
        State::Later => text.get_with("account-access-later", "date", &minute(grant.from)),
        State::Counts | State::Elsewhere => minute(grant.from),
    };
    let until = grant.until.map(minute);
    let until = until.unwrap_or_else(|| text.get("account-access-no-end"));
    // The kind stands before the id.
    let giver = grant
        .given_by
        .split_once(':')
        .map_or(grant.given_by.as_str(), |(_, id)| id);
    let giver = person::doer(op, text, organisation, giver).await?;
    let through = grant.through.as_deref().map(|label| words.group(text, label));
    let facts = [
        ("account-access-where", Some(places)),
        ("account-access-through", through),
        ("account-access-from", Some(from)),
        ("account-access-until", Some(until)),
        ("account-access-given-by", Some(giver)),
    ];
    let facts = facts.into_iter();
    let facts = facts.filter_map(|(key, value)| Some((text.get(key), value?)));
    Ok(facts.chain(need_facts(text, grant)).collect())
}

/// What tells whether a grant is still needed: when it was last of use, and when somebody is to look; each with its name.
pub fn need_facts(text: &Text, grant: &GrantTold) -> impl Iterator<Item = (String, String)> {
    let used = match (grant.last_used, grant.state) {
        (Some(used), _) => Some(minute(used)),
        (None, State::Later) => None,
        (None, State::Counts | State::Elsewhere) => Some(text.get("account-access-unused")),
    };
    let facts = [
        ("account-access-used", used),
        ("account-access-review", grant.next_review.map(minute)),
    ];
    let facts = facts.into_iter();
    facts.filter_map(|(key, value)| Some((text.get(key), value?)))
}
