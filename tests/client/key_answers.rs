//! What a client may answer at its `jwks_uri`: at most 50 keys and 64 KiB, and nothing but a set of keys with status 200. What is
//! of no use proves nothing, and takes the place of no set that is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use doorward::client::NewClient;
use doorward::jose::{Algorithm, SigningKey};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use serde_json::json;

use super::Stage;
use super::keys::{at, register, signed};
use crate::outbound::serve;

const MOST_KEYS: usize = 50;
const LARGEST: usize = 64 * 1_024;

/// An answer of the client.
#[derive(Clone)]
struct Said {
    status: StatusCode,
    headers: Vec<(HeaderName, &'static str)>,
    body: Vec<u8>,
}

impl Said {
    fn json(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: vec![(CONTENT_TYPE, "application/jwk-set+json")],
            body: body.into(),
        }
    }

    fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        self
    }

    fn answer(&self) -> Response {
        let answer = Response::builder().status(self.status);
        let headers = self.headers.iter();
        let answer = headers.fold(answer, |answer, (name, value)| answer.header(name, *value));
        answer.body(Body::from(self.body.clone())).unwrap()
    }
}

/// A client whose keys are elsewhere, and what is said there.
struct Elsewhere {
    stage: Stage,
    said: Arc<Mutex<Said>>,
    key: SigningKey,
    jti: usize,
}

impl Elsewhere {
    async fn new() -> Self {
        let said = Arc::new(Mutex::new(Said::json("{}")));
        let told = Arc::clone(&said);
        let answer = move || std::future::ready(told.lock().unwrap().answer());
        let good = SigningKey::generate(Algorithm::Es256).unwrap();
        let elsewhere = json!({ "keys": [good.public_jwk()] }).to_string();
        let routes = Router::new()
            .route("/jwks", get(answer))
            .route("/elsewhere", get(|| async { elsewhere }));
        let address = format!("http://127.0.0.1:{}/jwks", serve(routes).await);
        let stage = Stage::calling().await;
        register(&stage, |new: &mut NewClient| new.settings = at(&address)).await;
        Self {
            stage,
            said,
            key: good,
            jti: 0,
        }
    }

    /// The set with the key of the client among so many, with so many bytes.
    fn set(&self, keys: usize, bytes: Option<usize>) -> Vec<u8> {
        let other = SigningKey::generate(Algorithm::Es256).unwrap();
        let mut all = vec![other.public_jwk(); keys - 1];
        all.push(self.key.public_jwk());
        let set = json!({ "keys": all }).to_string();
        let spaces = bytes.map_or(0, |bytes| bytes - set.len());
        format!("{set}{}", " ".repeat(spaces)).into_bytes()
    }

    /// Whether the client is believed once this has been said.
    async fn is_believed(&mut self, said: Said) -> bool {
        *self.said.lock().unwrap() = said;
        self.stage.bare.house.clock.advance(Duration::from_mins(1));
        self.jti += 1;
        let assertion = signed(&self.stage, &self.key, &self.jti.to_string());
        self.stage.authenticate(None, &assertion).await.is_ok()
    }
}

#[tokio::test]
async fn a_set_that_is_fetched_has_so_many_keys_and_bytes_and_no_more() {
    for (keys, bytes, is_good) in [
        (MOST_KEYS, None, true),
        (MOST_KEYS + 1, None, false),
        (1, Some(LARGEST), true),
        (1, Some(LARGEST + 1), false),
        (MOST_KEYS, Some(LARGEST), true),
    ] {
        let mut elsewhere = Elsewhere::new().await;
        let set = elsewhere.set(keys, bytes);
        let is_believed = elsewhere.is_believed(Said::json(set)).await;
        assert_eq!(is_believed, is_good, "{keys} keys, {bytes:?} bytes");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_set_of_keys_proves_nothing() {
    let mut elsewhere = Elsewhere::new().await;
    let good = String::from_utf8(elsewhere.set(1, None)).unwrap();
    let key = json!(elsewhere.key.public_jwk());
    let status = |status: StatusCode| Said {
        status,
        ..Said::json(good.clone())
    };
    let mut bad = vec![
        status(StatusCode::CREATED),
        status(StatusCode::NON_AUTHORITATIVE_INFORMATION),
        status(StatusCode::PARTIAL_CONTENT),
        status(StatusCode::FOUND).with(LOCATION, "/elsewhere"),
        status(StatusCode::PERMANENT_REDIRECT).with(LOCATION, "/elsewhere"),
        status(StatusCode::NOT_FOUND),
        status(StatusCode::INTERNAL_SERVER_ERROR),
    ];
    let bodies = [
        String::new(),
        good[..good.len() - 1].to_owned(),
        format!("{good}{good}"),
        format!("[{good}]"),
        key.to_string(),
        json!([key]).to_string(),
        json!({ "keys": key }).to_string(),
        json!({ "keys": null }).to_string(),
        json!({ "keys": good }).to_string(),
        format!("<html><script>{good}</script></html>"),
    ];
    bad.extend(bodies.map(Said::json));
    let mut not_utf8 = good.clone().into_bytes();
    not_utf8.splice(1..1, *b"\"a\":\"\xFF\",");
    bad.push(Said::json(not_utf8));
    let shown = |said: &Said| {
        let body = String::from_utf8_lossy(&said.body)
            .chars()
            .take(60)
            .collect::<String>();
        format!("{} {:?} {body}", said.status, said.headers)
    };
    for said in &bad {
        assert!(!elsewhere.is_believed(said.clone()).await, "{}", shown(said));
    }
    // Keys that are none, or none of ours, take nothing from the others (RFC 7517 section 5). Hosts of plain files say of a set
    // what they say of any file: it is the address that is registered, and the content that counts.
    let among = json!({ "keys": ["a", 7, { "kty": "OKP", "crv": "X448", "x": "a" }, key] });
    assert!(elsewhere.is_believed(Said::json(among.to_string())).await);
    for kind in ["application/json", "text/plain", "application/octet-stream"] {
        let mut elsewhere = Elsewhere::new().await;
        let set = elsewhere.set(1, None);
        assert!(
            elsewhere
                .is_believed(Said::json(set).with(CONTENT_TYPE, kind))
                .await,
            "{kind}"
        );
    }
    // None of it takes the place of the set that was good.
    for said in bad {
        elsewhere.stage.bare.house.clock.advance(Duration::from_mins(15));
        assert!(elsewhere.is_believed(said.clone()).await, "{}", shown(&said));
    }
}

#[tokio::test]
async fn a_set_without_a_key_of_the_client_takes_the_place_of_the_one_before() {
    // That is how a client takes its key back.
    for keys in [json!(["a"]), json!([])] {
        let mut elsewhere = Elsewhere::new().await;
        let set = elsewhere.set(1, None);
        assert!(elsewhere.is_believed(Said::json(set)).await);
        elsewhere.stage.bare.house.clock.advance(Duration::from_mins(15));
        let said = Said::json(json!({ "keys": keys }).to_string());
        assert!(!elsewhere.is_believed(said).await, "{keys}");
    }
}
