//! What the tests of this room start from: a house with an application, people, clients, and this room's routes.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use doorward::access::{self, Holder, NewApplication, NewGrant, NewPermission, NewRole, Period};
use doorward::client::{self, ClaimRule, ClientSettings, NewClient};
use doorward::config::Config;
use doorward::domain::{
    Acr, Amr, ApplicationId, ClientAuthMethod, ClientId, GrantType, OrganisationId, PersonId, PersonStatus,
    RedirectUri, RoleId, Scope, Scopes, Sensitivity, ServiceAccountId, Strength, Subject, Token, Username,
};
use doorward::jose::Algorithm;
use doorward::op::Op;
use doorward::person::{self, NewOrganisation, NewPerson, NewServiceAccount};
use doorward::session::{self, Session};
use doorward::{keys, oauth, signin};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use tower::ServiceExt as _;

use crate::support::{Bare, Database};

pub(crate) const ISSUER: &str = "http://localhost:8080";
pub(crate) const AUDIENCE: &str = "https://feedback.test";
pub(crate) const CALLBACK: &str = "https://desk.test/callback";
pub(crate) const AFTER_LOGOUT: &str = "https://desk.test/bye";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) struct Stage {
    pub(crate) bare: Bare,
    pub(crate) app: Router,
    pub(crate) organisation: OrganisationId,
    pub(crate) application: ApplicationId,
    /// Holds the role `analyst`: `f:read` and `f:write`.
    pub(crate) ada: PersonId,
    pub(crate) robot: ServiceAccountId,
    secrets: BTreeMap<String, String>,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn text(&self, member: &str) -> String {
        self.json()[member]
            .as_str()
            .unwrap_or_else(|| panic!("no {member}: {self:?}"))
            .to_owned()
    }

    /// The OAuth error of a JSON answer.
    pub(crate) fn error(&self) -> (u16, String) {
        (self.status.as_u16(), self.text("error"))
    }

    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self:?}");
        self.headers[LOCATION].to_str().unwrap()
    }

    /// A parameter of the address that a redirect leads to: in its query, or in its fragment.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(self.location()).ok()?;
        let pairs = url.fragment().or(url.query())?.as_bytes();
        let mut pairs = url::form_urlencoded::parse(pairs);
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// `NAME=VALUE` of the cookies that are set.
    pub(crate) fn cookies(&self) -> String {
        let pairs: Vec<&str> = self
            .headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap())
            .collect();
        pairs.join("; ")
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let (_, rest) = self
            .body
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("no field {name}: {}", self.body));
        rest.split('"').next().unwrap().to_owned()
    }

    /// The value of a hidden field that may not be there.
    pub(crate) fn hidden_or(&self, name: &str, absent: &str) -> String {
        if self.body.contains(&format!("name=\"{name}\" value=")) {
            self.hidden(name)
        } else {
            absent.to_owned()
        }
    }
}

/// What a client of a test may be; changed where a test needs it.
pub(crate) fn new_client(stage: &Stage, id: &str) -> NewClient {
    NewClient {
        id: ClientId::parse(id).unwrap(),
        organisation_id: stage.organisation,
        name: format!("The {id}"),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: vec![RedirectUri::register(CALLBACK).unwrap()],
        post_logout_redirect_uris: vec![RedirectUri::register(AFTER_LOGOUT).unwrap()],
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scopes: scopes("openid profile email offline_access f:read f:write f:export"),
        application_id: Some(stage.application),
        service_account_id: None,
        shared: false,
        consent_required: false,
        signing_algorithm: Algorithm::Es256,
        claim_rules: vec![
            rule("roles", "roles"),
            rule("department", "attribute:department"),
            rule("sub", "attribute:department"),
        ],
        settings: ClientSettings::default(),
    }
}

fn rule(claim: &str, source: &str) -> ClaimRule {
    ClaimRule {
        claim: claim.to_owned(),
        source: source.to_owned(),
        id_token: true,
        access_token: true,
        userinfo: true,
    }
}

pub(crate) fn scopes(text: &str) -> Scopes {
    Scopes::parse(text).unwrap()
}

pub(crate) fn challenge() -> String {
    BASE64URL_NOPAD.encode(&Token::presented(VERIFIER).digest().0)
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// After a change of the configuration.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let database = std::sync::Arc::new(Database::new().await);
        let mut config = Config::default();
        config.keys.algorithms = vec![Algorithm::Es256];
        change(&mut config);
        let bare = Bare::on(database, config).await;
        keys::rotate_due(&bare.house).await.unwrap();
        // A new key is published for a while before it signs.
        bare.house.clock.advance(Duration::from_hours(25));
        let served = |route: &doorward::http::Route| oauth::serves(&bare.house.config, route.path);
        let all = oauth::routes()
            .into_iter()
            .chain(doorward::admin::routes())
            .filter(served)
            .chain(signin::routes());
        let table = all.fold(
            BTreeMap::<&str, axum::routing::MethodRouter<_>>::new(),
            |mut table, route| {
                let before = table.remove(route.path).unwrap_or_default();
                table.insert(route.path, before.merge(route.handler));
                table
            },
        );
        let router = table.into_iter().fold(Router::new(), |router, (path, handler)| {
            router.route(path, handler)
        });
        let app = doorward::http::dress(router, &bare.house).with_state(bare.house.clone());
        let mut stage = Self::furnish(bare, app).await;
        let desk = new_client(&stage, "desk");
        stage.register(desk).await;
        stage
    }

    async fn furnish(bare: Bare, app: Router) -> Self {
        let mut op = bare.op();
        let organisation = person::create_organisation(&mut op, organisation("northbeam"))
            .await
            .unwrap();
        let (application, role) = feedback(&mut op, organisation).await;
        let ada = person::create(&mut op, new_person(organisation, "ada"))
            .await
            .unwrap();
        let account = NewServiceAccount {
            organisation_id: organisation,
            name: "robot".into(),
            purpose: "Fetches feedback".into(),
            attributes: serde_json::Map::new(),
        };
        let robot = person::create_service_account(&mut op, account).await.unwrap();
        for subject in [Subject::Person(ada), Subject::ServiceAccount(robot)] {
            let from = op.now;
            let grant = NewGrant {
                organisation_id: organisation,
                holder: Holder::Subject(subject),
                role,
                within: Vec::new(),
                period: Period::from(from),
                reason: "a test".into(),
                source: doorward::domain::GrantSource::Direct,
            };
            access::give(&mut op, grant).await.unwrap();
        }
        op.commit().await.unwrap();
        Self {
            bare,
            app,
            organisation,
            application,
            ada,
            robot,
            secrets: BTreeMap::new(),
        }
    }

    pub(crate) fn op(&self) -> Op {
        self.bare.op()
    }

    pub(crate) fn advance(&self, while_: Duration) {
        self.bare.house.clock.advance(while_);
    }

    /// Stores a client and keeps its secret.
    pub(crate) async fn register(&mut self, new: NewClient) {
        let id = new.id.to_string();
        let mut op = self.op();
        let secret = client::create(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        if let Some(secret) = secret {
            self.secrets.insert(id, secret.expose().to_owned());
        }
    }

    /// The secret of a client that was registered here.
    pub(crate) fn secret(&self, id: &str) -> &str {
        &self.secrets[id]
    }

    /// A client that acts for itself.
    pub(crate) async fn register_robot(&mut self, id: &str) {
        let robot = self.acting_alone(new_client(self, id));
        self.register(robot).await;
    }

    /// A client as one that acts for itself.
    pub(crate) fn acting_alone(&self, client: NewClient) -> NewClient {
        NewClient {
            grant_types: vec![GrantType::ClientCredentials],
            service_account_id: Some(self.robot),
            ..client
        }
    }

    /// Stops a person's account.
    pub(crate) async fn disable(&self, person: PersonId) {
        let mut op = self.op();
        let (subject, disabled) = (Subject::Person(person), PersonStatus::Disabled);
        person::set_status(&mut op, self.organisation, subject, disabled, "a test")
            .await
            .unwrap();
        op.commit().await.unwrap();
    }

    /// Ada takes back what she has given to a client.
    pub(crate) async fn withdraw(&self, client: &str) {
        let mut op = self.op();
        let client = ClientId::parse(client).unwrap();
        oauth::consent::withdraw(&mut op, self.ada, &client)
            .await
            .unwrap();
        op.commit().await.unwrap();
    }

    /// A person of another organisation.
    pub(crate) async fn stranger(&self) -> PersonId {
        let mut op = self.op();
        let southgate = person::create_organisation(&mut op, organisation("southgate"))
            .await
            .unwrap();
        let stranger = person::create(&mut op, new_person(southgate, "sam"))
            .await
            .unwrap();
        op.commit().await.unwrap();
        stranger
    }

    /// A session as a sign-in begins one, and its cookie.
    pub(crate) async fn signed_in(&self, person: PersonId) -> (Session, String) {
        let mut op = self.op();
        let standing = person::may_sign_in(&mut op, Subject::Person(person))
            .await
            .unwrap()
            .unwrap();
        let strength = Strength {
            acr: Acr::One,
            amr: vec![Amr::Password],
            authenticated_at: op.now,
        };
        let (session, token) = session::start(&mut op, &standing, strength, (None, None))
            .await
            .unwrap();
        let cookie = session::start_cookie(&op.house, &token);
        op.commit().await.unwrap();
        let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        (session, pair)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path)
            .header(COOKIE, cookie)
            .header("accept-language", "en");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header(COOKIE, cookie)
            .header(CONTENT_TYPE, FORM);
        self.send(request.body(encoded(fields).into()).unwrap()).await
    }

    /// The parameters of a good authorization request, changed: a value of `None` leaves one out.
    pub(crate) fn request(changes: &[(&str, Option<&str>)]) -> String {
        let challenge = challenge();
        let mut parameters = vec![
            ("client_id", "desk"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid f:read"),
            ("state", "state of a test"),
            ("nonce", "nonce of a test"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            parameters.retain(|(known, _)| known != name);
            parameters.extend(value.map(|value| (*name, value)));
        }
        format!("/authorize?{}", encoded(&parameters))
    }

    /// A code for Ada, by a session of hers.
    pub(crate) async fn code(&self, changes: &[(&str, Option<&str>)]) -> String {
        let (_, cookie) = self.signed_in(self.ada).await;
        let answer = self.get(&Self::request(changes), &cookie).await;
        answer
            .parameter("code")
            .unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    /// A request to the token endpoint, authenticated with the client's secret in the header.
    pub(crate) async fn token(&self, client: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = self.naming(client, fields);
        self.send(self.token_request(client, &encoded(&fields))).await
    }

    /// A client without secret names itself in the form.
    fn naming<'a>(&self, client: &'a str, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let names_itself = |(name, _): &(&str, &str)| ["client_id", "client_assertion"].contains(name);
        let is_named = self.secrets.contains_key(client) || fields.iter().any(names_itself);
        let name = (!is_named).then_some(("client_id", client));
        fields.iter().copied().chain(name).collect()
    }

    /// A request to another endpoint for clients, authenticated in the same way.
    pub(crate) async fn as_client(&self, path: &str, client: &str, fields: &[(&str, &str)]) -> Answer {
        self.as_client_raw(path, client, &encoded(fields)).await
    }

    pub(crate) async fn as_client_raw(&self, path: &str, client: &str, body: &str) -> Answer {
        self.send(self.client_request(path, client, body)).await
    }

    pub(crate) fn token_request(&self, client: &str, body: &str) -> Request<Body> {
        self.client_request("/token", client, body)
    }

    /// What a client asks an endpoint for clients.
    pub(crate) async fn ask(&self, path: &str, client: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.client_request(path, client, &encoded(fields)))
            .await
    }

    pub(crate) async fn introspect(&self, client: &str, token: &str) -> serde_json::Value {
        let answer = self.ask("/introspect", client, &[("token", token)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["content-type"], "application/json");
        answer.json()
    }

    pub(crate) async fn revoke(&self, client: &str, token: &str) -> Answer {
        self.ask("/revoke", client, &[("token", token)]).await
    }

    /// The parameters of a good authorization request, changed and pushed by a client with its secret.
    pub(crate) async fn push(&self, client: &str, changes: &[(&str, Option<&str>)]) -> Answer {
        let mut all = vec![("client_id", Some(client))];
        all.extend_from_slice(changes);
        let request = Self::request(&all);
        let (_, body) = request.split_once('?').unwrap();
        self.send(self.client_request("/par", client, body)).await
    }

    /// A request of a client to one of its endpoints, with its secret in the header if it has one.
    pub(crate) fn client_request(&self, path: &str, client: &str, body: &str) -> Request<Body> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(CONTENT_TYPE, FORM);
        let request = match self.secrets.get(client) {
            Some(secret) => {
                let pair = BASE64.encode(format!("{client}:{secret}").as_bytes());
                request.header(AUTHORIZATION, format!("Basic {pair}"))
            }
            None => request,
        };
        request.body(body.to_owned().into()).unwrap()
    }

    /// A request to the token endpoint with DPoP headers.
    pub(crate) async fn token_with(
        &self,
        client: &str,
        fields: &[(&str, &str)],
        proofs: &[impl AsRef<[u8]>],
    ) -> Answer {
        let fields = self.naming(client, fields);
        let mut request = self.token_request(client, &encoded(&fields));
        for proof in proofs {
            let value = http::HeaderValue::from_bytes(proof.as_ref()).unwrap();
            request.headers_mut().append("dpop", value);
        }
        self.send(request).await
    }

    /// Redeems a code as the client that asked for it.
    pub(crate) async fn redeem(&self, client: &str, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.token(client, &fields).await
    }

    pub(crate) async fn refresh(&self, client: &str, token: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(client, &fields).await
    }

    pub(crate) async fn userinfo_by_dpop(&self, token: &str, proofs: &[impl AsRef<str>]) -> Answer {
        let mut request = Request::get("/userinfo").header(AUTHORIZATION, format!("DPoP {token}"));
        for proof in proofs {
            request = request.header("dpop", proof.as_ref());
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn userinfo(&self, token: &str) -> Answer {
        let request = Request::get("/userinfo").header(AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// An application with three permissions, and a role that gives two of them.
/// The application and a role with `f:read` and `f:write`.
pub(crate) async fn feedback(op: &mut Op, organisation: OrganisationId) -> (ApplicationId, RoleId) {
    let permission = |name: &str| NewPermission {
        name: Scope::parse(name).unwrap(),
        title: format!("Title of {name}"),
        purpose: format!("Purpose of {name}"),
        sensitivity: Sensitivity::Normal,
    };
    let new = NewApplication {
        organisation_id: organisation,
        name: "Feedback".into(),
        audience: AUDIENCE.into(),
        shared: true,
        token_format: doorward::domain::TokenFormat::Jwt,
        permissions: ["f:read", "f:write", "f:export"].map(permission).to_vec(),
    };
    let application = access::create_application(op, new).await.unwrap();
    let role = NewRole {
        organisation_id: organisation,
        name: "analyst".into(),
        about: access::RoleAbout {
            purpose: "Reads feedback".into(),
            permissions: access::Permitted::of(application, ["f:read", "f:write"]),
            ..access::RoleAbout::titled("Analyst")
        },
    };
    let role = access::create_role(op, role).await.unwrap();
    (application, role)
}

fn organisation(slug: &str) -> NewOrganisation {
    NewOrganisation {
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
    }
}

fn new_person(organisation: OrganisationId, username: &str) -> NewPerson {
    let attributes = serde_json::json!({ "department": "insights" });
    NewPerson {
        organisation_id: organisation,
        username: Username::parse(username).unwrap(),
        name: format!("{username} Example"),
        given_name: Some(username.to_owned()),
        family_name: Some("Example".to_owned()),
        email: Some(format!("{username}@example.test")),
        email_verified: true,
        locale: Some("en".to_owned()),
        claims: person::PersonClaims::default(),
        attributes: attributes.as_object().unwrap().clone(),
    }
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> serde_json::Value {
    let payload = BASE64URL_NOPAD
        .decode(token.split('.').nth(1).unwrap().as_bytes())
        .unwrap();
    serde_json::from_slice(&payload).unwrap()
}
