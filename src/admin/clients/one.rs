//! One client: what it is, which rules of which profile it keeps, and what an administrator does with it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::super::right::{ClientsManage, ClientsRead, May, MayNow};
use super::acts::{self, Wrong};
use super::list::{HERE, address};
use super::{form, words};
use crate::client::{self, Client, Standing};
use crate::domain::{ClientProfile, ClientStatus, Right, Secret, Subject};
use crate::http::fields::Group;
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, page, see_other};
use crate::op::{Op, OpError};

pub(in crate::admin) const ONE: &str = "/admin/clients/{id}";

#[derive(Debug, askama::Template)]
#[template(path = "admin/client.html")]
struct ClientPage {
    frame: Frame,
    done: String,
    wrong: String,
    name: String,
    here: String,
    back: &'static str,
    digest: String,
    facts: Vec<(String, String)>,
    status: ClientStatus,
    may_manage: bool,
    uses_secrets: bool,
    /// Which profile it has, and how it stands to the others.
    profile: String,
    others: Vec<String>,
    rules: Vec<words::Line>,
    secrets: Vec<words::SecretRow>,
    groups: Vec<Group>,
}

#[derive(Debug, askama::Template)]
#[template(path = "admin/client_secret.html")]
struct SecretPage {
    frame: Frame,
    id: String,
    secret: String,
    here: String,
}

/// `GET /admin/clients/{id}`.
pub(in crate::admin) async fn show(
    may: May<ClientsRead>,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("saved") => "admin-client-done-saved",
        Some("approved") => "admin-client-done-approved",
        Some("refused") => "admin-client-done-refused",
        Some("disabled") => "admin-client-done-disabled",
        Some("ended") => "admin-client-done-ended",
        _ => "",
    };
    let told = Told {
        done,
        ..Told::default()
    };
    let mut op = may.op(&visit);
    let found = acts::find(&mut op, may.organisation_id(), &id).await;
    let found = match found {
        Ok(Some(client)) => template(&mut op, &visit, &may, (&client, told)).await,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => Err(fault),
    };
    match found {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

impl ClientPage {
    fn is_waiting(&self) -> bool {
        self.status == ClientStatus::Pending
    }

    /// Whether there is something left to change for whoever looks.
    fn may_change(&self) -> bool {
        self.may_manage && self.status != ClientStatus::Disabled
    }
}

/// What the page says of what was just asked.
#[derive(Debug, Default)]
struct Told<'a> {
    done: &'static str,
    wrong: Option<Wrong>,
    written: Option<&'a Form>,
}

async fn template<R>(
    op: &mut Op,
    visit: &Visit,
    may: &May<R>,
    (client, told): (&Client, Told<'_>),
) -> Result<ClientPage, OpError> {
    let text = &visit.text;
    let (last, now) = (client::last_used_at(op, &client.id).await?, op.now);
    let secrets = client::list_secrets(op, &client.id).await?;
    let config = &Arc::clone(&op.house).config;
    let present = client.settings.profile;
    let others = ClientProfile::ALL.iter().filter(|one| **one != present);
    // The strictest has the rules of all.
    let rules = client::held(ClientProfile::Fapi2MessageSigning, client);
    Ok(ClientPage {
        frame: may.frame(op, visit, "admin-client-title").await?,
        done: Some(told.done)
            .filter(|key| !key.is_empty())
            .map(|key| text.get(key))
            .unwrap_or_default(),
        wrong: told.wrong.map(|wrong| sentence(text, &wrong)).unwrap_or_default(),
        name: crate::domain::plain(&client.name),
        here: address(&client.id),
        back: HERE,
        digest: client::digest(client),
        facts: words::facts(text, client, last),
        status: client.status,
        may_manage: may.powers().has(Right::ClientsManage),
        uses_secrets: client.auth_method.has_secret(),
        profile: words::profile(text, present),
        others: others.map(|one| outlook(text, *one, client)).collect(),
        rules: rules.iter().map(|held| words::line(text, held)).collect(),
        secrets: secrets.iter().map(|one| words::secret(text, one, now)).collect(),
        groups: form::groups(text, config, client, told.written),
    })
}

/// What a profile would say of the client as it is: the names of the rules that refuse it.
fn outlook(text: &Text, profile: ClientProfile, client: &Client) -> String {
    let broken: Vec<String> = client::held(profile, client)
        .iter()
        .filter(|held| matches!(held.standing, Standing::Broken(_)))
        .map(|held| words::rule(text, held.rule))
        .collect();
    let name = words::profile(text, profile);
    if broken.is_empty() {
        text.get_with("admin-profile-open", "profile", &name)
    } else {
        let said = [("profile", name.as_str()), ("rules", &broken.join(", "))];
        text.get_args("admin-profile-closed", &said)
    }
}

/// `POST /admin/clients/{id}`, field `act`: `approve` (with `digest`), `refuse`, `save` (with the settings and `digest`), `secret`
/// (with `days`), `end` (with `secret`), `disable`.
pub(in crate::admin) async fn act(
    may: MayNow<ClientsManage>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let mut op = may.op(&visit);
    let client = match acts::find(&mut op, may.organisation_id(), &id).await {
        Ok(Some(client)) => client,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    let by = Subject::Person(may.person_id());
    let done = match form.get("act") {
        Some("approve") => {
            let seen = form.get("digest").unwrap_or_default();
            said(acts::approve(&mut op, by, &client, seen).await, "approved")
        }
        Some("refuse") => said(acts::refuse(&mut op, &client).await, "refused"),
        Some("disable") => said(acts::disable(&mut op, &client).await, "disabled"),
        Some("end") => {
            let secret = form.get("secret").unwrap_or_default();
            said(acts::end_secret(&mut op, &client, secret).await, "ended")
        }
        Some("secret") => match life(&form) {
            Ok(life) => {
                let added = acts::add_secret(&mut op, by, &client, life).await;
                added.map(|added| added.map(Done::Secret))
            }
            Err(wrong) => Ok(Err(wrong)),
        },
        Some("save") => {
            let changed = acts::change(&mut op, by, &client, form::changes(&client, &form)).await;
            changed.map(|changed| {
                changed.map(|changed| changed.secret.map_or(Done::Said("saved"), Done::Secret))
            })
        }
        _ => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    answer(&visit, &may, (op, &client), (&form, done)).await
}

/// What came of an act.
enum Done {
    Said(&'static str),
    /// A new secret, to be shown this once.
    Secret(Secret),
}

fn said(
    done: Result<Result<(), Wrong>, OpError>,
    word: &'static str,
) -> Result<Result<Done, Wrong>, OpError> {
    done.map(|done| done.map(|()| Done::Said(word)))
}

/// How long a new secret lives: `days`, or without end where nothing is written.
fn life(form: &Form) -> Result<Option<Duration>, Wrong> {
    let written = form.get("days").unwrap_or_default().trim();
    if written.is_empty() {
        return Ok(None);
    }
    let days = written.parse().map_err(|_| Wrong::Life)?;
    acts::life_of_secret(days).map(Some).ok_or(Wrong::Life)
}

async fn answer(
    visit: &Visit,
    may: &MayNow<ClientsManage>,
    (op, client): (Op, &Client),
    (form, done): (&Form, Result<Result<Done, Wrong>, OpError>),
) -> Response {
    let wrong = match op.conclude(done).await {
        Ok(Ok(Done::Said(word))) => return see_other(&format!("{}?done={word}", address(&client.id))),
        Ok(Ok(Done::Secret(secret))) => return shown_once(visit, may, (client, &secret)).await,
        Ok(Err(wrong)) => wrong,
        Err(fault) => return visit.fault_page(&fault),
    };
    let told = Told {
        wrong: Some(wrong),
        written: Some(form).filter(|form| form.get("act") == Some("save")),
        ..Told::default()
    };
    let mut op = may.op(visit);
    let client = match acts::find(&mut op, may.organisation_id(), client.id.as_str()).await {
        Ok(Some(client)) => client,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    match template(&mut op, visit, may, (&client, told)).await {
        Ok(template) => page(StatusCode::UNPROCESSABLE_ENTITY, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn shown_once(
    visit: &Visit,
    may: &MayNow<ClientsManage>,
    (client, secret): (&Client, &Secret),
) -> Response {
    let mut op = may.op(visit);
    match may.frame(&mut op, visit, "admin-secret-title").await {
        Ok(frame) => page(
            StatusCode::OK,
            &SecretPage {
                frame,
                id: client.id.as_str().to_owned(),
                secret: secret.expose().to_owned(),
                here: address(&client.id),
            },
        ),
        Err(fault) => visit.fault_page(&fault),
    }
}

fn sentence(text: &Text, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Metadata(refusal) if !refusal.rules.is_empty() => {
            let rules: Vec<String> = refusal.rules.iter().map(|one| words::rule(text, *one)).collect();
            text.get_with("admin-client-wrong-rules", "rules", &rules.join(", "))
        }
        Wrong::Metadata(refusal) => text.get_with("admin-client-wrong-setting", "what", &refusal.description),
        Wrong::Operators(name) | Wrong::Unknown(name) => {
            text.get_with("admin-client-wrong-operators", "name", name)
        }
        Wrong::Above => text.get("admin-client-wrong-above"),
        Wrong::Meanwhile => text.get("admin-client-wrong-meanwhile"),
        Wrong::NotWaiting => text.get("admin-client-wrong-not-waiting"),
        Wrong::Disabled => text.get("admin-client-wrong-disabled"),
        Wrong::NoSecret => text.get("admin-client-wrong-no-secret"),
        Wrong::NoSecrets => text.get("admin-client-wrong-no-secrets"),
        Wrong::TooManySecrets => text.get("admin-client-wrong-many"),
        Wrong::Life => text.get("admin-client-wrong-days"),
    }
}
