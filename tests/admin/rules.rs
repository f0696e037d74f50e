//! Rules by the console's pages.

use std::time::Duration;

use doorward::rule;

use super::administered;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::{Browser, Page};

async fn rules(town: &Town) -> Vec<(String, String)> {
    let set = rule::current(&mut town.op(), town.organisation).await.unwrap();
    let told = set.rules.into_iter();
    told.map(|rule| (rule.definition.name, rule.mode.to_string()))
        .collect()
}

async fn draft(browser: &Browser, fields: &[(&str, &str)]) -> Page {
    let form = browser.get("/admin/rules/new").await;
    browser.submit(&form, fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_drafted_refused_mended_and_switched_on() {
    let (town, browser) = administered().await;
    town.person("rosa").await;
    town.person("ben").await;
    let fields = [
        ("name", "Nobody new from elsewhere"),
        ("when_people", "Rosa, ada"),
        ("unless_networks", "10.0.0.0/8 192.168.0.0/16"),
        ("unless_people", "ada"),
        ("do", "refuse"),
        ("sentence", "From the office only."),
    ];
    let page = draft(&browser, &fields).await;
    assert!(page.text().contains("The draft is saved"), "{}", page.text());
    assert!(page.text().contains("People: rosa, ada"), "{}", page.text());
    assert!(
        page.text()
            .contains("except People: ada · Networks: 10.0.0.0/8, 192.168.0.0/16"),
        "{}",
        page.text()
    );
    let second = [
        ("name", "Second factor"),
        ("do", "second_factor"),
        ("remember_days", "7"),
    ];
    let other = draft(&browser, &second).await;
    assert!(
        other.text().contains("on trusted devices every 7 days"),
        "{}",
        other.text()
    );
    // Both exceptions together hold nowhere, so that the rule means Ada too, who is not in the office: refused.
    let refused = browser.press(&page, "on").await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .text()
            .contains("Somebody else has changed the rules meanwhile"),
        "{}",
        refused.text()
    );
    let refused = browser.press(&refused, "on").await;
    assert!(
        refused.text().contains("no administrator would get in"),
        "{}",
        refused.text()
    );
    let saved = browser
        .press_with(&refused, "save", &[("unless_networks", "")])
        .await;
    assert!(saved.text().contains("Saved."), "{}", saved.text());
    let on = browser.press(&saved, "on").await;
    assert!(on.text().contains("The rule is on."), "{}", on.text());
    let refused = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(
        refused.text().contains("From the office only."),
        "{}",
        refused.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_moved_and_removed() {
    let (town, browser) = administered().await;
    let page = draft(&browser, &[("name", "One"), ("do", "allow")]).await;
    draft(&browser, &[("name", "Two"), ("do", "allow")]).await;
    let page = browser.get(&page.url.replace("?done=added", "")).await;
    let list = browser.press(&page, "down").await;
    assert!(list.text().contains("has its new place"), "{}", list.text());
    let names = async || {
        let rules = rules(&town).await;
        rules.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["Two", "One"]);
    let page = browser.get(&page.url).await;
    let list = browser.press(&page, "remove").await;
    assert!(list.text().contains("The rule is removed"), "{}", list.text());
    assert_eq!(names().await, ["Two"]);
    assert_eq!(browser.get(&page.url).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_what_was_typed_stays() {
    let (town, browser) = administered().await;
    for (fields, sentence) in [
        (&[("name", "")][..], "Give the rule a name"),
        (
            &[("name", "x"), ("when_roles", "wizard")],
            "nothing called wizard",
        ),
        (
            &[("name", "x"), ("unless_networks", "office")],
            "office is no network",
        ),
        (&[("name", "x"), ("when_from", "8")], "8 is no time of day"),
        (
            &[("name", "x"), ("when_attributes", "floor 3")],
            "a line of its own",
        ),
        (
            &[("name", "x"), ("do", "again"), ("after_minutes", "ten")],
            "in digits",
        ),
        (
            &[("name", "x"), ("do", "refuse"), ("sentence", "")],
            "what people read",
        ),
    ] {
        let page = draft(&browser, fields).await;
        assert_eq!(page.status, 422, "{fields:?}");
        assert!(page.text().contains(sentence), "{}", page.text());
        for (name, value) in fields.iter().filter(|(name, _)| !["do"].contains(name)) {
            let kept = page.body.contains(&format!("value=\"{value}\""))
                || page.body.contains(&format!(">{value}</textarea>"));
            assert!(kept, "{name}: {}", page.body);
        }
    }
    assert!(rules(&town).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_shows_what_a_draft_would_have_done() {
    let (town, browser) = administered().await;
    town.person("rosa").await;
    for _ in 0..2 {
        assert!(is_signed_in(
            &enter_password(&town.browser(), "rosa", PASSWORD).await
        ));
    }
    let fields = [
        ("name", "Passkey"),
        ("unless_people", "ada"),
        ("do", "phishing_resistant"),
    ];
    let page = draft(&browser, &fields).await;
    let replay = browser.get(&page.url.replace("?done=added", "/replay")).await;
    let told = replay.text();
    assert!(told.contains("3 sign-ins of the last 30 days"), "{told}");
    assert!(told.contains("Everybody 1 0 2 0"), "{told}");
    assert!(told.contains("Name of rosa (rosa) 0 0 2 0"), "{told}");
    assert!(
        !told.contains("Name of ada"),
        "only those for whom something changes"
    );
    assert_eq!(town.events("rule.replayed").await.len(), 1);
    assert!(
        is_signed_in(&enter_password(&town.browser(), "rosa", PASSWORD).await),
        "a draft does nothing"
    );
    assert_eq!(browser.get("/admin/rules/nothing/replay").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_rule_that_reports_adds_up_what_it_would_have_asked() {
    let (town, browser) = administered().await;
    town.person("rosa").await;
    let fields = [("name", "Second factor"), ("do", "second_factor")];
    let page = draft(&browser, &fields).await;
    assert!(
        !page.text().contains("What it would have asked"),
        "{}",
        page.text()
    );
    town.wait(Duration::from_mins(1));
    let page = browser.press(&page, "report").await;
    assert!(
        page.text().contains("By signing in 0 0 0 0"),
        "nobody since: {}",
        page.text()
    );
    for _ in 0..2 {
        enter_password(&town.browser(), "rosa", PASSWORD).await;
    }
    let told = browser.get(&page.url).await.text();
    assert!(told.contains("By signing in 0 0 2 0"), "{told}");
    assert!(
        told.contains("To an application, by a session that was there already 0 0 0 0"),
        "{told}"
    );
    assert_eq!(town.events("rule.replayed").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_changed_with_a_proof_that_is_not_old() {
    let (town, browser) = administered().await;
    let page = draft(&browser, &[("name", "x"), ("do", "allow")]).await;
    assert_eq!(page.status, 200);
    town.wait(Duration::from_mins(6));
    let asked = browser.press(&page, "on").await;
    assert!(asked.has_field("password"), "{}", asked.text());
    assert_eq!(rules(&town).await, [("x".to_owned(), "draft".to_owned())]);
    let back = browser.submit(&asked, &[("password", PASSWORD)]).await;
    assert!(back.has_button("on"), "the page of the rule: {}", back.text());
    // Looking is possible all the while.
    town.wait(Duration::from_mins(6));
    assert!(browser.get("/admin/rules").await.text().contains("Draft"));
}
