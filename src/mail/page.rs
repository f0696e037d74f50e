//! The mails of the demonstration, which go nowhere: a list, and each as its receiver would read it.
//!
//! For anybody who reaches the demonstration, which listens on loopback only; elsewhere these pages are not there.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{Method, StatusCode};

use super::{Mail, outbox};
use crate::config::Config;
use crate::domain::Actor;
use crate::http::{Frame, Public, Route, Visit, minute, page, route};
use crate::op::{House, Op};

const HERE: &str = "/demo/mail";
const ONE: &str = "/demo/mail/{id}";

/// The routes of this room, of which [`serves`] tells those that an installation has.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![route(Method::GET, HERE, list), route(Method::GET, ONE, show)]
}

/// Whether an installation has an address of this room.
#[must_use]
pub fn serves(config: &Config, path: &str) -> bool {
    config.mail.kept || !path.starts_with(HERE)
}

#[derive(Debug, askama::Template)]
#[template(path = "mail/outbox.html")]
struct ListPage {
    frame: Frame,
    /// Address, subject and facts of each.
    mails: Vec<(String, String, String)>,
}

/// `GET /demo/mail`.
async fn list(_: Public, State(house): State<Arc<House>>, visit: Visit) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    match outbox::list(&mut op).await {
        Ok(mails) => {
            let template = ListPage {
                frame: visit.frame("mail-outbox-title"),
                mails: mails.into_iter().map(row).collect(),
            };
            page(StatusCode::OK, &template)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

fn row(mail: Mail) -> (String, String, String) {
    let facts = format!("{} · {}", mail.to, minute(mail.created_at));
    let subject = mail.letter.map(|(subject, _)| subject);
    (format!("{HERE}/{}", mail.id), subject.unwrap_or(mail.kind), facts)
}

#[derive(Debug, askama::Template)]
#[template(path = "mail/one.html")]
struct OnePage {
    frame: Frame,
    facts: Vec<(String, String)>,
    /// Each line, and whether it is an address of ours.
    lines: Vec<(String, bool)>,
}

/// `GET /demo/mail/{id}`.
async fn show(_: Public, State(house): State<Arc<House>>, Path(id): Path<String>, visit: Visit) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let found = match id.parse() {
        Ok(id) => outbox::find(&mut op, id).await,
        Err(_) => Ok(None),
    };
    match found {
        Ok(Some(mail)) => page(StatusCode::OK, &one(&house, &visit, mail)),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

fn one(house: &House, visit: &Visit, mail: Mail) -> OnePage {
    let (subject, text) = mail.letter.unwrap_or_default();
    let ours = format!("{}/", house.config.server.issuer_text());
    let mut frame = visit.frame("mail-outbox-title");
    frame.title = subject;
    OnePage {
        frame,
        facts: vec![
            (visit.text.get("mail-to"), mail.to.to_string()),
            (visit.text.get("mail-at"), minute(mail.created_at)),
        ],
        lines: text
            .lines()
            .map(|line| (line.to_owned(), line.starts_with(&ours)))
            .collect(),
    }
}
