//! What one access token is for, beyond its scopes: one resource, and details.
//!
//! Decided in docs/decisions/008-audience-of-access-tokens.md: a token has one audience. Which one, a request says by
//! `resource`; one that does not say gets the default.

use super::details;
use super::error::Refusal;
use super::mint::issuer;
use super::resource;
use super::terms::Terms;
use crate::access::Detail;
use crate::client::Client;
use crate::http::Form;
use crate::op::{Op, OpError};

const SEVERAL: Refusal = resource::invalid("an access token is for one resource: ask for one at a time");
const NOT_GIVEN: Refusal = resource::invalid("the resource is not among those that were given");

/// What one access token is for.
#[derive(Debug, Clone, Default)]
pub(super) struct Aim {
    /// The audience that was named; none: the default one.
    pub(super) resource: Option<String>,
    pub(super) details: Vec<Detail>,
}

/// What an authorization request asks for beyond scopes, by its `resource` and `authorization_details` parameters: written
/// into its terms. For every endpoint at which a person is asked for an authorization.
pub(super) async fn put_in_terms(
    op: &mut Op,
    client: &Client,
    (resources, details): (impl Iterator<Item = &str>, Option<&str>),
    terms: &mut Terms,
) -> Result<Result<(), Refusal>, OpError> {
    let resources = match resource::named(op, client, resources).await? {
        Ok(resources) => resources,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match details::asked(op, client, details, &resources).await? {
        Ok(details) => {
            terms.resources = resources;
            terms.authorization_details = details;
            Ok(Ok(()))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

impl Aim {
    /// Of a token request that rests on something given before: one of its resources, some of its details.
    pub(super) async fn chosen(
        op: &mut Op,
        client: &Client,
        form: &Form,
        terms: &Terms,
    ) -> Result<Result<Self, Refusal>, OpError> {
        let resource = match one(op, client, form.all("resource")).await? {
            Ok(Some(named)) if !may_name(op, client, terms, &named).await? => return Ok(Err(NOT_GIVEN)),
            // Nothing named now: the first of what was named before.
            Ok(named) => named.or_else(|| terms.resources.first().cloned()),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let text = form.get("authorization_details");
        let narrowed = details::narrowed(text, &terms.authorization_details);
        Ok(narrowed.map(|details| Self { resource, details }))
    }

    /// Of a token request that rests on nothing given before.
    pub(super) async fn asked(
        op: &mut Op,
        client: &Client,
        form: &Form,
    ) -> Result<Result<Self, Refusal>, OpError> {
        let resource = match one(op, client, form.all("resource")).await? {
            Ok(resource) => resource,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let named: Vec<String> = resource.iter().cloned().collect();
        let text = form.get("authorization_details");
        let details = details::asked(op, client, text, &named).await?;
        Ok(details.map(|details| Self { resource, details }))
    }

    /// Of a token exchange: `audience` names what `resource` does, by a logical name (RFC 8693 section 2.1).
    pub(super) async fn of_exchange(
        op: &mut Op,
        client: &Client,
        form: &Form,
    ) -> Result<Result<Self, Refusal>, OpError> {
        let mut named = match resource::named(op, client, form.all("resource")).await? {
            Ok(named) => named,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match resource::named_by_audience(op, client, form.all("audience")).await? {
            Ok(others) => named.extend(others),
            Err(refusal) => return Ok(Err(refusal)),
        }
        named.dedup();
        Ok(single(named).map(|resource| Self {
            resource,
            details: Vec::new(),
        }))
    }
}

async fn one<'a>(
    op: &mut Op,
    client: &Client,
    values: impl Iterator<Item = &'a str>,
) -> Result<Result<Option<String>, Refusal>, OpError> {
    let named = resource::named(op, client, values).await?;
    Ok(named.and_then(single))
}

fn single(mut named: Vec<String>) -> Result<Option<String>, Refusal> {
    match named.len() {
        0 | 1 => Ok(named.pop()),
        _ => Err(SEVERAL),
    }
}

/// Whether a token request may name a resource: one that the authorization request named, or where that named none, one
/// that it comes to by itself: the client's own application, those of its details, and this server.
async fn may_name(op: &mut Op, client: &Client, terms: &Terms, named: &str) -> Result<bool, OpError> {
    if !terms.resources.is_empty() {
        return Ok(terms.resources.iter().any(|one| one == named));
    }
    if named == issuer(&op.house) {
        return Ok(true);
    }
    let own = resource::aimed_at(op, client, &[]).await?;
    if own.iter().any(|api| api.audience == named) {
        return Ok(true);
    }
    let types = crate::access::detail_types(op).await?;
    let of_details: Vec<_> = terms
        .authorization_details
        .iter()
        .filter_map(|detail| Some(types.get(detail.get("type")?.as_str()?)?.application))
        .collect();
    let all = resource::applications(op, client).await?;
    Ok(all
        .iter()
        .any(|api| api.audience == named && of_details.contains(&api.id)))
}
