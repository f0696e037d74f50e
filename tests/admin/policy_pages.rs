//! Policies, attributes and permissions in the console.

use doorward::decision::{self, Question};
use doorward::domain::{ApplicationId, PersonId, Right, Subject};
use serde_json::{Map, json};

use super::reach::furnish;
use super::{administered, give_rights};
use crate::signin::{PASSWORD, Town, enter_password};
use crate::support::{Browser, Page};

const TEXT: &str = "forbid (principal, action, resource) when { resource.secret };";

/// What a policy of the text above is tried with.
fn cases() -> String {
    let case = |name: &str, secret: bool, expect: &str| {
        json!({
            "name": name, "action": "feedback:read", "expect": expect, "granted_by": ["reader"],
            "resource": { "properties": { "secret": secret } },
        })
    };
    json!([case("secret", true, "deny"), case("not secret", false, "allow")]).to_string()
}

async fn draft(browser: &Browser, cedar: &str, cases: &str) -> Page {
    let form = browser.get("/admin/policies/new?template=by-hand").await;
    let fields = [
        ("name", "no-secrets"),
        ("title", "No secrets"),
        ("purpose", "Secrets are for nobody."),
        ("cedar", cedar),
        ("cases", cases),
        ("reason", "It was asked for."),
    ];
    browser.press_with(&form, "save", &fields).await
}

async fn standing(town: &Town, name: &str) -> bool {
    let all = doorward::policy::list(&mut town.op(), town.organisation)
        .await
        .unwrap();
    all.iter().any(|one| one.name == name && one.active.is_some())
}

/// What is decided of a secret record that somebody wants to read.
async fn decided(town: &Town, who: PersonId, application: ApplicationId) -> &'static str {
    let resource = json!({ "region": "emea", "secret": true });
    let question = Question {
        subject: Subject::Person(who),
        action: "feedback:read".to_owned(),
        application,
        resource_type: "feedback".to_owned(),
        resource_id: "f-1".to_owned(),
        resource: resource.as_object().unwrap().clone(),
        context: Map::new(),
    };
    decision::decide(&mut town.op(), &question).await.unwrap().reason
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_written_tried_put_in_force_and_retired_on_pages() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    let application = furnish(&town, ben).await;
    let drafted = draft(&browser, TEXT, &cases()).await;
    assert!(
        drafted.url.ends_with("/admin/policies/no-secrets?done=drafted"),
        "{}",
        drafted.text()
    );
    let page = browser.get("/admin/policies/no-secrets").await;
    let text = page.text();
    assert!(
        text.contains("Version 1: draft") && text.contains("As it should be"),
        "{text}"
    );
    // What was not tested cannot come into force.
    assert!(page.has_button("test") && !page.has_button("activate"), "{text}");
    let tested = browser.press(&page, "test").await;
    assert!(
        tested.url.ends_with("/admin/policies/no-secrets?done=tested"),
        "{}",
        tested.text()
    );
    assert!(!standing(&town, "no-secrets").await);
    let page = browser.get("/admin/policies/no-secrets").await;
    let none = browser.press_with(&page, "activate", &[("reason", " ")]).await;
    assert_eq!(none.status, 422, "{}", none.text());
    let active = browser
        .press_with(&page, "activate", &[("reason", "Agreed.")])
        .await;
    assert!(
        active.url.ends_with("/admin/policies/no-secrets?done=activated"),
        "{}",
        active.text()
    );
    assert!(standing(&town, "no-secrets").await);
    assert_eq!(decided(&town, ben, application).await, "forbidden_by_policy");
    // A page that was open meanwhile shows what is no more.
    let late = browser
        .press_with(&page, "activate", &[("reason", "Agreed.")])
        .await;
    assert!(
        late.text()
            .contains("Somebody else has changed the policy meanwhile"),
        "{}",
        late.text()
    );
    let page = browser.get("/admin/policies/no-secrets").await;
    assert!(page.text().contains("Name of ada"), "{}", page.text());
    let retired = browser
        .press_with(&page, "retire", &[("reason", "Is over.")])
        .await;
    assert!(retired.url.contains("?done="), "{}", retired.text());
    assert!(!standing(&town, "no-secrets").await);
    let list = browser.get("/admin/policies").await.text();
    assert!(list.contains("No secrets retired"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_policy_is_told_and_nothing_is_stored() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    furnish(&town, ben).await;
    for (cedar, cases, told) in [
        ("forbid (principal, action", cases(), "line 1, column"),
        (
            TEXT,
            "[{]".to_owned(),
            "cases: they are not the JSON that is needed",
        ),
        ("", cases(), "cedar: "),
    ] {
        let refused = draft(&browser, cedar, &cases).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(told), "{}", refused.text());
        // What was written is not lost.
        assert!(
            refused.body.contains("Secrets are for nobody."),
            "{}",
            refused.body
        );
    }
    assert!(
        browser
            .get("/admin/policies")
            .await
            .text()
            .contains("There are no policies")
    );
    assert_eq!(browser.get("/admin/policies/none").await.status, 404);
    assert_eq!(browser.get("/admin/policies/new?template=none").await.status, 404);
    // One whose test case fails is stored as a draft, and stays one.
    let other = cases().replace("deny", "allow");
    draft(&browser, TEXT, &other).await;
    let page = browser.get("/admin/policies/no-secrets").await;
    assert!(
        page.text().contains("Fails: it should be allowed, and is denied"),
        "{}",
        page.text()
    );
    browser.press(&page, "test").await;
    let page = browser.get("/admin/policies/no-secrets").await;
    assert!(!page.has_button("activate"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_becomes_a_policy_and_whoever_leaves_it_writes_by_hand() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    furnish(&town, ben).await;
    let choice = browser.get("/admin/policies/new").await;
    assert_eq!(
        choice.body.matches("name=\"template\"").count(),
        11,
        "{}",
        choice.body
    );
    let form = browser.get("/admin/policies/new?template=office-hours").await;
    let fields = [
        ("name", "hours"),
        ("actions_feedback:read", "yes"),
        ("zone", "Europe/Istanbul"),
        ("reason", "Asked for."),
    ];
    let drafted = browser.press_with(&form, "save", &fields).await;
    assert!(drafted.url.contains("?done="), "{}", drafted.text());
    let mut op = town.op();
    let policy = doorward::policy::show(&mut op, town.organisation, "hours")
        .await
        .unwrap()
        .unwrap();
    let content = &policy.versions[0].content;
    assert_eq!(
        content.template.as_ref().unwrap().values["days"],
        json!(["mo", "tu", "we", "th", "fr"])
    );
    let change = browser.get("/admin/policies/hours/draft").await;
    assert!(
        change.body.contains("id=\"zone\"") && !change.body.contains("id=\"cedar\""),
        "{}",
        change.body
    );
    let by_hand = browser.get("/admin/policies/hours/draft?by=hand").await;
    assert!(
        by_hand.body.contains("id=\"cedar\"") && by_hand.body.contains("Istanbul"),
        "{}",
        by_hand.body
    );
    let saved = browser
        .press_with(&by_hand, "save", &[("reason", "By hand.")])
        .await;
    assert!(saved.url.contains("?done="), "{}", saved.text());
    let policy = doorward::policy::show(&mut town.op(), town.organisation, "hours")
        .await
        .unwrap()
        .unwrap();
    assert!(policy.versions[0].content.template.is_none());
    assert_eq!(policy.versions[0].content.cedar, content.cedar);
}

#[tokio::test(flavor = "multi_thread")]
async fn attributes_and_permissions_are_for_those_who_look_after_access() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    furnish(&town, ben).await;
    let form = browser.get("/admin/attributes/new").await;
    let wrong = [("name", "groups"), ("title", "Groups"), ("kind", "text")];
    let refused = browser.press_with(&form, "save", &wrong).await;
    assert!(
        refused.text().contains("Doorward itself gives everybody"),
        "{}",
        refused.text()
    );
    let choice = [
        ("name", "clearance"),
        ("title", "Clearance"),
        ("kind", "choice"),
        ("choices", "internal\nsecret"),
        ("seen-by", "administrators"),
    ];
    let added = browser.press_with(&form, "save", &choice).await;
    assert!(
        added.url.ends_with("/admin/attributes/clearance?done=added"),
        "{}",
        added.text()
    );
    let twice = browser.press_with(&form, "save", &choice).await;
    assert!(
        twice
            .text()
            .contains("There is an attribute of this name already"),
        "{}",
        twice.text()
    );
    let one = browser.get("/admin/attributes/clearance").await;
    let removed = browser.press(&one, "remove").await;
    assert!(removed.url.ends_with("/admin/attributes?done=removed"));
    assert_eq!(browser.get("/admin/attributes/clearance").await.status, 404);
    let text = browser.get("/admin/permissions").await.text();
    assert!(
        text.contains("Read feedback") && text.contains("Given by Reader"),
        "{text}"
    );
    assert!(text.contains("Given by no role"), "{text}");
    // Who sees and may not change gets no forms; who has nothing to do with access gets nothing.
    let reader = town.person("reader").await;
    give_rights(&town, reader, "of_reader", &[Right::AccessRead]).await;
    let reading = town.browser();
    enter_password(&reading, "reader", PASSWORD).await;
    assert!(
        !reading
            .get("/admin/attributes")
            .await
            .body
            .contains("/admin/attributes/new")
    );
    assert_eq!(reading.get("/admin/policies/new").await.status, 403);
    let other = town.browser();
    enter_password(&other, "ben", PASSWORD).await;
    for path in ["/admin/policies", "/admin/attributes", "/admin/permissions"] {
        assert_eq!(other.get(path).await.status, 403, "{path}");
    }
}
