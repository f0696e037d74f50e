//! The console: who may enter, and what its pages do.

mod access_api;
mod api;
mod api_roll_outs;
mod application_pages;
mod applications_api;
pub(crate) mod clients;
mod clients_api;
mod delegated;
mod delegated_api;
mod devices;
mod factors;
mod held;
mod help;
mod invite;
mod locks;
mod passes;
mod passkeys;
mod people;
mod policies;
mod policy_pages;
pub(crate) mod reach;
mod recovery;
mod roll_outs;
mod rules;
mod standing;

use doorward::access::{self, Holder, NewGrant, NewRole, Period};
use doorward::domain::{PersonId, Right, RoleId, Subject};
use doorward::op::Op;

use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::Browser;

/// Gives a person a role with these rights.
pub(crate) async fn give_rights(town: &Town, person: PersonId, name: &str, rights: &[Right]) {
    give_rights_to(town, Subject::Person(person), name, rights).await;
}

/// The same to anybody.
async fn give_rights_to(town: &Town, to: Subject, name: &str, rights: &[Right]) {
    let mut op = town.op();
    let role = NewRole {
        organisation_id: town.organisation,
        name: name.to_owned(),
        about: access::RoleAbout {
            purpose: "A test.".to_owned(),
            rights: rights.iter().copied().collect(),
            ..access::RoleAbout::titled(name)
        },
    };
    let role = access::create_role(&mut op, role).await.unwrap();
    grant(op, town, (to, role)).await;
}

/// Gives a person a role that is there.
pub(crate) async fn give_role(town: &Town, person: PersonId, name: &str) {
    let mut op = town.op();
    let role = access::role_named(&mut op, town.organisation, name)
        .await
        .unwrap();
    let role = role.unwrap();
    grant(op, town, (Subject::Person(person), role)).await;
}

async fn grant(mut op: Op, town: &Town, (to, role): (Subject, RoleId)) {
    let grant = NewGrant {
        organisation_id: town.organisation,
        holder: Holder::Subject(to),
        role,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "a test".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    access::give(&mut op, grant).await.unwrap();
    op.commit().await.unwrap();
}

/// A town with an administrator, and the browser in which she is signed in.
async fn administered() -> (Town, Browser) {
    administer(Town::new().await).await
}

async fn administer(town: Town) -> (Town, Browser) {
    let ada = town.person("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "ada", PASSWORD).await));
    (town, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_for_those_whose_role_gives_the_right() {
    let (town, ada) = administered().await;
    let rosa = town.person("rosa").await;
    town.person("ben").await;
    give_rights(&town, rosa, "auditor", &[Right::RulesRead]).await;
    let account = ada.get("/account").await;
    assert!(account.body.contains("href=\"/admin\""), "{}", account.body);
    assert!(ada.get("/admin").await.text().contains("Sign-in rules"));

    let browser = town.browser();
    enter_password(&browser, "ben", PASSWORD).await;
    assert!(!browser.get("/account").await.body.contains("href=\"/admin\""));
    for path in [
        "/admin",
        "/admin/rules",
        "/admin/rules/new",
        "/admin/people",
        "/admin/coverage",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(
            page.text().contains("Your roles do not let you"),
            "{}",
            page.text()
        );
    }
    assert_eq!(town.events("administration.refused").await.len(), 4);

    let browser = town.browser();
    enter_password(&browser, "rosa", PASSWORD).await;
    assert_eq!(browser.get("/admin/rules").await.status, 200);
    assert_eq!(
        browser.get("/admin/rules/new").await.status,
        403,
        "reading is not managing"
    );
    assert_eq!(browser.get("/admin/people").await.status, 403);
    // Nobody at all is led to the sign-in first.
    let page = town.browser().get("/admin/people").await;
    assert!(page.has_field("username"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_enough_when_it_began_is_asked_for_more_before_it_reads_on() {
    let (town, browser) = administered().await;
    let rule = serde_json::json!({
        "name": "Administrators",
        "when": { "roles": ["administrator"] },
        "then": { "do": "second_factor" },
    });
    crate::rule::add(&town, rule).await;
    for path in ["/admin", "/admin/people", "/admin/rules"] {
        let page = browser.get(path).await;
        assert!(
            page.has_field("code") && page.body.contains("<svg"),
            "{path}: {}",
            page.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_rule_asks_again_after_a_while_the_console_does_too() {
    let (town, browser) = administered().await;
    let rule = serde_json::json!({
        "name": "Again",
        "when": { "roles": ["administrator"] },
        "then": { "do": "again", "after_minutes": 10 },
    });
    crate::rule::add(&town, rule).await;
    assert_eq!(browser.get("/admin/people").await.status, 200);
    town.wait(std::time::Duration::from_mins(11));
    let page = browser.get("/admin/people").await;
    assert!(page.has_field("password"), "{}", page.text());
    let people = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(people.text().contains("(ada)"), "{}", people.text());
}
