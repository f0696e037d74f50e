//! Applications and their permissions on pages.

use doorward::access::{self, ApplicationDocument};
use doorward::domain::{ApplicationId, Right};
use doorward::person::{self, NewOrganisation};
use serde_json::json;

use super::reach::{furnish, query};
use super::{administered, give_rights};
use crate::signin::{PASSWORD, Town, enter_password};
use crate::support::{Browser, Page};

const NEW: &str = "/admin/applications/new";

async fn permissions(town: &Town, id: ApplicationId) -> Vec<String> {
    let all = access::permissions(&mut town.op(), id).await.unwrap();
    all.into_iter().map(|one| one.name).collect()
}

async fn id_of(town: &Town, audience: &str) -> ApplicationId {
    let found = access::application_of(&mut town.op(), audience).await.unwrap();
    found.unwrap().id
}

fn says(page: &Page, status: u16, told: &str) {
    assert_eq!(page.status, status, "{}", page.text());
    assert!(page.text().contains(told), "{told}: {}", page.text());
}

/// Sends what a page without a form offers to nobody.
async fn forge(browser: &Browser, page: &Page, path: &str) -> u16 {
    let (_, token) = page.body.split_once("name=\"form_token\" value=\"").unwrap();
    let token = token.split('"').next().unwrap();
    let fields = [("form_token", token), ("act", "save"), ("name", "Mine")];
    browser.post(path, &fields).await.status.as_u16()
}

async fn add_ledger(browser: &Browser) -> Page {
    let form = browser.get(NEW).await;
    let fields = [
        ("name", "Ledger"),
        ("audience", "https://ledger.example"),
        ("token_format", "opaque"),
    ];
    browser.press_with(&form, "save", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_made_and_changed_on_pages() {
    let (town, browser) = administered().await;
    let list = browser.get("/admin/permissions").await;
    assert!(list.body.contains(NEW), "{}", list.body);
    let form = browser.get(NEW).await;
    let nameless = [("name", " "), ("audience", "https://ledger.example")];
    says(
        &browser.press_with(&form, "save", &nameless).await,
        422,
        "A name of at most 200 characters is needed.",
    );
    let wrong = browser
        .press_with(&form, "save", &[("name", "Ledger"), ("audience", "a b")])
        .await;
    says(&wrong, 422, "An audience is 1 to 512 characters");
    assert!(wrong.body.contains("value=\"Ledger\""), "what was typed stays");
    // What the form does not offer is not taken from it.
    let sharing = [
        ("name", "Ledger"),
        ("audience", "https://shared.example"),
        ("shared", "yes"),
    ];
    says(
        &browser.press_with(&form, "save", &sharing).await,
        200,
        "no, your organisation's alone",
    );
    let added = add_ledger(&browser).await;
    says(&added, 200, "The application is there.");
    says(&added, 200, "opaque, so that it asks what they stand for");
    says(
        &add_ledger(&browser).await,
        422,
        "Another application has this audience.",
    );
    let changed = browser
        .press_with(&added, "save", &[("name", "General ledger")])
        .await;
    says(&changed, 200, "The change is made.");
    let id = id_of(&town, "https://ledger.example").await;
    assert!(
        changed
            .url
            .ends_with(&format!("/admin/applications/{id}?done=changed"))
    );
    let list = browser.get("/admin/permissions").await;
    says(&list, 200, "General ledger");
    assert_eq!(town.events("application.created").await.len(), 2);
    assert_eq!(town.events("application.changed").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_is_added_changed_and_removed_after_it_was_asked_once_more() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    let id = furnish(&town, ben).await;
    let one = format!("/admin/applications/{id}");
    assert!(browser.get("/admin/permissions").await.body.contains(&one));
    let form = browser.get(&format!("{one}/permissions/new")).await;
    let delete = |name: &'static str| {
        [
            ("name", name),
            ("title", "Delete feedback"),
            ("purpose", "For whoever keeps order."),
            ("sensitivity", "critical"),
        ]
    };
    for (name, told) in [
        ("delete", "A name is an area and a verb"),
        ("feed back:delete", "A name is an area and a verb"),
        ("people:read", "the name of a right over Doorward itself"),
        ("feedback:read", "has a permission of this name already"),
    ] {
        says(&browser.press_with(&form, "save", &delete(name)).await, 422, told);
    }
    let added = browser
        .press_with(&form, "save", &delete("feedback:delete"))
        .await;
    says(&added, 200, "Put it into the roles that are to give it.");
    says(&added, 200, "Used by nothing");
    let changed = browser.press_with(&added, "save", &[("title", "Delete")]).await;
    says(&changed, 200, "The change is made.");
    let empty = browser.press_with(&added, "save", &[("purpose", " ")]).await;
    says(&empty, 422, "a purpose of at most 2000 are needed");
    let asked = browser.press(&changed, "remove").await;
    says(&asked, 200, "Remove this permission?");
    assert_eq!(permissions(&town, id).await.len(), 3, "asking removes nothing");
    let removed = browser.press(&asked, "confirm").await;
    says(&removed, 200, "The permission is removed.");
    assert_eq!(permissions(&town, id).await, ["feedback:edit", "feedback:read"]);
    // What a role gives is not even asked about.
    let used = browser.get(&format!("{one}/permissions/feedback%3Aread")).await;
    says(&used, 200, "Used by roles: reader");
    let refused = browser.press(&used, "remove").await;
    says(
        &refused,
        422,
        "It is in use (roles: reader). Take it out there first.",
    );
    assert!(!refused.has_button("confirm"));
    // Who was faster than the question is told the same.
    let late = browser.press_with(&used, "save", &[("act", "confirm")]).await;
    says(&late, 422, "It is in use (roles: reader).");
    assert_eq!(permissions(&town, id).await.len(), 2);
    assert_eq!(
        browser
            .get(&format!("{one}/permissions/feedback%3Adelete"))
            .await
            .status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_sees_gets_no_forms_and_another_organisation_nothing() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    let id = furnish(&town, ben).await;
    let mut op = town.op();
    let organisation = NewOrganisation {
        slug: "elsewhere".to_owned(),
        name: "Elsewhere".to_owned(),
    };
    let organisation = person::create_organisation(&mut op, organisation).await.unwrap();
    let mut others = Vec::new();
    for shared in [false, true] {
        let document = json!({ "name": "Theirs", "audience": format!("https://{shared}.example"), "shared": shared,
            "permissions": [{ "name": "theirs:read", "title": "T", "purpose": "P" }] });
        let document: ApplicationDocument = serde_json::from_value(document).unwrap();
        let new = document.meant(organisation).unwrap();
        others.push(access::create_application(&mut op, new).await.unwrap());
    }
    op.commit().await.unwrap();
    let pages = |id: ApplicationId, name: &str| {
        let one = format!("/admin/applications/{id}");
        let permission = format!("{one}/permissions/{name}");
        [one, permission]
    };
    let home = browser.get("/admin").await;
    for path in pages(others[0], "theirs%3Aread") {
        assert_eq!(browser.get(&path).await.status, 404, "{path}");
        assert_eq!(forge(&browser, &home, &path).await, 404, "{path}");
    }
    for path in pages(others[1], "theirs%3Aread") {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.has_button("save") && !page.has_button("remove"), "{path}");
        assert_eq!(forge(&browser, &page, &path).await, 404, "{path}");
    }
    let reader = town.person("reader").await;
    give_rights(&town, reader, "of_reader", &[Right::AccessRead]).await;
    let reading = town.browser();
    enter_password(&reading, "reader", PASSWORD).await;
    for path in pages(id, "feedback%3Aread") {
        let page = reading.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.has_button("save") && !page.has_button("remove"), "{path}");
        assert_eq!(forge(&reading, &page, &path).await, 403, "{path}");
    }
    assert!(!reading.get("/admin/permissions").await.body.contains(NEW));
    for path in [
        NEW.to_owned(),
        format!("/admin/applications/{id}/permissions/new"),
    ] {
        assert_eq!(reading.get(&path).await.status, 403, "{path}");
    }
    assert!(town.events("application.changed").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_retired_on_its_page_after_its_effect_was_shown_and_brought_back() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    let id = furnish(&town, ben).await;
    let one = format!("/admin/applications/{id}");
    let page = browser.get(&one).await;
    let asked = browser.press(&page, "retire").await;
    says(&asked, 200, "Retire this application?");
    says(&asked, 200, "ben");
    assert!(
        town.events("application.retired").await.is_empty(),
        "asking changes nothing"
    );
    let again = browser.press_with(&asked, "confirm", &[("reason", " ")]).await;
    says(&again, 422, "Retire this application?");
    let retired = browser
        .press_with(&again, "confirm", &[("reason", "Replaced.")])
        .await;
    says(&retired, 200, "The application is retired.");
    says(&retired, 200, "Retired since");
    assert!(!retired.has_button("retire") && retired.has_button("restore"));
    says(
        &browser.get("/admin/permissions").await,
        200,
        "Feedback (retired)",
    );
    let role = access::role_named(&mut town.op(), town.organisation, "reader").await;
    let role = browser
        .get(&format!("/admin/roles/{}", role.unwrap().unwrap()))
        .await;
    says(&role, 200, "feedback:read (retired)");
    // What it has stays, and saving it as it is changes nothing; what it has not is not offered.
    assert!(role.body.contains(&format!("permission_{id}_feedback:read")));
    assert!(!role.body.contains(&format!("permission_{id}_feedback:edit")));
    let fresh = browser.get("/admin/roles/new").await;
    assert!(
        !fresh.body.contains(&format!("permission_{id}_")),
        "not offered anew"
    );
    let why = format!("/admin/access/why?person=ben&{}", query(id, "emea"));
    let why = browser.get(&why).await;
    says(
        &why,
        200,
        "The application is retired. It gives nothing until it is brought back.",
    );
    says(&why, 200, "To bring the application back.");
    let asked = browser.press(&retired, "restore").await;
    says(&asked, 200, "Bring this application back?");
    let back = browser
        .press_with(&asked, "confirm", &[("reason", "Needed.")])
        .await;
    says(&back, 200, "The application is back.");
    assert!(back.has_button("retire"));
    assert_eq!(town.events("application.restored").await.len(), 1);
}
