//! Token requests with a proof of a key (DPoP, RFC 9449). Signing the proofs is the driver's work, and no time of the server.

use std::time::SystemTime;

use data_encoding::BASE64URL_NOPAD;
use doorward::jose::{Algorithm, SigningKey};
use serde_json::json;

use super::drive::Driver;
use super::scenario::client_request;
use super::server::{Client, House};
use super::wire::{Answer, Wire};

/// Requests that each asker signs before time is taken, so that a driver which signs as it goes is not the one that is waited
/// for: a server that has less to do at once shares fewer commits, and would look dearer by that.
const STOCK: usize = 1_500;

/// Asks for a token for itself, each time with a new proof of its key.
pub(crate) struct Prover<'a> {
    house: &'a House,
    client: &'a Client,
    wire: Wire,
    key: SigningKey,
    /// The head of its proofs, encoded.
    head: String,
    proofs: u64,
    stock: Vec<Vec<u8>>,
}

impl<'a> Prover<'a> {
    pub(crate) async fn new(house: &'a House, client: &'a Client) -> Self {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let head = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": key.public_jwk() });
        let mut prover = Self {
            house,
            client,
            wire: Wire::open(house.address).await,
            head: BASE64URL_NOPAD.encode(head.to_string().as_bytes()),
            key,
            proofs: 0,
            stock: Vec::new(),
        };
        let answer = prover.ask().await.json();
        assert_eq!(answer["token_type"], "DPoP", "{answer}");
        prover.stock = (0..STOCK).map(|_| prover.request()).collect();
        prover
    }

    fn proof(&mut self) -> String {
        self.proofs += 1;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let claims = json!({
            "jti": self.proofs.to_string(),
            "htm": "POST",
            "htu": self.house.sample.issuer.join("/token").unwrap(),
            "iat": now.as_secs(),
        });
        let signed = format!(
            "{}.{}",
            self.head,
            BASE64URL_NOPAD.encode(claims.to_string().as_bytes())
        );
        let signature = self.key.sign_bytes(signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
    }

    fn request(&mut self) -> Vec<u8> {
        let proof = self.proof();
        let fields = [("grant_type", "client_credentials")];
        client_request(self.house, self.client, "/token", &[("dpop", &proof)], &fields)
    }

    async fn ask(&mut self) -> Answer {
        let request = self.stock.pop().unwrap_or_else(|| self.request());
        self.wire.send(&request).await.expect(200)
    }
}

impl Driver for Prover<'_> {
    async fn round(&mut self) {
        self.ask().await;
    }
}
