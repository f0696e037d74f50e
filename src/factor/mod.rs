//! What a person proves who they are with: passwords, authenticators, recovery codes, passkeys. Kept so that a copy of the database
//! opens no door, counted so that guessing ends, checked in equal time for accounts that are not there.
//!
//! What a check means for a sign-in is for `signin` to say; who looks after them is for the pages of an account. Owns the
//! tables `password`, `totp`, `recovery_code`, `failure_count` and `passkey`. Storey 3: calls `person`, `access` and lower
//! storeys.

pub mod authenticators;
pub mod guess;
mod hashing;
pub mod lockout;
mod names;
pub mod passkey;
pub mod password;
mod pepper;
pub mod recovery;
pub mod removal;
pub mod renewal;
pub mod rules;
pub mod second;
mod store;
pub mod totp;
