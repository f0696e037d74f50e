//! Rules by the console's pages.

use std::time::Duration;

use doorward::domain::{ClientAuthMethod, Right};
use doorward::rule;
use serde_json::json;

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
async fn exceptions_are_folded_unless_something_is_in_them() {
    const FOLDED: &str = "<summary>Unless</summary>";
    let (_town, browser) = administered().await;
    assert!(browser.get("/admin/rules/new").await.body.contains(FOLDED));
    let fields = [("name", "x"), ("unless_people", "ada"), ("do", "second_factor")];
    let page = draft(&browser, &fields).await;
    assert!(
        page.text().contains("The draft is saved") && !page.body.contains(FOLDED),
        "{}",
        page.body
    );
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
    let name = town.details("rule.replayed").await["name"].clone();
    assert!(told.contains(name.as_str().unwrap()), "{name}");
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
async fn what_would_be_asked_is_told_with_why_each_rule_applies_or_not() {
    let (town, browser) = administered().await;
    town.person("rosa").await;
    let back = "https://desk.example/back";
    town.register("desk", ClientAuthMethod::None, back).await;
    crate::rule::add(&town, json!({ "name": "Office", "when": { "people": ["rosa"] }, "unless": { "networks": ["192.0.2.0/24"] }, "then": { "do": "second_factor" } })).await;
    crate::rule::add(&town, json!({ "name": "Export", "when": { "clients": ["desk"], "scopes": ["rules:read"] }, "then": { "do": "phishing_resistant" } })).await;
    crate::rule::add(
        &town,
        json!({ "name": "Free", "when": { "devices": ["trusted"] }, "then": { "do": "allow" } }),
    )
    .await;
    crate::rule::add(
        &town,
        json!({ "name": "Last", "then": { "do": "again", "after_minutes": 60 } }),
    )
    .await;
    draft(&browser, &[("name", "Drafted"), ("do", "allow")]).await;
    let list = browser.get("/admin/rules").await;
    assert!(list.body.contains("href=\"/admin/rules/check\""), "{}", list.body);
    let form = browser.get("/admin/rules/check").await;
    assert!(!form.body.contains("id=\"answer\""), "{}", form.body);
    for (query, told) in [
        (
            "person=rosa",
            &[
                "rosa Second factor Sign in again after 60 minutes Office On Applies",
                "Export On Does not apply because of: Applications",
                "Free On Does not apply because of: Device",
                "Last On Applies",
                "Drafted Draft Would apply, but it is not on",
            ][..],
        ),
        (
            "person=rosa&client=desk&scopes=openid+rules%3Aread&address=192.0.2.7&device=trusted",
            &[
                "rosa Passkey (nothing that can be phished) Office On Does not apply: its exception does",
                "Export On Applies",
                "Free On Applies",
                "Last On Would apply, but a rule above it ends the list",
            ],
        ),
    ] {
        let page = browser.get(&format!("/admin/rules/check?{query}")).await;
        assert_eq!(page.status, 200);
        for sentence in told {
            assert!(page.text().contains(sentence), "{sentence}: {}", page.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_about_is_said() {
    let (town, browser) = administered().await;
    town.person("rosa").await;
    for (query, sentence) in [
        ("person=nobody", "Nobody in your organisation has this user name"),
        ("person=rosa&client=dusk", "nothing called dusk"),
        ("person=rosa&address=office", "office is no network address"),
        ("person=rosa&country=de", "de is no country"),
        ("person=rosa&scopes=%22", "Write scopes with spaces"),
    ] {
        let page = browser.get(&format!("/admin/rules/check?{query}")).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(page.text().contains(sentence), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_see_rules_sees_one_and_changes_nothing() {
    let (town, browser) = administered().await;
    let page = draft(&browser, &[("name", "Second factor"), ("do", "second_factor")]).await;
    let here = page.url.replace("?done=added", "");
    let max = town.person("max").await;
    crate::admin::give_rights(&town, max, "reader", &[Right::RulesRead]).await;
    let reader = town.browser();
    enter_password(&reader, "max", PASSWORD).await;
    // No proof is asked for what only reads.
    town.wait(Duration::from_mins(6));
    let seen = reader.get(&here).await;
    assert_eq!(seen.status, 200, "{}", seen.text());
    assert!(seen.text().contains("Always → Second factor"), "{}", seen.text());
    for button in ["on", "report", "remove", "save", "except"] {
        assert!(!seen.has_button(button), "{button}");
    }
    assert!(
        !reader
            .get("/admin/rules")
            .await
            .body
            .contains("href=\"/admin/rules/new\"")
    );
    assert_eq!(reader.get("/admin/rules/check?person=max").await.status, 200);
    let led = reader.post(&here, &[("act", "on")]).await;
    assert!(
        led.has_field("password"),
        "what changes asks for a proof first: {}",
        led.text()
    );
    assert_eq!(
        rules(&town).await,
        [("Second factor".to_owned(), "draft".to_owned())]
    );
    let asked = browser.get(&here).await;
    assert!(
        asked.has_field("password"),
        "whoever may change it proves who they are first"
    );
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
