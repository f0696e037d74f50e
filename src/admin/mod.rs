//! The console: what administrators see of their organisation and change.
//!
//! Two faces, pages and an interface over HTTP: each operation is the room's whose data it is; the command line calls the same. Every handler's first argument says which
//! [`crate::domain::Right`] it needs, so that none can forget to ask; what changes something asks for a proof that is not old besides.
//! Everything is of the administrator's own organisation. Storey 5: calls all lower storeys, owns no table.

mod access;
mod api;
mod attributes;
mod break_glass;
mod check;
mod clients;
mod coverage;
mod drafting;
mod exceptions;
mod held;
mod help;
mod helping;
mod history;
mod home;
mod invite;
mod names;
mod passes;
mod passkeys;
mod people;
mod permissions;
mod person;
mod policies;
mod recovery;
mod replay;
mod right;
mod roll_out;
mod roll_outs;
mod rooms;
mod rule;
mod rule_form;
mod rule_words;
mod rules;
mod who;
mod why;

use http::Method;

use crate::http::{Route, route};

/// The routes of this room.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    let pages = vec![
        route(get(), home::HERE, home::show),
        route(get(), rules::HERE, rules::list),
        route(get(), rules::NEW, rules::begin),
        route(post(), rules::NEW, rules::add),
        route(get(), check::HERE, check::show),
        route(get(), history::HERE, history::list),
        route(get(), history::ONE, history::show),
        route(get(), rule::ONE, rule::show),
        route(post(), rule::ONE, rule::change),
        route(get(), replay::HERE, replay::show),
        route(get(), roll_outs::HERE, roll_outs::list),
        route(get(), roll_outs::NEW, roll_outs::begin),
        route(post(), roll_outs::NEW, roll_outs::add),
        route(get(), roll_out::ONE, roll_out::show),
        route(post(), roll_out::ONE, roll_out::act),
        route(get(), people::HERE, people::list),
        route(get(), held::HERE, held::list),
        route(get(), invite::HERE, invite::show),
        route(post(), invite::HERE, invite::act),
        route(get(), person::ONE, person::show),
        route(post(), person::ONE, person::act),
        route(get(), help::ONE, help::show),
        route(post(), help::ONE, help::act),
        route(get(), break_glass::HERE, break_glass::show),
        route(post(), break_glass::HERE, break_glass::act),
        route(get(), coverage::HERE, coverage::show),
        route(get(), why::HERE, why::show),
        route(get(), who::HERE, who::show),
        route(get(), recovery::HERE, recovery::show),
        route(post(), recovery::HERE, recovery::act),
        route(get(), passkeys::HERE, passkeys::show),
        route(post(), passkeys::HERE, passkeys::act),
        route(get(), clients::list::HERE, clients::list::list),
        route(get(), clients::one::ONE, clients::one::show),
        route(post(), clients::one::ONE, clients::one::act),
    ];
    [pages, of_access(), api::routes()].concat()
}

/// Those about who may do what.
fn of_access() -> Vec<Route> {
    let (get, post) = (|| Method::GET, || Method::POST);
    vec![
        route(get(), access::groups::HERE, access::groups::list),
        route(get(), access::groups::NEW, access::groups::begin),
        route(post(), access::groups::NEW, access::groups::add),
        route(get(), access::group::ONE, access::group::show),
        route(post(), access::group::ONE, access::group::act),
        route(get(), access::roles::HERE, access::roles::list),
        route(get(), access::roles::NEW, access::roles::begin),
        route(post(), access::roles::NEW, access::roles::add),
        route(get(), access::role::ONE, access::role::show),
        route(post(), access::role::ONE, access::role::act),
        route(get(), access::given::HERE, access::given::show),
        route(post(), access::given::HERE, access::given::act),
        route(get(), access::give::HERE, access::give::begin),
        route(post(), access::give::HERE, access::give::add),
        route(get(), access::holding::ONE, access::holding::show),
        route(post(), access::holding::ONE, access::holding::act),
        route(get(), attributes::HERE, attributes::list),
        route(get(), attributes::NEW, attributes::begin),
        route(post(), attributes::NEW, attributes::add),
        route(get(), attributes::ONE, attributes::show),
        route(post(), attributes::ONE, attributes::change),
        route(get(), permissions::HERE, permissions::show),
        route(get(), access::application::NEW, access::application::begin),
        route(post(), access::application::NEW, access::application::add),
        route(get(), access::application::ONE, access::application::show),
        route(post(), access::application::ONE, access::application::act),
        route(get(), access::permission::NEW, access::permission::begin),
        route(post(), access::permission::NEW, access::permission::add),
        route(get(), access::permission::ONE, access::permission::show),
        route(post(), access::permission::ONE, access::permission::act),
        route(get(), policies::list::HERE, policies::list::list),
        route(get(), policies::new::HERE, policies::new::begin),
        route(post(), policies::new::HERE, policies::new::add),
        route(get(), policies::one::ONE, policies::one::show),
        route(post(), policies::one::ONE, policies::one::change),
        route(get(), policies::draft::ONE, policies::draft::begin),
        route(post(), policies::draft::ONE, policies::draft::change),
    ]
}
