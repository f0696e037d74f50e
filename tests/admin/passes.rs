//! Passes in the console and over HTTP: looked at, agreed to, taken back.

use doorward::domain::{Actor, PersonId, RecoveryNeedsTwo, Right, Subject, Username};
use doorward::enrolment::{self, Asked, Delivery, Invitation};
use doorward::op::Op;
use doorward::person::{self, NewPerson};
use http::Method;
use regex_lite::Regex;
use serde_json::json;

use super::api::{caller, give, keeper, keeper_with, refused, register_program, token};
use super::{administer, give_rights};
use crate::account::token_of;
use crate::break_glass::reachable;
use crate::oauth::stage::Stage;
use crate::signin::{PASSWORD, Town, enter_password};
use crate::support::Browser;

async fn town(two: bool) -> (Town, Browser) {
    let town = Town::with(|config| {
        config.mail.kept = true;
        if two {
            config.signin.recovery_needs_two = RecoveryNeedsTwo::Everybody;
        }
    });
    administer(town.await).await
}

/// Asks for help for somebody; answers the id of the pass.
async fn ask(mut op: Op, who: PersonId, reason: &str) -> String {
    let person = person::find(&mut op, who).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &person, reason, Delivery::Mail).await;
    let id = match op.conclude(asked).await.unwrap().unwrap() {
        Asked::Issued(issued) => issued.pass,
        Asked::Waits(id) => id,
    };
    id.to_string()
}

async fn asked_by(town: &Town, by: PersonId, who: PersonId, reason: &str) -> String {
    ask(Op::inside(&town.server.house, Actor::Person(by)), who, reason).await
}

/// Invites somebody; answers where their link leads.
async fn invite(op: &mut Op, organisation: doorward::domain::OrganisationId, name: &str) -> String {
    let mut person = NewPerson::named(organisation, Username::parse(name).unwrap(), name);
    person.email = Some(format!("{name}@northbeam.example"));
    let invitation = Invitation {
        person,
        department: None,
        roles: Vec::new(),
    };
    let (_, issued) = enrolment::invite(op, invitation, Delivery::Shown).await.unwrap();
    issued.link.unwrap().expose().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_went_astray_is_taken_back_on_the_page_of_its_person() {
    let (town, browser) = town(false).await;
    let mut op = town.op();
    let link = invite(&mut op, town.organisation, "kim").await;
    op.commit().await.unwrap();
    assert_eq!(town.browser().get(&link).await.status, 200);
    let here = format!("/admin/people/{}", town.id_of("kim").await);
    let page = browser.get(&here).await;
    let text = page.text();
    assert!(
        text.contains("What for Invitation") && text.contains("Issued, not used yet"),
        "{text}"
    );
    assert!(text.contains("Asked for by The operator"), "{text}");
    let done = browser.press(&page, "take-back").await;
    assert!(done.text().contains("The link is taken back"), "{}", done.text());
    assert!(!done.has_button("take-back"), "{}", done.body);
    assert_eq!(town.browser().get(&link).await.status, 410);
    assert_eq!(
        town.events("pass.ended").await,
        [("success".into(), "taken back".into())]
    );
    let again = browser.press(&page, "take-back").await;
    assert_eq!(again.status, 409);
    assert!(again.text().contains("over already"), "{}", again.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn that_it_takes_two_is_said_before_anything_is_asked_for() {
    let (town, browser) = town(true).await;
    let rosa = reachable(&town, "rosa").await;
    let page = browser.get(&format!("/admin/people/{rosa}/help")).await.text();
    assert!(
        page.contains("a second one has agreed") && page.contains("Ask for the link"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_administrator_sees_what_they_agree_to_and_agrees_to_nothing_else() {
    let (town, browser) = town(true).await;
    let rosa = reachable(&town, "rosa").await;
    let max = town.person("max").await;
    asked_by(&town, max, rosa, "lost the phone").await;
    // It is found from the first page on, though nobody's account is held.
    let home = browser.get("/admin").await.text();
    assert!(home.contains("One person waits for help"), "{home}");
    let here = format!("/admin/people/{rosa}/help");
    let list = browser.get("/admin/people/held").await;
    assert!(list.body.contains(&format!("href=\"{here}\"")), "{}", list.body);
    let text = list.text();
    assert!(
        text.contains("Waiting for a second administrator")
            && text.contains("Name of rosa (rosa) Asked for on ")
            && text.contains("UTC: Name of max (max) · lost the phone"),
        "{text}"
    );
    let person = browser.get(&format!("/admin/people/{rosa}")).await.text();
    assert!(person.contains("Agree to a link that waits"), "{person}");
    let page = browser.get(&here).await;
    let text = page.text();
    assert!(
        text.contains("Asked for by Name of max (max)") && text.contains("lost the phone"),
        "{text}"
    );
    // Meanwhile another one has taken its place.
    asked_by(&town, max, rosa, "something else").await;
    let refused = browser.press(&page, "agree").await;
    assert_eq!(refused.status, 422);
    assert!(town.events("pass.issued").await.is_empty());
    let seen = browser.get(&here).await;
    assert!(seen.text().contains("something else"), "{}", seen.text());
    let agreed = browser.press(&seen, "agree").await;
    assert!(
        agreed.text().contains("The link is on its way")
            && agreed.text().contains("A link was sent already")
            && agreed.text().contains("Issued, not used yet"),
        "{}",
        agreed.text()
    );
    let home = browser.get("/admin").await.text();
    assert!(home.contains("Nobody waits for help"), "{home}");
    // One that waits is refused by taking it back.
    asked_by(&town, max, rosa, "once more").await;
    let page = browser.get(&here).await;
    let done = browser.press(&page, "take-back").await;
    assert!(done.text().contains("The link is taken back"), "{}", done.text());
    assert_eq!(town.details("pass.ended").await["state"], "waits");
    // Whoever has asked agrees to nothing.
    let ada = town.id_of("ada").await;
    asked_by(&town, ada, rosa, "known by voice").await;
    let page = browser.get(&here).await;
    assert!(!page.has_button("agree"), "{}", page.body);
    let token = token_of(&page);
    let pass = Regex::new(r#"name="pass" value="([^"]+)""#).unwrap();
    let pass = pass.captures(&page.body).unwrap()[1].to_owned();
    let fields = [("form_token", token.as_str()), ("act", "agree"), ("pass", &pass)];
    let refused = browser.post(&here, &fields).await;
    assert!(
        refused.text().contains("another administrator has to agree"),
        "{}",
        refused.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_back_what_is_for_somebody_with_more_rights_or_for_themselves() {
    let (town, _) = town(false).await;
    let ada = town.id_of("ada").await;
    let mut op = town.op();
    for (id, name) in [(ada, "ada"), (reachable(&town, "desk").await, "desk")] {
        let found = person::find(&mut op, id).await.unwrap().unwrap();
        let address = format!("{name}@northbeam.example").parse().unwrap();
        person::set_email(&mut op, &found, &address, true).await.unwrap();
    }
    op.commit().await.unwrap();
    let desk = town.id_of("desk").await;
    let helpers = [Right::PeopleRead, Right::PeopleManage];
    give_rights(&town, desk, "help_desk", &helpers).await;
    let reader = town.person("reader").await;
    give_rights(&town, reader, "reader", &[Right::PeopleRead]).await;
    let browser = town.browser();
    enter_password(&browser, "desk", PASSWORD).await;
    for id in [ada, desk] {
        let pass = ask(town.op(), id, "lost the phone").await;
        let here = format!("/admin/people/{id}");
        let page = browser.get(&here).await;
        assert!(
            page.text().contains("Open link") && !page.has_button("take-back"),
            "{}",
            page.text()
        );
        let form_token = token_of(&page);
        let fields = [
            ("form_token", form_token.as_str()),
            ("act", "take-back"),
            ("pass", &pass),
        ];
        let refused = browser.post(&here, &fields).await;
        assert_eq!(refused.status, 403);
        assert!(
            refused.text().contains("somebody who may do more here"),
            "{}",
            refused.text()
        );
    }
    assert_eq!(town.events("pass.ended").await.len(), 0);
    // Whoever only reads is not told why somebody is helped.
    let browser = town.browser();
    enter_password(&browser, "reader", PASSWORD).await;
    let page = browser.get(&format!("/admin/people/{ada}")).await;
    assert!(
        page.status == 200 && !page.text().contains("Open link"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn passes_are_listed_and_taken_back_by_a_program() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let mut op = stage.op();
    for name in ["kim", "lee"] {
        invite(&mut op, stage.organisation, name).await;
    }
    op.commit().await.unwrap();
    let list = caller.get("/passes").await.json();
    let mut names: Vec<&str> = list["passes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["username"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!((names, &list["next"]), (vec!["kim", "lee"], &json!(null)));
    let one = &list["passes"][0];
    assert_eq!(
        (&one["purpose"], &one["state"], &one["asked_by"]),
        (&json!("invitation"), &json!("issued"), &json!("system"))
    );
    // The next page begins after the last one of this.
    let after = one["id"].as_str().unwrap();
    let rest = caller.get(&format!("/passes?after={after}")).await.json();
    assert_eq!(rest["passes"], json!([list["passes"][1]]));
    assert_eq!(refused(&caller.get("/passes?after=x").await).0, 400);
    let kim = list["passes"].as_array().unwrap();
    let kim = kim.iter().find(|one| one["username"] == "kim").unwrap();
    let person = format!("/people/{}", kim["person"].as_str().unwrap());
    assert_eq!(caller.get(&person).await.json()["pass"]["id"], kim["id"]);
    let path = format!("/passes/{}", kim["id"].as_str().unwrap());
    // It waits for nobody.
    let agreed = caller.post(&format!("{path}/agreement"), json!({})).await;
    assert_eq!(refused(&agreed).0, 409);
    let ended = caller.call(Method::DELETE, &path, None).await;
    assert_eq!((ended.status.as_u16(), ended.body.as_str()), (204, ""));
    let rest = caller.get("/passes").await.json();
    assert_eq!(rest["passes"].as_array().unwrap().len(), 1, "{rest}");
    assert_eq!(refused(&caller.call(Method::DELETE, &path, None).await).0, 404);
    assert_eq!(caller.get(&person).await.json()["pass"], json!(null));
    let events = stage.bare.events("pass.ended").await;
    assert_eq!(events[0]["actor"]["id"], stage.robot.to_string());
}

#[tokio::test]
async fn a_program_agrees_to_nothing_and_a_newer_request_is_another_one() {
    let (stage, token) =
        keeper_with(|config| config.signin.recovery_needs_two = RecoveryNeedsTwo::Everybody).await;
    let caller = caller(&stage, &token);
    let first = ask(stage.op(), stage.ada, "lost the phone").await;
    let agree = async |id: &str| {
        let path = format!("/passes/{id}/agreement");
        refused(&caller.post(&path, json!({})).await).0
    };
    assert_eq!(agree(&first).await, 403, "a program is no second pair of eyes");
    let listed = caller.get("/passes").await.json();
    assert_eq!(
        (&listed["passes"][0]["state"], &listed["passes"][0]["reason"]),
        (&json!("waits"), &json!("lost the phone"))
    );
    ask(stage.op(), stage.ada, "once more").await;
    assert_eq!(agree(&first).await, 404);
    assert_eq!(agree("x").await, 404);
}

#[tokio::test]
async fn a_program_below_somebody_or_from_elsewhere_takes_nothing_back() {
    let mut stage = Stage::with(|config| config.mail.kept = true).await;
    let desk = [Right::PeopleRead, Right::PeopleManage];
    give(&stage, Subject::ServiceAccount(stage.robot), "help_desk", &desk).await;
    give(&stage, Subject::Person(stage.ada), "administrator", Right::ALL).await;
    register_program(&mut stage, "desk2").await;
    let stranger = stage.stranger().await;
    let mut op = stage.op();
    let mut passes = Vec::new();
    for (who, delivery) in [(stage.ada, Delivery::Shown), (stranger, Delivery::Shown)] {
        let person = person::find(&mut op, who).await.unwrap().unwrap();
        let asked = enrolment::help(&mut op, &person, "lost", delivery).await;
        let Asked::Issued(issued) = asked.unwrap().unwrap() else {
            panic!("it waits")
        };
        passes.push(issued.pass.to_string());
    }
    op.commit().await.unwrap();
    let manages = token(&stage, "desk2", "people:read people:manage").await;
    let reads = token(&stage, "desk2", "people:read").await;
    for (token, pass, expected) in [
        (&manages, &passes[0], 403),
        (&manages, &passes[1], 404),
        (&reads, &passes[0], 403),
    ] {
        let caller = caller(&stage, token);
        let path = format!("/passes/{pass}");
        let answer = caller.call(Method::DELETE, &path, None).await;
        assert_eq!(refused(&answer).0, expected, "{answer:?}");
    }
    let listed = caller(&stage, &manages).get("/passes").await.json();
    assert_eq!(listed["passes"].as_array().unwrap().len(), 1, "{listed}");
    let answer = caller(&stage, &reads).get("/passes").await;
    assert_eq!(refused(&answer).0, 403);
    assert!(stage.bare.events("pass.ended").await.is_empty());
}
