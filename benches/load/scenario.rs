//! What the server is asked for, and the goals of each.

use data_encoding::{BASE64, BASE64URL_NOPAD};

use super::arguments::Arguments;
use super::browser::{Browser, VERIFIER, authorization};
use super::database::Engine;
use super::drive::{Driver, Measure, drive};
use super::limit::{self, Limits};
use super::pages;
use super::proof::Prover;
use super::server::{Client, House, Person};
use super::storm;
use super::table;
use super::wire::{Answer, FORM, JSON, Wire, form, request};

/// Processor time of the server for 1,000 rounds in milliseconds that must not be passed, if there is a goal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal(pub(crate) Option<u32>);

const NONE: Goal = Goal(None);

fn goal(most: u32) -> Goal {
    Goal(Some(most))
}

/// What a round trip to PostgreSQL may cost us more than SQLite, where the database is asked.
const POSTGRES_MORE: u32 = 100;

/// How often sign-ins are measured beside their limit.
const TURNS: usize = 4;

type Print = fn(&str, Goal, &Measure);

/// What the scenarios of one server share.
struct Stage<'a> {
    arguments: &'a Arguments,
    house: &'a House,
    limits: &'a Limits,
    /// A client that acts for itself.
    integration: Client,
    /// An application that people sign in to.
    application: Client,
    /// Someone who signs in with a password only.
    person: Person,
    print: Print,
    engine: Engine,
}

/// Runs and prints all scenarios that are asked for, with tokens signed by ES256.
pub(crate) async fn run_all(arguments: &Arguments, machine: (&House, &Limits), engine: Engine, print: Print) {
    let stage = Stage::new(arguments, machine, engine, print);
    stage
        .plain("discovery", goal(30), "/.well-known/openid-configuration")
        .await;
    stage.plain("JWKS", goal(30), &stage.jwks_target().await).await;
    stage.client_credentials("ES256", stage.goal(150)).await;
    stage.with_proofs().await;
    stage.signed_in().await;
    stage.sign_in_pages().await;
    stage.password_sign_in(Seen::Before).await;
    stage.password_sign_in(Seen::Never).await;
    stage.storm().await;
}

/// Runs and prints the scenario of tokens signed by RS256.
pub(crate) async fn run_rs256(
    arguments: &Arguments,
    machine: (&House, &Limits),
    engine: Engine,
    print: Print,
) {
    let stage = Stage::new(arguments, machine, engine, print);
    stage.client_credentials("RS256", stage.goal(350)).await;
}

/// The client of the sample that acts for itself.
pub(crate) fn integration(house: &House) -> Client {
    with_grant(house, "client_credentials")
}

fn with_grant(house: &House, grant: &str) -> Client {
    let fits = |client: &&Client| client.grant_types.iter().any(|word| word == grant);
    let found = house.sample.clients.iter().find(fits);
    found.unwrap_or_else(|| panic!("no client with {grant}")).clone()
}

impl<'a> Stage<'a> {
    fn new(
        arguments: &'a Arguments,
        (house, limits): (&'a House, &'a Limits),
        engine: Engine,
        print: Print,
    ) -> Self {
        let mut people = house.sample.people.iter();
        let person = people.find(|person| person.totp_secret.is_none());
        Self {
            arguments,
            house,
            limits,
            integration: integration(house),
            application: with_grant(house, "authorization_code"),
            person: person.expect("a person without TOTP").clone(),
            print,
            engine,
        }
    }

    /// The goal of a scenario that asks the database.
    fn goal(&self, most: u32) -> Goal {
        goal(match self.engine {
            Engine::Sqlite => most,
            Engine::Postgres => most + POSTGRES_MORE,
        })
    }
}

impl Stage<'_> {
    async fn measure<D: Driver>(&self, name: &str, goal: Goal, drivers: &mut [D]) {
        let measure = drive(self.arguments, &self.house.process, drivers).await;
        (self.print)(name, goal, &measure);
    }

    /// The same request over and over.
    async fn repeat(&self, name: &str, goal: Goal, request: Vec<u8>) {
        if !self.arguments.wants(name) {
            return;
        }
        let mut drivers = Vec::new();
        for _ in 0..self.arguments.connections {
            drivers.push(Repeater {
                wire: self.wire().await,
                request: request.clone(),
            });
        }
        self.measure(name, goal, &mut drivers).await;
    }

    async fn plain(&self, name: &str, goal: Goal, target: &str) {
        self.repeat(name, goal, request("GET", &self.house.host, target, &[], ""))
            .await;
    }

    async fn jwks_target(&self) -> String {
        let target = "/.well-known/openid-configuration";
        let answer = self
            .ask(&request("GET", &self.house.host, target, &[], ""))
            .await
            .expect(200)
            .json();
        let url = url::Url::parse(answer["jwks_uri"].as_str().unwrap()).unwrap();
        url.path().to_owned()
    }

    async fn client_credentials(&self, algorithm: &str, goal: Goal) {
        let request = token_request(
            self.house,
            &self.integration,
            &[("grant_type", "client_credentials")],
        );
        let answer = self.ask(&request).await.expect(200).json();
        let token = answer["access_token"].as_str().expect("an access token");
        let head = token.split('.').next().unwrap();
        let head = BASE64URL_NOPAD.decode(head.as_bytes()).unwrap();
        let head: serde_json::Value = serde_json::from_slice(&head).unwrap();
        assert_eq!(head["alg"], algorithm);
        self.repeat(&format!("client_credentials {algorithm}"), goal, request)
            .await;
    }

    /// Each request proves the key that its token will be bound to (RFC 9449) by a proof of its own.
    async fn with_proofs(&self) {
        let name = "client_credentials, DPoP";
        if !self.arguments.wants(name) {
            return;
        }
        let mut drivers = Vec::new();
        for _ in 0..self.arguments.connections {
            drivers.push(Prover::new(self.house, &self.integration).await);
        }
        self.measure(name, NONE, &mut drivers).await;
    }

    /// Scenarios of a person who is signed in to the application.
    async fn signed_in(&self) {
        let mut browser = Browser::new(self.house).await;
        let (application, person) = (&self.application, &self.person);
        let code = browser.authorize(application, person).await;
        let tokens = self
            .ask(&code_request(self.house, application, &code))
            .await
            .expect(200)
            .json();
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let userinfo = request(
            "GET",
            &self.house.host,
            "/userinfo",
            &[("authorization", &bearer)],
            "",
        );
        self.repeat("userinfo", self.goal(100), userinfo).await;
        self.introspection(tokens["access_token"].as_str().unwrap()).await;
        self.decision(tokens["id_token"].as_str().unwrap()).await;
        self.token_exchange(tokens["access_token"].as_str().unwrap())
            .await;
        let mut refreshers = Vec::new();
        let mut visitors = Vec::new();
        for _ in 0..self.arguments.connections {
            let mut browser = Browser::new(self.house).await;
            let code = browser.authorize(application, person).await;
            let tokens = self
                .ask(&code_request(self.house, application, &code))
                .await
                .expect(200)
                .json();
            if let Some(token) = tokens["refresh_token"].as_str() {
                refreshers.push(Refresher {
                    stage: self,
                    wire: self.wire().await,
                    token: token.to_owned(),
                });
            }
            visitors.push(Visitor {
                stage: self,
                wire: self.wire().await,
                browser,
                pushes: false,
            });
        }
        if self.arguments.wants("refresh") {
            assert!(!refreshers.is_empty(), "the application gets no refresh token");
            self.measure("refresh", self.goal(400), &mut refreshers).await;
        }
        for name in ["code flow, signed in", "PAR + code flow, signed in"] {
            for visitor in &mut visitors {
                visitor.pushes = name.starts_with("PAR");
            }
            if self.arguments.wants(name) {
                self.measure(name, NONE, &mut visitors).await;
            }
        }
    }

    /// The application asks about the token of the person who is signed in to it.
    async fn introspection(&self, access_token: &str) {
        let authorization = basic(&self.application);
        let headers = [FORM, ("authorization", authorization.as_str())];
        let fields = form(&[("token", access_token)]);
        let request = request("POST", &self.house.host, "/introspect", &headers, &fields);
        let told = self.ask(&request).await.expect(200).json();
        assert_eq!(told["active"], true, "{told}");
        self.repeat("introspection", self.goal(100), request).await;
    }

    async fn decision(&self, id_token: &str) {
        let claims = BASE64URL_NOPAD
            .decode(id_token.split('.').nth(1).unwrap().as_bytes())
            .unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        let question = serde_json::json!({
            "subject": {"type": "person", "id": claims["sub"]},
            "action": {"name": "feedback:read"},
            "resource": {"type": "feedback", "id": "1", "properties": {"region": "dach"}},
        });
        let authorization = basic(&self.application);
        let headers = [JSON, ("authorization", authorization.as_str())];
        let target = "/access/v1/evaluation";
        let request = request("POST", &self.house.host, target, &headers, &question.to_string());
        self.repeat("decision", NONE, request).await;
    }

    /// The integration acts for the person: two tokens are verified, one is signed.
    async fn token_exchange(&self, subject_token: &str) {
        let own = [("grant_type", "client_credentials")];
        let own = token_request(self.house, &self.integration, &own);
        let own = self.ask(&own).await.expect(200).json();
        let access_token = "urn:ietf:params:oauth:token-type:access_token";
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", subject_token),
            ("subject_token_type", access_token),
            ("actor_token", own["access_token"].as_str().unwrap()),
            ("actor_token_type", access_token),
            ("scope", "feedback:read"),
        ];
        let request = token_request(self.house, &self.integration, &fields);
        self.repeat("token exchange", NONE, request).await;
    }

    async fn password_sign_in(&self, seen: Seen) {
        let name = match seen {
            Seen::Before => "password sign-in",
            Seen::Never => "password sign-in, new browser",
        };
        if !self.arguments.wants(name) {
            return;
        }
        let mut drivers = Vec::new();
        for _ in 0..self.arguments.connections.min(4) {
            drivers.push(SignIn {
                stage: self,
                browser: Browser::new(self.house).await,
                seen,
            });
        }
        // In turns, each between two looks at the limit.
        let cores = std::thread::available_parallelism().unwrap().get() as f64;
        let (mut limit, mut reached, mut own) = (limit::hashes_now(), Vec::new(), Vec::new());
        for _ in 0..TURNS {
            let measure = drive(self.arguments, &self.house.process, &mut drivers).await;
            (self.print)(name, NONE, &measure);
            let now = limit::hashes_now();
            let per_cent = 200.0 / (limit + now);
            reached.push(per_cent * measure.rate());
            // As many as there would be if the server had the cores to itself.
            own.push(per_cent * cores * 1_000_000.0 / measure.processor_of_thousand());
            limit = now;
        }
        println!(
            "  per cent of the hashes of the same moment, goal 80: {}; by the server's own processor time {}",
            in_order(reached),
            in_order(own)
        );
    }

    async fn sign_in_pages(&self) {
        if !self.arguments.wants("sign-in pages") {
            return;
        }
        let who = (&self.application, &self.person);
        table::print_pages(&pages::measure(self.arguments, self.house, who).await);
    }

    async fn storm(&self) {
        if !self.arguments.wants("storm") {
            return;
        }
        let who = (&self.application, &self.person);
        let fields = [("grant_type", "client_credentials")];
        let request = token_request(self.house, &self.integration, &fields);
        // Where the driver keeps to a core, the servers have the others.
        let hashes = self.limits.argon2id;
        let rate = if self.arguments.apart {
            hashes.one_core
        } else {
            hashes.all_cores
        };
        let storm = storm::measure(self.arguments, self.house, who, (rate, &request)).await;
        table::print_storm(&storm, rate);
    }

    async fn wire(&self) -> Wire {
        Wire::open(self.house.address).await
    }

    async fn ask(&self, request: &[u8]) -> Answer {
        self.wire().await.send(request).await
    }
}

fn in_order(mut figures: Vec<f64>) -> String {
    figures.sort_by(f64::total_cmp);
    let told: Vec<String> = figures.iter().map(|one| format!("{one:.0}")).collect();
    told.join(", ")
}

pub(crate) fn basic(client: &Client) -> String {
    let secret = client.secret.as_deref().unwrap_or_default();
    format!(
        "Basic {}",
        BASE64.encode(format!("{}:{secret}", client.id).as_bytes())
    )
}

pub(crate) fn token_request(house: &House, client: &Client, fields: &[(&str, &str)]) -> Vec<u8> {
    client_request(house, client, "/token", &[], fields)
}

/// What a client sends to an endpoint of its own, with further headers.
pub(crate) fn client_request(
    house: &House,
    client: &Client,
    target: &str,
    headers: &[(&str, &str)],
    fields: &[(&str, &str)],
) -> Vec<u8> {
    if client.secret.is_none() {
        let fields = [&[("client_id", client.id.as_str())], fields].concat();
        let headers = [&[FORM], headers].concat();
        return request("POST", &house.host, target, &headers, &form(&fields));
    }
    let authorization = basic(client);
    let headers = [&[FORM, ("authorization", authorization.as_str())], headers].concat();
    request("POST", &house.host, target, &headers, &form(fields))
}

fn code_request(house: &House, client: &Client, code: &str) -> Vec<u8> {
    let redirect = client.redirect_uris[0].as_str();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect),
        ("code_verifier", VERIFIER),
    ];
    token_request(house, client, &fields)
}

/// The client says its name by its authentication.
fn push_request(house: &House, client: &Client) -> Vec<u8> {
    let asked = authorization(client);
    let fields = asked.iter().filter(|(name, _)| *name != "client_id");
    let fields: Vec<_> = fields.map(|(name, value)| (*name, value.as_str())).collect();
    client_request(house, client, "/par", &[], &fields)
}

struct Repeater {
    wire: Wire,
    request: Vec<u8>,
}

impl Driver for Repeater {
    async fn round(&mut self) {
        self.wire.send(&self.request).await.expect(200);
    }
}

/// Changes its refresh token for the next one.
struct Refresher<'a> {
    stage: &'a Stage<'a>,
    wire: Wire,
    token: String,
}

impl Driver for Refresher<'_> {
    async fn round(&mut self) {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", self.token.as_str()),
        ];
        let request = token_request(self.stage.house, &self.stage.application, &fields);
        let tokens = self.wire.send(&request).await.expect(200).json();
        tokens["refresh_token"]
            .as_str()
            .expect("the next refresh token")
            .clone_into(&mut self.token);
    }
}

/// Comes back to the application with the session that it has.
struct Visitor<'a> {
    stage: &'a Stage<'a>,
    wire: Wire,
    browser: Browser,
    /// It pushes its request first (RFC 9126).
    pushes: bool,
}

impl Driver for Visitor<'_> {
    async fn round(&mut self) {
        let Stage {
            house,
            application,
            person,
            ..
        } = self.stage;
        let code = if self.pushes {
            let pushed = self.wire.send(&push_request(house, application)).await;
            let pushed = pushed.expect(201).json();
            let uri = pushed["request_uri"].as_str().expect("a request_uri");
            self.browser.authorize_pushed(uri, application, person).await
        } else {
            self.browser.authorize(application, person).await
        };
        self.wire
            .send(&code_request(house, application, &code))
            .await
            .expect(200);
    }
}

/// Whether a person has signed in by their browser before.
#[derive(Debug, Clone, Copy)]
enum Seen {
    Before,
    /// The server mails that somebody has come by a new one.
    Never,
}

/// Signs in with a password from the beginning.
struct SignIn<'a> {
    stage: &'a Stage<'a>,
    browser: Browser,
    seen: Seen,
}

impl Driver for SignIn<'_> {
    async fn round(&mut self) {
        match self.seen {
            Seen::Before => self.browser.sign_out(),
            Seen::Never => self.browser.forget(),
        }
        self.browser
            .authorize(&self.stage.application, &self.stage.person)
            .await;
    }
}
