//! Somebody signs in, sets up an authenticator, uses a recovery code, and goes through the pages of the account.

use std::time::Duration;

use doorward::client::NewClient;
use doorward::domain::{ClientAuthMethod, EmailAddress, GrantType};
use doorward::factor::passkey;
use doorward::mail;
use serde_json::{Value, json};

use super::{Somebody, browser, key, say, town};
use crate::signin::passkey::give;
use crate::signin::{PASSWORD, Town, authorize, enter_password, is_signed_in};

const NEW_PASSWORD: &str = "eleven paper lanterns on 7 ships";

/// Long enough for a code that was not used yet.
const NEXT_CODE: Duration = Duration::from_secs(30);

pub(super) async fn walk(keys: bool) {
    let town = town().await;
    let rosa = town.person("rosa").await;
    let callback = format!("{}/livez", town.server.issuer);
    register(&town, &callback).await;
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
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
    address(&me).await;
    language(&me).await;
    requests(&me).await;
    device(&me).await;
    passkeys(&me).await;
    remove(&me).await;
    assert!(
        !doorward::factor::totp::is_enrolled(&mut town.op(), rosa)
            .await
            .unwrap()
    );
    me.has_seen("person");
    browser.close().await;
}

/// An application that asks for consent, also on other devices.
async fn register(town: &Town, callback: &str) {
    let new = NewClient {
        grant_types: vec![GrantType::AuthorizationCode, GrantType::DeviceCode],
        consent_required: true,
        ..town.new_client("desk", callback)
    };
    town.create_client(new).await;
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
    me.open("/account/activity").await;
    me.browser.find(".rows, .events, ol, ul").await;
    me.open("/account/access").await;
    me.browser.find("main p").await;
    me.press("#why").await;
    me.browser.find("#ask").await;
    me.open("/account/data").await;
    me.push("#take").await;
    taken(me).await;
    me.open("/account").await;
    me.press("a[hreflang=de]").await;
    assert_eq!(me.browser.attributes("html", "lang").await, ["de"]);
    me.press("a[hreflang=en]").await;
}

/// The address of the account is shown to be theirs, and a new one holds once its code is entered.
async fn address(me: &Somebody<'_>) {
    let rosa = me.town.id_of("rosa").await;
    let mut op = me.town.op();
    let found = doorward::person::find(&mut op, rosa).await.unwrap().unwrap();
    let old = EmailAddress::parse("old@northbeam.example").unwrap();
    doorward::person::set_email(&mut op, &found, &old, false)
        .await
        .unwrap();
    op.commit().await.unwrap();
    me.open("/account/email").await;
    me.press("#verify").await;
    confirm(me).await;
    me.fill("email", "rosa@northbeam.example").await;
    me.press("#change").await;
    let code = mailed_code(me).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    me.fill("code", wrong).await;
    me.press("#confirm").await;
    me.is_told("#code-error").await;
    confirm(me).await;
    let text = me.browser.text().await;
    assert!(text.contains("rosa@northbeam.example"), "{text}");
}

/// Enters the code that came by mail.
async fn confirm(me: &Somebody<'_>) {
    me.fill("code", &mailed_code(me).await).await;
    me.press("#confirm").await;
    me.browser.find(".notice.success").await;
}

/// The code of the newest letter that has one.
async fn mailed_code(me: &Somebody<'_>) -> String {
    let mails = mail::list(&mut me.town.op()).await.unwrap();
    let mut letters = mails.into_iter().filter(|one| one.kind == "address-code");
    let letter = letters.next().unwrap().letter.unwrap().1;
    let code = regex_lite::Regex::new("(?m)^  ([0-9]{6})$").unwrap();
    code.captures(&letter).unwrap()[1].to_owned()
}

async fn language(me: &Somebody<'_>) {
    for tag in ["tr", "en"] {
        me.open("/account/language").await;
        me.pick("language", tag).await;
        me.press("#store").await;
        me.browser.find(".notice.success").await;
        assert_eq!(me.browser.attributes("html", "lang").await, [tag]);
    }
}

/// An application asks over a channel of its own: once it is let in, once not.
async fn requests(me: &Somebody<'_>) {
    let hotline = NewClient {
        auth_method: ClientAuthMethod::ClientSecretPost,
        redirect_uris: Vec::new(),
        grant_types: vec![GrantType::Ciba],
        ..me.town.new_client("hotline", "https://hotline.example/back")
    };
    let secret = me.town.create_client(hotline).await.unwrap();
    let ask = async |path: &str, more: [(&str, &str); 2]| {
        let own = [("client_id", "hotline"), ("client_secret", secret.expose())];
        let fields = [&own[..], &more].concat();
        let answer = me.town.browser().post(path, &fields).await;
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let grant = ("grant_type", "urn:openid:params:grant-type:ciba");
    for (button, error) in [("#allow", Value::Null), ("#deny", json!("access_denied"))] {
        let whom = [("scope", "openid"), ("login_hint", "rosa")];
        let asked = ask("/backchannel_authentication", whom).await;
        me.open("/account/requests").await;
        me.press(button).await;
        assert!(!me.browser.has(button).await);
        let id = asked["auth_req_id"].as_str().unwrap();
        let told = ask("/token", [grant, ("auth_req_id", id)]).await;
        assert_eq!(told["error"], error, "{told}");
        assert_eq!(told["id_token"].is_string(), error.is_null(), "{told}");
    }
    me.fill("user_code", "4711 0815").await;
    me.press("#code-set").await;
    me.press("#code-remove").await;
    assert!(!me.browser.has("#code-remove").await);
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

/// A passkey is made by a script only; it is renamed and taken away without.
async fn passkeys(me: &Somebody<'_>) {
    let rosa = me.town.id_of("rosa").await;
    give(me.town, rosa, true).await;
    me.open("/account/passkeys").await;
    if !me.keys {
        let text = me.browser.text().await;
        assert!(text.contains("Passkeys need scripts"), "{text}");
    }
    me.fill("name", "The one in the drawer").await;
    me.press("#rename-1").await;
    me.browser.find(".notice.success").await;
    let text = me.browser.text().await;
    assert!(text.contains("The one in the drawer"), "{text}");
    me.press("#remove-1").await;
    me.browser.find(".notice.success").await;
    let left = passkey::list(&mut me.town.op(), rosa).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
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
