//! The answer to an authorization request, on its way to the proven address (RFC 6749 section 4.1.2, RFC 9207): in the query,
//! in the fragment or by a form, plain or as one signed token (JWT Secured Authorization Response Mode).

use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value};

use super::response::ReturnAddress;
use crate::client::{Client, Encrypted};
use crate::domain::{ResponseMode, Timestamp};
use crate::http::{Frame, Visit, page_with_form_sent, see_other};
use crate::jose::{Algorithm, EncryptionKey};
use crate::oauth::encryption;
use crate::oauth::error::Refusal;
use crate::oauth::mint::{issuer, usual_algorithm};
use crate::op::{House, Op, OpError};

/// How long a signed answer is good (JARM section 2.1 advises ten minutes at most).
const LIFE: Duration = Duration::from_mins(5);

const UNENCRYPTED: OpError = OpError::Broken("an answer cannot be encrypted");

/// What is told, before it is signed and put into a form: that is done when everything is on record.
#[derive(Debug)]
pub(super) struct Answer {
    back: ReturnAddress,
    parameters: Vec<(&'static str, String)>,
    client_id: String,
    algorithm: Algorithm,
    /// With what a signed answer is encrypted, if it is.
    encryption: Result<Option<EncryptionKey>, OpError>,
    at: Timestamp,
}

#[derive(Debug, askama::Template)]
#[template(path = "oauth/form_post.html")]
struct FormPage<'a> {
    frame: Frame,
    what: String,
    action: &'a str,
    fields: &'a [(&'static str, String)],
}

impl Answer {
    pub(super) fn new(
        op: &Op,
        client: &Client,
        back: ReturnAddress,
        parameters: Vec<(&'static str, String)>,
    ) -> Self {
        let settings = &client.settings;
        let encryption = if back.mode.is_signed() {
            encryption::key(&op.house, client, Encrypted::Authorization, op.now)
        } else {
            Ok(None)
        };
        Self {
            back,
            parameters,
            client_id: client.id.to_string(),
            algorithm: settings
                .authorization_signed_response_alg
                .unwrap_or_else(|| usual_algorithm(&op.house, client)),
            encryption,
            at: op.now,
        }
    }

    /// Tells the client of a refusal.
    pub(super) fn refusal(op: &Op, client: &Client, back: ReturnAddress, refusal: Refusal) -> Self {
        let parameters = vec![
            ("error", refusal.code.as_str().to_owned()),
            ("error_description", refusal.description.to_owned()),
        ];
        Self::new(op, client, back, parameters)
    }

    /// The answer as the browser takes it on.
    pub(super) fn deliver(mut self, house: &House, visit: &Visit) -> Response {
        let encryption = std::mem::replace(&mut self.encryption, Ok(None));
        let parameters = if self.back.mode.is_signed() {
            encryption.and_then(|key| self.signed(house, key))
        } else {
            Ok(self.plain(issuer(house)))
        };
        let parameters = match parameters {
            Ok(parameters) => parameters,
            Err(fault) => return visit.fault_page(&fault),
        };
        let pairs: Vec<(&str, &str)> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let to = &self.back.redirect_uri;
        match self.back.mode {
            ResponseMode::Query | ResponseMode::QueryJwt | ResponseMode::Jwt => {
                see_other(&to.with_query(&pairs))
            }
            ResponseMode::Fragment | ResponseMode::FragmentJwt => see_other(&to.with_fragment(&pairs)),
            ResponseMode::FormPost | ResponseMode::FormPostJwt => {
                let frame = visit.frame("form-post-title");
                let page = FormPage {
                    what: visit.text.get("form-post-what"),
                    frame,
                    action: to.as_str(),
                    fields: &parameters,
                };
                page_with_form_sent(StatusCode::OK, &page, to.as_str())
            }
        }
    }

    fn plain(&self, issuer: &str) -> Vec<(&'static str, String)> {
        let state = self.back.state.clone().map(|state| ("state", state));
        self.parameters
            .iter()
            .cloned()
            .chain(state)
            .chain([("iss", issuer.to_owned())])
            .collect()
    }

    /// JARM section 2.1: issuer, audience and end beside the parameters; section 2.2: encrypted, if the client has said so.
    fn signed(
        &self,
        house: &House,
        encryption: Option<EncryptionKey>,
    ) -> Result<Vec<(&'static str, String)>, OpError> {
        let ends = self.at.plus(LIFE).as_seconds();
        let mut claims: Map<String, Value> = self
            .plain(issuer(house))
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect();
        claims.insert("aud".to_owned(), Value::String(self.client_id.clone()));
        claims.insert("exp".to_owned(), Value::from(ends));
        claims.insert("iat".to_owned(), Value::from(self.at.as_seconds()));
        let bytes =
            serde_json::to_vec(&claims).map_err(|_| OpError::Broken("an answer cannot be written"))?;
        let token = house.keys().sign(self.algorithm, "JWT", &bytes, self.at)?;
        let told = match encryption {
            Some(key) => key.encrypt_token(&token).map_err(|_| UNENCRYPTED)?,
            None => token,
        };
        Ok(vec![("response", told)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RedirectUri;

    #[test]
    fn an_answer_carries_state_and_issuer() {
        let mut answer = Answer {
            back: ReturnAddress {
                redirect_uri: RedirectUri::register("https://a.example/cb?x=1").unwrap(),
                state: Some("s &".into()),
                mode: ResponseMode::Query,
            },
            parameters: vec![("code", "c/".to_owned())],
            client_id: "a".to_owned(),
            algorithm: Algorithm::Es256,
            encryption: Ok(None),
            at: Timestamp::from_seconds(1),
        };
        let told = |name, value: &str| (name, value.to_owned());
        assert_eq!(
            answer.plain("https://i"),
            [told("code", "c/"), told("state", "s &"), told("iss", "https://i")]
        );
        answer.back.state = None;
        assert_eq!(
            answer.plain("https://i"),
            [told("code", "c/"), told("iss", "https://i")]
        );
    }
}
