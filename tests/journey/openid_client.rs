//! A FAPI 2.0 client that is made with a public library of another language, run by the steps that the documents name.

use super::chromium::Chromium;
use super::demo::Demo;
use super::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn a_fapi_client_of_a_public_library_runs_by_the_documented_steps() {
    let demo = Demo::start().await;
    let token = demo.table["registration_token"].as_str().unwrap();
    let mut client = Program::start("client.mjs", &[demo.issuer(), token]);
    let id = client.step("registered");
    let address = client.step("open");
    assert!(
        address.contains("request_uri="),
        "the request was pushed: {address}"
    );

    let browser = Chromium::start().await;
    let person = demo.person("analyst", "Northbeam").clone();
    browser.open(&address).await;
    browser
        .fill("username", person["username"].as_str().unwrap())
        .await;
    browser.click("#continue").await;
    browser.find("input[name=password]").await;
    browser
        .fill("password", person["password"].as_str().unwrap())
        .await;
    browser.click("#continue").await;
    browser.find("#allow").await;
    browser.look("fapi-consent").await;
    browser.click("#allow").await;

    let tokens = client.step("tokens");
    assert!(tokens.starts_with("dpop "), "bound to its key: {tokens}");
    assert!(tokens.contains("feedback:read"), "{tokens}");
    client.step("userinfo");
    client.step("refreshed");
    assert_eq!(client.step("introspected"), "active=true bound=true");
    assert_eq!(client.step("revoked"), "active=false");
    assert!(client.ends_well());

    let listed = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        story.contains("A careful client") || story.contains(&id),
        "{story}"
    );
    browser.close().await;
}
