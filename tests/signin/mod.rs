//! Tests of signing in, through the pages, as a person's browser sees them.

mod foreign;
mod hint;
mod limit;
pub(crate) mod lock;
pub(crate) mod passkey;
mod password;
mod second_factor;
mod set_up;
mod tab;
mod walk;
mod weight;

use std::time::Duration;

use doorward::access::{self, Holder, NewGrant, NewRole, Period};
use doorward::client::{self, NewClient};
use doorward::config::Config;
use doorward::domain::{
    ClientAuthMethod, ClientId, EmailAddress, GrantType, OrganisationId, PersonId, Scopes, Secret, Subject,
    Username,
};
use doorward::factor::{password as passwords, totp};
use doorward::jose::Algorithm;
use doorward::op::Op;
use doorward::person::{self, NewOrganisation, NewPerson};
use doorward::storage::Sql;

use crate::support::{Browser, Page, Server};

pub(crate) const PASSWORD: &str = "seven green windows";

/// The PKCE verifier of all applications.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The secret of the authenticator of people who have one.
pub(crate) const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// A server with an organisation; people are added as a test needs them.
pub(crate) struct Town {
    pub(crate) server: Server,
    pub(crate) organisation: OrganisationId,
}

impl Town {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(Server::start_with(change).await).await
    }

    pub(crate) async fn on(server: Server) -> Self {
        let mut op = server.op();
        let new = NewOrganisation {
            slug: "northbeam".to_owned(),
            name: "Northbeam".to_owned(),
        };
        let organisation = person::create_organisation(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        Self { server, organisation }
    }

    /// A person with the usual password.
    pub(crate) async fn person(&self, username: &str) -> PersonId {
        let mut op = self.server.op();
        let name = format!("Name of {username}");
        let new = NewPerson::named(self.organisation, Username::parse(username).unwrap(), name);
        let id = person::create(&mut op, new).await.unwrap();
        let password = Secret::new(PASSWORD.to_owned());
        passwords::set(&mut op, id, &password).await.unwrap().unwrap();
        op.commit().await.unwrap();
        id
    }

    /// Another organisation, of which nobody here knows anything.
    pub(crate) async fn elsewhere(&self) -> OrganisationId {
        let mut op = self.server.op();
        let new = NewOrganisation {
            slug: "southgate".to_owned(),
            name: "Southgate".to_owned(),
        };
        let id = person::create_organisation(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        id
    }

    /// Somebody of another organisation.
    pub(crate) async fn stranger(&self, username: &str, name: &str) -> PersonId {
        let elsewhere = self.elsewhere().await;
        let mut op = self.server.op();
        let named = NewPerson::named(elsewhere, Username::parse(username).unwrap(), name);
        let id = person::create(&mut op, named).await.unwrap();
        op.commit().await.unwrap();
        id
    }

    /// Gives a person a mail address, known to be theirs or not.
    pub(crate) async fn give_address(&self, person: PersonId, address: &str, proven: bool) {
        let mut op = self.server.op();
        let found = person::find(&mut op, person).await.unwrap().unwrap();
        let address = EmailAddress::parse(address).unwrap();
        person::set_email(&mut op, &found, &address, proven)
            .await
            .unwrap();
        op.commit().await.unwrap();
    }

    /// Gives a person an authenticator with the usual secret.
    pub(crate) async fn give_authenticator(&self, person: PersonId) {
        let mut op = self.server.op();
        let secret = Secret::new(SECRET.to_owned());
        totp::enrol_directly(&mut op, person, &secret).await.unwrap();
        op.commit().await.unwrap();
    }

    /// Gives a person a role that demands a second factor.
    pub(crate) async fn demand_second_factor(&self, person: PersonId) {
        self.demand_second_factor_by(person, "manager").await;
    }

    /// The same by a role of this name.
    async fn demand_second_factor_by(&self, person: PersonId, role: &str) {
        let mut op = self.server.op();
        let role = NewRole {
            organisation_id: self.organisation,
            name: role.to_owned(),
            about: access::RoleAbout {
                purpose: "A test.".to_owned(),
                second_factor: true,
                ..access::RoleAbout::titled("Manager")
            },
        };
        let role = access::create_role(&mut op, role).await.unwrap();
        let grant = NewGrant {
            organisation_id: self.organisation,
            holder: Holder::Subject(Subject::Person(person)),
            role,
            within: Vec::new(),
            period: Period::from(op.now),
            reason: "a test".to_owned(),
            source: doorward::domain::GrantSource::Direct,
        };
        access::give(&mut op, grant).await.unwrap();
        op.commit().await.unwrap();
    }

    /// An application to which people sign in.
    pub(crate) async fn register(&self, id: &str, auth_method: ClientAuthMethod, redirect_uri: &str) {
        let new = NewClient {
            auth_method,
            ..self.new_client(id, redirect_uri)
        };
        self.create_client(new).await;
    }

    /// Stores an application; answers its secret, if it has one.
    pub(crate) async fn create_client(&self, new: NewClient) -> Option<Secret> {
        let mut op = self.server.op();
        let secret = client::create(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        secret
    }

    /// An application without a secret, of which a test changes what it is about.
    pub(crate) fn new_client(&self, id: &str, redirect_uri: &str) -> NewClient {
        NewClient {
            id: ClientId::parse(id).unwrap(),
            organisation_id: self.organisation,
            name: format!("The {id}"),
            auth_method: ClientAuthMethod::None,
            jwks: None,
            redirect_uris: client::redirect_uris(&[redirect_uri]).unwrap(),
            post_logout_redirect_uris: Vec::new(),
            grant_types: vec![GrantType::AuthorizationCode],
            scopes: Scopes::parse("openid profile").unwrap(),
            application_id: None,
            service_account_id: None,
            shared: false,
            consent_required: false,
            signing_algorithm: Algorithm::Es256,
            claim_rules: Vec::new(),
            settings: doorward::client::ClientSettings::default(),
        }
    }

    /// The id of a person who was made before.
    pub(crate) async fn id_of(&self, username: &str) -> PersonId {
        let mut op = self.server.op();
        let username = Username::parse(username).unwrap();
        let found = person::find_by_username(&mut op, &username).await.unwrap();
        found.unwrap().id
    }

    /// How many jobs of this name were queued.
    pub(crate) async fn jobs(&self, name: &str) -> i64 {
        const JOBS: Sql = Sql::new("SELECT CAST(COUNT(*) AS BIGINT) AS jobs FROM job WHERE name = $1");
        let mut tx = self.server.house.storage.read().await.unwrap();
        tx.query(JOBS)
            .bind(&name)
            .one(|row| row.get("jobs"))
            .await
            .unwrap()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.server.issuer)
    }

    pub(crate) fn op(&self) -> Op {
        self.server.op()
    }

    /// The code that the authenticator with this secret shows now.
    pub(crate) fn code(&self, secret: &str) -> String {
        let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        let totp = totp_rs::Builder::new().with_secret(bytes).build().unwrap();
        let now = self.server.house.clock.now().as_seconds();
        totp.generate(now.try_into().unwrap()).to_string()
    }

    pub(crate) fn wait(&self, while_: Duration) {
        self.server.house.clock.advance(while_);
    }

    /// The details of the newest event of one kind.
    pub(crate) async fn details(&self, kind: &str) -> serde_json::Value {
        const NEWEST: Sql =
            Sql::new("SELECT body FROM event WHERE kind = $1 ORDER BY at DESC, writer, counter DESC LIMIT 1");
        let mut tx = self.server.house.storage.read().await.unwrap();
        let body: Option<serde_json::Value> = tx
            .query(NEWEST)
            .bind(&kind)
            .optional(|row| row.get("body"))
            .await
            .unwrap();
        body.unwrap()["details"].clone()
    }

    /// Outcome and reason of the events of one kind, in their order.
    pub(crate) async fn events(&self, kind: &str) -> Vec<(String, String)> {
        let word = |body: &serde_json::Value, name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let bodies = self.bodies(kind).await;
        bodies
            .iter()
            .map(|body| (word(body, "outcome"), word(body, "reason")))
            .collect()
    }

    /// The events of one kind, whole, in their order.
    pub(crate) async fn bodies(&self, kind: &str) -> Vec<serde_json::Value> {
        const EVENTS: Sql = Sql::new("SELECT body FROM event WHERE kind = $1 ORDER BY at, writer, counter");
        let mut tx = self.server.house.storage.read().await.unwrap();
        tx.query(EVENTS)
            .bind(&kind)
            .all(|row| row.get("body"))
            .await
            .unwrap()
    }
}

/// The address of an authorization request.
pub(crate) fn authorize(client: &str, redirect_uri: &str, more: &[(&str, &str)]) -> String {
    use sha2::Digest as _;
    let challenge = data_encoding::BASE64URL_NOPAD.encode(&sha2::Sha256::digest(VERIFIER));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", "openid profile")
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(more)
        .finish();
    format!("/authorize?{query}")
}

/// Says who signs in; answers the page of the password.
pub(crate) async fn identify(browser: &Browser, username: &str) -> Page {
    let page = browser.get("/signin").await;
    browser.submit(&page, &[("username", username)]).await
}

/// Signs in as far as the password leads.
pub(crate) async fn enter_password(browser: &Browser, username: &str, password: &str) -> Page {
    let page = identify(browser, username).await;
    browser.submit(&page, &[("password", password)]).await
}

pub(crate) fn is_signed_in(page: &Page) -> bool {
    page.status == 200 && page.has_button("sign-out")
}
