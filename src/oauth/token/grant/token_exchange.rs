//! A token for another one: of the same subject, for this client's API, never wider (RFC 8693).
//!
//! Nobody may exchange anything unless the client's `token_exchange` says whose tokens, and whether it may act as the
//! subject (impersonation: without `actor_token`) or for it (delegation: with one of its own). A token that is invalid or
//! unacceptable is `invalid_request` here, as section 2.2.2 asks, not `invalid_grant`.

use super::TokenRequest;
use crate::client::{Client, MayAct, TokenExchange, trusted_issuer};
use crate::domain::{ClientAuthMethod, EventKind, GrantType, Scopes, Subject};
use crate::jose;
use crate::oauth::act::Act;
use crate::oauth::aim::Aim;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::issue::{Issue, Issued};
use crate::oauth::mint::{Given, issuer};
use crate::oauth::scope::without;
use crate::oauth::subject_token::{self, Origin, SubjectToken};
use crate::op::{EventDraft, Op, OpError};

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, description)
}

const NO_POLICY: Refusal = Refusal::new(
    ErrorCode::UnauthorizedClient,
    "the client may not exchange tokens of anybody",
);
const BAD_SUBJECT: Refusal = invalid("subject_token is not valid");
const BAD_ACTOR: Refusal = invalid("actor_token is not a valid access token of this client");
const OTHER_SUBJECT: Refusal =
    invalid("the client may not exchange tokens that were issued to this client or issuer");
const FOREIGN: Refusal = invalid("the client is not open to subjects of this organisation");
const NO_IMPERSONATION: Refusal = invalid("the client may not act as the subject: actor_token is needed");
const NO_DELEGATION: Refusal = invalid("the client may not act for a subject");
const NOT_THE_ACTOR: Refusal = invalid("subject_token says that somebody else may act");
const TOO_LONG: Refusal = invalid("too many have acted before");
const OPAQUE: Refusal =
    invalid("the tokens of this application are opaque: requested_token_type cannot be that of a JWT");
const WIDER: Refusal = Refusal::new(
    ErrorCode::InvalidScope,
    "the scope goes beyond that of subject_token",
);

/// What a request shows.
pub(in crate::oauth::token) struct Shown<'a> {
    subject_token: &'a str,
    subject_type: &'a str,
    pub(in crate::oauth::token) actor_token: Option<&'a str>,
    /// The type that was asked: a signed access token is a JWT by its form, an opaque one is none.
    issued_type: &'static str,
    scopes: Option<Scopes>,
}

impl<'a> Shown<'a> {
    pub(in crate::oauth::token) fn read(request: &TokenRequest<'a>) -> Result<Self, Refusal> {
        let get = |name| request.form.get(name);
        let subject_token = request.required("subject_token", "subject_token is missing")?;
        let subject_type = request.required("subject_token_type", "subject_token_type is missing")?;
        let actor_token = match (get("actor_token"), get("actor_token_type")) {
            (None, None) => None,
            (Some(token), Some(ACCESS_TOKEN | JWT)) => Some(token),
            (Some(_), Some(_)) => return Err(invalid("actor_token_type is not supported")),
            (Some(_), None) => return Err(invalid("actor_token_type is missing")),
            (None, Some(_)) => return Err(invalid("actor_token_type comes with actor_token only")),
        };
        let issued_type = match get("requested_token_type") {
            None | Some(ACCESS_TOKEN) => ACCESS_TOKEN,
            Some(JWT) => JWT,
            Some(_) => return Err(invalid("requested_token_type is not supported")),
        };
        Ok(Self {
            subject_token,
            subject_type,
            actor_token,
            issued_type,
            scopes: request.asked_scopes()?,
        })
    }
}

/// Touches no table when caches are warm; its event shares a commit with others.
pub(super) async fn redeem(
    op: &mut Op,
    request: &TokenRequest<'_>,
) -> Result<Result<Issued, Refusal>, OpError> {
    let client = request.client.client();
    let policy = match &client.settings.token_exchange {
        Some(policy) if client.auth_method != ClientAuthMethod::None => policy,
        Some(_) | None => return Ok(Err(NO_POLICY)),
    };
    let shown = match Shown::read(request) {
        Ok(shown) => shown,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let aim = match Aim::of_exchange(op, client, request.form).await? {
        Ok(aim) => aim,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let subject = match subject(op, client, policy, &shown).await? {
        Ok(subject) => subject,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let act = match actor(op, client, policy, (&shown, &subject)).await? {
        Ok(act) => act,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let scopes = match bounded(shown.scopes.as_ref(), &subject) {
        Ok(scopes) => scopes,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let issue = Issue {
        client,
        standing: &subject.standing,
        asked: scopes.as_ref(),
        aim: &aim,
        given: subject.family.as_ref().map(|family| Given {
            strength: &family.strength,
            session: family.session_id,
            authorization: family.id,
            claims: &family.terms.claims,
        }),
        nonce: None,
        confirmation: request.confirmation,
    };
    let mut issued = match issue.access_token(op, act.as_ref()).await? {
        Ok(issued) => issued,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // What is told is the type of the token that there is (RFC 8693 section 2.2.1), and the application has chosen its form.
    if shown.issued_type == JWT && issued.kept.is_some() {
        return Ok(Err(OPAQUE));
    }
    issued.token_kind = Some(shown.issued_type);
    record(
        op,
        client,
        (&subject, act.as_ref(), shown.actor_token.is_some()),
        &issued,
    );
    Ok(Ok(issued))
}

/// The subject, if its token is good and the client's policy lets it be exchanged.
async fn subject(
    op: &mut Op,
    client: &Client,
    policy: &TokenExchange,
    shown: &Shown<'_>,
) -> Result<Result<SubjectToken, Refusal>, OpError> {
    let is_ours = jose::claimed_issuer(shown.subject_token).as_deref() == Some(issuer(&op.house));
    let read = match shown.subject_type {
        JWT if !is_ours => outside(op, client, shown.subject_token).await?,
        ACCESS_TOKEN | JWT => subject_token::access_token(op, shown.subject_token).await?,
        ID_TOKEN => subject_token::id_token(op, shown.subject_token).await?,
        _ => return Ok(Err(invalid("subject_token_type is not supported"))),
    };
    let Some(subject) = read else {
        return Ok(Err(BAD_SUBJECT));
    };
    let allowed = match &subject.origin {
        Origin::Client(id) => policy.subject_clients.contains(id),
        Origin::Issuer(name) => policy.subject_issuers.contains(name),
    };
    if !allowed {
        return Ok(Err(OTHER_SUBJECT));
    }
    if subject.standing.organisation_id() != client.organisation_id && !client.shared {
        return Ok(Err(FOREIGN));
    }
    Ok(Ok(subject))
}

/// The subject of an assertion of a trusted issuer, which comes for the first time if it has a name.
async fn outside(op: &mut Op, client: &Client, text: &str) -> Result<Option<SubjectToken>, OpError> {
    let Some((subject, believed)) = subject_token::outside(op, client.organisation_id, text).await? else {
        return Ok(None);
    };
    let is_first = trusted_issuer::is_first(op, client.organisation_id, &believed).await?;
    Ok(is_first.then_some(subject))
}

/// Who acts for the subject: whoever the client shows by a token of its own. Without one the client acts as the subject,
/// and those who acted before stay told.
async fn actor(
    op: &mut Op,
    client: &Client,
    policy: &TokenExchange,
    (shown, subject): (&Shown<'_>, &SubjectToken),
) -> Result<Result<Option<Act>, Refusal>, OpError> {
    let Some(text) = shown.actor_token else {
        let own = client.service_account_id.map(|id| id.to_string());
        return Ok(if !policy.impersonation {
            Err(NO_IMPERSONATION)
        } else if may_act(subject.may_act.as_ref(), own.as_deref(), client) {
            Ok(subject.act.clone())
        } else {
            Err(NOT_THE_ACTOR)
        });
    };
    if !policy.delegation {
        return Ok(Err(NO_DELEGATION));
    }
    let actor = subject_token::access_token(op, text).await?;
    let own = |actor: &SubjectToken| actor.origin == Origin::Client(client.id.clone());
    let Some(actor) = actor.filter(own) else {
        return Ok(Err(BAD_ACTOR));
    };
    if !may_act(subject.may_act.as_ref(), Some(actor.sub.as_str()), client) {
        return Ok(Err(NOT_THE_ACTOR));
    }
    let act = Act::acting(actor.sub, client.id.to_string(), subject.act.clone());
    Ok(act.map(Some).ok_or(TOO_LONG))
}

/// Pure rule: whether the token of the subject, if it names who may act (RFC 8693 section 4.4), names this actor.
fn may_act(named: Option<&MayAct>, sub: Option<&str>, client: &Client) -> bool {
    named.is_none_or(|named| {
        let fits_sub = named.sub.is_none() || named.sub.as_deref() == sub;
        let fits_client = named.client_id.as_ref().is_none_or(|id| *id == client.id);
        fits_sub && fits_client && (named.sub.is_some() || named.client_id.is_some())
    })
}

/// The scopes to ask for: those of the subject's token, or fewer. No refresh token comes of an exchange, so that
/// `offline_access` has no meaning.
fn bounded(asked: Option<&Scopes>, subject: &SubjectToken) -> Result<Option<Scopes>, Refusal> {
    let scopes = match (asked, &subject.scopes) {
        (Some(asked), Some(held)) if !asked.within(held) => return Err(WIDER),
        (Some(asked), _) => Some(asked),
        (None, held) => held.as_ref(),
    };
    Ok(scopes.map(|scopes| without(scopes, "offline_access")))
}

fn record(
    op: &mut Op,
    client: &Client,
    (subject, act, delegated): (&SubjectToken, Option<&Act>, bool),
    issued: &Issued,
) {
    let mode = if delegated { "delegation" } else { "impersonation" };
    let mut draft = issued
        .told_in(EventDraft::success(EventKind::TokenIssued))
        .client(&client.id)
        .organisation(subject.standing.organisation_id())
        .detail("grant_type", GrantType::TokenExchange.as_str())
        .detail("mode", mode);
    draft = match &subject.origin {
        Origin::Client(id) => draft.detail("subject_client", id.as_str()),
        Origin::Issuer(name) => draft.detail("subject_issuer", name.as_str()),
    };
    if let Some(act) = act.and_then(|act| serde_json::to_value(act).ok()) {
        draft = draft.detail("act", act);
    }
    draft = match subject.standing.subject() {
        Subject::Person(id) => draft.on_behalf_of(id),
        Subject::ServiceAccount(id) => draft.target("service_account", id),
    };
    op.record(match &subject.family {
        Some(family) => draft
            .session(family.session_id)
            .target("authorization", family.id),
        None => draft,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientSettings;
    use crate::domain::{ClientId, ClientStatus, Id, Timestamp};
    use crate::jose::Algorithm;

    #[test]
    fn whoever_may_act_is_named_in_all_respects() {
        let client = Client {
            id: ClientId::parse("app").unwrap(),
            organisation_id: Id::new(Timestamp::from_micros(1), [1; 10]),
            name: "App".into(),
            status: ClientStatus::Active,
            auth_method: ClientAuthMethod::ClientSecretBasic,
            jwks: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            grant_types: Vec::new(),
            scopes: Scopes::default(),
            application_id: None,
            service_account_id: None,
            shared: false,
            consent_required: false,
            signing_algorithm: Algorithm::Es256,
            claim_rules: Vec::new(),
            settings: ClientSettings::default(),
        };
        let named = |sub: Option<&str>, id: Option<&str>| MayAct {
            sub: sub.map(str::to_owned),
            client_id: id.map(|id| ClientId::parse(id).unwrap()),
        };
        for (named, expected) in [
            (named(Some("robot"), None), true),
            (named(None, Some("app")), true),
            (named(Some("robot"), Some("app")), true),
            (named(Some("other"), Some("app")), false),
            (named(Some("robot"), Some("other")), false),
            (named(None, None), false),
        ] {
            assert_eq!(
                may_act(Some(&named), Some("robot"), &client),
                expected,
                "{named:?}"
            );
        }
        assert!(may_act(None, None, &client));
        assert!(!may_act(Some(&named(Some("robot"), None)), None, &client));
    }
}
