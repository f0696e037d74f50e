//! Whether the person at a browser is still the same, for applications that ask by a frame (OpenID Connect Session
//! Management 1.0). Off unless the configuration says otherwise: it needs a cookie that browsers keep from frames of other
//! sites more and more.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, StatusCode};

use crate::client::Client;
use crate::domain::{RedirectUri, Token};
use crate::http::{Problem, Public, framed_page};
use crate::op::{House, Op};
use crate::session;

#[derive(Debug, askama::Template)]
#[template(path = "oauth/check_session.html")]
struct CheckPage {
    /// The cookie that holds the state of the browser.
    cookie: String,
}

/// `GET /session/check`: the frame that applications ask.
pub(super) async fn check(_: Public, State(house): State<Arc<House>>) -> Response {
    if house.config.oauth.session_management {
        let cookie = session::state_cookie_name(&house);
        framed_page(&CheckPage { cookie })
    } else {
        Problem::new(StatusCode::NOT_FOUND).into_response()
    }
}

/// The `session_state` of an authorization response (section 2): a salted hash over client, its origin and the state of the
/// browser, which the frame computes again.
pub(super) fn of_response(
    op: &Op,
    client: &Client,
    redirect_uri: &RedirectUri,
    headers: &HeaderMap,
) -> Option<String> {
    if !op.house.config.oauth.session_management {
        return None;
    }
    let origin = url::Url::parse(redirect_uri.as_str()).ok()?.origin();
    let state = session::browser_state(&op.house, headers)?;
    // An origin without a tuple (an app's own scheme) has no page that could ask.
    let origin = origin.is_tuple().then(|| origin.ascii_serialization())?;
    let salt = op.token();
    let salt = salt.expose().get(..22)?;
    let text = format!("{} {origin} {state} {salt}", client.id);
    let hash = BASE64URL_NOPAD.encode(&Token::presented(&text).digest().0);
    Some(format!("{hash}.{salt}"))
}
