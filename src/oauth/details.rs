//! Rich authorization requests (RFC 9396): reading `authorization_details`, and holding them against their types.

use std::sync::Arc;

use serde_json::Value;

use super::error::{ErrorCode, Refusal};
use super::resource;
use crate::access::{self, Application, Detail, DetailType, DetailTypes};
use crate::client::Client;
use crate::domain::{Subject, plain};
use crate::op::{Op, OpError};

/// The longest parameter, in bytes, and the most details in one.
const LONGEST: usize = 8_192;
const MOST: usize = 20;

const MALFORMED: Refusal = invalid("authorization_details are a JSON array of objects, each with a type");
const UNKNOWN: Refusal = invalid("a type of authorization_details is unknown or not open to this client");
const BEYOND: Refusal = invalid("authorization_details go beyond what was given");

pub(super) const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidAuthorizationDetails, description)
}

/// Reads the parameter, as a pure function: RFC 9396 section 2.
pub(super) fn read(text: &str) -> Result<Vec<Detail>, Refusal> {
    if text.len() > LONGEST {
        return Err(invalid("authorization_details are too long"));
    }
    let details: Vec<Detail> = serde_json::from_str(text).map_err(|_| MALFORMED)?;
    let typed = |detail: &Detail| detail.get("type").is_some_and(Value::is_string);
    if details.is_empty() || details.len() > MOST || !details.iter().all(typed) {
        return Err(MALFORMED);
    }
    Ok(details)
}

/// The type of a detail.
fn type_of<'a>(types: &'a DetailTypes, detail: &Detail) -> Option<&'a Arc<DetailType>> {
    types.get(detail.get("type")?.as_str()?)
}

/// Reads the parameter of a new request, and holds each detail against its type; none: no details.
///
/// `resources` are those that the request names; details for others are refused, since no token could carry them.
pub(super) async fn asked(
    op: &mut Op,
    client: &Client,
    text: Option<&str>,
    resources: &[String],
) -> Result<Result<Vec<Detail>, Refusal>, OpError> {
    let Some(text) = text else {
        return Ok(Ok(Vec::new()));
    };
    let details = match read(text) {
        Ok(details) => details,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let types = access::detail_types(op).await?;
    let applications = resource::applications(op, client).await?;
    let check = |detail: &Detail| {
        let found = type_of(&types, detail)
            .filter(|found| client.settings.authorization_details_types.contains(&found.name))
            .ok_or(UNKNOWN)?;
        let api = applications
            .iter()
            .find(|api| api.id == found.application)
            .ok_or(UNKNOWN)?;
        if !resources.is_empty() && !resources.contains(&api.audience) {
            return Err(invalid(
                "authorization_details are for another resource than the named ones",
            ));
        }
        found.check(detail, &api.audience).map_err(invalid)
    };
    Ok(details.iter().try_for_each(check).map(|()| details))
}

/// Reads the parameter of a token request, which may name some of what was given before (RFC 9396 section 6); nothing
/// named: all of it.
pub(super) fn narrowed(text: Option<&str>, given: &[Detail]) -> Result<Vec<Detail>, Refusal> {
    let Some(text) = text else {
        return Ok(given.to_vec());
    };
    let asked = read(text)?;
    if asked.iter().all(|detail| given.contains(detail)) {
        Ok(asked)
    } else {
        Err(BEYOND)
    }
}

/// A detail that a subject may give at this moment, with its type and its application.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) detail: Detail,
    pub(super) rules: Arc<DetailType>,
    pub(super) api: Arc<Application>,
}

/// Those of the details that still fit their types and whose subject holds the permission that they need.
pub(super) async fn given(
    op: &mut Op,
    client: &Client,
    subject: Subject,
    details: &[Detail],
) -> Result<Vec<Given>, OpError> {
    if details.is_empty() {
        return Ok(Vec::new());
    }
    let types = access::detail_types(op).await?;
    let applications = resource::applications(op, client).await?;
    let mut given = Vec::new();
    for detail in details {
        let Some(rules) = type_of(&types, detail) else {
            continue;
        };
        let allowed = client.settings.authorization_details_types.contains(&rules.name);
        let api = applications.iter().find(|api| api.id == rules.application);
        let Some(api) = api.filter(|api| allowed && rules.check(detail, &api.audience).is_ok()) else {
            continue;
        };
        let profile = access::profile(op, subject, Some(api.id)).await?;
        let needed = rules.rules.permission.as_deref();
        if needed.is_none_or(|name| profile.permissions.contains(name)) {
            given.push(Given {
                detail: detail.clone(),
                rules: Arc::clone(rules),
                api: Arc::clone(api),
            });
        }
    }
    Ok(given)
}

/// Details in words: the title of each, and its members in one line. One whose type is gone is told by its name.
pub(super) async fn told(
    op: &mut Op,
    details: &[Detail],
    language: &str,
) -> Result<Vec<(String, String)>, OpError> {
    if details.is_empty() {
        return Ok(Vec::new());
    }
    let types = access::detail_types(op).await?;
    let words = |detail: &Detail| {
        let Some(known) = type_of(&types, detail) else {
            let name = detail.get("type").and_then(Value::as_str);
            return (name.unwrap_or_default().to_owned(), String::new());
        };
        let facts = known.facts(detail, language).into_iter();
        let facts: Vec<String> = facts
            .map(|(title, value)| format!("{title}: {}", plain(&value)))
            .collect();
        (known.title(language).to_owned(), facts.join(" · "))
    };
    Ok(details.iter().map(words).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_an_array_of_typed_objects() {
        for wrong in [
            "",
            "{}",
            "[]",
            "[1]",
            "[{}]",
            "[{\"type\":1}]",
            "[{\"type\":\"a\"},{}]",
            "\"a\"",
            "[{\"type\":\"a\"}",
        ] {
            assert_eq!(read(wrong).unwrap_err(), MALFORMED, "{wrong}");
        }
        assert_eq!(read("[{\"type\":\"a\",\"b\":[]}]").unwrap().len(), 1);
        let many = format!("[{}]", vec!["{\"type\":\"a\"}"; 21].join(","));
        assert_eq!(read(&many).unwrap_err(), MALFORMED);
        assert!(read(&" ".repeat(9_000)).is_err());
    }

    #[test]
    fn a_token_request_names_some_of_what_was_given_in_any_order_of_members() {
        let given = read("[{\"type\":\"a\",\"b\":1,\"c\":2},{\"type\":\"d\"}]").unwrap();
        assert_eq!(narrowed(None, &given).unwrap(), given);
        assert_eq!(
            narrowed(Some("[{\"c\":2,\"type\":\"a\",\"b\":1}]"), &given)
                .unwrap()
                .len(),
            1
        );
        for beyond in [
            "[{\"type\":\"a\",\"b\":1}]",
            "[{\"type\":\"e\"}]",
            "[{\"type\":\"d\",\"x\":1}]",
        ] {
            assert_eq!(narrowed(Some(beyond), &given).unwrap_err(), BEYOND);
        }
    }
}
