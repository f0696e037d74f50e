//! Two servers on one database, which tell each other by Redis.

use std::time::Duration;

use doorward::domain::{Actor, Secret};
use doorward::keys;

use crate::ephemeral::shared_redis;
use crate::support::Server;

/// Far below the minute after which a server looks by itself.
const PATIENCE: Duration = Duration::from_secs(20);

async fn published(server: &Server) -> Vec<String> {
    let set = reqwest::get(server.url("/jwks")).await.unwrap();
    let set: serde_json::Value = set.json().await.unwrap();
    let keys = set["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_one_revokes_the_other_publishes_no_more() {
    let redis = || Some(Secret::new(shared_redis()));
    let first = Server::start_with(|config| config.redis.url = redis()).await;
    let second = Server::start_with(|config| {
        config.redis.url = redis();
        config.database.url = first.house.config.database.url.clone();
        config.keys.master_key_file = first.house.config.keys.master_key_file.clone();
    })
    .await;
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
