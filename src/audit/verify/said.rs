//! What a body says, held against the columns beside it.

use std::borrow::Cow;

use serde::Deserialize;

use super::super::encoding::column;
use super::super::store::ChainRow;

/// The part of a body that has columns.
#[derive(Debug, Deserialize)]
struct Said<'body> {
    v: u8,
    #[serde(borrow)]
    kind: Cow<'body, str>,
    #[serde(borrow)]
    outcome: Cow<'body, str>,
    at: i64,
    #[serde(borrow)]
    actor: Actor<'body>,
    #[serde(borrow)]
    organisation: Option<Cow<'body, str>>,
    #[serde(borrow)]
    target: Option<Target<'body>>,
    #[serde(borrow)]
    client: Option<Cow<'body, str>>,
    #[serde(borrow)]
    session: Option<Cow<'body, str>>,
    #[serde(borrow)]
    correlation_id: Cow<'body, str>,
}

#[derive(Debug, Deserialize)]
struct Actor<'body> {
    #[serde(borrow)]
    id: Option<Cow<'body, str>>,
}

#[derive(Debug, Deserialize)]
struct Target<'body> {
    #[serde(borrow)]
    id: Cow<'body, str>,
}

/// The body is not an event that this program can read.
pub(super) struct NotAnEvent;

/// The names of the columns that do not agree with the body.
pub(super) fn differing(row: &ChainRow) -> Result<Vec<&'static str>, NotAnEvent> {
    let said: Said = serde_json::from_str(&row.body).map_err(|_| NotAnEvent)?;
    if said.v != 1 {
        return Err(NotAnEvent);
    }
    let target = said.target.as_ref().map(|target| column(&target.id));
    let same = [
        ("at", said.at == row.at),
        ("kind", said.kind == row.kind),
        ("outcome", said.outcome == row.outcome),
        (
            "organisation_id",
            said.organisation.as_deref() == row.organisation_id.as_deref(),
        ),
        ("actor_id", said.actor.id.as_deref() == row.actor_id.as_deref()),
        ("target_id", target.as_deref() == row.target_id.as_deref()),
        ("client_id", said.client.as_deref() == row.client_id.as_deref()),
        ("session_id", said.session.as_deref() == row.session_id.as_deref()),
        ("correlation_id", said.correlation_id == row.correlation_id),
    ];
    Ok(same
        .into_iter()
        .filter(|(_, same)| !same)
        .map(|(name, _)| name)
        .collect())
}
