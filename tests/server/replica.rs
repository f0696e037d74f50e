//! Two servers on one database, which tell each other by Redis, or through the database where there is none.

use std::time::Duration;

use doorward::domain::{Actor, ClientAuthMethod, ClientId, Secret};
use doorward::{client, keys};

use crate::ephemeral::shared_redis;
use crate::signin::{Town, authorize};
use crate::support::Server;

/// Far below the minute after which a server looks by itself.
const PATIENCE: Duration = Duration::from_secs(20);

async fn published(server: &Server) -> Vec<String> {
    let set = reqwest::get(server.url("/jwks")).await.unwrap();
    let set: serde_json::Value = set.json().await.unwrap();
    let keys = set["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// Two servers on one database.
async fn two(by_redis: bool) -> (Server, Server) {
    let redis = || by_redis.then(|| Secret::new(shared_redis()));
    let first = Server::start_with(|config| config.redis.url = redis()).await;
    let second = Server::start_with(|config| {
        config.redis.url = redis();
        config.database.url = first.house.config.database.url.clone();
        (config.keys.master_key_file).clone_from(&first.house.config.keys.master_key_file);
    })
    .await;
    (first, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_one_revokes_the_other_publishes_no_more() {
    for by_redis in [true, false] {
        a_key_is_revoked(by_redis).await;
    }
}

async fn a_key_is_revoked(by_redis: bool) {
    let (first, second) = two(by_redis).await;
    let before = published(&second).await;
    assert_eq!(before, published(&first).await);
    let [old] = before.as_slice() else {
        panic!("the server has one key: {before:?}");
    };
    keys::revoke(&first.house, &Actor::Operator, old).await.unwrap();
    let told = async {
        while published(&second).await == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, told)
        .await
        .expect("the other server was not told");
    assert_eq!(published(&second).await, published(&first).await);
    assert!(!published(&second).await.contains(old));
    second.stop().await;
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_does_to_a_client_the_other_knows() {
    for by_redis in [true, false] {
        a_client_comes_and_goes(by_redis).await;
    }
}

async fn a_client_comes_and_goes(by_redis: bool) {
    const BACK: &str = "https://desk.example/back";
    let (first, second) = two(by_redis).await;
    let town = Town::on(first).await;
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let status = async || {
        let address = second.url(&authorize("desk", BACK, &[]));
        http.get(address).send().await.unwrap().status().as_u16()
    };
    let becomes = async |expected: u16| {
        let told = async {
            while status().await != expected {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, told)
            .await
            .unwrap_or_else(|_| panic!("the other server was not told: {expected}"));
    };
    // Kept in memory: that there is none, that there is one, and that it is switched off.
    assert_eq!(status().await, 400);
    town.register("desk", ClientAuthMethod::None, BACK).await;
    becomes(303).await;
    let mut op = town.op();
    let desk = ClientId::parse("desk").unwrap();
    assert!(client::disable(&mut op, &desk).await.unwrap());
    op.commit().await.unwrap();
    becomes(400).await;
    second.stop().await;
    town.server.stop().await;
}
