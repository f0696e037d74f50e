//! From a request to a code: prove the client, find the session, ask for consent, answer.

use std::sync::Arc;

use std::time::Duration;

use http::HeaderMap;

use super::answer::Answer;
use super::arrival::{self, Arrived, Stranded, Way};
use super::consent_page::ConsentPage;
use super::grant::{deny, finish_with, grant, use_up};
use super::parameters::Parameters;
use super::posted;
use super::request::{self, AuthorizationRequest};
use super::response::ReturnAddress;
use crate::client::{self, Client};
use crate::domain::{Actor, ContinuationId, EventKind, RedirectUri, Scopes, Subject};
use crate::http::{Query, Visit};
use crate::oauth::aim;
use crate::oauth::client_request::{beyond_unproven, is_worth_a_record};
use crate::oauth::consent;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::hint;
use crate::oauth::offer::Offer;
use crate::oauth::question::Asker;
use crate::oauth::rights;
use crate::oauth::standard;
use crate::op::{EventDraft, Op, OpError};
use crate::person;
use crate::session::continuation::{self, Continuation, NewContinuation};
use crate::session::requirement::Required;
use crate::session::{self, Session, requirement};

/// Where a continuation of this room leads back to.
pub(super) const RETURN_TO: &str = "/authorize/continue";

const NO_SCOPE: Refusal = Refusal::new(
    ErrorCode::InvalidScope,
    "none of the asked scopes may be given to this client and person",
);

const NO_OPENID: Refusal = Refusal::new(
    ErrorCode::InvalidScope,
    "the client may not have the scope openid, which this request needs",
);

/// OpenID Connect Core section 3.1.2.1: a hint that cannot be believed is not passed over, since the application counts on
/// an answer about that person or none.
const BAD_HINT: Refusal = Refusal::new(
    ErrorCode::InvalidRequest,
    "id_token_hint is no ID token that was issued here to this client",
);

const OTHER_PERSON: Refusal = Refusal::new(
    ErrorCode::LoginRequired,
    "another person than the one who is meant has signed in",
);

/// OpenID Connect Core section 3.1.2.6: errors of a request that may show no page.
const NOT_LET_IN: Refusal = Refusal::new(
    ErrorCode::AccessDenied,
    "the rules of the organisation do not let this person in",
);
const MUST_SIGN_IN: Refusal = Refusal::new(ErrorCode::LoginRequired, "the person must sign in");
const MUST_DO_MORE: Refusal = Refusal::new(
    ErrorCode::InteractionRequired,
    "the person must prove more than the session has proven",
);
const MUST_CONSENT: Refusal = Refusal::new(ErrorCode::ConsentRequired, "the person must consent");
/// What the browser sees next.
#[derive(Debug)]
pub(super) enum Step {
    /// Client or address are not proven: a page of ours, by the key of its sentence.
    Unproven(&'static str),
    /// Too many requests of this network wait for somebody to sign in: try again after this while.
    Limited(Duration),
    /// On to sign in, or to the question.
    Redirect(String),
    /// Back to the client.
    Answer(Box<Answer>),
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
pub(super) struct Asked<'a> {
    pub(super) client: &'a Client,
    pub(super) request: &'a AuthorizationRequest,
    pub(super) session: &'a Session,
    pub(super) continuation: Option<&'a Continuation>,
    pub(super) headers: &'a HeaderMap,
}

/// A new request.
pub(super) async fn begin(
    op: &mut Op,
    visit: &Visit,
    headers: &HeaderMap,
    query: &Query,
) -> Result<Step, OpError> {
    let outer = match query.get(posted::POSTED) {
        Some(handle) => posted::find(op, handle).await?,
        None => Some(Parameters::of_query(query)),
    };
    let Some(outer) = outer else {
        return Ok(Step::Unproven("oauth-error-request-uri"));
    };
    let arrived = match arrival::arrive(op, outer).await? {
        Ok(arrived) => arrived,
        Err(stranded) => return Ok(strand(op, stranded).await),
    };
    let Arrived {
        client,
        parameters,
        back,
        way,
    } = arrived;
    let mut request = match validate(op, &client, &parameters, (&back, way)).await? {
        Ok(request) => request,
        Err(refusal) => return Ok(refuse(op, &client, back, refusal)),
    };
    let Some(session) = session::current(op, headers).await? else {
        return sign_in(op, visit, &client, &request, MUST_SIGN_IN).await;
    };
    if request.select_account && request.login_hint.is_none() {
        let here = person::find(op, session.person_id).await?;
        request.login_hint = here.map(|person| person.username.to_string());
    }
    let required = requirement::for_request(op, session.person_id, &request.required, request.aim()).await?;
    if !requirement::met(&session, &required, op.now) {
        let refusal = silently(&session, &required, op);
        return sign_in(op, visit, &client, &request, refusal).await;
    }
    let asked = Asked {
        client: &client,
        request: &request,
        session: &session,
        continuation: None,
        headers,
    };
    decide(op, visit, &asked, Choice::NotYet).await
}

/// Holds a request against all rules, those too that need more than the request itself.
pub(super) async fn validate(
    op: &mut Op,
    client: &Client,
    parameters: &Parameters,
    (back, way): (&ReturnAddress, Way),
) -> Result<Result<AuthorizationRequest, Refusal>, OpError> {
    let rules = (&op.house.config, &op.house.master_key, op.now);
    let checked = request::check(parameters, client, (back, way), rules);
    let mut request = match checked {
        Ok(request) => request,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(text) = parameters.get("id_token_hint") {
        let Some(hint) = hint::read(op, text).filter(|hint| hint.client == client.id) else {
            return Ok(Err(BAD_HINT));
        };
        if !request.required.means(hint.person) {
            return Ok(Err(OTHER_PERSON));
        }
        request.required.person = Some(hint.person);
    }
    let beyond = (
        parameters.all("resource"),
        parameters.get("authorization_details"),
    );
    if let Err(refusal) = aim::put_in_terms(op, client, beyond, &mut request.terms).await? {
        return Ok(Err(refusal));
    }
    request.scopes = rights::possible(op, client, &request.scopes, &request.terms.resources).await?;
    if request.scopes.is_empty() && request.terms.authorization_details.is_empty() {
        return Ok(Err(NO_SCOPE));
    }
    // An ID token that was asked for, or that alone protects the code by its nonce, needs the scope for it.
    let is_bare = request.response_type.has_code() && request.code_challenge.is_none();
    if (is_bare || request.response_type.has_id_token()) && !request.scopes.contains("openid") {
        return Ok(Err(NO_OPENID));
    }
    Ok(Ok(request))
}

/// What a request that may show no page is told of a session that is not enough: it would do with a stronger proof, or the
/// person must sign in anew.
fn silently(session: &Session, required: &Required, op: &Op) -> Refusal {
    if required.refused().is_some() {
        return NOT_LET_IN;
    }
    let without_class = Required {
        acr: None,
        ..required.clone()
    };
    if requirement::met(session, &without_class, op.now) {
        MUST_DO_MORE
    } else {
        MUST_SIGN_IN
    }
}

async fn strand(op: &mut Op, stranded: Stranded) -> Step {
    match stranded {
        Stranded::Refused(client, back, refusal) => refuse(op, &client, back, refusal),
        Stranded::Unproven(sentence) => {
            if is_worth_a_record(op).await {
                op.record(EventDraft::refused(EventKind::AuthorizationRequested, sentence));
            }
            Step::Unproven(sentence)
        }
    }
}

fn refuse(op: &mut Op, client: &Client, back: ReturnAddress, refusal: Refusal) -> Step {
    op.record(
        EventDraft::refused(EventKind::AuthorizationRequested, refusal.description)
            .client(&client.id)
            .organisation(client.organisation_id)
            .detail("error", refusal.code.as_str()),
    );
    Step::Answer(Box::new(Answer::refusal(op, client, back, refusal)))
}

pub(super) fn back_of(request: &AuthorizationRequest) -> ReturnAddress {
    ReturnAddress {
        redirect_uri: request.redirect_uri.clone(),
        state: request.state.clone(),
        mode: request.response_mode,
    }
}

async fn sign_in(
    op: &mut Op,
    visit: &Visit,
    client: &Client,
    request: &AuthorizationRequest,
    silent: Refusal,
) -> Result<Step, OpError> {
    if request.silent {
        use_up(op, request).await?;
        return Ok(refuse(op, client, back_of(request), silent));
    }
    if let Some(wait) = beyond_unproven(op).await {
        return Ok(Step::Limited(wait));
    }
    // Without a trace until somebody says who they are.
    op.relax();
    let opened = open(op, visit, client, request).await?;
    let page = if request.create_account { "/create" } else { "" };
    let to = format!("/signin/{}{page}", opened.id);
    Ok(Step::Redirect(in_language(to, '?', request)))
}

/// The next page in the language that was asked for: it may stand in a pushed or signed request only.
fn in_language(path: String, joint: char, request: &AuthorizationRequest) -> String {
    match request.language {
        Some(language) => format!("{path}{joint}ui_locales={}", language.tag()),
        None => path,
    }
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
        scopes: request.scopes.clone(),
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
    let asked = request.required.clone().opened(found.opened_at);
    let required = requirement::for_request(op, session.person_id, &asked, request.aim()).await?;
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
        headers,
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
    let offer = match Offer::now(op, client, &standing, (&request.scopes, terms)).await? {
        Ok(offer) => offer,
        Err(refusal) => return finish_with(op, asked, refusal).await,
    };
    if choice == Choice::Deny {
        return deny(op, asked).await;
    }
    // A claim that was asked for by name needs the consent to the scope that gives it.
    let told = offer
        .rights
        .scopes
        .union(&standard::implied(request.terms.claims.names()));
    let remembered = consent::remembered(op, session.person_id, &client.id).await?;
    let needed = consent::needed(
        client,
        &request.redirect_uri,
        remembered.as_ref(),
        (&told, &offer.rights.applications),
        request.ask_consent,
    ) || consent::has_new_details(remembered.as_ref(), &offer.details);
    match (needed, choice) {
        (true, Choice::Allow) => grant(op, asked, (&offer.rights, &standing), Some(&told)).await,
        (true, Choice::NotYet | Choice::Deny) => question(op, visit, asked, (offer, told)).await,
        (false, _) => grant(op, asked, (&offer.rights, &standing), None).await,
    }
}

async fn question(
    op: &mut Op,
    visit: &Visit,
    asked: &Asked<'_>,
    (offer, told): (Offer, Scopes),
) -> Result<Step, OpError> {
    if asked.request.silent {
        return finish_with(op, asked, MUST_CONSENT).await;
    }
    let Some(found) = asked.continuation else {
        let opened = open(op, visit, asked.client, asked.request).await?;
        continuation::prove(op, opened.id, asked.session).await?;
        return Ok(Step::Redirect(in_language(opened.way_back(), '&', asked.request)));
    };
    let Some(person) = person::find(op, asked.session.person_id).await? else {
        return Ok(Step::Unproven("oauth-error-continuation"));
    };
    Ok(Step::Ask(Box::new(ConsentPage {
        continuation: found.id,
        redirect_uri: asked.request.redirect_uri.clone(),
        asker: Asker::find(
            op,
            &Arc::new(asked.client.clone()),
            Some(&asked.request.redirect_uri),
        )
        .await?,
        person,
        offer,
        told,
    })))
}
