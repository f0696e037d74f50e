//! The pages of a device's code.

use axum::response::Response;
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::HERE;
use super::enter::Entered;
use super::flow::{Ask, Step};
use crate::http::{Frame, Visit, page, retry_after, see_other};
use crate::oauth::question::Question;

/// What is given back to the page of what somebody has typed, in characters.
const TYPED: usize = 20;

#[derive(Debug, askama::Template)]
#[template(path = "device/enter.html")]
struct EnterPage<'a> {
    frame: Frame,
    user_code: &'a str,
    error: String,
}

#[derive(Debug, askama::Template)]
#[template(path = "device/ask.html")]
struct AskPage {
    frame: Frame,
    intro: String,
    client: String,
    account: String,
    facts: Vec<(String, String)>,
    question: Question,
    action: String,
}

#[derive(Debug, askama::Template)]
#[template(path = "device/done.html")]
struct DonePage {
    frame: Frame,
    outcome: &'static str,
    what: String,
    next: String,
}

/// The code is asked for.
pub(super) fn enter(visit: &Visit, status: StatusCode, user_code: &str, error_key: &str) -> Response {
    let error = if error_key.is_empty() {
        String::new()
    } else {
        visit.text.get(error_key)
    };
    let frame = visit.frame("device-title");
    let template = EnterPage {
        frame,
        user_code,
        error,
    };
    page(status, &template)
}

/// What comes of an entered code.
pub(super) fn entered(visit: &Visit, typed: &str, entered: &Entered) -> Response {
    let typed: String = typed.chars().take(TYPED).collect();
    match entered {
        Entered::GoOn(to) => see_other(to),
        Entered::Unknown => enter(visit, StatusCode::BAD_REQUEST, &typed, "device-error-code"),
        Entered::TooMany(wait) => {
            let mut response = enter(visit, StatusCode::TOO_MANY_REQUESTS, &typed, "device-error-often");
            response.headers_mut().insert(RETRY_AFTER, retry_after(*wait));
            response
        }
    }
}

/// A later step.
pub(super) fn step(visit: &Visit, step: Step) -> Response {
    match step {
        Step::Redirect(to) => see_other(&to),
        Step::Sorry(sentence) => visit.error_page(StatusCode::BAD_REQUEST, sentence),
        Step::Ask(ask) => question(visit, *ask),
        Step::Allowed(client) => done(visit, "allowed", &client),
        Step::Denied(client) => done(visit, "denied", &client),
    }
}

fn question(visit: &Visit, ask: Ask) -> Response {
    let frame = visit.frame("device-ask-title").at(ask.asker.name());
    let text = frame.text.clone();
    let account = ask.person.called();
    let address = ask.address.unwrap_or_else(|| text.get("device-address-unknown"));
    let what = (&ask.offer, &ask.offer.rights.scopes);
    let template = AskPage {
        intro: text.get_with("device-ask-intro", "client", &ask.asker.name()),
        client: ask.asker.name(),
        account: text.get_with("consent-account", "account", &account),
        facts: vec![
            (text.get("device-code"), ask.user_code),
            (text.get("device-address"), address),
        ],
        question: Question::new(visit.house(), &text, &ask.asker, what),
        action: format!("{HERE}/{}", ask.continuation),
        frame,
    };
    page(StatusCode::OK, &template)
}

fn done(visit: &Visit, outcome: &'static str, client: &str) -> Response {
    let frame = visit.frame(match outcome {
        "allowed" => "device-allowed-title",
        _ => "device-denied-title",
    });
    let (what, next) = match outcome {
        "allowed" => ("device-allowed-what", "device-allowed-next"),
        _ => ("device-denied-what", "device-denied-next"),
    };
    let template = DonePage {
        outcome,
        what: frame.text.get_with(what, "client", client),
        next: frame.text.get(next),
        frame,
    };
    page(StatusCode::OK, &template)
}
