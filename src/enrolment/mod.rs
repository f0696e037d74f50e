//! How people come to their account, and back to it, and how it ends: invitations, help where all factors are lost, the word that it was
//! somebody else, a password that was forgotten, and the proof of a mail address.
//!
//! A pass is a link that is good once and for a short time. It lets its holder set what they sign in with from then on, and
//! never signs in itself: a session says what was proven at its sign-in, no more. A pass counts as one factor; where the
//! account had a second one, or a rule demands it, the pass is not used up before there is one again. Mail is never a factor.
//! Who may issue passes is for the caller to ask (the operator's command line, the pages of administrators).
//! Owns the tables `enrolment_pass`, `address_code`, `password_reset` and `recovery_rule`. Storey 5: calls lower storeys only.

mod address;
mod address_store;
mod agreement;
mod alarm;
mod code;
mod invite;
mod not_me;
mod page;
mod pass;
mod recover;
mod reset;
mod rule;
mod standing;
mod steps;
mod store;
mod waiting;

use http::Method;

use crate::http::{Route, route};
use crate::job::Kind;

pub use address::{Confirmed, Sent, confirm, pending, send_code};
pub use invite::{Invitation, InvitationError, invite};
pub use pass::{
    Asked, Delivery, Issued, Listed, Pass, Refusal, find_open, list, open_pass, sweep, take_back,
};
pub use recover::{agree, help, needs_two};
pub use rule::{NotSet, RecoveryRule, recovery_rule, set_recovery_rule};
pub use standing::{Unswitched, switch};
pub use waiting::{Held, count_waiting, held, unagreed};

/// The work of this room.
#[must_use]
pub fn jobs() -> Vec<Kind> {
    vec![agreement::JOB, alarm::JOB, reset::JOB, rule::JOB]
}

/// The routes of this room.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    vec![
        route(get(), "/account/not-me/{token}", not_me::show),
        route(post(), "/account/not-me/{token}", not_me::submit),
        route(get(), "/enrol/{token}", page::show),
        route(post(), "/enrol/{token}", page::submit),
        route(get(), "/reset-password", reset::page::begin),
        route(post(), "/reset-password", reset::page::submit_name),
        route(get(), "/reset-password/{id}", reset::page::show),
        route(post(), "/reset-password/{id}", reset::page::submit),
    ]
}
