//! Who waits for help, in the console and over HTTP.

use doorward::domain::{Right, Subject};
use doorward::enrolment::{self, Delivery};
use doorward::person;
use serde_json::json;

use super::api::{caller, give, keeper, refused, register_program, token};
use super::{administered, give_rights};
use crate::oauth::stage::Stage;
use crate::signin::{PASSWORD, Town, enter_password};

/// Holds the account of somebody, as they do who say that it was not they.
async fn say(town: &Town, name: &str, about: &str) {
    let mut op = town.op();
    let found = person::find(&mut op, town.id_of(name).await)
        .await
        .unwrap()
        .unwrap();
    person::hold(&mut op, &found, Some(about), "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_said_that_it_was_not_they_waits_on_the_first_page_until_they_are_helped() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    town.person("ben").await;
    let sam = town.stranger("sam", "Sam of Southgate").await;
    assert!(
        browser
            .get("/admin")
            .await
            .text()
            .contains("Nobody waits for help")
    );
    say(&town, "rosa", "new-device").await;
    let mut op = town.op();
    let stranger = person::find(&mut op, sam).await.unwrap().unwrap();
    person::hold(&mut op, &stranger, Some("password"), "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let home = browser.get("/admin").await;
    assert!(
        home.text().contains("One person waits for help"),
        "{}",
        home.text()
    );
    assert!(home.body.contains("href=\"/admin/people/held\""), "{}", home.body);
    let list = browser.get("/admin/people/held").await;
    let text = list.text();
    assert!(
        text.contains("Name of rosa (rosa)")
            && text.contains("Said “this was not me” to: Sign-in with a new browser")
            && text.contains("Nobody has helped yet"),
        "{text}"
    );
    assert!(!text.contains("ben") && !text.contains("Sam"), "{text}");
    let help = format!("/admin/people/{rosa}/help");
    assert!(list.body.contains(&format!("href=\"{help}\"")), "{}", list.body);
    let one = browser.get(&format!("/admin/people/{rosa}")).await;
    assert!(one.text().contains("Held Since"), "{}", one.text());
    // She is helped.
    let mut op = town.op();
    let found = person::find(&mut op, rosa).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &found, "known by voice", Delivery::Shown).await;
    assert!(op.conclude(asked).await.unwrap().is_ok());
    assert!(
        browser
            .get("/admin")
            .await
            .text()
            .contains("Nobody waits for help")
    );
    let text = browser.get("/admin/people/held").await.text();
    assert!(text.contains("Has a link, good until"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_for_those_who_may_see_people_and_the_way_to_help_for_those_who_may() {
    let (town, _) = administered().await;
    let ben = town.person("ben").await;
    say(&town, "ben", "password").await;
    let reader = town.person("reader").await;
    give_rights(&town, reader, "reader", &[Right::PeopleRead]).await;
    let browser = town.browser();
    enter_password(&browser, "reader", PASSWORD).await;
    let list = browser.get("/admin/people/held").await;
    let person = format!("/admin/people/{ben}");
    assert!(
        list.body.contains(&format!("href=\"{person}\"")) && !list.body.contains(&format!("{person}/help")),
        "{}",
        list.body
    );
    let rosa = town.person("rosa").await;
    give_rights(&town, rosa, "auditor", &[Right::RulesRead]).await;
    let browser = town.browser();
    enter_password(&browser, "rosa", PASSWORD).await;
    assert_eq!(browser.get("/admin/people/held").await.status, 403);
    let home = browser.get("/admin").await;
    assert!(!home.text().contains("waits for help"), "{}", home.text());
}

#[tokio::test]
async fn a_program_asks_for_those_who_are_held() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let nobody = caller.get("/people?held=true").await.json();
    assert_eq!(nobody, json!({ "people": [], "next": null }));
    let stranger = stage.stranger().await;
    let mut op = stage.op();
    for id in [stage.ada, stranger] {
        let found = person::find(&mut op, id).await.unwrap().unwrap();
        let held = person::hold(&mut op, &found, Some("new-device"), "a test");
        held.await.unwrap();
    }
    op.commit().await.unwrap();
    let list = caller.get("/people?held=true").await.json();
    let people = list["people"].as_array().unwrap();
    assert_eq!(people.len(), 1, "{list}");
    assert_eq!(
        (
            &people[0]["username"],
            &people[0]["held_about"],
            &people[0]["waits"]
        ),
        (&json!("ada"), &json!("new-device"), &json!(true))
    );
    let ada = caller.get(&format!("/people/{}", stage.ada)).await.json();
    assert_eq!(
        (&ada["held"], &ada["held_since"], &ada["held_about"]),
        (&json!(true), &people[0]["held_since"], &json!("new-device"))
    );
    let since = ada["held_since"].as_str().unwrap();
    assert!(since.ends_with('Z'), "{since}");
    for none in ["/people?held=true&name=b", "/people?held=true&after=ada"] {
        assert_eq!(caller.get(none).await.json()["people"], json!([]), "{none}");
    }
    assert_eq!(refused(&caller.get("/people?held=yes").await).0, 400);
    let mut op = stage.op();
    let found = person::find(&mut op, stage.ada).await.unwrap().unwrap();
    let address = "ada@example.test".parse().unwrap();
    person::set_email(&mut op, &found, &address, true).await.unwrap();
    op.commit().await.unwrap();
    let path = format!("/people/{}/help", stage.ada);
    let helped = caller.post(&path, json!({ "reason": "known by voice" })).await;
    assert_eq!(helped.status, 202);
    let list = caller.get("/people?held=true").await.json();
    assert_eq!(list["people"][0]["waits"], false, "{list}");
}

#[tokio::test]
async fn a_program_without_the_right_does_not_learn_who_is_held() {
    let mut stage = Stage::new().await;
    let robot = Subject::ServiceAccount(stage.robot);
    give(&stage, robot, "auditor", &[Right::RulesRead]).await;
    register_program(&mut stage, "auditor").await;
    let token = token(&stage, "auditor", "rules:read").await;
    let answer = caller(&stage, &token).get("/people?held=true").await;
    assert_eq!(refused(&answer).0, 403);
}
