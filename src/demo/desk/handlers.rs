//! What the desk answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};
use openidconnect::CsrfToken;

use super::guard::{Allowed, Refused, StepUp};
use super::pages::{Detail, Home, Notice, Reports, Row, Welcome, render};
use super::provider::{Fault, SignedInPerson, Wish};
use super::records::{RECORDS, Record};
use super::{Desk, KEPT, access, export, provider, resource};
use crate::demo::integration;

type App = State<Arc<Desk>>;

const STYLE: &str = include_str!("desk.css");

pub(super) async fn home(State(desk): App, headers: HeaderMap) -> Response {
    let Some(person) = person(&desk, &headers) else {
        return render(StatusCode::OK, &Welcome);
    };
    let (subject, proven) = (access::subject(&person.subject), access::proven(&person));
    let seen = match access::visible(&desk.asker, &headers, (&subject, Some(&proven))).await {
        Ok(seen) => seen,
        Err(fault) => return provider_fault(&fault),
    };
    let hidden = RECORDS.len().saturating_sub(seen.len());
    let answered = desk.answered().clone();
    let rows: Vec<Row> = seen
        .into_iter()
        .map(|seen| Row {
            answered: answered.contains(seen.record.id),
            seen,
        })
        .collect();
    let page = Home {
        records: &rows,
        hidden,
        // The scope for it is asked for when it is wanted.
        may_export: rows.iter().any(|row| row.seen.may_export),
        may_report: may(&person, "reports:read"),
        may_manage: may(&person, "settings:manage"),
        person: &person,
    };
    render(StatusCode::OK, &page)
}

/// `GET /signin`, with `acr_values` and `max_age` where a policy asks for a stronger or fresher proof.
pub(super) async fn sign_in(State(desk): App, RawQuery(query): RawQuery) -> Response {
    let query = parameters(query.as_deref().unwrap_or_default());
    let classes = query.get("acr_values").map(String::as_str).unwrap_or_default();
    let age = query.get("max_age").and_then(|age| age.parse().ok());
    begin_sign_in(&desk, &Wish::proven(classes, age), "/").await
}

/// Sends the browser to the provider; after it has come back, it goes on to a path of ours.
pub(super) async fn begin_sign_in(desk: &Desk, wish: &Wish, next: &'static str) -> Response {
    let begun = match provider::begin(desk, wish, next).await {
        Ok(begun) => begun,
        Err(fault) => return provider_fault(&fault),
    };
    let browser = CsrfToken::new_random().into_secret();
    let cookie = format!("desk_signin={browser}; HttpOnly; SameSite=Lax; Path=/; Max-Age=1800");
    let address = begun.address.to_string();
    desk.begun().add(browser, begun);
    ([(header::SET_COOKIE, cookie)], Redirect::to(&address)).into_response()
}

pub(super) async fn callback(State(desk): App, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = parameters(query.as_deref().unwrap_or_default());
    let value = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let browser = cookie(&headers, "desk_signin").unwrap_or_default();
    let Some(begun) = desk.begun().take(&browser, value("state")) else {
        return notice(
            StatusCode::BAD_REQUEST,
            "This sign-in was not begun here",
            "Begin again from the start page.",
            "",
        );
    };
    if value("iss") != desk.registration.issuer {
        return notice(
            StatusCode::BAD_REQUEST,
            "The answer came from somebody else",
            "Begin again from the start page.",
            "",
        );
    }
    if query.contains_key("error") {
        let detail = format!("{}: {}", value("error"), value("error_description"));
        return notice(
            StatusCode::OK,
            "You are not signed in",
            "The provider did not let the desk in, or you chose not to.",
            &detail,
        );
    }
    let next = begun.next;
    match provider::complete(&desk, value("code").to_owned(), begun).await {
        Ok(person) => {
            let session = CsrfToken::new_random().into_secret();
            let cookie = format!("desk_session={session}; HttpOnly; SameSite=Lax; Path=/");
            let mut people = desk.people();
            if people.len() >= KEPT {
                people.pop_first();
            }
            people.insert(session, person);
            ([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response()
        }
        Err(fault) => provider_fault(&fault),
    }
}

/// Signs out here, then at the provider.
pub(super) async fn sign_out(State(desk): App, headers: HeaderMap) -> Response {
    let person = cookie(&headers, "desk_session").and_then(|session| desk.people().remove(&session));
    let gone = (
        header::SET_COOKIE,
        "desk_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0".to_owned(),
    );
    let Some(person) = person else {
        return ([gone], Redirect::to("/")).into_response();
    };
    match provider::sign_out_address(&desk.registration, &person.id_token) {
        Ok(address) => ([gone], Redirect::to(address.as_str())).into_response(),
        Err(fault) => provider_fault(&fault),
    }
}

/// Says who has signed in, to the guard and to the handlers behind it.
pub(super) async fn identify(State(desk): App, mut request: Request, next: Next) -> Response {
    if let Some(person) = person(&desk, request.headers()) {
        let extensions = request.extensions_mut();
        extensions.insert(access::subject(&person.subject));
        extensions.insert(access::proven(&person));
        extensions.insert(person);
    }
    next.run(request).await
}

/// What the guard does not let through, as a page.
pub(super) fn refuse(refused: Refused) -> Response {
    match refused {
        Refused::Nobody => Redirect::to("/").into_response(),
        Refused::Missing => notice(StatusCode::NOT_FOUND, "Not here", "There is no such record.", ""),
        Refused::Unproven(_, step_up) => prove_more(&step_up),
        Refused::Denied(grounds) => notice(
            StatusCode::FORBIDDEN,
            "Not for you",
            &grounds.explanation,
            "Ask the owner of your team if you need it for your work.",
        ),
        Refused::Unanswered(fault) => unanswered(StatusCode::SERVICE_UNAVAILABLE, &fault),
    }
}

/// To the provider, for the proof that a policy asks for.
fn prove_more(step_up: &StepUp) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("acr_values", &step_up.acr_values);
    if let Some(age) = step_up.max_age {
        query.append_pair("max_age", &age.to_string());
    }
    Redirect::to(&format!("/signin?{}", query.finish())).into_response()
}

/// One record, with why this person may see it.
pub(super) async fn record(Extension(allowed): Extension<Allowed>, Path(id): Path<String>) -> Response {
    let Some(record) = Record::of(&id) else {
        return refuse(Refused::Missing);
    };
    let Allowed(grounds) = &allowed;
    render(StatusCode::OK, &Detail { record, grounds })
}

/// Marks a record as answered.
pub(super) async fn mark_answered(
    State(desk): App,
    _: Extension<Allowed>,
    Path(id): Path<String>,
) -> Response {
    desk.answered().insert(id);
    Redirect::to("/").into_response()
}

/// Average score by region, of the regions of the person's own organisation whose figures they may see.
pub(super) async fn reports(State(desk): App, headers: HeaderMap) -> Response {
    let Some(person) = person(&desk, &headers) else {
        return Redirect::to("/").into_response();
    };
    if !may(&person, "reports:read") {
        return forbidden("read reports");
    }
    let (subject, proven) = (access::subject(&person.subject), access::proven(&person));
    let organisation = person.claims.organisation.unwrap_or_default();
    let who = (&subject, Some(&proven));
    let regions = match access::reported(&desk.asker, &headers, who, &organisation).await {
        Ok(regions) => regions,
        Err(fault) => return provider_fault(&fault),
    };
    if regions.is_empty() {
        return forbidden("read reports");
    }
    let lines: Vec<(String, usize, String)> = regions
        .into_iter()
        .map(|(region, scores)| {
            let sum: u32 = scores.iter().map(|score| u32::from(*score)).sum();
            let count = u32::try_from(scores.len()).unwrap_or(u32::MAX).max(1);
            (
                region.to_owned(),
                scores.len(),
                format!("{:.1}", f64::from(sum) / f64::from(count)),
            )
        })
        .collect();
    render(StatusCode::OK, &Reports { lines: &lines })
}

/// How the desk is connected. The provider has said that the person may manage it; whether the desk may in their name, they have.
pub(super) async fn settings(
    State(desk): App,
    _: Extension<Allowed>,
    Extension(person): Extension<SignedInPerson>,
) -> Response {
    if !may(&person, "settings:manage") {
        return forbidden("manage settings");
    }
    let detail = format!(
        "issuer: {}, client: {}",
        desk.registration.issuer, desk.registration.client_id
    );
    notice(StatusCode::OK, "Settings", "How this desk is connected:", &detail)
}

/// Runs the sample integration and shows what it was given.
pub(super) async fn integration(State(desk): App) -> Response {
    match integration::fetch(&desk.integration, &desk.http, (desk.clock)()).await {
        Ok(fetched) => {
            let count = fetched.records.as_array().map_or(0, Vec::len);
            let sentence = format!(
                "The integration got a token with the scopes “{}” and read {count} records with it.",
                fetched.scopes.join(" ")
            );
            notice(StatusCode::OK, "Integration", &sentence, "")
        }
        Err(fault) => provider_fault(&fault),
    }
}

/// The API for integrations.
pub(super) async fn api(State(desk): App, headers: HeaderMap) -> Response {
    match resource::feedback(&desk, &headers).await {
        Ok(records) => match serde_json::to_string(&records) {
            Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        Err(refused) => export::refuse(&refused),
    }
}

pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

pub(super) fn person(desk: &Desk, headers: &HeaderMap) -> Option<SignedInPerson> {
    let session = cookie(headers, "desk_session")?;
    desk.people().get(&session).cloned()
}

fn may(person: &SignedInPerson, scope: &str) -> bool {
    person.scopes.iter().any(|one| one == scope)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(header::COOKIE)?.to_str().ok()?;
    text.split("; ")
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .map(ToOwned::to_owned)
}

fn parameters(text: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

pub(super) fn forbidden(what: &str) -> Response {
    let sentence =
        format!("Your roles do not let you {what}. Ask the owner of your team if you need it for your work.");
    notice(StatusCode::FORBIDDEN, "Not for you", &sentence, "")
}

pub(super) fn provider_fault(fault: &Fault) -> Response {
    unanswered(StatusCode::BAD_GATEWAY, fault)
}

fn unanswered(status: StatusCode, fault: &Fault) -> Response {
    let mut detail = fault.to_string();
    let mut source = fault.source();
    while let Some(cause) = source {
        detail = format!("{detail}: {cause}");
        source = cause.source();
    }
    notice(
        status,
        "The provider could not be asked",
        "Try again in a moment.",
        &detail,
    )
}

pub(super) fn notice(status: StatusCode, title: &str, sentence: &str, detail: &str) -> Response {
    render(
        status,
        &Notice {
            title,
            sentence,
            detail,
        },
    )
}
