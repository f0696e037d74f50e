//! Authenticators: which there are, adding one, naming one, removing one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::recovery;
use crate::domain::{Token, TotpId};
use crate::factor::authenticators::{self, Authenticator, Refusal};
use crate::factor::second::Stays;
use crate::factor::totp;
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, day, minute, page, see_other};
use crate::op::{House, Op, OpError};
use crate::person;
use crate::session::{Fresh, Session, SignedIn};

pub(super) const HERE: &str = "/account/authenticators";
pub(super) const ADD: &str = "/account/authenticators/add";
pub(super) const ONE: &str = "/account/authenticators/{id}";

#[derive(Debug, askama::Template)]
#[template(path = "account/authenticators.html")]
struct ListPage {
    frame: Frame,
    done: String,
    /// Address, name and facts of each.
    authenticators: Vec<(String, String, String)>,
}

/// `GET /account/authenticators`.
pub(super) async fn list(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let found = authenticators::list(&mut op, signed_in.0.person_id).await;
    match found {
        Ok(found) => {
            let row = |one: Authenticator| {
                let detail = [made(&visit.text, &one), used(&visit.text, &one)].join(" · ");
                (format!("{HERE}/{}", one.id), one.name, detail)
            };
            let template = ListPage {
                frame: visit.frame("account-authenticators-title"),
                done: super::done(&visit, query.get("done")),
                authenticators: found.into_iter().map(row).collect(),
            };
            page(StatusCode::OK, &template)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

fn made(text: &Text, one: &Authenticator) -> String {
    text.get_with("account-authenticator-made", "date", &day(one.created_at))
}

fn used(text: &Text, one: &Authenticator) -> String {
    match one.used_at {
        Some(at) => text.get_with("account-authenticator-used", "date", &minute(at)),
        None => text.get("account-authenticator-unused"),
    }
}

/// Why the last second factor stays.
pub(super) const fn stays_sentence(stays: Stays) -> &'static str {
    match stays {
        Stays::Required => "account-authenticator-last",
        Stays::ShortPassword => "account-factor-last-short",
        Stays::OnlyWay => "account-factor-only-way",
        Stays::LastOfAll => "account-factor-last-of-all",
    }
}

const fn sentence(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Gone => "account-authenticator-gone",
        Refusal::Code => "signin-wrong-enrolment-code",
        Refusal::TooMany => "account-authenticator-too-many",
        Refusal::Last(stays) => stays_sentence(stays),
    }
}

#[derive(Debug, askama::Template)]
#[template(path = "account/authenticator_add.html")]
struct AddPage {
    frame: Frame,
    /// Names the secret that waits here; tells nothing of it.
    pending: String,
    shown: totp::Enrolment,
    /// The name of the authenticator, as typed.
    typed: String,
    wrong_code: String,
    wrong: String,
}

/// `GET /account/authenticators/add`: a new secret each time.
pub(super) async fn begin(fresh: Fresh, State(house): State<Arc<House>>, visit: Visit) -> Response {
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let begun = authenticators::begin(&mut op, fresh.session().person_id).await;
    match op.conclude(begun).await {
        Ok(token) => add_page(&house, &visit, &fresh, (&token, "", None)).await,
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn add_page(
    house: &Arc<House>,
    visit: &Visit,
    fresh: &Fresh,
    (token, name, refusal): (&Token, &str, Option<Refusal>),
) -> Response {
    let mut op = Op::new(house, fresh.actor(), visit.seen.clone());
    let say = |asked: &[Refusal]| {
        let told = refusal.filter(|refusal| asked.contains(refusal));
        told.map(|refusal| visit.text.get(sentence(refusal)))
            .unwrap_or_default()
    };
    match enrolment(&mut op, fresh.session(), token).await {
        Ok(Some(shown)) => {
            let template = AddPage {
                frame: visit.frame("account-authenticator-add-title"),
                pending: token.expose().to_owned(),
                shown,
                typed: name.to_owned(),
                wrong_code: say(&[Refusal::Code]),
                wrong: say(&[Refusal::TooMany]),
            };
            let status = match refusal {
                None => StatusCode::OK,
                Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            };
            page(status, &template)
        }
        Ok(None) => visit.error_page(StatusCode::GONE, "account-authenticator-gone"),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn enrolment(
    op: &mut Op,
    session: &Session,
    token: &Token,
) -> Result<Option<totp::Enrolment>, OpError> {
    const FAULT: OpError = OpError::Broken("an enrolment of nobody");
    let Some(seed) = authenticators::pending(op, session.person_id, token).await? else {
        return Ok(None);
    };
    let person = person::find(op, session.person_id).await?.ok_or(FAULT)?;
    let organisation = person::find_organisation(op, person.organisation_id).await?;
    let organisation = organisation.ok_or(FAULT)?;
    seed.show(&organisation.name, person.username.as_str()).map(Some)
}

/// `POST /account/authenticators/add`, fields `pending`, `name`, `code`.
pub(super) async fn confirm(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let text = |name: &str| form.get(name).unwrap_or_default();
    let token = Token::presented(text("pending"));
    let person = fresh.session().person_id;
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let given = (text("name"), text("code"));
    let confirmed = authenticators::confirm(&mut op, person, &token, given).await;
    match op.conclude(confirmed).await {
        Ok(Ok(codes)) if codes.is_empty() => see_other("/account/authenticators?done=added"),
        // Before anything else, once: what lets its owner in when the authenticator is lost.
        Ok(Ok(codes)) => recovery::new_codes(&visit, codes),
        Ok(Err(Refusal::Gone)) => visit.error_page(StatusCode::GONE, "account-authenticator-gone"),
        Ok(Err(refusal)) => add_page(&house, &visit, &fresh, (&token, given.0, Some(refusal))).await,
        Err(fault) => visit.fault_page(&fault),
    }
}

#[derive(Debug, askama::Template)]
#[template(path = "account/authenticator.html")]
struct OnePage {
    frame: Frame,
    here: String,
    facts: Vec<(String, String)>,
    called: String,
    wrong: String,
}

/// `GET /account/authenticators/{id}`.
pub(super) async fn show(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    one_page(&house, &visit, &fresh, (&id, None)).await
}

async fn one_page(
    house: &Arc<House>,
    visit: &Visit,
    fresh: &Fresh,
    (id, refusal): (&str, Option<Refusal>),
) -> Response {
    let mut op = Op::new(house, fresh.actor(), visit.seen.clone());
    let found = match id.parse::<TotpId>() {
        Ok(id) => authenticators::find(&mut op, fresh.session().person_id, id).await,
        Err(_) => Ok(None),
    };
    let one = match found {
        Ok(Some(one)) => one,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    let facts = vec![
        (
            visit.text.get("account-authenticator-made-on"),
            minute(one.created_at),
        ),
        (
            visit.text.get("account-authenticator-used-on"),
            one.used_at
                .map_or_else(|| visit.text.get("account-never"), minute),
        ),
    ];
    let template = OnePage {
        frame: visit.frame("account-authenticator-title"),
        here: format!("{HERE}/{}", one.id),
        facts,
        called: one.name,
        wrong: match refusal {
            Some(Refusal::Last(stays)) => visit.text.get(stays_sentence(stays)),
            _ => String::new(),
        },
    };
    let status = match refusal {
        None => StatusCode::OK,
        Some(Refusal::Last(_)) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page(status, &template)
}

/// `POST /account/authenticators/{id}`, field `act`: `rename` (with `name`) or `remove`.
pub(super) async fn change(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let Ok(parsed) = id.parse::<TotpId>() else {
        return visit.status_page(StatusCode::NOT_FOUND);
    };
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let Some((changed, to)) = act(&mut op, &fresh, parsed, &form).await else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    match op.conclude(changed).await {
        Ok(Ok(())) => see_other(to),
        Ok(Err(Refusal::Gone)) => visit.status_page(StatusCode::NOT_FOUND),
        Ok(Err(refusal)) => one_page(&house, &visit, &fresh, (&id, Some(refusal))).await,
        Err(fault) => visit.fault_page(&fault),
    }
}

type Changed = Result<Result<(), Refusal>, OpError>;

/// What the form asks for, and where that leads; none: nothing that is known.
async fn act(op: &mut Op, fresh: &Fresh, id: TotpId, form: &Form) -> Option<(Changed, &'static str)> {
    let person = fresh.session().person_id;
    match form.get("act")? {
        "rename" => {
            let name = form.get("name").unwrap_or_default();
            let renamed = authenticators::rename(op, person, id, name).await;
            Some((renamed, "/account/authenticators?done=renamed"))
        }
        "remove" => {
            let removed = authenticators::remove(op, person, id).await;
            Some((removed, "/account/authenticators?done=removed"))
        }
        _ => None,
    }
}
