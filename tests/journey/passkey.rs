//! Passkeys as people meet them: Chromium with an authenticator of its own, which does what it is told.

use doorward::domain::ClientAuthMethod;
use serde_json::json;

use super::chromium::Chromium;
use crate::signin::{PASSWORD, SECRET, Town, authorize};

/// The authenticator that is built into the browser's machine.
pub(super) struct Device<'a> {
    browser: &'a Chromium,
    id: String,
}

impl<'a> Device<'a> {
    /// One that keeps passkeys and verifies its holder, who is there.
    pub(super) async fn new(browser: &'a Chromium) -> Self {
        let all = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "automaticPresenceSimulation": true,
            "defaultBackupEligibility": true, "defaultBackupState": true,
        });
        Self::with(browser, all).await
    }

    async fn with(browser: &'a Chromium, options: serde_json::Value) -> Self {
        let cdp = browser.driver.cdp();
        cdp.send_raw("WebAuthn.enable", json!({ "enableUI": false }))
            .await
            .unwrap();
        let added = cdp
            .send_raw("WebAuthn.addVirtualAuthenticator", json!({ "options": options }))
            .await
            .unwrap();
        let id = added["authenticatorId"].as_str().unwrap().to_owned();
        Self { browser, id }
    }

    async fn tell(&self, method: &str, more: serde_json::Value) -> serde_json::Value {
        let mut asked = json!({ "authenticatorId": self.id });
        asked
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let cdp = self.browser.driver.cdp();
        cdp.send_raw(&format!("WebAuthn.{method}"), asked).await.unwrap()
    }

    /// Whether somebody touches it, or chooses what it offers in a field.
    pub(super) async fn touched(&self, enabled: bool) {
        self.tell("setAutomaticPresenceSimulation", json!({ "enabled": enabled }))
            .await;
    }

    /// Whether the holder is recognised.
    async fn recognises(&self, verified: bool) {
        self.tell("setUserVerified", json!({ "isUserVerified": verified }))
            .await;
    }

    /// Waits until it keeps nothing any more.
    async fn is_empty(&self) {
        for _ in 0..100 {
            if self.credentials().await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{:?}", self.credentials().await);
    }

    /// It is lost, with all that it keeps.
    pub(super) async fn forget_all(&self) {
        self.tell("clearCredentials", json!({})).await;
    }

    async fn credentials(&self) -> Vec<serde_json::Value> {
        let told = self.tell("getCredentials", json!({})).await;
        told["credentials"].as_array().unwrap().clone()
    }
}

fn at(town: &Town, path: &str) -> String {
    format!("{}{path}", town.server.issuer)
}

async fn town() -> Town {
    let town = Town::new().await;
    town.person("rosa").await;
    town
}

async fn enter_password(browser: &Chromium) {
    browser.fill("username", "rosa").await;
    browser.click("#continue").await;
    browser.fill("password", PASSWORD).await;
    browser.click("#continue").await;
}

async fn sign_out(town: &Town, browser: &Chromium) {
    browser.open(&at(town, "/account")).await;
    browser.click("#sign-out").await;
    // Of the page that follows: the one before has a heading too.
    browser.find(".lead").await;
}

/// Rosa makes a passkey on her account's page, and is signed out after that.
async fn enrol(town: &Town, browser: &Chromium, device: &Device<'_>) {
    browser.open(&at(town, "/account/passkeys")).await;
    enter_password(browser).await;
    browser.click("#not-now").await;
    browser.find("#new-name").await;
    browser.look("passkeys-1-none").await;
    browser.fill("name", "My phone").await;
    browser.click("#use-passkey").await;
    browser.find(".codes").await;
    // It guards the account from here on, and is asked for.
    browser.open(&at(town, "/account/passkeys")).await;
    browser.click("#use-passkey").await;
    browser.find("#rename-1").await;
    browser.look("passkeys-2-one").await;
    let kept = device.credentials().await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0]["isResidentCredential"], true);
    assert_eq!(kept[0]["rpId"], "localhost");
    sign_out(town, browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_made_and_signs_in_by_button_by_the_field_of_the_name_and_after_a_password() {
    let town = town().await;
    let browser = Chromium::start().await;
    let device = Device::new(&browser).await;
    enrol(&town, &browser, &device).await;

    // Without a name, by the button. Nobody touches what waits in the field.
    device.touched(false).await;
    browser.open(&at(&town, "/signin")).await;
    browser.find("#use-passkey").await;
    browser.look("passkeys-3-identify").await;
    device.touched(true).await;
    browser.click("#use-passkey").await;
    browser.find("#sign-out").await;
    let told = town.details("signin.completed").await;
    assert_eq!(told["amr"], json!(["swk", "user", "mfa"]));
    sign_out(&town, &browser).await;

    // What the browser offers in the field, without any button.
    browser.open(&at(&town, "/signin")).await;
    browser.find("#sign-out").await;
    let told = town.details("signin.completed").await;
    assert_eq!(told["acr"], "urn:doorward:acr:3");
    sign_out(&town, &browser).await;

    // After the password, as a second factor.
    device.touched(false).await;
    browser.open(&at(&town, "/signin")).await;
    enter_password(&browser).await;
    browser.find(".aside").await;
    browser.look("passkeys-4-second-factor").await;
    device.touched(true).await;
    browser.click("#use-passkey").await;
    browser.find("#sign-out").await;
    let told = town.details("signin.completed").await;
    assert_eq!(told["amr"], json!(["pwd", "swk", "user", "mfa"]));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_is_cancelled_leaves_a_page_that_works() {
    let town = town().await;
    let browser = Chromium::start().await;
    let device = Device::new(&browser).await;
    enrol(&town, &browser, &device).await;

    device.touched(false).await;
    device.recognises(false).await;
    browser.open(&at(&town, "/signin")).await;
    browser.find("#use-passkey").await;
    device.touched(true).await;
    browser.click("#use-passkey").await;
    browser.find("#passkey-failed:not([hidden])").await;
    browser.look("passkeys-5-cancelled").await;
    // The button works again, and so does the password.
    device.recognises(true).await;
    browser.click("#use-passkey").await;
    browser.find("#sign-out").await;
    sign_out(&town, &browser).await;
    device.recognises(false).await;
    browser.open(&at(&town, "/signin")).await;
    browser.click("#use-passkey").await;
    browser.find("#passkey-failed:not([hidden])").await;
    browser.fill("username", "rosa").await;
    browser.click("#continue").await;
    browser.find("input[name=password]").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_was_removed_is_refused_with_a_sentence_and_other_ways_stay() {
    let town = town().await;
    town.give_authenticator(town.id_of("rosa").await).await;
    let browser = Chromium::start().await;
    let device = Device::new(&browser).await;
    device.touched(false).await;
    browser.open(&at(&town, "/account/passkeys")).await;
    enter_password(&browser).await;
    browser.fill("code", &town.code(SECRET)).await;
    browser.click("#continue").await;
    browser.click("#not-now").await;
    browser.find("#new-name").await;
    device.touched(true).await;
    browser.click("#use-passkey").await;
    browser.find(".codes").await;
    browser.open(&at(&town, "/account/passkeys")).await;
    browser.find("#rename-1").await;
    let made = device.credentials().await;
    browser.click("#remove-1").await;
    browser.find(".notice.success").await;
    browser.look("passkeys-6-removed").await;
    sign_out(&town, &browser).await;
    // The keeper of passkeys was told, and has forgotten it. One that does not listen offers it again.
    device.is_empty().await;
    device
        .tell("addCredential", json!({ "credential": made[0] }))
        .await;
    device.touched(false).await;
    browser.open(&at(&town, "/signin")).await;
    browser.find("#use-passkey").await;
    device.touched(true).await;
    browser.click("#use-passkey").await;
    browser.find(".notice.error p").await;
    let told = browser.text().await;
    assert!(told.contains("passkey is not known here"), "{told}");
    // Now it has been told by its id.
    device.is_empty().await;
    browser.look("passkeys-7-unknown").await;
    browser.fill("username", "rosa").await;
    browser.click("#continue").await;
    browser.find("input[name=password]").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_opens_no_page_of_another_origin() {
    let town = town().await;
    let browser = Chromium::start().await;
    let device = Device::new(&browser).await;
    enrol(&town, &browser, &device).await;
    device.touched(false).await;
    for host in ["127.0.0.1", "other.localhost"] {
        let address = town.server.issuer.replace("localhost", host);
        browser.open(&format!("{address}/signin")).await;
        browser.find("#use-passkey").await;
        device.touched(true).await;
        browser.click("#use-passkey").await;
        // The browser refuses it, or we do.
        browser.find(".notice.error:not([hidden])").await;
        device.touched(false).await;
        assert!(
            !browser.has("#sign-out").await,
            "{host}: {}",
            browser.text().await
        );
    }
    let completed = town.events("signin.completed").await;
    let by_passkey = town.details("signin.completed").await;
    assert_eq!(
        by_passkey["amr"],
        json!(["pwd", "swk", "user", "mfa"]),
        "{completed:?}"
    );
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_verifies_nobody_is_a_second_factor_after_the_password() {
    let town = town().await;
    let browser = Chromium::start().await;
    let key = json!({
        "protocol": "u2f", "transport": "usb", "automaticPresenceSimulation": true,
    });
    let device = Device::with(&browser, key).await;
    browser.open(&at(&town, "/account/passkeys")).await;
    enter_password(&browser).await;
    browser.click("#use-key").await;
    browser.find(".codes").await;
    assert_eq!(device.credentials().await[0]["isResidentCredential"], false);
    sign_out(&town, &browser).await;
    browser.open(&at(&town, "/signin")).await;
    enter_password(&browser).await;
    browser.find("#recovery").await;
    browser.click("#use-passkey").await;
    browser.find("#sign-out").await;
    let told = town.details("signin.completed").await;
    assert_eq!(told["amr"], json!(["pwd", "hwk", "user", "mfa"]));
    assert_eq!(told["acr"], "urn:doorward:acr:3");
    browser.open(&at(&town, "/account/passkeys")).await;
    let told = browser.text().await;
    assert!(told.contains("Only after the password"), "{told}");
    browser.look("passkeys-8-key").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_offered_after_a_password_once_and_not_again_for_a_month() {
    let town = town().await;
    let browser = Chromium::start().await;
    let device = Device::new(&browser).await;
    device.touched(false).await;
    browser.open(&at(&town, "/signin")).await;
    enter_password(&browser).await;
    browser.find("#not-now").await;
    browser.find("#use-passkey").await;
    browser.look("passkeys-9-offer").await;
    browser.click("#not-now").await;
    browser.find("#sign-out").await;
    sign_out(&town, &browser).await;
    browser.open(&at(&town, "/signin")).await;
    enter_password(&browser).await;
    browser.find("#sign-out").await;
    assert!(device.credentials().await.is_empty());

    // Another browser of the same person is asked, and takes it; the sign-in is what it was: by password.
    sign_out(&town, &browser).await;
    browser.driver.delete_all_cookies().await.unwrap();
    device.touched(true).await;
    browser.open(&at(&town, "/signin")).await;
    enter_password(&browser).await;
    browser.click("#use-passkey").await;
    browser.find(".codes").await;
    browser.click("#continue").await;
    browser.find("#sign-out").await;
    assert_eq!(town.details("signin.completed").await["amr"], json!(["pwd"]));
    assert_eq!(device.credentials().await.len(), 1);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_asks_for_a_passkey_gets_one_that_is_made_on_the_way() {
    let town = town().await;
    let callback = format!("{}/livez", town.server.issuer);
    town.register("assured", ClientAuthMethod::ClientSecretBasic, &callback)
        .await;
    let browser = Chromium::start().await;
    browser.prefer_dark().await;
    let _device = Device::new(&browser).await;
    let asked = authorize("assured", &callback, &[("acr_values", "urn:doorward:acr:3")]);
    browser.open(&at(&town, &asked)).await;
    enter_password(&browser).await;
    browser.find("#use-passkey").await;
    assert!(!browser.has("#not-now").await);
    browser.look("passkeys-10-demanded").await;
    browser.click("#use-passkey").await;
    browser.find(".aside").await;
    browser.look("passkeys-11-use-it-once").await;
    browser.click("#use-passkey").await;
    browser.find(".codes").await;
    browser.look("passkeys-12-codes").await;
    browser.click("#continue").await;
    for _ in 0..100 {
        if browser.address().await.contains("code=") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(
        browser.address().await.contains("code="),
        "{}",
        browser.address().await
    );
    let told = town.details("signin.completed").await;
    assert_eq!(told["acr"], "urn:doorward:acr:3");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_tells_how_well_a_new_password_would_stand_while_it_is_typed() {
    let town = town().await;
    let browser = Chromium::start().await;
    browser.open(&at(&town, "/account/password")).await;
    enter_password(&browser).await;
    browser.find("#new").await;
    for (typed, told) in [
        ("aaaaaaaaaaaaaaaaaaaa", "Easily guessed"),
        ("paper lanterns 7", "Fair"),
        ("eleven paper lanterns on 7 ships", "Good"),
    ] {
        browser.fill("new", typed).await;
        let said = browser.find("[data-strength]").await.text().await.unwrap();
        assert!(said.starts_with(told), "{typed}: {said}");
    }
    browser.look("password-strength").await;
    browser.close().await;
}
