//! What is known of a person, to take away: one JSON document.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::activity;
use crate::domain::{EventKind, PersonId, Subject};
use crate::factor::{authenticators, passkey, password, recovery};
use crate::http::{Frame, Submission, Visit, json as answer, page};
use crate::oauth::consent;
use crate::op::{EventDraft, House, Op, OpError};
use crate::session::{self, Fresh, SignedIn};
use crate::{access, person, rule};

/// Sign-ins and browsers that are given, the newest.
const KEPT: i64 = 1_000;

/// Events that are given, the newest.
const EVENTS: u32 = 1_000;

#[derive(Debug, askama::Template)]
#[template(path = "account/data.html")]
struct Template {
    frame: Frame,
}

/// `GET /account/data`.
pub(super) async fn show(_: SignedIn, visit: Visit) -> Response {
    let frame = visit.frame("account-data-title");
    page(StatusCode::OK, &Template { frame })
}

/// `POST /account/data`: the document.
pub(super) async fn take(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Submission { visit, .. }: Submission,
) -> Response {
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let document = document(&mut op, fresh.session().person_id).await;
    match op.conclude(document).await {
        Ok(document) => {
            let mut response = answer(StatusCode::OK, &document);
            let name = HeaderValue::from_static("attachment; filename=\"account.json\"");
            response.headers_mut().insert(CONTENT_DISPOSITION, name);
            response
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn document(op: &mut Op, id: PersonId) -> Result<Value, OpError> {
    let person = person::find(op, id).await?;
    let person = person.ok_or(OpError::Broken("a session of a person who is not there"))?;
    let organisation = person::find_organisation(op, person.organisation_id).await?;
    let profile = access::profile(op, Subject::Person(id), None).await?;
    let document = json!({
        "taken_at": op.now.to_string(),
        "profile": {
            "id": person.id, "username": person.username, "name": person.name,
            "given_name": person.given_name, "family_name": person.family_name,
            "email": person.email, "email_verified": person.email_verified, "locale": person.locale,
            "status": person.status, "updated_at": person.updated_at.to_string(),
            "claims": person.claims, "attributes": person::own_attributes(op, &person).await?,
        },
        "organisation": organisation.map(|organisation| {
            json!({ "id": organisation.id, "slug": organisation.slug, "name": organisation.name })
        }),
        "roles": profile.roles,
        "groups": profile.groups,
        "factors": factors(op, id).await?,
        "sessions": sessions(op, id).await?,
        "trusted_devices": trusted_devices(op, id).await?,
        "known_browsers": known_browsers(op, id).await?,
        "sign_ins": sign_ins(op, id).await?,
        "consents": consents(op, id).await?,
        "activity": activity::newest(op, id, EVENTS).await?,
    });
    let draft = EventDraft::success(EventKind::DataTaken)
        .organisation(person.organisation_id)
        .target("person", id);
    op.record(draft);
    Ok(document)
}

/// What the person proves who they are with, without any secret.
async fn factors(op: &mut Op, id: PersonId) -> Result<Value, OpError> {
    let changed = password::changed_at(op, id).await?;
    let authenticators = authenticators::list(op, id).await?.into_iter().map(|one| {
        json!({
            "id": one.id, "name": one.name, "created_at": one.created_at.to_string(),
            "used_at": one.used_at.map(|at| at.to_string()),
        })
    });
    let authenticators: Vec<Value> = authenticators.collect();
    let passkeys = passkey::list(op, id).await?.into_iter().map(|one| {
        json!({
            "id": one.id, "name": one.name, "synced": one.synced, "backed_up": one.backed_up,
            "product": one.model(), "made_by": one.made_at, "created_at": one.created_at.to_string(), "used_at": one.used_at.map(|at| at.to_string()),
        })
    });
    let passkeys: Vec<Value> = passkeys.collect();
    Ok(json!({
        "password": changed.map(|at| json!({ "changed_at": at.to_string() })),
        "authenticators": authenticators,
        "passkeys": passkeys,
        "recovery_codes_left": recovery::left(op, id).await?,
    }))
}

async fn sessions(op: &mut Op, id: PersonId) -> Result<Vec<Value>, OpError> {
    let listed = session::of_person(op, id).await?;
    Ok(listed
        .into_iter()
        .map(|listed| {
            let strength = &listed.session.strength;
            json!({
                "id": listed.session.id, "acr": strength.acr, "amr": strength.amr,
                "authenticated_at": strength.authenticated_at.to_string(), "seen_at": listed.seen_at.to_string(),
                "address": listed.address, "user_agent": listed.user_agent,
            })
        })
        .collect())
}

async fn trusted_devices(op: &mut Op, id: PersonId) -> Result<Vec<Value>, OpError> {
    let trusted = rule::trusted(op, id).await?.into_iter().map(|one| {
        json!({
            "id": one.id, "trusted_since": one.since.to_string(), "address": one.address,
            "user_agent": one.user_agent,
        })
    });
    Ok(trusted.collect())
}

async fn known_browsers(op: &mut Op, id: PersonId) -> Result<Vec<Value>, OpError> {
    let known = rule::known_browsers(op, id, KEPT).await?.into_iter();
    let known =
        known.map(|(first, last)| json!({ "first_at": first.to_string(), "seen_at": last.to_string() }));
    Ok(known.collect())
}

/// What the rules of sign-in are tried against later: the circumstances of each.
async fn sign_ins(op: &mut Op, id: PersonId) -> Result<Vec<Value>, OpError> {
    let recorded = rule::sign_ins_of(op, id, KEPT).await?.into_iter().map(|one| {
        json!({
            "at": one.at.to_string(), "client_id": one.client_id, "scope": one.scopes.to_string(),
            "address": one.address, "country": one.country.map(|country| country.to_string()),
            "device": one.device, "risk": one.risk, "acr": one.acr,
        })
    });
    Ok(recorded.collect())
}

async fn consents(op: &mut Op, id: PersonId) -> Result<Vec<Value>, OpError> {
    let given = consent::of_person(op, id).await?;
    Ok(given
        .into_iter()
        .map(|consent| {
            json!({
                "client_id": consent.client_id, "scope": consent.scopes.to_string(),
                "authorization_details": consent.details, "given_at": consent.given_at.to_string(),
            })
        })
        .collect())
}
