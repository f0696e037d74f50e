//! A FAPI 2.0 client that is made with a public library of another language, run by the steps that the documents name.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::chromium::Chromium;
use super::demo::Demo;

/// The program of `examples/openid-client`, with its library beside it.
struct Client {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Client {
    fn start(demo: &Demo) -> Self {
        let folder = std::env::var("DOORWARD_TEST_OPENID_CLIENT").expect("tests/run puts the library there");
        let token = demo.table["registration_token"].as_str().unwrap();
        let mut child = Command::new("node")
            .args(["client.mjs", demo.issuer(), token])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// What it tells of its next step, which must be this one.
    fn step(&mut self, step: &str) -> String {
        let line = self.lines.next().expect("it goes on").unwrap();
        let about = line.strip_prefix(step);
        about
            .unwrap_or_else(|| panic!("{step} was expected: {line}"))
            .trim()
            .to_owned()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fapi_client_of_a_public_library_runs_by_the_documented_steps() {
    let demo = Demo::start().await;
    let mut client = Client::start(&demo);
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
    assert!(client.child.wait().unwrap().success());

    let listed = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        story.contains("A careful client") || story.contains(&id),
        "{story}"
    );
    browser.close().await;
}
