//! Tests of the authorization server: authorization, tokens, consent, userinfo, discovery, sign-out.

mod authorize;
mod claims_parameter;
mod client_credentials;
mod client_document;
mod code;
mod consent;
mod discovery;
mod dpop;
mod hint;
mod introspect;
mod jar;
mod logout;
mod opaque;
mod par;
mod profile;
mod prover;
mod refresh;
mod registration;
mod response_mode;
mod response_type;
mod revoke;
pub(crate) mod stage;
mod userinfo;
