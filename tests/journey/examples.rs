//! The examples of the documents run as they stand there, at the demonstration, with the public library that they use.
//!
//! A person without a browser of their own opens what an example says, and answers what is asked; the pages themselves are
//! seen in Chromium elsewhere.

use std::path::Path;

use regex_lite::Regex;

use super::demo::Demo;
use super::main_job::code;
use super::program::Program;
use crate::support::{Browser, Page};

/// The demonstration, somebody at a browser, and a folder in which the programs run.
struct Stage {
    demo: Demo,
    folder: tempfile::TempDir,
    browser: Browser,
    person: serde_json::Value,
}

impl Stage {
    async fn new(role: &str) -> Self {
        // Devices and those who ask elsewhere need not wait for long.
        Self::with(role, ("DOORWARD_OAUTH__POLL_INTERVAL", "1s")).await
    }

    async fn with(role: &str, setting: (&str, &str)) -> Self {
        let demo = Demo::start_with(&[setting]).await;
        Self {
            browser: Browser::new(demo.issuer()),
            person: demo.person(role, "Northbeam").clone(),
            folder: tempfile::tempdir().unwrap(),
            demo,
        }
    }

    fn of_person(&self, member: &str) -> &str {
        self.person[member].as_str().unwrap()
    }

    /// The variables that name a client of the demonstration, with its secret if it has one.
    fn client(&self, id: &str) -> Vec<(&'static str, String)> {
        let clients = self.demo.table["clients"].as_array().unwrap();
        let client = clients.iter().find(|client| client["client_id"] == id).unwrap();
        let secret = client["client_secret"].as_str().unwrap_or_default();
        vec![("CLIENT_ID", id.to_owned()), ("CLIENT_SECRET", secret.to_owned())]
    }

    /// Runs an example to its end, with a person who opens and allows what it names; answers its other lines.
    async fn run(&self, file: &str, variables: &[(&str, String)]) -> Vec<String> {
        let mut program = Program::start_in(self.folder.path(), &self.demo, (file, variables));
        let mut told = Vec::new();
        while let Some(line) = program.line() {
            if let Some(address) = line.strip_prefix("open ") {
                self.answer(address).await;
                continue;
            }
            if line.starts_with("asked") {
                self.answer("/account/requests").await;
            }
            told.push(line);
        }
        assert!(program.ends_well(), "{file}: {told:?}");
        told
    }

    /// Opens an address and answers each page until nothing is asked any more.
    async fn answer(&self, address: &str) {
        let mut page = self.browser.get(address).await;
        while let Some(next) = self.next(&page).await {
            page = next;
        }
        let Some(application) = page.location() else {
            // Who asks elsewhere fetches the answer, and a form has brought it; all others wait for a browser, and would wait
            // for ever.
            let is_fetched = ["/device/", "/account/requests", "/callback"]
                .iter()
                .any(|end| page.url.contains(end));
            assert!(is_fetched && page.status.is_success(), "{}", page.text());
            return;
        };
        let answer = reqwest::get(application).await.unwrap();
        assert!(answer.status().is_success(), "{application}");
    }

    async fn next(&self, page: &Page) -> Option<Page> {
        let browser = &self.browser;
        let member = |field: &'static str| (field, self.of_person(field));
        Some(if page.has_field("username") {
            browser.submit(page, &[member("username")]).await
        } else if page.has_field("password") {
            browser.submit(page, &[member("password")]).await
        } else if page.has_field("code") {
            let code = code(self.of_person("totp_secret"));
            browser.submit(page, &[("code", &code)]).await
        } else if page.has_button("allow") {
            browser.press(page, "allow").await
        } else if page.body.contains("data-send") {
            browser.press(page, "continue").await
        } else if let Some((_, shown)) = page.url.split_once("/device?user_code=") {
            browser.submit(page, &[("user_code", shown)]).await
        } else {
            return None;
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_that_ask_for_a_sign_in_run() {
    let stage = Stage::new("analyst").await;
    let own = stage.client("own-application");
    let signed_in = format!("signed in {}", stage.of_person("name"));
    let signed_in = signed_in.as_str();

    assert_eq!(stage.run("pushed.mjs", &own).await, [signed_in]);
    let told = stage.run("form-post.mjs", &own).await;
    assert_eq!(told, ["came by POST with nothing in the address true", signed_in]);
    let told = stage.run("signed.mjs", &[]).await;
    assert_eq!(told, ["answered with response", signed_in]);
    assert_eq!(stage.run("dpop.mjs", &[]).await, [signed_in, "refreshed dpop"]);
    let told = stage.run("encrypted.mjs", &[]).await;
    assert_eq!(told, ["parts of the ID token 5", signed_in]);

    let audience = "https://cx.northbeam.example";
    let with_resource = [&own[..], &[("RESOURCE", audience.to_owned())]].concat();
    let shown = format!("second shows {}", stage.of_person("name"));
    let told = stage.run("resource.mjs", &with_resource).await;
    assert_eq!(told, [format!("first for {audience}"), shown]);
    let given =
        r#"given [{"type":"feedback_export","dataset":"scores","region":["emea"],"until":"2026-12-31"}]"#;
    assert_eq!(stage.run("details.mjs", &own).await, [given]);

    // Last, since it ends the session.
    let told = stage.run("logout.mjs", &[]).await;
    let session = told[0].strip_prefix("session ").unwrap();
    assert_eq!(
        told[1..],
        ["signed out true", &format!("told of session {session}")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_a_client_that_knows_a_resource_only_runs() {
    let stage = Stage::new("analyst").await;
    let file = |member: &str| stage.demo.table["mtls"][member].as_str().unwrap().to_owned();
    let variables = [
        ("CERTIFICATE_FILE", file("localhost_certificate_file")),
        ("KEY_FILE", file("localhost_key_file")),
    ];
    let told = stage.run("mcp.mjs", &variables).await;
    let accepted = format!("accepted for {}", stage.of_person("name"));
    assert_eq!(
        told,
        ["refused with 401", "documents are clients true", &accepted]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_proofs_runs_where_they_must_contain_a_nonce() {
    let stage = Stage::with("analyst", ("DOORWARD_OAUTH__DPOP_NONCE", "required")).await;
    let told = stage.run("dpop.mjs", &[]).await;
    assert_eq!(told[1], "refreshed dpop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_a_step_up_runs() {
    let stage = Stage::new("regional_manager").await;
    let told = stage.run("step-up.mjs", &stage.client("own-application")).await;
    assert_eq!(told, ["signed in at urn:doorward:acr:2 by pwd otp mfa"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_that_ask_elsewhere_run_and_what_they_get_is_exchanged() {
    let stage = Stage::new("analyst").await;
    let own = stage.client("own-application");
    let name = stage.of_person("name");

    let hint = ("PERSON", stage.of_person("username").to_owned());
    let told = stage
        .run("ciba.mjs", &[&own[..], std::slice::from_ref(&hint)].concat())
        .await;
    assert_eq!(told, ["asked, for seconds 300", &format!("allowed by {name}")]);

    let told = stage.run("ciba-ping.mjs", &[hint]).await;
    let announced = "pinged by the server true for this question true";
    let allowed = format!("allowed by {name}");
    assert_eq!(told, ["asked, for seconds 300", announced, &allowed]);

    let told = stage.run("device.mjs", &own).await;
    assert!(told[0].starts_with("code "), "{told:?}");
    let token = told[1].strip_prefix("token ").unwrap().to_owned();
    let service = [stage.client("feedback-export"), vec![("TOKEN", token)]].concat();
    let issued = "issued urn:ietf:params:oauth:token-type:access_token";
    let told = stage.run("exchange.mjs", &service).await;
    assert_eq!(told, [issued, "acting feedback-export"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_programs_without_people_run() {
    let stage = Stage::new("analyst").await;
    let export = stage.client("feedback-export");
    let told = stage.run("introspection.mjs", &export).await;
    assert_eq!(told, ["before true feedback:read", "after false"]);

    let told = stage.run("registration.mjs", &[]).await;
    assert!(told[0].starts_with("registered c_"), "{told:?}");
    assert_eq!(told[1..], ["changed to Portal of our partners", "removed 204"]);

    let mut by_certificate = stage.client("feedback-export-certificate");
    for (variable, member) in [
        ("AUTHORITY_FILE", "authority_file"),
        ("CERTIFICATE_FILE", "certificate_file"),
        ("KEY_FILE", "key_file"),
    ] {
        let file = stage.demo.table["mtls"][member].as_str().unwrap();
        by_certificate.push((variable, file.to_owned()));
    }
    let told = stage.run("certificate.mjs", &by_certificate).await;
    let thumbprint = told[0].strip_prefix("bound to ").unwrap();
    assert_eq!((told.len(), thumbprint.len()), (1, 43), "{told:?}");
}

/// What the document has the operator type, without the data folder.
const TRUST: [&str; 3] = [
    "client add runner.json --organisation northbeam --id runner",
    "client add deployer.json --organisation northbeam --id deployer",
    "issuer add trusted.json --organisation northbeam",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_workload_identity_run_after_the_commands_beside_them() {
    let stage = Stage::new("analyst").await;
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/oauth/grants.md");
    let document = std::fs::read_to_string(document).unwrap();
    let run = |line: &str| {
        let shown = format!("doorward {line} --data-dir ../../data/demo");
        assert!(document.contains(&shown), "the document lacks {shown}");
        // They run elsewhere, and know the data folder by the environment.
        let in_folder = |word: &str| match Path::new(word).extension() {
            Some(_) => stage.folder.path().join(word).display().to_string(),
            None => word.to_owned(),
        };
        let words: Vec<String> = line.split(' ').map(in_folder).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = stage.demo.run(&words);
        let fault = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {fault}");
        output.stdout
    };
    let export = run("client show feedback-export");
    std::fs::write(stage.folder.path().join("export.json"), export).unwrap();
    assert_eq!(stage.run("platform.mjs", &[]).await, ["written"]);
    for line in TRUST {
        run(line);
    }
    for (file, client, assertion) in [
        ("workload.mjs", "runner", "fetch.jwt"),
        ("workload-client.mjs", "deployer", "deploy.jwt"),
    ] {
        let variables = [
            ("CLIENT_ID", client.to_owned()),
            ("ASSERTION_FILE", assertion.to_owned()),
        ];
        let told = stage.run(file, &variables).await;
        assert_eq!(told, ["token for feedback:read"], "{file}");
    }
}

/// Each change of a true answer, and the word of the library for what is wrong with it.
const REFUSED: &str = "\
refused metadata of another issuer OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED
refused answer of another issuer OAUTH_INVALID_RESPONSE
refused answer without issuer OAUTH_INVALID_RESPONSE
refused answer with two issuers OAUTH_INVALID_RESPONSE
refused answer to another request OAUTH_INVALID_RESPONSE
refused answer without state OAUTH_INVALID_RESPONSE
refused ID token of another issuer OAUTH_JWT_CLAIM_COMPARISON_FAILED
refused ID token for another client OAUTH_JWT_CLAIM_COMPARISON_FAILED
refused ID token of another request OAUTH_JWT_CLAIM_COMPARISON_FAILED
refused ID token that has expired OAUTH_JWT_TIMESTAMP_CHECK_FAILED
refused ID token without a fresh sign-in OAUTH_JWT_TIMESTAMP_CHECK_FAILED
refused ID token of another person OAUTH_INVALID_RESPONSE
refused userinfo of another person OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED
believed true
refused signed answer with another code OAUTH_INVALID_RESPONSE
refused signed answer of another issuer OAUTH_JWT_CLAIM_COMPARISON_FAILED
refused signed answer for another client OAUTH_JWT_CLAIM_COMPARISON_FAILED
believed true";

#[tokio::test(flavor = "multi_thread")]
async fn the_library_refuses_answers_of_ours_that_were_changed_on_their_way() {
    let stage = Stage::new("analyst").await;
    let told = stage.run("refusals.mjs", &stage.client("own-application")).await;
    assert_eq!(told.join("\n"), REFUSED);
}

#[test]
fn an_example_names_the_variables_that_it_lacks() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/openid-client");
    let needed = Regex::new(r"needed\(((?:'[A-Z_]+'(?:, )?)+)").unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            path.ends_with("start.mjs") || !text.contains("} = process.env"),
            "{}",
            path.display()
        );
        let Some(found) = needed.captures(&text).filter(|_| !path.ends_with("start.mjs")) else {
            continue;
        };
        let file = path.file_name().unwrap().to_str().unwrap();
        let (code, fault) = Program::refused(file, &[]);
        assert_eq!(code, Some(2), "{file}: {fault}");
        assert_eq!(fault.lines().count(), 1, "{file}: {fault}");
        assert!(
            fault.contains("variables are missing: ISSUER ("),
            "{file}: {fault}"
        );
        let (code, fault) = Program::refused(file, &[("ISSUER", "http://localhost:1")]);
        assert_eq!((code, fault.lines().count()), (Some(2), 1), "{file}: {fault}");
        assert!(fault.contains(&found[1].replace('\'', "")), "{file}: {fault}");
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}
