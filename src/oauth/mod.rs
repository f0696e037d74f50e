//! OAuth 2.0 and OpenID Connect: authorization, tokens, consent, userinfo, discovery, sign-out.
//!
//! Promises: nothing is redirected to but a proven address; every token is minted with a proof that its subject may act;
//! one overlap bounds the scopes of all grants; a refusal that has consequences is committed with its event. Owns the
//! tables `token_family`, `consent`, `opaque_token`, `revoked_token`, `token_cutoff`, `polled_request` and `backchannel_code`. Storey 4: calls
//! `session`, `client`, `access`, `person` and lower storeys, no other room with a door.

mod about;
mod act;
mod aim;
mod applications;
mod approval;
mod asked_claims;
mod authorize;
mod backchannel_logout;
mod binding;
mod caller;
mod ciba;
mod claims;
mod client_request;
mod code;
pub mod consent;
mod details;
mod device;
mod discovery;
mod encryption;
mod error;
mod family;
mod frontchannel;
#[cfg(fuzzing)]
pub mod fuzz;
mod held;
mod hint;
mod introspect;
mod introspection;
mod issue;
mod logout;
mod metadata;
mod mint;
mod offer;
mod opaque;
mod polled;
mod presented;
mod protected;
mod question;
mod refresh_token;
mod registration;
mod resource;
pub mod revocation;
mod revoke;
mod rights;
mod scope;
mod session_state;
mod signed_request;
mod standard;
mod store;
mod subject;
mod subject_token;
mod terms;
mod token;
mod token_store;
mod userinfo;
mod wording;

pub use caller::{Caller, Needed, caller};
pub use family::sweep;

use std::time::Duration;

use http::Method;

use crate::client::PAR_PATH;
use crate::config::Config;
use crate::domain::Endpoint;
use crate::http::{Route, route};
use crate::job;

/// How old copies may be that tokens rest on: what another replica has changed is known here after this while at the latest.
const AGE: Duration = Duration::from_secs(1);

/// Most copies of one kind.
const COPIES: u64 = 20_000;

/// The work of this room that is done later.
#[must_use]
pub fn jobs() -> Vec<job::Kind> {
    [backchannel_logout::jobs(), polled::jobs()].concat()
}

/// Whether an installation has an address of this room.
#[must_use]
pub fn serves(config: &Config, path: &str) -> bool {
    let needed = match path {
        PAR_PATH => Endpoint::PushedAuthorizationRequest,
        // The issuer by its bare name is a resource for the sake of userinfo alone.
        "/userinfo"
        | "/.well-known/oauth-protected-resource"
        | "/.well-known/oauth-protected-resource/userinfo" => Endpoint::Userinfo,
        introspect::PATH => Endpoint::Introspection,
        "/revoke" => Endpoint::Revocation,
        "/logout" => Endpoint::EndSession,
        _ => return true,
    };
    config.oauth.endpoints.contains(&needed)
}

/// The routes of this room, of which [`serves`] tells those that an installation has.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    let own = "/register/{client_id}";
    vec![
        route(get(), "/authorize", authorize::ask),
        route(post(), "/authorize", authorize::ask_by_form),
        route(get(), "/authorize/continue", authorize::resume),
        route(get(), "/consent/{continuation}", authorize::reopen),
        route(post(), "/consent/{continuation}", authorize::choose),
        route(post(), PAR_PATH, authorize::push),
        route(post(), "/token", token::token),
        route(post(), "/revoke", revoke::revoke),
        route(post(), introspect::PATH, introspect::introspect),
        route(get(), "/userinfo", userinfo::userinfo),
        route(post(), "/userinfo", userinfo::userinfo_by_form),
        route(get(), "/.well-known/openid-configuration", discovery::discovery),
        route(
            get(),
            "/.well-known/oauth-authorization-server",
            discovery::discovery,
        ),
        route(
            get(),
            "/.well-known/oauth-protected-resource",
            discovery::resource,
        ),
        route(
            get(),
            "/.well-known/oauth-protected-resource/userinfo",
            discovery::userinfo_resource,
        ),
        route(
            get(),
            "/.well-known/oauth-protected-resource/admin/v1",
            discovery::administration_resource,
        ),
        route(get(), "/jwks", discovery::jwks),
        route(post(), registration::PATH, registration::register),
        route(get(), own, registration::read),
        route(Method::PUT, own, registration::update),
        route(Method::DELETE, own, registration::remove),
        route(get(), "/session/check", session_state::check),
        route(get(), "/logout", logout::ask),
        route(post(), "/logout", logout::ask_by_form),
        route(post(), "/logout/confirm", logout::confirm),
        route(get(), "/logout/done", logout::done),
        route(get(), "/account/applications", applications::list),
        route(post(), "/account/applications", applications::withdraw),
        route(post(), "/device_authorization", device::authorize),
        route(get(), "/device", device::ask),
        route(post(), "/device", device::enter),
        route(get(), "/device/continue", device::resume),
        route(post(), "/device/{continuation}", device::choose),
        route(post(), "/backchannel_authentication", ciba::authenticate),
        route(get(), "/account/requests", ciba::list),
        route(post(), "/account/requests", ciba::answer),
        route(post(), ciba::CODE, ciba::change_code),
    ]
}
