//! OAuth 2.0 and OpenID Connect: authorization, tokens, consent, userinfo, discovery, sign-out.
//!
//! Promises: nothing is redirected to but a proven address; every token is minted with a proof that its subject may act;
//! one overlap bounds the scopes of all grants; a refusal that has consequences is committed with its event. Owns the
//! tables `token_family` and `consent`. Storey 4: calls `session`, `client`, `access`, `person` and lower storeys, no other
//! room with a door.

mod about;
mod aim;
mod applications;
mod authorize;
mod claims;
mod code;
pub mod consent;
mod details;
mod discovery;
mod error;
mod family;
mod hint;
mod issue;
mod logout;
mod mint;
mod refresh_token;
mod resource;
mod rights;
mod scope;
mod store;
mod terms;
mod token;
mod userinfo;
mod wording;

pub use family::sweep;

use std::time::Duration;

use http::Method;

use crate::http::{Route, route};

/// How old copies may be that tokens rest on: what another replica has changed is known here after this while at the latest.
const AGE: Duration = Duration::from_secs(1);

/// Most copies of one kind.
const COPIES: u64 = 20_000;

/// The routes of this room.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    vec![
        route(get(), "/authorize", authorize::ask),
        route(post(), "/authorize", authorize::ask_by_form),
        route(get(), "/authorize/continue", authorize::resume),
        route(get(), "/consent/{continuation}", authorize::reopen),
        route(post(), "/consent/{continuation}", authorize::choose),
        route(post(), "/token", token::token),
        route(get(), "/userinfo", userinfo::userinfo),
        route(post(), "/userinfo", userinfo::userinfo),
        route(get(), "/.well-known/openid-configuration", discovery::discovery),
        route(
            get(),
            "/.well-known/oauth-authorization-server",
            discovery::discovery,
        ),
        route(get(), "/jwks", discovery::jwks),
        route(get(), "/logout", logout::ask),
        route(post(), "/logout", logout::ask_by_form),
        route(post(), "/logout/confirm", logout::confirm),
        route(get(), "/logout/done", logout::done),
        route(get(), "/account/applications", applications::list),
        route(post(), "/account/applications", applications::withdraw),
    ]
}
