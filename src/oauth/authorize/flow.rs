//! From a request to a code: prove the client, find the session, ask for consent, answer.

use std::sync::Arc;

use http::HeaderMap;

use super::answer;
use super::consent_page::ConsentPage;
use super::request::{self, AuthorizationRequest, ReturnAddress};
use crate::client::{self, Client};
use crate::domain::{Actor, ContinuationId, EventKind, RedirectUri, Scopes, Subject};
use crate::http::{Query, Visit};
use crate::oauth::aim;
use crate::oauth::code::{self, CodeGrant};
use crate::oauth::consent;
use crate::oauth::details::{self, Given};
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::hint;
use crate::oauth::mint::issuer;
use crate::oauth::rights::{self, Rights};
use crate::op::{EventDraft, Op, OpError};
use crate::person;
use crate::session::continuation::{self, Continuation, NewContinuation};
use crate::session::{self, Session, requirement};

/// Where a continuation of this room leads back to.
pub(super) const RETURN_TO: &str = "/authorize/continue";

const NO_SCOPE: Refusal = Refusal::new(
    ErrorCode::InvalidScope,
    "none of the asked scopes may be given to this client and person",
);

/// OpenID Connect Core section 3.1.2.1: a hint that cannot be believed is not passed over, since the application counts on
/// an answer about that person or none.
const BAD_HINT: Refusal = Refusal::new(
    ErrorCode::InvalidRequest,
    "id_token_hint is no ID token that was issued here to this client",
);

const OTHER_PERSON: Refusal = Refusal::new(
    ErrorCode::LoginRequired,
    "another person than that of id_token_hint has signed in",
);

const NOT_THEIRS: Refusal = Refusal::new(
    ErrorCode::AccessDenied,
    "the person may not give what authorization_details ask for",
);

/// What the browser sees next.
#[derive(Debug)]
pub(super) enum Step {
    /// Client or address are not proven: a page of ours, by the key of its sentence.
    Unproven(&'static str),
    /// On to the client, to sign in, or to the question.
    Redirect(String),
    /// The question of consent.
    Ask(Box<ConsentPage>),
}

/// What the person has answered to the question of consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    NotYet,
    Allow,
    Deny,
}

/// One request on its way, with the proofs collected so far.
struct Asked<'a> {
    client: &'a Client,
    request: &'a AuthorizationRequest,
    session: &'a Session,
    continuation: Option<&'a Continuation>,
}

/// A new request.
pub(super) async fn begin(
    op: &mut Op,
    visit: &Visit,
    headers: &HeaderMap,
    query: &Query,
) -> Result<Step, OpError> {
    let (client, back) = match prove(op, query).await? {
        Ok(proven) => proven,
        Err(sentence) => {
            let draft = EventDraft::refused(EventKind::AuthorizationRequested, sentence);
            op.record(draft);
            return Ok(Step::Unproven(sentence));
        }
    };
    let mut request = match request::check(query, &client, &back, op.now) {
        Ok(request) => request,
        Err(refusal) => return Ok(refuse(op, &client, &back, refusal)),
    };
    if let Some(text) = query.get("id_token_hint") {
        match hint::read(op, text).filter(|hint| hint.client == client.id) {
            Some(hint) => request.required.person = Some(hint.person),
            None => return Ok(refuse(op, &client, &back, BAD_HINT)),
        }
    }
    let beyond = (query.all("resource"), query.get("authorization_details"));
    if let Err(refusal) = aim::put_in_terms(op, &client, beyond, &mut request.terms).await? {
        return Ok(refuse(op, &client, &back, refusal));
    }
    request.scopes = rights::possible(op, &client, &request.scopes, &request.terms.resources).await?;
    if request.scopes.is_empty() && request.terms.authorization_details.is_empty() {
        return Ok(refuse(op, &client, &back, NO_SCOPE));
    }
    let Some(session) = session::current(op, headers).await? else {
        return sign_in(op, visit, &client, &request).await;
    };
    let required = requirement::for_person(op, session.person_id, &request.required).await?;
    if !requirement::met(&session, &required, op.now) {
        return sign_in(op, visit, &client, &request).await;
    }
    let asked = Asked {
        client: &client,
        request: &request,
        session: &session,
        continuation: None,
    };
    decide(op, visit, &asked, Choice::NotYet).await
}

async fn prove(
    op: &mut Op,
    query: &Query,
) -> Result<Result<(Arc<Client>, ReturnAddress), &'static str>, OpError> {
    let id = match request::client_id(query) {
        Ok(id) => id,
        Err(sentence) => return Ok(Err(sentence)),
    };
    let Some(client) = client::find_active(op, &id).await? else {
        return Ok(Err("oauth-error-client"));
    };
    Ok(request::return_address(query, &client).map(|back| (client, back)))
}

fn refuse(op: &mut Op, client: &Client, back: &ReturnAddress, refusal: Refusal) -> Step {
    op.record(
        EventDraft::refused(EventKind::AuthorizationRequested, refusal.description)
            .client(&client.id)
            .organisation(client.organisation_id)
            .detail("error", refusal.code.as_str()),
    );
    Step::Redirect(answer::with_error(back, refusal, issuer(&op.house)))
}

fn back_of(request: &AuthorizationRequest) -> ReturnAddress {
    ReturnAddress {
        redirect_uri: request.redirect_uri.clone(),
        state: request.state.clone(),
    }
}

async fn sign_in(
    op: &mut Op,
    visit: &Visit,
    client: &Client,
    request: &AuthorizationRequest,
) -> Result<Step, OpError> {
    if request.silent {
        let refusal = Refusal::new(ErrorCode::LoginRequired, "the person must sign in");
        return Ok(refuse(op, client, &back_of(request), refusal));
    }
    let opened = open(op, visit, client, request).await?;
    Ok(Step::Redirect(format!("/signin/{}", opened.id)))
}

async fn open(
    op: &mut Op,
    visit: &Visit,
    client: &Client,
    request: &AuthorizationRequest,
) -> Result<Continuation, OpError> {
    let stored = serde_json::to_value(request).map_err(|_| OpError::Broken("a request cannot be written"))?;
    let login_hint = match request.required.person {
        Some(id) => person::find(op, id)
            .await?
            .map(|person| person.username.to_string()),
        None => request.login_hint.clone(),
    };
    let new = NewContinuation {
        client: Some(&client.id),
        request: stored,
        required: request.required.clone(),
        login_hint,
        return_to: RETURN_TO,
    };
    continuation::open(op, &visit.browser, new).await
}

/// A request whose browser comes back, with or without an answer to the question.
pub(super) async fn resume(
    op: &mut Op,
    visit: &Visit,
    headers: &HeaderMap,
    id: ContinuationId,
    choice: Choice,
) -> Result<Step, OpError> {
    let found = continuation::find(op, id, &visit.browser).await?;
    let Some(found) = found.filter(|found| found.return_to == RETURN_TO) else {
        return Ok(Step::Unproven("oauth-error-continuation"));
    };
    if found.finished_at.is_some() {
        return Ok(Step::Unproven("oauth-error-finished"));
    }
    if found.expires_at <= op.now {
        return Ok(Step::Unproven("oauth-error-expired"));
    }
    let request: AuthorizationRequest = serde_json::from_value(found.request.clone())
        .map_err(|_| OpError::Broken("a request cannot be read"))?;
    let client = client::find_active(op, &request.client_id).await?;
    // Client and address may have changed while the person signed in.
    let Some(client) = client.filter(|client| still_proven(client, &request)) else {
        return Ok(Step::Unproven("oauth-error-client"));
    };
    let sign_in = Step::Redirect(format!("/signin/{id}"));
    let Some(session) = session::current(op, headers).await? else {
        return Ok(sign_in);
    };
    let required = requirement::for_person(op, session.person_id, &request.required).await?;
    // Whoever has signed in as another person than the one meant did so knowingly, since the page named that one: not
    // asked again, but the client is told.
    let enough = !required.means(session.person_id) || requirement::met(&session, &required, op.now);
    if found.proven_session_id != Some(session.id) || !enough {
        return Ok(sign_in);
    }
    let asked = Asked {
        client: &client,
        request: &request,
        session: &session,
        continuation: Some(&found),
    };
    decide(op, visit, &asked, choice).await
}

fn still_proven(client: &Client, request: &AuthorizationRequest) -> bool {
    RedirectUri::proven(request.redirect_uri.as_str(), &client.redirect_uris).is_ok()
}

/// The person is known and proven strongly enough: may the client have it?
async fn decide(op: &mut Op, visit: &Visit, asked: &Asked<'_>, choice: Choice) -> Result<Step, OpError> {
    let (client, request, session) = (asked.client, asked.request, asked.session);
    op.actor = Actor::Person(session.person_id);
    if !request.required.means(session.person_id) {
        return finish_with(op, asked, OTHER_PERSON).await;
    }
    if session.organisation_id != client.organisation_id && !client.shared {
        let refusal = Refusal::new(
            ErrorCode::AccessDenied,
            "the application is not open to people of this organisation",
        );
        return finish_with(op, asked, refusal).await;
    }
    let subject = Subject::Person(session.person_id);
    let Ok(standing) = person::may_sign_in(op, subject).await? else {
        let refusal = Refusal::new(ErrorCode::AccessDenied, "the person may not sign in");
        return finish_with(op, asked, refusal).await;
    };
    let terms = &request.terms;
    let rights = Rights::now(op, client, &standing, Some(&request.scopes), &terms.resources).await?;
    let given = details::given(op, client, subject, &terms.authorization_details).await?;
    if given.len() < terms.authorization_details.len() {
        return finish_with(op, asked, NOT_THEIRS).await;
    }
    if rights.scopes.is_empty() && given.is_empty() {
        return finish_with(op, asked, NO_SCOPE).await;
    }
    if choice == Choice::Deny {
        return deny(op, asked).await;
    }
    let remembered = consent::remembered(op, session.person_id, &client.id).await?;
    let needed = consent::needed(
        client,
        &request.redirect_uri,
        remembered.as_ref(),
        &rights.scopes,
        request.ask_consent,
    ) || consent::has_new_details(remembered.as_ref(), &terms.authorization_details);
    match (needed, choice) {
        (true, Choice::Allow) => grant(op, asked, &rights.scopes, true).await,
        (true, Choice::NotYet | Choice::Deny) => question(op, visit, asked, (&rights, &given)).await,
        (false, _) => grant(op, asked, &rights.scopes, false).await,
    }
}

async fn question(
    op: &mut Op,
    visit: &Visit,
    asked: &Asked<'_>,
    what: (&Rights, &[Given]),
) -> Result<Step, OpError> {
    if asked.request.silent {
        let refusal = Refusal::new(ErrorCode::ConsentRequired, "the person must consent");
        return finish_with(op, asked, refusal).await;
    }
    let Some(found) = asked.continuation else {
        let opened = open(op, visit, asked.client, asked.request).await?;
        continuation::prove(op, opened.id, asked.session).await?;
        return Ok(Step::Redirect(opened.way_back()));
    };
    let Some(who) = person::find(op, asked.session.person_id).await? else {
        return Ok(Step::Unproven("oauth-error-continuation"));
    };
    let redirect_uri = asked.request.redirect_uri.clone();
    let page = ConsentPage::new(op, asked.client, what, &who, (found.id, redirect_uri));
    Ok(Step::Ask(Box::new(page)))
}

/// Ends the continuation, if there is one: of two submissions one does.
async fn is_first(op: &mut Op, asked: &Asked<'_>) -> Result<bool, OpError> {
    match asked.continuation {
        Some(found) => continuation::finish(op, found.id).await,
        None => Ok(true),
    }
}

async fn finish_with(op: &mut Op, asked: &Asked<'_>, refusal: Refusal) -> Result<Step, OpError> {
    if !is_first(op, asked).await? {
        return Ok(Step::Unproven("oauth-error-finished"));
    }
    op.record(
        EventDraft::refused(EventKind::AuthorizationRequested, refusal.description)
            .client(&asked.client.id)
            .on_behalf_of(asked.session.person_id)
            .organisation(asked.session.organisation_id)
            .session(asked.session.id)
            .detail("error", refusal.code.as_str()),
    );
    let to = answer::with_error(&back_of(asked.request), refusal, issuer(&op.house));
    Ok(Step::Redirect(to))
}

async fn deny(op: &mut Op, asked: &Asked<'_>) -> Result<Step, OpError> {
    if !is_first(op, asked).await? {
        return Ok(Step::Unproven("oauth-error-finished"));
    }
    op.record(
        EventDraft::success(EventKind::ConsentRefused)
            .client(&asked.client.id)
            .on_behalf_of(asked.session.person_id)
            .organisation(asked.session.organisation_id)
            .session(asked.session.id)
            .detail("scope", asked.request.scopes.to_string()),
    );
    let refusal = Refusal::new(ErrorCode::AccessDenied, "the person has refused");
    let to = answer::with_error(&back_of(asked.request), refusal, issuer(&op.house));
    Ok(Step::Redirect(to))
}

async fn grant(op: &mut Op, asked: &Asked<'_>, scopes: &Scopes, consented: bool) -> Result<Step, OpError> {
    if !is_first(op, asked).await? {
        return Ok(Step::Unproven("oauth-error-finished"));
    }
    let (request, session) = (asked.request, asked.session);
    if consented {
        let details = request.terms.authorization_details.as_slice();
        consent::give(op, session, &request.client_id, (scopes, details)).await?;
    }
    let grant = CodeGrant {
        authorization_id: op.id(),
        client_id: request.client_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        code_challenge: request.code_challenge.clone(),
        scopes: scopes.clone(),
        nonce: request.nonce.clone(),
        person_id: session.person_id,
        organisation_id: session.organisation_id,
        session_id: session.id,
        epoch: session.epoch,
        strength: session.strength.clone(),
        terms: request.terms.clone(),
    };
    let code = code::issue(op, &grant).await?;
    let to = answer::with_code(&back_of(request), code.expose(), issuer(&op.house));
    Ok(Step::Redirect(to))
}
