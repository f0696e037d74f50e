//! Tests of the authorization server: authorization, tokens, consent, userinfo, discovery, sign-out.

mod authorize;
mod client_credentials;
mod code;
mod consent;
mod details;
mod discovery;
mod hint;
mod logout;
mod refresh;
mod resource;
pub(crate) mod stage;
mod userinfo;
