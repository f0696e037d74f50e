//! What people see of themselves and look after: security, sessions, activity, what is known of them.
//!
//! Pages only: each operation is the room's whose data it is, and is called from elsewhere in the same way. A change of what
//! guards an account takes a [`crate::session::Fresh`], so that no handler can forget to ask for a proof that is not old.
//! Storey 5: calls all lower storeys, owns no table.

mod access;
mod activity;
mod address;
mod authenticators;
mod data;
mod endpoints;
mod home;
mod language;
mod passkeys;
mod password;
mod recovery;
mod sessions;
mod why;

use http::Method;

pub use self::endpoints::PATHS;

use crate::http::{Route, Visit, route};

/// The routes of this room.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    let [passkey_endpoints, related_origins] = endpoints::PATHS;
    vec![
        route(get(), "/account", home::show),
        route(get(), "/account/password", password::show),
        route(post(), "/account/password", password::change),
        route(get(), authenticators::HERE, authenticators::list),
        route(get(), authenticators::ADD, authenticators::begin),
        route(post(), authenticators::ADD, authenticators::confirm),
        route(get(), authenticators::ONE, authenticators::show),
        route(post(), authenticators::ONE, authenticators::change),
        route(get(), passkeys::HERE, passkeys::show),
        route(post(), passkeys::HERE, passkeys::change),
        route(get(), passkey_endpoints, endpoints::endpoints),
        route(get(), related_origins, endpoints::related),
        route(get(), "/account/recovery-codes", recovery::show),
        route(post(), "/account/recovery-codes", recovery::make),
        route(get(), address::HERE, address::show),
        route(post(), address::HERE, address::change),
        route(get(), language::HERE, language::show),
        route(post(), language::HERE, language::change),
        route(get(), "/account/sessions", sessions::list),
        route(post(), "/account/sessions", sessions::end),
        route(get(), access::HERE, access::show),
        route(get(), why::HERE, why::show),
        route(get(), "/account/activity", activity::list),
        route(get(), "/account/data", data::show),
        route(post(), "/account/data", data::take),
    ]
}

/// The sentence about what was done a moment ago, which the page is told by `?done=`; empty if it says nothing known.
fn done(visit: &Visit, word: Option<&str>) -> String {
    let key = match word {
        Some("added") => "account-done-added",
        Some("renamed") => "account-done-renamed",
        Some("removed") => "account-done-removed",
        Some("passkey-added") => "account-passkey-done-added",
        Some("passkey-renamed") => "account-passkey-done-renamed",
        Some("passkey-removed") => "account-passkey-done-removed",
        Some("ended") => "account-done-ended",
        Some("password") => "account-done-password",
        Some("address") => "account-done-address",
        Some("code") => "account-done-code",
        Some("language") => "account-done-language",
        _ => return String::new(),
    };
    visit.text.get(key)
}
