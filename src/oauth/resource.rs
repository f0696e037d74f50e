//! Resources: the APIs for which a client may have access tokens, and which of them a request names (RFC 8707).
//!
//! A resource is named by its audience: the address of an application, or the issuer for the endpoints of this server. Their
//! own addresses mean the issuer too, as their metadata (RFC 9728) says.

use std::sync::Arc;

use url::Url;

use super::error::{ErrorCode, Refusal};
use super::mint::issuer;
use crate::access::{self, Application};
use crate::client::Client;
use crate::domain::{OWN_APPLICATION, own_scopes};
use crate::op::{Op, OpError};

/// Most resources of one request, and the longest name of one, in bytes.
const MOST: usize = 10;
const LONGEST: usize = 512;

const MALFORMED: Refusal = invalid("a resource is an absolute URI without a fragment");
const TOO_MANY: Refusal = invalid("there are too many resources");
const UNKNOWN: Refusal = invalid("the resource is unknown here, or not open to this client");

pub(super) const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidTarget, description)
}

/// The applications whose permissions may be scopes of this client, its own one first; none that is retired.
pub(super) async fn applications(op: &mut Op, client: &Client) -> Result<Vec<Arc<Application>>, OpError> {
    let mut found = with_retired(op, client).await?;
    found.retain(|api| !api.is_retired());
    Ok(found)
}

/// The same with those that are retired: what was given of them is still told by its names.
pub(super) async fn with_retired(op: &mut Op, client: &Client) -> Result<Vec<Arc<Application>>, OpError> {
    let mut found: Vec<Arc<Application>> = Vec::new();
    for id in client
        .application_id
        .iter()
        .chain(&client.settings.further_applications)
    {
        if found.iter().all(|known| known.id != *id) {
            found.extend(access::application(op, *id).await?);
        }
    }
    if asks_rights(client) {
        found.extend(access::application(op, OWN_APPLICATION).await?);
    }
    Ok(found)
}

/// Whether the rights over this house are among what a client may ask for. They are scopes of the interface of
/// administrators, which is a resource like any other.
fn asks_rights(client: &Client) -> bool {
    own_scopes().any(|scope| client.scopes.contains(scope))
}

/// Those applications whose resources are named, in this order; nothing named: the client's own one. One that is retired gives nothing, so
/// that it is none of them.
pub(super) async fn aimed_at(
    op: &mut Op,
    client: &Client,
    named: &[String],
) -> Result<Vec<Arc<Application>>, OpError> {
    if named.is_empty() {
        return match client.application_id {
            Some(id) => {
                let own = access::application(op, id).await?;
                Ok(own.into_iter().filter(|api| !api.is_retired()).collect())
            }
            // A client that has no other: it need not say which it means.
            None if asks_rights(client) && client.settings.further_applications.is_empty() => {
                applications(op, client).await
            }
            None => Ok(Vec::new()),
        };
    }
    let all = applications(op, client).await?;
    let find = |name: &String| all.iter().find(|api| api.audience == *name).cloned();
    Ok(named.iter().filter_map(find).collect())
}

/// The audiences that the `resource` parameters of a request name, each once.
pub(super) async fn named<'a>(
    op: &mut Op,
    client: &Client,
    values: impl Iterator<Item = &'a str>,
) -> Result<Result<Vec<String>, Refusal>, OpError> {
    let asked: Vec<&str> = values.collect();
    if asked.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    if asked.len() > MOST {
        return Ok(Err(TOO_MANY));
    }
    let known = known(op, client).await?;
    Ok(each_once(asked, |text| meaning(text, &known)))
}

/// The audiences that the `audience` parameters of a token exchange name, each once: logical names (RFC 8693 section 2.1),
/// so that they need not be URIs; one that is may be written as a `resource` is.
pub(super) async fn named_by_audience<'a>(
    op: &mut Op,
    client: &Client,
    values: impl Iterator<Item = &'a str>,
) -> Result<Result<Vec<String>, Refusal>, OpError> {
    let asked: Vec<&str> = values.collect();
    if asked.len() > MOST {
        return Ok(Err(TOO_MANY));
    }
    let known = known(op, client).await?;
    Ok(each_once(asked, |text| {
        let exact = known.iter().find(|(_, audience)| audience == text);
        match exact {
            Some((_, audience)) => Ok(audience.as_str()),
            None => meaning(text, &known).map_err(|_| UNKNOWN),
        }
    }))
}

/// Names and what they mean: the audiences of the client's applications, and those of this server.
async fn known(op: &mut Op, client: &Client) -> Result<Vec<(String, String)>, OpError> {
    let applications = applications(op, client).await?;
    let itself = |name: &str| (name.to_owned(), name.to_owned());
    let mut known: Vec<_> = applications.iter().map(|api| itself(&api.audience)).collect();
    let issuer = issuer(&op.house);
    known.push(itself(issuer));
    known.push((format!("{issuer}/userinfo"), issuer.to_owned()));
    Ok(known)
}

fn each_once<'a>(
    asked: Vec<&str>,
    find: impl Fn(&str) -> Result<&'a str, Refusal>,
) -> Result<Vec<String>, Refusal> {
    let mut found: Vec<String> = Vec::new();
    for text in asked {
        let audience = find(text)?;
        if found.iter().all(|one| one != audience) {
            found.push(audience.to_owned());
        }
    }
    Ok(found)
}

/// What a known name means.
fn meaning<'a>(text: &str, known: &'a [(String, String)]) -> Result<&'a str, Refusal> {
    let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
    let found = find(text, &names)?;
    let audience = known.iter().find(|(name, _)| name == found);
    audience.map(|(_, audience)| audience.as_str()).ok_or(UNKNOWN)
}

/// Pure rule: the known name that a parameter means. Two ways to write one URI (`https://a` and `https://a/`) mean the
/// same, since libraries write addresses anew.
pub(super) fn find<'a>(text: &str, known: &[&'a str]) -> Result<&'a str, Refusal> {
    if text.len() > LONGEST {
        return Err(MALFORMED);
    }
    let asked = Url::parse(text).map_err(|_| MALFORMED)?;
    // RFC 8707 section 2: no fragment component, not even an empty one.
    if text.contains('#') {
        return Err(MALFORMED);
    }
    let means = |audience: &str| audience == text || Url::parse(audience).is_ok_and(|known| known == asked);
    known
        .iter()
        .copied()
        .find(|audience| means(audience))
        .ok_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_a_known_absolute_uri() {
        let pair = |name: &str, audience: &str| (name.to_owned(), audience.to_owned());
        let names = ["https://a.test", "https://b.test/v1", "urn:example:c", "plain"];
        let mut known = names.map(|name| pair(name, name)).to_vec();
        known.push(pair("https://a.test/userinfo", "https://a.test"));
        for (text, expected) in [
            ("https://a.test", Ok("https://a.test")),
            ("https://a.test/", Ok("https://a.test")),
            ("https://a.test/userinfo", Ok("https://a.test")),
            ("https://A.test:443", Ok("https://a.test")),
            ("https://b.test/v1", Ok("https://b.test/v1")),
            ("urn:example:c", Ok("urn:example:c")),
            ("https://b.test/v1/", Err(UNKNOWN)),
            ("https://b.test", Err(UNKNOWN)),
            ("http://a.test", Err(UNKNOWN)),
            ("https://a.test?x=1", Err(UNKNOWN)),
            ("https://a.test#x", Err(MALFORMED)),
            ("https://a.test#", Err(MALFORMED)),
            ("/v1", Err(MALFORMED)),
            ("plain", Err(MALFORMED)),
            ("a.test", Err(MALFORMED)),
        ] {
            assert_eq!(meaning(text, &known), expected, "{text}");
        }
        let long = format!("https://a.test/{}", "x".repeat(LONGEST));
        assert_eq!(meaning(&long, &known), Err(MALFORMED));
    }
}
