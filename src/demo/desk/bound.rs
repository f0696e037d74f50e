//! Requests with a proof of the desk's key (RFC 9449): those that the `openidconnect` crate makes, and our own.

use std::future::Future;
use std::pin::Pin;

use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::key::{Key, KeyError, Purpose};
use crate::demo::transport::Transport;

pub(super) const PROOF: HeaderName = HeaderName::from_static("dpop");
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
const USE_NONCE: &str = "use_dpop_nonce";

/// Sends each request with a proof; an access token goes by the scheme `DPoP` instead of `Bearer`.
pub(super) struct Bound<'a> {
    pub(super) http: &'a Transport,
    pub(super) key: &'a Key,
    pub(super) now_seconds: i64,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("the request did not get through")]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the proof does not fit into a header")]
    Header(#[from] http::header::InvalidHeaderValue),
}

impl Bound<'_> {
    async fn send(&self, mut request: HttpRequest, nonce: Option<&str>) -> Result<HttpResponse, SendError> {
        let shown = request.headers().get(AUTHORIZATION);
        let shown = shown.and_then(|value| value.to_str().ok());
        let token = shown.and_then(|text| text.strip_prefix("Bearer "));
        let token = token.map(ToOwned::to_owned);
        let proof = self.key.proof(&Purpose {
            method: request.method().as_str(),
            address: &request.uri().to_string(),
            access_token: token.as_deref(),
            nonce,
            now_seconds: self.now_seconds,
        })?;
        let headers = request.headers_mut();
        headers.insert(PROOF, HeaderValue::try_from(proof)?);
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, HeaderValue::try_from(format!("DPoP {token}"))?);
        }
        Ok(self.http.call(request).await?)
    }
}

impl<'c> AsyncHttpClient<'c> for Bound<'_> {
    type Error = SendError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, SendError>> + Send + 'c>>;

    /// Sends it, and once more if the receiver wants to see its nonce in the proof.
    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.send(request.clone(), None).await?;
            match wanted_nonce(&answer) {
                Some(nonce) => self.send(request, Some(&nonce)).await,
                None => Ok(answer),
            }
        })
    }
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// The nonce that a refusal asks for, in its body (RFC 9449 section 8) or in its challenge (section 9).
fn wanted_nonce(answer: &HttpResponse) -> Option<String> {
    let asks = match answer.status() {
        StatusCode::BAD_REQUEST => {
            let refusal: Option<Refusal> = serde_json::from_slice(answer.body()).ok();
            refusal.is_some_and(|refusal| refusal.error == USE_NONCE)
        }
        StatusCode::UNAUTHORIZED => {
            let challenges = answer.headers().get_all(WWW_AUTHENTICATE).iter();
            challenges
                .filter_map(|value| value.to_str().ok())
                .any(|value| value.contains(&format!("error=\"{USE_NONCE}\"")))
        }
        _ => false,
    };
    let nonce = answer.headers().get(NONCE)?.to_str().ok()?;
    asks.then(|| nonce.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, challenge: &str, nonce: &str, body: &str) -> HttpResponse {
        let builder = http::Response::builder().status(status);
        let builder = builder.header(WWW_AUTHENTICATE, challenge);
        let builder = builder.header(NONCE, nonce);
        builder.body(body.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn only_a_refusal_that_asks_for_a_nonce_is_answered_with_one() {
        let body = r#"{"error":"use_dpop_nonce"}"#;
        let challenge = "DPoP error=\"use_dpop_nonce\", algs=\"ES256\"";
        let wanted = |status, challenge, body| wanted_nonce(&answer(status, challenge, "n", body));
        assert_eq!(wanted(400, "", body), Some("n".to_owned()));
        assert_eq!(wanted(401, challenge, ""), Some("n".to_owned()));
        assert_eq!(wanted(200, "", body), None);
        assert_eq!(wanted(400, "", r#"{"error":"invalid_grant"}"#), None);
        assert_eq!(wanted(401, "DPoP error=\"invalid_token\"", ""), None);
    }
}
