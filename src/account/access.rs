//! What somebody was given: each role with where and until when it counts, who gave it and why.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::decision::{self, GrantTold, State as Counting, Vocabulary};
use crate::domain::{OrganisationId, Subject};
use crate::http::{Frame, Text, Visit, minute, page};
use crate::op::{House, Op, OpError};
use crate::person;
use crate::session::{Session, SignedIn};

pub(super) const HERE: &str = "/account/access";

#[derive(Debug, askama::Template)]
#[template(path = "account/access.html")]
struct Template {
    frame: Frame,
    grants: Vec<Shown>,
}

#[derive(Debug)]
struct Shown {
    role: String,
    /// Why it was given.
    reason: String,
    facts: Vec<(String, String)>,
}

/// `GET /account/access`.
pub(super) async fn show(signed_in: SignedIn, State(house): State<Arc<House>>, visit: Visit) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    match grants(&mut op, &visit.text, &signed_in.0).await {
        Ok(grants) => {
            let frame = visit.frame("account-access-title");
            page(StatusCode::OK, &Template { frame, grants })
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn grants(op: &mut Op, text: &Text, session: &Session) -> Result<Vec<Shown>, OpError> {
    let organisation = session.organisation_id;
    let words = decision::vocabulary(op, organisation).await?.unwrap_or_default();
    let mut shown = Vec::new();
    for grant in decision::grants(op, Subject::Person(session.person_id)).await? {
        let facts = facts(op, (text, &words), organisation, &grant).await?;
        shown.push(Shown {
            role: grant.role_title,
            reason: grant.reason,
            facts,
        });
    }
    Ok(shown)
}

async fn facts(
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
        Counting::Later => text.get_with("account-access-later", "date", &minute(grant.from)),
        Counting::Counts | Counting::Elsewhere => minute(grant.from),
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
    Ok(facts
        .filter_map(|(key, value)| Some((text.get(key), value?)))
        .collect())
}
