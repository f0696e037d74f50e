//! A person signs in, an application gets a token with roles and attributes, and all of it is on record.

use super::chromium::Chromium;
use super::demo::Demo;

/// The code that the person's authenticator shows now.
pub(crate) fn code(secret: &str) -> String {
    code_in(secret, 0)
}

/// The one that it shows after that, which is taken already: a clock may be one step off.
pub(super) fn next_code(secret: &str) -> String {
    code_in(secret, 30)
}

fn code_in(secret: &str, seconds: u64) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    totp.generate(now + seconds).to_string()
}

/// Signs a sample person in at the application, with pictures of each page under this name.
pub(super) async fn sign_in(browser: &Chromium, demo: &Demo, person: &serde_json::Value, pictures: &str) {
    browser.open(demo.application()).await;
    browser.look(&format!("{pictures}-1-application")).await;
    browser.click("#sign-in").await;
    browser.find("input[name=username]").await;
    browser.look(&format!("{pictures}-2-identify")).await;
    browser
        .fill("username", person["username"].as_str().unwrap())
        .await;
    browser.click("#continue").await;
    browser.find("input[name=password]").await;
    browser.look(&format!("{pictures}-3-password")).await;
    browser
        .fill("password", person["password"].as_str().unwrap())
        .await;
    browser.click("#continue").await;
    if let Some(secret) = person["totp_secret"].as_str() {
        browser.find("input[name=code]").await;
        browser.look(&format!("{pictures}-4-code")).await;
        browser.fill("code", &code(secret)).await;
        browser.click("#continue").await;
    }
    browser.find("#allow").await;
    browser.look(&format!("{pictures}-5-consent")).await;
    browser.click("#allow").await;
    browser.find("#sign-out").await;
    browser.look(&format!("{pictures}-6-records")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_regional_manager_signs_in_with_a_second_factor_and_sees_the_own_territory_only() {
    let demo = Demo::start().await;
    let browser = Chromium::start().await;
    let manager = demo.person("regional_manager", "Northbeam").clone();
    assert!(
        manager["totp_secret"].is_string(),
        "a regional manager has a second factor"
    );
    sign_in(&browser, &demo, &manager, "manager").await;

    let mut regions = browser.attributes("[data-region]", "data-region").await;
    regions.sort();
    regions.dedup();
    assert_eq!(regions, ["dach", "emea", "turkiye"]);
    assert!(
        browser
            .find("#roles")
            .await
            .text()
            .await
            .unwrap()
            .contains("regional_manager")
    );
    assert!(browser.find("#acr").await.text().await.unwrap().contains("otp"));
    let protection = browser.find("#protection").await.text().await.unwrap();
    assert!(
        protection.contains("PAR") && protection.contains("DPoP"),
        "{protection}"
    );

    browser.click("#reports").await;
    let reports = browser.find("table").await.text().await.unwrap();
    assert!(
        reports.contains("dach") && !reports.contains("americas"),
        "{reports}"
    );
    browser.open(demo.application()).await;

    browser.click("#sign-out").await;
    browser.find("#sign-in").await;
    // The session is gone at the provider too: the next sign-in asks for the name again.
    browser.click("#sign-in").await;
    browser.find("input[name=username]").await;

    let verified = demo.run(&["audit", "verify"]);
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stderr)
    );
    let listed = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&listed.stdout).into_owned();
    for told in [
        "gave the right password",
        "gave the right one-time code",
        "signed in with password and one-time code at Feedback desk",
        "gave consent",
        "was given tokens",
        "asked for 10 decisions, 5 allowed and 5 denied (feedback:",
        "the person signed out",
    ] {
        assert!(story.contains(told), "“{told}” is not told:\n{story}");
    }
    let password = manager["password"].as_str().unwrap();
    assert!(!story.contains(password), "a password is in the log");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_analyst_sees_reports_but_no_settings_and_the_other_organisation_sees_none_of_it() {
    let demo = Demo::start().await;
    let browser = Chromium::start().await;
    sign_in(
        &browser,
        &demo,
        &demo.person("analyst", "Northbeam").clone(),
        "analyst",
    )
    .await;
    assert!(browser.has("#reports").await);
    assert!(!browser.has("#settings").await);
    browser.click("#reports").await;
    browser.find("table").await;
    browser.look("analyst-7-reports").await;
    browser.open(&format!("{}/settings", demo.application())).await;
    assert!(browser.text().await.contains("Not for you"));
    browser.close().await;

    let browser = Chromium::start().await;
    let people = demo.table["people"].as_array().unwrap();
    let stranger = people
        .iter()
        .find(|person| person["organization"] == "Southgate")
        .expect("Southgate has people");
    sign_in(&browser, &demo, stranger, "southgate").await;
    let records = browser.attributes("[data-record]", "data-record").await;
    assert!(
        records.iter().all(|record| record.starts_with("s-")),
        "Southgate sees {records:?}"
    );
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_integration_reads_records_with_a_token_of_its_own_scopes() {
    let demo = Demo::start().await;
    let browser = Chromium::start().await;
    browser.open(&format!("{}/integration", demo.application())).await;
    let text = browser.text().await;
    assert!(text.contains("“feedback:read”"), "{text}");
    assert!(text.contains("read 8 records"), "{text}");
    browser.look("integration").await;
    browser.close().await;
}
