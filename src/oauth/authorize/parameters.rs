//! The parameters of an authorization request, wherever they come from: a query, a form, a signed object, a store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::{Form, Query};

/// The parameters of an authorization request that are read; all others are ignored (RFC 6749 section 3.1).
pub(super) const PARAMETERS: [&str; 21] = [
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
];

/// Name and value of each known parameter that has a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// The value of a parameter; an empty one counts as absent (RFC 6749 section 3.1).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn gather<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let found = |name: &str| Some((name.to_owned(), get(name)?.to_owned()));
        Self(PARAMETERS.into_iter().filter_map(found).collect())
    }

    pub(super) fn of_query(query: &Query) -> Self {
        Self::gather(|name| query.get(name))
    }

    pub(super) fn of_form(form: &Form) -> Self {
        Self::gather(|name| form.get(name))
    }

    /// The members of a request object. Numbers and structures are written as a query would have them (RFC 9101 section 4:
    /// `max_age` is a number there and `claims` an object).
    pub(super) fn of_claims(claims: &Map<String, Value>) -> Self {
        let found = |name: &str| {
            let text = match claims.get(name)? {
                Value::Null => return None,
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (!text.is_empty()).then(|| (name.to_owned(), text))
        };
        Self(PARAMETERS.into_iter().filter_map(found).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_an_object_are_read_as_a_query_has_them() {
        let claims = serde_json::json!({
            "client_id": "app", "max_age": 30, "claims": { "userinfo": null }, "state": "", "nonce": null, "other": "x"
        });
        let parameters = Parameters::of_claims(claims.as_object().unwrap());
        assert_eq!(parameters.get("client_id"), Some("app"));
        assert_eq!(parameters.get("max_age"), Some("30"));
        assert_eq!(parameters.get("claims"), Some(r#"{"userinfo":null}"#));
        for absent in ["state", "nonce", "other"] {
            assert_eq!(parameters.get(absent), None, "{absent}");
        }
        let query = Query::parse("client_id=app&state=&other=x").unwrap();
        let parameters = Parameters::of_query(&query);
        assert_eq!(parameters.0.len(), 1);
    }
}
