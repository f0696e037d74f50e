//! Passkeys: added, named, removed by their owner.

use doorward::factor::recovery;
use regex_lite::Regex;

use super::{codes_of, grow_old, rosa, signed_in, token_of, town};
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::{Authenticator, Browser, Page};

const HERE: &str = "/account/passkeys";

fn options(page: &Page) -> String {
    let found = Regex::new(r#"data-passkey="[a-z]+" data-options="([^"]*)""#).unwrap();
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
    let codes = browser
        .submit(&page, &[("answer", &answer), ("name", name)])
        .await;
    assert_eq!(codes_of(&codes).len(), 10, "{}", codes.text());
    let asked = browser.get(HERE).await;
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
async fn the_page_and_the_download_tell_whether_a_passkey_is_copied_now() {
    let town = town().await;
    let browser = rosa(&town).await;
    let (mut phone, _) = add(&town, &browser, "Phone").await;
    for (backed_up, sentence) in [
        (false, "Not copied at present, though its provider could"),
        (true, "Copied to your other devices by its provider"),
    ] {
        phone.backed_up = backed_up;
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let home = browser
            .submit(&page, &[("answer", &phone.get(&options(&page)))])
            .await;
        assert!(is_signed_in(&home), "{}", home.text());
        let page = browser.get(HERE).await;
        assert!(page.text().contains(sentence), "{}", page.text());
        let page = browser.get("/account/data").await;
        let taken = browser.press(&page, "take").await;
        let document: serde_json::Value = serde_json::from_str(&taken.body).unwrap();
        let told = &document["factors"]["passkeys"][0];
        assert_eq!(
            (&told["synced"], &told["backed_up"]),
            (&true.into(), &backed_up.into())
        );
    }
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
    assert!(
        named.text().contains("Old phone") && named.text().contains("The passkey has its new name"),
        "{}",
        named.text()
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_passkey_alone_gets_in_by_a_recovery_code_when_it_is_lost() {
    let town = town().await;
    let browser = rosa(&town).await;
    let page = browser.get(HERE).await;
    let (mut phone, answer) = Authenticator::create(&options(&page), &town.server.issuer, true);
    let shown = browser
        .submit(&page, &[("answer", &answer), ("name", "Phone")])
        .await;
    let codes = codes_of(&shown);
    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    let link = Regex::new(r#"id="recovery" href="([^"]+)""#).unwrap();
    let page = other.get(&link.captures(&page.body).unwrap()[1]).await;
    let told = other.submit(&page, &[("code", &codes[0])]).await;
    assert!(told.text().contains("9 recovery codes left"), "{}", told.text());
    assert!(is_signed_in(&other.press(&told, "continue").await));
    // They end with the last second factor.
    let asked = browser.get(HERE).await;
    let page = browser
        .submit(&asked, &[("answer", &phone.get(&options(&asked)))])
        .await;
    let token = token_of(&page);
    let fields = [
        ("form_token", token.as_str()),
        ("passkey", &first(&page)),
        ("act", "remove"),
    ];
    let removed = browser.post(HERE, &fields).await;
    assert!(removed.text().contains("You have none yet"), "{}", removed.text());
    let left = browser.get("/account/recovery-codes").await;
    assert!(!left.has_button("make"), "{}", left.text());
    let id = town.id_of("rosa").await;
    assert_eq!(recovery::left(&mut town.op(), id).await.unwrap(), 0);
    // The summary and the activity tell of it.
    let home = browser.get("/account").await;
    assert!(home.text().contains("Passkeys None"), "{}", home.text());
    let activity = browser.get("/account/activity").await.text();
    assert!(activity.contains("A passkey was added") && activity.contains("A passkey was removed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_security_key_may_verify_nobody_and_signs_in_after_the_password_only() {
    let town = town().await;
    let browser = rosa(&town).await;
    let page = browser.get(HERE).await;
    let all = Regex::new(r#"data-passkey="[a-z]+" data-options="([^"]*)""#).unwrap();
    let asked: Vec<String> = all
        .captures_iter(&page.body)
        .map(|one| one[1].replace("&#34;", "\""))
        .filter(|one| one.contains("pubKeyCredParams"))
        .collect();
    let (passkey, key) = (&asked[0], &asked[1]);
    assert!(passkey.contains("\"userVerification\":\"required\"") && !passkey.contains("hints"));
    assert!(key.contains("\"userVerification\":\"preferred\"") && key.contains("cross-platform"));
    let (mut touched, answer) = Authenticator::create_unverified(key, &town.server.issuer);
    let token = token_of(&page);
    let send = async |act: &str| {
        let fields = [
            ("form_token", token.as_str()),
            ("act", act),
            ("answer", answer.as_str()),
            ("name", "Key"),
        ];
        browser.post(HERE, &fields).await
    };
    assert_eq!(send("add").await.status, 422, "it answers another request");
    let codes = send("add-key").await;
    assert_eq!(codes_of(&codes).len(), 10, "{}", codes.text());
    let told = town.details("factor.passkey.enrolled").await;
    assert_eq!(told["kind"], "security key");

    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    let home = other
        .submit(&page, &[("answer", &touched.get(&options(&page)))])
        .await;
    assert!(is_signed_in(&home), "{}", home.text());
    let told = town.details("signin.completed").await;
    assert_eq!(told["acr"], "urn:doorward:acr:3");
    assert_eq!(told["amr"], serde_json::json!(["pwd", "hwk", "user", "mfa"]));
    // Alone it is one factor.
    let alone = town.browser();
    let page = alone.get("/signin").await;
    let refused = alone
        .submit(&page, &[("answer", &touched.get(&options(&page)))])
        .await;
    assert!(!is_signed_in(&refused), "{}", refused.text());
    let last = town.events("signin.passkey").await.pop().unwrap();
    assert_eq!(last.1, "the person was not verified");
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_and_keepers_of_passkeys_find_the_page_and_the_other_origins() {
    let town = Town::with(|config| {
        config.passkeys.related_origins = vec!["https://login.example".to_owned()];
    })
    .await;
    town.person("rosa").await;
    let found = town.browser().get("/.well-known/passkey-endpoints").await;
    let told: serde_json::Value = serde_json::from_str(&found.body).unwrap();
    let page = town.server.url(HERE);
    assert_eq!(told, serde_json::json!({ "enroll": page, "manage": page }));
    let found = town.browser().get("/.well-known/webauthn").await;
    let told: serde_json::Value = serde_json::from_str(&found.body).unwrap();
    assert_eq!(told, serde_json::json!({ "origins": ["https://login.example"] }));

    // A passkey is used at the other origin as at this one, and at no third.
    let browser = rosa(&town).await;
    let (mut phone, page) = add(&town, &browser, "Phone").await;
    let signals = page.body.matches("data-passkey-signal").count();
    assert_eq!(signals, 2, "the keeper is told which there are, and whose");
    for (origin, good) in [("https://login.example", true), ("https://other.example", false)] {
        phone.origin = origin.to_owned();
        let other = town.browser();
        let page = other.get("/signin").await;
        let answer = phone.get(&options(&page));
        assert_eq!(
            is_signed_in(&other.submit(&page, &[("answer", &answer)]).await),
            good
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_are_no_other_origins_none_are_told() {
    let town = town().await;
    assert_eq!(town.browser().get("/.well-known/webauthn").await.status, 404);
}
