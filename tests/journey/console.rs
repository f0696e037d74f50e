//! An administrator drafts a rule in the console, sees what it would have done, switches it on, and the sample application's
//! export asks for it.

use super::chromium::Chromium;
use super::demo::Demo;
use super::main_job::{code, sign_in};
use super::passkey::Device;

pub(super) async fn sign_in_at(browser: &Chromium, demo: &Demo, person: &serde_json::Value) {
    browser.open(&format!("{}/signin", demo.issuer())).await;
    let told = |name: &str| person[name].as_str().unwrap().to_owned();
    browser.fill("username", &told("username")).await;
    browser.click("#continue").await;
    browser.fill("password", &told("password")).await;
    browser.click("#continue").await;
    browser.fill("code", &code(&told("totp_secret"))).await;
    browser.click("#continue").await;
    browser.find("#sign-out").await;
}

/// Drafts the rule, looks at every page of the console on the way, and switches the rule on.
async fn rule_out(browser: &Chromium, demo: &Demo) {
    browser.open(&format!("{}/account", demo.issuer())).await;
    browser.click("#console").await;
    for (path, name) in [
        ("", "home"),
        ("/people", "people"),
        ("/coverage", "coverage"),
        ("/clients", "applications"),
        ("/clients/own-application", "application"),
        ("/rules", "rules"),
    ] {
        browser.open(&format!("{}/admin{path}", demo.issuer())).await;
        browser.look(&format!("console-1-{name}")).await;
    }
    browser.click("#new").await;
    browser.find("#when_scopes").await;
    browser.look("console-2-new-rule").await;
    browser.fill("name", "Phishing-resistant for export").await;
    browser.fill("when_scopes", "feedback:export").await;
    browser.click("#do option[value=phishing_resistant]").await;
    browser.click("#save").await;
    browser.find("#on").await;
    browser.look("console-3-draft").await;
    browser.click("#replay").await;
    browser.find("table").await;
    browser.look("console-4-replay").await;
    browser.click("#back").await;
    browser.click("#on").await;
    browser.find(".notice.success").await;
    browser.look("console-5-on").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_drafted_replayed_and_switched_on_and_an_export_asks_for_a_passkey() {
    let demo = Demo::start().await;
    let administrator = Chromium::start().await;
    let person = demo.person("administrator", "Northbeam").clone();
    sign_in_at(&administrator, &demo, &person).await;
    rule_out(&administrator, &demo).await;
    administrator.close().await;

    let browser = Chromium::start().await;
    let analyst = demo.person("analyst", "Northbeam").clone();
    sign_in(&browser, &demo, &analyst, "console-analyst").await;
    let _device = Device::new(&browser).await;
    browser.click("#export").await;
    browser.find("#use-passkey").await;
    assert!(
        browser.address().await.starts_with(demo.issuer()),
        "the provider asks"
    );
    browser.look("console-6-passkey").await;
    browser.click("#use-passkey").await;
    // Recovery codes of the first factor, then the passkey is used once.
    for _ in 0..6 {
        if browser.has("#csv").await {
            break;
        }
        for button in ["#continue", "#use-passkey", "#allow"] {
            if browser.has(button).await {
                browser.click(button).await;
                break;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    }
    let csv = browser.find("#csv").await.text().await.unwrap();
    assert!(csv.starts_with("id,region,product_line,score,comment"), "{csv}");
    let told = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(story.contains("replayed the rules of sign-in"), "{story}");
    browser.close().await;
}
