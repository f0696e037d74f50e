//! Clients: listed, looked at, held to a profile, let begin, given secrets.

pub(super) mod acts;
mod form;
pub(super) mod list;
pub(super) mod one;
mod words;
