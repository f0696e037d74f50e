//! Clients: listed, looked at, changed, let begin, given secrets, disabled.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::clients::acts::{self, Wrong};
use super::super::right::{ClientsManage, ClientsRead};
use super::called::Called;
use super::{conclude, not_found, nothing, unfit};
use crate::client::{self, Administered, Client, Document, Held, Search, Standing};
use crate::domain::{ClientId, ClientProfile, ClientStatus, Secret};
use crate::http::json as answer;
use crate::http::{FormError, Json, Problem, Query};
use crate::op::{Op, OpError};

pub(super) const ONE: &str = "/admin/v1/clients/{id}";

/// `GET /admin/v1/clients`, with `name` a part of an id or name, `status`, `after` the last id of the page before: `clients`, at most 100,
/// and `next` (for `after`) where there may be more.
pub(super) async fn list(called: Called<ClientsRead>, query: Result<Query, FormError>) -> Response {
    let mut op = called.op();
    let done = match query {
        Ok(query) => listed(&mut op, &called, &query).await,
        Err(wrong) => Ok(Err(Problem::new(wrong.status()).detail(wrong.to_string()))),
    };
    conclude(op, done, |body: Value| answer(StatusCode::OK, &body)).await
}

async fn listed(
    op: &mut Op,
    called: &Called<ClientsRead>,
    query: &Query,
) -> Result<Result<Value, Problem>, OpError> {
    let status = query.get("status").map(|word| (word, ClientStatus::parse(word)));
    if let Some((_, None)) = status {
        return Ok(Err(unfit("status is pending, active or disabled")));
    }
    let after = query.get("after").and_then(|text| ClientId::parse(text).ok());
    let asked = Search {
        text: query.get("name").unwrap_or_default().trim(),
        status: status.and_then(|(_, status)| status),
        after: after.as_ref(),
    };
    let found = client::search(op, called.organisation_id(), asked).await?;
    let next = found.last().filter(|_| found.len() >= client::PAGE_LENGTH);
    let next = next.map(|last| last.client.id.clone());
    let clients = found.iter().map(|one| {
        let client = &one.client;
        json!({
            "client_id": client.id, "client_name": client.name, "status": client.status,
            "profile": client.settings.profile, "registered_itself": client.registered_itself(),
            "last_used_at": one.last_used_at,
        })
    });
    let clients: Vec<Value> = clients.collect();
    Ok(Ok(json!({ "clients": clients, "next": next })))
}

/// `GET /admin/v1/clients/{id}`: `client` as it is registered, with the `digest` of that; `last_used_at`; `secrets` without their values;
/// `profiles`, each with its rules and how the client stands to them.
pub(super) async fn show(called: Called<ClientsRead>, Path(id): Path<String>) -> Response {
    let act = async |op: &mut Op, client: &Client| whole(op, client).await.map(Ok);
    with_client(&called, &id, act, |body| answer(StatusCode::OK, &body)).await
}

async fn whole(op: &mut Op, client: &Client) -> Result<Value, OpError> {
    let profiles = ClientProfile::ALL.iter().map(|profile| {
        let rules = client::held(*profile, client);
        (
            profile.to_string(),
            rules.iter().map(told).collect::<Vec<_>>().into(),
        )
    });
    let profiles = Value::Object(profiles.collect());
    Ok(json!({
        "client": client::shown(client),
        "last_used_at": client::last_used_at(op, &client.id).await?,
        "secrets": client::list_secrets(op, &client.id).await?,
        "profiles": profiles,
    }))
}

/// A rule, and how the client stands to it: `kept`, `asked` each time, or `broken` by members with what they say.
fn told(held: &Held) -> Value {
    let (standing, by) = match &held.standing {
        Standing::Kept => ("kept", None),
        Standing::Asked => ("asked", None),
        Standing::Broken(by) => ("broken", Some(by)),
    };
    let by = by.map(|by| {
        let by = by
            .iter()
            .map(|(member, value)| json!({ "member": member, "value": value }));
        by.collect::<Vec<_>>()
    });
    json!({ "rule": held.rule.name(), "says": held.rule.text(), "standing": standing, "by": by })
}

/// `PATCH /admin/v1/clients/{id}`: the members that change, `null` takes one back (RFC 7396); with `digest`, only what was seen is changed.
/// Answers the client as it is then, with a `client_secret` if it has got one.
pub(super) async fn change(
    called: Called<ClientsManage>,
    Path(id): Path<String>,
    Json(changes): Json<Document>,
) -> Response {
    let act = async |op: &mut Op, client: &Client| {
        let done = acts::change(op, called.subject(), client, changes).await?;
        Ok(done.map_err(|refusal| wrong(&refusal)))
    };
    with_client(&called, &id, act, |done: Administered| {
        let mut shown = client::shown(&done.client);
        let secret = done.secret.as_ref().map(Secret::expose);
        shown.extend(secret.map(|secret| ("client_secret".to_owned(), json!(secret))));
        answer(StatusCode::OK, &shown)
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    approved: bool,
    /// Of what was seen; one that is approved has one.
    digest: Option<String>,
}

/// `POST /admin/v1/clients/{id}/decision`: `approved`, and with `true` the `digest` of what was seen.
pub(super) async fn decide(
    called: Called<ClientsManage>,
    Path(id): Path<String>,
    Json(decision): Json<Decision>,
) -> Response {
    let act = async |op: &mut Op, client: &Client| {
        let done = match (decision.approved, &decision.digest) {
            (true, Some(seen)) => acts::approve(op, called.subject(), client, seen).await?,
            (true, None) => {
                let missing = unfit("digest: who approves says what they have seen");
                return Ok(Err(missing));
            }
            (false, _) => acts::refuse(op, client).await?,
        };
        Ok(done.map_err(|refusal| wrong(&refusal)))
    };
    with_client(&called, &id, act, nothing).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSecret {
    /// Left out: it never ends.
    days: Option<u32>,
}

/// `POST /admin/v1/clients/{id}/secrets`: `days`. Answers the `client_secret`, this once.
pub(super) async fn add_secret(
    called: Called<ClientsManage>,
    Path(id): Path<String>,
    Json(new): Json<NewSecret>,
) -> Response {
    let act = async |op: &mut Op, client: &Client| {
        let life = match new.days.map(acts::life_of_secret) {
            Some(None) => return Ok(Err(wrong(&Wrong::Life))),
            life => life.flatten(),
        };
        let added = acts::add_secret(op, called.subject(), client, life).await?;
        Ok(added.map_err(|refusal| wrong(&refusal)))
    };
    with_client(&called, &id, act, |secret: Secret| {
        answer(StatusCode::CREATED, &json!({ "client_secret": secret.expose() }))
    })
    .await
}

/// `DELETE /admin/v1/clients/{id}/secrets/{secret}`: ends a secret at once.
pub(super) async fn end_secret(
    called: Called<ClientsManage>,
    Path((id, secret)): Path<(String, String)>,
) -> Response {
    let act = async |op: &mut Op, client: &Client| {
        let ended = acts::end_secret(op, client, &secret).await?;
        Ok(ended.map_err(|refusal| wrong(&refusal)))
    };
    with_client(&called, &id, act, nothing).await
}

/// `DELETE /admin/v1/clients/{id}`: disables it.
pub(super) async fn disable(called: Called<ClientsManage>, Path(id): Path<String>) -> Response {
    let act = async |op: &mut Op, client: &Client| {
        let disabled = acts::disable(op, client).await?;
        Ok(disabled.map_err(|refusal| wrong(&refusal)))
    };
    with_client(&called, &id, act, nothing).await
}

fn wrong(wrong: &Wrong) -> Problem {
    let status = match wrong {
        Wrong::Above | Wrong::Operators(_) => StatusCode::FORBIDDEN,
        Wrong::NoSecret => return not_found(),
        Wrong::Meanwhile | Wrong::NotWaiting | Wrong::Disabled | Wrong::NoSecrets | Wrong::TooManySecrets => {
            StatusCode::CONFLICT
        }
        Wrong::Metadata(_) | Wrong::Unknown(_) | Wrong::Life => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status).detail(wrong.to_string())
}

/// Does something with one client of the caller's organisation, and tells what came of it.
async fn with_client<R, T>(
    called: &Called<R>,
    id: &str,
    act: impl AsyncFnOnce(&mut Op, &Client) -> Result<Result<T, Problem>, OpError>,
    tell: impl FnOnce(T) -> Response,
) -> Response {
    let mut op = called.op();
    let done = match acts::find(&mut op, called.organisation_id(), id).await {
        Ok(Some(client)) => act(&mut op, &client).await,
        Ok(None) => Ok(Err(not_found())),
        Err(fault) => Err(fault),
    };
    conclude(op, done, tell).await
}
