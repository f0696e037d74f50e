//! An administrator declares an attribute, says what an application lets be done, and brings a policy from a form into force and out of it.

use doorward::access;
use doorward::domain::Right;

use super::{Somebody, browser, say};
use crate::admin::give_rights;
use crate::admin::reach::furnish;
use crate::signin::{PASSWORD, Town};

pub(super) async fn walk(keys: bool) {
    let town = Town::new().await;
    let ada = town.person("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    furnish(&town, ada).await;
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
    say(&me, "ada", PASSWORD).await;
    me.press("#console").await;
    attributes(&me).await;
    me.press("nav.side a[href='/admin/permissions']").await;
    let text = me.browser.text().await;
    assert!(
        text.contains("Read feedback") && text.contains("Reader"),
        "{text}"
    );
    applications(&me).await;
    policies(&me).await;
    me.has_seen("drafter");
    browser.close().await;
}

async fn attributes(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/attributes']").await;
    me.press("#new").await;
    me.fill("title", "Region").await;
    me.press("#save").await;
    me.is_told(".notice.error").await;
    me.fill("name", "region").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.choose("source", "directory").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.press("#back").await;
    let text = me.browser.text().await;
    assert!(text.contains("a text · the directory"), "{text}");
}

/// An application is made, and a permission of it, which is changed and removed.
async fn applications(me: &Somebody<'_>) {
    me.press("#new").await;
    me.fill("audience", "https://ledger.example").await;
    me.press("#save").await;
    me.is_told(".notice.error").await;
    me.fill("name", "Ledger").await;
    me.choose("token_format", "opaque").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.fill("name", "General ledger").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.press("#new").await;
    me.fill("name", "close").await;
    me.fill("title", "Close a month").await;
    me.fill("purpose", "For whoever answers for the books.").await;
    me.press("#save").await;
    me.is_told(".notice.error").await;
    me.fill("name", "ledger:close").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.choose("sensitivity", "critical").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.press("#remove").await;
    me.press("#keep").await;
    me.press("#back").await;
    let text = me.browser.text().await;
    assert!(text.contains("ledger:close · critical"), "{text}");
    me.press("main .rows a").await;
    me.press("#remove").await;
    me.press("#confirm").await;
    me.browser.find(".notice.success").await;
    let text = me.browser.text().await;
    assert!(text.contains("It has no permissions yet."), "{text}");
    retired_and_brought_back(me).await;
    me.press("#back").await;
    // What is in use stays.
    me.press("main section:first-of-type h2 a").await;
    me.press("main .rows li:last-child a").await;
    me.press("#remove").await;
    me.is_told(".notice.error").await;
}

/// It is asked once more, with a reason.
async fn retired_and_brought_back(me: &Somebody<'_>) {
    for (turn, then) in [("retire", "restore"), ("restore", "retire")] {
        me.press(&format!("#{turn}")).await;
        me.press("#keep").await;
        me.press(&format!("#{turn}")).await;
        me.fill("reason", "It is agreed").await;
        me.press("#confirm").await;
        me.browser.find(".notice.success").await;
        me.browser.find(&format!("#{then}")).await;
    }
}

async fn policies(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/policies']").await;
    me.press("#new").await;
    me.press("#template-own-territory").await;
    me.fill("name", "own-territory").await;
    me.fill("reason", "Regions differ").await;
    // Nothing is narrowed yet.
    me.press("#save").await;
    me.is_told(".notice.error").await;
    me.tick("actions_feedback:read").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.press("#test").await;
    me.browser.find(".notice.success").await;
    me.fill_at("#reason-activate", "It is agreed").await;
    me.press("#activate").await;
    let text = me.browser.text().await;
    assert!(text.contains("Version 1: in force"), "{text}");
    me.press("#change").await;
    me.tick("actions_feedback:edit").await;
    me.fill("reason", "Changes too").await;
    me.press("#save").await;
    me.browser.find(".notice.success").await;
    me.fill_at("#reason-retire", "Is over").await;
    me.press("#retire").await;
    let text = me.browser.text().await;
    assert!(text.contains("Version 2: draft"), "{text}");
    assert!(!text.contains("Version 1: in force"), "{text}");
}
