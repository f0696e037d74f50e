//! The interface of administrators over HTTP: the same operations as the pages, in JSON, for programs.
//!
//! Whoever calls shows an access token that is meant for it ([`crate::access::OWN_PATH`]); its scopes are rights. Refusals are problem
//! documents (RFC 9457). What a caller has seen of a list of rules is told by its `ETag`, and a change by `If-Match` is refused if somebody
//! else was faster (RFC 9110 section 13.1.1).

mod applications;
mod attributes;
mod break_glass;
mod called;
mod changing;
mod clients;
mod coverage;
mod grants;
mod groups;
mod passes;
mod passkeys;
mod people;
mod policies;
mod recovery;
mod roles;
mod roll_outs;
mod rule;
mod rules;
mod service_accounts;
mod who;
mod why;

use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use serde::Deserialize;

use self::called::Called;
use super::helping;
use crate::http::{Problem, Route, route};
use crate::op::{Op, OpError};
use crate::person::Person;

/// The routes of the interface.
pub(super) fn routes() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    let of_rules = vec![
        route(get(), "/admin/v1/rules", rules::list),
        route(post(), "/admin/v1/rules", rules::add),
        route(post(), "/admin/v1/rules/check", rules::ask),
        route(get(), "/admin/v1/rules/revisions", rules::revisions),
        route(get(), "/admin/v1/rules/revisions/{revision}", rules::revision_of),
        route(get(), rule::ONE, rule::show),
        route(Method::PUT, rule::ONE, rule::define),
        route(Method::DELETE, rule::ONE, rule::remove),
        route(Method::PUT, "/admin/v1/rules/{id}/mode", rule::switch),
        route(Method::PUT, "/admin/v1/rules/{id}/place", rule::place),
        route(get(), "/admin/v1/rules/{id}/replay", rule::replay),
        route(get(), "/admin/v1/rules/{id}/report", rule::report),
        route(Method::PUT, rule::EXCEPTION, rule::except),
        route(Method::DELETE, rule::EXCEPTION, rule::readmit),
        route(get(), "/admin/v1/roll-outs", roll_outs::list),
        route(get(), roll_outs::ONE, roll_outs::show),
        route(post(), "/admin/v1/roll-outs/{id}/reminders", roll_outs::remind),
    ];
    let of_others = vec![
        route(get(), "/admin/v1/passkey-products", passkeys::show),
        route(Method::PUT, "/admin/v1/passkey-products/list", passkeys::set),
        route(get(), "/admin/v1/people/{id}/grants", why::grants),
        route(post(), "/admin/v1/people/{id}/why", why::ask),
        route(post(), "/admin/v1/who", who::ask),
        route(get(), "/admin/v1/coverage", coverage::show),
        route(get(), "/admin/v1/clients", clients::list),
        route(get(), clients::ONE, clients::show),
        route(Method::PATCH, clients::ONE, clients::change),
        route(Method::DELETE, clients::ONE, clients::disable),
        route(post(), "/admin/v1/clients/{id}/decision", clients::decide),
        route(post(), "/admin/v1/clients/{id}/secrets", clients::add_secret),
        route(
            Method::DELETE,
            "/admin/v1/clients/{id}/secrets/{secret}",
            clients::end_secret,
        ),
        route(get(), "/admin/v1/break-glass", break_glass::show),
        route(
            Method::PUT,
            "/admin/v1/break-glass/accounts/{id}",
            break_glass::mark,
        ),
        route(
            Method::DELETE,
            "/admin/v1/break-glass/accounts/{id}",
            break_glass::unmark,
        ),
        route(
            post(),
            "/admin/v1/break-glass/uses/{id}/review",
            break_glass::review,
        ),
    ];
    [of_rules, of_people(), of_access(), of_others].concat()
}

fn of_access() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    vec![
        route(get(), groups::ALL, groups::list),
        route(post(), groups::ALL, groups::add),
        route(get(), groups::ONE, groups::show),
        route(Method::PATCH, groups::ONE, groups::change),
        route(Method::PUT, groups::MEMBER, groups::join),
        route(Method::DELETE, groups::MEMBER, groups::leave),
        route(get(), roles::ALL, roles::list),
        route(post(), roles::ALL, roles::add),
        route(get(), roles::ONE, roles::show),
        route(Method::PATCH, roles::ONE, roles::change),
        route(Method::DELETE, roles::ONE, roles::remove),
        route(get(), grants::ALL, grants::list),
        route(get(), grants::GIVABLE, grants::givable),
        route(post(), grants::ALL, grants::give),
        route(post(), grants::ENDED, grants::end),
        route(get(), applications::ALL, applications::list),
        route(post(), applications::ALL, applications::add),
        route(get(), applications::ONE, applications::show),
        route(Method::PATCH, applications::ONE, applications::change),
        route(post(), applications::RETIRE, applications::retire),
        route(post(), applications::RESTORE, applications::restore),
        route(Method::PUT, applications::PERMISSION, applications::define),
        route(Method::DELETE, applications::PERMISSION, applications::remove),
        route(get(), "/admin/v1/policies", policies::list),
        route(post(), "/admin/v1/policies", policies::draft),
        route(get(), "/admin/v1/policies/{name}", policies::show),
        route(get(), "/admin/v1/policies/{name}/history", policies::history),
        route(get(), "/admin/v1/policies/{name}/preview", policies::preview),
        route(Method::PUT, "/admin/v1/policies/{name}/draft", policies::change),
        route(post(), "/admin/v1/policies/{name}/test", policies::test),
        route(post(), "/admin/v1/policies/{name}/activation", policies::activate),
        route(post(), "/admin/v1/policies/{name}/retirement", policies::retire),
        route(get(), "/admin/v1/policy-templates", policies::templates),
        route(get(), "/admin/v1/attributes", attributes::list),
        route(Method::PUT, attributes::ONE, attributes::declare),
        route(Method::DELETE, attributes::ONE, attributes::withdraw),
        route(get(), service_accounts::ALL, service_accounts::list),
        route(post(), service_accounts::ALL, service_accounts::add),
        route(Method::PUT, service_accounts::STATUS, service_accounts::switch),
        route(get(), attributes::OF_PERSON, attributes::show),
        route(Method::PATCH, attributes::OF_PERSON, attributes::set),
    ]
}

fn of_people() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    vec![
        route(get(), "/admin/v1/people", people::list),
        route(post(), "/admin/v1/people", people::invite),
        route(get(), people::ONE, people::show),
        route(post(), "/admin/v1/people/{id}/help", people::ask_help),
        route(post(), "/admin/v1/people/{id}/help/agreement", people::agree_help),
        route(
            Method::DELETE,
            "/admin/v1/people/{id}/sessions",
            people::end_sessions,
        ),
        route(
            Method::DELETE,
            "/admin/v1/people/{id}/factors/{factor}",
            people::remove_factor,
        ),
        route(
            get(),
            "/admin/v1/people/{id}/trusted-devices",
            people::trusted_devices,
        ),
        route(
            Method::DELETE,
            "/admin/v1/people/{id}/trusted-devices/{device}",
            people::distrust,
        ),
        route(get(), "/admin/v1/recovery", recovery::show),
        route(Method::PUT, "/admin/v1/recovery", recovery::set),
        route(Method::DELETE, "/admin/v1/people/{id}/locks", people::unlock),
        route(Method::PUT, "/admin/v1/people/{id}/status", people::switch),
        route(get(), "/admin/v1/passes", passes::list),
        route(Method::DELETE, passes::ONE, passes::take_back),
        route(post(), "/admin/v1/passes/{id}/agreement", passes::agree),
    ]
}

/// Ends an act and tells what came of it. A refusal is committed too, with the event that it has left.
async fn conclude<T>(
    op: Op,
    done: Result<Result<T, Problem>, OpError>,
    tell: impl FnOnce(T) -> Response,
) -> Response {
    let seen = op.seen.clone();
    match op.conclude(done).await {
        Ok(Ok(done)) => tell(done),
        Ok(Err(problem)) => problem.seen(&seen).into_response(),
        Err(fault) => Problem::from_fault(&fault, &seen).into_response(),
    }
}

/// Why somebody does what they do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    reason: String,
}

/// Does something with one person of the caller's organisation, and tells what came of it: no handler looks for people itself.
async fn with_person<R, T>(
    called: &Called<R>,
    id: &str,
    act: impl AsyncFnOnce(&mut Op, &Person) -> Result<Result<T, Problem>, OpError>,
    tell: impl FnOnce(T) -> Response,
) -> Response {
    let mut op = called.op();
    let done = match helping::person(&mut op, called.organisation_id(), id).await {
        Ok(Some(person)) => act(&mut op, &person).await,
        Ok(None) => Ok(Err(not_found())),
        Err(fault) => Err(fault),
    };
    conclude(op, done, tell).await
}

fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND).detail("there is nothing of this id in your organisation")
}

fn unfit(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY).detail(detail)
}

fn nothing(_: ()) -> Response {
    StatusCode::NO_CONTENT.into_response()
}
