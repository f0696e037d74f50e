//! Tests of the authorization server: authorization, tokens, consent, userinfo, discovery, sign-out.

mod authorize;
mod client_credentials;
mod code;
mod consent;
mod discovery;
mod dpop;
mod hint;
mod logout;
mod refresh;
pub(crate) mod stage;
mod userinfo;
