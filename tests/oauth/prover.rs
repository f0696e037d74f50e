//! A client that signs: its assertions, and its request objects.

use doorward::client::NewClient;
use doorward::domain::ClientAuthMethod;
use doorward::jose::{Algorithm, JwkSet, SigningKey};
use serde_json::{Map, Value, json};

use super::stage::{Answer, CALLBACK, ISSUER, Stage, challenge, encoded, new_client};

pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(crate) struct Prover {
    pub(crate) key: SigningKey,
    id: &'static str,
}

impl Prover {
    pub(crate) fn new(id: &'static str, algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm).unwrap();
        Self { key, id }
    }

    pub(crate) fn client(&self, stage: &Stage) -> NewClient {
        NewClient {
            auth_method: ClientAuthMethod::PrivateKeyJwt,
            jwks: Some(JwkSet {
                keys: vec![self.key.public_jwk()],
            }),
            ..new_client(stage, self.id)
        }
    }

    /// An assertion for an audience, never used before.
    pub(crate) fn assertion(&self, stage: &Stage, audience: &str) -> String {
        let op = stage.op();
        let claims = json!({
            "iss": self.id, "sub": self.id, "aud": audience, "jti": op.token().expose(),
            "exp": op.now.as_seconds() + 60
        });
        self.sign("JWT", &claims)
    }

    pub(crate) fn sign(&self, typ: &str, claims: &Value) -> String {
        self.key.sign(typ, claims.to_string().as_bytes()).unwrap()
    }

    /// The claims of a good request object, changed: `null` leaves one out.
    pub(crate) fn claims(&self, stage: &Stage, changes: &[(&str, Value)]) -> Value {
        let now = stage.op().now.as_seconds();
        let good = json!({
            "iss": self.id, "aud": ISSUER, "exp": now + 300, "nbf": now,
            "client_id": self.id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid f:read",
            "state": "state of the object", "nonce": "nonce of the object",
            "code_challenge": challenge(), "code_challenge_method": "S256"
        });
        let mut claims: Map<String, Value> = good.as_object().unwrap().clone();
        for (name, value) in changes {
            claims.insert((*name).to_owned(), value.clone());
        }
        claims.retain(|_, value| !value.is_null());
        Value::Object(claims)
    }

    pub(crate) fn object(&self, stage: &Stage, changes: &[(&str, Value)]) -> String {
        self.sign("oauth-authz-req+jwt", &self.claims(stage, changes))
    }

    /// A request to one of the endpoints of clients, with an assertion.
    pub(crate) async fn post(&self, stage: &Stage, path: &str, fields: &[(&str, &str)]) -> Answer {
        let assertion = self.assertion(stage, ISSUER);
        let mut all = vec![
            ("client_id", self.id),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        all.extend_from_slice(fields);
        let request = stage.client_request(path, self.id, &encoded(&all));
        stage.send(request).await
    }

    /// Pushes the parameters of a good request, changed.
    pub(crate) async fn push(&self, stage: &Stage, changes: &[(&str, Option<&str>)]) -> Answer {
        let mut all = changes.to_vec();
        all.push(("client_id", None));
        let request = Stage::request(&all);
        let (_, query) = request.split_once('?').unwrap();
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let fields: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(stage, "/par", &fields).await
    }
}

/// The path by which a browser brings a pushed request.
pub(crate) fn by_uri(client: &str, pushed: &Answer) -> String {
    let uri = pushed.text("request_uri");
    format!(
        "/authorize?{}",
        encoded(&[("client_id", client), ("request_uri", &uri)])
    )
}
