//! Why somebody may do something, and who may: pages and interface.

use doorward::access::{self, Holder, NewApplication, NewGrant, NewGroup, NewPermission, NewRole, Period};
use doorward::domain::{ApplicationId, GroupId, GroupKind, PersonId, Right, Scope, Sensitivity, Subject};
use serde_json::{Value, json};

use super::api::{caller, keeper, refused};
use super::{administered, give_rights};
use crate::signin::{PASSWORD, Town, enter_password};
use crate::support::Browser;

/// An application with two permissions, the regions EMEA and Americas, and a person who reads in EMEA.
pub(crate) async fn furnish(town: &Town, reader: PersonId) -> ApplicationId {
    let mut op = town.op();
    let organisation_id = town.organisation;
    let permission = |name: &str, title: &str| NewPermission {
        name: Scope::parse(name).unwrap(),
        title: title.to_owned(),
        purpose: "To be tried.".to_owned(),
        sensitivity: Sensitivity::Normal,
    };
    let application = NewApplication {
        organisation_id,
        name: "Feedback".to_owned(),
        audience: "https://feedback.example".to_owned(),
        shared: false,
        token_format: doorward::domain::TokenFormat::Jwt,
        permissions: vec![
            permission("feedback:read", "Read feedback"),
            permission("feedback:edit", "Work on feedback"),
        ],
    };
    let application = access::create_application(&mut op, application).await.unwrap();
    let mut regions: Vec<GroupId> = Vec::new();
    for (name, title) in [("emea", "EMEA"), ("americas", "Americas")] {
        let there = access::group_named(&mut op, organisation_id, GroupKind::Region, name).await;
        if let Some(there) = there.unwrap() {
            regions.push(there);
            continue;
        }
        let group = NewGroup {
            organisation_id,
            kind: GroupKind::Region,
            name: name.to_owned(),
            about: access::GroupAbout::titled(title),
        };
        regions.push(access::create_group(&mut op, group).await.unwrap());
    }
    let role = NewRole {
        organisation_id,
        name: "reader".to_owned(),
        about: access::RoleAbout {
            purpose: "To be tried.".to_owned(),
            permissions: access::Permitted::of(application, ["feedback:read"]),
            ..access::RoleAbout::titled("Reader")
        },
    };
    let role = access::create_role(&mut op, role).await.unwrap();
    let grant = NewGrant {
        organisation_id,
        holder: Holder::Subject(Subject::Person(reader)),
        role,
        within: vec![regions[0]],
        period: Period::from(op.now),
        reason: "Answers customers there.".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    access::give(&mut op, grant).await.unwrap();
    op.commit().await.unwrap();
    application
}

/// What is asked of the pages, below their addresses.
pub(crate) fn query(application: ApplicationId, region: &str) -> String {
    format!("action={application}+feedback%3Aread&type=feedback&id=f-1&properties=region+%3D+{region}")
}

async fn answered(browser: &Browser, path: &str) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.body.contains("id=\"answer\""), "{}", page.body);
    page.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_tells_why_with_the_grants_and_what_would_turn_it() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    let application = furnish(&town, rosa).await;
    let form = browser.get("/admin/access/why").await;
    assert!(!form.body.contains("id=\"answer\""), "{}", form.body);
    assert!(
        form.text().contains("Read feedback (feedback:read)"),
        "{}",
        form.text()
    );
    let why = |who: &str, region: &str| {
        let query = query(application, region);
        format!("/admin/access/why?person={who}&{query}")
    };
    let yes = answered(&browser, &why("rosa", "emea")).await;
    for told in [
        "Yes",
        "(rosa): Read feedback (feedback:read) of feedback/f-1",
        "It is given here by: Reader.",
        "Counts here",
        "Answers customers there.",
        "Counts in EMEA (region)",
        "No end",
    ] {
        assert!(yes.contains(told), "{told}: {yes}");
    }
    let no = answered(&browser, &why("rosa", "americas")).await;
    for told in [
        "A role gives it, but not where this resource is: Reader.",
        "One of these roles, given in Americas (region): Reader.",
        "Counts elsewhere",
    ] {
        assert!(no.contains(told), "{told}: {no}");
    }
    let none = answered(&browser, &why("ada", "emea")).await;
    assert!(none.contains("No role that they hold gives it"), "{none}");
    // Who asked is on record, and the person's page leads here and back.
    assert_eq!(town.events("access.explained").await.len(), 3);
    let page = browser.get(&format!("/admin/people/{rosa}")).await;
    let link = "/admin/access/why?person=rosa";
    assert!(page.body.contains(link), "{}", page.body);
    assert!(browser.get(link).await.body.contains("value=\"rosa\""));
    let page = browser.get(&why("rosa", "emea")).await;
    assert!(
        page.body.contains(&format!("/admin/people/{rosa}")),
        "{}",
        page.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_names_all_who_may_and_leads_to_why() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    let application = furnish(&town, rosa).await;
    let who = |region: &str| format!("/admin/access/who?{}", query(application, region));
    let told = answered(&browser, &who("emea")).await;
    assert!(
        told.contains("(rosa) Reader") && !told.contains("(ada)"),
        "{told}"
    );
    let told = answered(&browser, &who("americas")).await;
    assert!(told.contains("Nobody may do this."), "{told}");
    let accounts = format!("{}&subjects=service_account", who("emea"));
    let told = answered(&browser, &accounts).await;
    assert!(told.contains("Nobody may do this."), "{told}");
    assert_eq!(town.events("access.subjects.searched").await.len(), 3);
    let page = browser.get(&who("emea")).await;
    let at = page.body.find("/admin/access/why?action=").unwrap();
    let link = page.body[at..].split('"').next().unwrap();
    let link = link.replace("&amp;", "&").replace("&#38;", "&");
    let why = answered(&browser, &link).await;
    assert!(why.contains("It is given here by: Reader."), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_may_are_told_page_by_page() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    let application = furnish(&town, rosa).await;
    let mut op = town.op();
    let role = access::role_named(&mut op, town.organisation, "reader")
        .await
        .unwrap();
    drop(op);
    for number in 0..51 {
        let person = town.person(&format!("p{number}")).await;
        let mut op = town.op();
        let grant = NewGrant {
            organisation_id: town.organisation,
            holder: Holder::Subject(Subject::Person(person)),
            role: role.unwrap(),
            within: Vec::new(),
            period: Period::from(op.now),
            reason: "a test".to_owned(),
            source: doorward::domain::GrantSource::Direct,
        };
        access::give(&mut op, grant).await.unwrap();
        op.commit().await.unwrap();
    }
    let mut path = format!("/admin/access/who?{}", query(application, "emea"));
    let mut found = 0;
    for expected in [50, 2] {
        let page = browser.get(&path).await;
        let rows = page
            .body
            .matches("<li><a href=\"/admin/access/why?action=")
            .count();
        assert_eq!(rows, expected, "{}", page.body);
        found += rows;
        let Some(at) = page.body.find("id=\"next\" href=\"") else {
            break;
        };
        let link = page.body[at..].split('"').nth(3).unwrap();
        path = link.replace("&amp;", "&").replace("&#38;", "&");
    }
    assert_eq!(found, 52);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_said_and_nobody_asks_without_the_right() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    let application = furnish(&town, rosa).await;
    town.stranger("sam", "Sam of Southgate").await;
    let good = query(application, "emea");
    let of = |who: &str, query: &str| format!("/admin/access/why?person={who}&{query}");
    for (path, told) in [
        (of("nobody", &good), "Nobody"),
        (of("sam", &good), "Nobody"),
        (
            of("rosa", "action=x&type=feedback&id=f"),
            "Choose what is to be done.",
        ),
        (
            of("rosa", &good.replace("feedback%3Aread", "feedback%3Araed")),
            "Choose what is to be done.",
        ),
        (of("rosa", &good.replace("id=f-1", "id=")), "1 to 256 characters"),
        (
            of("rosa", &good.replace("+%3D+", "+")),
            "“region emea” cannot be read",
        ),
    ] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 422, "{path}");
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    assert!(town.events("access.explained").await.is_empty());
    give_rights(&town, rosa, "auditor", &[Right::RulesRead]).await;
    let other = town.browser();
    enter_password(&other, "rosa", PASSWORD).await;
    for path in [of("ada", &good), format!("/admin/access/who?{good}")] {
        assert_eq!(other.get(&path).await.status, 403, "{path}");
    }
    // Whoever reads access only sees the answer, and no link to a page that they may not open.
    give_rights(&town, rosa, "access_reader", &[Right::AccessRead]).await;
    let page = other.get(&of("rosa", &good)).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("id=\"person\" href"), "{}", page.body);
}

#[tokio::test]
async fn a_program_asks_who_may() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let asked = json!({ "action": "f:read", "resource": { "type": "feedback", "id": "f-1" } });
    let with = |member: &str, value: Value| {
        let mut body = asked.clone();
        body[member] = value;
        body
    };
    let told = caller.post("/who", asked.clone()).await;
    assert_eq!(told.status, 200, "{told:?}");
    let told = told.json();
    let results = told["results"].as_array().unwrap();
    assert!(!results.is_empty() && told["next"].is_null(), "{told}");
    for one in results {
        assert_eq!(one["type"], "person");
        assert!(one["username"].is_string() && one["because"].is_array(), "{one}");
        let id = one["id"].as_str().unwrap();
        let why = caller.post(&format!("/people/{id}/why"), asked.clone()).await;
        assert_eq!(why.json()["decision"], true, "{one}");
    }
    let first = caller.post("/who", with("limit", json!(1))).await.json();
    assert_eq!(first["results"].as_array().unwrap().len(), 1);
    let robots = caller
        .post("/who", with("subject_type", json!("service_account")))
        .await;
    assert_eq!(robots.status, 200);
    for (body, status) in [
        (with("subject_type", json!("group")), 422),
        (with("limit", json!(0)), 422),
        (with("limit", json!(1_001)), 422),
        (with("action", json!("f:raed")), 422),
        (with("stray", json!(1)), 400),
    ] {
        let (code, detail) = refused(&caller.post("/who", body).await);
        assert_eq!(code, status, "{detail}");
    }
    let event = &stage.bare.events("access.subjects.searched").await[0];
    assert_eq!(event["details"]["action"], "f:read");
    assert_eq!(event["client"], "keeper");
}
