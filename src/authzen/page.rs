//! Pages of search results (AuthZEN section 8.2).
//!
//! A token of a page says where the next one begins. It is sealed, for it holds an id that a client with pairwise subjects must not see, and it
//! opens only for the same client and the same search: whatever else has changed is refused, as the specification advises.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::asker::Asker;
use crate::decision::{Found, Part};
use crate::op::{Op, OpError};

/// Listing of one page, where nothing is said of it, and at most.
const USUAL: usize = 100;
const MOST: usize = 1_000;

/// Which page is wanted. Other members are for extensions, of which there are none here, and are ignored.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    token: Option<String>,
    limit: Option<u32>,
}

/// What is told of a page.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    next_token: String,
    count: usize,
    /// How many there are in all, where they are all on this page: to count those of other pages, each would have to be decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
}

/// An answer: the page first, so that whoever reads it piece by piece knows what comes.
#[derive(Debug, Serialize)]
pub(super) struct Listing {
    page: Told,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
    results: Vec<Json>,
}

/// Why there can be no results.
#[derive(Debug, Serialize)]
struct Context {
    reason: &'static str,
    explanation: String,
}

impl Listing {
    /// None, and why.
    pub(super) fn none(reason: &'static str, explanation: String) -> Self {
        Self {
            page: Told {
                next_token: String::new(),
                count: 0,
                total: Some(0),
            },
            context: Some(Context { reason, explanation }),
            results: Vec::new(),
        }
    }
}

/// The token was given for something else, or by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign;

/// The pages of one search of one client.
pub(super) struct Pages {
    /// What a token is bound to.
    context: String,
    limit: u32,
    is_first: bool,
    pub(super) part: Part,
}

impl Pages {
    /// The page that is wanted of a search, which is told whole but for its page.
    pub(super) fn of(op: &Op, asker: &Asker, (search, wanted): (&Json, &Wanted)) -> Result<Self, Foreign> {
        let client = &asker.client.client().id;
        let context = format!("page of a search of {client}: {}", sorted(search));
        let (after, limit) = match wanted.token.as_deref().filter(|token| !token.is_empty()) {
            None => (None, wanted.limit),
            Some(token) => {
                let (limit, after) = open(op, &context, token).ok_or(Foreign)?;
                if wanted.limit.is_some_and(|wanted| Some(wanted) != limit) {
                    return Err(Foreign);
                }
                (Some(after), limit)
            }
        };
        let most = limit.map_or(USUAL, |limit| usize::try_from(limit).unwrap_or(MOST));
        Ok(Self {
            context,
            limit: limit.unwrap_or(NONE_SAID),
            is_first: after.is_none(),
            part: Part {
                after,
                limit: most.min(MOST),
            },
        })
    }

    /// The answer, with the token of the page after this one.
    pub(super) fn tell<T>(
        &self,
        op: &Op,
        found: Found<T>,
        shown: impl Fn(T) -> Json,
    ) -> Result<Listing, OpError> {
        let (count, is_whole) = (found.results.len(), self.is_first && found.next.is_none());
        let next_token = match found.next {
            Some(next) => {
                let plain = [&self.limit.to_be_bytes()[..], next.as_bytes()].concat();
                BASE64URL_NOPAD.encode(&op.house.master_key.seal(&self.context, &plain)?)
            }
            None => String::new(),
        };
        Ok(Listing {
            page: Told {
                next_token,
                count,
                total: is_whole.then_some(count),
            },
            context: None,
            results: found.results.into_iter().map(shown).collect(),
        })
    }
}

/// In a token: that no limit was said.
const NONE_SAID: u32 = u32::MAX;

fn open(op: &Op, context: &str, token: &str) -> Option<(Option<u32>, String)> {
    let sealed = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    let plain = op.house.master_key.open(context, &sealed).ok()?;
    let (limit, after) = plain.split_first_chunk::<4>()?;
    let limit = Some(u32::from_be_bytes(*limit)).filter(|limit| *limit != NONE_SAID);
    Some((limit, String::from_utf8(after.to_vec()).ok()?))
}

/// The same text for the same search, in whatever order its members come.
fn sorted(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            let members = members.into_iter();
            let members: Map<String, Json> = members
                .map(|(name, value)| (name.clone(), sorted(value)))
                .collect();
            Json::Object(members)
        }
        Json::Array(values) => Json::Array(values.iter().map(sorted).collect()),
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_members_is_no_part_of_a_search() {
        let (left, right) = (
            json!({ "a": 1, "b": [{ "c": 2, "d": 3 }] }),
            json!({ "b": [{ "d": 3, "c": 2 }], "a": 1 }),
        );
        assert_eq!(sorted(&left).to_string(), sorted(&right).to_string());
        let other = json!({ "a": 1, "b": [{ "c": 3, "d": 2 }] });
        assert_ne!(sorted(&left).to_string(), sorted(&other).to_string());
    }
}
