//! The database goes away under the whole server and comes back: told by 503 meanwhile, and no restart after.

use std::time::{Duration, Instant};

use doorward::access::{self, Holder, NewGrant, Period};
use doorward::client::{self, NewClient};
use doorward::domain::{ClientAuthMethod, ClientId, GrantType, Scopes, Secret, Subject};
use doorward::jose::Algorithm;
use doorward::person::{self, NewServiceAccount};
use http::StatusCode;
use reqwest::{Client, RequestBuilder, redirect::Policy};
use sqlx::{Connection as _, Executor as _};
use tokio::sync::watch;

use crate::oauth::stage::feedback;
use crate::signin::{PASSWORD, Town, enter_password, identify, is_signed_in};
use crate::support::{Browser, Database, Engine, Page, Server, Wire, wire_to};

/// A server with a person, and with a client that acts for itself.
struct Place {
    town: Town,
    secret: String,
    client: Client,
}

impl Place {
    async fn on(server: Server) -> Self {
        let town = Town::on(server).await;
        town.person("ada").await;
        let secret = robot(&town).await;
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { town, secret, client }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.town.server.url(path))
    }

    fn token(&self) -> RequestBuilder {
        let asked = self.client.post(self.town.server.url("/token"));
        let grant = [("grant_type", "client_credentials"), ("scope", "f:read")];
        asked.basic_auth("robot", Some(&self.secret)).form(&grant)
    }

    async fn status(&self, path: &str) -> StatusCode {
        self.get(path).send().await.unwrap().status()
    }

    /// A token, and a sign-in from its first page to its last.
    async fn serves(&self) {
        assert_eq!(self.status("/readyz").await, StatusCode::OK);
        let token = self.token().send().await.unwrap();
        assert_eq!(token.status(), StatusCode::OK);
        let home = enter_password(&self.town.browser(), "ada", PASSWORD).await;
        assert!(is_signed_in(&home), "{} {}", home.status, home.text());
    }

    /// A sign-in that waits for its password.
    async fn half_way(&self) -> (Browser, Page) {
        let browser = self.town.browser();
        let page = identify(&browser, "ada").await;
        assert!(page.has_field("password"), "{}", page.text());
        (browser, page)
    }
}

/// A client with a service account that may read; answers its secret.
async fn robot(town: &Town) -> String {
    let mut op = town.op();
    let (application, role) = feedback(&mut op, town.organisation).await;
    let account = NewServiceAccount {
        organisation_id: town.organisation,
        name: "robot".to_owned(),
        purpose: "Fetches feedback".to_owned(),
        attributes: serde_json::Map::new(),
    };
    let account = person::create_service_account(&mut op, account).await.unwrap();
    let grant = NewGrant {
        organisation_id: town.organisation,
        holder: Holder::Subject(Subject::ServiceAccount(account)),
        role,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "a test".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    access::give(&mut op, grant).await.unwrap();
    let new = NewClient {
        id: ClientId::parse("robot").unwrap(),
        organisation_id: town.organisation,
        name: "Robot".to_owned(),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials],
        scopes: Scopes::parse("f:read").unwrap(),
        application_id: Some(application),
        service_account_id: Some(account),
        shared: false,
        consent_required: false,
        signing_algorithm: Algorithm::Es256,
        claim_rules: Vec::new(),
        settings: doorward::client::ClientSettings::default(),
    };
    let secret = client::create(&mut op, new).await.unwrap().unwrap();
    op.commit().await.unwrap();
    secret.expose().to_owned()
}

/// Sends all at once; each must say in time that it passes, and when to come back.
async fn are_told_to_come_back(place: &Place, asked: Vec<(&str, RequestBuilder)>) {
    let bound = place.town.server.house.config.server.request_timeout;
    let answers = asked.into_iter().map(async |(name, asked)| {
        let begun = Instant::now();
        (name, asked.send().await.unwrap(), begun.elapsed())
    });
    for (name, answer, elapsed) in futures_util::future::join_all(answers).await {
        let headers = answer.headers();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{name}");
        assert!(headers.contains_key("retry-after"), "{name}: {headers:?}");
        assert!(elapsed < bound, "{name}: {elapsed:?}");
    }
}

async fn is_lost_and_found(place: &Place, wire: &watch::Sender<Wire>, state: Wire) {
    place.serves().await;
    let (browser, page) = place.half_way().await;
    let (other_browser, other_page) = place.half_way().await;
    wire.send_replace(state);

    let page_path = page.url.strip_prefix(&place.town.server.issuer).unwrap();
    let mut asked = vec![
        ("a sign-in page", place.get(page_path)),
        ("/readyz", place.get("/readyz")),
    ];
    // More than there are connections to the database.
    asked.extend((0..12).map(|_| ("/token", place.token())));
    are_told_to_come_back(place, asked).await;
    let told = other_browser.submit(&other_page, &[("password", PASSWORD)]).await;
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE, "{}", told.text());
    assert!(told.headers.contains_key("retry-after"));
    // What applications need to believe tokens that they have stays there.
    for path in ["/livez", "/jwks", "/.well-known/openid-configuration"] {
        assert_eq!(place.status(path).await, StatusCode::OK, "{path}");
    }

    wire.send_replace(Wire::Whole);
    place.serves().await;
    let home = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(is_signed_in(&home), "{} {}", home.status, home.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_postgresql_is_told_and_found_again_without_a_restart() {
    let database = Database::on(Engine::Postgres).await;
    let (by_wire, wire) = wire_to(&database.url).await;
    let server = Server::start_on(database, |config| config.database.url = Secret::new(by_wire)).await;
    let place = Place::on(server).await;
    is_lost_and_found(&place, &wire, Wire::Cut).await;
    is_lost_and_found(&place, &wire, Wire::Silent).await;
    place.town.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_file_that_another_process_keeps_locked_is_told_as_busy() {
    let database = Database::on(Engine::Sqlite).await;
    let url = database.url.clone();
    let wait = Duration::from_millis(300);
    let server = Server::start_on(database, |config| config.database.wait = wait).await;
    let place = Place::on(server).await;
    place.serves().await;
    let (browser, page) = place.half_way().await;

    let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    are_told_to_come_back(&place, (0..6).map(|_| ("/token", place.token())).collect()).await;
    let told = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE, "{}", told.text());
    // What only reads goes on.
    assert_eq!(place.status("/readyz").await, StatusCode::OK);
    assert!(browser.get(&page.url).await.has_field("password"));

    other.execute("ROLLBACK").await.unwrap();
    place.serves().await;
    let home = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(is_signed_in(&home), "{} {}", home.status, home.text());
    place.town.server.stop().await;
}
