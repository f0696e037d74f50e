//! What somebody was given, as they see it.

use std::time::Duration;

use doorward::access::{self, Holder, NewGrant, NewGroup, NewRole, Period};
use doorward::domain::{ApplicationId, GroupKind, Subject};
use doorward::policy::{self, Content, NewPolicy};

use super::{rosa, town};
use crate::admin::reach::{furnish, query};
use crate::signin::Town;
use crate::support::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_sees_their_roles_with_where_until_when_by_whom_and_why() {
    let town = town().await;
    let browser = rosa(&town).await;
    let none = browser.get("/account/access").await.text();
    assert!(none.contains("Nothing was given to you"), "{none}");
    let rosa = town.id_of("rosa").await;
    let mut op = town.op();
    let organisation_id = town.organisation;
    let group = NewGroup {
        organisation_id,
        kind: GroupKind::Region,
        name: "emea".to_owned(),
        about: access::GroupAbout::titled("EMEA"),
    };
    let emea = access::create_group(&mut op, group).await.unwrap();
    let role = NewRole {
        organisation_id,
        name: "keeper".to_owned(),
        about: access::RoleAbout {
            purpose: "A test.".to_owned(),
            ..access::RoleAbout::titled("Keeper of feedback")
        },
    };
    let role = access::create_role(&mut op, role).await.unwrap();
    let hour = Duration::from_hours(1);
    for (within, from, reason) in [
        (vec![emea], op.now, "She leads the region"),
        (Vec::new(), op.now.plus(hour), "For the audit"),
    ] {
        let grant = NewGrant {
            organisation_id,
            holder: Holder::Subject(Subject::Person(rosa)),
            role,
            within,
            period: Period {
                from,
                until: Some(from.plus(hour * 24)),
            },
            reason: reason.to_owned(),
            source: doorward::domain::GrantSource::Direct,
        };
        access::give(&mut op, grant).await.unwrap();
    }
    op.commit().await.unwrap();
    let told = browser.get("/account/access").await.text();
    assert!(
        told.contains("Keeper of feedback She leads the region Counts in EMEA (region)"),
        "{told}"
    );
    assert!(
        told.contains("For the audit Counts in everywhere") && told.contains("not begun yet"),
        "{told}"
    );
    assert!(told.contains("Given by The operator, by command"), "{told}");
    // Of others nothing is told.
    town.person("ben").await;
    let other = super::signed_in(&town, "ben").await;
    let told = other.get("/account/access").await.text();
    assert!(told.contains("Nothing was given to you"), "{told}");
}

/// Puts a policy in force that forbids everything.
async fn forbid(town: &Town, application: ApplicationId) {
    let mut op = town.op();
    let content = Content {
        title: "Closed".to_owned(),
        purpose: "To be tried.".to_owned(),
        cedar: "forbid (principal, action, resource);".to_owned(),
        template: None,
        cases: vec![
            serde_json::from_value(serde_json::json!({
                "name": "nobody", "subject": {}, "action": "feedback:read",
                "resource": { "type": "feedback", "id": "f-1" }, "expect": "deny",
            }))
            .unwrap(),
        ],
    };
    let new = NewPolicy {
        organisation_id: town.organisation,
        application,
        name: "secret-door".to_owned(),
        content,
    };
    let of = (town.organisation, "secret-door");
    policy::draft(&mut op, new, "A test.").await.unwrap();
    policy::test(&mut op, of, None).await.unwrap();
    policy::activate(&mut op, of, None, "A test.").await.unwrap();
    op.commit().await.unwrap();
}

async fn why(browser: &Browser, query: &str) -> String {
    let page = browser.get(&format!("/account/access/why?{query}")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_asks_why_of_themselves_and_is_told_no_name_of_a_policy() {
    let town = town().await;
    let browser = rosa(&town).await;
    let id = town.id_of("rosa").await;
    let application = furnish(&town, id).await;
    let page = browser.get("/account/access").await;
    assert!(
        page.body.contains("href=\"/account/access/why\""),
        "{}",
        page.body
    );
    let empty = browser.get("/account/access/why").await;
    assert!(
        empty.has_field("type") && !empty.has_field("person"),
        "{}",
        empty.text()
    );

    let here = query(application, "emea");
    let yes = why(&browser, &here).await;
    assert!(yes.contains("It is given here by: Reader."), "{yes}");
    assert!(yes.contains("Answers customers there."), "{yes}");
    let elsewhere = why(&browser, &query(application, "americas")).await;
    assert!(
        elsewhere.contains("A role gives it, but not where this resource is: Reader."),
        "{elsewhere}"
    );
    assert!(elsewhere.contains("given in Americas (region)"), "{elsewhere}");
    // Whoever names somebody else is told of themselves.
    town.person("ben").await;
    let other = super::signed_in(&town, "ben").await;
    let none = why(&other, &format!("person=rosa&{here}")).await;
    assert!(none.contains("No role that you hold gives it"), "{none}");

    forbid(&town, application).await;
    let no = why(&browser, &here).await;
    assert!(
        no.contains("A policy of your organisation forbids it here"),
        "{no}"
    );
    assert!(!no.contains("secret-door") && !no.contains("Closed"), "{no}");
    let wrong = browser
        .get(&format!("/account/access/why?{}", here.replace("region", "=")))
        .await;
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    let asked = town.bodies("access.explained").await;
    assert_eq!(asked.len(), 4, "who asked is on record");
    assert!(
        asked.iter().any(|event| event["target"]["id"] == id.to_string()),
        "{asked:?}"
    );
}
