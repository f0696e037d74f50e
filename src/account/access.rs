//! What somebody was given: each role with where and until when it counts, who gave it and why.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::access;
use crate::decision;
use crate::domain::Subject;
use crate::http::{Frame, Text, Visit, page};
use crate::op::{House, Op, OpError};
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
        let facts = access::grant_facts(op, (text, &words), organisation, &grant).await?;
        shown.push(Shown {
            role: grant.role_title,
            reason: grant.reason,
            facts,
        });
    }
    Ok(shown)
}
