//! The `claims` parameter (OpenID Connect Core section 5.5): which claims an application asks for by name, and what it asks
//! of `sub` and `acr`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{ErrorCode, Refusal};
use super::standard;
use crate::client::Client;

/// Longest text, and most claims in it.
const LONGEST: usize = 4_096;
const MOST: usize = 100;

/// Names of claims that were asked for and may be given, by place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct AskedClaims {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) id_token: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) userinfo: Vec<String>,
}

impl AskedClaims {
    pub(super) fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.userinfo.is_empty()
    }

    /// All names, of both places.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.id_token.iter().chain(&self.userinfo).map(String::as_str)
    }
}

/// What is asked of the class of the sign-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AskedAcr {
    pub(super) essential: bool,
    pub(super) values: Vec<String>,
}

/// The parameter, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) claims: AskedClaims,
    /// The one subject that is meant.
    pub(super) subject: Option<String>,
    pub(super) acr: AskedAcr,
}

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, description)
}

const MALFORMED: Refusal = invalid("claims is not as in OpenID Connect Core section 5.5");

impl Request {
    /// Reads the parameter. What this client may never see is left out: a claim that a rule of it has, or one of a standard
    /// scope that it is registered with, can be asked for; others are ignored as unknown ones are.
    pub(super) fn read(text: &str, client: &Client) -> Result<Self, Refusal> {
        if text.len() > LONGEST {
            return Err(invalid("claims is too long"));
        }
        let whole: Map<String, Value> = serde_json::from_str(text).map_err(|_| MALFORMED)?;
        let (id_token, userinfo) = (member(&whole, "id_token")?, member(&whole, "userinfo")?);
        for (_, wish) in id_token.iter().chain(&userinfo) {
            check(wish)?;
        }
        let allowed = |claims: &Map<String, Value>| {
            let names = claims.keys().filter(|name| may_see(client, name)).cloned();
            names.collect()
        };
        Ok(Self {
            claims: AskedClaims {
                id_token: allowed(&id_token),
                userinfo: allowed(&userinfo),
            },
            subject: subject(&id_token, &userinfo)?,
            acr: AskedAcr {
                essential: is_essential(id_token.get("acr")),
                values: values(id_token.get("acr"))?,
            },
        })
    }
}

fn member(whole: &Map<String, Value>, name: &str) -> Result<Map<String, Value>, Refusal> {
    match whole.get(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(claims)) if claims.len() <= MOST => Ok(claims.clone()),
        Some(_) => Err(MALFORMED),
    }
}

/// A wish is null, or an object whose known members have their types.
fn check(wish: &Value) -> Result<(), Refusal> {
    let Value::Object(members) = wish else {
        return if wish.is_null() { Ok(()) } else { Err(MALFORMED) };
    };
    let essential = members.get("essential").is_none_or(Value::is_boolean);
    let values = members.get("values").is_none_or(Value::is_array);
    if essential && values {
        Ok(())
    } else {
        Err(MALFORMED)
    }
}

fn may_see(client: &Client, name: &str) -> bool {
    let by_scope = standard::scope_of(name).is_some_and(|scope| client.scopes.contains(scope));
    let by_rule = client
        .claim_rules
        .iter()
        .any(|rule| rule.claim == name && (rule.id_token || rule.userinfo || rule.access_token));
    by_scope || by_rule
}

fn is_essential(wish: Option<&Value>) -> bool {
    wish.and_then(|wish| wish.get("essential"))
        .and_then(Value::as_bool)
        .unwrap_or_default()
}

/// `value` and `values` of a claim that is a text.
fn values(wish: Option<&Value>) -> Result<Vec<String>, Refusal> {
    let Some(wish) = wish else {
        return Ok(Vec::new());
    };
    let several = wish.get("values").and_then(Value::as_array);
    wish.get("value")
        .into_iter()
        .chain(several.into_iter().flatten())
        .map(|value| value.as_str().map(str::to_owned).ok_or(MALFORMED))
        .collect()
}

/// The one subject that both places name, if any does.
fn subject(id_token: &Map<String, Value>, userinfo: &Map<String, Value>) -> Result<Option<String>, Refusal> {
    let mut named = values(id_token.get("sub"))?;
    named.extend(values(userinfo.get("sub"))?);
    named.dedup();
    match named.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        [_, ..] => Err(invalid("claims names more than one sub")),
    }
}
