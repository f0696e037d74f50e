//! The parameters of an authorization request, wherever they come from: a query, a form, a signed object, a store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::{Form, Query};
use crate::oauth::signed_request;

/// The parameters of an authorization request that are read; all others are ignored (RFC 6749 section 3.1).
pub(super) const PARAMETERS: [&str; 23] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "prompt",
    "max_age",
    "id_token_hint",
    "login_hint",
    "ui_locales",
    "acr_values",
    "claims",
    "display",
    "request",
    "request_uri",
    "registration",
    "resource",
    "authorization_details",
];

/// Name and values of each known parameter that has a value; several only of `resource` (RFC 8707 section 2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// The value of a parameter; an empty one counts as absent (RFC 6749 section 3.1).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a parameter that may be repeated.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(String::as_str)
    }

    /// Adds the key that the client will redeem its code with.
    pub(super) fn announce_key(&mut self, thumbprint: String) {
        self.0.insert("dpop_jkt".to_owned(), vec![thumbprint]);
    }

    /// Whether the query gave a parameter more than once that may be there once only (RFC 6749 section 3.1).
    pub(super) fn is_repeated(&self, name: &str) -> bool {
        name != "resource" && self.all(name).nth(1).is_some()
    }

    /// Whether any is.
    pub(super) fn has_repeated(&self) -> bool {
        self.0.keys().any(|name| self.is_repeated(name))
    }

    fn gather(values: impl Fn(&'static str) -> Vec<String>) -> Self {
        let found = PARAMETERS.into_iter().map(|name| (name.to_owned(), values(name)));
        Self(found.filter(|(_, values)| !values.is_empty()).collect())
    }

    pub(super) fn of_query(query: &Query) -> Self {
        Self::gather(|name| query.all(name).map(str::to_owned).collect())
    }

    pub(super) fn of_form(form: &Form) -> Self {
        Self::gather(|name| form.all(name).map(str::to_owned).collect())
    }

    /// The members of a request object.
    pub(super) fn of_claims(claims: &Map<String, Value>) -> Self {
        Self::gather(|name| signed_request::values(claims, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_an_object_are_read_as_a_query_has_them() {
        let claims = serde_json::json!({
            "client_id": "app", "max_age": 30, "claims": { "userinfo": null }, "state": "", "nonce": null, "other": "x",
            "resource": ["https://a.test", "https://b.test"], "authorization_details": [{ "type": "t" }]
        });
        let parameters = Parameters::of_claims(claims.as_object().unwrap());
        assert_eq!(parameters.get("client_id"), Some("app"));
        assert_eq!(parameters.get("max_age"), Some("30"));
        assert_eq!(parameters.get("claims"), Some(r#"{"userinfo":null}"#));
        assert_eq!(parameters.get("authorization_details"), Some(r#"[{"type":"t"}]"#));
        let resources: Vec<&str> = parameters.all("resource").collect();
        assert_eq!(resources, ["https://a.test", "https://b.test"]);
        for absent in ["state", "nonce", "other"] {
            assert_eq!(parameters.get(absent), None, "{absent}");
        }
        let query = Query::parse("client_id=app&state=&other=x").unwrap();
        let parameters = Parameters::of_query(&query);
        assert_eq!(parameters.0.len(), 1);
    }
}
