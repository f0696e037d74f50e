//! Which pages are in which walk: all that there are, so that one which is new and forgotten here fails the test.

use std::collections::BTreeSet;

use crate::journey::pages::{NO_PAGES, routes};

/// Each walk with the routes of pages that it is for; it passes others too.
const WALKS: [(&str, &[&str]); 11] = [
    (
        "person",
        &[
            "/signin/{id}",
            "/signin/{id}/recovery",
            "/authorize/continue",
            "/account",
            "/account/access",
            "/account/access/why",
            "/account/activity",
            "/account/applications",
            "/account/authenticators",
            "/account/authenticators/add",
            "/account/authenticators/{id}",
            "/account/data",
            "/account/email",
            "/account/language",
            "/account/passkeys",
            "/account/password",
            "/account/recovery-codes",
            "/account/requests",
            "/account/sessions",
            "/device",
            "/device/continue",
        ],
    ),
    ("newcomer", &["/demo/mail", "/demo/mail/{id}", "/enrol/{token}"]),
    (
        "administrator",
        &[
            "/admin",
            "/admin/break-glass",
            "/admin/coverage",
            "/admin/people",
            "/admin/people/invite",
            "/admin/people/{id}",
            "/admin/people/{id}/help",
            "/admin/roll-outs",
            "/admin/roll-outs/new",
            "/admin/roll-outs/{id}",
            "/admin/rules",
            "/admin/rules/new",
            "/admin/rules/{id}",
            "/admin/rules/{id}/replay",
        ],
    ),
    (
        "application",
        &["/admin/clients", "/admin/clients/{id}", "/admin/passkeys"],
    ),
    ("alarm", &["/account/not-me/{token}"]),
    (
        "keeper",
        &[
            "/admin/access/who",
            "/admin/access/why",
            "/admin/people/held",
            "/admin/recovery",
            "/admin/rules/check",
            "/admin/rules/history",
            "/admin/rules/history/{revision}",
        ],
    ),
    (
        "giver",
        &[
            "/admin/grants",
            "/admin/grants/new",
            "/admin/groups",
            "/admin/groups/new",
            "/admin/groups/{id}",
            "/admin/people/{id}/access",
            "/admin/roles",
            "/admin/roles/new",
            "/admin/roles/{id}",
        ],
    ),
    (
        "drafter",
        &[
            "/admin/applications/new",
            "/admin/applications/{id}",
            "/admin/applications/{id}/permissions/new",
            "/admin/applications/{id}/permissions/{name}",
            "/admin/attributes",
            "/admin/attributes/new",
            "/admin/attributes/{name}",
            "/admin/permissions",
            "/admin/policies",
            "/admin/policies/new",
            "/admin/policies/{name}",
            "/admin/policies/{name}/draft",
        ],
    ),
    ("forgotten", &["/reset-password", "/reset-password/{id}"]),
    ("first start", &["/setup/{token}"]),
    ("door", &["/", "/logout", "/logout/done", "/signin/{id}/create"]),
];

/// The routes of a walk of which no path was seen.
pub(super) fn missed(walk: &str, seen: &BTreeSet<String>) -> Vec<&'static str> {
    let (_, pages) = WALKS.into_iter().find(|(name, _)| *name == walk).unwrap();
    let all = routes();
    let seen: BTreeSet<&str> = seen.iter().filter_map(|path| route(&all, path)).collect();
    pages
        .iter()
        .copied()
        .filter(|page| !seen.contains(page))
        .collect()
}

/// The route of a path; one without a variable is nearer than one with.
fn route<'a>(all: &'a BTreeSet<String>, path: &str) -> Option<&'a str> {
    let fits = |route: &&String| {
        let (parts, given) = (route.split('/'), path.split('/'));
        parts.clone().count() == given.clone().count()
            && parts
                .zip(given)
                .all(|(part, one)| part.starts_with('{') || part == one)
    };
    all.get(path)
        .or_else(|| all.iter().find(fits))
        .map(String::as_str)
}

#[test]
fn every_page_is_in_a_walk_by_hand() {
    let walked = WALKS.iter().flat_map(|(_, pages)| pages.iter());
    let walked: BTreeSet<String> = walked.map(|page| (*page).to_owned()).collect();
    let none: BTreeSet<String> = NO_PAGES.iter().map(|(path, _)| (*path).to_owned()).collect();
    let pages: BTreeSet<String> = routes().difference(&none).cloned().collect();
    assert_eq!(walked, pages);
}
