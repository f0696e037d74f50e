//! Somebody looks after applications and the products of passkeys in the console.

use std::time::Duration;

use doorward::config::{Config, Registration};
use doorward::domain::{ClientAuthMethod, ClientId, ClientStatus, Right};
use doorward::{access, client};

use super::{Somebody, browser, say};
use crate::account::attestation::{LISTED, Maker, OTHER, id, metadata};
use crate::admin::{clients, give_rights};
use crate::signin::{PASSWORD, Town};

const CALLBACK: &str = "https://desk.example/back";

/// Longer than a proof is young enough for what changes an application.
const TOO_LONG: Duration = Duration::from_mins(30);

pub(super) async fn walk(keys: bool) {
    let folder = tempfile::tempdir().unwrap();
    let (blob, roots) = metadata(&Maker::new(LISTED), &folder);
    let town = Town::with(|config: &mut Config| {
        config.oauth.registration = Registration::Token;
        config.passkeys.metadata_file = Some(blob);
        config.passkeys.metadata_roots_file = Some(roots);
    })
    .await;
    let ada = town.person("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    for id in ["desk", "till"] {
        town.register(id, ClientAuthMethod::ClientSecretBasic, CALLBACK)
            .await;
    }
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
    say(&me, "ada", PASSWORD).await;
    me.press("#console").await;
    look_for(&me).await;
    settings(&me).await;
    secrets(&me).await;
    products(&me).await;
    latecomers(&me).await;
    disable(&me).await;
    me.has_seen("application");
    browser.close().await;
}

/// The list is looked through until there is one to be opened.
async fn look_for(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/clients']").await;
    assert_eq!(me.browser.attributes("main .rows a", "href").await.len(), 2);
    me.fill("name", "nothing-of-that-name").await;
    me.press("#search").await;
    assert!(!me.browser.has("main .rows").await);
    me.fill("name", "des").await;
    me.choose("status", "active").await;
    me.press("#search").await;
    let found = me.browser.attributes("main .rows a", "href").await;
    assert_eq!(found, ["/admin/clients/desk"]);
    me.press("main .rows a").await;
}

/// What cannot be is refused, and what was written stays for another try.
async fn settings(me: &Somebody<'_>) {
    me.tick("dpop_bound_access_tokens").await;
    me.fill("redirect_uris", "nowhere").await;
    me.press("#save").await;
    me.is_told(".notice.error").await;
    assert!(me.browser.has("[name=dpop_bound_access_tokens]:checked").await);
    me.fill("redirect_uris", "https://desk.example/elsewhere").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    assert!(me.browser.has("[name=dpop_bound_access_tokens]:checked").await);
    assert!(me.browser.text().await.contains("https://desk.example/elsewhere"));
}

/// A second secret is made, a third refused, and the first ended.
async fn secrets(me: &Somebody<'_>) {
    me.fill("days", "soon").await;
    me.press("#secret").await;
    me.is_told(".notice.error").await;
    me.fill("days", "30").await;
    me.press("#secret").await;
    let secret = me.browser.find("p#secret").await.text().await.unwrap();
    assert!(secret.len() > 20, "{secret}");
    me.press("#kept").await;
    assert!(!me.browser.text().await.contains(&secret), "it is shown once");
    me.press("#secret").await;
    me.is_told(".notice.error").await;
    let before = me.browser.attributes("[id^='end-']", "id").await;
    assert_eq!(before.len(), 2);
    me.press("[id^='end-']").await;
    me.browser.find(".notice.success").await;
    let after = me.browser.attributes("[id^='end-']", "id").await;
    assert_eq!(after, before[1..]);
}

/// A list of products is refused empty, made for a role, changed and taken away.
async fn products(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/passkeys']").await;
    me.press("#set").await;
    me.is_told(".notice.error").await;
    let [listed, other] = [LISTED, OTHER].map(|one| format!("product_{}", id(one)));
    me.choose("role", access::ADMINISTRATOR).await;
    me.tick(&listed).await;
    me.press("#set").await;
    me.browser.find(".notice.success").await;
    me.press("main section a.button").await;
    assert!(me.browser.has(&format!("[name='{listed}']:checked")).await);
    me.tick(&other).await;
    me.press("#set").await;
    me.browser.find(".notice.success").await;
    let list = me.browser.find("main section .detail").await;
    assert_eq!(list.text().await.unwrap(), "Good Key, Other Key");
    me.press("button[value=clear]").await;
    me.browser.find(".notice.success").await;
    assert!(!me.browser.has("main section .detail").await);
}

/// Of two applications that have registered themselves one may begin, and the other not.
async fn latecomers(me: &Somebody<'_>) {
    for _ in 0..2 {
        clients::waiting(me.town).await;
    }
    for (button, now) in [
        ("#approve", ClientStatus::Active),
        ("#refuse", ClientStatus::Disabled),
    ] {
        me.press("nav.side a[href='/admin/clients']").await;
        me.press("#waiting").await;
        me.press("main .rows a").await;
        let address = me.browser.address().await;
        let (_, id) = address.rsplit_once('/').unwrap();
        assert_eq!(status(me, id).await, ClientStatus::Pending);
        me.press(button).await;
        me.browser.find(".notice.success").await;
        assert_eq!(status(me, id).await, now);
    }
}

/// Who was away for long proves once more who they are, is led back to the application, and then switches it off.
async fn disable(me: &Somebody<'_>) {
    me.open("/admin/clients/desk").await;
    me.town.wait(TOO_LONG);
    me.press("#disable").await;
    me.fill("password", "not the password").await;
    me.press("#continue").await;
    me.is_told(".notice.error").await;
    me.fill("password", PASSWORD).await;
    me.press("#continue").await;
    me.browser.find("#disable").await;
    assert_eq!(
        status(me, "desk").await,
        ClientStatus::Active,
        "it was only asked"
    );
    me.press("#disable").await;
    me.browser.find(".notice.success").await;
    assert!(!me.browser.has("#disable").await);
    assert_eq!(status(me, "desk").await, ClientStatus::Disabled);
}

async fn status(me: &Somebody<'_>, id: &str) -> ClientStatus {
    let id = ClientId::parse(id).unwrap();
    let found = client::find(&mut me.town.op(), &id).await.unwrap();
    found.unwrap().status
}
