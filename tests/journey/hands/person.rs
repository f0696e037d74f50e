//! Somebody signs in, sets up an authenticator, uses a recovery code, and goes through the pages of the account.

use std::time::Duration;

use doorward::client::{self, NewClient};
use doorward::domain::{ClientAuthMethod, ClientId, GrantType, Scopes};
use serde_json::json;

use super::{Somebody, browser, key, say, town};
use crate::signin::{PASSWORD, Town, authorize, enter_password, is_signed_in};

const NEW_PASSWORD: &str = "eleven paper lanterns on 7 ships";

/// Long enough for a code that was not used yet.
const NEXT_CODE: Duration = Duration::from_secs(30);

pub(super) async fn walk(keys: bool) {
    let town = town().await;
    let rosa = town.person("rosa").await;
    let callback = format!("{}/livez", town.server.issuer);
    register(&town, "desk", &callback).await;
    let browser = browser(keys).await;
    let me = Somebody {
        browser: &browser,
        town: &town,
        keys,
    };
    if keys {
        skip_link(&me).await;
    }
    say(&me, "rosa", "not the password").await;
    me.is_told(".notice.error").await;
    me.fill("password", PASSWORD).await;
    me.press("#continue").await;
    let (secret, codes) = set_up(&me).await;
    me.press("#sign-out").await;
    by_recovery_code(&me, &codes).await;
    change_password(&me).await;
    sessions(&me, &secret).await;
    applications(&me, &callback).await;
    own_pages(&me).await;
    device(&me).await;
    remove(&me).await;
    assert!(
        !doorward::factor::totp::is_enrolled(&mut town.op(), rosa)
            .await
            .unwrap()
    );
    browser.close().await;
}

async fn register(town: &Town, id: &str, callback: &str) {
    let mut op = town.op();
    let new = NewClient {
        id: ClientId::parse(id).unwrap(),
        organisation_id: town.organisation,
        name: format!("The {id}"),
        auth_method: ClientAuthMethod::None,
        jwks: None,
        redirect_uris: client::redirect_uris(&[callback]).unwrap(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::AuthorizationCode, GrantType::DeviceCode],
        scopes: Scopes::parse("openid profile").unwrap(),
        application_id: None,
        service_account_id: None,
        shared: false,
        consent_required: true,
        signing_algorithm: doorward::jose::Algorithm::Es256,
        claim_rules: Vec::new(),
        settings: doorward::client::ClientSettings::default(),
    };
    client::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
}

/// The first stop leads past what is on every page.
async fn skip_link(me: &Somebody<'_>) {
    me.open("/").await;
    me.push(".skip").await;
    let script = "return document.activeElement.id;";
    let focus = me.browser.driver.execute(script, Vec::new()).await.unwrap();
    assert_eq!(*focus.json(), json!("main"));
}

/// Sets an authenticator up by what is written on the page.
async fn set_up(me: &Somebody<'_>) -> (String, Vec<String>) {
    me.open("/account/authenticators").await;
    me.press("#add").await;
    let secret = key(me).await;
    me.fill("name", "My phone").await;
    me.fill("code", "000000").await;
    me.press("#confirm").await;
    me.is_told("#code-error").await;
    let after = key(me).await;
    assert_eq!(secret, after, "the secret stays");
    me.fill("code", &me.town.code(&secret)).await;
    me.press("#confirm").await;
    me.browser.find(".codes").await;
    let mut codes = Vec::new();
    for code in me
        .browser
        .driver
        .find_all(thirtyfour::By::Css(".codes code"))
        .await
        .unwrap()
    {
        codes.push(code.text().await.unwrap());
    }
    assert_eq!(codes.len(), 10);
    me.press("#kept").await;
    (secret, codes)
}

async fn by_recovery_code(me: &Somebody<'_>, codes: &[String]) {
    say(me, "rosa", PASSWORD).await;
    me.press("#recovery").await;
    me.fill("code", "ABCD-ABCD-ABCD-ABCD").await;
    me.press("#continue").await;
    me.is_told(".notice.error").await;
    me.fill("code", &codes[0]).await;
    me.press("#continue").await;
    assert!(me.browser.text().await.contains("9 recovery codes left"));
    me.press("#continue").await;
    me.browser.find(".rows").await;
}

async fn change_password(me: &Somebody<'_>) {
    me.open("/account/password").await;
    me.fill("new", NEW_PASSWORD).await;
    me.fill("again", "something else altogether").await;
    me.press("#change").await;
    me.is_told("#new-error").await;
    if !me.keys {
        let hint = me.browser.find("[data-strength]").await.text().await.unwrap();
        assert_eq!(hint, "", "no script runs");
    }
    me.fill("new", NEW_PASSWORD).await;
    me.fill("again", NEW_PASSWORD).await;
    me.press("#change").await;
    me.browser.find(".notice.success").await;
}

/// A session elsewhere is ended.
async fn sessions(me: &Somebody<'_>, secret: &str) {
    me.town.wait(NEXT_CODE);
    let other = me.town.browser();
    let page = enter_password(&other, "rosa", NEW_PASSWORD).await;
    let home = other.submit(&page, &[("code", &me.town.code(secret))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    me.open("/account/sessions").await;
    me.press("#others").await;
    assert!(!is_signed_in(&other.get("/").await));
}

/// An application is let in, and that is taken back.
async fn applications(me: &Somebody<'_>, callback: &str) {
    let asks = format!("{}{}", me.town.server.issuer, authorize("desk", callback, &[]));
    me.open(&asks).await;
    me.browser.find("#deny").await;
    me.press("#allow").await;
    assert!(me.browser.address().await.contains("code="));
    me.open("/account/applications").await;
    me.browser.find("input[name=client]").await;
    me.press("form:has(input[name=client]) button").await;
    assert!(!me.browser.has("input[name=client]").await);
}

async fn own_pages(me: &Somebody<'_>) {
    me.open("/account/recovery-codes").await;
    me.press("#make").await;
    me.browser.find(".codes").await;
    me.open("/account/requests").await;
    me.open("/account/email").await;
    me.fill("email", "rosa@northbeam.example").await;
    me.press("#change").await;
    me.browser.find("#confirm").await;
    me.open("/account/activity").await;
    me.browser.find(".rows, .events, ol, ul").await;
    me.open("/account/data").await;
    me.push("#take").await;
    taken(me).await;
    me.open("/account").await;
    me.press("a[hreflang=de]").await;
    assert_eq!(me.browser.attributes("html", "lang").await, ["de"]);
    me.press("a[hreflang=en]").await;
}

/// Waits for the file: the page stays, and whoever leaves it too soon takes nothing along.
async fn taken(me: &Somebody<'_>) {
    for _ in 0..400 {
        if me.town.events("account.data.taken").await.len() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nothing was taken along");
}

/// A device is let in by the code that it shows.
async fn device(me: &Somebody<'_>) {
    let fields = [("client_id", "desk"), ("scope", "openid")];
    let asked = me.town.browser().post("/device_authorization", &fields).await;
    let asked: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    me.open("/device").await;
    me.fill("user_code", "BBBB-BBBB").await;
    me.press("#continue").await;
    me.is_told("#user_code-error").await;
    me.fill("user_code", asked["user_code"].as_str().unwrap()).await;
    me.press("#continue").await;
    me.press("#allow").await;
    me.browser.find(".lead").await;
}

/// The authenticator is taken away again.
async fn remove(me: &Somebody<'_>) {
    me.open("/account/authenticators").await;
    me.press("main .rows a").await;
    me.fill("name", "An old phone").await;
    me.press("#rename").await;
    assert!(me.browser.text().await.contains("An old phone"));
    if !me.browser.has("#remove").await {
        me.press("main .rows a").await;
    }
    me.press("#remove").await;
}
