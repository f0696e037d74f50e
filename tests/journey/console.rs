//! An administrator drafts a rule in the console, sees what it would have done, switches it on, and the sample application's
//! export asks for it.

use super::chromium::Chromium;
use super::demo::Demo;
use super::main_job::{code, next_code, sign_in};
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

/// Looks at every page of the console.
async fn look_around(browser: &Chromium, demo: &Demo) {
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
}

/// Drafts "phishing-resistant" where one condition holds, sees what it would have done, and switches it on.
async fn rule_out(
    browser: &Chromium,
    demo: &Demo,
    (whom, condition, value): (&str, &str, &str),
    would_have_done: &[&str],
) {
    browser.open(&format!("{}/admin/rules", demo.issuer())).await;
    browser.click("#new").await;
    browser.find(&format!("#{condition}")).await;
    browser.look(&format!("console-2-new-rule-{whom}")).await;
    browser
        .fill("name", &format!("Phishing-resistant for {whom}"))
        .await;
    browser.fill(condition, value).await;
    browser.click("#do option[value=phishing_resistant]").await;
    browser.click("#save").await;
    browser.find("#on").await;
    browser.look(&format!("console-3-draft-{whom}")).await;
    browser.click("#replay").await;
    browser.find("table").await;
    browser.look(&format!("console-4-replay-{whom}")).await;
    let replayed = browser.text().await;
    let words: Vec<&str> = replayed.split_whitespace().collect();
    let replayed = words.join(" ");
    for told in would_have_done {
        assert!(replayed.contains(told), "{told}: {replayed}");
    }
    browser.click("#back").await;
    browser.click("#on").await;
}

/// Asks what an export would ask of somebody now.
async fn check(browser: &Chromium, demo: &Demo) {
    browser
        .open(&format!("{}/admin/rules/check", demo.issuer()))
        .await;
    browser.fill("person", "maria.keller@northbeam.example").await;
    browser.fill("scopes", "feedback:export").await;
    browser.fill("address", "192.0.2.7").await;
    browser.click("#ask").await;
    let answer = browser.find("#answer").await.text().await.unwrap();
    assert!(answer.contains("Phishing-resistant for export"), "{answer}");
    browser.look("console-5-check").await;
}

/// Goes on through what a passkey that is made on the way brings with it (recovery codes, its first use), until something is there.
async fn go_on_until(browser: &Chromium, there: &str) {
    browser.click("#use-passkey").await;
    for _ in 0..6 {
        if browser.has(there).await {
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
    browser.find(there).await;
}

/// What four weeks of the sample people would have become, and the sign-in of the administrator who looks: let in, asked for more, to set
/// up a factor, not let in.
const EXPORT: &[&str] = &[
    "141 sign-ins of the last 30 days",
    "Everybody 137 0 4 0 Insights 20 0 0 0 IT 29 0 0 0 Product 8 0 0 0 Support 80 0 4 0",
    "By name Person Let in Asked for more To set up a factor Not let in \
     Maria Keller (maria.keller@northbeam.example) 20 0 4 0",
    "20 ways to applications without a sign-in.",
    "Everybody 8 0 12 0 Insights 0 0 8 0 Support 8 0 4 0",
    "Deniz Aydın (deniz.aydin@northbeam.example) 0 0 8 0",
];

/// The same once the rule for exports is on.
const ADMINISTRATORS: &[&str] = &[
    "141 sign-ins of the last 30 days",
    "Everybody 116 0 25 0 Insights 20 0 0 0 IT 8 0 21 0 Product 8 0 0 0 Support 80 0 4 0",
    "Sofía Ramírez (sofia.ramirez@northbeam.example) 0 0 21 0",
    "Everybody 8 0 12 0 Insights 0 0 8 0 Support 8 0 4 0",
];

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_drafted_replayed_and_switched_on_and_an_export_and_administrators_need_a_passkey() {
    let demo = Demo::start().await;
    let administrator = Chromium::start().await;
    let person = demo.person("administrator", "Northbeam").clone();
    sign_in_at(&administrator, &demo, &person).await;
    look_around(&administrator, &demo).await;
    let export = ("export", "when_scopes", "feedback:export");
    rule_out(&administrator, &demo, export, EXPORT).await;
    administrator.find(".notice.success").await;
    administrator.look("console-5-on").await;
    check(&administrator, &demo).await;
    let administrators = ("administrators", "when_roles", "administrator");
    let _key = Device::new(&administrator).await;
    rule_out(&administrator, &demo, administrators, ADMINISTRATORS).await;
    // It holds for whoever has switched it on, from the next page on.
    // With the code of the time step after this one: the present one is used.
    let secret = person["totp_secret"].as_str().unwrap();
    administrator.fill("code", &next_code(secret)).await;
    administrator.click("#continue").await;
    administrator.find("#use-passkey").await;
    administrator.look("console-8-administrator").await;
    go_on_until(&administrator, "#draft").await;
    assert!(administrator.address().await.contains("/admin/rules/"));

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
    go_on_until(&browser, "#csv").await;
    let csv = browser.find("#csv").await.text().await.unwrap();
    assert!(csv.starts_with("id,region,product_line,score,comment"), "{csv}");
    let told = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(
        !story.contains("elif.yilmaz@northbeam.example signed in"),
        "the past is in no event: {story}"
    );
    assert_eq!(
        story.matches("replayed the rules of sign-in").count(),
        2,
        "{story}"
    );
    browser.close().await;
    administrator.close().await;
}
