//! What the targets of `fuzz` call: one function each, with the bytes that came. Built for them alone.

pub use super::authorize::fuzz::authorization_request;
pub use super::token::fuzz::token_request;

use super::registration::Unique;

/// The body of a registration.
pub fn registration(body: &[u8]) {
    if let Ok(Unique(document)) = serde_json::from_slice(body) {
        crate::client::fuzz::metadata(&document);
    }
}
