//! Passkeys: added, named, removed by their owner.

use regex_lite::Regex;

use super::{grow_old, rosa, signed_in, token_of, town};
use crate::signin::{Town, is_signed_in};
use crate::support::{Authenticator, Browser, Page};

const HERE: &str = "/account/passkeys";

fn options(page: &Page) -> String {
    let found = Regex::new(r#"data-options="([^"]*)""#).unwrap();
    let text = &found
        .captures(&page.body)
        .unwrap_or_else(|| panic!("{}", page.body))[1];
    text.replace("&#34;", "\"")
}

fn first(page: &Page) -> String {
    let id = Regex::new(r#"name="passkey" value="([0-9a-f-]{36})""#).unwrap();
    id.captures(&page.body).unwrap()[1].to_owned()
}

/// Adds a passkey, and proves it where it counts at once; answers it with the page after that.
async fn add(town: &Town, browser: &Browser, name: &str) -> (Authenticator, Page) {
    let page = browser.get(HERE).await;
    let (mut made, answer) = Authenticator::create(&options(&page), &town.server.issuer, true);
    let asked = browser
        .submit(&page, &[("answer", &answer), ("name", name)])
        .await;
    let page = browser
        .submit(&asked, &[("answer", &made.get(&options(&asked)))])
        .await;
    (made, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_and_signs_in_from_then_on() {
    let town = town().await;
    let browser = rosa(&town).await;
    let (mut phone, page) = add(&town, &browser, "Phone").await;
    assert!(page.url.contains(HERE), "{}", page.url);
    assert!(page.text().contains("Phone") && page.text().contains("Copied to your other devices"));
    assert_eq!(
        town.events("factor.passkey.enrolled").await,
        [("success".into(), String::new())]
    );
    let other = town.browser();
    let page = other.get("/signin").await;
    let home = other
        .submit(&page, &[("answer", &phone.get(&options(&page)))])
        .await;
    assert!(is_signed_in(&home), "{}", home.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_another_page_adds_nothing() {
    let town = town().await;
    town.person("ben").await;
    let (browser, bens) = (rosa(&town).await, signed_in(&town, "ben").await);
    let page = browser.get(HERE).await;
    let (_, answer) = Authenticator::create(&options(&bens.get(HERE).await), &town.server.issuer, true);
    for answer in [answer.as_str(), "", "{}"] {
        let refused = browser.submit(&page, &[("answer", answer), ("name", "x")]).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.text().contains("That passkey was not added"));
    }
    assert!(browser.get(HERE).await.text().contains("You have none yet"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_named_and_removed_by_its_owner_and_asked_for_freshly() {
    let town = town().await;
    town.person("ben").await;
    let browser = rosa(&town).await;
    let (_, page) = add(&town, &browser, "Phone").await;
    let id = first(&page);
    let token = token_of(&page);
    let fields = [
        ("form_token", token.as_str()),
        ("passkey", &id),
        ("name", "Old phone"),
        ("act", "rename"),
    ];
    let named = browser.post(HERE, &fields).await;
    assert!(named.text().contains("Old phone"), "{}", named.text());
    let bens = signed_in(&town, "ben").await;
    let token = token_of(&bens.get(HERE).await);
    for act in ["rename", "remove"] {
        let fields = [
            ("form_token", token.as_str()),
            ("passkey", &id),
            ("act", act),
            ("name", "x"),
        ];
        assert_eq!(bens.post(HERE, &fields).await.status, 404, "{act}");
    }
    let fields = [("form_token", token.as_str()), ("act", "burn")];
    assert_eq!(bens.post(HERE, &fields).await.status, 400);
    grow_old(&town);
    let fields = [
        ("form_token", token_of(&named)),
        ("passkey", id.clone()),
        ("act", "remove".to_owned()),
    ];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let late = browser.post(HERE, &fields).await;
    assert!(
        late.url.contains("/signin/"),
        "a proof that is not old is asked for: {}",
        late.url
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_second_factor_stays_where_a_rule_demands_one() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let browser = rosa(&town).await;
    let (_, page) = add(&town, &browser, "Phone").await;
    town.demand_second_factor(id).await;
    let id = first(&page);
    let token = token_of(&page);
    let kept = browser
        .post(
            HERE,
            &[
                ("form_token", token.as_str()),
                ("passkey", &id),
                ("act", "remove"),
            ],
        )
        .await;
    assert_eq!(kept.status, 409, "{}", kept.text());
    assert!(kept.text().contains("Phone"));
}
