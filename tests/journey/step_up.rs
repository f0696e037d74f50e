//! A sample application asks for a fresh second factor before an export (RFC 9470).

use super::chromium::Chromium;
use super::demo::Demo;
use super::main_job::{code, sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn an_export_asks_for_a_second_factor_and_goes_on_after_it() {
    let demo = Demo::start().await;
    let browser = Chromium::start().await;
    let analyst = demo.person("analyst", "Northbeam").clone();
    assert!(
        analyst["totp_secret"].is_null(),
        "an analyst signs in with a password"
    );
    sign_in(&browser, &demo, &analyst, "step-up").await;
    assert!(!browser.find("#acr").await.text().await.unwrap().contains("otp"));

    browser.click("#export").await;
    let key = browser.find("#key").await.text().await.unwrap().replace(' ', "");
    assert!(
        browser.address().await.starts_with(demo.issuer()),
        "the provider asks"
    );
    browser.look("step-up-7-enrol").await;
    browser.fill("code", &code(&key)).await;
    browser.click("#continue").await;
    browser.find(".codes").await;
    browser.click("#continue").await;
    // The desk has never asked for this scope before.
    browser.look("step-up-8-consent").await;
    browser.click("#allow").await;
    let csv = browser.find("#csv").await.text().await.unwrap();
    assert!(csv.starts_with("id,region,product_line,score,comment"), "{csv}");
    browser.look("step-up-9-export").await;

    // Proven a moment ago: not asked again.
    browser.open(&format!("{}/export", demo.application())).await;
    browser.find("#csv").await;
    let told = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(
        story.contains("gave the right one-time code") || story.contains("one-time code"),
        "{story}"
    );
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_export_is_told_so_and_asked_for_nothing() {
    let demo = Demo::start().await;
    let browser = Chromium::start().await;
    let agent = demo.person("support_agent", "Northbeam").clone();
    sign_in(&browser, &demo, &agent, "no-export").await;
    assert!(!browser.has("#export").await);
    for path in ["/export", "/export.csv", "/reports"] {
        browser.open(&format!("{}{path}", demo.application())).await;
        assert!(browser.address().await.starts_with(demo.application()), "{path}");
        assert!(browser.text().await.contains("Not for you"), "{path}");
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_of_the_export_names_the_authentication_that_would_do() {
    let demo = Demo::start().await;
    let clients = demo.table["clients"].as_array().unwrap();
    let program = clients
        .iter()
        .find(|one| one["client_id"] == "feedback-export")
        .unwrap();
    let http = reqwest::Client::new();
    let token: serde_json::Value = http
        .post(format!("{}/token", demo.issuer()))
        .basic_auth("feedback-export", program["client_secret"].as_str())
        .form(&[("grant_type", "client_credentials"), ("scope", "feedback:read")])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let ask = async |token: &str| {
        http.get(format!("{}/api/export", demo.application()))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
    };
    let refused = ask(token["access_token"].as_str().unwrap()).await;
    assert_eq!(
        refused.status(),
        403,
        "a program without the scope learns that first"
    );
    let refused = ask("nonsense").await;
    assert_eq!(refused.status(), 401);
    let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("invalid_token"), "{challenge}");
}
