//! The end of a request: a code or an ID token for the client, or a refusal. Of two ends one counts.

use super::answer::Answer;
use super::flow::{Asked, Step, back_of};
use super::request::AuthorizationRequest;
use crate::domain::{AuthorizationId, Digest32, EventKind, GrantType, Scopes, Token};
use crate::oauth::approval::Approval;
use crate::oauth::code::{self, CodeGrant};
use crate::oauth::consent::{self, Allowed};
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::family::Family;
use crate::oauth::mint::{Beside, Given, Mint, Target, issuer};
use crate::oauth::rights::Rights;
use crate::oauth::scope::{of_openid, without};
use crate::oauth::terms::Terms;
use crate::oauth::{session_state, store};
use crate::one_time::{self, Kind};
use crate::op::{EventDraft, Op, OpError};
use crate::person::Standing;
use crate::rule;
use crate::session::continuation;

const DENIED: Refusal = Refusal::new(ErrorCode::AccessDenied, "the person has refused");

/// Gives what was asked for; remembers the consent to `consented`, if the person was asked.
pub(super) async fn grant(
    op: &mut Op,
    asked: &Asked<'_>,
    (rights, standing): (&Rights, &Standing),
    consented: Option<&Scopes>,
) -> Result<Step, OpError> {
    let request = asked.request;
    let authorization: AuthorizationId = op.id();
    let code = request.response_type.has_code().then(|| op.token());
    // Signed first: the write transaction opens last.
    let id_token = if request.response_type.has_id_token() {
        let whose = (rights, standing);
        front_channel(op, asked, whose, authorization, code.as_ref()).await?
    } else {
        None
    };
    if !is_first(op, asked).await? {
        return Ok(Step::Unproven("oauth-error-finished"));
    }
    if let Some(consented) = consented {
        let details = request.terms.authorization_details.as_slice();
        let allowed = Allowed {
            client: asked.client,
            scopes: consented,
            applications: &rights.applications,
            details,
        };
        consent::give(op, asked.session, allowed).await?;
    }
    let opened_at = asked.continuation.map(|found| found.opened_at);
    if asked.session.was_there(opened_at) {
        rule::record_passage(op, asked.session.passage(request.aim())).await?;
    }
    let mut parameters = Vec::new();
    if let Some(code) = &code {
        let grant = code_grant(asked, &rights.scopes, authorization);
        code::issue(op, asked.client, &grant, code).await?;
        parameters.push(("code", code.expose().to_owned()));
    }
    if let Some(id_token) = id_token {
        remember_id_token(op, asked, (authorization, code.is_some()), &rights.scopes).await?;
        parameters.push(("id_token", id_token));
    }
    if rights.scopes.contains("openid") {
        let state = session_state::of_response(op, asked.client, &request.redirect_uri, asked.headers);
        parameters.extend(state.map(|state| ("session_state", state)));
    }
    let answer = Answer::new(op, asked.client, back_of(request), parameters);
    Ok(Step::Answer(Box::new(answer)))
}

fn code_grant(asked: &Asked<'_>, scopes: &Scopes, authorization_id: AuthorizationId) -> CodeGrant {
    let request = asked.request;
    let redeemed_by = (&request.client_id, GrantType::AuthorizationCode);
    let what = (scopes, &request.terms);
    CodeGrant {
        approval: Approval {
            nonce: request.nonce.clone(),
            ..Approval::within(asked.session, authorization_id, redeemed_by, what)
        },
        redirect_uri: request.redirect_uri.clone(),
        redirect_implied: request.redirect_implied,
        code_challenge: request.code_challenge.clone(),
    }
}

/// The ID token that comes through the browser (OpenID Connect Core sections 3.2.2.10 and 3.3.2.11): bound to the code and
/// the state beside it. One that comes alone carries the claims of the scopes, since nothing else will.
async fn front_channel(
    op: &mut Op,
    asked: &Asked<'_>,
    (rights, standing): (&Rights, &Standing),
    authorization: AuthorizationId,
    code: Option<&Token>,
) -> Result<Option<String>, OpError> {
    let request = asked.request;
    let sources = rights
        .sources(op, asked.client, standing)
        .await?
        .with_person(op, standing.subject())
        .await?;
    op.rest();
    let mint = Mint {
        client: asked.client,
        standing,
        scopes: &rights.scopes,
        // No access token comes of it.
        target: Target::server(issuer(&op.house)),
        details: &[],
        sources: &sources,
        given: Some(Given {
            strength: &asked.session.strength,
            session: asked.session.id,
            authorization,
            claims: &request.terms.claims,
        }),
        confirmation: None,
        act: None,
    };
    let beside = Beside {
        nonce: request.nonce.as_deref(),
        access_token: None,
        code: code.map(Token::expose),
        state: request.state.as_deref(),
        with_scopes: code.is_none(),
    };
    mint.id_token(op, &beside)
}

/// Keeps who was given an ID token within the session, so that it is told of the end. The family is one of its own where a
/// code, which will begin another, goes with it.
async fn remember_id_token(
    op: &mut Op,
    asked: &Asked<'_>,
    (authorization, has_code): (AuthorizationId, bool),
    scopes: &Scopes,
) -> Result<(), OpError> {
    let id = if has_code { op.id() } else { authorization };
    let request = asked.request;
    let given_by = (&request.client_id, GrantType::AuthorizationCode);
    // It says who somebody is, and gives nothing: no access token comes of it, by exchange either.
    let (said, terms) = (without(&of_openid(scopes), "offline_access"), Terms::default());
    let approval = Approval::within(asked.session, id, given_by, (&said, &terms));
    let family = Family::begin(op, &approval, (&said, terms.clone()), None);
    let now = op.now;
    store::insert_family(op.writing().await?, &family, request.nonce.as_deref(), now).await?;
    op.record(
        EventDraft::success(EventKind::TokenIssued)
            .client(&asked.client.id)
            .on_behalf_of(asked.session.person_id)
            .organisation(asked.session.organisation_id)
            .session(asked.session.id)
            .target("authorization", authorization)
            .detail("response_type", asked.request.response_type.as_str())
            .detail("scope", scopes.to_string()),
    );
    Ok(())
}

/// Ends the continuation, if there is one, and the pushed request, if it came so: of two submissions one does.
async fn is_first(op: &mut Op, asked: &Asked<'_>) -> Result<bool, OpError> {
    let first = match asked.continuation {
        Some(found) => continuation::finish(op, found.id).await?,
        None => true,
    };
    Ok(first && use_up(op, asked.request).await?)
}

/// Uses a pushed request up, which other tabs may have open: answers whether it was not used before.
pub(super) async fn use_up(op: &mut Op, request: &AuthorizationRequest) -> Result<bool, OpError> {
    let Some(digest) = request.pushed else {
        return Ok(true);
    };
    // As long as another tab can still come with it.
    let keep = op.house.config.signin.attempt_life + op.house.config.oauth.par_life;
    let (kind, digest) = (Kind::PushedRequest, Digest32(digest));
    one_time::use_up(op, kind, digest, &request.client_id, keep).await
}

/// Tells the client of a refusal, once it is known who was asked.
pub(super) async fn finish_with(op: &mut Op, asked: &Asked<'_>, refusal: Refusal) -> Result<Step, OpError> {
    let draft = EventDraft::refused(EventKind::AuthorizationRequested, refusal.description)
        .detail("error", refusal.code.as_str());
    finish(op, asked, refusal, draft).await
}

/// The person has said no.
pub(super) async fn deny(op: &mut Op, asked: &Asked<'_>) -> Result<Step, OpError> {
    let draft =
        EventDraft::success(EventKind::ConsentRefused).detail("scope", asked.request.scopes.to_string());
    finish(op, asked, DENIED, draft).await
}

async fn finish(
    op: &mut Op,
    asked: &Asked<'_>,
    refusal: Refusal,
    draft: EventDraft,
) -> Result<Step, OpError> {
    if !is_first(op, asked).await? {
        return Ok(Step::Unproven("oauth-error-finished"));
    }
    let (client, session) = (asked.client, asked.session);
    op.record(
        draft
            .client(&client.id)
            .on_behalf_of(session.person_id)
            .organisation(session.organisation_id)
            .session(session.id),
    );
    let answer = Answer::refusal(op, client, back_of(asked.request), refusal);
    Ok(Step::Answer(Box::new(answer)))
}
