//! The frames of sign-out in a browser: the one that an application asks whether the person is still there (OpenID Connect
//! Session Management section 3), and those by which the page after a sign-out tells applications (Front-Channel Logout
//! section 2). The application is on another port, which is another origin of the same site; no cookie is of a third party.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::RawQuery;
use axum::response::Html;
use axum::routing::get;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::chromium::Chromium;
use super::demo::Demo;
use crate::oauth::stage::{VERIFIER, challenge, claims, encoded};
use crate::outbound::serve;

/// A page of the application: it loads the frame, and `ask` sends it a message and keeps what it answers.
const PAGE: &str = "<!DOCTYPE html><html lang=en><title>Application</title><h1>Application</h1><script>
const answers = [], frame = document.createElement('iframe');
const server = new URLSearchParams(location.search).get('server') ?? sessionStorage.server;
frame.onload = () => document.body.dataset.loaded = '';
addEventListener('message', (event) => {
    if (event.origin === new URL(server).origin && event.source === frame.contentWindow) answers.push(event.data);
});
function ask(message) {
    answers.length = 0;
    frame.contentWindow.postMessage(message, new URL(server).origin);
}
addEventListener('DOMContentLoaded', () => { frame.src = server; document.body.append(frame); });
</script><body>";

/// An application of somebody else, and what its frame of sign-out was loaded with: the query, and the cookies.
struct Application {
    home: String,
    told: Arc<Mutex<Vec<(String, String)>>>,
}

impl Application {
    async fn new() -> Self {
        let told = Arc::<Mutex<Vec<(String, String)>>>::default();
        let kept = Arc::clone(&told);
        let out = move |RawQuery(query): RawQuery, headers: HeaderMap| {
            let cookies = headers.get(COOKIE).map(|value| value.to_str().unwrap());
            let told = (query.unwrap_or_default(), cookies.unwrap_or_default().to_owned());
            kept.lock().unwrap().push(told);
            std::future::ready(Html("<!DOCTYPE html><title>Out</title>"))
        };
        let page = || std::future::ready(([(SET_COOKIE, "own=session; SameSite=Lax")], Html(PAGE)));
        let bye = || std::future::ready(Html("<!DOCTYPE html><title>Bye</title><h1>Bye</h1>"));
        let routes = Router::new()
            .route("/callback", get(page))
            .route("/out", get(out))
            .route("/bye", get(bye));
        let home = format!("http://localhost:{}", serve(routes).await);
        Self { home, told }
    }

    fn told(&self) -> Vec<(String, String)> {
        self.told.lock().unwrap().clone()
    }
}

/// The demonstration with a client for an application, and the browser of a person.
struct Stage {
    demo: Demo,
    application: Application,
    browser: Chromium,
    client: Value,
    metadata: Value,
}

impl Stage {
    async fn new() -> Self {
        let (demo, application) = (Demo::start().await, Application::new().await);
        let at = |path: &str| format!("{}{path}", application.home);
        let about = json!({
            "client_name": "Application", "application_type": "native", "scope": "openid",
            "redirect_uris": [at("/callback")], "post_logout_redirect_uris": [at("/bye")],
            "frontchannel_logout_uri": at("/out?own=1"), "frontchannel_logout_session_required": true,
            "token_endpoint_auth_method": "client_secret_post",
        });
        let token = demo.table["registration_token"].as_str().unwrap();
        let request = http_client()
            .post(format!("{}/register", demo.issuer()))
            .bearer_auth(token);
        let request = request
            .header("content-type", "application/json")
            .body(about.to_string());
        let client = json_of(request).await;
        let configuration = format!("{}/.well-known/openid-configuration", demo.issuer());
        let metadata = json_of(http_client().get(configuration)).await;
        let browser = Chromium::start().await;
        Self {
            demo,
            application,
            browser,
            client,
            metadata,
        }
    }

    fn client(&self, member: &str) -> &str {
        self.client[member].as_str().unwrap()
    }

    fn callback(&self) -> String {
        format!("{}/callback", self.application.home)
    }

    /// The person signs in and allows; the browser stands at the page of the application. What came with it.
    async fn sign_in(&self) -> Vec<(String, String)> {
        let (callback, challenge) = (self.callback(), challenge());
        let query = encoded(&[
            ("client_id", self.client("client_id")),
            ("redirect_uri", &callback),
            ("response_type", "code"),
            ("scope", "openid"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let person = self.demo.person("analyst", "Northbeam");
        let browser = &self.browser;
        browser
            .open(&format!("{}/authorize?{query}", self.demo.issuer()))
            .await;
        for field in ["username", "password"] {
            browser
                .find(&format!("input[name={field}]:not([type=hidden])"))
                .await;
            browser.fill(field, person[field].as_str().unwrap()).await;
            browser.click("#continue").await;
        }
        browser.find("#allow").await;
        browser.click("#allow").await;
        browser.find("body[data-loaded], h1").await;
        let back = url::Url::parse(&browser.address().await).unwrap();
        assert!(back.as_str().starts_with(&callback), "{back}");
        back.query_pairs().into_owned().collect()
    }

    async fn id_token(&self, code: &str) -> String {
        let callback = self.callback();
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", self.client("client_id")),
            ("client_secret", self.client("client_secret")),
            ("code", code),
            ("redirect_uri", &callback),
            ("code_verifier", VERIFIER),
        ];
        let request = http_client()
            .post(self.metadata["token_endpoint"].as_str().unwrap())
            .form(&fields);
        json_of(request).await["id_token"].as_str().unwrap().to_owned()
    }

    /// Opens a page of an application that loads the frame of the server.
    async fn watch(&self, home: &str) {
        let server = self.metadata["check_session_iframe"].as_str().unwrap();
        let query = encoded(&[("server", server)]);
        self.browser.open(&format!("{home}/callback?{query}")).await;
        self.browser.find("body[data-loaded]").await;
    }

    /// What the frame answers to a message of the page that is open.
    async fn ask(&self, message: Value) -> String {
        let script = "const done = arguments[arguments.length - 1];
            ask(arguments[0]);
            const look = () => answers.length > 0 ? done(answers[0]) : setTimeout(look, 20);
            look();";
        let told = self.browser.driver.execute_async(script, vec![message]).await;
        let word = told.unwrap().json().as_str().map(str::to_owned);
        word.expect("a word")
    }

    /// Signs out in another tab, and stays at the page of the application in this one.
    async fn sign_out(&self, id_token: &str) {
        let goodbye = format!("{}/bye", self.application.home);
        let query = encoded(&[
            ("id_token_hint", id_token),
            ("post_logout_redirect_uri", &goodbye),
            ("state", "s"),
        ]);
        let end = self.metadata["end_session_endpoint"].as_str().unwrap();
        let driver = &self.browser.driver;
        let first = driver.window().await.unwrap();
        let second = driver.new_tab().await.unwrap();
        driver.switch_to_window(second).await.unwrap();
        self.browser.open(&format!("{end}?{query}")).await;
        // The page waits for its frames, and goes on by itself.
        let mut tries = 0;
        while self.browser.address().await != format!("{goodbye}?state=s") {
            tries += 1;
            assert!(tries < 200, "{}", self.browser.text().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        driver.switch_to_window(first).await.unwrap();
    }
}

fn http_client() -> reqwest::Client {
    reqwest::Client::builder().build().unwrap()
}

async fn json_of(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(
        matches!(status, StatusCode::OK | StatusCode::CREATED),
        "{status} {text}"
    );
    serde_json::from_str(&text).unwrap()
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    let found = pairs.iter().find(|(key, _)| key == name);
    found.map_or_else(|| panic!("no {name}: {pairs:?}"), |(_, value)| value)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_asks_the_frame_of_the_server_and_is_told_of_a_sign_out_by_its_own() {
    let stage = Stage::new().await;
    let back = stage.sign_in().await;
    let id_token = stage.id_token(value(&back, "code")).await;
    let (id, told) = (stage.client("client_id"), value(&back, "session_state"));
    let good = json!(format!("{id} {told}"));

    // A page of another origin, even with what belongs to the application.
    let other = Application::new().await;
    stage.watch(&other.home).await;
    assert_eq!(stage.ask(good.clone()).await, "changed");
    stage.watch(&stage.application.home).await;
    assert_eq!(stage.ask(good.clone()).await, "unchanged");
    assert_eq!(stage.ask(json!(format!("another {told}"))).await, "changed");
    for malformed in [
        json!(""),
        json!("a"),
        json!(format!("{id}")),
        json!(format!("{id} {told} x")),
        json!(format!("{id} ")),
        json!(format!(" {told}")),
        json!(format!("{id} .")),
        json!(format!("{id} a.b.c")),
        json!({ "client_id": id, "session_state": told }),
        json!([format!("{id} {told}")]),
        json!(7),
        Value::Null,
    ] {
        assert_eq!(stage.ask(malformed.clone()).await, "error", "{malformed}");
    }
    assert_eq!(stage.ask(good.clone()).await, "unchanged", "it goes on answering");

    assert_eq!(stage.application.told(), []);
    stage.sign_out(&id_token).await;
    assert_eq!(stage.ask(good).await, "changed");
    let told = stage.application.told();
    assert_eq!(told.len(), 1, "{told:?}");
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(told[0].0.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(value(&pairs, "own"), "1");
    assert_eq!(value(&pairs, "iss"), stage.demo.issuer());
    assert_eq!(value(&pairs, "sid"), claims(&id_token)["sid"]);
    // It can end its own session, since it sees it.
    let cookies: Vec<&str> = told[0].1.split("; ").collect();
    assert!(cookies.contains(&"own=session"), "{cookies:?}");
    assert_eq!(other.told(), []);
    stage.browser.close().await;
}
