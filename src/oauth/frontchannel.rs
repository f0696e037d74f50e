//! Applications that hear of a sign-out by a frame in the browser (OpenID Connect Front-Channel Logout 1.0).
//!
//! The page that has them loads each in a frame that shows nothing, under a policy that names just their hosts, and then goes
//! on to where the sign-out leads. Whether a browser lets a frame of another site see its cookies is the browser's affair:
//! the back channel does not depend on it.

use axum::response::Response;
use http::header::REFRESH;
use http::{HeaderValue, StatusCode};

use super::backchannel_logout::clients_of;
use super::mint::issuer;
use crate::client::Client;
use crate::domain::SessionId;
use crate::http::{Frame, Visit, page_with_frames};
use crate::op::{House, Op, OpError};
use crate::session;

/// Seconds that the frames have before the browser goes on; a link does not wait.
const WAIT: u8 = 4;

#[derive(Debug, askama::Template)]
#[template(path = "oauth/signing_out.html")]
struct SigningOutPage {
    frame: Frame,
    frames: Vec<String>,
    /// Empty: nowhere.
    continue_to: String,
}

/// The addresses of the frames for a session that is about to end, and for those that it has replaced.
pub(super) async fn frames(op: &mut Op, session: SessionId) -> Result<Vec<String>, OpError> {
    let mut frames = Vec::new();
    for id in session::lineage(op, session).await? {
        for (client, _) in clients_of(op, id).await? {
            if let Some(address) = address(&op.house, &client, id)
                && !frames.contains(&address)
            {
                frames.push(address);
            }
        }
    }
    Ok(frames)
}

/// Section 2: both parameters, or none.
fn address(house: &House, client: &Client, session: SessionId) -> Option<String> {
    let settings = &client.settings.logout;
    let mut url = url::Url::parse(settings.frontchannel_logout_uri.as_deref()?).ok()?;
    if settings.frontchannel_logout_session_required {
        url.query_pairs_mut()
            .append_pair("iss", issuer(house))
            .append_pair("sid", &session.to_string());
    }
    Some(url.into())
}

/// The page with the frames; the browser goes on by itself, if there is somewhere to go.
pub(super) fn page(visit: &Visit, frames: Vec<String>, continue_to: Option<String>) -> Response {
    let template = SigningOutPage {
        frame: visit.frame("signed-out-title"),
        frames,
        continue_to: continue_to.unwrap_or_default(),
    };
    let sources: Vec<&str> = template.frames.iter().map(String::as_str).collect();
    let mut response = page_with_frames(StatusCode::OK, &template, &sources);
    let onward = format!("{WAIT}; url={}", template.continue_to);
    if !template.continue_to.is_empty()
        && let Ok(onward) = HeaderValue::try_from(onward)
    {
        response.headers_mut().insert(REFRESH, onward);
    }
    response
}
