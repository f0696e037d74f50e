//! The scopes of a token: one overlap for all grants.

use super::error::{ErrorCode, Refusal};
use crate::access::Application;
use crate::client::Client;
use crate::domain::{OPENID_SCOPES, Scope, Scopes, Subject};

/// What bounds the scopes of a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds<'a> {
    /// All that the client may ever ask for.
    pub(super) client: &'a Scopes,
    /// The API whose permissions its scopes are.
    pub(super) application: Option<&'a Application>,
    pub(super) subject: BoundSubject<'a>,
}

/// Whose rights bound them.
#[derive(Debug, Clone, Copy)]
pub(super) enum BoundSubject<'a> {
    /// Nobody is signed in yet: what anybody might get.
    Anybody,
    /// The permissions that the subject's roles give it.
    Holder(Subject, &'a Scopes),
}

impl Bounds<'_> {
    fn allow(&self, scope: &str) -> bool {
        if !self.client.contains(scope) {
            return false;
        }
        if OPENID_SCOPES.contains(&scope) {
            return !matches!(self.subject, BoundSubject::Holder(Subject::ServiceAccount(_), _));
        }
        let defined = self
            .application
            .is_some_and(|api| api.permissions.iter().any(|(name, _, _)| name == scope));
        defined
            && match self.subject {
                BoundSubject::Anybody => true,
                BoundSubject::Holder(_, held) => held.contains(scope),
            }
    }
}

/// The scopes of a token: what was asked (nothing asked: all that the client may have), as far as the client may have it,
/// the API defines it and the subject's roles allow it.
pub(super) fn overlap(asked: Option<&Scopes>, bounds: &Bounds<'_>) -> Scopes {
    asked
        .unwrap_or(bounds.client)
        .iter()
        .filter(|scope| bounds.allow(scope.as_str()))
        .cloned()
        .collect()
}

/// What a request asks for that a person will answer, wherever it comes in.
///
/// One that names no scope is one of OAuth alone, since OpenID Connect Core section 3.1.2.1 has `openid` named: it asks for
/// the permissions that its client may have (RFC 6749 section 3.3), and for nothing about the person or beyond the session.
/// Details take the place of scopes (RFC 9396 section 2).
pub(super) fn wanted(client: &Client, named: Option<&str>, has_details: bool) -> Result<Scopes, Refusal> {
    let refuse = |description| Refusal::new(ErrorCode::InvalidScope, description);
    let (scopes, missing) = match named {
        Some(text) => {
            let scopes = Scopes::parse(text).map_err(|_| refuse("the scope is malformed"))?;
            (scopes, "scope is missing")
        }
        None if has_details => return Ok(Scopes::default()),
        None => (
            of_api(&client.scopes),
            "scope is missing, and the client may have no permission of an application",
        ),
    };
    if scopes.is_empty() {
        return Err(refuse(missing));
    }
    Ok(scopes)
}

/// Those of OpenID Connect among the scopes.
pub(super) fn of_openid(scopes: &Scopes) -> Scopes {
    scopes
        .iter()
        .filter(|scope| OPENID_SCOPES.contains(&scope.as_str()))
        .cloned()
        .collect()
}

/// All but those of OpenID Connect.
pub(super) fn of_api(scopes: &Scopes) -> Scopes {
    scopes
        .iter()
        .filter(|scope| !OPENID_SCOPES.contains(&scope.as_str()))
        .cloned()
        .collect()
}

/// The scopes without one.
pub(super) fn without(scopes: &Scopes, name: &str) -> Scopes {
    scopes
        .iter()
        .filter(|scope: &&Scope| scope.as_str() != name)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ApplicationId, Id, Timestamp, TokenFormat};

    fn id<K>() -> Id<K> {
        Id::new(Timestamp::from_micros(1), [1; 10])
    }

    fn api() -> Application {
        let permission = |name: &str| (name.to_owned(), String::new(), String::new());
        let id: ApplicationId = id();
        Application {
            id,
            organisation_id: self::id(),
            name: "Feedback".into(),
            audience: "https://feedback.example".into(),
            shared: false,
            token_format: TokenFormat::Jwt,
            retired_at: None,
            permissions: ["f:read", "f:write", "f:export"].map(permission).to_vec(),
        }
    }

    fn granted(asked: Option<&str>, client: &str, subject: Option<Subject>, held: &str) -> String {
        let (client, held, api) = (
            Scopes::parse(client).unwrap(),
            Scopes::parse(held).unwrap(),
            api(),
        );
        let bounds = Bounds {
            client: &client,
            application: Some(&api),
            subject: subject.map_or(BoundSubject::Anybody, |subject| {
                BoundSubject::Holder(subject, &held)
            }),
        };
        let asked = asked.map(|text| Scopes::parse(text).unwrap());
        overlap(asked.as_ref(), &bounds).to_string()
    }

    #[test]
    fn a_scope_needs_client_api_and_role() {
        let person = Some(Subject::Person(id()));
        let machine = Some(Subject::ServiceAccount(id()));
        let client = "openid offline_access f:read f:write stray";
        for (asked, subject, held, expected) in [
            (Some("f:read"), person, "f:read", "f:read"),
            (Some("f:read"), person, "f:write", ""),
            (Some("f:export"), person, "f:export", ""),
            (Some("stray"), person, "stray", ""),
            (Some("openid f:read f:write"), person, "f:write", "f:write openid"),
            (Some("openid"), person, "", "openid"),
            (Some("email"), person, "", ""),
            (Some("openid f:read"), machine, "f:read", "f:read"),
            (None, machine, "f:read f:write f:export", "f:read f:write"),
            (Some("f:read openid"), None, "", "f:read openid"),
            (Some("F:READ"), person, "f:read F:READ", ""),
        ] {
            assert_eq!(
                granted(asked, client, subject, held),
                expected,
                "{asked:?} {subject:?}"
            );
        }
    }

    #[test]
    fn a_client_without_an_api_gets_no_permission() {
        let (client, held) = (
            Scopes::parse("f:read openid").unwrap(),
            Scopes::parse("f:read").unwrap(),
        );
        let bounds = Bounds {
            client: &client,
            application: None,
            subject: BoundSubject::Holder(Subject::Person(id()), &held),
        };
        assert_eq!(overlap(None, &bounds).to_string(), "openid");
    }
}
