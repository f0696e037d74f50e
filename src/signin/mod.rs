//! Signing in.
mod hashing;
mod lockout;
pub mod password;
mod recovery;
mod store;
pub mod totp;
