//! Making an account of one's own, where the installation lets people (Initiating User Registration via OpenID Connect 1.0).
//!
//! The account belongs to the organisation of the application that sent the browser, and holds nothing: whatever it may do,
//! somebody gives it. The sign-in goes on with the password that was set a moment ago.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::attempt::Attempt;
use super::bound::Bound;
use super::door::{self, Sent};
use super::flow::State;
use super::proof::{Identified, PasswordProven};
use super::submit::{self, Outcome};
use crate::client::{self, Client};
use crate::domain::{Actor, OrganisationId, PersonId, RedirectUri, Secret, Username};
use crate::factor::guess;
use crate::factor::password::{self, Unfit};
use crate::http::{Form, Frame, Visit, page_with_script};
use crate::op::{House, Op, OpError};
use crate::person::{self, NewPerson, Person, PersonError};
use crate::session::continuation::Continuation;

/// Why no account is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Name,
    Username,
    Taken,
    Password(Unfit),
}

impl Refusal {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Name => "create-wrong-name",
            Self::Username => "setup-wrong-username",
            Self::Taken => "create-taken",
            Self::Password(unfit) => unfit.sentence(),
        }
    }
}

#[derive(askama::Template)]
#[template(path = "signin/create.html")]
struct CreatePage {
    frame: Frame,
    here: String,
    wrong: String,
    full_name: String,
    username: String,
}

/// Whether people may make accounts for this sign-in: its application, whose organisation they will belong to.
pub(super) async fn application(op: &mut Op, found: &Continuation) -> Result<Option<Arc<Client>>, OpError> {
    let Some(id) = found
        .client_id
        .as_ref()
        .filter(|_| op.house.config.signin.account_creation)
    else {
        return Ok(None);
    };
    client::find_active(op, id).await
}

/// Where accounts are made for this sign-in; empty where none are.
pub(super) async fn address(op: &mut Op, attempt: &Attempt) -> Result<String, OpError> {
    let found = &attempt.continuation;
    let application = application(op, found).await?;
    Ok(application
        .map(|_| format!("/signin/{}/create", found.id))
        .unwrap_or_default())
}

/// `GET /signin/{id}/create`.
pub(super) async fn show(Bound(found): Bound, Shared(house): Shared<Arc<House>>, visit: Visit) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    match application(&mut op, &found).await {
        Ok(Some(client)) => form_page(&visit, &client, &found, (&Form::default(), None)),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// `POST /signin/{id}/create`, fields `name`, `username`, `password`.
pub(super) async fn submit(Bound(found): Bound, sent: Sent) -> Response {
    let (house, headers) = (Arc::clone(&sent.house), &sent.headers);
    let (visit, form) = (&sent.submission.visit, &sent.submission.form);
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let client = match application(&mut op, &found).await {
        Ok(Some(client)) => client,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    if let Some(wait) = guess::beyond_limit(&op).await {
        return visit.limited_page(wait);
    }
    let kept = found.clone();
    match create(
        op,
        (found, headers),
        client.organisation_id,
        (form, visit.text.language()),
    )
    .await
    {
        Ok(Ok(outcome)) => door::led(&house, visit, kept.id, outcome),
        Ok(Err(refusal)) => form_page(visit, &client, &kept, (form, Some(refusal))),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// Makes the account and goes on with the sign-in. A refusal has changed nothing.
async fn create(
    mut op: Op,
    (found, headers): (Continuation, &HeaderMap),
    organisation: OrganisationId,
    (form, language): (&Form, &str),
) -> Result<Result<Outcome, Refusal>, OpError> {
    let text = |name: &str| form.get(name).unwrap_or_default().trim().to_owned();
    let password = Secret::new(form.get("password").unwrap_or_default().to_owned());
    let (username, name) = match check(&text("username"), &text("name")) {
        Ok(names) => names,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let home = person::find_organisation(&mut op, organisation).await?;
    let home = home.map(|home| home.name.clone()).unwrap_or_default();
    let about = [username.as_str(), &name, &home];
    // Nothing demands a second factor of somebody who may do nothing yet.
    if let Err(unfit) = password::check(&mut op, &password, true, &about).await? {
        return Ok(Err(Refusal::Password(unfit)));
    }
    let mut attempt = Attempt::load(&mut op, found, headers).await?;
    let hashed = password::hash(&mut op, &password).await?;
    let mut new = NewPerson::named(organisation, username, name);
    new.locale = Some(language.to_owned());
    let person = match person::create(&mut op, new).await {
        Ok(id) => made(&mut op, id).await?,
        Err(PersonError::UsernameTaken) => return Ok(Err(Refusal::Taken)),
        Err(PersonError::Fault(fault)) => return Err(fault),
        Err(_) => return Err(OpError::Broken("an account cannot be made")),
    };
    password::put(&mut op, &person, &hashed).await?;
    attempt.fresh = true;
    attempt.trouble = None;
    let state = State::Start.named(Identified::just_made(&person));
    attempt.go_on_with(state.known(PasswordProven::just_set(&op, &person)));
    submit::advance(op, attempt).await.map(Ok)
}

async fn made(op: &mut Op, id: PersonId) -> Result<Person, OpError> {
    let found = person::find(op, id).await?;
    found.ok_or(OpError::Broken("an account that was just made is not there"))
}

fn check(username: &str, name: &str) -> Result<(Username, String), Refusal> {
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Refusal::Name);
    }
    let parsed = Username::parse(username).map_err(|_| Refusal::Username)?;
    Ok((parsed, name.to_owned()))
}

fn form_page(
    visit: &Visit,
    client: &Client,
    found: &Continuation,
    (form, refusal): (&Form, Option<Refusal>),
) -> Response {
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let hint = found.login_hint.clone().unwrap_or_default();
    let wrong = refusal.map(|refusal| visit.text.get(refusal.sentence()));
    let template = CreatePage {
        frame: visit.frame("create-title").at(client.name.clone()),
        here: format!("/signin/{}", found.id),
        wrong: wrong.unwrap_or_default(),
        full_name: text("name"),
        username: if refusal.is_none() { hint } else { text("username") },
    };
    let status = match refusal {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let targets: Vec<&str> = client.redirect_uris.iter().map(RedirectUri::as_str).collect();
    page_with_script(status, &template, &targets)
}
