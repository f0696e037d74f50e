//! What people are told about their account.

use doorward::factor::authenticators;
use doorward::factor::lockout::{self, Factor};

use super::{PASSWORD, SECRET, kinds, letters, options, rosa, signed_in, town};
use crate::signin::{enter_password, is_signed_in};
use crate::support::Authenticator;

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_by_a_browser_that_is_new_is_told_with_time_and_place() {
    let town = town().await;
    rosa(&town).await;
    let first = signed_in(&town).await;
    assert!(
        kinds(&town).await.is_empty(),
        "the first browser of all is no news"
    );
    let page = first.get("/").await;
    first.press(&page, "sign-out").await;
    assert!(is_signed_in(&enter_password(&first, "rosa", PASSWORD).await));
    assert!(kinds(&town).await.is_empty(), "this browser is known");
    signed_in(&town).await;
    let told = letters(&town).await;
    assert_eq!(told.len(), 1);
    let (kind, to, text) = &told[0];
    assert_eq!((kind.as_str(), to.as_str()), ("new-device", super::ADDRESS));
    for word in [
        "Hello Name of rosa,",
        "Account: rosa",
        "When: ",
        "UTC",
        "Address: 127.0.0.1",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_known_for_the_person_who_used_it_only() {
    let town = town().await;
    let rosa = rosa(&town).await;
    town.person("ben").await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "ben", PASSWORD).await));
    signed_in(&town).await;
    let page = browser.get("/").await;
    browser.press(&page, "sign-out").await;
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    assert_eq!(kinds(&town).await, ["new-device"], "{rosa}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_is_told_as_it_comes_and_goes() {
    let town = town().await;
    let rosa = rosa(&town).await;
    let browser = signed_in(&town).await;
    let page = browser.get("/account/authenticators/add").await;
    let code = town.code(&super::key_of(&page));
    let added = browser.submit(&page, &[("name", "Phone"), ("code", &code)]).await;
    assert_eq!(added.status, 200, "{}", added.text());
    assert_eq!(kinds(&town).await, ["authenticator-added"]);
    let mut op = town.op();
    let own = authenticators::list(&mut op, rosa).await.unwrap();
    authenticators::remove(&mut op, rosa, own[0].id)
        .await
        .unwrap()
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(
        kinds(&town).await,
        ["authenticator-added", "authenticator-removed"]
    );
    let (.., text) = letters(&town).await.pop().unwrap();
    // Of what others do it is told only that it was they.
    assert!(
        text.contains("By: An administrator") && !text.contains("Browser:"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_and_passkeys_are_told_as_they_change() {
    let town = town().await;
    rosa(&town).await;
    let browser = signed_in(&town).await;
    let page = browser.get("/account/password").await;
    let new = "eleven paper lanterns";
    browser.submit(&page, &[("new", new), ("again", new)]).await;
    let page = browser.get("/account/passkeys").await;
    let (mut phone, answer) = Authenticator::create(&options(&page), &town.server.issuer, true);
    let codes = browser
        .submit(&page, &[("answer", &answer), ("name", "Phone")])
        .await;
    assert!(
        codes.text().contains("Your new recovery codes"),
        "{}",
        codes.text()
    );
    // With a second factor the pages ask for it.
    let asked = browser.get("/account/passkeys").await;
    let page = browser
        .submit(&asked, &[("answer", &phone.get(&options(&asked)))])
        .await;
    browser.press(&page, "remove-1").await;
    assert_eq!(
        kinds(&town).await,
        ["password", "passkey-added", "passkey-removed"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_told_when_made_and_when_used() {
    let town = town().await;
    let rosa = rosa(&town).await;
    town.give_authenticator(rosa).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    let page = browser.get("/account/recovery-codes").await;
    let shown = browser.press(&page, "make").await;
    let code = regex_lite::Regex::new("<code>([A-Z2-7-]+)</code>").unwrap();
    let code = code.captures(&shown.body).unwrap()[1].to_owned();
    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    let link = regex_lite::Regex::new(r#"href="(/signin/[^"]+/recovery)""#).unwrap();
    let page = other.get(&link.captures(&page.body).unwrap()[1]).await;
    other.submit(&page, &[("code", &code)]).await;
    let told = letters(&town).await;
    let kinds: Vec<&str> = told.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds[..2], ["codes-made", "code-used"]);
    assert!(told[1].2.contains("9 are left"), "{}", told[1].2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_told_once_for_a_row_of_failures() {
    let town = town().await;
    let rosa = rosa(&town).await;
    for failures in 1..=12 {
        let mut op = town.op();
        let counter = lockout::counter(&mut op, rosa, Factor::Password).await.unwrap();
        lockout::fail(&mut op, counter).await.unwrap();
        op.commit().await.unwrap();
        let expected = usize::from(failures >= 10);
        assert_eq!(kinds(&town).await.len(), expected, "after {failures}");
    }
    assert_eq!(kinds(&town).await, ["locked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_address_is_told_nothing_and_signs_in_all_the_same() {
    let town = town().await;
    town.person("rosa").await;
    signed_in(&town).await;
    signed_in(&town).await;
    assert!(kinds(&town).await.is_empty());
}
