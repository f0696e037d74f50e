//! Passkeys: which there are, adding one, naming one, removing one.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::authenticators::stays_sentence;
use crate::domain::PasskeyId;
use crate::factor::passkey::{self, Challenge, Kind, NotMade, Passkey, Removal, Signal};
use crate::factor::recovery;
use crate::factor::second::Stays;
use crate::http::{
    Form, Frame, Inquiry, Submission, Text, Visit, day, device, minute, page_with_script, see_other,
};
use crate::op::{House, Op, OpError};
use crate::person::{self, Person};
use crate::session::Fresh;

pub(super) const HERE: &str = "/account/passkeys";

#[derive(Debug, askama::Template)]
#[template(path = "account/passkeys.html")]
struct PasskeysPage {
    frame: Frame,
    done: String,
    wrong: String,
    passkeys: Vec<Row>,
    /// What the browser is asked to make, as JSON; empty where it cannot be.
    options: String,
    /// The same for a security key.
    key_options: String,
    suggested: String,
    signals: Vec<Signal>,
    /// Which products may be added; empty where all may.
    listed: String,
}

#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    facts: String,
}

/// What a form could not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    NotAdded,
    Present,
    Unlisted,
    Last(Stays),
}

impl Wrong {
    const fn of(refused: NotMade) -> Self {
        match refused {
            NotMade::Present => Self::Present,
            NotMade::Unlisted => Self::Unlisted,
            NotMade::Invalid | NotMade::TooMany => Self::NotAdded,
        }
    }
}

/// `GET /account/passkeys`.
pub(super) async fn show(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = super::done(&visit, query.get("done"));
    render(&house, &visit, &fresh, (done, None)).await
}

async fn render(
    house: &Arc<House>,
    visit: &Visit,
    fresh: &Fresh,
    (done, wrong): (String, Option<Wrong>),
) -> Response {
    let mut op = Op::new(house, fresh.actor(), visit.seen.clone());
    let template = match template(&mut op, visit, fresh).await {
        Ok(template) => template,
        Err(fault) => return visit.fault_page(&fault),
    };
    let (status, sentence) = match wrong {
        None => (StatusCode::OK, None),
        Some(Wrong::NotAdded) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Some("account-passkey-not-added"),
        ),
        Some(Wrong::Unlisted) => (StatusCode::UNPROCESSABLE_ENTITY, Some("account-passkey-unlisted")),
        Some(Wrong::Present) => (StatusCode::CONFLICT, Some("account-passkey-present")),
        Some(Wrong::Last(stays)) => (StatusCode::CONFLICT, Some(stays_sentence(stays))),
    };
    let template = PasskeysPage {
        done,
        wrong: sentence
            .map(|sentence| visit.text.get(sentence))
            .unwrap_or_default(),
        ..template
    };
    page_with_script(status, &template, &[])
}

async fn template(op: &mut Op, visit: &Visit, fresh: &Fresh) -> Result<PasskeysPage, OpError> {
    let person = owner(op, fresh).await?;
    let own = passkey::list(op, person.id).await?;
    let options = passkey::request_new(op, &person, asked(op, fresh, own.len(), Kind::Passkey)).await?;
    let asked = asked(op, fresh, own.len(), Kind::SecurityKey);
    let key_options = passkey::request_new(op, &person, asked).await?;
    Ok(PasskeysPage {
        frame: visit.frame("account-passkeys-title"),
        done: String::new(),
        wrong: String::new(),
        suggested: device(&visit.text, visit.seen.user_agent.as_deref()),
        passkeys: own.into_iter().map(|one| row(&visit.text, one)).collect(),
        options: options.unwrap_or_default(),
        key_options: key_options.unwrap_or_default(),
        signals: Signal::of_person(op, &person).await?,
        listed: listed(op, &visit.text, &person).await?,
    })
}

async fn listed(op: &mut Op, text: &Text, person: &Person) -> Result<String, OpError> {
    let products = passkey::listed_products(op, person.id).await?;
    let sentence = |products: Vec<String>| {
        let products = crate::domain::plain(&products.join(", "));
        text.get_with("account-passkeys-listed", "products", &products)
    };
    Ok(products.map(sentence).unwrap_or_default())
}

async fn owner(op: &mut Op, fresh: &Fresh) -> Result<Person, OpError> {
    let person = person::find(op, fresh.session().person_id).await?;
    person.ok_or(OpError::Broken("a session of nobody"))
}

/// What is made now: over as soon as one more is there.
fn asked(op: &Op, fresh: &Fresh, present: usize, kind: Kind) -> (Kind, Challenge) {
    let (session, present) = (fresh.session().id.to_string(), present.to_string());
    let what = match kind {
        Kind::Passkey => "enrol",
        Kind::SecurityKey => "enrol a security key",
    };
    (kind, Challenge::of(op, what, &[&session, &present]))
}

fn row(text: &Text, one: Passkey) -> Row {
    let kind = match (one.synced, one.backed_up) {
        (true, true) => "account-passkey-synced",
        (true, false) => "account-passkey-not-copied",
        (false, _) => "account-passkey-bound",
    };
    let used = match one.used_at {
        Some(at) => text.get_with("account-authenticator-used", "date", &minute(at)),
        None => text.get("account-authenticator-unused"),
    };
    let made = match &one.made_at {
        Some(agent) => {
            let at = device(text, Some(agent));
            let day = day(one.created_at);
            text.get_args("account-passkey-made", &[("date", day.as_str()), ("device", &at)])
        }
        None => text.get_with("account-authenticator-made", "date", &day(one.created_at)),
    };
    let second = (!one.alone).then(|| text.get("account-key-second"));
    let model = one.model().map(str::to_owned);
    let facts = [model, Some(text.get(kind)), second, Some(made), Some(used)];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    Row {
        id: one.id.to_string(),
        facts: crate::domain::plain(&facts.join(" · ")),
        name: one.name,
    }
}

/// `POST /account/passkeys`, field `act`: `add` or `add-key` (with `answer` and `name`), `rename` (`passkey`, `name`) or
/// `remove` (`passkey`).
pub(super) async fn change(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let Some(changed) = act(&mut op, &fresh, &form).await else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    match op.conclude(changed).await {
        Ok(Changed::To(address)) => see_other(address),
        Ok(Changed::Codes(codes)) => super::recovery::new_codes(&visit, codes),
        Ok(Changed::Wrong(wrong)) => render(&house, &visit, &fresh, (String::new(), Some(wrong))).await,
        Ok(Changed::Unknown) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

enum Changed {
    To(&'static str),
    /// Before anything else, once: what lets its owner in when the passkey is lost.
    Codes(Vec<String>),
    Wrong(Wrong),
    Unknown,
}

/// What the form asks for; none: nothing that is known.
async fn act(op: &mut Op, fresh: &Fresh, form: &Form) -> Option<Result<Changed, OpError>> {
    let text = |name: &str| form.get(name).unwrap_or_default();
    let person = fresh.session().person_id;
    let id = text("passkey").parse::<PasskeyId>().ok();
    match (text("act"), id) {
        ("add", _) => Some(add(op, fresh, Kind::Passkey, (text("answer"), text("name"))).await),
        ("add-key", _) => Some(add(op, fresh, Kind::SecurityKey, (text("answer"), text("name"))).await),
        ("rename", Some(id)) => {
            let renamed = passkey::rename(op, person, id, text("name")).await;
            let to = "/account/passkeys?done=passkey-renamed";
            Some(renamed.map(|done| if done { Changed::To(to) } else { Changed::Unknown }))
        }
        ("remove", Some(id)) => {
            let removed = passkey::remove(op, person, id).await;
            Some(removed.map(|removal| match removal {
                Removal::Removed => Changed::To("/account/passkeys?done=passkey-removed"),
                Removal::Last(stays) => Changed::Wrong(Wrong::Last(stays)),
                Removal::Unknown => Changed::Unknown,
            }))
        }
        ("rename" | "remove", None) => Some(Ok(Changed::Unknown)),
        _ => None,
    }
}

async fn add(op: &mut Op, fresh: &Fresh, kind: Kind, given: (&str, &str)) -> Result<Changed, OpError> {
    let person = owner(op, fresh).await?;
    let present = passkey::list(op, person.id).await?.len();
    let asked = asked(op, fresh, present, kind);
    if let Err(refused) = passkey::enrol(op, &person, asked, given).await? {
        return Ok(Changed::Wrong(Wrong::of(refused)));
    }
    let codes = recovery::make_first(op, person.id).await?;
    Ok(if codes.is_empty() {
        Changed::To("/account/passkeys?done=passkey-added")
    } else {
        Changed::Codes(codes)
    })
}
