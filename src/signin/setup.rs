//! Set-up: the first organisation and its administrator, by a link that is printed at the first start, or unattended.
//!
//! Both ways found the same by [`access::found`], and only while there is no organisation. The administrator's role demands
//! a second factor, so that the sign-in that follows enrols one.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::attempt::Attempt;
use super::flow;
use super::proof::{Identified, PasswordProven};
use super::submit;
use crate::access::{self, AccessError, Founding, FoundingError};
use crate::domain::{Actor, EventKind, Secret, Token, Username};
use crate::factor::password::{self, Unfit};
use crate::http::{Form, Frame, Public, Submission, Visit, page_with_script, see_other};
use crate::one_time::{self, Kind, Redemption};
use crate::op::{EventDraft, House, Op, OpError};
use crate::person::{self, NewOrganisation, Person, PersonError};
use crate::session;
use crate::session::continuation::{self, NewContinuation};
use crate::session::requirement::Required;

/// How long a set-up link works.
pub const LINK_LIFE: Duration = Duration::from_mins(30);

/// What is needed for a first organisation.
#[derive(Debug)]
pub struct NewHouse {
    pub organisation: String,
    /// The organisation's word in addresses and files: lower-case letters, digits, hyphens.
    pub slug: String,
    /// The administrator's full name.
    pub name: String,
    pub username: String,
    pub password: Secret,
}

/// Why the set-up is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetUpRefusal {
    #[error("this server is set up already: it has an organisation")]
    AlreadyDone,
    #[error("organisation and name are not empty and have at most 200 characters")]
    NameShape,
    #[error("a slug is 1 to 60 lower-case letters, digits and hyphens, and begins with a letter")]
    SlugShape,
    #[error("a username is 1 to 200 characters without white space and control characters")]
    UsernameShape,
    #[error(transparent)]
    Password(#[from] Unfit),
}

/// Makes a link for the set-up; answers its path, with the token in it. To be committed, then printed after the issuer.
pub async fn make_link(op: &mut Op) -> Result<String, OpError> {
    let token = one_time::issue(op, Kind::SetUpLink, None, serde_json::Value::Null, LINK_LIFE).await?;
    op.record(EventDraft::success(EventKind::SetUpLinkMade));
    Ok(format!("/setup/{}", token.expose()))
}

/// Makes the first organisation and its administrator with a password. Nothing is committed here; a refusal has changed
/// nothing.
pub async fn create(op: &mut Op, new: NewHouse) -> Result<Result<Person, SetUpRefusal>, OpError> {
    let username = match check(&new) {
        Ok(username) => username,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // The administrator's role demands a second factor.
    let about = [username.as_str(), new.name.as_str(), new.organisation.as_str()];
    if let Err(unfit) = password::check(op, &new.password, false, &about).await? {
        return Ok(Err(SetUpRefusal::Password(unfit)));
    }
    let hashed = password::hash(op, &new.password).await?;
    let founding = Founding {
        organisation: NewOrganisation {
            slug: new.slug,
            name: new.organisation.trim().to_owned(),
        },
        username,
        name: new.name.trim().to_owned(),
    };
    let founded = match access::found(op, founding).await {
        Ok(founded) => founded,
        Err(FoundingError::SetUpAlready) => return Ok(Err(SetUpRefusal::AlreadyDone)),
        Err(FoundingError::Person(PersonError::SlugShape)) => return Ok(Err(SetUpRefusal::SlugShape)),
        Err(
            FoundingError::Fault(fault)
            | FoundingError::Person(PersonError::Fault(fault))
            | FoundingError::Access(AccessError::Fault(fault)),
        ) => return Err(fault),
        Err(FoundingError::Person(_) | FoundingError::Access(_)) => {
            return Err(OpError::Broken("the first organisation cannot be made"));
        }
    };
    let Some(administrator) = person::find(op, founded.administrator).await? else {
        return Err(OpError::Broken("the first administrator is not there"));
    };
    password::put(op, &administrator, &hashed).await?;
    Ok(Ok(administrator))
}

fn check(new: &NewHouse) -> Result<Username, SetUpRefusal> {
    let is_name = |text: &str| {
        let text = text.trim();
        !text.is_empty() && text.chars().count() <= 200 && !text.chars().any(char::is_control)
    };
    if !is_name(&new.organisation) || !is_name(&new.name) {
        return Err(SetUpRefusal::NameShape);
    }
    let username = Username::parse(&new.username).map_err(|_| SetUpRefusal::UsernameShape)?;
    Ok(username)
}

#[derive(askama::Template)]
#[template(path = "signin/setup.html")]
struct SetUpPage {
    frame: Frame,
    here: String,
    wrong: String,
    organisation: String,
    slug: String,
    full_name: String,
    username: String,
}

fn form_page(visit: &Visit, token: &str, form: &Form, refusal: Option<SetUpRefusal>) -> Response {
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let wrong = refusal.map(|refusal| visit.text.get(sentence(refusal)));
    let template = SetUpPage {
        frame: visit.frame("setup-title"),
        here: format!("/setup/{token}"),
        wrong: wrong.unwrap_or_default(),
        organisation: text("organisation"),
        slug: text("slug"),
        full_name: text("name"),
        username: text("username"),
    };
    let status = match refusal {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page_with_script(status, &template, &[])
}

const fn sentence(refusal: SetUpRefusal) -> &'static str {
    match refusal {
        SetUpRefusal::AlreadyDone => "setup-gone",
        SetUpRefusal::NameShape => "setup-wrong-name",
        SetUpRefusal::SlugShape => "setup-wrong-slug",
        SetUpRefusal::UsernameShape => "setup-wrong-username",
        SetUpRefusal::Password(unfit) => unfit.sentence(),
    }
}

/// `GET /setup/{token}`: the form, while the link works and there is no organisation.
pub(super) async fn show(
    _: Public,
    State(house): State<Arc<House>>,
    Path(token): Path<String>,
    visit: Visit,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    match is_open(&mut op, &Token::presented(&token)).await {
        Ok(true) => form_page(&visit, &token, &Form::default(), None),
        Ok(false) => visit.error_page(StatusCode::GONE, "setup-gone"),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn is_open(op: &mut Op, token: &Token) -> Result<bool, OpError> {
    let found = one_time::inspect(op, Kind::SetUpLink, token).await?;
    Ok(found.is_some() && access::is_unfounded(op).await?)
}

/// `POST /setup/{token}`: makes the organisation, and begins the administrator's sign-in where the password is proven.
pub(super) async fn submit_form(
    _: Public,
    State(house): State<Arc<House>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Submission { visit, form }: Submission,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    match set_up(op, &visit, &headers, &Token::presented(&token), &form).await {
        Ok(Ok(response)) => response,
        Ok(Err(SetUpRefusal::AlreadyDone)) => visit.error_page(StatusCode::GONE, "setup-gone"),
        Ok(Err(refusal)) => form_page(&visit, &token, &form, Some(refusal)),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The link is used up in the transaction that makes the organisation: of two submissions one wins, and a refused form
/// leaves the link as it was.
async fn set_up(
    mut op: Op,
    visit: &Visit,
    headers: &HeaderMap,
    token: &Token,
    form: &Form,
) -> Result<Result<Response, SetUpRefusal>, OpError> {
    if !is_open(&mut op, token).await? {
        return Ok(Err(SetUpRefusal::AlreadyDone));
    }
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let new = NewHouse {
        organisation: text("organisation"),
        slug: text("slug"),
        name: text("name"),
        username: text("username"),
        password: Secret::new(text("password")),
    };
    let session = session::current(&mut op, headers).await?;
    let administrator = match create(&mut op, new).await? {
        Ok(person) => person,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if !matches!(
        one_time::redeem(&mut op, Kind::SetUpLink, token).await?,
        Redemption::Redeemed(_)
    ) {
        return Ok(Err(SetUpRefusal::AlreadyDone));
    }
    let new = NewContinuation {
        required: Required::second_factor(),
        return_to: "/",
        ..NewContinuation::default()
    };
    let opened = continuation::open(&mut op, &visit.browser, new).await?;
    let to = format!("/signin/{}", opened.id);
    let state = flow::State::Start
        .named(Identified::just_made(&administrator))
        .known(PasswordProven::just_set(&op, &administrator));
    submit::advance(op, Attempt::begun(opened, session, state)).await?;
    Ok(Ok(see_other(&to)))
}
