//! The small applications of the recipes, started as their readers start them.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http::StatusCode;
use reqwest::{Method, Response};
use serde_json::Value;

use super::provider::AUDIENCE;
use crate::support::free_ports;

/// Which recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recipe {
    Express,
    FastApi,
}

impl Recipe {
    pub(super) const ALL: [Self; 2] = [Self::Express, Self::FastApi];

    fn command(self, port: u16) -> Command {
        let installed = |name: &str| {
            let folder = std::env::var(name).expect("tests/run installs what the recipe needs");
            PathBuf::from(folder)
        };
        match self {
            Self::Express => {
                let mut command = Command::new("node");
                command
                    .arg(installed("DOORWARD_TEST_EXPRESS").join("app.mjs"))
                    .env("PORT", port.to_string());
                command
            }
            Self::FastApi => {
                let mut command = Command::new(installed("DOORWARD_TEST_FASTAPI").join("bin/python"));
                command
                    .args(["-m", "uvicorn", "app:app", "--port", &port.to_string()])
                    // Its log of requests.
                    .stdout(Stdio::null())
                    .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/fastapi"))
                    .env("PYTHONDONTWRITEBYTECODE", "1");
                command
            }
        }
    }
}

/// A running application; ended by its pid.
pub(super) struct App {
    pub(super) recipe: Recipe,
    child: Child,
    port: u16,
    http: reqwest::Client,
}

/// What it answers.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) challenge: Option<String>,
    pub(super) body: Value,
}

impl Told {
    /// The sentence of a refusal.
    pub(super) fn detail(&self) -> &str {
        self.body["detail"].as_str().unwrap_or_default()
    }
}

impl App {
    /// Starts it as a client of a provider, and waits until it listens.
    pub(super) async fn start(recipe: Recipe, issuer: &str, client: (&str, &str)) -> Self {
        let port = free_ports(1);
        let child = recipe
            .command(port)
            .env("ISSUER", issuer)
            .env("CLIENT_ID", client.0)
            .env("CLIENT_SECRET", client.1)
            .env("AUDIENCE", AUDIENCE)
            // What they log of a provider that is away is theirs.
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut app = Self {
            recipe,
            child,
            port,
            // A route that never answers fails its test.
            http: reqwest::Client::builder()
                .timeout(Duration::from_mins(1))
                .build()
                .unwrap(),
        };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = app.child.try_wait().unwrap();
            assert!(ended.is_none(), "{recipe:?} has ended: {ended:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        app
    }

    /// Gets a record, with this `Authorization`.
    pub(super) async fn get(&self, id: &str, authorization: &str) -> Told {
        self.ask(Method::GET, &format!("/records/{id}"), authorization)
            .await
    }

    /// Marks a record as answered.
    pub(super) async fn answer(&self, id: &str, authorization: &str) -> Told {
        self.ask(Method::POST, &format!("/records/{id}/answered"), authorization)
            .await
    }

    async fn ask(&self, method: Method, path: &str, authorization: &str) -> Told {
        let mut request = self
            .http
            .request(method, format!("http://127.0.0.1:{}{path}", self.port))
            .header("x-request-id", "r-1");
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        told(request.send().await.unwrap()).await
    }
}

async fn told(answer: Response) -> Told {
    let challenge = answer.headers().get("www-authenticate");
    let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status();
    let text = answer.text().await.unwrap();
    let body = match text.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}")),
    };
    Told {
        status,
        challenge,
        body,
    }
}

impl Drop for App {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
