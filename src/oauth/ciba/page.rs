//! The page of requests that wait for a person.

use axum::response::Response;
use http::StatusCode;

use super::requests::Waiting;
use crate::domain::Timestamp;
use crate::http::{Frame, Text, Visit, page};
use crate::oauth::question::Question;

#[derive(Debug, askama::Template)]
#[template(path = "oauth/requests.html")]
struct Template {
    frame: Frame,
    requests: Vec<Shown>,
    /// Whether the person has a user code; `None` where there are none.
    has_code: Option<bool>,
}

/// One request in words.
#[derive(Debug)]
struct Shown {
    id: String,
    /// Told apart on the page where there are several: nothing for the first.
    suffix: String,
    client: String,
    intro: String,
    facts: Vec<(String, String)>,
    question: Question,
}

pub(super) fn list(visit: &Visit, waiting: Vec<Waiting>, has_code: Option<bool>) -> Response {
    let frame = visit.frame("requests-title");
    let requests = waiting
        .into_iter()
        .enumerate()
        .map(|(index, one)| shown(visit, &frame.text, index, one))
        .collect();
    let template = Template {
        frame,
        requests,
        has_code,
    };
    page(StatusCode::OK, &template)
}

fn shown(visit: &Visit, text: &Text, index: usize, one: Waiting) -> Shown {
    let mut facts = vec![(text.get("requests-at"), moment(one.request.created_at))];
    let asked = one.request.asked;
    if let Some(message) = asked.binding_message {
        facts.insert(0, (text.get("requests-message"), message));
    }
    if let Some(address) = asked.address {
        facts.push((text.get("device-address"), address));
    }
    let what = (&one.offer, &one.offer.rights.scopes);
    Shown {
        id: one.request.id.to_string(),
        suffix: if index == 0 {
            String::new()
        } else {
            format!("-{}", index.saturating_add(1))
        },
        intro: text.get_with("requests-intro", "client", &one.asker.name()),
        facts,
        question: Question::new(visit.house(), text, &one.asker, what),
        client: one.asker.name(),
    }
}

/// To the second, in the time that every language reads.
fn moment(at: Timestamp) -> String {
    let text: String = at.to_string().chars().take(19).collect();
    format!("{} UTC", text.replace('T', " "))
}
