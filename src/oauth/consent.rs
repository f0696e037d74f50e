//! Consent: asked, remembered, withdrawn.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::details::Given;
use super::{family, polled, store};
use crate::access::{Application, Ask, Detail};
use crate::client::Client;
use crate::domain::{
    ApplicationId, AuthorizationId, ClientAuthMethod, ClientId, EventKind, PersonId, RedirectUri, Scope,
    Scopes, Timestamp,
};
use crate::op::{EventDraft, Op, OpError};
use crate::session::Session;

/// What a person has allowed a client.
#[derive(Debug, Clone)]
pub struct Consent {
    pub client_id: ClientId,
    pub scopes: Scopes,
    /// Of which application each scope was allowed: the same name in another one means something else. `None`: given before
    /// that was kept; all count for the client's own application.
    pub applications: Option<ByApplication>,
    /// Each exactly as it was shown (RFC 9396).
    pub details: Vec<Detail>,
    pub given_at: Timestamp,
}

/// Permissions by the application whose they are.
pub(super) type ByApplication = BTreeMap<ApplicationId, Scopes>;

impl Consent {
    /// What was allowed in one application.
    fn of(&self, application: ApplicationId, client: &Client) -> Scopes {
        match &self.applications {
            Some(known) => known.get(&application).cloned().unwrap_or_default(),
            None if client.application_id == Some(application) => self.scopes.clone(),
            None => Scopes::default(),
        }
    }

    /// Whether all of these were allowed, each in every application that it is asked for in.
    fn covers(&self, client: &Client, (scopes, applications): (&Scopes, &[Arc<Application>])) -> bool {
        scopes.within(&self.scopes)
            && applications
                .iter()
                .all(|api| permissions_of(api, scopes).within(&self.of(api.id, client)))
    }
}

/// Those scopes that are permissions of an application.
fn permissions_of(application: &Application, scopes: &Scopes) -> Scopes {
    let names = application.permissions.iter().map(|(name, _, _)| name.as_str());
    let asked = names.filter(|name| scopes.contains(name));
    asked.filter_map(|name| Scope::parse(name).ok()).collect()
}

/// What a person allows a client just now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed<'a> {
    pub(super) client: &'a Client,
    pub(super) scopes: &'a Scopes,
    pub(super) applications: &'a [Arc<Application>],
    pub(super) details: &'a [Detail],
}

impl Allowed<'_> {
    /// By application, beside what was allowed before.
    fn beside(&self, before: Option<&Consent>) -> ByApplication {
        let mut all = match before {
            Some(Consent {
                applications: Some(known),
                ..
            }) => known.clone(),
            Some(before) => {
                let own = self.client.application_id;
                own.map(|own| (own, before.scopes.clone())).into_iter().collect()
            }
            None => ByApplication::new(),
        };
        for api in self.applications {
            let known = all.entry(api.id).or_default();
            *known = known.union(&permissions_of(api, self.scopes));
        }
        all
    }
}

/// How many details are remembered: whoever asks for something new each time has the oldest forgotten.
const MOST_DETAILS: usize = 100;

/// Whether details are asked for that need an answer now: pure rule. Each is a decision of its own, so that they are shown
/// also for a client whose scopes need no consent; and one that was allowed before counts only if its type says so, since
/// the same words twice can be two payments.
pub(super) fn has_new_details(remembered: Option<&Consent>, details: &[Given]) -> bool {
    let known = remembered.map_or(&[][..], |given| &given.details);
    details
        .iter()
        .any(|given| given.rules.rules.ask == Ask::Always || !known.contains(&given.detail))
}

/// Whether the person must be asked: pure rule.
///
/// A client that cannot prove who it is, at an address that any program can take (its own scheme, http on loopback), is
/// asked for each time: another program could pose as it (RFC 8252 section 8.6).
pub(super) fn needed(
    client: &Client,
    redirect_uri: &RedirectUri,
    remembered: Option<&Consent>,
    asked: (&Scopes, &[Arc<Application>]),
    asked_anew: bool,
) -> bool {
    let assured =
        client.auth_method != ClientAuthMethod::None || redirect_uri.as_str().starts_with("https://");
    if asked_anew || !assured {
        return true;
    }
    client.consent_required && !remembered.is_some_and(|given| given.covers(client, asked))
}

/// What the person has allowed this client and not withdrawn.
pub(super) async fn remembered(
    op: &mut Op,
    person: PersonId,
    client: &ClientId,
) -> Result<Option<Consent>, OpError> {
    Ok(store::find_consent(op.reading().await?, person, client).await?)
}

/// All that a person has allowed and not withdrawn.
pub async fn of_person(op: &mut Op, person: PersonId) -> Result<Vec<Consent>, OpError> {
    Ok(store::consents_of(op.reading().await?, person).await?)
}

/// Remembers a consent, beside what was allowed before.
pub(super) async fn give(op: &mut Op, session: &Session, allowed: Allowed<'_>) -> Result<(), OpError> {
    let now = op.now;
    let (client, scopes, details) = (&allowed.client.id, allowed.scopes, allowed.details);
    let tx = op.writing().await?;
    let found = store::find_consent(tx, session.person_id, client).await?;
    let applications = allowed.beside(found.as_ref());
    let (before, mut all) = match found {
        Some(consent) => (Some(consent.scopes), consent.details),
        None => (None, Vec::new()),
    };
    all.retain(|known| !details.contains(known));
    all.extend_from_slice(details);
    all.drain(..all.len().saturating_sub(MOST_DETAILS));
    let after = before
        .as_ref()
        .map_or_else(|| scopes.clone(), |before| before.union(scopes));
    let whose = (session.person_id, session.organisation_id);
    store::give_consent(tx, whose, client, (&after, &applications, &all), now).await?;
    op.record(
        EventDraft::success(EventKind::ConsentGiven)
            .client(client)
            .on_behalf_of(session.person_id)
            .organisation(session.organisation_id)
            .session(session.id)
            .change(
                serde_json::json!({ "scope": before.map(|scopes| scopes.to_string()) }),
                serde_json::json!({ "scope": after.to_string() }),
            )
            .detail("authorization_details_types", types_of(details)),
    );
    Ok(())
}

/// The types of details, for the log: their values may be personal.
fn types_of(details: &[Detail]) -> String {
    let types: Vec<&str> = details
        .iter()
        .filter_map(|detail| detail.get("type")?.as_str())
        .collect();
    types.join(" ")
}

/// Takes back what a person has allowed a client, and revokes all that grew out of it: what waits to be redeemed too. Answers
/// whether there was anything.
pub async fn withdraw(op: &mut Op, person: PersonId, client: &ClientId) -> Result<bool, OpError> {
    let now = op.now;
    let had_consent = store::withdraw_consent(op.writing().await?, person, client, now).await?;
    let revoked = family::revoke_of_client(op, person, client, "the person withdrew the consent").await?;
    let unanswered = polled::withdraw(op, person, client).await?;
    let had_any = had_consent || revoked > 0 || unanswered > 0;
    if had_any {
        op.record(
            EventDraft::success(EventKind::ConsentWithdrawn)
                .client(client)
                .on_behalf_of(person)
                .target_named("client", client.as_str())
                .detail("revoked_authorizations", revoked),
        );
    }
    Ok(had_any)
}

/// Whether the person has taken back what was given to a client since something was given to it.
pub(super) async fn is_withdrawn_since(
    op: &mut Op,
    person: PersonId,
    client: &ClientId,
    given_at: Timestamp,
) -> Result<bool, OpError> {
    let withdrawn = store::consent_withdrawn_at(op.reading().await?, person, client).await?;
    Ok(withdrawn.is_some_and(|at| at >= given_at))
}

/// Takes back one authorization of a person; what else was allowed to the client stays. Answers whether it lived.
pub async fn withdraw_one(op: &mut Op, person: PersonId, id: AuthorizationId) -> Result<bool, OpError> {
    family::revoke_own(op, id, person, "the person withdrew it").await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{DetailRules, DetailType};
    use crate::client::ClientSettings;
    use crate::domain::{ClientStatus, Id, TokenFormat};
    use crate::jose::Algorithm;

    fn client(auth_method: ClientAuthMethod, consent_required: bool) -> Client {
        Client {
            id: ClientId::parse("app").unwrap(),
            organisation_id: Id::new(Timestamp::from_micros(1), [1; 10]),
            name: "App".into(),
            status: ClientStatus::Active,
            auth_method,
            jwks: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            grant_types: Vec::new(),
            scopes: Scopes::default(),
            application_id: None,
            service_account_id: None,
            shared: false,
            consent_required,
            signing_algorithm: Algorithm::Es256,
            claim_rules: Vec::new(),
            settings: ClientSettings::default(),
        }
    }

    #[test]
    fn consent_is_asked_once_for_each_scope_and_always_of_a_client_that_anybody_could_pose_as() {
        use ClientAuthMethod::{ClientSecretBasic, None as Public};
        let given = |text: &str| {
            Some(Consent {
                client_id: ClientId::parse("app").unwrap(),
                scopes: Scopes::parse(text).unwrap(),
                applications: None,
                details: Vec::new(),
                given_at: Timestamp::from_micros(1),
            })
        };
        let (https, loopback) = ("https://app.example/cb", "http://127.0.0.1:9/cb");
        for (method, required, address, remembered, anew, expected) in [
            (ClientSecretBasic, true, https, None, false, true),
            (
                ClientSecretBasic,
                true,
                https,
                given("openid email"),
                false,
                false,
            ),
            (ClientSecretBasic, true, https, given("openid"), false, true),
            (ClientSecretBasic, true, https, given("openid email"), true, true),
            (ClientSecretBasic, false, https, None, false, false),
            (ClientSecretBasic, false, https, None, true, true),
            (
                ClientSecretBasic,
                true,
                loopback,
                given("openid email"),
                false,
                false,
            ),
            (Public, true, https, given("openid email"), false, false),
            (Public, true, loopback, given("openid email"), false, true),
            (Public, false, "com.example.app:/cb", None, false, true),
        ] {
            let asked = Scopes::parse("openid email").unwrap();
            let address = RedirectUri::register(address).unwrap();
            let client = client(method, required);
            let found = needed(&client, &address, remembered.as_ref(), (&asked, &[]), anew);
            assert_eq!(found, expected, "{method} {required} {address:?} {anew}");
        }
    }

    #[test]
    fn a_detail_is_asked_for_once_and_anew_when_anything_in_it_differs() {
        let details = |text: &str| serde_json::from_str::<Vec<Detail>>(text).unwrap();
        let given = Consent {
            client_id: ClientId::parse("app").unwrap(),
            scopes: Scopes::default(),
            applications: None,
            details: details("[{\"type\":\"a\",\"x\":1,\"y\":2}]"),
            given_at: Timestamp::from_micros(1),
        };
        for (asked, expected) in [
            ("[]", false),
            ("[{\"y\":2,\"x\":1,\"type\":\"a\"}]", false),
            ("[{\"type\":\"a\",\"x\":1,\"y\":3}]", true),
            ("[{\"type\":\"a\",\"x\":1}]", true),
        ] {
            assert_eq!(
                has_new_details(Some(&given), &asked_of(Ask::Once, details(asked))),
                expected,
                "{asked}"
            );
        }
        assert!(has_new_details(None, &asked_of(Ask::Once, given.details.clone())));
        assert!(!has_new_details(None, &[]));
        assert!(
            has_new_details(Some(&given), &asked_of(Ask::Always, given.details.clone())),
            "the same again is a new one, unless its type says otherwise"
        );
    }

    fn asked_of(ask: Ask, details: Vec<Detail>) -> Vec<Given> {
        let api = api(1, &[]);
        let rules = Arc::new(DetailType {
            retired: false,
            name: "a".to_owned(),
            application: api.id,
            rules: DetailRules {
                ask,
                ..DetailRules::default()
            },
        });
        let given = |detail| Given {
            detail,
            rules: Arc::clone(&rules),
            api: Arc::clone(&api),
        };
        details.into_iter().map(given).collect()
    }

    fn api(number: u8, permissions: &[&str]) -> Arc<Application> {
        let id = Id::new(Timestamp::from_micros(1), [number; 10]);
        let permission = |name: &&str| ((*name).to_owned(), String::new(), String::new());
        Arc::new(Application {
            id,
            organisation_id: Id::new(Timestamp::from_micros(1), [1; 10]),
            name: "Api".to_owned(),
            audience: format!("https://{number}.test"),
            shared: false,
            token_format: TokenFormat::Jwt,
            retired_at: None,
            permissions: permissions.iter().map(permission).collect(),
        })
    }

    #[test]
    fn a_scope_that_was_allowed_in_one_application_is_asked_for_in_another() {
        let (own, other) = (api(1, &["read", "write"]), api(2, &["read"]));
        let client = Client {
            application_id: Some(own.id),
            ..client(ClientAuthMethod::ClientSecretBasic, true)
        };
        let read = Scopes::parse("openid read").unwrap();
        let mut given = Consent {
            client_id: client.id.clone(),
            scopes: read.clone(),
            applications: None,
            details: Vec::new(),
            given_at: Timestamp::from_micros(1),
        };
        assert!(given.covers(&client, (&read, &[Arc::clone(&own)])));
        assert!(!given.covers(&client, (&read, &[Arc::clone(&other)])));
        let further = Allowed {
            client: &client,
            scopes: &read,
            applications: &[Arc::clone(&other)],
            details: &[],
        };
        let first = further.beside(None);
        assert_eq!(first.get(&own.id), None);
        let all = further.beside(Some(&given));
        given.applications = Some(all);
        assert!(given.covers(&client, (&read, &[Arc::clone(&own), Arc::clone(&other)])));
        given.applications = Some(first);
        assert!(!given.covers(&client, (&read, &[own])));
        assert!(given.covers(&client, (&read, &[other])));
    }
}
