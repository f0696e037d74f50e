//! The export page: asks the desk's own API, and where that wants a scope or a stronger authentication, has the provider ask for
//! it (RFC 9470 section 4).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};
use openidconnect::AsyncHttpClient as _;

use super::handlers::{begin_sign_in, forbidden, notice, person, provider_fault};
use super::pages::{Export, render};
use super::provider::{Fault, Wish};
use super::resource::{self, Refused};
use super::{Desk, access};

type App = State<Arc<Desk>>;

/// Where the browser comes back to after a step-up: the mark keeps it from going round in circles.
const AFTER_STEP_UP: &str = "/export?again";

/// What the API has answered.
enum Answer {
    Csv(String),
    /// The API wants this authentication; or any, where the token has expired.
    StepUp(Wish),
    /// It wants a scope that the token does not have.
    NeedsScope(Wish),
}

/// `GET /export`: the visible records as CSV, on a page.
pub(super) async fn page(State(desk): App, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    match ask_for(&desk, &headers, query.as_deref() == Some("again")).await {
        Ok(text) => render(StatusCode::OK, &Export { text: &text }),
        Err(instead) => instead,
    }
}

/// `GET /export.csv`: the same as a file.
pub(super) async fn file(State(desk): App, headers: HeaderMap) -> Response {
    match ask_for(&desk, &headers, false).await {
        Ok(text) => {
            let name = "attachment; filename=\"feedback.csv\"";
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (header::CONTENT_DISPOSITION, name),
            ];
            (headers, text).into_response()
        }
        Err(instead) => instead,
    }
}

async fn ask_for(desk: &Desk, headers: &HeaderMap, again: bool) -> Result<String, Response> {
    let Some(person) = person(desk, headers) else {
        return Err(Redirect::to("/").into_response());
    };
    // Nobody proves anything for what is not theirs to export.
    let (subject, proven) = (access::subject(&person.subject), access::proven(&person));
    let seen = access::visible(&desk.asker, headers, (&subject, Some(&proven))).await;
    let seen = seen.map_err(|fault| provider_fault(&fault))?;
    if !seen.iter().any(|seen| seen.may_export) {
        return Err(forbidden("export feedback"));
    }
    match fetch(desk, &person.access_token).await {
        Ok(Answer::Csv(text)) => Ok(text),
        // What the provider does not give after it was asked for, it does not give to this person.
        Ok(Answer::NeedsScope(_)) if again => Err(forbidden("export feedback")),
        Ok(Answer::StepUp(_)) if again => Err(notice(
            StatusCode::FORBIDDEN,
            "A second factor is needed",
            "The provider did not ask you for one, so that nothing is exported.",
            "",
        )),
        Ok(Answer::StepUp(wish) | Answer::NeedsScope(wish)) => {
            Err(begin_sign_in(desk, &wish, AFTER_STEP_UP).await)
        }
        Err(fault) => Err(provider_fault(&fault)),
    }
}

/// Asks the API as any client of it would.
async fn fetch(desk: &Desk, access_token: &str) -> Result<Answer, Fault> {
    let address = format!("{}{}", desk.registration.home, resource::EXPORT);
    let request = http::Request::get(address)
        .header(header::AUTHORIZATION, format!("Bearer {access_token}"))
        .body(Vec::new())?;
    let answer = desk.bound().call(request).await?;
    let wish = || {
        let challenge = answer.headers().get(header::WWW_AUTHENTICATE);
        let challenge = challenge.and_then(|value| value.to_str().ok());
        Wish::of_challenge(challenge.unwrap_or_default())
    };
    match answer.status() {
        StatusCode::OK => Ok(Answer::Csv(String::from_utf8(answer.into_body())?)),
        StatusCode::UNAUTHORIZED => Ok(Answer::StepUp(wish())),
        StatusCode::FORBIDDEN => Ok(Answer::NeedsScope(wish())),
        other => Err(format!("the API answered {other}").into()),
    }
}

/// `GET /api/export`.
pub(super) async fn api(State(desk): App, headers: HeaderMap) -> Response {
    match resource::export(&desk, &headers).await {
        Ok(text) => ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response(),
        Err(refused) => refuse(&refused),
    }
}

/// A refusal of the API.
pub(super) fn refuse(refused: &Refused) -> Response {
    let status = match refused {
        Refused::NoToken | Refused::Unauthorized(..) => StatusCode::UNAUTHORIZED,
        Refused::Forbidden(..) => StatusCode::FORBIDDEN,
        Refused::Provider => StatusCode::BAD_GATEWAY,
    };
    match refused.challenge() {
        Some(challenge) => (status, [(header::WWW_AUTHENTICATE, challenge)]).into_response(),
        None => status.into_response(),
    }
}
