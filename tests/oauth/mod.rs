//! Tests of the authorization server: authorization, tokens, consent, userinfo, discovery, sign-out.

mod authorize;
mod ciba;
mod client_credentials;
mod code;
mod consent;
mod device;
mod discovery;
mod exchange;
mod hint;
mod jwt_bearer;
mod logout;
mod refresh;
pub(crate) mod stage;
mod userinfo;
