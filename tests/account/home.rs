//! The first page of an account, and the way to it.

use super::{rosa, town};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_for_its_own_sake_comes_to_their_account() {
    let town = town().await;
    let browser = rosa(&town).await;
    let home = browser.get("/").await;
    assert!(home.url.ends_with("/account"), "{}", home.url);
    let text = home.text();
    for told in [
        "Your account",
        "Name of rosa",
        "Northbeam",
        "Set on ",
        "guarded by a password alone",
        "Signed in on one device",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(home.body.contains(r#"href="/account" aria-current="page""#));
    // Each page of the navigation is there.
    let link = regex_lite::Regex::new(r#"<li><a href="(/account[a-z/-]*)""#).unwrap();
    let links: std::collections::BTreeSet<String> = link
        .captures_iter(&home.body)
        .map(|found| found[1].to_owned())
        .collect();
    assert!(links.len() >= 9, "{links:?}");
    for link in links {
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200, "{link}");
        assert!(page.has_button("sign-out"), "{link} has no way out");
        assert!(
            page.body
                .contains(&format!(r#"href="{link}" aria-current="page""#)),
            "{link}"
        );
        assert!(!page.body.contains("style="), "{link}");
        // Passkeys are the browser's, which a script of ours asks; none is inline.
        let (scripts, of_files) = ("<script", "<script src=\"/static/");
        assert_eq!(
            page.body.matches(scripts).count(),
            page.body.matches(of_files).count(),
            "{link}"
        );
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        let allows = policy.contains("script-src 'self'");
        let scripted = ["/account/passkeys", "/account/password"].contains(&link.as_str());
        assert_eq!(allows, scripted, "{link}: {policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_speak_german_and_turkish() {
    let town = town().await;
    let browser = rosa(&town).await;
    let german = browser.get("/account?ui_locales=de").await.text();
    assert!(
        german.contains("Ihr Konto") && german.contains("So ist Ihr Konto geschützt"),
        "{german}"
    );
    let turkish = browser.get("/account/sessions?ui_locales=tr").await.text();
    assert!(turkish.contains("Oturumunuzun açık olduğu yerler"), "{turkish}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_asked_for_without_a_session_is_shown_after_the_sign_in() {
    let town = town().await;
    let browser = town.browser();
    let page = browser.get("/account/sessions").await;
    assert!(page.has_field("username"), "{}", page.text());
    let page = browser.submit(&page, &[("username", "rosa")]).await;
    let page = browser.submit(&page, &[("password", super::PASSWORD)]).await;
    assert!(page.url.ends_with("/account/sessions"), "{}", page.url);
    assert!(page.text().contains("Where you are signed in"));
}
