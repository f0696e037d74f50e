//! A change of what guards an account asks for a proof that is not old, and for a second factor from whoever has one.

use super::{PASSWORD, SECRET, authenticators_of, grow_old, rosa, signed_in_with_code, token_of, town};

const GUARDED: &[&str] = &[
    "/account/password",
    "/account/authenticators/add",
    "/account/data",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_old_sign_in_is_led_to_the_password_and_back_to_the_page() {
    let town = town().await;
    let browser = rosa(&town).await;
    grow_old(&town);
    assert!(
        browser.get("/account").await.has_button("sign-out"),
        "the session itself lives"
    );
    let page = browser.get("/account/password").await;
    assert!(!page.has_field("username"), "who it is, is known");
    assert!(page.has_field("password"), "{}", page.text());
    assert!(
        page.text().contains("Prove once more that it is you"),
        "{}",
        page.text()
    );
    let wrong = browser.submit(&page, &[("password", "another one")]).await;
    assert!(!wrong.has_field("new"), "{}", wrong.text());
    let page = browser.submit(&wrong, &[("password", PASSWORD)]).await;
    assert!(page.url.ends_with("/account/password"), "{}", page.url);
    assert!(page.has_field("new"), "{}", page.text());
    // It stays good for the other pages, for a while.
    let page = browser.get("/account/authenticators/add").await;
    assert!(page.has_field("code"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_was_asked_for_comes_along_on_the_way_to_a_proof_and_back() {
    let town = town().await;
    let browser = rosa(&town).await;
    for (query, back) in [
        ("?done=password", "?done=password"),
        ("?a=%26&b=c+d", "?a=%26&b=c+d"),
        ("?", ""),
        // Where it goes on is its own affair.
        ("?continuation=made-up", ""),
    ] {
        grow_old(&town);
        let page = browser.get(&format!("/account/password{query}")).await;
        assert!(page.has_field("password"), "{query}: {}", page.text());
        let page = browser.submit(&page, &[("password", PASSWORD)]).await;
        let end = format!("/account/password{back}");
        assert!(page.url.ends_with(&end), "{query}: {}", page.url);
        assert_eq!(
            page.text().contains("Your password is changed"),
            query == "?done=password",
            "{query}"
        );
    }
    let led = browser.get("/account").await;
    assert!(led.has_button("sign-out"), "{}", led.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_an_old_sign_in_changes_nothing() {
    let town = town().await;
    let browser = rosa(&town).await;
    let page = browser.get("/account/authenticators/add").await;
    let secret = super::key_of(&page);
    grow_old(&town);
    let fields = [("name", "Phone"), ("code", &town.code(&secret))];
    let led = browser.submit(&page, &fields).await;
    assert!(led.has_field("password"), "{}", led.text());
    let token = token_of(&browser.get("/account").await);
    for path in GUARDED {
        let fields = [
            ("form_token", token.as_str()),
            ("new", "seven red doors"),
            ("again", "seven red doors"),
        ];
        let led = browser.post(path, &fields).await;
        assert!(led.url.contains("/signin/"), "{path}: {}", led.url);
    }
    assert_eq!(town.events("factor.totp.enrolled").await.len(), 0);
    assert_eq!(town.events("account.data.taken").await.len(), 0);
    assert_eq!(town.events("factor.password.set").await.len(), 1, "the first one");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_second_factor_proves_it_too() {
    let town = town().await;
    let browser = rosa(&town).await;
    let id = town.id_of("rosa").await;
    // Given by somebody else while the session, of a password only, goes on.
    town.give_authenticator(id).await;
    let page = browser.get("/account/password").await;
    assert!(
        page.has_field("code") && !page.has_field("new"),
        "{}",
        page.text()
    );
    let page = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(page.has_field("new"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_factors_are_asked_for_again_when_they_are_old_and_a_used_code_is_refused() {
    let town = town().await;
    town.give_authenticator(town.id_of("rosa").await).await;
    let browser = signed_in_with_code(&town, "rosa").await;
    grow_old(&town);
    let listed = browser.get("/account/authenticators").await;
    let page = browser.get(&authenticators_of(&listed)[0]).await;
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(page.has_field("code"), "{}", page.text());
    let code = town.code(SECRET);
    let page = browser.submit(&page, &[("code", &code)]).await;
    assert!(page.has_button("remove"), "{}", page.text());
    grow_old(&town);
    let page = browser.get("/account/password").await;
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    let refused = browser.submit(&page, &[("code", &code)]).await;
    assert!(
        refused.text().contains("That code did not work"),
        "{}",
        refused.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_is_refused() {
    let town = town().await;
    let browser = rosa(&town).await;
    for path in [
        "/account/password",
        "/account/authenticators/add",
        "/account/recovery-codes",
        "/account/sessions",
        "/account/data",
    ] {
        for token in ["", "forged"] {
            let page = browser
                .post(path, &[("form_token", token), ("session", "others")])
                .await;
            assert_eq!(page.status, 403, "{path}: {}", page.text());
        }
    }
}
