//! Tokens that serve nobody but their client (RFC 9449, RFC 8705): which key a request proves, what is bound to it, and
//! whether what was given is used with its key.

mod nonce;
mod proof;
mod rule;

pub(super) use nonce::with_nonce;
pub(super) use proof::{Endpoint, TOO_MANY_PROOFS, algorithms, proven_key};
pub(super) use rule::{NO_PROOF, confirmation, holds, kept, shown, thumbprint};
